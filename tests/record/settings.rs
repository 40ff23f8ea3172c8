//! Settings of the session, as the pages see them.

use std::collections::BTreeMap;

use base64::Engine as _;
use cookie_audit::evidence::model::{FailureReason, Outcome, PageVisit, Visitor};
use cookie_audit::evidence::values::Redactor;
use cookie_audit::gather::Visits as _;
use cookie_audit::gather::browser::{OriginHeaders, Session, SessionOptions, options};
use cookie_audit::gather::record::{Recorder, RecorderOptions};
use serde_json::json;

use crate::support::browser::{self, firefox, names};
use crate::support::{Asked, Browser, Reply, Site};

/// Tells everything that a page can see of how large it is shown.
const SIZES: &str = "<div id=box style='position:fixed;top:9px;width:50vw;height:50vh;border:thin solid'>words</div><script>
  const watcher = new IntersectionObserver((all) => {
    // A frame may be told that it is not seen before it has its place.
    const seen = all.find((entry) => entry.isIntersecting);
    if (!seen) return;
    watcher.disconnect();
    const of = (object, ...keys) => keys.map((key) => object[key]);
    const queries = ['(max-width:1366px)', '(min-device-width:1366px)', '(resolution:1dppx)', '(hover:hover)',
      '(pointer:fine)', '(any-pointer:coarse)', '(orientation:landscape)', '(update:fast)', '(overflow-block:scroll)'];
    const told = [of(window, 'innerWidth', 'innerHeight', 'outerWidth', 'outerHeight', 'screenX', 'screenY', 'devicePixelRatio'),
      of(screen, 'width', 'height', 'availWidth', 'availHeight', 'availLeft', 'availTop', 'colorDepth', 'isExtended'),
      of(visualViewport, 'width', 'height', 'scale', 'offsetTop'), screen.orientation.type,
      of(document.documentElement, 'clientWidth', 'clientHeight', 'scrollHeight'), navigator.maxTouchPoints,
      'ontouchstart' in window, queries.map((query) => matchMedia(query).matches),
      seen.intersectionRatio, seen.rootBounds && seen.rootBounds.toJSON(), seen.boundingClientRect.toJSON(),
      getComputedStyle(box).borderTopWidth];
    fetch('/sizes/told?' + encodeURIComponent(JSON.stringify(told)));
  });
  watcher.observe(box);
</script>";

/// Says with a cookie of each that it is seen, drawn and scrolled, though something moves in it all the time; and what it
/// should not hear.
const PRESENCE: &str = "<body><h1></h1><p style='margin-top: 2000px'>the end</p><script>
  const say = (what) => { document.cookie = `${what}=1`; };
  say(document.visibilityState);
  if (matchMedia('(display-mode: browser)').matches) say('ordinary');
  let frames = 0;
  const draw = () => {
    document.querySelector('h1').textContent = ++frames;
    if (frames === 2) say('drawn');
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  new IntersectionObserver((all) => { if (all.some((entry) => entry.isIntersecting)) say('end'); })
    .observe(document.querySelector('p'));
  for (const event of ['scroll', 'visibilitychange', 'blur', 'freeze', 'resize', 'fullscreenchange'])
    for (const object of [window, document]) object.addEventListener(event, () => say(event));
</script>";

fn site(asked: &Asked) -> Reply {
    let port = asked.http;
    match asked.path.as_str() {
        "/look" => Reply::html(
            "<script>document.title = [navigator.webdriver, /Headless/.test(navigator.userAgent), innerWidth, navigator.language,
               navigator.languages.join(), Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.userAgent,
               JSON.stringify(navigator.userAgentData?.brands ?? [])].join('|')</script>",
        ),
        "/sizes" => Reply::html(format!(
            "<body style='height:3000px'><iframe style='position:fixed;left:700px'
               src=http://tracker.localhost:{port}/sizes/frame></iframe>{SIZES}"
        )),
        "/page" => Reply::html(PRESENCE),
        "/stuck" => Reply::html("<script>setTimeout(() => { const end = Date.now() + 50; while (Date.now() < end); }, 300)</script>"),
        "/sizes/frame" => Reply::html(SIZES),
        "/third" => Reply::html(format!("<img src=http://tracker.localhost:{port}/pixel>")),
        "/pixel" => Reply::text("x").cookie("pixel=1; SameSite=None; Secure"),
        "/headers" => Reply::html(format!(
            "<img src=/own.png><img src=http://tracker.localhost:{port}/foreign.png><img src=/away><script src=/x.js></script>"
        )),
        "/away" => Reply::redirect(format!("http://tracker.localhost:{port}/redirected.png")),
        "/secure" => Reply::html("<p>secure").cookie("secure=1; Secure; Path=/"),
        _ => Reply::text("x"),
    }
}

fn seen(page: &PageVisit) -> Vec<&str> {
    page.title.as_deref().unwrap_or_default().split('|').collect()
}

#[tokio::test]
async fn an_ordinary_visitor_unless_announced() {
    let site = Site::start(site).await;
    let url = site.http("www.shop.localhost", "/look");
    let mut browser = Browser::start().await;
    let info = browser.recorder.session().info().clone();
    assert_eq!(info.third_party_cookies, "allowed");
    assert!(!info.announce && !info.user_agent.contains("Headless"), "{info:?}");
    let page = browser.visit(&url).await;
    let shown = seen(&page);
    assert_eq!(shown[..2], ["false", "false"], "{shown:?}");
    assert_eq!(shown[6], info.user_agent);
    assert!(!shown[7].contains("Headless"), "{shown:?}");
    let agents: Vec<String> = site.seen().iter().filter_map(|a| a.header("user-agent").map(str::to_owned)).collect();
    assert!(agents.iter().all(|a| *a == info.user_agent), "{agents:?}");
    let third = browser.visit(&site.http("www.shop.localhost", "/third")).await;
    assert_eq!(names(&third), ["pixel"]);
    assert!(third.writes[0].stored.is_some());
    drop(browser);

    let mut announced = Browser::with(SessionOptions { announce: true, ..SessionOptions::default() }).await;
    assert!(announced.recorder.session().info().announce);
    let page = announced.visit(&url).await;
    assert_eq!(seen(&page)[0], "true");
}

#[tokio::test]
async fn how_the_browser_looks() {
    let site = Site::start(site).await;
    let mut browser = Browser::with(SessionOptions {
        user_agent: Some("Mozilla/5.0 (audit)".to_owned()),
        viewport: (800, 600),
        language: Some("de-DE,de".to_owned()),
        time_zone: Some("Asia/Tokyo".to_owned()),
        ..SessionOptions::default()
    })
    .await;
    let page = browser.visit(&site.http("www.shop.localhost", "/look")).await;
    assert_eq!(seen(&page)[..7], ["false", "false", "800", "de-DE", "de-DE,de", "Asia/Tokyo", "Mozilla/5.0 (audit)"]);
    let asked = site.seen().into_iter().find(|a| a.path == "/look").unwrap();
    assert_eq!(asked.header("user-agent"), Some("Mozilla/5.0 (audit)"));
    assert!(asked.header("accept-language").is_some_and(|l| l.starts_with("de-DE,de;q=0.9")), "{asked:?}");
}

#[tokio::test]
async fn sizes_are_the_same_whether_somebody_looks_or_not() {
    let site = Site::start(site).await;
    let url = site.http("www.shop.localhost", "/sizes");
    for isolate_sites in [false, true] {
        let mut browser = Browser::with(SessionOptions { isolate_sites, ..SessionOptions::default() }).await;
        let mut told = Vec::new();
        for (number, looked_at) in [false, false, true, false, false].into_iter().enumerate() {
            if number == 4 && !isolate_sites {
                // The next tab opens while the last one's window is as nobody looks at it.
                let stuck = browser.visit(&site.http("www.shop.localhost", "/stuck")).await;
                assert!(firefox("has no virtual time") || stuck.notes.iter().any(|note| note.code == "real_time"));
            }
            site.forget();
            let url = format!("{url}?{number}");
            if looked_at {
                let request = Browser::request(&url, Visitor::Fresh);
                let page = browser.recorder.open(request, None).await.unwrap();
                browser.recorder.shut(page).await.unwrap();
            } else {
                browser.visit(&url).await;
            }
            let heard = site.seen().into_iter().filter(|a| a.path == "/sizes/told");
            told.push(heard.map(|a| (a.host.clone(), a.query.clone())).collect::<BTreeMap<_, _>>());
        }
        assert_eq!(told[2].len(), 2, "{told:#?}");
        for other in [0, 1, 3, 4] {
            assert_eq!(told[2], told[other], "visit {other}, {isolate_sites}");
        }
    }
}

#[tokio::test]
async fn a_page_is_seen_drawn_and_scrolled_though_nobody_looks() {
    if firefox("has no window that fills the screen unseen") {
        return;
    }
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let url = |number: usize| site.http("www.shop.localhost", &format!("/page?{number}"));
    for number in 0..4 {
        if number == 2 {
            // In between somebody looks.
            let request = Browser::request(&url(9), Visitor::Fresh);
            let page = browser.recorder.open(request, None).await.unwrap();
            assert_eq!(windows(&browser).await, ["normal"]);
            browser.recorder.shut(page).await.unwrap();
        }
        let page = browser.visit(&url(number)).await;
        assert_eq!(names(&page), ["drawn", "end", "ordinary", "scroll", "visible"], "visit {number}");
        assert_eq!(windows(&browser).await, ["fullscreen"], "visit {number}");
    }
}

/// How the windows of all tabs are shown.
async fn windows(browser: &Browser) -> Vec<String> {
    let session = browser.recorder.session();
    let targets = session.cdp(None, "Target.getTargets", json!({})).await.unwrap();
    let mut states = Vec::new();
    for page in targets["targetInfos"].as_array().unwrap().iter().filter(|target| target["type"] == "page") {
        let asked = json!({"targetId": page["targetId"]});
        let window = session.cdp(None, "Browser.getWindowForTarget", asked).await.unwrap();
        states.push(window["bounds"]["windowState"].as_str().unwrap().to_owned());
    }
    states.dedup();
    states
}

#[tokio::test]
async fn headers_for_one_origin_only() {
    let site = Site::start(site).await;
    let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode("user:pass"));
    let headers = vec![OriginHeaders {
        origin: site.http("www.shop.localhost", "/").parse().unwrap(),
        headers: vec![("X-Staging".to_owned(), "letmein".to_owned()), ("Authorization".to_owned(), basic.clone())],
    }];
    let mut browser = Browser::with(SessionOptions { headers, ..SessionOptions::default() }).await;
    let page = browser.visit(&site.http("www.shop.localhost", "/headers")).await;
    assert!(matches!(page.outcome, Outcome::Loaded { .. }), "{:?}", page.outcome);
    let own = ["/headers", "/own.png", "/away", "/x.js"];
    for asked in site.seen().iter().filter(|a| a.path != "/favicon.ico") {
        let expected = own.contains(&&*asked.path).then_some("letmein");
        assert_eq!(asked.header("x-staging"), expected, "{} {}", asked.host, asked.path);
        assert_eq!(asked.header("authorization"), expected.map(|_| &*basic), "{} {}", asked.host, asked.path);
    }
    for path in ["/foreign.png", "/redirected.png"] {
        assert_eq!(site.count(path), 1, "{path}");
    }
    let json = serde_json::to_string(&page).unwrap();
    assert!(!json.contains("letmein") && !json.contains(&basic), "headers are nowhere in the evidence");
}

#[tokio::test]
async fn certificates_and_names() {
    let site = Site::start(site).await;
    let mut trusting = Browser::with(SessionOptions {
        resolve: vec![format!("shop.example:{}:127.0.0.1", site.https)],
        ..SessionOptions::default()
    })
    .await;
    for host in ["www.shop.test", "shop.example"] {
        let page = trusting.visit(&site.https(host, "/secure")).await;
        assert_eq!(names(&page), ["secure"], "{host}: {:?}", page.outcome);
    }
    drop(trusting);

    let driver = browser::driver().await;
    let strict = SessionOptions {
        browser: browser::kind(),
        resolve: ["*.test:127.0.0.1", "www.shop.test:127.0.0.1"].map(str::to_owned).to_vec(),
        no_sandbox: options::is_root(),
        binary: driver.browser().map(std::path::Path::to_path_buf),
        ..SessionOptions::default()
    };
    let session = Session::open(driver.webdriver_url.as_str(), &strict).await.unwrap();
    let mut recorder = Recorder::new(session, RecorderOptions::new(Redactor::new([1; 32]))).await.unwrap();
    let request =
        Browser::request(&site.https("www.shop.test", "/secure"), cookie_audit::evidence::model::Visitor::Fresh);
    let page = recorder.visit(request).await.unwrap();
    assert!(matches!(page.outcome, Outcome::Failed { reason: FailureReason::Tls, .. }), "{:?}", page.outcome);
    assert!(page.writes.is_empty());
}

#[tokio::test]
async fn through_a_proxy() {
    // The site itself answers requests for every host, as a proxy would.
    let site = Site::start(site).await;
    let proxy = Some(format!("http://127.0.0.1:{}", site.http));
    let mut browser = Browser::with(SessionOptions { proxy, ..SessionOptions::default() }).await;
    let page = browser.visit("http://shop.example/secure").await;
    assert!(matches!(page.outcome, Outcome::Loaded { .. }), "{:?}", page.outcome);
    assert!(site.seen().iter().any(|a| a.host == "shop.example"));
}
