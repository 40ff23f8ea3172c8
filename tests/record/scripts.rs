//! Cookies written by scripts: in the page, by somebody else's script, in frames of every kind.

use cookie_audit::cookie::{Lifetime, SameSite};
use cookie_audit::evidence::model::{CookieWrite, Fate, PageVisit, WriteOp, WriterKind};

use crate::support::browser::{firefox, names, write, writes};
use crate::support::{Asked, Browser, Reply, Site};

fn site(asked: &Asked) -> Reply {
    let port = asked.http;
    match asked.path.as_str() {
        "/page" => Reply::html(format!(
            "<body><script>document.cookie = 'inline=1; Max-Age=7200'</script>
             <script src=/own.js></script><script src=http://cdn.localhost:{port}/tag.js></script>
             <iframe src=http://img.shop.localhost:{port}/frame?same></iframe>
             <iframe src=http://tracker.localhost:{port}/frame?cross></iframe>
             <iframe srcdoc=\"<script>document.cookie = 'srcdoc=1'</script>\"></iframe>
             <iframe src=\"javascript:'<script>document.cookie = `scripturl=1`</script>'\"></iframe>
             <script src=/blank.js></script>"
        )),
        "/own.js" => Reply::script("function keep() { document.cookie = 'own=1; Path=/; SameSite=Strict' }\nkeep()"),
        "/tag.js" => Reply::script("document.cookie = 'tag=1; Path=/; Domain=shop.localhost'"),
        "/frame" if asked.query == "same" => Reply::html("<script>document.cookie = 'same=1; Path=/'</script>"),
        "/frame" => Reply::html("<script>document.cookie = 'cross=1; Path=/; SameSite=None; Secure'</script>"),
        "/blank.js" => Reply::script(
            "const one = document.createElement('iframe'); document.body.append(one);
             one.contentDocument.cookie = 'blank=1; Path=/';
             one.contentWindow.eval(\"document.cookie = 'blankeval=1; Path=/'\");
             const two = document.createElement('iframe'); document.body.append(two);
             two.contentDocument.cookie = 'blankgone=1; Path=/'; two.remove();
             const three = document.createElement('iframe'); document.body.append(three);
             const written = three.contentDocument; written.open();
             written.write(\"<script>document.cookie = 'blankwritten=1; Path=/'</\" + 'script>'); written.close();",
        ),
        "/store" => Reply::html(
            "<script>(async () => {
               await cookieStore.set('plain', '1');
               await cookieStore.set({name: 'full', value: '1', path: '/store', sameSite: 'lax', domain: 'shop.localhost',
                 expires: Date.now() + 7199900}); // two hours, as a slow machine leaves them to the call
               await cookieStore.set({name: 'chips', value: '1', partitioned: true});
               await cookieStore.set('gone', '1'); await cookieStore.delete('gone');
               await cookieStore.set({name: 'foreign', value: '1', domain: 'other.localhost'}).catch(() => {});
             })()</script>",
        ),
        _ => Reply::status(404),
    }
}

fn assert_script<'a>(page: &'a PageVisit, name: &str, script: &str, frame: &str) -> &'a CookieWrite {
    let found = write(page, name);
    assert_eq!(found.writer.kind, WriterKind::Script, "{name}");
    assert_eq!(found.writer.url.as_deref(), Some(script), "{name}: {:?}", found.writer);
    assert_eq!(found.writer.frame.as_deref(), Some(frame), "{name}");
    assert_eq!(found.writer.api.as_deref(), Some("document.cookie"), "{name}");
    assert_eq!((found.op, &found.fate), (WriteOp::Set, &Fate::Accepted), "{name}");
    assert!(found.stored.is_some(), "{name} is in the jar");
    found
}

#[tokio::test]
async fn every_frame_and_whoever_wrote() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let url = site.http("www.shop.localhost", "/page");
    let page = browser.visit(&url).await;
    let own = site.http("www.shop.localhost", "/own.js");
    let tag = site.http("cdn.localhost", "/tag.js");
    let same = site.http("img.shop.localhost", "/frame?same");
    let cross = site.http("tracker.localhost", "/frame?cross");
    let blank = site.http("www.shop.localhost", "/blank.js");

    let inline = assert_script(&page, "inline", &url, &url);
    assert_eq!(inline.sent.lifetime, Lifetime::Seconds(7200));
    assert_eq!(inline.stored.as_ref().unwrap().lifetime, Lifetime::Seconds(7200));
    assert!(inline.writer.stack[0].contains("/page:1:"), "{:?}", inline.writer.stack);
    let kept = assert_script(&page, "own", &own, &url);
    assert_eq!(kept.sent.same_site, Some(SameSite::Strict));
    assert_eq!(kept.writer.stack.len(), 2);
    assert!(kept.writer.stack[0].starts_with(&format!("keep {own}:1:")), "{:?}", kept.writer.stack);
    assert_eq!(kept.writer.stack[1], format!("(anonymous) {own}:2:1"));
    let tagged = assert_script(&page, "tag", &tag, &url);
    assert_eq!((tagged.key.domain.as_str(), tagged.key.host_only), ("shop.localhost", false));
    assert_eq!(assert_script(&page, "same", &same, &same).key.domain, "img.shop.localhost");
    assert_eq!(assert_script(&page, "cross", &cross, &cross).key.domain, "tracker.localhost");
    let srcdoc = write(&page, "srcdoc");
    assert_eq!(
        (srcdoc.writer.frame.as_deref(), srcdoc.key.domain.as_str()),
        (Some("about:srcdoc"), "www.shop.localhost")
    );
    assert!(srcdoc.writer.kind == WriterKind::Script && srcdoc.stored.is_some(), "{srcdoc:?}");
    // Chromium gives such a document no cookies; the write was seen all the same, and the jar decides.
    let scripted = write(&page, "scripturl");
    assert_eq!((scripted.writer.kind, scripted.writer.frame.as_deref()), (WriterKind::Script, Some("about:blank")));
    assert_eq!(scripted.stored.is_some(), page.jar.iter().any(|c| c.key.name == "scripturl"));
    assert_eq!(scripted.stored.is_some(), scripted.fate == Fate::Accepted);
    for name in ["blank", "blankeval", "blankgone", "blankwritten"] {
        let found = write(&page, name);
        assert_eq!(found.writer.kind, WriterKind::Script, "{name}");
        assert_eq!(found.key.domain, "www.shop.localhost", "{name}");
        assert!(found.stored.is_some(), "{name}");
        if name != "blankwritten" {
            assert_eq!(found.writer.url.as_deref(), Some(&*blank), "{name}");
        }
    }
    assert_eq!(names(&page).len(), 11, "{:?}", names(&page));
    assert_eq!(page.jar.len(), page.writes.iter().filter(|w| w.stored.is_some()).count());
}

#[tokio::test]
async fn the_cookie_store() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let url = site.http("www.shop.localhost", "/store");
    let page = browser.visit(&url).await;
    let plain = write(&page, "plain");
    assert_eq!(plain.writer.api.as_deref(), Some("cookieStore.set"));
    assert_eq!((plain.writer.url.as_deref(), plain.writer.kind), (Some(&*url), WriterKind::Script));
    assert_eq!(
        (plain.sent.lifetime, plain.sent.same_site, plain.sent.secure),
        (Lifetime::Session, Some(SameSite::Strict), true)
    );
    assert_eq!(plain.stored.as_ref().unwrap().same_site, Some(SameSite::Strict));
    let full = write(&page, "full");
    assert_eq!(
        (full.key.domain.as_str(), full.key.host_only, full.key.path.as_str()),
        ("shop.localhost", false, if firefox("a default path without its last slash") { "/store" } else { "/store/" })
    );
    assert_eq!(full.sent.lifetime, Lifetime::Seconds(7200));
    assert_eq!(full.stored.as_ref().unwrap().lifetime, Lifetime::Seconds(7200));
    let chips = write(&page, "chips");
    if !firefox("partitioned cookies come back without a partition key") {
        assert_eq!(chips.key.partition.as_deref(), Some("http://shop.localhost"));
    }
    assert!(chips.sent.partitioned && chips.stored.is_some());
    let gone = writes(&page, "gone");
    assert_eq!(gone.iter().map(|w| w.op).collect::<Vec<_>>(), [WriteOp::Set, WriteOp::Delete]);
    assert!(gone.iter().all(|w| w.fate == Fate::Accepted && w.stored.is_none()), "{gone:#?}");
    assert_eq!(gone[1].writer.api.as_deref(), Some("cookieStore.delete"));
    let foreign = write(&page, "foreign");
    assert!(matches!(&foreign.fate, Fate::Refused { reasons } if !reasons[0].is_empty()), "{:?}", foreign.fate);
    assert_eq!(page.jar.len(), 3);
}
