// Runs in a world of its own. Opens what is collapsed, waits for lists that scripts fill, and answers the document as
// a visitor can read it: open shadow roots flattened, scripts, styles and comments left out. Answers JSON text.
async (argument) => {
  const { lists, patience } = JSON.parse(argument);
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const until = Date.now() + patience;
  const MOST = 6_000_000;

  const roots = function* (root) {
    yield root;
    for (const e of root.querySelectorAll('*')) if (e.shadowRoot) yield* roots(e.shadowRoot);
  };
  const all = (selector) => {
    const found = [];
    for (const root of roots(document)) {
      try { found.push(...root.querySelectorAll(selector)); } catch { /* a selector this browser does not know */ }
    }
    return found;
  };
  const shown = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
  const textOf = (e) => (e.innerText || e.textContent || '').trim();
  const length = () => [...roots(document)].reduce((n, r) => n + (textOf(r.body || r.host || r).length), 0);

  // Quiet: the same amount of text for a second, or patience at its end.
  const quiet = async (ms) => {
    let last = -1, since = Date.now();
    while (Date.now() < until && Date.now() - since < ms) {
      const now = length();
      if (now !== last) { last = now; since = Date.now(); }
      await sleep(100);
    }
  };

  const waiting = () => lists
    .map((l) => {
      const found = all(l.selector);
      const script = l.script && [...document.scripts].some((s) => s.src.includes(l.script));
      const filled = found.some((e) => textOf(e).length > 40);
      return (found.length && !filled) || (script && !found.length) ? l.name : null;
    })
    .filter(Boolean);

  await quiet(1000);
  while (waiting().length && Date.now() < until) await sleep(150);

  // Open what is collapsed. Only controls that stay on the page and belong to the text, never navigation, dialogs,
  // forms or links elsewhere.
  for (const d of all('details')) d.open = true;
  const stays = (e) => {
    const a = e.closest('a[href]');
    if (a && !(a.getAttribute('href') || '').startsWith('#')) return false;
    if (e.closest('nav,header,[role=navigation],[role=dialog],dialog,[aria-modal=true],[role=menu],[role=menubar],form,[role=search]')) return false;
    return e.getAttribute('aria-haspopup') === null && e.type !== 'submit';
  };
  const panels = new Map();
  const controls = all('[aria-expanded=false],[role=tab],[data-toggle=collapse],[data-bs-toggle=collapse],summary ~ button')
    .filter((e) => stays(e) && shown(e)).slice(0, 150);
  for (const control of controls) {
    if (Date.now() > until) break;
    if (control.getAttribute('aria-expanded') === 'true' || control.getAttribute('aria-selected') === 'true') continue;
    try { control.click(); } catch { continue; }
    await sleep(control.getAttribute('role') === 'tab' ? 120 : 15);
    const id = control.getAttribute('aria-controls');
    const panel = id && (control.getRootNode().getElementById?.(id) || document.getElementById(id));
    if (control.getAttribute('role') === 'tab' && panel && panels.size < 60) panels.set(textOf(panel).slice(0, 20000), panel.cloneNode(true));
  }
  if (controls.length) await quiet(500);
  while (waiting().length && Date.now() < until) await sleep(150);

  const SKIP = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'LINK', 'META', 'SVG', 'CANVAS', 'VIDEO', 'AUDIO', 'IFRAME', 'OBJECT', 'EMBED', 'SLOT']);
  const KEEP = ['href', 'rel', 'rowspan', 'colspan', 'lang', 'dir', 'id', 'class', 'role', 'title', 'alt', 'start', 'headers', 'scope', 'data-label', 'data-title', 'data-th', 'aria-label', 'hidden', 'open'];
  const VOID = new Set(['BR', 'HR', 'IMG', 'INPUT', 'WBR', 'COL', 'AREA']);
  const escape = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const quote = (s) => escape(s).replace(/"/g, '&quot;');
  let size = 0;
  const out = [];
  const put = (s) => { size += s.length; if (size <= MOST) out.push(s); };
  const children = (node, depth) => { for (const c of node.childNodes) write(c, depth); };
  const write = (node, depth) => {
    if (size > MOST || depth > 400) return;
    if (node.nodeType === Node.TEXT_NODE) { put(escape(node.data)); return; }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const tag = node.tagName.toUpperCase();
    if (tag === 'SLOT') {
      const given = node.assignedNodes({ flatten: true });
      given.length ? given.forEach((n) => write(n, depth + 1)) : children(node, depth + 1);
      return;
    }
    if (SKIP.has(tag)) return;
    // What no style sheet shows, nobody reads; collapsed parts were opened before.
    const style = depth > 0 && getComputedStyle(node);
    const hidden = style && style.display === 'none' && !node.matches('tr,td,th,li,dd,dt,[role=tabpanel],[role=tabpanel] *');
    const name = tag.toLowerCase().replace(/[^a-z0-9-]/g, '') || 'div';
    let open = '<' + (name.includes('-') ? 'div' : name);
    for (const key of KEEP) {
      const value = node.getAttribute(key);
      if (value === null) continue;
      open += ` ${key}="${quote(key === 'href' ? (node.href && String(node.href)) || value : value)}"`;
    }
    put(open + (hidden ? ' data-shown="no">' : '>'));
    if (VOID.has(tag)) return;
    children(node.shadowRoot || node, depth + 1);
    put(`</${name.includes('-') ? 'div' : name}>`);
  };
  if (document.body) write(document.body, 0);
  const body = out.join('');
  const extra = [...panels].filter(([text]) => text.length > 20 && !(document.body.textContent || '').includes(text.slice(0, 80)));
  const tabs = extra.map(([, panel]) => `<section>${panel.innerHTML.replace(/<(script|style)[\s\S]*?<\/\1>|<!--[\s\S]*?-->/gi, '')}</section>`).join('').slice(0, 1_000_000);

  const footer = (e) => !!e.closest('footer,[role=contentinfo],[id*=footer i],[class*=footer i]');
  const links = all('a[href]').slice(0, 3000).map((a) => ({
    url: String(a.href).split('#')[0], kind: 'a', text: textOf(a).replace(/\s+/g, ' ').slice(0, 200),
    rel: a.rel || '', in_footer: footer(a),
  })).filter((l) => /^https?:/.test(l.url));
  return JSON.stringify({
    html: body, tabs, links, empty_lists: waiting(), title: document.title.slice(0, 300),
    lang: document.documentElement.lang || '', url: location.href, cut: size > MOST,
    text_length: length(),
  });
}
