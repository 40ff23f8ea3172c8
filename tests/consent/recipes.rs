//! Dialogs that only somebody else knows: the user's recipe, and rules of the user's autoconsent package.
//!
//! The package here is a stand-in of our own that speaks the same messages.

use std::sync::Arc;

use cookie_audit::evidence::model::Phase::{Accepted, Rejected};
use cookie_audit::gather::journey::consent::{Autoconsent, ConsentOptions};

use crate::pages::{Phased, floating, outcome, page, pressed, shop, with_dialog};
use crate::support::browser::names;
use crate::support::{Asked, Reply};

/// A dialog that no words tell: nothing of cookies, nothing of agreeing.
fn odd(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/odd" => with_dialog(
            "<section id=odd class=dialog><p>Hm?</p><button id=no onclick=refuse()>Blub</button>
             <button id=yes onclick=accept()>Blah</button></section>",
        ),
        "/steps" => page(
            "show('<section class=dialog><button id=more>Blub</button></section>');
             document.getElementById('more').onclick = () => { tell('more'); setTimeout(() => {
               show('<section class=dialog><input type=checkbox id=all><button id=keep>Blah</button></section>');
               document.getElementById('keep').onclick = () => { tell(document.getElementById('all').checked ? 'all' : 'none'); save('no'); gone(); };
             }, 1000); };",
        ),
        "/trap" => with_dialog(&floating("<div id=odd><p>Hm?</p><button id=no onclick=accept()>Accept all</button></div>")),
        _ => Reply::status(404),
    }
}

/// The stand-in's script: a rule is detected by a selector and evaluated in the page's world, and presses one.
const SCRIPT: &str = "
  const send = globalThis.autoconsentSendMessage;
  let rule = null;
  globalThis.autoconsentReceiveMessage = (m) => {
    if (m.type === 'initResp') {
      rule = m.rules.autoconsent.find((r) => document.querySelector(r.detect));
      if (rule) send({ type: 'eval', id: '1', code: '(() => typeof tell === \"function\")()' });
    } else if (m.type === 'evalResp' && m.result) {
      send({ type: 'popupFound', cmp: rule.name, url: location.href });
    } else if (m.type === 'optOut' || m.type === 'optIn') {
      setTimeout(() => {
        document.querySelector(rule[m.type]).click();
        send({ type: 'report', state: { clicks: 1 } });
        send({ type: m.type + 'Result', cmp: rule.name, result: true });
      }, 700);
    }
  };
  send({ type: 'init', url: location.href });
";

fn package() -> (tempfile::TempDir, Arc<Autoconsent>) {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [
        ("dist/autoconsent.playwright.js", SCRIPT),
        (
            "rules/rules.json",
            r##"{"autoconsent": [{"name": "odd-shop", "detect": "#odd", "optOut": "#no", "optIn": "#yes"}]}"##,
        ),
    ] {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let package = Autoconsent::load(folder.path()).unwrap();
    (folder, Arc::new(package))
}

#[tokio::test]
async fn a_rule_of_the_users_package() {
    let site = shop(odd).await;
    let (_folder, package) = package();
    let url = site.http("www.shop.localhost", "/odd");
    for (phase, word) in [(Rejected, "refuse"), (Accepted, "accept")] {
        let options = ConsentOptions { autoconsent: Some(Arc::clone(&package)), ..ConsentOptions::default() };
        let mut phased = Phased::start(phase, options).await;
        let chosen = phased.choose(&url).await;
        let got = outcome(&chosen);
        assert_eq!((got.dialog.as_str(), got.manager.as_deref()), ("operated", Some("odd-shop")), "{got:#?}");
        assert_eq!((got.clicks, got.shown_again), (Some(1), Some(false)));
        let page = phased.visit(&url).await;
        assert_eq!(pressed(&site, "/odd"), [word], "carried along: {:?}", page.notes);
        site.forget();
    }
}

#[tokio::test]
async fn a_rule_that_would_agree_is_held_up() {
    let site = shop(odd).await;
    let (_folder, package) = package();
    let options = ConsentOptions { autoconsent: Some(package), ..ConsentOptions::default() };
    let mut phased = Phased::start(Rejected, options).await;
    let chosen = phased.choose(&site.http("www.shop.localhost", "/trap")).await;
    assert_eq!(outcome(&chosen).dialog, "not_operable", "{:#?}", outcome(&chosen));
    assert!(pressed(&site, "/trap").is_empty());
    assert!(!names(&chosen.page.unwrap()).contains(&"_tracker"));
}

#[tokio::test]
async fn the_users_own_steps() {
    let site = shop(odd).await;
    let steps = ["#more", "#all", "#keep"].map(str::to_owned).to_vec();
    let mut phased = Phased::start(Accepted, ConsentOptions { accept_steps: steps, ..ConsentOptions::default() }).await;
    let chosen = phased.choose(&site.http("www.shop.localhost", "/steps")).await;
    let got = outcome(&chosen);
    assert_eq!((got.dialog.as_str(), got.clicks), ("operated", Some(3)), "{got:#?}");
    assert_eq!(pressed(&site, "/steps"), ["more", "all"]);

    let steps = vec!["#more".to_owned(), "#gone".to_owned()];
    let mut phased = Phased::start(Rejected, ConsentOptions { refuse_steps: steps, ..ConsentOptions::default() }).await;
    let chosen = phased.choose(&site.http("www.shop.localhost", "/steps")).await;
    let got = outcome(&chosen);
    assert_eq!(got.dialog, "not_operable");
    assert!(got.detail.contains("#gone"), "{}", got.detail);
}
