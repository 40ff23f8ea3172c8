//! The HTML file in a real browser: worked by keyboard and mouse, and hostile text executes nothing.

use std::time::Duration;

use cookie_audit::gather::browser::options::{Install, is_root};
use cookie_audit::gather::browser::{BrowserOptions, Driver};
use cookie_audit::judge::model::Audit;
use cookie_audit::report::{Format, RenderOptions, render};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::fixture;

/// A report open in a browser; everything ends with it.
pub(crate) struct Opened {
    client: Client,
    folder: tempfile::TempDir,
    driver: Driver,
}

impl Opened {
    async fn new(audit: &Audit) -> Self {
        let opened = Self::blank().await;
        opened.load(audit, "").await;
        opened
    }

    /// With nothing in it yet.
    pub(crate) async fn blank() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let options = BrowserOptions {
            runs: Some(folder.path().join("runs")),
            watchdog: Some(env!("CARGO_BIN_EXE_cookie-audit").into()),
            install: Install::System,
            ..BrowserOptions::default()
        };
        let driver = Driver::start(&options).await.unwrap();
        let mut args = vec!["--headless=new".to_owned()];
        if is_root() {
            args.push("--no-sandbox".to_owned());
        }
        let chrome = json!({"binary": driver.browser(), "args": args});
        let log = json!({"browser": "ALL"});
        let capabilities = json!({"goog:chromeOptions": chrome, "goog:loggingPrefs": log});
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(driver.webdriver_url.as_str())
            .await
            .unwrap();
        Self { client, folder, driver }
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }

    /// Loads a report anew, at a fragment.
    async fn load(&self, audit: &Audit, fragment: &str) {
        self.show(&render(Format::Html, audit, &RenderOptions::default()).unwrap(), fragment).await;
    }

    /// Loads a page anew, at a fragment.
    pub(crate) async fn show(&self, html: &[u8], fragment: &str) {
        let file = self.folder.path().join("report.html");
        std::fs::write(&file, html).unwrap();
        self.client.goto("about:blank").await.unwrap();
        self.client.goto(&format!("file://{}{fragment}", file.display())).await.unwrap();
    }

    pub(crate) async fn js(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// A script that calls its last argument when it is done.
    pub(crate) async fn js_later(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.unwrap()
    }

    /// A command of the browser's own protocol, for what WebDriver has no word for.
    pub(crate) async fn devtools(&self, command: &str, params: Value) -> Value {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": params})).await
    }

    /// A command of the driver that its client does not know.
    async fn post(&self, command: &str, body: &Value) -> Value {
        let session = self.client.session_id().await.unwrap().unwrap();
        let url = self.driver.webdriver_url.join(&format!("session/{session}/{command}")).unwrap();
        let answer = reqwest::Client::new().post(url).body(body.to_string()).send().await.unwrap();
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert!(answer["value"].get("error").is_none(), "{answer}");
        answer["value"].clone()
    }

    async fn shown(&self) -> Value {
        self.js("return document.querySelectorAll('#inventory tbody:not([hidden])').length").await
    }

    /// Waits until the number of rows shown is this one.
    async fn wait_for_rows(&self, rows: usize) {
        for _ in 0..100 {
            if self.shown().await == rows {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} rows are shown, not {rows}", self.shown().await);
    }

    /// What the browser complained about since the last question.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let answer = self.post("se/log", &json!({"type": "browser"})).await;
        let entries = answer.as_array().unwrap_or_else(|| panic!("{answer}"));
        entries.iter().map(|entry| entry["message"].to_string()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_can_search_filter_sort_and_follow_links() {
    let audit = fixture::shop();
    let page = Opened::new(&audit).await;
    assert_eq!(page.shown().await, audit.cookies.len());

    // By keyboard: `/` goes to the search, what is typed filters.
    page.client.find(Locator::Css("body")).await.unwrap().send_keys("/").await.unwrap();
    let focused = page.client.active_element().await.unwrap();
    assert_eq!(focused.attr("name").await.unwrap().as_deref(), Some("q"));
    focused.send_keys("countwell").await.unwrap();
    page.wait_for_rows(2).await;
    page.client.find(Locator::Css("#filter button[type=reset]")).await.unwrap().click().await.unwrap();
    page.wait_for_rows(audit.cookies.len()).await;

    // By mouse: a choice.
    let choice = page.client.find(Locator::Css("#filter select[name=policy]")).await.unwrap();
    choice.select_by_value("refused").await.unwrap();
    page.wait_for_rows(1).await;
    page.client.find(Locator::Css("#filter button[type=reset]")).await.unwrap().click().await.unwrap();
    page.wait_for_rows(audit.cookies.len()).await;

    // Sorted by lifetime, by keyboard, both ways.
    let head = page.client.find(Locator::Css("th[data-sort=life] button")).await.unwrap();
    let lives = "return [...document.querySelectorAll('#inventory tbody')].map(b => Number(b.dataset.life))";
    for (key, ascending) in [(Key::Enter, true), (Key::Space, false)] {
        head.send_keys(&char::from(key).to_string()).await.unwrap();
        let seen: Vec<i64> = serde_json::from_value(page.js(lives).await).unwrap();
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        if !ascending {
            sorted.reverse();
        }
        assert_eq!(seen, sorted);
    }

    // Evidence opens by mouse and closes by keyboard.
    let evidence = page.client.find(Locator::Css("#inventory tbody summary")).await.unwrap();
    let shown = "const row = document.querySelector('#inventory tbody');
        return row.querySelector('details').open && row.querySelector('dl').offsetHeight > 0";
    evidence.click().await.unwrap();
    assert_eq!(page.js(shown).await, true);
    evidence.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
    assert_eq!(page.js(shown).await, false);

    // A link in a finding leads to its cookie and opens the evidence there.
    page.client.find(Locator::Css(".finding a[href^='#cookie-']")).await.unwrap().click().await.unwrap();
    let there = "const row = document.querySelector(location.hash), top = row.getBoundingClientRect().top;
        return row.querySelector('details').open && top >= 0 && top < innerHeight";
    assert_eq!(page.js(there).await, true);

    // A deep link opens the evidence it points at.
    let id = page.js("return document.querySelector('#inventory tbody').id").await;
    page.load(&audit, &format!("#{}", id.as_str().unwrap())).await;
    let open = format!("return document.querySelector('#{} details').open", id.as_str().unwrap());
    assert_eq!(page.js(&open).await, true);
    assert_eq!(page.complaints().await, Vec::<String>::new());
    page.js("console.error('heard')").await;
    assert_eq!(page.complaints().await.len(), 1, "a complaint would be heard");
    page.client.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_off_becomes_an_entry_that_toml_reads() {
    let mut audit = fixture::shop();
    audit.cookies[5].pattern = "a\"b\\c\u{202e}".to_owned();
    let page = Opened::new(&audit).await;
    page.client.find(Locator::Css(".accept summary")).await.unwrap().click().await.unwrap();
    for (field, text) in [("by", "R. Viewer"), ("reason", "agreed \"for now\" \\ until release 12")] {
        let input = page.client.find(Locator::Css(&format!(".accept input[name={field}]"))).await.unwrap();
        input.send_keys(text).await.unwrap();
    }
    let entry = page.js("return document.querySelector('#accepted pre').textContent").await;
    let table: toml::Table = toml::from_str(entry.as_str().unwrap()).unwrap();
    let allow = &table["allow"][0];
    assert_eq!(allow["rule"].as_str(), Some("undisclosed-cookie"));
    assert_eq!(allow["cookie"].as_str(), Some("a\"b\\c\u{202e}"));
    assert_eq!(allow["site"].as_str(), Some("shop.example"));
    assert_eq!(allow["reason"].as_str(), Some("agreed \"for now\" \\ until release 12 (R. Viewer)"));
    page.client.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_executes_nothing() {
    let audit = fixture::hostile();
    let page = Opened::new(&audit).await;
    page.js("document.querySelectorAll('details').forEach(d => { d.open = true; })").await;
    assert_eq!(page.client.title().await.unwrap(), "Cookie audit of https://shop.example");
    let images = page.js("return document.images.length + document.scripts.length").await;
    assert_eq!(images, 1, "our own script and nothing else");
    // Searching and sorting put no text of a page anywhere as markup.
    let search = page.client.find(Locator::Css("#filter input[name=q]")).await.unwrap();
    search.send_keys("<img").await.unwrap();
    page.wait_for_rows(1).await;
    page.client.find(Locator::Css("th[data-sort=name] button")).await.unwrap().click().await.unwrap();
    assert_eq!(page.client.title().await.unwrap(), "Cookie audit of https://shop.example");
    assert_eq!(page.complaints().await, Vec::<String>::new(), "nothing was even tried");
    page.client.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_cookies_are_sorted_and_searched_without_a_wait() {
    let audit = fixture::large(2_000);
    let page = Opened::new(&audit).await;
    let sorted = page
        .js("const start = performance.now(); document.querySelector('th[data-sort=life] button').click();
             void document.body.offsetHeight; return performance.now() - start")
        .await;
    page.js("const form = document.getElementById('filter'); form.q.value = 'countwell 199';
         form.q.dispatchEvent(new Event('input', {bubbles: true})); return true")
        .await;
    for _ in 0..100 {
        if page.shown().await.as_u64().unwrap() < 100 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(page.shown().await.as_u64().unwrap() < 100);
    println!("sorting 2,000 rows with layout took {sorted} ms");
    // Far above what it takes even on a machine at work: a sort that grew with the square would be minutes.
    assert!(sorted.as_f64().unwrap() < 10_000.0, "{sorted}");

    // What is laid out at first is a part; the rest comes at a press, and a deep link reaches any of it.
    let laid_out = "return [...document.querySelectorAll('#inventory tbody')].filter(b => b.offsetHeight > 0).length";
    page.load(&audit, "").await;
    assert_eq!(page.js(laid_out).await, 200);
    let last = page.js("return [...document.querySelectorAll('#inventory tbody')].pop().id").await;
    page.load(&audit, &format!("#{}", last.as_str().unwrap())).await;
    let height = format!("return document.getElementById('{}').offsetHeight > 0", last.as_str().unwrap());
    assert_eq!(page.js(&height).await, true);
    page.js("document.getElementById('rest').click()").await;
    assert_eq!(page.js(laid_out).await, 2_000);
    let lives = "return [...document.querySelectorAll('#inventory tbody')].map(b => b.dataset.name)";
    page.js("document.querySelector('th[data-sort=name] button').click()").await;
    let names: Vec<String> = serde_json::from_value(page.js(lives).await).unwrap();
    let mut sorted: Vec<String> = names.clone();
    sorted.sort_by_key(|name| name.to_lowercase());
    assert_eq!(names, sorted);
    page.client.clone().close().await.unwrap();
}
