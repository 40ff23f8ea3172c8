//! Pages that would stall, crash or flood a crawl: each ends as what it is, and what others set is kept.
//!
//! One page per fault; the tables say what has to become of each.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::run::{assert_status, folder, report, run, texts};
use crate::support::{Asked, Reply, Site};

// The one table, fault → what happened, is printed by `cargo test --test audit faults -- --nocapture`.

/// What becomes of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// It counts as seen, and set this cookie.
    Seen(&'static str),
    /// It failed for this reason.
    Failed(&'static str),
    /// Either: what matters is that the crawl goes on.
    Either,
}
use End::{Either, Failed, Seen};

const TEXT: &str = "<h1>A page</h1><p>With enough text on it to be one of the site's own pages.</p>";

/// Path, what its page does, and what has to become of it.
const SCRIPTS: &[(&str, &str, End)] = &[
    ("/alert", "alert('a'); alert('b')", Seen("alert")),
    ("/confirm", "confirm('sure?'); prompt('name?')", Seen("confirm")),
    ("/alerts-without-end", "setInterval(() => alert('again'), 10)", Seen("alerts-without-end")),
    ("/beforeunload", "onbeforeunload = (e) => { e.preventDefault(); return 'stay' }", Seen("beforeunload")),
    ("/print", "print()", Seen("print")),
    ("/window-open", "for (let i = 0; i < 30; i++) window.open('/popup' + i)", Seen("window-open")),
    (
        "/location",
        "navigator.geolocation.getCurrentPosition(() => {}); Notification.requestPermission()",
        Seen("location"),
    ),
    ("/camera", "navigator.mediaDevices?.getUserMedia({video: true}).catch(() => {})", Seen("camera")),
    ("/timers", "setInterval(() => { document.cookie = 'tick=' + Math.random() }, 1)", Seen("timers")),
    ("/many-cookies", "for (let i = 0; i < 200; i++) document.cookie = 'many' + i + '=1'", Seen("many-cookies")),
    ("/large-cookie", "document.cookie = 'large=' + 'x'.repeat(5000)", Seen("large-cookie")),
    ("/rejections", "for (let i = 0; i < 500; i++) Promise.reject(new Error('no'))", Seen("rejections")),
    ("/console", "for (let i = 0; i < 5000; i++) console.log('x'.repeat(1000))", Seen("console")),
    ("/recursion", "(function f() { f() })()", Seen("recursion")),
    ("/history", "for (let i = 0; i < 300; i++) history.pushState({}, '', '/history?' + i)", Seen("history")),
    (
        "/reload",
        "if (!sessionStorage.n || sessionStorage.n < 3) { sessionStorage.n = +(sessionStorage.n || 0) + 1; location.reload() }",
        Seen("reload"),
    ),
    ("/frames", "for (let i = 0; i < 80; i++) document.body.append(document.createElement('iframe'))", Seen("frames")),
    (
        "/document-open",
        "setTimeout(() => { document.open(); document.write('<p>new and other text of this page'); document.close() }, 300)",
        Seen("document-open"),
    ),
    ("/sockets", "for (let i = 0; i < 20; i++) new WebSocket('ws://' + location.host + '/silent')", Seen("sockets")),
    ("/fetches", "for (let i = 0; i < 20; i++) fetch('/silent')", Seen("fetches")),
    (
        "/blob",
        "location = URL.createObjectURL(new Blob(['x'], {type: 'application/octet-stream'}))",
        Failed("download"),
    ),
    ("/busy", "const end = Date.now() + 3000; while (Date.now() < end);", Seen("busy")),
    ("/forever", "setTimeout(() => { while (true); }, 100)", Seen("forever")),
    (
        "/memory",
        "const all = []; try { for (let i = 0; i < 200; i++) all.push(new Uint8Array(1e7)) } catch {}",
        Seen("memory"),
    ),
    ("/worker", "new Worker(URL.createObjectURL(new Blob(['while (true);'])))", Seen("worker")),
    ("/service-worker", "navigator.serviceWorker?.register('/sw.js')", Seen("service-worker")),
    (
        "/service-worker-takes-over",
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => { \
         if (!sessionStorage.again) { sessionStorage.again = 1; location.reload() } })",
        Seen("service-worker-takes-over"),
    ),
    ("/loop-at-once", "while (true);", Either),
    ("/out-of-memory", "setTimeout(() => new Array(2 ** 29).fill(0).map(() => ({})), 100)", Either),
    (
        "/no-clock",
        "Date.now = () => 0; performance.now = () => 0; setTimeout = setInterval = () => 0; Date = undefined",
        Seen("no-clock"),
    ),
    ("/popup-storm", "setInterval(() => window.open('/popup'), 5)", Either),
    ("/print-storm", "setInterval(print, 5)", Seen("print-storm")),
    ("/hash-storm", "let n = 0; setInterval(() => { location.hash = n++ }, 1)", Either),
];

/// What the server does.
const ANSWERS: &[(&str, End)] = &[
    ("/missing", Failed("not_found")),
    ("/gone", Failed("gone")),
    ("/teapot", Failed("client_error")),
    ("/error", Failed("server_error")),
    ("/unavailable", Failed("server_error")),
    ("/empty", Failed("empty")),
    ("/no-content", Failed("empty")),
    ("/redirects", Failed("redirect_loop")),
    ("/password", Failed("client_error")),
    ("/download", Failed("download")),
    ("/half", Seen("half")),
    ("/slow", Seen("slow")),
    ("/flood", Either),
    ("/bomb", Either),
    ("/not-gzip", Failed("empty")),
    ("/no-type", Either),
    ("/endless", Failed("empty")),
    ("/silence", Failed("timeout")),
    ("/two-hundred-cookies", Seen("two-hundred-cookies")),
    ("/cookies-of-4-kib", Failed("other")),
    ("/clock-of-1999", Seen("clock-of-1999")),
    ("/wall-of-cloudflare", Failed("bot_wall")),
    ("/wall-of-akamai", Failed("bot_wall")),
    ("/wall-of-datadome", Failed("bot_wall")),
    ("/wall-of-perimeterx", Failed("bot_wall")),
    ("/captcha", Failed("bot_wall")),
    ("/captcha-in-a-form", Seen("captcha-in-a-form")),
    ("/members", Failed("login_wall")),
    ("/sign-in", Seen("sign-in")),
    ("/hangs-up", Failed("connection")),
];

fn link(path: &str) -> String {
    format!("<a href={path}>{path}</a> ")
}

fn answer(asked: &Asked) -> Reply {
    let name = asked.path.trim_start_matches('/').to_owned();
    let page = |body: &str| Reply::html(format!("{TEXT}{body}")).cookie(&format!("{name}=1; Path=/"));
    if let Some((_, script, _)) = SCRIPTS.iter().find(|(path, ..)| *path == asked.path) {
        return page(&format!("<script>{script}</script>"));
    }
    match asked.path.as_str() {
        "/scripts" => page(&SCRIPTS.iter().map(|(path, ..)| link(path)).collect::<String>()),
        "/answers" => page(&ANSWERS.iter().map(|(path, _)| link(path)).collect::<String>()),
        "/gone" => Reply::status(410),
        "/teapot" => Reply::status(418),
        "/error" => Reply::status(500),
        "/unavailable" => Reply::status(503).header("Retry-After", "1"),
        "/wall-of-cloudflare" => {
            Reply { status: 403, ..page("<h1>Just a moment...</h1>") }.header("cf-mitigated", "challenge")
        }
        "/wall-of-akamai" => {
            Reply { status: 429, ..page("<div id=sec-if-cpt-container>Verifying you are human</div>") }
        }
        "/wall-of-datadome" => {
            Reply { status: 403, ..page("<iframe src=http://geo.captcha-delivery.com.localhost/captcha/></iframe>") }
        }
        "/wall-of-perimeterx" => {
            Reply { status: 403, ..page("<div id=px-captcha></div>Access to this page has been denied") }
        }
        "/captcha" => Reply::html("<title>Are you a robot?</title><div id=g-recaptcha>I'm not a robot</div>"),
        "/captcha-in-a-form" => {
            page(&format!("{}<form>Write to us <div id=g-recaptcha></div></form>", link("/").repeat(9)))
        }
        "/members" => Reply::redirect("/sign-in"),
        "/sign-in" => page("<form>Name <input name=n> Password <input type=password name=p></form>"),
        "/hangs-up" => Reply::status(0),
        "/empty" => Reply::new("text/html", ""),
        "/no-content" => Reply::status(204),
        "/redirects" => Reply::redirect("/redirects"),
        "/password" => Reply::status(401).header("WWW-Authenticate", "Basic realm=\"x\""),
        "/download" => Reply::new("application/octet-stream", "x".repeat(1000))
            .header("Content-Disposition", "attachment; filename=x.bin"),
        "/half" => Reply { promised: 10_000, ..page("") },
        "/slow" => Reply { drip: Some(Duration::from_millis(200)), ..page("") },
        "/flood" => Reply { flood: 1 << 30, body: vec![b'x'; 1 << 16], ..page("") },
        "/bomb" => Reply::new("text/html", bomb()).header("Content-Encoding", "gzip"),
        "/not-gzip" => page("").header("Content-Encoding", "gzip"),
        "/no-type" => Reply { headers: Vec::new(), ..page("") },
        "/endless" => Reply { endless: true, ..page("") },
        "/two-hundred-cookies" => (0..200).fold(page(""), |reply, n| reply.cookie(&format!("served{n}=1; Path=/"))),
        "/cookies-of-4-kib" => {
            (0..180).fold(page(""), |reply, n| reply.cookie(&format!("fat{n}={}", "x".repeat(4000))))
        }
        "/clock-of-1999" => page("").header("Date", "Fri, 31 Dec 1999 23:59:59 GMT"),
        "/silent" | "/silence" => Reply { silent: true, ..Reply::text("") },
        "/sw.js" => Reply::script(
            "oninstall = () => skipWaiting(); onactivate = (e) => e.waitUntil(clients.claim()); \
             onfetch = (e) => e.respondWith(Response.error())",
        ),
        _ => Reply::status(404),
    }
}

/// 200 MB of nothing in 200 kB.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..200 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_script_ends_as_what_it_is() {
    all_end_as_they_should("/scripts", SCRIPTS.iter().map(|(path, _, end)| (*path, *end))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_ends_as_what_it_is() {
    all_end_as_they_should("/answers", ANSWERS.iter().copied()).await;
}

async fn all_end_as_they_should(seed: &str, table: impl Iterator<Item = (&'static str, End)>) {
    let site = Site::start(answer).await;
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.faults.localhost", seed);
    let words =
        ["audit", &url, "--max-depth", "1", "--max-failed", "100%", "--fail-on", "never", "--returning-pages", "0"];
    let began = Instant::now();
    let output = run(out.path(), &words).await;
    assert_status(&output, 0);
    let (report, ends) = (report(out.path()), ends(out.path()));
    for (path, end) in &ends {
        println!("| page {path} | {end} | the crawl goes on |");
    }
    println!("| all {} pages in {:.0?} | | status 0 |", ends.len(), began.elapsed());
    let wrong: Vec<String> = table.filter_map(|(path, end)| differs(&report, &ends, path, end)).collect();
    assert!(wrong.is_empty(), "{}\nafter {:?}", wrong.join("\n"), began.elapsed());
}

fn differs(report: &Value, ends: &BTreeMap<String, String>, path: &str, wanted: End) -> Option<String> {
    let Some(found) = ends.get(path) else { return Some(format!("{path}: neither visited nor failed")) };
    let right = match wanted {
        Either => true,
        Failed(reason) => found == reason,
        Seen(cookie) => found == "loaded" && has(report, cookie, path),
    };
    (!right).then(|| format!("{path}: wanted {wanted:?}, was {found}"))
}

fn has(report: &Value, name: &str, path: &str) -> bool {
    let cookies = report["cookies"].as_array().unwrap();
    cookies.iter().any(|c| {
        let pattern = texts(c, "names").contains(&name);
        pattern && texts(c, "pages").iter().any(|page| page.ends_with(path))
    })
}

/// Path and end of every page in the evidence.
pub fn ends(out: &std::path::Path) -> BTreeMap<String, String> {
    let log = std::fs::read_to_string(folder(out).join("evidence.jsonl")).unwrap();
    let records = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let end = |page: Value| {
        let path = url::Url::parse(page["url"].as_str()?).ok()?.path().to_owned();
        let outcome = &page["outcome"];
        let word = if outcome["result"] == "loaded" { "loaded" } else { outcome["reason"].as_str()? };
        Some((path, word.to_owned()))
    };
    records.filter(|r| r["record"] == "page" && r["step"].is_null()).filter_map(end).collect()
}
