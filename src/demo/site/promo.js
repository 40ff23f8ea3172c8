// A banner that comes after four seconds, and only once a month.
(function () {
  "use strict";
  if (/(^|; )promo_seen=/.test(document.cookie)) { return; }
  setTimeout(function () {
    document.getElementById("promo").hidden = false;
    document.cookie = "promo_seen=1; Path=/; Max-Age=2592000; SameSite=Lax";
  }, 4000);
})();
