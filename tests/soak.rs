//! A long run with a fault in every fiftieth page: no page unaccounted for, and memory that does not grow.
//!
//! A short way by default; `LARGE_TESTS=1` goes 10,000 pages (or `SOAK_PAGES`).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::print_stdout, reason = "figures for whoever runs it with --nocapture")]
#![allow(unreachable_pub, dead_code, clippy::cast_possible_truncation, reason = "tests share their helpers")]

#[path = "audit/run.rs"]
mod run;
mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use run::{assert_status, folder};
use support::{Asked, Reply, Site};

/// Distance of faults.
const EVERY: u32 = 50;

fn pages() -> u32 {
    let asked = std::env::var("SOAK_PAGES").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(if run::full() { 10_000 } else { 150 })
}

/// Pages form a tree of ten children; the fiftieth are broken in turn, and leaves only, so that none hides others.
fn answer(asked: &Asked, pages: u32) -> Reply {
    let Ok(n) = asked.path.trim_start_matches("/p/").parse::<u32>() else {
        return if asked.path == "/" { page(0, pages) } else { Reply::status(404) };
    };
    if !broken(n, pages) {
        return page(n, pages);
    }
    match n / EVERY % 8 {
        0 => Reply::status(500),
        1 => Reply::status(404),
        2 => Reply::redirect(format!("/p/{n}")),
        3 => Reply { promised: 5000, ..page(n, pages) },
        4 => Reply::new("application/octet-stream", "x").header("Content-Disposition", "attachment"),
        5 => Reply::html(
            "<h1>Loop</h1><p>A page whose script never ends.</p><script>setTimeout(() => { while (true); }, 50)</script>",
        ),
        6 => Reply::html(
            "<h1>Storm</h1><p>A page that opens and asks.</p><script>setInterval(() => { open('/p/1'); alert(1) }, 5)</script>",
        ),
        _ => Reply::status(204),
    }
}

fn broken(n: u32, pages: u32) -> bool {
    n % EVERY == EVERY - 1 && n * 10 >= pages
}

fn page(n: u32, pages: u32) -> Reply {
    let children = (n * 10 + 1..=n * 10 + 10).filter(|child| *child < pages);
    let links: String = children.map(|child| format!("<a href=/p/{child}>{child}</a> ")).collect();
    let script = "<script>document.cookie = 'script=1; path=/'; localStorage.setItem('seen', '1')</script>";
    Reply::html(format!("<h1>Page {n}</h1><p>One page of very many, with a text of its own.</p>{links}{script}"))
        .cookie(&format!("page{}=1; Path=/", n % 10))
}

/// MB of the tool, and of everything it started.
struct Sample {
    own: u64,
    browser: u64,
}

/// Resident memory in MB of a process and of everything below it, apart.
fn memory(root: u32) -> (u64, u64, u64) {
    let mut parents: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        parents.entry(parent.unwrap_or(0)).or_default().push(pid);
    }
    let (mut below, mut at) = (vec![root], 0);
    while let Some(parent) = below.get(at) {
        below.extend(parents.get(parent).cloned().unwrap_or_default());
        at += 1;
    }
    let browser = below.iter().skip(1).map(|pid| proportional(*pid)).sum::<u64>();
    (proportional(root) / 1024, browser / 1024, below.len() as u64 - 1)
}

/// Memory of a process in kB, what it shares counted in parts.
fn proportional(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn below(root: u32, word: &str) -> Vec<i32> {
    let text = std::process::Command::new("pgrep").args(["-P", &root.to_string(), "-f", word]).output().unwrap();
    String::from_utf8_lossy(&text.stdout).lines().filter_map(|line| line.parse().ok()).collect()
}

/// Kills the driver, or its browsers, by turns.
fn strike(tool: u32, turn: u32) {
    for driver in below(tool, "chromedriver") {
        let browsers = below(u32::try_from(driver).unwrap(), "chromium");
        let victims = if turn.is_multiple_of(2) { browsers } else { vec![driver] };
        for victim in victims {
            let _ = kill_process(Pid::from_raw(victim).unwrap(), Signal::KILL);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_unaccounted_for_and_memory_stays_flat() {
    let pages = pages();
    let site = Site::start(move |asked| answer(asked, pages)).await;
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.soak.localhost", "/");
    let limit = pages.to_string();
    let words = [
        "audit",
        &url,
        "--max-pages",
        &limit,
        "--max-depth",
        "20",
        "--max-time",
        "12h",
        "--page-time",
        "0s",
        "--max-failed",
        "50%",
        "--returning-pages",
        "0",
        "--fail-on",
        "never",
        "--quiet",
    ];
    let began = Instant::now();
    // Nobody reads what it prints while it runs: a pipe would fill up and stop it.
    let mut tool = run::command(out.path(), &words).stdout(std::process::Stdio::null()).spawn().unwrap();
    let id = tool.id().unwrap();
    let (mut samples, mut strikes) = (Vec::new(), 0);
    let strike_every = if run::full() { 500 } else { 60 };
    while tool.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let seen = site.asked();
        let (own, browser, processes) = memory(id);
        // Without a browser it judges, which is another matter.
        if browser > 0 {
            samples.push(Sample { own, browser });
        }
        println!("{},{seen},{own},{browser},{processes}", began.elapsed().as_secs());
        if seen / strike_every > strikes {
            strikes = seen / strike_every;
            strike(id, strikes as u32);
        }
    }
    let output = tool.wait_with_output().await.unwrap();
    assert_status(&output, 0);
    account(out.path(), pages, strikes as u32, began.elapsed());
    flat(&samples);
}

/// Every page let in is visited once, with its end; faults have theirs.
fn account(out: &std::path::Path, pages: u32, strikes: u32, took: Duration) {
    let log = std::fs::read_to_string(folder(out).join("evidence.jsonl")).unwrap();
    let records = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
    let visited: Vec<&Value> = records.iter().filter(|r| r["record"] == "page").collect();
    let mut ends: BTreeMap<String, u32> = BTreeMap::new();
    let mut urls = std::collections::BTreeSet::new();
    for page in &visited {
        let end = page["outcome"]["reason"].as_str().or_else(|| page["outcome"]["result"].as_str()).unwrap();
        *ends.entry(end.to_owned()).or_default() += 1;
        assert!(urls.insert(page["url"].as_str().unwrap()), "visited twice: {}", page["url"]);
    }
    let faults = (1..pages).filter(|n| broken(*n, pages)).count();
    println!("{} pages in {took:.0?}, {faults} broken ones, {strikes} strikes: {ends:?}", visited.len());
    assert_eq!(urls.len(), pages as usize, "pages unaccounted for");
    assert!(!ends.contains_key("browser_lost"), "{ends:?}");
}

/// The last quarter needs little more than the second: the first is for filling caches.
fn flat(samples: &[Sample]) {
    let quarter = samples.len() / 4;
    if quarter < 5 {
        return;
    }
    let mean = |part: &[Sample]| {
        let count = part.len() as u64;
        (part.iter().map(|s| s.own).sum::<u64>() / count, part.iter().map(|s| s.browser).sum::<u64>() / count)
    };
    let (early, late) = (mean(&samples[quarter..2 * quarter]), mean(&samples[3 * quarter..]));
    println!("tool {} → {} MB, browser {} → {} MB", early.0, late.0, early.1, late.1);
    assert!(late.0 < early.0 * 2 + 50, "the tool's memory grows");
    assert!(late.1 < early.1 * 3 / 2 + 200, "the browser's memory grows");
}
