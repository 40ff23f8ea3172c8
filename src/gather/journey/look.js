// Runs in a world of its own, in the top frame: what a visitor sees of the page, as JSON text. Changes nothing, and
// takes no text that a visitor typed or that a site filled in for one.
(argument) => {
  const { basket, sign_in, consent } = JSON.parse(argument);
  const squeeze = (s) => (s || '').replace(/[\s\u00a0\u00ad]+/g, ' ').trim();
  const list = (q) => { try { return [...document.querySelectorAll(q)].slice(0, 1500); } catch { return []; } };
  const visible = (e) => {
    const r = e.getBoundingClientRect();
    return r.width > 1 && r.height > 1 && (typeof e.checkVisibility !== 'function' || e.checkVisibility({ checkVisibilityCSS: true, opacityProperty: true }));
  };
  const root = document.documentElement, body = document.body || root;
  const style = (e) => getComputedStyle(e);
  const names = (e) => `${e.id || ''} ${e.getAttribute('class') || ''} ${e.getAttribute('name') || ''}`
    .replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).join('-');
  const holds = (text, words) => words.some((w) => `-${text}-`.includes(`-${w.replace(/[^\p{L}\p{N}]+/gu, '-')}-`));
  const said = (e) => squeeze(e.getAttribute('aria-label') || e.innerText || e.value || e.title).toLowerCase();

  // The page's own background: what lies behind the middle of the page, and the colours of its large parts.
  const colours = [];
  const opaque = (c) => c && !/^rgba\(.*, 0\)$|^transparent$/.test(c);
  for (const [what, e] of [['html', root], ['body', body], ['header', list('header,[role=banner],nav')[0]], ['main', list('main,[role=main],article,#content,#main')[0]], ['footer', list('footer')[0]]]) {
    if (!e) continue;
    const s = style(e);
    colours.push(`${what} ${opaque(s.backgroundColor) ? s.backgroundColor : '-'} ${s.color}`);
  }
  const themed = /(^|[-_])(theme|themes|dark|light|night|day|scheme|skin|contrast|color-mode|colour-mode|mode)([-_]|$)/i;
  const theme = [];
  for (const e of [root, body]) {
    const which = e === root ? 'html' : 'body';
    for (const a of e.attributes) {
      if (/^(data-|theme$|color-)/.test(a.name) && themed.test(a.name) && a.value.length < 40) theme.push(`${which}[${a.name}=${a.value}]`);
    }
    for (const c of e.classList) if (themed.test(c) && c.length < 40) theme.push(`${which}.${c}`);
  }
  const scheme = style(root).colorScheme;
  if (scheme && scheme !== 'normal') theme.push(`color-scheme ${scheme}`);

  // Controls by their state, not by their words, which change with the language.
  const controls = [];
  const called = (e) => e.getAttribute('name') || e.id || e.getAttribute('aria-controls') || '';
  for (const e of list('input,select,textarea,details,[aria-pressed],[aria-expanded],[aria-checked],[aria-selected]')) {
    const type = (e.type || '').toLowerCase();
    if (['hidden', 'password', 'file', 'submit', 'button', 'image', 'reset'].includes(type) && !e.matches('[aria-pressed],[aria-expanded],[aria-checked]')) continue;
    // What a sign-in form remembers is about the sign-in, no choice of how the site looks.
    if (e.form && e.form.querySelector('input[type=password]')) continue;
    let state = '';
    if (e.tagName === 'SELECT') state = [...e.selectedOptions].map((o) => o.value).join(',').slice(0, 40);
    else if (type === 'checkbox' || type === 'radio') state = e.checked ? 'checked' : 'not checked';
    else if (type === 'number' || type === 'range') state = String(e.value).slice(0, 12);
    else if (e.tagName === 'INPUT' || e.tagName === 'TEXTAREA') state = e.value ? 'filled' : 'empty';
    else if (e.tagName === 'DETAILS') state = e.open ? 'open' : 'closed';
    else state = ['pressed', 'expanded', 'checked', 'selected'].map((a) => e.getAttribute(`aria-${a}`) === 'true' ? a : '').filter(Boolean).join(' ') || 'off';
    let key = `${e.tagName.toLowerCase()} ${called(e)}`.trim();
    if (type === 'radio' || type === 'checkbox') key += ` ${String(e.getAttribute('value') || '').slice(0, 30)}`;
    const r = e.getBoundingClientRect();
    const size = e.tagName === 'TEXTAREA' && r.width ? ` ${Math.round(r.width / 8) * 8}x${Math.round(r.height / 8) * 8}` : '';
    controls.push([key.slice(0, 90), state + size]);
    if (controls.length >= 400) break;
  }

  // Sizes of what a page is made of: text size, panels.
  const layout = [['text size', style(body).fontSize], ['root text size', style(root).fontSize], ['text width', String(Math.round((list('main,[role=main],article')[0] || body).getBoundingClientRect().width / 16) * 16)]];
  let panels = 0;
  for (const e of list('aside,nav,[role=navigation],[role=complementary],[class*=sidebar i],[id*=sidebar i],[class*=panel i]')) {
    if (panels++ >= 12) break;
    const r = e.getBoundingClientRect();
    layout.push([`panel ${e.tagName.toLowerCase()} ${(e.id || (e.getAttribute('class') || '').split(/\s+/)[0] || '').slice(0, 30)} ${panels}`, visible(e) ? `${Math.round(r.width / 16) * 16} wide` : 'not shown']);
  }

  const acts = [];
  for (const a of list('a[href]')) acts.push([a.href, squeeze(a.textContent).slice(0, 60)]);
  for (const f of list('form[action]')) acts.push([f.action && f.action.toString ? new URL(f.getAttribute('action') || '', location.href).href : '', '']);
  for (const b of list('button,input[type=submit],[role=button],[role=menuitem]')) acts.push(['', squeeze(b.innerText || b.textContent || b.value || b.getAttribute('aria-label')).slice(0, 60)]);

  const counts = [];
  const basketed = (e) => holds(names(e), basket) || holds(squeeze(e.getAttribute('aria-label')).toLowerCase().split(/[^\p{L}\p{N}]+/u).join('-'), basket)
    || (e.tagName === 'A' && holds(decodeURI(e.pathname || '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(-2).join('-'), basket));
  for (const e of list('a[href],button,[class*=cart i],[id*=cart i],[class*=basket i],[id*=basket i],[class*=bag i],[aria-label],header *')) {
    const text = squeeze(`${e.innerText || ''}`);
    if (text.length > 60 || !basketed(e) || !visible(e)) continue;
    // A price is written in many ways; whether there is one at all is the same in each.
    const number = (n) => (/[.,]/.test(n) ? (/[1-9]/.test(n) ? 'some' : '0') : n.slice(0, 4));
    const numbers = text.match(/\d+(?:[.,]\d+)*/g);
    counts.push(numbers ? numbers.map(number).join(' ') : '0');
    if (counts.length >= 12) break;
  }

  const dialogs = [];
  const about = (t) => consent.some((w) => t.includes(w));
  for (const e of list('dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true],body > *,body > * > *')) {
    if (!visible(e)) continue;
    const named = e.matches('dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]');
    const fixed = ['fixed', 'sticky'].includes(style(e).position);
    const text = squeeze(e.innerText).toLowerCase();
    const choices = e.querySelectorAll('button,[role=button],input[type=button],input[type=submit],a').length;
    if (!(named || fixed) || !text || !choices) continue;
    if (!named && (!about(text) || e.matches('header,nav,footer,main'))) continue;
    dialogs.push([about(text) ? 'consent' : 'other', text.slice(0, 160)]);
    if (dialogs.length >= 6) break;
  }

  // Text that is in the document and not shown: a closed panel, a folded branch.
  let hidden = '', left = 3000;
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && left-- > 0 && hidden.length < 40000; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!e || /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|OPTION|TEXTAREA)$/.test(e.tagName) || e.checkVisibility({ checkVisibilityCSS: true })) continue;
    const text = squeeze(node.data);
    if (text) hidden += text + '\n';
  }

  const offered = [...new Set([...list('[hreflang]').map((e) => e.getAttribute('hreflang')), ...list('option').map((o) => o.value)]
    .filter((c) => /^[a-z]{2}([-_][a-z]{2,4})?$/i.test(c || '')).map((c) => c.slice(0, 2).toLowerCase()))].slice(0, 20);
  const password = list('input[type=password]').some(visible);
  const asks = password || list('a,button,input[type=submit]').some((e) => visible(e) && sign_in.includes(said(e)));
  return JSON.stringify({
    url: location.href, title: squeeze(document.title).slice(0, 200), lang: squeeze(root.lang || root.getAttribute('xml:lang')).slice(0, 35),
    dir: style(root).direction + (style(body).direction !== style(root).direction ? '/' + style(body).direction : ''),
    text: (body.innerText || '').slice(0, 40000), hidden, colours, theme: theme.slice(0, 20), controls, layout,
    acts: acts.slice(0, 1200), counts, dialogs, password, asks, offered,
  });
}
