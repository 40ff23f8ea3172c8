//! Cookies set by responses, each with its true writer.

use cookie_audit::cookie::{Lifetime, SameSite};
use cookie_audit::evidence::model::{Fate, Outcome, PageVisit, WriterKind};
use cookie_audit::gather::browser::{BrowserKind, SessionOptions};

use crate::support::browser::{self, firefox, names, write};
use crate::support::{Asked, Browser, Reply, Site};

const TRACKER: &str = "SameSite=None; Secure; Path=/";

fn site(asked: &Asked) -> Reply {
    let port = asked.http;
    let own = |name: &str| format!("{name}=1; Path=/; Max-Age=3600");
    let named = asked.path.trim_matches('/').replace(['.', '/'], "_");
    match asked.path.as_str() {
        "/hop1" => Reply::redirect("/hop2").cookie(&own("hop1")),
        "/hop2" => Reply::redirect("/page").cookie(&own("hop2")),
        "/page" => Reply::html(format!(
            "<link rel=icon href=/fav.png><link rel=stylesheet href=/style.css><img src=/img1><script src=/script.js></script>
             <iframe src='http://tracker.localhost:{port}/frame'></iframe>
             <script>
               fetch('/fetch1'); const x = new XMLHttpRequest(); x.open('GET', '/xhr'); x.send();
               fetch('http://tracker.localhost:{port}/cors', {{credentials: 'include'}});
               navigator.sendBeacon('/beacon', 'x'); new Worker('/worker.js');
             </script>"
        ))
        .cookie("doc=1; Path=/; Max-Age=63072000; HttpOnly; SameSite=Lax"),
        "/img1" => Reply::redirect("/img2").cookie(&own("img1")),
        "/fetch1" => Reply::redirect("/fetch2").cookie(&own("fetch1")),
        "/frame" => Reply::html("<p>frame").cookie(&format!("frame=1; {TRACKER}")),
        "/cors" => Reply::text("x").cors(asked).cookie(&format!("cors=1; {TRACKER}")),
        "/worker.js" => Reply::script("fetch('/workerfetch')").cookie(&own("worker_js")),
        "/script.js" => Reply::script("").cookie(&own("script_js")),
        "/style.css" => Reply::new("text/css", "").cookie(&own("style_css")),
        "/favicon.ico" => Reply::status(404),
        _ => Reply::text("x").cookie(&own(&named)),
    }
}

fn assert_response(page: &PageVisit, name: &str, path: &str, hop: u32, kind: &str) {
    let found = write(page, name);
    assert_eq!(found.writer.kind, WriterKind::Response, "{name}");
    let url = found.writer.url.as_deref().unwrap_or_default();
    assert!(url.ends_with(path), "{name}: {url}");
    assert_eq!(found.writer.hop, Some(hop), "{name}");
    let initiator = found.writer.initiator.as_deref().unwrap_or_default();
    // Only Chromium says what started a request, and tells a beacon from another fetch.
    let kind = if browser::kind() == BrowserKind::Chrome {
        kind.to_owned()
    } else {
        kind.split(' ').next().unwrap_or(kind).replace("beacon", "fetch")
    };
    assert!(initiator.starts_with(&kind), "{name}: {initiator}");
    assert_eq!(found.fate, Fate::Accepted, "{name}");
    assert!(found.stored.is_some(), "{name} is stored");
}

#[tokio::test]
async fn every_kind_of_response() {
    if firefox("has no debugging socket of its own") {
        return;
    }
    let mut browser = Browser::start().await;
    assert!(browser.recorder.session().devtools().is_some(), "the browser beside us is spoken to directly");
    every_kind(&mut browser).await;
}

#[tokio::test]
async fn the_same_through_the_driver() {
    // What a Grid leaves: no way to the browser but the driver's.
    let mut browser = Browser::with(SessionOptions { through_driver: true, ..SessionOptions::default() }).await;
    assert!(browser.recorder.session().devtools().is_none());
    every_kind(&mut browser).await;
}

async fn every_kind(browser: &mut Browser) {
    let site = Site::start(site).await;
    let page = browser.visit(&site.http("www.shop.localhost", "/hop1")).await;
    assert!(matches!(page.outcome, Outcome::Loaded { status: 200, .. }), "{:?}", page.outcome);
    assert_eq!(page.hops.iter().map(|h| h.status).collect::<Vec<_>>(), [302, 302, 200]);
    for (name, path, hop, kind) in [
        ("hop1", "/hop1", 0, "document"),
        ("hop2", "/hop2", 1, "document"),
        ("doc", "/page", 2, "document"),
        ("style_css", "/style.css", 0, "stylesheet parser"),
        ("script_js", "/script.js", 0, "script parser"),
        ("img1", "/img1", 0, "image parser"),
        ("img2", "/img2", 1, "image parser"),
        ("fetch1", "/fetch1", 0, "fetch script"),
        ("fetch2", "/fetch2", 1, "fetch script"),
        ("xhr", "/xhr", 0, "xhr script"),
        ("beacon", "/beacon", 0, "beacon script"),
        ("cors", "/cors", 0, "fetch script"),
        ("frame", "/frame", 0, "frame parser"),
        ("worker_js", "/worker.js", 0, "worker"),
        ("workerfetch", "/workerfetch", 0, "fetch script"),
        ("fav_png", "/fav.png", 0, "favicon"),
    ] {
        assert_response(&page, name, path, hop, kind);
    }
    assert_eq!(names(&page).len(), 16, "{:?}", names(&page));
    let doc = write(&page, "doc");
    assert_eq!(doc.sent.lifetime, Lifetime::Seconds(63_072_000));
    assert_eq!(doc.sent.same_site, Some(SameSite::Lax));
    let stored = doc.stored.as_ref().unwrap();
    assert_eq!(stored.lifetime, Lifetime::Seconds(400 * 86_400), "the browser clamps to 400 days");
    assert!(doc.sent.http_only && stored.http_only && doc.key.host_only);
    assert_eq!(write(&page, "img1").sent.same_site, None, "not declared");
    assert_eq!(write(&page, "img1").stored.as_ref().unwrap().same_site, None, "nor in the jar");
}
