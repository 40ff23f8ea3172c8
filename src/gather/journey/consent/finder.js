// Runs in a world of its own, in one frame. Finds what could be a consent dialog and its controls, and answers JSON
// text; keeps the elements, so that a later call can click one by its number and the same element keeps its number.
// Uses no timers and changes nothing.
(argument) => {
  const { topics, managers, named } = JSON.parse(argument);
  const kept = (globalThis.__kept ||= []);
  const keep = (e) => { const at = kept.indexOf(e); return at >= 0 ? at : kept.push(e) - 1; };
  const nothing = JSON.stringify({ dialogs: [], known: [] });
  if (innerWidth < 60 || innerHeight < 40 || !document.body) return nothing;

  const roots = function* (root, depth) {
    yield root;
    if (depth > 12) return;
    for (const e of root.querySelectorAll('*')) if (e.shadowRoot) yield* roots(e.shadowRoot, depth + 1);
  };
  const everyRoot = [...roots(document, 0)].slice(0, 400);
  const all = (selector) => {
    const found = [];
    for (const root of everyRoot) {
      try { found.push(...root.querySelectorAll(selector)); } catch { /* not for this browser */ }
    }
    return found;
  };
  const up = (e) => e.assignedSlot || e.parentElement || (e.getRootNode() instanceof ShadowRoot ? e.getRootNode().host : null);
  const styles = new Map();
  const style = (e) => { let s = styles.get(e); if (!s) styles.set(e, (s = getComputedStyle(e))); return s; };
  const visible = (e) => {
    const r = e.getBoundingClientRect();
    if (r.width < 2 || r.height < 2) return false;
    for (let at = e, n = 0; at && n < 60; at = up(at), n++) {
      const s = style(at);
      if (s.display === 'none' || Number(s.opacity) < 0.05) return false;
      if (n === 0 && (s.visibility === 'hidden' || s.visibility === 'collapse')) return false;
    }
    const fixed = style(e).position === 'fixed' || [...chain(e)].some((a) => style(a).position === 'fixed');
    return !fixed || (r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth);
  };
  // A frame that its page hides shows nobody anything; of a frame on another site this is not known.
  let holder = null;
  try { holder = window.frameElement; } catch { /* another site's */ }
  if (holder) {
    const s = holder.ownerDocument.defaultView.getComputedStyle(holder), r = holder.getBoundingClientRect();
    if (s.visibility === 'hidden' || s.display === 'none' || Number(s.opacity) < 0.05 || r.width < 60 || r.height < 40) return nothing;
  }
  const chain = function* (e) { for (let at = up(e), n = 0; at && n < 60; at = up(at), n++) yield at; };
  const squeeze = (s) => (s || '').replace(/[\s\u00a0\u00ad]+/g, ' ').trim();
  // Text over shadow borders, of visible parts only where that is cheap to know.
  const texts = new Map();
  let work = 0;
  const textOf = (e, most) => {
    const known = texts.get(e);
    if (known !== undefined && known.length >= most - 3000) return known;
    if (work > 3e6) return known || '';
    const text = readText(e, most);
    work += text.length + 50;
    texts.set(e, text);
    return text;
  };
  const readText = (e, most) => {
    let out = '';
    const walk = (node, depth) => {
      if (out.length > most || depth > 60) return;
      if (node.nodeType === Node.TEXT_NODE) { out += node.data; return; }
      if (node.nodeType !== Node.ELEMENT_NODE || /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.tagName)) return;
      if (node.tagName === 'SLOT') { const given = node.assignedNodes(); (given.length ? given : node.childNodes).forEach((n) => walk(n, depth + 1)); return; }
      if (style(node).display === 'none') return;
      out += ' ';
      (node.shadowRoot || node).childNodes.forEach((n) => walk(n, depth + 1));
    };
    walk(e, 0);
    return squeeze(out);
  };
  const label = (e) => {
    const own = squeeze(e.innerText || e.textContent || '');
    const icon = e.querySelector?.('img[alt],svg[aria-label]');
    return (own || squeeze(e.value && e.tagName === 'INPUT' && /^(button|submit)$/.test(e.type) ? e.value : '') ||
      squeeze(e.getAttribute('aria-label')) || squeeze(e.title) || squeeze(icon && (icon.alt || icon.getAttribute('aria-label')))).slice(0, 160);
  };
  globalThis.__label = label;
  const hasTopic = (text) => { const t = text.toLowerCase(); return topics.some((w) => t.includes(w)); };
  const nameOf = (e) => `${e.id || ''} ${e.getAttribute('class') || ''} ${e.getAttribute('aria-label') || ''} ${e.tagName.includes('-') ? e.tagName : ''}`.toLowerCase();
  const isNamed = (e) => { const n = nameOf(e); return named.some((w) => n.includes(w)); };
  const isHinted = (e) => /cookie|consent|gdpr|dsgvo|rgpd|lgpd|ccpa|cmp|privacy|datenschutz|tracking/.test(nameOf(e));
  const modal = (e) => e.matches('dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true],[popover]');
  const floats = (e) => {
    const s = style(e);
    return s.position === 'fixed' || s.position === 'sticky' || (s.position === 'absolute' && Number(s.zIndex) >= 10);
  };
  const BUTTONS = 'button,[role=button],input[type=button],input[type=submit],a,[onclick],[tabindex="0"],summary,label[for]';
  const PRESSES = 'button,[role=button],input[type=button],input[type=submit],a[href^="#"],a[href^="javascript:"],a:not([href]),a[class*=btn i],a[class*=button i],[onclick]';
  const TOGGLES = 'input[type=checkbox],[role=switch],[role=checkbox],button[aria-pressed]';
  // A pressed state alone makes no switch: "Allow" and "Deny" side by side have one each.
  const isToggle = (e) => e.matches(TOGGLES) && !(e.matches('button[aria-pressed]:not([role=switch],[role=checkbox])') && label(e));
  const stays = (a) => { const h = a.getAttribute('href'); return h === null || h === '' || h.startsWith('#') || h.startsWith('javascript:'); };
  const pressable = (e) => {
    if (e.tagName === 'LABEL') return false;
    if (e.tagName === 'A' && !stays(e)) return e.matches('[class*=btn i],[class*=button i],[role=button]') || isNamed(e);
    return e.matches(PRESSES) || style(e).cursor === 'pointer';
  };

  const within = (top, e) => { for (let at = e, n = 0; at && n < 80; at = up(at), n++) if (at === top) return true; return false; };
  const controls = (top) => all(BUTTONS).filter((e) => within(top, e) && pressable(e) && visible(e)).slice(0, 80);
  const describe = (top) => {
    const text = textOf(top, 12000);
    const inside = controls(top);
    const buttons = inside.filter((e) => !isToggle(e) && !inside.some((o) => o !== e && e.contains(o) && label(o) === label(e)))
      .map((e) => ({ n: keep(e), text: label(e), link: e.tagName === 'A' && !stays(e), disabled: !!e.disabled }))
      .filter((b) => b.text);
    const toggles = all(TOGGLES).filter((e) => isToggle(e) && within(top, e)).slice(0, 400).map((e) => ({
      n: keep(e),
      on: e.checked ?? ((e.getAttribute('aria-checked') || e.getAttribute('aria-pressed')) === 'true'),
      fixed: !!e.disabled || e.getAttribute('aria-disabled') === 'true' || e.readOnly === true,
    }));
    const inputs = all('input[type=email],input[type=text],input[type=tel],input[type=password],input:not([type]),textarea').filter((e) => within(top, e) && visible(e)).length;
    const r = top.getBoundingClientRect(), end = document.documentElement.scrollHeight;
    const edge = r.top + scrollY < 300 || r.bottom + scrollY > end - 400;
    return { n: keep(top), text: text.slice(0, 2500), length: text.length, buttons, toggles, inputs,
      modal: modal(top), floats: floats(top) || [...chain(top)].some(floats), named: isNamed(top), edge,
      hinted: isHinted(top) || [...chain(top)].slice(0, 4).some(isHinted) };
  };

  const tops = new Set();
  // A frame of its own holds the whole dialog.
  const framed = window !== window.top;
  for (const button of all(BUTTONS).slice(0, 3000)) {
    if (!pressable(button) || !visible(button)) continue;
    let about = null, part = null;
    for (const a of chain(button)) {
      if (a.tagName === 'BODY' || a.tagName === 'HTML') break;
      const short = (a.textContent || '').length < 60000;
      if (!about && short) {
        const text = textOf(a, 9000);
        if (text.length > label(button).length + 12 && text.length < 9000 && hasTopic(text)) about = a;
      }
      if (!about) continue;
      if (part && (!short || textOf(a, 9000).length >= 9000)) break;
      if (modal(a) || floats(a)) { tops.add(a); break; }
      // Many a dialog's parts are named like the dialog: what floats around them is the whole of it.
      if (!part && isNamed(a)) tops.add(part = a);
    }
    if (!about && framed && hasTopic(textOf(document.body, 9000))) tops.add(document.body);
    else if (about && framed && ![...tops].some((t) => within(t, button))) tops.add(document.body);
    if (tops.size > 30) break;
  }
  const described = [...tops].filter(visible).map(describe).filter((d) => d.buttons.length);
  const holds = (d) => JSON.stringify([d.buttons, d.toggles].map((list) => list.map((c) => c.n)));
  const whole = (o, d) => o !== d && kept[o.n].contains(kept[d.n]) && (modal(kept[o.n]) || floats(kept[o.n])) && holds(o) === holds(d);
  const dialogs = described.filter((d) => !described.some((o) => whole(o, d)));

  // What only a class names is looked for in the dialog alone: a page may have a `.submit` of its own.
  const first = (there, selectors) => {
    for (const s of selectors || []) {
      const e = all(s).find((e) => visible(e) && (/[#[]/.test(s) || within(there, e)));
      if (e) return keep(e);
    }
    return null;
  };
  const onTop = (e) => {
    const r = e.getBoundingClientRect(), root = e.getRootNode();
    const hit = root.elementFromPoint && root.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
    return !!hit && within(e, hit);
  };
  const known = [];
  managers.forEach((m, index) => {
    // Of several layers the one that lies on top is the one to be worked.
    const layers = all((m.detect || []).join(',') || 'never-a-tag').filter(visible);
    const there = layers.find(onTop) || layers[0];
    if (!there) return;
    const roles = {}, dialog = describe(there);
    for (const role of ['accept', 'refuse', 'settings', 'save', 'second_refuse']) {
      const n = roles[role] = first(there, m[role]);
      if (n !== null && !dialog.buttons.some((b) => b.n === n)) dialog.buttons.push({ n, text: label(kept[n]), link: false, disabled: !!kept[n].disabled });
    }
    known.push({ index, roles, dialog });
  });
  return JSON.stringify({ dialogs, known });
}
