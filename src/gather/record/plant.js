// Runs in a world of its own before the page's code: puts what the visitor brings along into web storage, each item once.
() => {
  for (const [session, origin, key, value] of @ITEMS@) {
    try {
      if (origin !== self.origin) continue;
      const store = session ? sessionStorage : localStorage;
      if (store.getItem(key) === null) store.setItem(key, value);
    } catch { /* a frame without storage */ }
  }
}
