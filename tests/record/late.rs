//! Cookies that come late, and pages that never come to rest: what page time is for, and what it may cost.

use std::time::{Duration, Instant};

use cookie_audit::evidence::model::{Fate, WriterKind};
use cookie_audit::gather::record::PageTime;

use crate::support::browser::{firefox, names, write};
use crate::support::{Asked, Browser, Reply, Site};

const CROSS: &str = "Path=/; SameSite=None; Secure";

fn site(asked: &Asked) -> Reply {
    let port = asked.http;
    match asked.path.as_str() {
        "/late" => Reply::html(format!(
            "<body style='height: 4000px'><iframe src=http://tracker.localhost:{port}/frame></iframe>
             <script>
               const write = (name) => {{ document.cookie = name + '=1; Path=/; Max-Age=60' }};
               addEventListener('load', () => setTimeout(write, 6000, 'six'));
               setTimeout(write, 5700, 'early');
               addEventListener('scroll', () => write('scrolled'), {{once: true}});
               setTimeout(async () => {{ await fetch('/slow'); setTimeout(write, 1000, 'chained') }}, 1000);
               setTimeout(() => {{ document.cookie = 'dated=1; Expires=' + new Date(Date.now() + 60000).toUTCString() }}, 5000);
             </script>"
        )),
        "/frame" => Reply::html(format!(
            "<script>addEventListener('load', () => setTimeout(() => {{ document.cookie = 'framed=1; {CROSS}' }}, 6000))</script>"
        )),
        "/slow" => Reply::text("x").cookie("slow=1; Path=/").after(Duration::from_secs(1)),
        "/restless" => Reply::html(
            "<body><script>
               const write = (name) => { document.cookie = name + '=1; Path=/' };
               fetch('/endless'); fetch('/silent'); new WebSocket('ws://' + location.host + '/socket');
               new Worker('/busy.js');
               const turn = () => { document.title = performance.now(); requestAnimationFrame(turn) }; turn();
               setInterval(() => { for (let n = 0; n < 1e6; n++); }, 50);
               setTimeout(write, 5500, 'late');
               setTimeout(async () => { await fetch('/slow'); setTimeout(write, 1000, 'chained') }, 1000);
             </script>",
        ),
        "/endless" => Reply { endless: true, ..Reply::text("").cookie("endless=1; Path=/") },
        "/silent" => Reply { silent: true, ..Reply::text("") },
        "/busy.js" => Reply::script("for (;;) { const end = Date.now() + 100; while (Date.now() < end); }"),
        "/socket" => Reply::status(404),
        "/stuck" => Reply::html("<script>document.cookie = 'before=1'; setTimeout(() => { for (;;); }, 1000)</script>"),
        "/sleepy" => Reply::html(
            "<script>document.cookie = 'before=1'; const until = (clock) => { const end = clock() + 50; while (clock() < end); };
             setTimeout(() => { until(Date.now); until(() => performance.now()); document.cookie = 'after=1' }, 1000)</script>",
        ),
        "/unheard" => Reply::html(
            "<script>
               const rest = (ms) => new Promise(go => setTimeout(go, ms));
               const frame = () => new Promise(go => requestAnimationFrame(go));
               (async () => {
                 await rest(500); await crypto.subtle.digest('SHA-256', new Uint8Array(1e6));
                 await rest(500); await new Blob(['x'.repeat(1e6)]).text();
                 await rest(500); await navigator.permissions.query({name: 'geolocation'});
                 await rest(500); await createImageBitmap(new ImageData(500, 500));
                 await rest(500); await frame(); await frame(); document.cookie = 'unheard=1';
               })();
             </script>",
        ),
        "/six" => Reply::html(
            "<script>addEventListener('load', () => setTimeout(() => { document.cookie = 'six=1' }, 6000))</script>",
        ),
        "/tall" => Reply::html(
            "<body style='height: 4000px'><script>const places = [];
               addEventListener('scroll', () => { places.push(scrollY > 0 ? 'end' : 'start'); document.title = places });
             </script>",
        ),
        "/quiet" => Reply::html("<p>quiet").cookie("quiet=1; Path=/"),
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn timers_chains_and_scrolling() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let began = Instant::now();
    let page = browser.visit(&site.http("www.shop.localhost", "/late")).await;
    let took = began.elapsed();
    assert_eq!(names(&page), ["chained", "dated", "early", "framed", "scrolled", "six", "slow"]);
    let frame = site.http("tracker.localhost", "/frame");
    for name in ["chained", "early", "six", "scrolled", "framed"] {
        let found = write(&page, name);
        assert_eq!((found.writer.kind, &found.fate), (WriterKind::Script, &Fate::Accepted), "{name}");
        assert!(found.stored.is_some(), "{name}");
    }
    assert_eq!(write(&page, "framed").writer.frame.as_deref(), Some(&*frame));
    if firefox("has no virtual time: page time is real time") {
        return;
    }
    // The page's own clock, not ours.
    assert!((5_600..7_500).contains(&write(&page, "six").at_ms), "{}", write(&page, "six").at_ms);
    assert!((5_600..6_500).contains(&write(&page, "early").at_ms), "{}", write(&page, "early").at_ms);
    // An expiry date computed by a clock that runs ahead is still a minute.
    let dated = write(&page, "dated");
    let seconds = dated.sent.lifetime.seconds().unwrap();
    assert!((59..=60).contains(&seconds), "{seconds}");
    assert_eq!(dated.stored.as_ref().unwrap().lifetime, dated.sent.lifetime);
    assert!(took < Duration::from_secs(10), "{took:?}");
}

/// Of the steps between its timers nothing is to be heard: no request, no storage.
#[tokio::test]
async fn a_chain_of_steps_in_silence() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    for _ in 0..3 {
        let page = browser.visit(&site.http("www.shop.localhost", "/unheard")).await;
        assert_eq!(names(&page), ["unheard"]);
    }
}

#[tokio::test]
async fn the_same_page_time_for_every_visit() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    // Its frame's process may be used again: the clock must not stand still in there.
    for visit in 0..3 {
        let page = browser.visit(&site.http("www.shop.localhost", "/late")).await;
        assert_eq!(names(&page), ["chained", "dated", "early", "framed", "scrolled", "six", "slow"], "visit {visit}");
        assert_eq!(page.notes, []);
    }
}

#[tokio::test]
async fn a_page_that_never_rests() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let began = Instant::now();
    let page = browser.visit(&site.http("www.shop.localhost", "/restless")).await;
    let took = began.elapsed();
    assert_eq!(names(&page), ["chained", "endless", "late", "slow"], "{:?}", page.notes);
    assert!(took < Duration::from_secs(15), "{took:?}");
    // It leaves nothing behind that holds the next page up.
    let began = Instant::now();
    let next = browser.visit(&site.http("www.shop.localhost", "/quiet")).await;
    assert_eq!(names(&next), ["quiet"]);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_page_that_hangs_itself_up() {
    if firefox("a script cannot be stopped without CDP") {
        return;
    }
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let began = Instant::now();
    let page = browser.visit(&site.http("www.shop.localhost", "/stuck")).await;
    assert_eq!(names(&page), ["before"]);
    assert!(page.title.is_some(), "freed in the end, and looked at: {:?}", page.notes);
    assert!(page.notes.iter().any(|n| n.code == "frame_busy"), "{:?}", page.notes);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let next = browser.visit(&site.http("www.shop.localhost", "/quiet")).await;
    assert_eq!(names(&next), ["quiet"]);
}

#[tokio::test]
async fn the_last_moment_of_a_quiet_page() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    for visit in 0..3 {
        let page = browser.visit(&site.http("www.shop.localhost", &format!("/six?{visit}"))).await;
        assert_eq!(names(&page), ["six"], "visit {visit}");
    }
}

#[tokio::test]
async fn to_the_end_and_back_however_short_the_time() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    for seconds in 1..=6 {
        let total = Duration::from_secs(seconds);
        browser.recorder.set_page_time(PageTime { total, ..PageTime::default() });
        let page = browser.visit(&site.http("www.shop.localhost", &format!("/tall?{seconds}"))).await;
        assert_eq!(page.title.as_deref(), Some("end,start"), "{seconds} seconds");
    }
}

#[tokio::test]
async fn a_script_that_waits_for_the_clock_in_a_loop() {
    if firefox("has no virtual time to be waited for in vain") {
        return;
    }
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    // In virtual time the clock stands while a task runs: such a page is visited again with real time.
    let page = browser.visit(&site.http("www.shop.localhost", "/sleepy")).await;
    assert_eq!(names(&page), ["after", "before"]);
    assert_eq!(page.notes.iter().map(|n| n.code.as_str()).collect::<Vec<_>>(), ["real_time"]);
}
