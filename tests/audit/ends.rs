//! Exit statuses and last words: what a script can rely on.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::run::{assert_status, report, run, start, stderr};
use crate::support::{Reply, Site};

#[tokio::test]
async fn bad_input_is_told_with_its_place() {
    let out = tempfile::tempdir().unwrap();
    std::fs::write(out.path().join("cookie-audit.toml"), "[crawl]\nmax_pagse = 3\nscope = \"all\"\n").unwrap();
    let output = run(out.path(), &["audit", "https://shop.test"]).await;
    assert_status(&output, 2);
    let said = stderr(&output);
    for words in ["max_pagse", "max_pages", "scope", "cookie-audit.toml"] {
        assert!(said.contains(words), "{words} is not said:\n{said}");
    }
    assert!(!out.path().join("reports").exists(), "nothing was begun");
}

#[tokio::test]
async fn nothing_to_start_from() {
    let out = tempfile::tempdir().unwrap();
    for words in [&["audit"][..], &["audit", "ftp://a.test/"], &["audit", "https://a.test", "--format", "sarfi"]] {
        let output = run(out.path(), words).await;
        assert_status(&output, 2);
        assert!(stderr(&output).lines().count() < 20, "{}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seed_that_cannot_be_reached_is_no_clean_audit() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for (url, reason) in [
        (format!("http://nobody.localhost:{port}/"), "connection"),
        ("http://nobody.cookie-audit.invalid/".to_owned(), "dns"),
    ] {
        let out = tempfile::tempdir().unwrap();
        let output = run(out.path(), &["audit", &url, "--fail-on", "never"]).await;
        assert_status(&output, 3);
        let said = stderr(&output);
        let last: Vec<&str> = said.lines().rev().take(3).collect();
        assert!(last[2].starts_with("incomplete (3): ") && last[1].starts_with("audit "), "{said}");
        assert!(last[0].starts_with("evidence sha256:"), "{said}");
        let failed = &report(out.path())["coverage"]["pages_failed"][0];
        assert_eq!((failed["url"].as_str(), failed["reason"].as_str()), (Some(&*url), Some(reason)), "{failed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_written_in_the_form_that_is_asked_for() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = format!("http://nobody.localhost:{port}/");
    let out = tempfile::tempdir().unwrap();
    let logged = async |form: &str| {
        let words = ["record", &url, "--log-format", form];
        let output = super::run::command(out.path(), &words).env("RUST_LOG", "cookie_audit=debug").output().await;
        stderr(&output.unwrap())
    };
    let said = logged("json").await;
    let events: Vec<serde_json::Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let event = events.iter().find(|event| event["message"] == "no robots.txt").unwrap_or_else(|| panic!("{said}"));
    assert!(event["level"] == "DEBUG" && event["error"].as_str().is_some_and(|why| !why.is_empty()), "{event}");
    let said = logged("text").await;
    assert!(said.lines().any(|line| line.trim_start().starts_with("DEBUG no robots.txt")), "{said}");
}

/// A site that never ends: every page links to two more. From the third on they take their time.
async fn endless(time: Duration) -> Site {
    Site::start(move |asked| {
        let n: u64 = asked.path.trim_matches('/').parse().unwrap_or(0);
        let page = format!(
            "<h1>{n}</h1><p>One more page of many.</p><a href=/{}>a</a><a href=/{}>b</a>",
            2 * n + 1,
            2 * n + 2
        );
        Reply::html(page).cookie("visit=1; Path=/").after(if n < 3 { Duration::ZERO } else { time })
    })
    .await
}

async fn wait_for_page(site: &Site, path: &str) {
    wait_until(|| site.seen().iter().any(|asked| asked.path == path)).await;
}

async fn wait_until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), waiting).await.unwrap();
}

fn interrupt(child: &tokio::process::Child) {
    signal(child, Signal::INT);
}

fn signal(child: &tokio::process::Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_once_keeps_and_reports_what_was_seen() {
    let site = endless(Duration::ZERO).await;
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.endless.localhost", "/");
    let child = start(out.path(), &["audit", &url, "--sessions", "1", "--fail-on", "never", "--format", "json"]);
    wait_for_page(&site, "/6").await;
    interrupt(&child);
    let output = child.wait_with_output().await.unwrap();
    assert_status(&output, 3);
    assert!(stderr(&output).contains("interrupted"), "{}", stderr(&output));
    let report = report(out.path());
    assert!(report["coverage"]["pages_visited"].as_u64().unwrap() > 0);
    assert_eq!(report["cookies"][0]["name"], "visit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_twice_stops_at_once() {
    let site = endless(Duration::from_secs(5)).await;
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.endless.localhost", "/");
    let child = start(out.path(), &["audit", &url, "--sessions", "1"]);
    wait_for_page(&site, "/3").await;
    interrupt(&child);
    // Not the same signal again: two of one kind may be heard as one.
    signal(&child, Signal::TERM);
    let output = child.wait_with_output().await.unwrap();
    assert_status(&output, 130);
}

/// Begins to audit a site that never ends and one of a single page, so many at once.
fn two_sites(out: &Path, long: &Site, short: &Site, at_once: &str) -> tokio::process::Child {
    let list = [long.http("www.endless.localhost", "/"), short.http("www.short.localhost", "/")].join("\n");
    std::fs::write(out.join("sites.txt"), list).unwrap();
    let words = ["audit", "--sites", "sites.txt", "--sites-at-once", at_once, "--sessions", "2", "--format", "json"];
    start(out, &[&words[..], &["--fail-on", "never", "--page-time", "0s"]].concat())
}

async fn short() -> Site {
    Site::start(|_| Reply::html("<h1>Short</h1><p>One page.</p>").cookie("short=1; Path=/")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_ctrl_c_kept_from_being_begun_is_told() {
    let (long, short, out) = (endless(Duration::ZERO).await, short().await, tempfile::tempdir().unwrap());
    let child = two_sites(out.path(), &long, &short, "1");
    wait_for_page(&long, "/6").await;
    interrupt(&child);
    let output = child.wait_with_output().await.unwrap();
    assert_status(&output, 3);
    assert!(stderr(&output).contains("www.short.localhost was not audited"), "{}", stderr(&output));
    assert!(short.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_twice_leaves_no_ended_site_untold() {
    let (long, short, out) = (endless(Duration::from_secs(5)).await, short().await, tempfile::tempdir().unwrap());
    let child = two_sites(out.path(), &long, &short, "2");
    let reported = |host: std::fs::DirEntry| {
        host.file_name().to_string_lossy().contains("short") && host.path().join("latest/report.json").exists()
    };
    let ended = || std::fs::read_dir(out.path().join("reports")).is_ok_and(|hosts| hosts.flatten().any(reported));
    wait_until(ended).await;
    // Its reports are written; from there to its end it takes a moment.
    tokio::time::sleep(Duration::from_secs(2)).await;
    interrupt(&child);
    signal(&child, Signal::TERM);
    let output = child.wait_with_output().await.unwrap();
    assert_status(&output, 130);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["cookies"][0]["name"], "short");
}
