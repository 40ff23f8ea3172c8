//! Dialogs in many shapes and languages: what is pressed in each, and what never.

use cookie_audit::evidence::model::Phase::{Accepted, BeforeConsent, Rejected};

use crate::pages::{asking, check, floating, outcome, page, plain, pressed, shop, with_dialog};
use crate::support::browser::names;
use crate::support::{Asked, Browser, Reply};

const LAYERS: &str = "<p>We use cookies.</p><button onclick=accept()>Accept all</button>
  <button onclick=\"tell('settings'); show(SECOND)\">Settings</button>";

fn shapes(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/plain" => with_dialog(&plain()),
        "/shadow" => page(
            "show('<shop-choice class=dialog style=\"position:fixed;bottom:0\"></shop-choice>');
             const root = document.querySelector('shop-choice').attachShadow({mode: 'open'});
             root.innerHTML = '<p>This shop uses cookies.</p><button id=n>Decline</button><button id=y>Allow all</button>';
             root.getElementById('n').onclick = refuse; root.getElementById('y').onclick = accept;",
        ),
        "/layer" => page(&format!(
            "window.SECOND = {}; show({})",
            quoted(&floating("<p>Cookies, one by one.</p><button onclick=refuse()>Reject all</button>")),
            quoted(&floating(LAYERS))
        )),
        "/toggles" => page(&format!(
            "window.SECOND = {}; show({})",
            quoted(&floating(
                "<p>Your cookie settings</p>
                 <label><input type=checkbox checked disabled>Necessary</label>
                 <label><input type=checkbox checked id=s>Statistics</label>
                 <label><input type=checkbox id=m>Marketing</label>
                 <button onclick=accept()>Accept all</button>
                 <button onclick=\"tell(s.checked || m.checked ? 'agreed' : 'saved'); save('no'); gone()\">Save choices</button>"
            )),
            quoted(&floating(LAYERS))
        )),
        "/wall" => page(&format!(
            "document.body.style.overflow = 'hidden'; show({})",
            quoted(
                "<div class=dialog style='position:fixed;inset:0;background:#000c;z-index:99'>
                 <div role=dialog style='background:#fff'><p>We and our partners store cookies.</p>
                 <a href='/policy'>Privacy policy</a> <span onclick=accept() style='cursor:pointer'>Agree and continue</span>
                 <a href='#' onclick='refuse();return false'>Continue without agreeing</a></div></div>"
            )
        )),
        "/late" => page(&format!("setTimeout(() => show({}), 4000)", quoted(&plain()))),
        _ => Reply::status(404),
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[tokio::test]
async fn an_own_dialog() {
    let site = shop(shapes).await;
    let mut browser = Browser::start().await;
    let refused = check(&mut browser, &site, "/plain", Rejected, "operated", &["refuse"]).await;
    let got = outcome(&refused);
    assert_eq!(got.manager.as_deref(), Some("own"));
    assert_eq!((got.clicks, got.refuse_clicks, got.accept_clicks), (Some(1), Some(1), Some(1)));
    assert_eq!((got.shown_again, got.tcf.as_deref()), (Some(false), None));
    assert_eq!(got.buttons, ["Reject all", "Accept all"]);
    assert!(refused.before.as_ref().unwrap().starts_with(b"\x89PNG"));
    assert_ne!(refused.before, refused.after);
    let page = refused.page.unwrap();
    assert_eq!(page.step.as_deref(), Some("refuse in the consent dialog"));
    assert_eq!(names(&page), ["shop_consent_plain"]);

    let accepted = check(&mut browser, &site, "/plain", Accepted, "operated", &["accept"]).await;
    assert_eq!(names(&accepted.page.unwrap()), ["_tracker", "shop_consent_plain"]);

    let looked = check(&mut browser, &site, "/plain", BeforeConsent, "found", &[]).await;
    let got = outcome(&looked);
    assert_eq!((got.clicks, got.refuse_clicks, got.accept_clicks), (None, Some(1), Some(1)));
    assert!(looked.page.is_none() && looked.before.is_some());
}

#[tokio::test]
async fn in_a_shadow_root_on_a_wall_and_late() {
    let site = shop(shapes).await;
    let mut browser = Browser::start().await;
    for path in ["/shadow", "/wall", "/late"] {
        check(&mut browser, &site, path, Rejected, "operated", &["refuse"]).await;
        check(&mut browser, &site, path, Accepted, "operated", &["accept"]).await;
    }
}

#[tokio::test]
async fn on_a_second_layer() {
    let site = shop(shapes).await;
    let mut browser = Browser::start().await;
    let refused = check(&mut browser, &site, "/layer", Rejected, "operated", &["settings", "refuse"]).await;
    let got = outcome(&refused);
    assert_eq!((got.clicks, got.refuse_clicks, got.accept_clicks), (Some(2), Some(2), Some(1)));
    let saved = check(&mut browser, &site, "/toggles", Rejected, "operated", &["settings", "saved"]).await;
    assert_eq!(outcome(&saved).clicks, Some(3), "settings, one switch, save");
    let looked = check(&mut browser, &site, "/layer", BeforeConsent, "found", &[]).await;
    assert_eq!(outcome(&looked).accept_clicks, None, "whether it can be refused on another layer was not seen");
}

fn languages(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/de" => with_dialog(&asking(
            "Wir verwenden Cookies, um Inhalte und Anzeigen zu personalisieren.",
            "Nur notwendige Cookies",
            "Alle akzeptieren",
        )),
        "/pl" => with_dialog(&asking("Ta strona używa plików cookies.", "Odrzuć wszystkie", "Zaakceptuj wszystkie")),
        "/ja" => with_dialog(&asking("当サイトではクッキーを使用しています。", "すべて拒否", "すべて同意する")),
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn in_german_polish_and_japanese() {
    let site = shop(languages).await;
    let mut browser = Browser::start().await;
    for path in ["/de", "/pl", "/ja"] {
        check(&mut browser, &site, path, Rejected, "operated", &["refuse"]).await;
        check(&mut browser, &site, path, Accepted, "operated", &["accept"]).await;
    }
}

fn framed(asked: &Asked) -> Reply {
    let port = asked.http;
    match (asked.host.as_str(), asked.path.as_str()) {
        ("cmp.localhost", _) => Reply::html(
            "<p>We value your privacy and use cookies.</p><button onclick=\"parent.postMessage('no', '*')\">Reject</button>
             <button onclick=\"parent.postMessage('yes', '*')\">Accept</button>",
        ),
        (_, "/frame") => page(&format!(
            "show('<iframe class=dialog style=\"position:fixed;bottom:0;width:600px;height:200px\" src=\"http://cmp.localhost:{port}/\"></iframe>');
             onmessage = (e) => e.data === 'no' ? refuse() : accept();"
        )),
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn in_a_frame_of_another_site() {
    let site = shop(framed).await;
    let mut browser = Browser::start().await;
    check(&mut browser, &site, "/frame", Rejected, "operated", &["refuse"]).await;
    check(&mut browser, &site, "/frame", Accepted, "operated", &["accept"]).await;
}

fn others(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/none" => page(""),
        "/newsletter" => with_dialog(&floating(
            "<h2>Our newsletter</h2><p>Recipes for cookies every week. We respect your privacy.</p>
             <input type=email placeholder=mail><button onclick=accept()>Yes, I accept</button>
             <button onclick=refuse()>No thanks</button>",
        )),
        "/offer" => with_dialog(&floating(
            "<p>Ten per cent off today. See our privacy policy.</p><button onclick=accept()>Continue</button>
             <button onclick=refuse()>No thanks</button>",
        )),
        "/notice" => with_dialog(&floating("<p>This shop uses cookies.</p><button onclick=accept()>OK</button>")),
        "/ignores" => page(&format!(
            "show({}); window.refuse = () => 0; document.querySelector('.dialog button').onclick =
               () => {{ tell('refuse'); save('no'); gone(); track(); }};",
            quoted(&plain())
        )),
        "/forgets" => page(&format!(
            "show({}); document.querySelector('.dialog button').onclick = () => {{ tell('refuse'); gone(); }};",
            quoted(&plain())
        )),
        "/stuck" => with_dialog(&floating(
            "<p>We use cookies.</p><button onclick=\"tell('dead')\">Reject all</button>
             <button onclick=accept()>Accept all</button>",
        )),
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn what_is_no_consent_dialog_is_not_touched() {
    let site = shop(others).await;
    let mut browser = Browser::start().await;
    for path in ["/none", "/newsletter", "/offer"] {
        for phase in [Rejected, Accepted] {
            let chosen = check(&mut browser, &site, path, phase, "none", &[]).await;
            assert!(chosen.page.is_none(), "nothing was chosen");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_refused_is_never_accepted() {
    let site = shop(others).await;
    let mut browser = Browser::start().await;
    let notice = check(&mut browser, &site, "/notice", Rejected, "not_operable", &[]).await;
    assert_eq!((outcome(&notice).refuse_clicks, outcome(&notice).accept_clicks), (None, Some(1)));
    check(&mut browser, &site, "/notice", Accepted, "operated", &["accept"]).await;
    let stuck = check(&mut browser, &site, "/stuck", Rejected, "not_operable", &["dead"]).await;
    assert_eq!(outcome(&stuck).refuse_clicks, Some(1), "it is offered, and does nothing");
    assert!(!pressed(&site, "/stuck").contains(&"accept".to_owned()));
}

#[tokio::test]
async fn a_refusal_that_is_ignored_or_forgotten() {
    let site = shop(others).await;
    let mut browser = Browser::start().await;
    let ignored = check(&mut browser, &site, "/ignores", Rejected, "operated", &["refuse"]).await;
    assert_eq!(names(&ignored.page.unwrap()), ["_tracker", "shop_consent_ignores"]);
    let forgotten = check(&mut browser, &site, "/forgets", Rejected, "operated", &["refuse"]).await;
    assert_eq!(outcome(&forgotten).shown_again, Some(true));
}
