// Runs in a world of its own, in one frame. Puts the user's autoconsent script there with a queue for what it says, and
// keeps it from pressing what agrees where it is to refuse.
(argument) => {
  const { agreeing } = JSON.parse(argument);
  globalThis.__said = [];
  globalThis.autoconsentSendMessage = (message) => { globalThis.__said.push(message); return Promise.resolve(); };
  if (agreeing.length && !globalThis.__guarded) {
    globalThis.__guarded = true;
    const words = new Set(agreeing);
    const plain = (s) => (s || '').toLowerCase().replace(/[’‘`´]/g, "'").replace(/[\s\u00a0\u200b\u00ad]+/g, ' ')
      .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
    addEventListener('click', (event) => {
      const pressed = event.composedPath().find((e) => e.matches && e.matches('button,a,[role=button],input,[onclick]'));
      if (!pressed) return;
      const text = plain(pressed.innerText || pressed.value || pressed.getAttribute('aria-label'));
      if (!words.has(text)) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      globalThis.__said.push({ type: 'guarded', text: text.slice(0, 80) });
    }, true);
  }
  @SCRIPT@
  return 'ready';
}
