// Runs in a world of its own, in the top frame: finds controls that could be a site's own language, theme, currency or
// preference switch, keeps them for the hand by number, and answers JSON text. Changes nothing.
(argument) => {
  const { languages, words } = JSON.parse(argument);
  const kept = (globalThis.__switches = []);
  const squeeze = (s) => (s || '').replace(/[\s\u00a0\u00ad]+/g, ' ').trim();
  const visible = (e) => {
    const r = e.getBoundingClientRect();
    return r.width > 1 && r.height > 1 && (typeof e.checkVisibility !== 'function' || e.checkVisibility({ checkVisibilityCSS: true }));
  };
  const all = [];
  const walk = (root, depth) => {
    for (const e of root.querySelectorAll('a,button,select,summary,label[for],label,input,[role],[onclick],[hreflang],[data-lang],[data-theme-value],[data-bs-theme-value]')) {
      if (all.length < 6000 && e.tagName !== 'LINK') all.push(e);
    }
    if (depth < 8) for (const e of root.querySelectorAll('*')) if (e.shadowRoot) walk(e.shadowRoot, depth + 1);
  };
  walk(document, 0);

  const codes = new Map();
  for (const [code, called] of Object.entries(languages)) for (const name of called) if (!codes.has(name)) codes.set(name, code);
  const ownName = new Map(Object.entries(languages).map(([code, called]) => [called[0], code]));
  const isCode = (t) => /^[a-z]{2,3}([-_](?:[a-z]{2}|[a-z]{4}))?$/i.test(t) && languages[t.slice(0, 2).toLowerCase()] && (t.length === 2 || /[-_]/.test(t));
  const codeOf = (t) => t.slice(0, 2).toLowerCase();
  // "Deutsch (Österreich)", "🇩🇪 Deutsch", "DE": a label that names a language and says little else.
  const languageOf = (text) => {
    const t = squeeze(text).toLowerCase().replace(/[\u{1F1E6}-\u{1F1FF}|·•–—:/()[\]"'‹›»«▾▼]+/gu, ' ').replace(/\s+/g, ' ').trim();
    if (!t || t.length > 40) return null;
    if (isCode(t)) return codeOf(t);
    if (codes.has(t)) return codes.get(t);
    const parts = t.split(' ');
    if (parts.length <= 4) {
      for (let n = parts.length; n >= 1; n--) { const head = parts.slice(0, n).join(' '); if (ownName.has(head) || (codes.has(head) && parts.length <= 2)) return codes.get(head); }
      if (parts.length === 2 && isCode(parts[1]) && codes.has(parts[0])) return codeOf(parts[1]);
    }
    return null;
  };
  const words2 = (s) => (s || '').replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).join('-');
  const named = (e, list) => {
    const parts = [e.id, e.getAttribute('name'), ...e.classList, ...[...e.attributes].map((a) => a.name).filter((n) => n.startsWith('data-')), e.getAttribute('data-action'), e.getAttribute('data-testid'), e.getAttribute('data-toggle')];
    if (e.tagName.includes('-')) parts.push(e.tagName);
    return parts.some((p) => { const t = words2(p); return t && list.some((w) => `-${t}-`.includes(`-${w}-`)); });
  };
  const label = (e) => {
    const own = squeeze(e.innerText || (e.tagName === 'INPUT' && /^(button|submit)$/.test(e.type) ? e.value : ''));
    const icon = e.querySelector && e.querySelector('img[alt],svg[aria-label],svg title');
    const given = squeeze(e.getAttribute('aria-label') || e.getAttribute('title') || e.getAttribute('data-original-title'));
    const tied = e.labels && e.labels[0] ? squeeze(e.labels[0].innerText || e.labels[0].title) : '';
    return { own: own.slice(0, 80), given: (given || tied || squeeze(icon && (icon.getAttribute('alt') || icon.getAttribute('aria-label') || icon.textContent))).slice(0, 80) };
  };
  const says = (l, list) => [l.own, l.given].some((t) => {
    const s = t.toLowerCase();
    if (!s || s.length > 60) return false;
    return list.some((w) => s === w || ((w.includes(' ') || /[^\x00-\x7f]/.test(w) && w.length > 3) && ` ${s} `.includes(w.length > 4 && /[^\x00-\x7f]/.test(w) ? w : ` ${w} `)));
  });
  const formOf = (e) => e.form || (e.closest && e.closest('form'));
  // Whether a form holds other things than this control: then it is more than a switch.
  const alone = (e) => {
    const f = formOf(e);
    if (!f) return true;
    const mine = (o) => o === e || (o.type === 'radio' && (o.name === e.name || o.name === (e.control && e.control.name)));
    return [...f.elements].every((o) => mine(o) || ['hidden', 'submit', 'button', 'image', 'reset'].includes(o.type) || o.tagName === 'FIELDSET' || o.tagName === 'BUTTON' || (e.tagName === 'BUTTON' && o.tagName === 'INPUT' && o.type === 'hidden'));
  };
  const clickable = (e) => e.matches('button,summary,label,[role=button],[role=switch],[role=menuitem],[role=menuitemradio],[role=option],[role=radio],[role=tab],[onclick],input[type=button],input[type=checkbox],input[type=radio],input[type=submit]');
  const stays = (a) => { const h = a.getAttribute('href'); return h === null || h === '' || h.startsWith('#') || h.startsWith('javascript:'); };
  const site = (h) => h.split('.').slice(-2).join('.');
  const found = [];
  const add = (kind, how, e, more) => {
    if (found.length >= 80) return;
    const l = label(e);
    found.push({ kind, how, n: kept.push(e) - 1, label: l.own || l.given, stem: [e.tagName, e.id, e.getAttribute('name'), e.classList[0]].join('|').slice(0, 120), id: [e.tagName, e.id, e.getAttribute('name'), l.own || l.given, more && more.value].join('|').slice(0, 160),
      visible: visible(e), alone: alone(e), form: !!formOf(e), pressed: e.checked === true || ['aria-pressed', 'aria-checked', 'aria-selected', 'aria-current'].some((a) => e.getAttribute(a) && e.getAttribute(a) !== 'false'), ...more });
  };

  for (const e of all) {
    const l = label(e);
    if (e.tagName === 'SELECT') {
      const options = [...e.options].filter((o) => !o.disabled).slice(0, 200).map((o) => ({ value: o.value, text: squeeze(o.text).slice(0, 60), selected: o.selected, code: languageOf(o.text) || (isCode(o.value) ? codeOf(o.value) : null) }));
      const speak = options.filter((o) => o.code).length;
      const money = options.filter((o) => /^[A-Z]{3}$/.test(o.value.toUpperCase()) && /\b[A-Z]{3}\b|[$€£¥₹]/.test(o.text)).length;
      const lit = says(l, words.theme) || named(e, words.theme_names) || options.filter((o) => words.theme.includes(o.text.toLowerCase())).length >= 2;
      if (options.length < 2) continue;
      if (speak >= 2 && speak * 2 >= options.length) add('language', 'select', e, { options });
      else if (says(l, words.currency) || named(e, ['currency', 'devise', 'valuta', 'waehrung']) || (money >= 2 && money * 2 >= options.length)) add('currency', 'select', e, { options });
      else if (lit && options.length <= 30) add('theme', 'select', e, { options });
      else if (says(l, words.preference) || named(e, words.preference_names)) add('preference', 'select', e, { options });
      continue;
    }
    if (e.tagName === 'A' && !stays(e)) {
      let url; try { url = new URL(e.href); } catch { continue; }
      if (!/^https?:$/.test(url.protocol) || site(url.hostname) !== site(location.hostname) || e.hasAttribute('download') || e.target === '_blank') continue;
      const marked = e.getAttribute('hreflang') || e.getAttribute('lang') || e.getAttribute('data-lang') || '';
      const code = (isCode(marked) && codeOf(marked)) || languageOf(l.own) || languageOf(l.given);
      if (code) {
        const same = url.href.split('#')[0] === location.href.split('#')[0];
        const path = url.pathname + url.search;
        const sure = !!marked || new RegExp(`(^|[/=?&._-])${code}([-_][a-z]{2,4})?([/&#?._-]|$)`, 'i').test(path) || /lang|locale|sprache|idioma|langue/i.test(path);
        if (sure || same) add('language', 'link', e, { code, value: path.slice(0, 120), here: same });
        continue;
      }
      if (says(l, words.theme) && /[?&/_-](theme|mode|skin|style|colou?r|scheme|contrast)/i.test(url.pathname + url.search)) add('theme', 'link', e, { value: url.search.slice(0, 80) });
      else if (says(l, words.currency) || (/[?&/_-](currency|cur|devise|valuta)/i.test(url.pathname + url.search) && /^[^a-z]*\b[A-Z]{3}\b/.test(l.own))) add('currency', 'link', e, { value: url.search.slice(0, 80) });
      continue;
    }
    const press = clickable(e) || (e.tagName === 'A' && stays(e));
    if (!press) continue;
    if (e.tagName === 'INPUT' && ['checkbox', 'radio'].includes(e.type) && !visible(e) && e.labels && [...e.labels].some(visible)) continue;
    const code = languageOf(l.own) || languageOf(l.given) || (isCode(e.getAttribute('data-lang') || '') ? codeOf(e.getAttribute('data-lang')) : null)
      || (e.tagName === 'BUTTON' && isCode(e.value || '') ? codeOf(e.value) : null);
    const opens = e.hasAttribute('aria-haspopup') || e.hasAttribute('aria-expanded') || e.tagName === 'SUMMARY' || named(e, ['dropdown-toggle', 'menu-toggle', 'menu-button']);
    const speaks = says(l, words.language) || named(e, ['language', 'languages', 'locale', 'lang', 'language-switcher', 'lang-switcher']);
    if (opens && (speaks || code)) { add('language', 'menu', e, { code }); continue; }
    if (code) { add('language', 'button', e, { code }); continue; }
    if (speaks && l.own.length < 30 && e.tagName !== 'LABEL') { add('language', 'menu', e, {}); continue; }
    const control = e.tagName === 'LABEL' ? e.control : e;
    const theme = says(l, words.theme) || named(e, words.theme_names) || (control && control !== e && named(control, words.theme_names));
    if (theme && e.type !== 'submit') { add('theme', opens ? 'menu' : control && control.type === 'radio' ? 'radio' : 'button', e, { value: (control && control.value) || e.getAttribute('data-theme-value') || e.getAttribute('data-bs-theme-value') || '' }); continue; }
    if (theme) { add('theme', 'button', e, { value: e.value || '' }); continue; }
    if (says(l, words.currency) || named(e, ['currency'])) { add('currency', opens ? 'menu' : 'button', e, {}); continue; }
    if (/^(A\+|A-|A−|A\+\+)$/.test(l.own) || says(l, words.preference) || named(e, words.preference_names)) add('preference', 'button', e, {});
  }
  return JSON.stringify({ found, lang: squeeze(document.documentElement.lang).slice(0, 35) });
}
