// Runs in a world of its own, in one frame. Finds an element by CSS selector or by its words, holds it for later calls,
// and does with it what only a script can. Answers JSON text.
(argument) => {
  const asked = JSON.parse(argument);
  const roots = function* (root, depth) {
    yield root;
    if (depth > 12) return;
    for (const e of root.querySelectorAll('*')) if (e.shadowRoot) yield* roots(e.shadowRoot, depth + 1);
  };
  const squeeze = (s) => (s || '').replace(/[\s\u00a0\u00ad]+/g, ' ').trim();
  const visible = (e) => {
    const r = e.getBoundingClientRect();
    if (r.width < 1 || r.height < 1) return false;
    return typeof e.checkVisibility !== 'function' || e.checkVisibility({ checkVisibilityCSS: true });
  };
  const words = (e) => squeeze(e.innerText || (e.tagName === 'INPUT' ? e.value : '') || e.getAttribute('aria-label') || e.title);
  const find = () => {
    const found = [];
    for (const root of roots(document, 0)) {
      if (asked.text !== undefined) {
        const wanted = squeeze(asked.text).toLowerCase();
        const all = [...root.querySelectorAll('button,a,input[type=submit],input[type=button],[role],label,summary,option,span,p,h1,h2,h3,h4,li,td,div,body')];
        const exact = all.filter((e) => words(e).toLowerCase() === wanted);
        const within = exact.length ? exact : all.filter((e) => words(e).toLowerCase().includes(wanted));
        found.push(...within.filter((e) => !within.some((o) => o !== e && e.contains(o))));
      } else {
        try { found.push(...root.querySelectorAll(asked.css)); } catch { return null; }
      }
    }
    return found;
  };
  const answer = (o) => JSON.stringify(o);
  const place = (e) => {
    e.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const r = e.getBoundingClientRect();
    const x = Math.floor(r.left + r.width / 2), y = Math.floor(r.top + r.height / 2);
    let at = document.elementFromPoint(x, y);
    while (at && at.shadowRoot && at.shadowRoot.elementFromPoint(x, y) && at.shadowRoot.elementFromPoint(x, y) !== at) at = at.shadowRoot.elementFromPoint(x, y);
    const hit = !!(at && (at === e || e.contains(at) || at.contains(e) || (at.closest && at.closest('label') && at.closest('label').control === e)));
    return { x, y, hit };
  };
  if (asked.do === 'find') {
    const found = find();
    if (found === null) return answer({ bad: true });
    // A heading may say the same as the button below it.
    const works = (e) => e.matches('a,button,input,select,summary,label,[role=button],[role=link],[role=menuitem],[role=tab],[onclick]');
    if (asked.text !== undefined) found.sort((a, b) => works(b) - works(a));
    const e = found.find(visible) || (asked.hidden ? found[0] : undefined);
    globalThis.__hand = e;
    if (!e) return answer({ count: found.length });
    return answer({ found: true, count: found.length, tag: e.tagName.toLowerCase(), type: (e.type || '').toString(), ...place(e) });
  }
  if (asked.do === 'kept') {
    const e = (globalThis.__switches || [])[asked.n];
    if (!e || !e.isConnected) return answer({});
    globalThis.__hand = e;
    return answer({ found: true, tag: e.tagName.toLowerCase(), type: (e.type || '').toString(), shown: visible(e), ...place(e) });
  }
  const e = globalThis.__hand;
  if (!e || !e.isConnected) return answer({ gone: true });
  const tell = () => { for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, { bubbles: true, composed: true })); };
  if (asked.do === 'click') { e.click(); return answer({ done: true }); }
  if (asked.do === 'focus') {
    e.focus();
    if (typeof e.select === 'function') e.select();
    else if (e.isContentEditable) getSelection().selectAllChildren(e);
    return answer({ done: true });
  }
  if (asked.do === 'has') return answer({ done: (e.value ?? e.innerText) === asked.value });
  if (asked.do === 'set') {
    const proto = Object.getPrototypeOf(e);
    const setter = Object.getOwnPropertyDescriptor(proto, 'value')?.set;
    if (setter) setter.call(e, asked.value); else e.textContent = asked.value;
    tell();
    return answer({ done: true });
  }
  if (asked.do === 'choose') {
    const options = [...(e.options || [])];
    const wanted = asked.value;
    const option = options.find((o) => o.value === wanted) || options.find((o) => squeeze(o.text).toLowerCase() === wanted.toLowerCase());
    if (!option) return answer({ done: false });
    e.focus();
    e.selectedIndex = options.indexOf(option);
    tell();
    return answer({ done: true });
  }
  // A form with nothing but this switch in it may be sent: that is how such a switch works without scripts.
  if (asked.do === 'send') {
    const form = e.form || (e.closest && e.closest('form'));
    if (!form || form.target === '_blank') return answer({ done: false });
    const others = [...form.elements].filter((o) => o !== e && !['hidden', 'submit', 'button', 'image'].includes(o.type) && o.tagName !== 'FIELDSET' && o.tagName !== 'BUTTON' && !(o.type === 'radio' && o.name === e.name));
    if (others.length || [...form.elements].some((o) => o.type === 'password' || o.type === 'file')) return answer({ done: false });
    const button = [...form.elements].find((o) => ['submit', 'image'].includes(o.type));
    if (button) { globalThis.__hand = button; return answer({ done: true, press: true, ...place(button) }); }
    if (!asked.sole) return answer({ done: false });
    form.requestSubmit();
    return answer({ done: true });
  }
  return answer({});
}
