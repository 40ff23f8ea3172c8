// The products looked at last, kept in the browser alone.
(function () {
  "use strict";
  var id = document.currentScript.dataset.product;
  var seen = [];
  try { seen = JSON.parse(localStorage.getItem("recently_viewed") || "[]"); } catch (e) { seen = []; }
  seen = [id].concat(seen.filter(function (other) { return other !== id; })).slice(0, 6);
  localStorage.setItem("recently_viewed", JSON.stringify(seen));
})();
