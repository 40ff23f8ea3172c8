// Runs in every frame before the page's own code, and tells each write of cookies and web storage.
// It calls the native function first, never throws, looks native, and reports through console.debug: that event leaves
// the renderer at once, with the engine's own stack, so neither a removed frame nor a page's tampering with Error hides it.
// Whatever is needed later is taken now: by then the page may have replaced every built-in function, iterators included.
(channel) => {
  const SECRET = '@SECRET@';
  const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const quote = JSON.stringify;
  const debug = console.debug, consoleObject = console;
  const DateObject = Date, now = Date.now, Str = String, ObjectCtor = Object, floor = Math.floor;
  const frame = window, NativeProxy = Proxy, NativeMap = WeakMap;
  const { indexOf, slice, trim } = String.prototype;
  const then = Promise.prototype.then;
  // Firefox's channel brings no stack along; an error knows it, by a getter that is taken now.
  const ErrorObject = Error, stackOf = channel && getOwnPropertyDescriptor(Error.prototype, 'stack')?.get;
  const stack = () => { try { return '\n' + apply(stackOf, new ErrorObject(), []); } catch { return ''; } };
  const jarOf = getOwnPropertyDescriptor(Document.prototype, 'cookie')?.get;
  const mapGet = WeakMap.prototype.get, mapSet = WeakMap.prototype.set;
  const originals = new NativeMap();
  const counts = ObjectCtor.create(null);
  let sent = 0, calls = 0;

  const tell = (fields) => {
    try {
      if (sent++ > 2000) return;
      // Piece by piece: of a whole array the page's own toJSON would be asked.
      let text = '[';
      for (let i = 0; i < fields.length; i++) text += quote(fields[i]) + ',';
      text += apply(now, DateObject, []) + ',' + address() + ']';
      if (channel) channel(SECRET + text + stack()); else apply(debug, consoleObject, [SECRET, text]);
    } catch { /* the page must not notice */ }
  };
  const isAbout = (href) => apply(indexOf, href, ['about:']) === 0;
  // Cookies of an about: frame belong to the document that made it.
  const address = () => {
    let w = frame, own = '';
    try {
      own = w.location.href;
      for (let i = 0; i < 8 && isAbout(w.location.href) && w.parent !== w; i++) w = w.parent;
      if (isAbout(w.location.href) && w.opener) w = w.opener;
      return own === w.location.href ? '[' + quote(own) + ']' : '[' + quote(own) + ',' + quote(w.location.href) + ']';
    } catch { return '[' + quote(own) + ']'; }
  };
  const disguise = (native, handler) => {
    const shown = new NativeProxy(native, { __proto__: null, apply: handler });
    apply(mapSet, originals, [shown, native]);
    return shown;
  };
  const wrap = (owner, name, handler) => {
    try {
      const d = owner && getOwnPropertyDescriptor(owner, name);
      if (!d || typeof d.value !== 'function') return;
      const native = d.value;
      defineProperty(owner, name, { ...d, value: disguise(native, (t, self, args) => handler(native, self, args)) });
    } catch { tell(['n', 'hook_failed', name]); }
  };

  // Functions wrapped here show the native text of what they wrap.
  wrap(Function.prototype, 'toString', (native, self, args) => {
    const original = apply(mapGet, originals, [self]);
    return apply(native, original || self, args);
  });

  // Chromium has a switch for this.
  if (channel && !@ANNOUNCE@) {
    try {
      const d = getOwnPropertyDescriptor(Navigator.prototype, 'webdriver');
      const get = disguise(d.get, (native, self) => { apply(native, self, []); return false; });
      defineProperty(Navigator.prototype, 'webdriver', { ...d, get });
    } catch { tell(['n', 'hook_failed', 'navigator.webdriver']); }
  }

  const accepted = (self, text) => {
    try {
      const end = apply(indexOf, text, [';']), pair = end < 0 ? text : apply(slice, text, [0, end]);
      const at = apply(indexOf, pair, ['=']);
      const name = at < 0 ? '' : apply(trim, apply(slice, pair, [0, at]), []);
      const value = apply(trim, apply(slice, pair, [at + 1]), []);
      const jar = '; ' + apply(jarOf, self, []) + '; ';
      return apply(indexOf, jar, ['; ' + (name ? name + '=' : '') + value + '; ']) >= 0;
    } catch { return null; }
  };
  try {
    const d = getOwnPropertyDescriptor(Document.prototype, 'cookie');
    const set = disguise(d.set, (native, self, args) => {
      // Once, as the native setter does it; what it throws is the page's own.
      const text = `${args[0]}`;
      apply(native, self, [text]);
      tell(['c', 'document.cookie', text, accepted(self, text)]);
    });
    defineProperty(Document.prototype, 'cookie', { ...d, set });
  } catch { tell(['n', 'hook_failed', 'document.cookie']); }

  const line = (args) => {
    const o = args.length && typeof args[0] === 'object' && args[0] ? args[0] : { name: args[0], value: args[1] };
    // Rounded: the clock has gone on a little since the page read it.
    const age = o.expires == null ? '' : '; Max-Age=' + floor((o.expires - apply(now, DateObject, [])) / 1000 + 0.5);
    return `${o.name}=${o.value}; Path=${o.path || '/'}` + (o.domain ? '; Domain=' + o.domain : '') + age
      + '; Secure; SameSite=' + (o.sameSite || 'strict') + (o.partitioned ? '; Partitioned' : '');
  };
  const store = frame.CookieStore && frame.CookieStore.prototype;
  const watch = (api, describe) => (native, self, args) => {
    let text = null;
    try { text = describe(args); } catch { /* let the native function complain */ }
    const call = ++calls, promise = apply(native, self, args);
    if (text !== null) {
      tell(['c', api, text, null, call]);
      try {
        apply(then, promise, [() => tell(['r', call, true, '']), (e) => tell(['r', call, false, Str(e && e.message)])]);
      } catch { /* not a promise: nothing to wait for */ }
    }
    return promise;
  };
  wrap(store, 'set', watch('cookieStore.set', line));
  wrap(store, 'delete', watch('cookieStore.delete', (args) => {
    const o = typeof args[0] === 'object' && args[0] ? args[0] : { name: args[0] };
    return `${o.name}=; Path=${o.path || '/'}` + (o.domain ? '; Domain=' + o.domain : '') + '; Max-Age=0; Secure'
      + (o.partitioned ? '; Partitioned' : '');
  }));

  const stored = (kind, key) => {
    const id = kind + '\0' + key;
    counts[id] = (counts[id] || 0) + 1;
    if (counts[id] <= 3) tell(['s', kind, Str(key)]);
  };
  wrap(frame.Storage && frame.Storage.prototype, 'setItem', (native, self, args) => {
    const result = apply(native, self, args);
    try { stored(self === frame.sessionStorage ? 'session_storage' : 'local_storage', Str(args[0])); } catch { /* */ }
    return result;
  });
  const opened = (kind) => (native, self, args) => {
    const result = apply(native, self, args);
    try { stored(kind, Str(args[0])); } catch { /* */ }
    return result;
  };
  wrap(frame.IDBFactory && frame.IDBFactory.prototype, 'open', opened('indexed_db'));
  wrap(frame.CacheStorage && frame.CacheStorage.prototype, 'open', opened('cache_storage'));
  // No evidence of its own, but the next visitor's storage has to be emptied of it.
  wrap(frame.StorageManager && frame.StorageManager.prototype, 'getDirectory', opened('file_system'));
  // A print dialog would hold the page up; nobody is there to print.
  wrap(frame, 'print', () => undefined);
}
