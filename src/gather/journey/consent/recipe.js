// Runs in a world of its own, in one frame: finds the first visible element of a selector, in open shadow roots too, and
// presses it where asked. Answers `yes` where it is there.
(argument) => {
  const [selector, press] = JSON.parse(argument);
  const find = (root, depth) => {
    let found = [];
    try { found = [...root.querySelectorAll(selector)]; } catch { return null; }
    for (const e of found) {
      const r = e.getBoundingClientRect(), s = getComputedStyle(e);
      if ((r.width > 0 && r.height > 0 && s.visibility !== 'hidden') || e.matches('input[type=checkbox]')) return e;
    }
    if (depth > 12) return null;
    for (const e of root.querySelectorAll('*')) {
      const inside = e.shadowRoot && find(e.shadowRoot, depth + 1);
      if (inside) return inside;
    }
    return null;
  };
  const e = find(document, 0);
  if (!e) return '';
  if (press) {
    e.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    e.click();
  }
  return 'yes';
}
