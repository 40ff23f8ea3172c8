// Tracklight's measuring script: writes into the jar of the shop that embeds it.
(function () {
  "use strict";
  var base = {{ metrics|tojson }};
  function read(name) {
    var found = ("; " + document.cookie).split("; " + name + "=");
    return found.length > 1 ? found[1].split(";")[0] : "";
  }
  function random() {
    var bytes = crypto.getRandomValues(new Uint8Array(8));
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  // Are cookies to be had at all? Set and deleted at once: the jar never shows it afterwards.
  document.cookie = "tl_probe=1; Path=/; SameSite=Lax";
  var works = read("tl_probe") === "1";
  document.cookie = "tl_probe=; Path=/; Max-Age=0; SameSite=Lax";
  if (!works) { return; }
  var id = read("_pk_id.7.3c9d").split(".")[0] || random();
  var now = Math.floor(Date.now() / 1000);
  document.cookie = "_pk_id.7.3c9d=" + id + "." + now + ".; Path=/; Max-Age=33955200; SameSite=Lax";
  document.cookie = "_pk_ses.7.3c9d=1; Path=/; Max-Age=1800; SameSite=Lax";
  try { localStorage.setItem("tl_profile", JSON.stringify({ id: id, first: now })); } catch (e) { /* storage is off */ }
  new Image().src = base + "/collect?_id=" + id + "&url=" + encodeURIComponent(location.href);
})();
