//! Which cookie it is, and what became of it: partitions, paths, domains, several writers, deletion at once.

use cookie_audit::evidence::model::{Fate, WriteOp, WriterKind};

use crate::support::browser::{firefox, jar, names, write, writes};
use crate::support::{Asked, Browser, Reply, Site};

fn site(asked: &Asked) -> Reply {
    let port = asked.http;
    match asked.path.as_str() {
        "/chips" => Reply::html(format!(
            "<iframe src=http://tracker.localhost:{port}/frame></iframe><img src=http://tracker.localhost:{port}/pixel>"
        )),
        "/frame" => Reply::html("<script>document.cookie = 'scripted=1; Secure; SameSite=None; Path=/; Partitioned'</script>")
            .cookie("framed=1; Secure; SameSite=None; Path=/; Partitioned; Max-Age=600")
            .cookie("both=1; Secure; SameSite=None; Path=/; Partitioned")
            .cookie("both=2; Secure; SameSite=None; Path=/"),
        "/pixel" => Reply::text("x").cookie("pixel=1; Secure; SameSite=None; Path=/; Partitioned"),
        "/shop/page" => Reply::html("<script>document.cookie = 'here=1'; document.cookie = 'deep=1; Path=/shop/deep'</script>")
            .cookie("scoped=1; Path=/shop/cart")
            .cookie("default=1")
            .cookie("twin=1; Path=/")
            .cookie("twin=2; Path=/; Domain=shop.localhost"),
        "/two" => Reply::html("<script>document.cookie = 'one=script; Path=/'</script>").cookie("one=response; Path=/"),
        "/gone" => Reply::html(
            "<script>
               document.cookie = 'quick=1; Path=/'; document.cookie = 'quick=; Path=/; Max-Age=0';
               document.cookie = 'older=1; Path=/'; document.cookie = 'older=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT';
               fetch('/set').then(() => fetch('/unset'));
             </script>",
        ),
        "/set" => Reply::text("x").cookie("brief=1; Path=/; Max-Age=99"),
        "/unset" => Reply::text("x").cookie("brief=; Path=/; Max-Age=0"),
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn partitioned_cookies() {
    if firefox("partitioned cookies come back without a partition key") {
        return;
    }
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/chips")).await;
    for (name, kind) in
        [("framed", WriterKind::Response), ("pixel", WriterKind::Response), ("scripted", WriterKind::Script)]
    {
        let found = write(&page, name);
        assert_eq!(found.writer.kind, kind, "{name}");
        assert_eq!(found.key.partition.as_deref(), Some("http://shop.localhost"), "{name}");
        assert!(found.sent.partitioned && found.stored.is_some(), "{name}");
        assert_eq!(found.fate, Fate::Accepted, "{name}");
    }
    // Same name, same domain, and still two cookies.
    let both = writes(&page, "both");
    assert_eq!(both.iter().map(|w| w.key.partition.is_some()).collect::<Vec<_>>(), [true, false]);
    assert!(both.iter().all(|w| w.stored.is_some()), "{both:#?}");
    assert_eq!(page.jar.len(), 5);
    // The next visitor has neither kind.
    let next = browser.visit(&site.http("www.shop.localhost", "/two")).await;
    assert_eq!((names(&next), next.jar.len()), (vec!["one"], 1));
}

#[tokio::test]
async fn paths_and_domains() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/shop/page")).await;
    for (name, path) in [("scoped", "/shop/cart"), ("default", "/shop"), ("here", "/shop"), ("deep", "/shop/deep")] {
        let found = write(&page, name);
        assert_eq!(found.key.path, path, "{name}");
        assert_eq!(found.fate, Fate::Accepted, "{name}");
        assert!(found.stored.is_some() && found.key.host_only, "{name}");
    }
    assert_eq!(write(&page, "default").sent.path, None);
    let twins = writes(&page, "twin");
    let seen: Vec<_> = twins.iter().map(|w| (w.key.domain.as_str(), w.key.host_only, w.value.length)).collect();
    assert_eq!(seen, [("www.shop.localhost", true, 1), ("shop.localhost", false, 1)]);
    assert_eq!(twins[1].sent.domain.as_deref(), Some("shop.localhost"));
    assert!(twins.iter().all(|w| w.stored.is_some()));
    assert_eq!(jar(&page).len(), 6);
}

#[tokio::test]
async fn the_same_name_by_two_writers() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/two")).await;
    let found = writes(&page, "one");
    let seen: Vec<_> = found.iter().map(|w| (w.writer.kind, w.fate.clone(), w.stored.is_some())).collect();
    assert_eq!(seen, [(WriterKind::Response, Fate::Accepted, false), (WriterKind::Script, Fate::Accepted, true)]);
    assert_eq!(page.jar.len(), 1);
}

#[tokio::test]
async fn set_and_deleted_at_once() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/gone")).await;
    assert_eq!(names(&page), ["brief", "older", "quick"]);
    for name in names(&page) {
        let found = writes(&page, name);
        assert_eq!(found.iter().map(|w| w.op).collect::<Vec<_>>(), [WriteOp::Set, WriteOp::Delete], "{name}");
        assert!(found.iter().all(|w| w.fate == Fate::Accepted && w.stored.is_none()), "{name}: {found:#?}");
    }
    let brief = writes(&page, "brief");
    assert!(brief[0].writer.url.as_deref().is_some_and(|u| u.ends_with("/set")));
    assert!(brief[1].writer.url.as_deref().is_some_and(|u| u.ends_with("/unset")));
    assert!(page.jar.is_empty());
}
