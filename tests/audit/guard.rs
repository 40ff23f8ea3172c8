//! `--deny-private-addresses`: pages nobody vetted cannot reach into the network that this machine stands in.

use super::faults::ends;
use super::run::{assert_status, report, run, stderr};
use crate::support::{Asked, Reply, Site};

fn answer(asked: &Asked) -> Reply {
    let port = asked.http;
    let inner = |path: &str| format!("http://inner.localhost:{port}{path}");
    match (asked.host.as_str(), asked.path.as_str()) {
        ("www.allowed.test" | "cdn.allowed.test", "/i.gif") => Reply::text("x").cookie("picture=1; Path=/"),
        ("www.allowed.test", "/") => Reply::html(format!(
            "<h1>Home</h1><p>A page that reaches for what it must not reach.</p><a href=/moved>a</a> <a href=/fine>b</a>
             <img src=http://cdn.allowed.test:{port}/i.gif><img src=http://127.0.0.1:{port}/secret>
             <img src=http://[::ffff:127.0.0.1]:{port}/secret><img src=http://2130706433:{port}/secret>
             <img src={}><iframe src={}></iframe><script src={}></script><link rel=preconnect href=http://127.0.0.1:{port}>
             <script>fetch('{}', {{mode: 'no-cors'}}).catch(() => {{}}); navigator.sendBeacon('{}', 'x');
             new WebSocket('ws://127.0.0.1:{port}/socket'); new EventSource('{}');
             new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{port}'}}]}}).createDataChannel('x');
             navigator.serviceWorker?.register('/sw.js')</script>",
            inner("/image"), inner("/frame"), inner("/script"), inner("/fetch"), inner("/beacon"), inner("/events")
        ))
        .cookie("home=1; Path=/"),
        ("www.allowed.test", "/moved") => Reply::redirect(inner("/redirect")),
        ("www.allowed.test", "/fine") => Reply::html("<h1>Fine</h1><p>A page with nothing odd on it.</p>").cookie("fine=1; Path=/"),
        (host, _) if host.ends_with(".allowed.test") => Reply::status(404),
        _ => Reply::html("<h1>Secret</h1><p>The page of a machine inside.</p>").cookie("inner=1; Path=/"),
    }
}

const COMMON: &[&str] =
    &["--deny-private-addresses", "--page-time", "1s", "--returning-pages", "0", "--fail-on", "never"];

fn words<'a>(first: &[&'a str]) -> Vec<&'a str> {
    ["audit"].into_iter().chain(first.iter().copied()).chain(COMMON.iter().copied()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_private_is_reached() {
    let (site, out) = (Site::start(answer).await, tempfile::tempdir().unwrap());
    let url = site.http("www.allowed.test", "/");
    let output =
        run(out.path(), &words(&[url.as_str(), "--resolve", "*.allowed.test:127.0.0.1", "--max-failed", "90%"])).await;
    assert_status(&output, 0);
    let strays: Vec<String> = site
        .seen()
        .iter()
        .filter(|asked| !asked.host.ends_with(".allowed.test"))
        .map(|a| format!("{}{}", a.host, a.path))
        .collect();
    assert_eq!(strays, Vec::<String>::new());
    let report = report(out.path());
    let mut names: Vec<&str> =
        report["cookies"].as_array().unwrap().iter().filter_map(|c| c["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["fine", "home", "picture"], "what is allowed goes through unchanged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_seed_fails_and_says_why() {
    let site = Site::start(answer).await;
    let urls = [site.http("127.0.0.1", "/by-number"), site.http("inner.localhost", "/by-name")];
    for url in &urls {
        let out = tempfile::tempdir().unwrap();
        let output = run(out.path(), &words(&[url.as_str()])).await;
        assert_status(&output, 3);
        let log = std::fs::read_to_string(super::run::folder(out.path()).join("evidence.jsonl")).unwrap();
        assert!(log.contains("refused by deny_private_addresses") && log.contains("loopback"), "{log}");
        assert!(ends(out.path()).values().all(|end| end == "connection"));
    }
    assert!(site.seen().is_empty(), "{:?}", site.seen());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_names_are_resolved_elsewhere_it_is_refused() {
    let out = tempfile::tempdir().unwrap();
    for (flag, address) in [("--webdriver", "http://grid.test:4444"), ("--proxy", "http://proxy.test:3128")] {
        let output = run(out.path(), &words(&["https://shop.test/", flag, address])).await;
        assert_status(&output, 2);
        assert!(stderr(&output).contains("exclude each other"), "{}", stderr(&output));
    }
    assert!(!out.path().join("reports").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_goes_through_it_too() {
    let (site, out) = (Site::start(answer).await, tempfile::tempdir().unwrap());
    let url = site.https("www.allowed.test", "/fine");
    let resolve = ["--resolve", "www.allowed.test:127.0.0.1", "--accept-invalid-certs", "--max-pages", "1"];
    let output = run(out.path(), &words(&[&[url.as_str()][..], &resolve[..]].concat())).await;
    assert_status(&output, 0);
    assert_eq!(report(out.path())["cookies"][0]["name"], "fine");
}
