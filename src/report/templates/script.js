'use strict';
// Search, filter, sort, deep links, sign-off. The page reads without any of it.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // Deep links open what hides their target.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.hidden) document.getElementById('filter')?.reset();
    target.hidden = false;
    target.classList.remove('later');
    target.dataset.kept = '';
    for (let node = target; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true;
    if (target.tagName === 'TBODY') target.querySelector('details').open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);

  // The inventory.
  const filter = document.getElementById('filter');
  const table = document.getElementById('inventory');
  if (filter && table) {
    const rows = all('tbody', table);
    const number = new Map(rows.map((row, i) => [row, i]));
    const rest = document.getElementById('rest');
    // So many rows are laid out; the others follow at a press, so that thousands do not stutter.
    const FEW = 200;
    let order = rows, limit = FEW;
    const fields = ['purpose', 'party', 'policy', 'banner', 'exempt'];
    const output = filter.querySelector('output');
    let texts = null;
    const apply = () => {
      const words = filter.q.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length && !texts) texts = rows.map((row) => row.textContent.toLowerCase());
      const wanted = fields.filter((f) => filter[f].value).map((f) => [f, filter[f].value]);
      const fits = (row) => wanted.every(([f, value]) => row.dataset[f] === value) && words.every((w) => texts[number.get(row)].includes(w));
      let shown = 0;
      order.forEach((row) => {
        const fit = fits(row);
        if (fit) shown += 1;
        if (row.hidden === fit) row.hidden = !fit;
        row.classList.toggle('later', fit && shown > limit && !('kept' in row.dataset));
      });
      output.textContent = output.dataset.text.replace('%n', shown).replace('%t', rows.length);
      rest.textContent = rest.dataset.text.replace('%n', shown - limit);
      rest.hidden = shown <= limit;
    };
    // Puts what is shown in order; what is not shown waits where it is.
    const arrange = () => table.tHead.after(...order.filter((row) => !row.hidden && !row.classList.contains('later')));
    const showAll = () => {
      limit = Infinity;
      apply();
      arrange();
    };
    rest.addEventListener('click', showAll);
    addEventListener('beforeprint', showAll);
    let waiting = 0;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { apply(); arrange(); }, 60);
    };
    filter.addEventListener('input', soon);
    filter.addEventListener('change', soon);
    filter.addEventListener('reset', () => setTimeout(() => { apply(); arrange(); }));
    filter.addEventListener('submit', (event) => event.preventDefault());
    addEventListener('keydown', (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
      if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        filter.q.focus();
      }
    });
    const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    all('th[data-sort]', table).forEach((head) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        all('th[aria-sort]', table).forEach((other) => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const value = (row) => ('number' in head.dataset ? Number(row.dataset[head.dataset.sort]) : row.dataset[head.dataset.sort].toLowerCase());
        const sorted = rows.map((row, i) => [value(row), i, row]).sort((a, b) => (up ? 1 : -1) * compare(a[0], b[0]) || a[1] - b[1]);
        order = sorted.map(([, , row]) => row);
        apply();
        arrange();
      });
    });
    filter.hidden = false;
    apply();
  }

  // Sign-off: an entry for the configuration file, made here and sent nowhere.
  const quote = (text) => '"' + text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"\\]/g, (c) => (c === '"' || c === '\\' ? '\\' + c : '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'))) + '"';
  const accepted = document.getElementById('accepted');
  const gather = () => {
    const entries = all('.accept').filter((box) => box.dataset.entry).map((box) => box.dataset.entry);
    const pre = accepted.querySelector('pre');
    pre.textContent = entries.join('\n') || pre.dataset.none;
  };
  all('.accept').forEach((box) => {
    const form = box.querySelector('form');
    const pre = box.querySelector('pre');
    form.hidden = false;
    const make = () => {
      const by = form.by.value.trim();
      const reason = form.reason.value.trim() + (by ? ' (' + by + ')' : '');
      const expires = form.expires.value ? 'expires = ' + form.expires.value + '\n' : '';
      pre.textContent = form.dataset.allow + 'reason = ' + quote(reason) + '\n' + expires;
      if (form.reason.value.trim()) box.dataset.entry = pre.textContent;
      else delete box.dataset.entry;
      gather();
    };
    form.addEventListener('input', make);
    form.addEventListener('submit', (event) => event.preventDefault());
  });
  accepted.hidden = false;
  all('button.copy').forEach((button) => {
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener('click', async () => {
      const pre = button.previousElementSibling;
      try {
        await navigator.clipboard.writeText(pre.textContent);
      } catch {
        getSelection().selectAllChildren(pre);
        document.execCommand('copy');
      }
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  });

  addEventListener('beforeprint', () => all('.finding .facts details, .ruledoc, div.facts details').forEach((d) => { d.open = true; }));
  if (location.hash) reveal();
})();
