//! The demo's sites as a plain HTTP client sees them: what they set is what `truth.toml` says they set.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use cookie_audit::cookie::Lifetime;
use cookie_audit::demo::{PlantedCookie, Site, truth};

/// A client that resolves every `*.localhost` name to the demo, keeps no cookies and follows nothing.
fn client(site: &Site) -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    for host in ["www.juniper", "metrics.tracklight", "sync.tracklight", "ads.adreach", "chat.helpdesk"] {
        builder = builder.resolve(&format!("{host}.localhost"), ([127, 0, 0, 1], site.port()).into());
    }
    builder.build().unwrap()
}

fn set_cookies(response: &reqwest::Response) -> BTreeMap<String, String> {
    let lines = response.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    lines.map(|line| (line.split('=').next().unwrap().to_owned(), line.to_owned())).collect()
}

fn attributes(planted: &PlantedCookie) -> Vec<String> {
    let mut words = vec![format!("Path={}", planted.path)];
    if let Lifetime::Seconds(seconds) = planted.lifetime {
        words.push(format!("Max-Age={seconds}"));
    }
    if !planted.host_only {
        words.push(format!("Domain={}", planted.domain));
    }
    if planted.partitioned {
        words.push("Partitioned".to_owned());
    }
    words
}

#[tokio::test]
async fn responses_set_what_the_truth_says() {
    let site = Site::start().await.unwrap();
    let client = client(&site);
    let planted: Vec<_> = truth().unwrap().cookie.into_iter().filter(|c| c.writer.kind == "response").collect();
    assert!(planted.len() > 10);
    for cookie in planted.iter().filter(|cookie| cookie.name != "juniper_login") {
        let (host, path) = cookie.writer.url.split_once('/').unwrap();
        let response = client.get(format!("http://{host}:{}/{path}", site.port())).send().await.unwrap();
        let set = set_cookies(&response);
        let line = set.get(&cookie.name).unwrap_or_else(|| panic!("{} is not set: {set:?}", cookie.name));
        for word in attributes(cookie) {
            assert!(line.split("; ").any(|part| part == word), "{word} is not in {line}");
        }
        assert_eq!(cookie.lifetime == Lifetime::Session, !line.contains("Max-Age"), "{line}");
    }
}

#[tokio::test]
async fn signing_in_takes_the_forms_token_and_the_shown_credentials() {
    let site = Site::start().await.unwrap();
    let client = client(&site);
    let page = site.url.join("account/sign-in").unwrap();
    let response = client.get(page.clone()).send().await.unwrap();
    let csrf = set_cookies(&response)["csrf_token"].split(['=', ';']).nth(1).unwrap().to_owned();
    let text = response.text().await.unwrap();
    assert!(text.contains("ada@example.test") && text.contains("juniper-demo"), "the page shows whom to sign in");
    let send = |cookie: String, body: String| {
        client
            .post(page.clone())
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    let body = format!("csrf={csrf}&email=ada%40example.test&password=juniper-demo&remember=on");
    let forged = send(String::new(), body.clone()).await.unwrap();
    assert!(set_cookies(&forged).is_empty());
    let done = send(format!("csrf_token={csrf}"), body).await.unwrap();
    assert_eq!(done.headers()["location"], "/account");
    let login = set_cookies(&done)["juniper_login"].clone();
    let planted = truth().unwrap().cookie.into_iter().find(|cookie| cookie.name == "juniper_login").unwrap();
    for word in attributes(&planted) {
        assert!(login.contains(&word), "{login}");
    }
    let cookie = login.split(';').next().unwrap().to_owned();
    let account = client.get(site.url.join("account").unwrap()).header("cookie", cookie).send().await.unwrap();
    assert!(account.status().is_success());
    assert!(account.text().await.unwrap().contains("Sign out"));
}

#[tokio::test]
async fn cookies_change_what_the_shop_shows() {
    let site = Site::start().await.unwrap();
    let client = client(&site);
    let show = async |path: &str, cookie: &str| {
        let request = client
            .get(site.url.join(path).unwrap())
            .header("accept-language", "en")
            .header("cookie", cookie.to_owned());
        request.send().await.unwrap().text().await.unwrap()
    };
    assert!(show("/", "").await.contains("<html lang=\"en\" data-theme=\"light\">"));
    assert!(show("/", "language=fr; theme=dark").await.contains("<html lang=\"fr\" data-theme=\"dark\">"));
    assert!(show("/basket", "basket=mug.bowl").await.contains("Field bowl"));
    assert!(show("/product/vase", "").await.contains("Orchard vase"));
    assert!(show("/cookies", "language=de").await.contains("Cookie policy"));
    assert!(!show("/product/nothing", "").await.contains("product_text"));
}

#[test]
fn the_policy_lists_exactly_the_cookies_that_count_as_disclosed() {
    let policy = include_str!("../src/demo/site/policy.html");
    let truth = truth().unwrap();
    for cookie in &truth.cookie {
        let listed = policy.contains(&format!("<code>{}</code>", cookie.name));
        assert_eq!(listed, cookie.disclosed, "{}", cookie.name);
    }
    assert!(truth.declared_only.names.iter().all(|name| policy.contains(&format!("<code>{name}</code>"))));
}

/// What README's first command does. A page whose clock an earlier page had stopped would neither finish loading nor let
/// itself be pictured: so the first page's picture tells that each visit has a clock of its own.
#[test]
fn the_program_finds_what_was_planted_and_pictures_the_first_page() {
    let out = tempfile::tempdir().unwrap();
    let mut command = assert_cmd::Command::cargo_bin("cookie-audit").unwrap();
    let reports = out.path().join("reports");
    let run = command.args(["demo", "--profile", "smoke", "--quiet", "--out"]).arg(&reports).current_dir(out.path());
    let output = run.env("NO_COLOR", "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("everything planted was found"), "{said}");
    let host = std::fs::read_dir(&reports).unwrap().next().unwrap().unwrap().path();
    let log = std::fs::read_to_string(host.join("latest/evidence.jsonl")).unwrap();
    let records = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let first = records.into_iter().find(|r| r["record"] == "page" && r["sequence"] == 0).unwrap();
    assert!(first["screenshot"].is_string(), "{} has no picture", first["url"]);
}
