// Reads a frame once its time has passed: web storage of its origin and, in the top frame, links and what describes the
// page. Runs in a world of its own. Answers JSON text; never changes anything. Asked for `brief`, it waits for nothing.
async (what) => {
  const top = what.includes('top'), brief = what.includes('brief');
  const cut = (s, n) => String(s ?? '').replace(/\s+/g, ' ').trim().slice(0, n);
  const attempt = (f, otherwise) => { try { return f() ?? otherwise; } catch { return otherwise; } };
  const out = { url: location.href, origin: self.origin, base: document.baseURI };
  const items = (store) => Object.keys(store).slice(0, 1000).map((k) => [k, String(store.getItem(k)).slice(0, 20000)]);
  out.local = attempt(() => items(localStorage), []);
  out.session = attempt(() => items(sessionStorage), []);
  const [databases, caches_, workers] = brief ? [[], [], []] : await Promise.all([
    attempt(() => indexedDB.databases().then((l) => l.map((d) => d.name)), []),
    attempt(() => caches.keys(), []),
    attempt(() => navigator.serviceWorker.getRegistrations().then((l) => l.map((r) =>
      (r.active || r.waiting || r.installing)?.scriptURL)), []),
  ].map((p) => Promise.resolve(p).catch(() => [])));
  Object.assign(out, { databases, caches: caches_, workers });
  if (!top) return JSON.stringify(out);

  out.title = cut(document.title, 500);
  out.lang = document.documentElement?.getAttribute('lang');
  out.icons = [...document.querySelectorAll('link[rel~="icon"]')].slice(0, 20).map((e) => e.href);
  const footers = 'footer, [role=contentinfo], [id*=footer i], [class*=footer i]';
  const links = [];
  const add = (e, kind, href) => {
    if (!href || links.length >= 5000) return;
    const url = attempt(() => new URL(href, document.baseURI), null);
    if (!url || !/^https?:$/.test(url.protocol)) return;
    url.hash = '';
    const image = e.querySelector && e.querySelector('img[alt]');
    const text = cut(e.innerText || e.textContent, 200) || cut(e.getAttribute('aria-label') || e.title, 200)
      || cut(image && image.alt, 200);
    links.push([url.href, kind, text, cut(e.getAttribute('rel'), 100), !!(e.closest && e.closest(footers))]);
  };
  const clickable = (e) => e.onclick || e.hasAttribute('onclick') || /^(button|link)$/.test(e.getAttribute('role') || '')
    || e.tagName === 'BUTTON' || getComputedStyle(e).cursor === 'pointer';
  const roots = [document];
  for (let i = 0; i < roots.length && i < 50; i++) {
    for (const e of roots[i].querySelectorAll('*')) {
      if (e.shadowRoot && roots.length < 50) roots.push(e.shadowRoot);
      if (e.dataset && e.dataset.href && !e.href && clickable(e)) add(e, 'data-href', e.dataset.href);
      const href = e.href && e.href.baseVal !== undefined ? e.href.baseVal : e.getAttribute('href');
      switch (e.localName) {
        case 'a': add(e, 'a', href); break;
        case 'area': add(e, 'area', href); break;
        case 'iframe': case 'frame': add(e, 'frame', e.getAttribute('src')); break;
        case 'link': for (const rel of ['canonical', 'next', 'prev']) if (e.relList.contains(rel)) add(e, rel, href); break;
      }
    }
  }
  out.links = links;
  let skeleton = '';
  const walk = (e, depth) => {
    if (depth > 40 || skeleton.length > 60000) return;
    let last = '';
    for (const child of e.children) {
      const tag = child.localName;
      // Runs of like children count once: lists of three and of thirty are one shape.
      const sign = tag + '.' + [...child.classList].slice(0, 3).sort().join('.');
      if (/^(script|style|noscript|template|br|wbr)$/.test(tag) || sign === last) continue;
      last = sign;
      skeleton += '<' + sign;
      walk(child, depth + 1);
      skeleton += '>';
    }
  };
  if (document.body) walk(document.body, 0);
  out.skeleton = skeleton;
  return JSON.stringify(out);
}
