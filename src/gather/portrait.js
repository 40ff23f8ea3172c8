// Makes a frame fit to be pictured: what was typed into fields and every given term in its text is covered. Runs in a
// world of its own, after everything was recorded. Answers the document's size, or `hidden` where a term may show in a
// place that cannot be covered.
(argument) => {
  const terms = JSON.parse(argument);
  const roots = [document];
  for (let i = 0; i < roots.length && i < 200; i++) {
    for (const e of roots[i].querySelectorAll('*')) if (e.shadowRoot) roots.push(e.shadowRoot);
  }
  const cover = (e) => {
    for (const name of ['color', '-webkit-text-fill-color', 'text-shadow', 'caret-color']) {
      e.style.setProperty(name, name === 'text-shadow' ? 'none' : 'transparent', 'important');
    }
  };
  const typed = 'input:is([type=text],[type=password],[type=email],[type=tel],[type=url],[type=search],:not([type])),textarea';
  for (const root of roots) for (const e of root.querySelectorAll(typed)) if (e.value) cover(e);
  if (!terms.length) return JSON.stringify(size());

  const escaped = terms.map((t) => t.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const finder = new RegExp(escaped.join('|'), 'gu');
  const bar = (found) => '█'.repeat(Math.min(found.length, 24));
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (/^(script|style|noscript|template)$/i.test(node.parentNode?.nodeName ?? '')) continue;
      const text = node.data.replace(finder, bar);
      if (text !== node.data) node.data = text;
    }
    for (const e of root.querySelectorAll('input[value],button,[data-tooltip],[alt],[placeholder]')) {
      for (const name of ['value', 'data-tooltip', 'alt', 'placeholder']) {
        const text = e.getAttribute(name);
        if (text && text.replace(finder, bar) !== text) e.style.setProperty('visibility', 'hidden', 'important');
      }
    }
  }
  // A term that is broken up into several elements stands in the text all the same.
  finder.lastIndex = 0;
  if (finder.test(document.body?.innerText ?? '')) return 'hidden';
  return JSON.stringify(size());

  function size() {
    const e = document.documentElement, b = document.body;
    return [Math.max(e?.scrollWidth ?? 0, b?.scrollWidth ?? 0), Math.max(e?.scrollHeight ?? 0, b?.scrollHeight ?? 0)];
  }
}
