//! Cookies that the browser refuses: recorded as refused, with its reason, and never as set.

use cookie_audit::evidence::model::{Fate, PageVisit, WriterKind};

use crate::support::browser::{firefox, names, write};
use crate::support::{Asked, Browser, Reply, Site};

fn site(asked: &Asked) -> Reply {
    let port = asked.http;
    let long = "x".repeat(4100);
    match asked.path.as_str() {
        "/responses" => Reply::html(format!("<img src=http://tracker.localhost:{port}/pixel>"))
            .cookie("__Host-r=1; Path=/; Secure; Domain=shop.localhost")
            .cookie("__Secure-r=1; Path=/")
            .cookie("domain_r=1; Path=/; Domain=other.localhost")
            .cookie(&format!("size_r={long}; Path=/"))
            .cookie("insecure_r=1; Path=/; SameSite=None")
            .cookie("kept_r=1; Path=/"),
        "/pixel" => Reply::text("x")
            .cookie("lax_r=1; Path=/; SameSite=Lax")
            .cookie("strict_r=1; Path=/; SameSite=Strict")
            .cookie("undeclared_r=1; Path=/")
            .cookie("none_r=1; Path=/; SameSite=None; Secure"),
        "/scripts" => Reply::html(format!(
            "<iframe src=http://tracker.localhost:{port}/frame></iframe><script>
             for (const line of ['__Host-s=1; Path=/; Secure; Domain=shop.localhost', '__Secure-s=1; Path=/',
               'domain_s=1; Path=/; Domain=other.localhost', 'size_s=' + 'x'.repeat(4100) + '; Path=/',
               'insecure_s=1; Path=/; SameSite=None', 'hidden_s=1; Path=/; HttpOnly', 'owned=2; Path=/', 'kept_s=1; Path=/'])
               document.cookie = line;
             </script>"
        ))
        .cookie("owned=1; Path=/; HttpOnly"),
        "/frame" => Reply::html(
            "<script>for (const line of ['lax_s=1; Path=/; SameSite=Lax', 'undeclared_s=1; Path=/',
               'none_s=1; Path=/; SameSite=None; Secure']) document.cookie = line;</script>",
        ),
        _ => Reply::status(404),
    }
}

fn assert_refused(page: &PageVisit, kind: WriterKind, name: &str, reason: &str) {
    let found = write(page, name);
    assert_eq!(found.writer.kind, kind, "{name}");
    assert!(found.stored.is_none(), "{name}");
    let Fate::Refused { reasons } = &found.fate else { panic!("{name}: {:?}", found.fate) };
    assert!(reasons.iter().any(|r| r.trim_start_matches("Schemeful") == reason), "{name}: {reasons:?}");
    assert!(!page.jar.iter().any(|c| c.key.name == name), "{name} is not in the jar");
}

#[tokio::test]
async fn of_responses() {
    if firefox("tells no reasons, and keeps a cross-site cookie without SameSite") {
        return;
    }
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/responses")).await;
    for (name, reason) in [
        ("__Host-r", "InvalidPrefix"),
        ("__Secure-r", "InvalidPrefix"),
        ("domain_r", "InvalidDomain"),
        ("size_r", "NameValuePairExceedsMaxSize"),
        ("insecure_r", "SameSiteNoneInsecure"),
        ("lax_r", "SameSiteLax"),
        ("strict_r", "SameSiteStrict"),
        ("undeclared_r", "SameSiteUnspecifiedTreatedAsLax"),
    ] {
        assert_refused(&page, WriterKind::Response, name, reason);
    }
    for name in ["kept_r", "none_r"] {
        assert_eq!(write(&page, name).fate, Fate::Accepted, "{name}");
        assert!(write(&page, name).stored.is_some(), "{name}");
    }
    assert_eq!((names(&page).len(), page.jar.len()), (10, 2));
}

#[tokio::test]
async fn of_scripts() {
    if firefox("tells no reasons, and keeps a cross-site cookie without SameSite") {
        return;
    }
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/scripts")).await;
    for (name, reason) in [
        ("__Host-s", "InvalidPrefix"),
        ("__Secure-s", "InvalidPrefix"),
        ("domain_s", "InvalidDomain"),
        ("size_s", "NameValuePairExceedsMaxSize"),
        ("insecure_s", "SameSiteNoneInsecure"),
        ("hidden_s", "HttpOnly"),
        ("lax_s", "SameSiteLax"),
        ("undeclared_s", "SameSiteUnspecifiedTreatedAsLax"),
    ] {
        assert_refused(&page, WriterKind::Script, name, reason);
    }
    for name in ["kept_s", "none_s"] {
        assert_eq!(write(&page, name).fate, Fate::Accepted, "{name}");
        assert!(write(&page, name).stored.is_some(), "{name}");
    }
    // The response's stays; the script could not replace what it may not see.
    let owned: Vec<_> = page.writes.iter().filter(|w| w.key.name == "owned").collect();
    assert_eq!(owned.len(), 2);
    assert!(owned[0].fate == Fate::Accepted && owned[0].stored.is_some(), "{:?}", owned[0]);
    let reasons = match &owned[1].fate {
        Fate::Refused { reasons } => reasons.as_slice(),
        other => panic!("{other:?}"),
    };
    assert_eq!(reasons, ["OverwriteHttpOnly"]);
    assert_eq!(page.jar.len(), 3);
}
