//! Cookies of workers: what their requests set, and what only the jar can tell.

use cookie_audit::evidence::model::{Fate, WriterKind};

use crate::support::browser::{firefox, names, write};
use crate::support::{Asked, Browser, Reply, Site};

fn site(asked: &Asked) -> Reply {
    let own = |name: &str| format!("{name}=1; Path=/; Max-Age=3600");
    match asked.path.as_str() {
        "/dedicated" => Reply::html("<script>new Worker('/dedicated.js')</script>"),
        "/dedicated.js" => Reply::script("fetch('/from-dedicated')").cookie(&own("dedicated_js")),
        "/shared" => Reply::html("<script>new SharedWorker('/shared.js')</script>"),
        "/shared.js" => Reply::script("fetch('/from-shared')").cookie(&own("shared_js")),
        "/service" => Reply::html("<script>navigator.serviceWorker.register('/sw.js')</script>"),
        "/sw.js" => Reply::script(
            "addEventListener('install', (e) => e.waitUntil((async () => {
               await fetch('/from-service'); await cookieStore.set('sw_store', '1');
             })()))",
        )
        .cookie(&own("sw_js")),
        "/from-dedicated" | "/from-shared" | "/from-service" => {
            Reply::text("x").cookie(&own(&asked.path.replace("/from-", "by_")))
        }
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn a_dedicated_worker() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/dedicated")).await;
    assert_eq!(names(&page), ["by_dedicated", "dedicated_js"]);
    let script = write(&page, "dedicated_js");
    assert_eq!(script.writer.kind, WriterKind::Response);
    assert!(script.writer.url.as_deref().is_some_and(|u| u.ends_with("/dedicated.js")));
    assert!(script.writer.initiator.as_deref().is_some_and(|i| i.starts_with("worker")), "{:?}", script.writer);
    let fetched = write(&page, "by_dedicated");
    assert!(fetched.writer.url.as_deref().is_some_and(|u| u.ends_with("/from-dedicated")));
    assert!(fetched.stored.is_some());
    if firefox("does not say which script started a request") {
        return;
    }
    let initiator = fetched.writer.initiator.as_deref().unwrap();
    assert!(initiator.starts_with("fetch script") && initiator.ends_with("/dedicated.js"), "{initiator}");
}

#[tokio::test]
async fn a_shared_worker() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/shared")).await;
    assert_eq!(names(&page), ["by_shared", "shared_js"]);
    for name in ["by_shared", "shared_js"] {
        assert_eq!(write(&page, name).fate, Fate::Accepted);
        assert!(write(&page, name).stored.is_some());
    }
}

#[tokio::test]
async fn a_service_worker_and_its_script() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/service")).await;
    if firefox("no request of a service worker raises an event, and it has no cookie store") {
        assert_eq!(names(&page), ["by_service", "sw_js"]);
        assert!(page.writes.iter().all(|w| w.writer.kind == WriterKind::Unattributed && w.stored.is_some()));
        return;
    }
    assert_eq!(names(&page), ["by_service", "sw_js", "sw_store"]);
    assert_eq!(page.service_workers, [site.http("www.shop.localhost", "/sw.js")]);
    let fetched = write(&page, "by_service");
    assert_eq!(fetched.writer.kind, WriterKind::Response);
    assert!(fetched.writer.url.as_deref().is_some_and(|u| u.ends_with("/from-service")));
    assert!(fetched.writer.initiator.as_deref().is_some_and(|i| i.ends_with("/sw.js")), "{:?}", fetched.writer);
    // No event tells of these two; the jar does, and the worker's address says whose they are.
    for name in ["sw_js", "sw_store"] {
        let found = write(&page, name);
        assert_eq!(found.writer.kind, WriterKind::Unattributed, "{name}");
        assert_eq!(found.writer.url, Some(site.http("www.shop.localhost", "/sw.js")), "{name}");
        assert_eq!(found.writer.initiator.as_deref(), Some("service_worker"), "{name}");
        assert_eq!(found.fate, Fate::Accepted, "{name}");
        assert!(found.stored.is_some(), "{name}");
    }
    // The next visitor meets no worker of the last one.
    let next = browser.visit(&site.http("www.shop.localhost", "/service")).await;
    assert_eq!(names(&next), names(&page));
}
