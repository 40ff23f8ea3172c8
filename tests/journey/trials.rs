//! Cookies are taken away in a copy of the visitor's state, and what changes tells what they are for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use cookie_audit::cookie::CookieKey;
use cookie_audit::demo;
use cookie_audit::evidence::model::{Difference, Phase, Trial, Visitor};
use cookie_audit::gather::Visits as _;
use cookie_audit::gather::browser::{BrowserOptions, SessionOptions};
use cookie_audit::gather::journey::login::{Access, sign_in};
use cookie_audit::gather::journey::trials::{Case, Subject, TrialOptions, blocked, run, subjects};
use cookie_audit::gather::record::{Carried, Held};
use url::Url;

use crate::login::steps;
use crate::support::{Asked, Browser, Reply, Site};

const OPTIONS: TrialOptions = TrialOptions { phase: Phase::BeforeConsent, deadline: None };

fn cookie<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    asked.cookies().split("; ").find_map(|c| c.strip_prefix(name)?.strip_prefix('='))
}

fn carried(host: &str, cookies: &[(&str, &str)]) -> Carried {
    let one = |(name, value): &(&str, &str)| Held {
        key: CookieKey {
            name: (*name).into(),
            domain: host.into(),
            host_only: true,
            path: "/".into(),
            partition: None,
        },
        value: (*value).into(),
        stored: cookie_audit::cookie::StoredAttributes {
            lifetime: cookie_audit::cookie::Lifetime::Session,
            secure: false,
            http_only: false,
            same_site: None,
        },
        expires: None,
    };
    let mut cookies: Vec<Held> = cookies.iter().map(one).collect();
    cookies.sort_by(|a, b| a.key.cmp(&b.key));
    Carried { cookies, items: Vec::new() }
}

/// Every cookie of a state on one page.
async fn tried(url: &str, state: Carried) -> Vec<Trial> {
    let mut browser = Browser::start().await;
    let page: Url = url.parse().unwrap();
    let subjects = state.cookies.iter().map(|c| Subject { key: c.key.clone(), pages: vec![page.clone()] }).collect();
    let case = Case { visitor: Visitor::SignedIn, carried: state, subjects, access: None };
    let trials = run(&mut browser.recorder, &[case], &OPTIONS).await.unwrap();
    browser.recorder.close().await;
    trials
}

fn of<'a>(trials: &'a [Trial], name: &str) -> &'a Trial {
    trials.iter().find(|t| t.key.name == name).unwrap_or_else(|| panic!("no trial of {name}: {trials:#?}"))
}

fn aspect<'a>(trial: &'a Trial, aspect: &str) -> &'a Difference {
    trial.differences.iter().find(|d| d.aspect == aspect).unwrap_or_else(|| panic!("no {aspect} in {trial:#?}"))
}

const TEXTS: [(&str, &str); 2] = [
    (
        "en",
        "We are open from Monday to Friday, and our people will gladly show you around the house and the garden if you ask them.",
    ),
    (
        "de",
        "Wir haben von Montag bis Freitag geöffnet, und unsere Leute zeigen Ihnen gern das Haus und den Garten, wenn Sie danach fragen.",
    ),
];

fn shop(asked: &Asked) -> Reply {
    if asked.path != "/" {
        return Reply::status(404);
    }
    let lang = cookie(asked, "lang").filter(|l| *l == "de").unwrap_or("en");
    let text = TEXTS.iter().find(|(l, _)| *l == lang).map_or("", |(_, t)| t);
    let dark = cookie(asked, "look") == Some("dark");
    let items = cookie(asked, "basket").map_or(0, |b| b.split('.').count());
    let who = if cookie(asked, "sid") == Some("live7f3a9c21d4e8") {
        "<a href=/logout>Sign out</a>"
    } else {
        "<a href=/login>Log in</a>"
    };
    let rows =
        if cookie(asked, "rows") == Some("compact") { "<p>one line</p>" } else { "<p>many comfortable lines</p>" };
    Reply::html(format!(
        "<html lang={lang} {}><body style='background:{}'><p>{text}</p>{who}<a href=/cart>Cart {items}</a>{rows}
         <p>It is {} now, visitor number {}</p>",
        if dark { "data-theme=dark" } else { "data-theme=light" },
        if dark { "#000" } else { "#fff" },
        jiff::Timestamp::now().as_microsecond(),
        jiff::Timestamp::now().as_nanosecond() % 977,
    ))
}

#[tokio::test]
async fn each_cookie_shows_what_it_does_and_the_rest_nothing() {
    let site = Site::start(shop).await;
    let state = carried(
        "shop.localhost",
        &[
            ("lang", "de"),
            ("look", "dark"),
            ("basket", "mug.bowl"),
            ("sid", "live7f3a9c21d4e8"),
            ("rows", "comfortable"),
            ("_meter", "a8f3e91c77"),
        ],
    );
    let trials = tried(&site.http("shop.localhost", "/"), state).await;
    assert_eq!(trials.len(), 6);
    let german = of(&trials, "lang");
    assert_eq!((aspect(german, "language").before.as_str(), aspect(german, "language").after.as_str()), ("de", "en"));
    assert_eq!(aspect(german, "text_language").before, "deu");
    assert_eq!(german.reverted, Some(true));
    assert!(aspect(of(&trials, "look"), "theme_attribute").before.contains("dark"));
    aspect(of(&trials, "look"), "colors");
    assert_eq!(
        (
            aspect(of(&trials, "basket"), "basket").before.as_str(),
            aspect(of(&trials, "basket"), "basket").after.as_str()
        ),
        ("2", "0")
    );
    assert_eq!(aspect(of(&trials, "sid"), "signed_in").before, "signed in");
    let rows = of(&trials, "rows");
    assert_eq!((rows.change.as_str(), rows.altered_to.as_deref()), ("altered", Some("compact")));
    let idle = of(&trials, "_meter");
    assert!(idle.differences.is_empty() && idle.failure.is_none() && idle.change == "removed", "{idle:#?}");
    assert!(!serde_json::to_string(&trials).unwrap().contains("live7f3a9c21d4e8"));
}

#[tokio::test]
async fn cookies_that_stand_in_for_one_another_and_tokens_that_rotate() {
    let site = Site::start(|asked| {
        let session = cookie(asked, "app_session") == Some("aa11bb22cc33dd44");
        let remember = cookie(asked, "remember").is_some_and(|r| r.starts_with("rr55"));
        let inside = session || remember;
        let reply = Reply::html(if inside { "<a href=/logout>Sign out</a>" } else { "<a href=/login>Log in</a>" });
        if remember && !session { reply.cookie("app_session=aa11bb22cc33dd44; Path=/; HttpOnly") } else { reply }
    })
    .await;
    let state = carried(
        "pair.localhost",
        &[("app_session", "aa11bb22cc33dd44"), ("remember", "rr55ee66ff77"), ("_stat", "1234567")],
    );
    let trials = tried(&site.http("pair.localhost", "/"), state).await;
    for (name, other) in [("app_session", "remember"), ("remember", "app_session")] {
        let trial = of(&trials, name);
        assert_eq!(trial.also_removed, [other], "{trial:#?}");
        aspect(trial, "signed_in");
    }
    assert!(of(&trials, "_stat").differences.is_empty());
}

/// A server that ends a session for good when the cookie that belongs to it is missing.
#[tokio::test]
async fn a_session_that_a_trial_ends_is_taken_up_again() {
    let live = AtomicU32::new(0);
    let site = Site::start(move |asked| {
        let number = live.load(SeqCst);
        if asked.path == "/login" {
            let next = live.fetch_add(1, SeqCst) + 1;
            let session = format!("sid=sess-{next}-a8f3e91c77d2; Path=/; HttpOnly");
            return Reply::redirect("/").cookie(&session).cookie("part=77c19e3f8a21d4b6; Path=/; HttpOnly");
        }
        let known = cookie(asked, "sid") == Some(format!("sess-{number}-a8f3e91c77d2").as_str());
        let whole = cookie(asked, "part").is_some();
        if known && !whole {
            live.fetch_add(1, SeqCst);
        }
        Reply::html(if known && whole { "<a href=/logout>Sign out</a>" } else { "<a href=/login>Log in</a>" })
    })
    .await;
    let base = site.http("ends.localhost", "/");
    let login = steps(&["open /login", "expect a[href=\"/logout\"]"], &base);
    let mut browser = Browser::start().await;
    let (pages, done) = sign_in(&mut browser.recorder, &login, &base.parse().unwrap(), Phase::BeforeConsent).await;
    let signed_in = done.unwrap_or_else(|e| panic!("{e}"));
    let carried = signed_in.carried;
    let access = Access { steps: login, start: base.parse().unwrap(), imported: None, http_auth: Vec::new() };
    let subjects = subjects(&signed_in.stops, &pages, &carried, &|_| true);
    let case = Case { visitor: Visitor::SignedIn, carried, subjects, access: Some(Arc::new(access)) };
    let trials = run(&mut browser.recorder, &[case], &OPTIONS).await.unwrap();
    assert_eq!(of(&trials, "part").reverted, Some(false), "its loss could not be undone");
    aspect(of(&trials, "sid"), "signed_in");
    assert_eq!(of(&trials, "sid").reverted, Some(true), "tried after signing in again");
    browser.recorder.close().await;
}

#[tokio::test]
async fn the_demo_shops_cookies() {
    let shop = demo::Site::start().await.unwrap();
    let steps = steps(
        &[
            "open /account/sign-in",
            "fill input[name=email] $DEMO_USER",
            "fill input[name=password] $DEMO_PASSWORD",
            "click form button[type=submit]",
            "expect a[href=\"/account/sign-out\"]",
        ],
        shop.url.as_str(),
    );
    let mut browser = Browser::start().await;
    let (pages, done) = sign_in(&mut browser.recorder, &steps, &shop.url, Phase::BeforeConsent).await;
    let signed_in = done.unwrap_or_else(|e| panic!("{e}"));
    let own = |key: &CookieKey| ["juniper_login", "language", "theme", "juniper_session"].contains(&key.name.as_str());
    let case = Case {
        visitor: Visitor::SignedIn,
        subjects: subjects(&signed_in.stops, &pages, &signed_in.carried, &own),
        carried: signed_in.carried,
        access: None,
    };
    let trials = run(&mut browser.recorder, &[case], &OPTIONS).await.unwrap();
    aspect(of(&trials, "juniper_login"), "signed_in");
    aspect(of(&trials, "language"), "language");
    aspect(of(&trials, "theme"), "theme_attribute");
    assert!(of(&trials, "juniper_session").differences.is_empty());
    browser.recorder.close().await;
}

#[tokio::test]
async fn pages_that_stop_working_with_cookies_blocked() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/shop" if cookie(asked, "s").is_none() && asked.query.is_empty() => {
            Reply::redirect("/shop?set=1").cookie("s=1; Path=/")
        }
        "/shop" if cookie(asked, "s").is_none() => Reply::html("Please enable cookies to use this shop."),
        "/shop" => Reply::html("<h1>Shop</h1><p>spades</p><p>rakes</p>"),
        _ => Reply::html("<h1>About us</h1><p>We sell spades.</p>").cookie("seen=1; Path=/"),
    })
    .await;
    let driver = cookie_audit::gather::browser::Driver::start(&BrowserOptions::default()).await.unwrap();
    let options = SessionOptions { block_cookies: true, ..SessionOptions::default() };
    let session = Browser::session(&driver, options).await;
    let redactor = cookie_audit::evidence::values::Redactor::new([7; 32]);
    let options = cookie_audit::gather::record::RecorderOptions::new(redactor);
    let mut without = cookie_audit::gather::record::Recorder::new(session, options).await.unwrap();
    let mut browser = Browser::start().await;
    let urls: Vec<Url> = ["/shop", "/about"].iter().map(|p| site.http("b.localhost", p).parse().unwrap()).collect();
    let pages = blocked(&mut browser.recorder, &mut without, &urls, Phase::BeforeConsent).await.unwrap();
    let works: Vec<bool> = pages.iter().map(|p| p.works).collect();
    assert_eq!(works, [false, true], "{pages:#?}");
    assert!(!pages[0].differences.is_empty());
    without.close().await;
    browser.recorder.close().await;
}
