//! What the tool drives is killed, frozen or cut off under it: the run goes on or ends as incomplete, finished pages are
//! kept, and no process and no profile is left.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;
use tokio::sync::Notify;

use super::faults::ends;
use super::run::{assert_status, folder, start, stderr};
use crate::support::browser::driver;
use crate::support::{Reply, Site};

const PAGES: usize = 8;

/// A home page that links to all others.
async fn site() -> Site {
    Site::start(|asked| {
        let links = if asked.path == "/" {
            (1..PAGES).map(|n| format!("<a href=/{n}>{n}</a> ")).collect()
        } else {
            String::new()
        };
        Reply::html(format!("<h1>{}</h1><p>One page of some, with text of its own.</p>{links}", asked.path))
            .cookie("visit=1; Path=/")
    })
    .await
}

fn words(url: &str) -> Vec<&str> {
    vec![
        "audit",
        url,
        "--sessions",
        "1",
        "--page-time",
        "1s",
        "--returning-pages",
        "0",
        "--fail-on",
        "never",
        "--max-failed",
        "50%",
    ]
}

struct Process {
    pid: i32,
    parent: i32,
    command: String,
}

fn processes() -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let read = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        let command = std::fs::read(entry.path().join("cmdline")).ok()?;
        Some(Process { pid, parent, command: String::from_utf8_lossy(&command).replace('\0', " ") })
    };
    entries.filter_map(read).collect()
}

/// Everything below a process whose command holds a word.
fn below(root: i32, word: &str) -> Vec<i32> {
    let all = processes();
    let mut family = vec![root];
    let mut at = 0;
    while let Some(&parent) = family.get(at) {
        family.extend(all.iter().filter(|p| p.parent == parent).map(|p| p.pid));
        at += 1;
    }
    all.iter().filter(|p| p.pid != root && family.contains(&p.pid) && p.command.contains(word)).map(|p| p.pid).collect()
}

fn send(pids: &[i32], signal: Signal) {
    assert!(!pids.is_empty(), "nothing to send {signal:?} to");
    for &pid in pids {
        let _ = kill_process(Pid::from_raw(pid).unwrap(), signal);
    }
}

async fn wait_for_requests(site: &Site, count: usize) {
    let waiting = async {
        while site.seen().iter().filter(|asked| asked.path.len() <= 2).count() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(180), waiting).await.expect("the crawl got going");
}

fn running(tool: &Child) -> i32 {
    i32::try_from(tool.id().unwrap()).unwrap()
}

/// Runs an audit and does something to it after some pages; answers how it ended.
async fn disturbed(
    what: &str,
    fault: impl FnOnce(i32),
) -> (std::process::Output, std::collections::BTreeMap<String, String>) {
    let (site, out) = (site().await, tempfile::tempdir().unwrap());
    let url = site.http("www.lost.localhost", "/");
    let mut command = super::run::command(out.path(), &words(&url));
    let tool = command.env("TMPDIR", out.path()).spawn().unwrap();
    wait_for_requests(&site, 3).await;
    let began = Instant::now();
    fault(running(&tool));
    let output = tool.wait_with_output().await.unwrap();
    let ends = ends(out.path());
    println!(
        "| {what} | {} pages, {:?} after {:.0?} | status {:?} |",
        ends.len(),
        tally(&ends),
        began.elapsed(),
        output.status.code()
    );
    nothing_left(out.path());
    (output, ends)
}

fn tally(ends: &std::collections::BTreeMap<String, String>) -> std::collections::BTreeMap<&str, usize> {
    let mut counts = std::collections::BTreeMap::new();
    ends.values().for_each(|end| *counts.entry(end.as_str()).or_default() += 1);
    counts
}

/// Neither a process nor a profile of a run whose temporary folder was this.
fn nothing_left(out: &Path) {
    let name = out.to_str().unwrap();
    let left: Vec<String> = processes().into_iter().filter(|p| p.command.contains(name)).map(|p| p.command).collect();
    assert_eq!(left, Vec::<String>::new());
    let runs = out.join(format!("cookie-audit-{}", rustix::process::geteuid().as_raw()));
    let folders = std::fs::read_dir(runs).unwrap().flatten().filter(|entry| entry.path().is_dir()).count();
    assert_eq!(folders, 0, "a run folder was left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_browser_is_replaced() {
    let (output, ends) =
        disturbed("browser killed", |tool| send(&below(tool, "--remote-debugging"), Signal::KILL)).await;
    assert_status(&output, 0);
    assert_eq!(tally(&ends), [("loaded", PAGES)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_driver_is_replaced() {
    let (output, ends) = disturbed("driver killed", |tool| send(&below(tool, "chromedriver"), Signal::KILL)).await;
    assert_status(&output, 0);
    assert_eq!(tally(&ends), [("loaded", PAGES)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_driver_is_replaced() {
    let (output, ends) = disturbed("driver frozen", |tool| send(&below(tool, "chromedriver"), Signal::STOP)).await;
    assert_status(&output, 0);
    assert_eq!(tally(&ends), [("loaded", PAGES)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_browser_is_replaced() {
    let (output, ends) = disturbed("browser frozen", |tool| send(&below(tool, "chromium"), Signal::STOP)).await;
    assert_status(&output, 0);
    assert_eq!(tally(&ends), [("loaded", PAGES)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_renderers_are_replaced() {
    let (output, ends) =
        disturbed("all renderers killed", |tool| send(&below(tool, "--type=renderer"), Signal::KILL)).await;
    assert_status(&output, 0);
    assert_eq!(tally(&ends), [("loaded", PAGES)].into());
}

/// A forwarder between the tool and a driver somewhere else; answers its port, and what cuts every connection there is.
async fn wire(driver: u16) -> (u16, Arc<Notify>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (port, cut) = (listener.local_addr().unwrap().port(), Arc::new(Notify::new()));
    let cuts = Arc::clone(&cut);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let cut = Arc::clone(&cuts);
            tokio::spawn(async move {
                let mut far = TcpStream::connect(("127.0.0.1", driver)).await.unwrap();
                tokio::select! {
                    _ = copy_bidirectional(&mut near, &mut far) => {}
                    () = cut.notified() => {}
                }
            });
        }
    });
    (port, cut)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_connection_to_a_driver_elsewhere_is_made_again() {
    let (site, out, driver) = (site().await, tempfile::tempdir().unwrap(), driver().await);
    let (port, cut) = wire(driver.webdriver_url.port().unwrap()).await;
    let (url, elsewhere) = (site.http("www.lost.localhost", "/"), format!("http://127.0.0.1:{port}"));
    let mut all = words(&url);
    all.extend(["--webdriver", &elsewhere]);
    let tool = start(out.path(), &all);
    wait_for_requests(&site, 3).await;
    let began = Instant::now();
    cut.notify_waiters();
    let output = tool.wait_with_output().await.unwrap();
    let ends = ends(out.path());
    println!(
        "| connection cut | {:?} after {:.0?} | status {:?} |",
        tally(&ends),
        began.elapsed(),
        output.status.code()
    );
    assert_status(&output, 0);
    assert_eq!(tally(&ends), [("loaded", PAGES)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_driver_the_rest_is_skipped_with_its_reason() {
    let (site, out, programs) = (site().await, tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let real = ["/usr/bin/chromedriver", "/usr/local/bin/chromedriver"].iter().find(|p| Path::new(p).exists());
    let driver = programs.path().join("chromedriver");
    std::os::unix::fs::symlink(real.expect("a chromedriver of the system"), &driver).unwrap();
    let url = site.http("www.lost.localhost", "/");
    let mut all = words(&url);
    all.extend(["--driver", driver.to_str().unwrap()]);
    let tool = start(out.path(), &all);
    wait_for_requests(&site, 3).await;
    // It can be neither asked nor started again.
    std::fs::remove_file(&driver).unwrap();
    send(&below(running(&tool), "chromedriver"), Signal::KILL);
    let output = tool.wait_with_output().await.unwrap();
    assert_status(&output, 3);
    assert!(stderr(&output).contains("browser_lost"), "{}", stderr(&output));
    let log = std::fs::read_to_string(folder(out.path()).join("evidence.jsonl")).unwrap();
    let records: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let skipped = records.iter().filter(|r| r["record"] == "skipped" && r["reason"] == "browser_lost").count();
    let visited = ends(out.path()).len();
    println!(
        "| driver lost for good | {visited} pages, {skipped} skipped as browser_lost | status {:?} |",
        output.status.code()
    );
    assert_eq!(visited + skipped, PAGES, "no page is unaccounted for");
}
