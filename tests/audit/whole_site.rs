//! A whole site: every planted cookie with exactly the pages that set it, every address accounted for, and the same
//! report whatever the number of workers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::maze::{DEPTH, Maze};
use super::run::{assert_status, comparable, cookie, differing, full, report, run, texts};
use crate::support::Site;

fn maze() -> Maze {
    if full() { Maze { tree: 160, hidden: 8, broken: 10 } } else { Maze { tree: 12, hidden: 2, broken: 2 } }
}

fn words<'a>(url: &'a str, sessions: &'a str, policy: &'a str) -> Vec<&'a str> {
    let mut words = vec!["audit", url, "--sessions", sessions, "--max-failed", "30%", "--page-time", "1s"];
    words.extend([
        "--max-depth",
        "60",
        "--max-pages",
        "400",
        "--policy",
        policy,
        "--format",
        "json",
        "--returning-pages",
        "2",
        "--quiet",
    ]);
    words
}

/// Paths of a cookie's pages, or of a list of addresses.
fn paths(urls: Vec<&str>) -> BTreeSet<String> {
    urls.into_iter().map(|u| url::Url::parse(u).unwrap()).map(|u| u[url::Position::BeforePath..].to_owned()).collect()
}

fn set(paths: Vec<String>) -> BTreeSet<String> {
    paths.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_report_with_any_number_of_workers() {
    let maze = maze();
    let site = Site::start(move |asked| maze.answer(asked)).await;
    let url = site.http("www.maze.localhost", "/");
    let policy = site.http("www.maze.localhost", "/cookies");
    let runs: &[&str] = if full() { &["1", "1", "2", "2", "4", "4"] } else { &["1", "3"] };
    let mut reports = Vec::new();
    for sessions in runs {
        let out = tempfile::tempdir().unwrap();
        let output = run(out.path(), &words(&url, sessions, &policy)).await;
        assert_status(&output, 1);
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(printed, report(out.path()), "stdout carries the report, and nothing else");
        reports.push(comparable(printed));
    }
    for other in &reports[1..] {
        let differing = differing(other, &reports[0]);
        assert!(differing.is_empty(), "{}", differing.join("\n"));
    }
    every_cookie_with_its_pages(&reports[0], maze);
    every_address_accounted_for(&reports[0], maze);
    assert_eq!(site.count("/logout"), 0, "nobody was signed out");
    assert_eq!(site.count("/private/1"), 0, "robots.txt is obeyed");
}

fn every_cookie_with_its_pages(report: &Value, maze: Maze) {
    let pages = |name: &str| paths(texts(cookie(report, name), "pages"));
    for rest in 0..5 {
        let mut expected = set(maze.group(rest));
        // A moved page is the page it leads to, seen again under the address that was asked for.
        if (1..=2).contains(&rest) {
            expected.insert(format!("/moved/{rest}"));
        }
        assert_eq!(pages(&format!("group{rest}")), expected, "group{rest}");
    }
    assert_eq!(pages("deepest"), set(vec![format!("/deep/{DEPTH}")]));
    assert_eq!(pages("hidden"), (0..maze.hidden).map(|n| format!("/hidden/{n}")).collect());
    assert_eq!(pages("moved"), set(vec!["/moved/1".into(), "/moved/2".into()]));
    assert_eq!(cookie(report, "late")["writers"][0]["kind"], "script");
    let names: BTreeSet<&str> =
        report["cookies"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    let expected = ["deepest", "every", "group0", "group1", "group2", "group3", "group4", "hidden", "late", "moved"];
    assert_eq!(names, BTreeSet::from(expected), "and nothing that was not set");
}

fn every_address_accounted_for(report: &Value, maze: Maze) {
    let coverage = &report["coverage"];
    let list = |name: &str| -> BTreeSet<(String, String)> {
        let entry = |e: &Value| (e["url"].as_str().unwrap().to_owned(), e["reason"].as_str().unwrap().to_owned());
        coverage[name].as_array().unwrap().iter().map(entry).collect()
    };
    let of = |entries: &BTreeSet<(String, String)>, path: &str| -> Vec<String> {
        entries.iter().filter(|(u, _)| u.contains(path)).map(|(_, r)| r.clone()).collect()
    };
    let (failed, skipped) = (list("pages_failed"), list("pages_skipped"));
    let broken = of(&failed, "/broken/");
    assert_eq!(broken.iter().filter(|r| r.starts_with("server_error")).count() as u32, maze.broken / 2, "{failed:?}");
    assert_eq!(of(&skipped, "/private/1"), ["robots"]);
    assert_eq!(of(&skipped, "/logout"), ["sign_out"]);
    assert_eq!(of(&skipped, "/paper.pdf"), ["non_html"]);
    assert!(of(&skipped, "/calendar").iter().any(|r| r == "trap"), "{skipped:?}");
    let visited = coverage["pages_visited"].as_u64().unwrap();
    assert!(visited >= u64::from(maze.tree + maze.hidden + DEPTH), "{visited} pages");
}
