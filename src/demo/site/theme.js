// Light or dark: what the visitor chose, else what the system prefers. Kept for half a year.
(function () {
  "use strict";
  var root = document.documentElement;
  function keep(theme) {
    root.dataset.theme = theme;
    document.cookie = "theme=" + theme + "; Path=/; Max-Age=15552000; SameSite=Lax";
  }
  if (!/(^|; )theme=/.test(document.cookie)) {
    keep(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }
  document.getElementById("theme").addEventListener("click", function () {
    keep(root.dataset.theme === "dark" ? "light" : "dark");
  });
})();
