// Runs in the finder's world: presses elements kept there, by their numbers, if they still say what they said when they
// were found. Answers how many were pressed.
(argument) => {
  let pressed = 0;
  for (const [n, said] of JSON.parse(argument)) {
    const e = (globalThis.__kept || [])[n];
    if (!e || !e.isConnected) continue;
    if (said !== null && globalThis.__label && globalThis.__label(e) !== said) continue;
    e.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    const r = e.getBoundingClientRect();
    const at = { bubbles: true, cancelable: true, composed: true, view: window, button: 0, clientX: r.left + r.width / 2, clientY: r.top + r.height / 2 };
    for (const [kind, make] of [['pointerdown', PointerEvent], ['mousedown', MouseEvent], ['pointerup', PointerEvent], ['mouseup', MouseEvent]]) {
      e.dispatchEvent(new make(kind, at));
    }
    e.click();
    pressed++;
  }
  return String(pressed);
}
