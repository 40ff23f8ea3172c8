//! Signing in, staying signed in, and secrets that must not turn up anywhere.

use std::sync::Arc;

use cookie_audit::demo;
use cookie_audit::evidence::model::{Outcome, PageVisit, Phase, Visitor};
use cookie_audit::evidence::values::Redactor;
use cookie_audit::gather::Visits as _;
use cookie_audit::gather::journey::login::{Access, HttpAuth, Members, sign_in};
use cookie_audit::gather::journey::state;
use cookie_audit::gather::journey::steps::Steps;
use cookie_audit::gather::record::RecorderOptions;
use url::Url;

use crate::support::{Asked, Browser, Reply, Site};

const PASSWORD: &str = "c0rrect-horse battery";
const USER: &str = "anna.example@shop.test";

fn environment(name: &str) -> Option<String> {
    match name {
        "SHOP_USER" => Some(USER.to_owned()),
        "SHOP_PASSWORD" => Some(PASSWORD.to_owned()),
        "DEMO_USER" => Some("ada@example.test".to_owned()),
        "DEMO_PASSWORD" => Some("juniper-demo".to_owned()),
        _ => None,
    }
}

pub(crate) fn steps(texts: &[&str], base: &str) -> Steps {
    let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
    Steps::read(&texts, &Url::parse(base).unwrap(), &environment).unwrap()
}

/// A site with a sign-in. `/end` ends the session, `/account` needs it; the form is sent by GET, the worst case.
fn members_site(asked: &Asked) -> Reply {
    let signed_in = asked.cookies().contains("sid=live");
    match asked.path.as_str() {
        "/login" if !asked.query.is_empty() => {
            let form: Vec<(String, String)> =
                url::form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect();
            let is = |name: &str, value: &str| form.iter().any(|(n, v)| n == name && v == value);
            if is("user", USER) && is("pw", PASSWORD) {
                Reply::redirect("/account")
                    .cookie("sid=live7f3a9c21d4; Path=/; HttpOnly")
                    .cookie(&format!("last_user={USER}; Path=/; Max-Age=90000"))
            } else {
                Reply::redirect("/login")
            }
        }
        "/login" => Reply::html(
            "<form><input name=user autocomplete=username><input name=pw type=password><button type=submit>Sign in</button></form>",
        ),
        "/account" if signed_in => {
            Reply::html("<a href=/logout>Sign out</a> <a href=/end>Offer of the day</a> Welcome anna")
        }
        "/account" => Reply::redirect("/login"),
        "/end" => Reply::html("this page ends the session").cookie("sid=; Path=/; Max-Age=0"),
        "/" => Reply::html("<a href=/account>account</a> home"),
        _ => Reply::status(404),
    }
}

const LOGIN: &[&str] = &[
    "open /login",
    "fill input[name=user] $SHOP_USER",
    "fill input[name=pw] $SHOP_PASSWORD",
    "click text:Sign in",
    "expect a[href=\"/logout\"]",
];

fn hidden(steps: &Steps) -> RecorderOptions {
    RecorderOptions::new(Redactor::new([7; 32]).keep_values(true).hide(&steps.secrets()))
}

fn loaded(page: &PageVisit) -> bool {
    matches!(page.outcome, Outcome::Loaded { .. })
}

fn assert_secret_free(pages: &[PageVisit]) {
    let text = serde_json::to_string(pages).unwrap();
    for secret in
        [PASSWORD, USER, "c0rrect", "battery", "anna.example", "c0rrect-horse%20battery", "c0rrect-horse+battery"]
    {
        assert!(!text.contains(secret), "{secret} is in the records: {text}");
    }
}

#[tokio::test]
async fn signing_in_records_each_step_and_no_secret() {
    let site = Site::start(members_site).await;
    let base = site.http("members.localhost", "/");
    let steps = steps(LOGIN, &base);
    let mut browser = Browser::recording(hidden(&steps)).await;
    let (pages, done) = sign_in(&mut browser.recorder, &steps, &base.parse().unwrap(), Phase::BeforeConsent).await;
    let signed_in = done.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(signed_in.home.path(), "/account");
    let names: Vec<Option<&str>> = pages.iter().map(|p| p.step.as_deref()).collect();
    assert_eq!(names, [Some("login: open /login"), Some("login: click text:Sign in")]);
    assert!(pages.iter().all(|p| loaded(p) && p.visitor == Visitor::SignedIn), "{pages:#?}");
    let written: Vec<&str> = pages[1].writes.iter().map(|w| w.key.name.as_str()).collect();
    assert_eq!(written, ["sid", "last_user"]);
    assert!(pages[0].writes.is_empty());
    assert_eq!(signed_in.carried.cookies.len(), 2);
    assert_secret_free(&pages);
    browser.recorder.close().await;
}

#[tokio::test]
async fn a_lost_session_is_repaired_once_and_noted() {
    let site = Site::start(members_site).await;
    let base = site.http("members.localhost", "/");
    let steps = steps(LOGIN, &base);
    let browser = Browser::recording(hidden(&steps)).await;
    let access = Access { steps, start: base.parse().unwrap(), imported: None, http_auth: Vec::new() };
    let (recorder, _driver) = browser.into_parts();
    let (mut members, mut pages) =
        Members::new(recorder, Arc::new(access), Phase::BeforeConsent).await.map_err(|e| e.source.to_string()).unwrap();
    for path in ["/account", "/end", "/account", "/"] {
        let request = Browser::request(&site.http("members.localhost", path), Visitor::Fresh);
        pages.push(members.visit(request).await.unwrap());
    }
    let notes = |n: usize| {
        pages[n].notes.iter().map(|n| n.code.clone()).filter(|c| c.starts_with("session")).collect::<Vec<_>>()
    };
    assert!(pages.iter().all(loaded), "{pages:#?}");
    assert_eq!(notes(2), [""; 0]);
    assert_eq!(notes(3), ["session_lost"], "the page ends each session");
    assert_eq!(notes(4), [""; 0], "the next page is visited signed in again");
    assert!(pages[4].final_url.as_deref().unwrap().ends_with("/account"));
    assert_eq!(site.count("/logout"), 0);
    assert_secret_free(&pages);
    members.close().await;
}

#[tokio::test]
async fn wrong_credentials_are_said_and_not_shown() {
    let site = Site::start(members_site).await;
    let base = site.http("members.localhost", "/");
    let wrong: Vec<&str> = LOGIN
        .iter()
        .copied()
        .map(|s| if s.contains("PASSWORD") { "fill input[name=pw] $SHOP_USER" } else { s })
        .collect();
    let without_marker = &wrong[..4];
    let steps = steps(without_marker, &base);
    let mut browser = Browser::recording(hidden(&steps)).await;
    let (pages, done) = sign_in(&mut browser.recorder, &steps, &base.parse().unwrap(), Phase::BeforeConsent).await;
    let error = done.err().unwrap().to_string();
    assert!(error.contains("still asks for a password"), "{error}");
    assert_secret_free(&pages);
    browser.recorder.close().await;
}

#[tokio::test]
async fn http_authentication_basic_and_digest() {
    let site = Site::start(|asked| {
        let given = asked.header("authorization").unwrap_or_default();
        let (asks, right) = match asked.path.as_str() {
            "/basic" => ("Basic realm=\"r\"", given.starts_with("Basic ")),
            _ => ("Digest realm=\"r\", qop=\"auth\", nonce=\"n123\", algorithm=MD5", given.contains("username=\"anna")),
        };
        if right {
            Reply::html("inside").cookie("auth=1; Path=/")
        } else {
            Reply { body: b"no".to_vec(), ..Reply::status(401) }.header("WWW-Authenticate", asks)
        }
    })
    .await;
    let origin = site.http("auth.localhost", "/");
    let auth = HttpAuth::from_pair(origin.parse().unwrap(), &format!("{USER}:{PASSWORD}")).unwrap();
    let access = Access {
        steps: steps(&["open /digest", "expect text:inside"], &origin),
        start: origin.parse().unwrap(),
        imported: None,
        http_auth: vec![auth],
    };
    let browser = Browser::recording(RecorderOptions::new(Redactor::new([7; 32]).hide(&access.secrets()))).await;
    let (recorder, _driver) = browser.into_parts();
    let (mut members, pages) =
        Members::new(recorder, Arc::new(access), Phase::BeforeConsent).await.map_err(|e| e.source.to_string()).unwrap();
    assert!(pages[0].writes.iter().any(|w| w.key.name == "auth"), "{pages:#?}");
    let basic = members.visit(Browser::request(&site.http("auth.localhost", "/basic"), Visitor::Fresh)).await.unwrap();
    assert!(loaded(&basic), "{basic:#?}");
    let other = members.visit(Browser::request(&site.http("other.localhost", "/basic"), Visitor::Fresh)).await.unwrap();
    assert!(!loaded(&other), "another origin gets no credentials");
    assert_secret_free(&[pages, vec![basic, other]].concat());
    members.close().await;
}

#[tokio::test]
async fn an_imported_session_opens_what_is_behind_it() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/" if asked.cookies().contains("sid=live") => Reply::html(
            "<p id=who></p><script>document.getElementById('who').textContent = 'token ' + localStorage.getItem('t')</script>",
        ),
        _ => Reply::redirect("/login"),
    })
    .await;
    let base = site.http("members.localhost", "/");
    let origin = base.trim_end_matches('/');
    let file = format!(
        r#"{{"cookies":[{{"name":"sid","value":"live55aa","domain":"members.localhost","path":"/","expires":-1}}],
           "origins":[{{"origin":"{origin}","localStorage":[{{"name":"t","value":"there"}}]}}]}}"#
    );
    let imported = state::read(&file, 0).unwrap_or_else(|e| panic!("{e}"));
    let access = Access {
        steps: steps(&["expect text:token there"], &base),
        start: base.parse().unwrap(),
        imported: Some(imported.carried),
        http_auth: Vec::new(),
    };
    let browser = Browser::start().await;
    let (recorder, _driver) = browser.into_parts();
    let (members, pages) =
        Members::new(recorder, Arc::new(access), Phase::BeforeConsent).await.map_err(|e| e.source.to_string()).unwrap();
    assert!(loaded(&pages[0]) && pages[0].writes.is_empty(), "{pages:#?}");
    assert_eq!(pages[0].jar.len(), 1);
    members.close().await;
}

#[tokio::test]
async fn the_demo_shop_lets_its_customer_in() {
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
    let mut browser = Browser::recording(hidden(&steps)).await;
    let (pages, done) = sign_in(&mut browser.recorder, &steps, &shop.url, Phase::BeforeConsent).await;
    let signed_in = done.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(signed_in.home.path(), "/account");
    assert!(pages[1].writes.iter().any(|w| w.key.name == "juniper_login"), "{:#?}", pages[1].writes);
    let text = serde_json::to_string(&pages).unwrap();
    assert!(!text.contains("juniper-demo") && !text.contains("ada@example.test"));
    browser.recorder.close().await;
}
