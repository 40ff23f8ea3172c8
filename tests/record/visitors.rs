//! Who comes: fresh visitors with nothing kept or cached, returning ones, and one page after another.

use cookie_audit::evidence::model::{FailureReason, Outcome, Visitor};
use cookie_audit::gather::browser::SessionOptions;

use crate::support::browser::{firefox, jar, names, write};
use crate::support::{Asked, Browser, Reply, Site};

const KEPT: &str = "public, max-age=86400, immutable";

fn site(asked: &Asked) -> Reply {
    let kept = |reply: Reply, name: &str| {
        reply.header("Cache-Control", KEPT).cookie(&format!("{name}=1; Path=/; Max-Age=3600"))
    };
    match asked.path.as_str() {
        "/one" | "/two" => Reply::html(
            "<script src=/shared.js></script><link rel=stylesheet href=/shared.css><img src=/moved><script>fetch('/shared.json')</script>",
        )
        .cookie(&format!("{}=1; Path=/", asked.path.trim_matches('/'))),
        "/shared.js" => kept(Reply::script("document.cookie = 'by_shared=1; Path=/'"), "js"),
        "/shared.css" => kept(Reply::new("text/css", "p {}"), "css"),
        "/shared.json" => kept(Reply::new("application/json", "{}"), "json"),
        "/moved" => kept(Reply { status: 301, ..Reply::redirect("/image") }, "moved"),
        "/image" => kept(Reply::new("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"), "image"),
        "/old" => kept(Reply { status: 301, ..Reply::redirect("/new") }, "old"),
        "/new" => Reply::html("<p>new").cookie("new=1; Path=/"),
        "/script" => Reply::html("<script>document.cookie = 'script=1'; localStorage.setItem('k', '1')</script>"),
        "/later" => Reply::html("<script>setTimeout(() => { document.cookie = 'later=1' }, 5500)</script>"),
        "/named" => Reply::html(
            "<script>document.title = [window.name, history.length, sessionStorage.length, document.referrer].join('|');
             window.name = 'x'; sessionStorage.setItem('k', '1'); history.pushState(1, '', '/pushed')</script>",
        ),
        // Pages that would like to outlive themselves, and one that would notice.
        "/restless" => Reply::html(
            "<p>Restless</p><script>setInterval(() => { document.cookie = 'restless=1' }, 20);
             addEventListener('pagehide', () => { document.cookie = 'parting=1'; navigator.sendBeacon('/beacon') });
             const told = new BroadcastChannel('all'); setInterval(() => told.postMessage('here'), 20);
             new SharedWorker('/worker.js').port.start(); window.open('/popup')</script>",
        ),
        "/listening" => Reply::html(
            "<p>Listening</p><script>const heard = who => () => { document.cookie = who + '=1' };
             new BroadcastChannel('all').onmessage = heard('by_page');
             const worker = new SharedWorker('/worker.js').port; worker.onmessage = heard('by_worker'); worker.start();
             setTimeout(() => { document.cookie = 'listened=1' }, 3000)</script>",
        ),
        "/worker.js" => Reply::script(
            "let one; onconnect = e => { one?.postMessage('another came'); one = e.ports[0]; e.ports[0].start() };
             new BroadcastChannel('all').onmessage = () => {}",
        ),
        "/beacon" => Reply::status(204).cookie("beacon=1; Path=/"),
        "/popup" => Reply::html("<script>setInterval(() => { document.cookie = 'popup=1' }, 20)</script>"),
        "/dated" => Reply::html(
            "<p>Dated</p><script>setTimeout(() => {
               document.cookie = 'dated=1; Expires=' + new Date(Date.now() + 3600e3).toUTCString() }, 4000)</script>
             <iframe src=http://tracker.localhost:PORT/framed></iframe>"
                .replace("PORT", &asked.http.to_string()),
        ),
        "/framed" => Reply::html(
            "<script>setTimeout(() => { document.cookie = 'framed=1; Max-Age=60; SameSite=None; Secure' }, 5000)</script>",
        ),
        "/again" => {
            let seen = asked.cookies().contains("again=");
            let reply = Reply::html("<p>again");
            if seen { reply } else { reply.cookie("again=1; Path=/") }
        }
        "/parted" => Reply::html(
            "<p>Parted</p><script>addEventListener('pagehide', () => {
               document.cookie = 'parting=1'; navigator.sendBeacon('/beacon') })</script>",
        ),
        "/registers" => Reply::html("<script>navigator.serviceWorker.register('/sw.js')</script>"),
        "/sw.js" => Reply::script("").cookie("by_script_of_worker=1; Path=/"),
        quiet if quiet.starts_with("/quiet/") => {
            let number = quiet.trim_start_matches("/quiet/");
            Reply::html(format!(
                "<img src=/image><script src=/shared.js></script><script>
                 setTimeout(() => {{ document.cookie = 'late{number}=1; Max-Age=60' }}, 5000);
                 document.title = [window.name, history.length, document.referrer].join('|'); name = 'left'</script>"
            ))
            .cookie(&format!("quiet{number}=1; Path=/"))
        }
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn a_cached_response_would_set_nothing() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    for page in ["one", "two"] {
        let visit = browser.visit(&site.http("www.shop.localhost", &format!("/{page}"))).await;
        let mut expected = vec!["by_shared", "css", "image", "js", "json", "moved", page];
        expected.sort_unstable();
        assert_eq!(names(&visit), expected);
        assert!(visit.writes.iter().all(|w| w.stored.is_some()));
    }
    // A permanent redirect of the page itself is asked for anew as well.
    for _ in 0..2 {
        let visit = browser.visit(&site.http("www.shop.localhost", "/old")).await;
        assert_eq!(names(&visit), ["new", "old"]);
        assert_eq!(visit.hops.iter().map(|h| h.status).collect::<Vec<_>>(), [301, 200]);
    }
}

#[tokio::test]
async fn three_different_pages_in_a_row() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let first = browser.visit(&site.http("www.shop.localhost", "/later")).await;
    assert_eq!(names(&first), ["later"]);
    let second = browser.visit(&site.http("www.shop.localhost", "/script")).await;
    assert_eq!(names(&second), ["script"]);
    assert_eq!(second.storage.len(), 1);
    let third = browser.visit(&site.http("other.localhost", "/one")).await;
    assert_eq!(names(&third).len(), 7);
    assert!(third.jar.iter().all(|c| c.key.domain == "other.localhost"), "{:?}", third.jar);
    assert_eq!(third.storage, []);
    assert_eq!([first.sequence, second.sequence, third.sequence], [0, 1, 2]);
}

/// A port on which nobody listens.
fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_failed_page_between_two_others() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    assert_eq!(names(&browser.visit(&site.http("www.shop.localhost", "/new")).await), ["new"]);
    let gone = browser.visit(&format!("http://gone.localhost:{}/", closed_port())).await;
    assert!(matches!(gone.outcome, Outcome::Failed { reason: FailureReason::Connection, .. }), "{:?}", gone.outcome);
    let missing = browser.visit(&site.http("www.shop.localhost", "/missing")).await;
    assert!(matches!(missing.outcome, Outcome::Failed { reason: FailureReason::NotFound, status: Some(404), .. }));
    let next = browser.visit(&site.http("www.shop.localhost", "/later")).await;
    assert_eq!(names(&next), ["later"]);
}

#[tokio::test]
async fn nothing_of_the_tab_tells_of_an_earlier_visitor() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let url = site.http("www.shop.localhost", "/named");
    let mut titles = Vec::new();
    for _ in 0..3 {
        titles.push(browser.visit(&url).await.title.unwrap());
    }
    if firefox("counts the empty page of a new tab among its history, or not") {
        assert!(titles.iter().all(|t| t.starts_with('|') && t.ends_with("|0|")), "{titles:?}");
        return;
    }
    let history = titles[0].split('|').nth(1).unwrap().to_owned();
    assert_eq!(titles, vec![format!("|{history}|0|"); 3]);
}

/// Such pages stay in their tab until the next one takes their place.
#[tokio::test]
async fn quiet_pages_of_one_origin() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let mut titles = Vec::new();
    for number in 0..24 {
        let visit = browser.visit(&site.http("www.shop.localhost", &format!("/quiet/{number}"))).await;
        let (late, own) = (format!("late{number}"), format!("quiet{number}"));
        let expected = ["by_shared", "image", "js", &late, &own];
        assert_eq!(names(&visit), expected);
        assert_eq!(jar(&visit).into_iter().map(|key| &*key.name).collect::<Vec<_>>(), expected);
        assert_eq!(format!("{:?}", write(&visit, &late).sent.lifetime), "Seconds(60)");
        assert!(visit.writes.iter().all(|w| w.stored.is_some()));
        titles.push(visit.title.unwrap());
    }
    let seen = site.seen();
    let mut documents = seen.iter().filter(|asked| asked.path.starts_with("/quiet/"));
    assert!(documents.all(|asked| asked.cookies().is_empty()), "each is a fresh visitor");
    if !firefox("counts the empty page of a new tab among its history, or not") {
        assert_eq!(titles, vec![titles[0].clone(); titles.len()]);
    }
}

#[tokio::test]
async fn a_page_that_does_something_when_it_is_left() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    for round in 0..2 {
        let parted = browser.visit(&site.http("www.shop.localhost", "/parted")).await;
        assert_eq!(names(&parted), Vec::<&str>::new());
        let visit = browser.visit(&site.http("www.shop.localhost", &format!("/quiet/{round}"))).await;
        assert_eq!((names(&visit).len(), visit.jar.len()), (5, 5), "{:?}", names(&visit));
        assert_eq!(site.count(&format!("/quiet/{round}")), 1);
    }
}

/// Where a page takes the place of another one, a cookie that nothing explains might be the other's.
#[tokio::test]
async fn an_unexplained_cookie_after_a_quiet_page() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    for (round, loads) in [(0, 2), (1, 3)] {
        browser.visit(&site.http("www.shop.localhost", &format!("/quiet/{round}"))).await;
        let visit = browser.visit(&site.http("www.shop.localhost", "/registers")).await;
        assert_eq!(names(&visit), ["by_script_of_worker"]);
        if !firefox("empties the tab after every page") {
            // Loaded again in an empty tab; from then on at once.
            assert_eq!(site.count("/registers"), loads);
        }
    }
}

#[tokio::test]
async fn a_returning_visitor_keeps_what_was_set() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let url = site.http("www.shop.localhost", "/again");
    let first = browser.visit_as(&url, Visitor::Fresh).await;
    assert!(write(&first, "again").stored.is_some());
    let second = browser.visit_as(&url, Visitor::Returning).await;
    assert_eq!(names(&second), Vec::<&str>::new());
    assert_eq!(second.jar.iter().map(|c| (c.key.name.as_str(), c.new)).collect::<Vec<_>>(), [("again", false)]);
    let third = browser.visit_as(&url, Visitor::Fresh).await;
    assert_eq!(names(&third), ["again"]);
    assert!(third.jar[0].new);
}

#[tokio::test]
async fn nothing_of_a_page_reaches_the_pages_after_it() {
    one_page_after_the_other(SessionOptions::default()).await;
}

/// The way of an audit that carries secrets.
#[tokio::test]
async fn nothing_of_a_page_reaches_the_pages_after_it_where_sites_are_isolated() {
    if firefox("knows no switch for it") {
        return;
    }
    one_page_after_the_other(SessionOptions { isolate_sites: true, ..SessionOptions::default() }).await;
}

/// So many pages, at six seconds each, that a tab which keeps its process has to give it up on the way.
async fn one_page_after_the_other(options: SessionOptions) {
    let site = Site::start(site).await;
    let mut browser = Browser::with(options).await;
    let blocks = firefox("blocks a window that a page opens by itself");
    for page in ["restless", "listening", "dated"].into_iter().cycle().take(24) {
        let visit = browser.visit(&site.http("www.shop.localhost", &format!("/{page}"))).await;
        assert!(matches!(visit.outcome, Outcome::Loaded { .. }), "{page}: {:?}", visit.outcome);
        let expected = match page {
            "restless" if blocks => vec!["restless"],
            "restless" => vec!["popup", "restless"],
            "listening" => vec!["listened"],
            _ => vec!["dated", "framed"],
        };
        assert_eq!(names(&visit), expected, "{page}");
        let kept: Vec<&str> = jar(&visit).into_iter().map(|key| key.name.as_str()).collect();
        assert_eq!(kept, expected, "{page}");
        if page == "dated" {
            let asked = |name: &str| format!("{:?}", write(&visit, name).sent.lifetime);
            assert_eq!((asked("dated"), asked("framed")), ("Seconds(3600)".into(), "Seconds(60)".into()));
        }
    }
}
