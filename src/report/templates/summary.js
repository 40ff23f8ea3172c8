'use strict';
// One search over sites and cookies. The page reads without it.
(() => {
  const form = document.getElementById('search');
  const rows = Array.from(document.querySelectorAll('.searchable tbody tr'));
  const output = form.querySelector('output');
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const apply = () => {
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      if (!row.hidden) shown += 1;
    });
    output.textContent = output.dataset.text.replace('%n', shown).replace('%t', rows.length);
  };
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
