//! Web storage beside cookies, and who was contacted.

use cookie_audit::evidence::model::{PageVisit, StorageEntry, StorageKind};

use crate::support::browser::firefox;
use crate::support::{Asked, Browser, Reply, Site};

fn site(asked: &Asked) -> Reply {
    let port = asked.http;
    match asked.path.as_str() {
        "/page" => Reply::html(format!(
            "<script src=http://cdn.localhost:{port}/tag.js></script><script src=/own.js></script>
             <iframe src=http://tracker.localhost:{port}/frame></iframe><img src=http://img.shop.localhost:{port}/a.png>
             <script>fetch('http://gone.localhost:1/x').catch(() => {{}})</script>"
        )),
        "/own.js" => Reply::script(
            "localStorage.setItem('own_local', 'v'); localStorage.direct = 'v'; sessionStorage.setItem('own_session', 'v');
             localStorage.setItem('brief', 'v'); localStorage.removeItem('brief');
             indexedDB.open('own_db', 1); caches.open('own_cache');",
        ),
        "/tag.js" => Reply::script("localStorage.setItem('tag_local', 'v'); localStorage['tag_direct'] = 'v'"),
        "/frame" => Reply::html("<script>localStorage.setItem('framed', 'v')</script>")
            .cookie("seen=1; SameSite=None; Secure; Path=/"),
        "/a.png" => Reply::text("x"),
        _ => Reply::status(404),
    }
}

fn entry<'a>(page: &'a PageVisit, kind: StorageKind, key: &str) -> &'a StorageEntry {
    let found: Vec<_> = page.storage.iter().filter(|s| s.kind == kind && s.key == key).collect();
    assert_eq!(found.len(), 1, "{key}: {:#?}", page.storage);
    found[0]
}

#[tokio::test]
async fn keys_with_their_writers() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/page")).await;
    let own = site.http("www.shop.localhost", "/own.js");
    let tag = site.http("cdn.localhost", "/tag.js");
    let origin = site.http("www.shop.localhost", "");
    for (kind, key, script) in [
        (StorageKind::LocalStorage, "own_local", &own),
        (StorageKind::SessionStorage, "own_session", &own),
        (StorageKind::IndexedDb, "own_db", &own),
        (StorageKind::CacheStorage, "own_cache", &own),
        (StorageKind::LocalStorage, "tag_local", &tag),
    ] {
        let found = entry(&page, kind, key);
        assert_eq!(found.origin, origin, "{key}");
        assert!(found.present, "{key}");
        assert_eq!(found.writers.len(), 1, "{key}");
        assert_eq!(found.writers[0].url.as_ref(), Some(script), "{key}");
        assert!(!found.writers[0].stack.is_empty(), "{key}");
    }
    // Written as a property: no function of ours is called, but the key is there.
    for key in ["direct", "tag_direct"] {
        assert!(entry(&page, StorageKind::LocalStorage, key).present);
    }
    let brief = entry(&page, StorageKind::LocalStorage, "brief");
    assert!(!brief.present && brief.writers.len() == 1);
    let framed = entry(&page, StorageKind::LocalStorage, "framed");
    assert_eq!(framed.origin, site.http("tracker.localhost", ""));
    assert_eq!(framed.writers[0].frame, Some(site.http("tracker.localhost", "/frame")));
    // The next visitor starts with nothing.
    let next = browser.visit(&site.http("www.shop.localhost", "/a.png")).await;
    assert_eq!(next.storage, []);
}

#[tokio::test]
async fn hosts_contacted() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/page")).await;
    let hosts: Vec<(&str, Vec<&str>)> =
        page.hosts.iter().map(|h| (h.host.as_str(), h.kinds.iter().map(String::as_str).collect())).collect();
    let mut expected = vec![
        ("cdn.localhost", vec!["script"]),
        ("gone.localhost", vec!["fetch"]),
        ("img.shop.localhost", vec!["image"]),
        ("tracker.localhost", vec!["frame"]),
        ("www.shop.localhost", vec!["document", "favicon", "script"]),
    ];
    if firefox("a request that reaches nobody raises no event") {
        expected.retain(|(host, _)| *host != "gone.localhost");
    }
    assert_eq!(hosts, expected);
    let tracker = page.hosts.iter().find(|h| h.host == "tracker.localhost").unwrap();
    assert_eq!((tracker.requests, &tracker.examples), (1, &vec![site.http("tracker.localhost", "/frame")]));
}
