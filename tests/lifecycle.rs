//! A browser that was started is gone in the end, whatever was killed and however hard.
//!
//! Each test has a runs folder of its own, and what is left is looked for in the process table by that folder's path:
//! independently of how the tool itself finds its processes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cookie_audit::gather::browser::{BrowserOptions, Driver, sweep};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// Set for a copy of this test program that plays the tool and waits to be killed.
const PLAY_TOOL: &str = "LIFECYCLE_PLAY_TOOL";
/// Set to leave the watchdog out.
const NO_WATCHDOG: &str = "LIFECYCLE_NO_WATCHDOG";

fn options(runs: &Path) -> BrowserOptions {
    BrowserOptions {
        runs: Some(runs.to_path_buf()),
        watchdog: Some(PathBuf::from(env!("CARGO_BIN_EXE_cookie-audit"))),
        install: cookie_audit::gather::browser::options::Install::System,
        ..BrowserOptions::default()
    }
}

/// Opens a session as any client would; answers the browser's process.
async fn open_browser(driver: &Driver) -> u32 {
    let answer = post(
        driver,
        "session",
        &json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"binary": driver.browser(), "args": ["--headless=new", "--no-sandbox"]}
        }}}),
    )
    .await
    .unwrap();
    let pid = answer["value"]["capabilities"]["goog:processID"].as_u64();
    u32::try_from(pid.unwrap_or_else(|| panic!("no browser: {answer}"))).unwrap()
}

async fn post(driver: &Driver, path: &str, body: &Value) -> reqwest::Result<Value> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = driver.webdriver_url.join(path).unwrap();
    let text = reqwest::Client::new().post(url).body(body.to_string()).send().await?.text().await?;
    Ok(serde_json::from_str(&text).unwrap())
}

/// Command lines and environments of living processes that name `folder`, this process and zombies aside.
fn left(folder: &Path) -> Vec<String> {
    let name = folder.to_str().unwrap();
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let pid = entry.file_name().to_string_lossy().into_owned();
        if pid == own || !pid.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let read = |file: &str| {
            String::from_utf8_lossy(&std::fs::read(entry.path().join(file)).unwrap_or_default()).into_owned()
        };
        let command = read("cmdline");
        if command.contains(name) || (!command.is_empty() && read("environ").contains(name)) {
            found.push(format!("{pid} {}", command.replace('\0', " ").chars().take(120).collect::<String>()));
        }
    }
    found
}

fn run_folders(runs: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(runs).unwrap().flatten().map(|entry| entry.path());
    entries.filter(|path| path.is_dir()).collect()
}

fn assert_clean(runs: &Path) {
    assert_eq!(left(runs), Vec::<String>::new());
    assert_eq!(run_folders(runs), Vec::<PathBuf>::new());
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_ends_driver_browser_and_profile() {
    let runs = tempfile::tempdir().unwrap();
    let driver = Driver::start(&options(runs.path())).await.unwrap();
    open_browser(&driver).await;
    assert!(left(runs.path()).len() > 2, "the browser runs: {:?}", left(runs.path()));
    let profile = std::fs::read_dir(driver.scratch().unwrap()).unwrap().count();
    assert!(profile > 0, "its profile lies in the run folder");
    drop(driver);
    assert_clean(runs.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_them_too() {
    let runs = tempfile::tempdir().unwrap();
    let options = options(runs.path());
    let panicked = tokio::spawn(async move {
        let driver = Driver::start(&options).await.unwrap();
        open_browser(&driver).await;
        panic!("on purpose");
    });
    assert!(panicked.await.unwrap_err().is_panic());
    assert_clean(runs.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_driver_leaves_nothing_and_is_replaced() {
    let runs = tempfile::tempdir().unwrap();
    let mut driver = Driver::start(&options(runs.path())).await.unwrap();
    open_browser(&driver).await;
    let old = run_folders(runs.path());
    kill(driver.pid().unwrap());
    wait_for("the driver to be gone", || !driver.alive());
    assert!(!left(&old[0]).is_empty(), "the browser outlives its driver: that is what is to be cleaned");
    driver.revive().unwrap();
    assert_eq!((left(&old[0]), old[0].exists()), (Vec::new(), false));
    open_browser(&driver).await;
    drop(driver);
    assert_clean(runs.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_browser_leaves_nothing() {
    let runs = tempfile::tempdir().unwrap();
    let mut driver = Driver::start(&options(runs.path())).await.unwrap();
    kill(open_browser(&driver).await);
    assert!(driver.alive());
    open_browser(&driver).await;
    drop(driver);
    assert_clean(runs.path());
}

/// Not a test of its own: the tool that the next two tests kill. It starts a browser, says so, and waits.
#[tokio::test(flavor = "multi_thread")]
async fn play_the_tool() {
    let Some(runs) = std::env::var_os(PLAY_TOOL) else { return };
    let mut options = options(Path::new(&runs));
    if std::env::var_os(NO_WATCHDOG).is_some() {
        options.watchdog = None;
    }
    let driver = Driver::start(&options).await.unwrap();
    open_browser(&driver).await;
    std::fs::write(Path::new(&runs).join("ready"), "").unwrap();
    std::future::pending::<()>().await;
}

fn start_tool(runs: &Path, watchdog: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["play_the_tool", "--exact"]).env(PLAY_TOOL, runs).stdout(Stdio::null()).stderr(Stdio::null());
    if !watchdog {
        command.env(NO_WATCHDOG, "1");
    }
    let mut tool = command.spawn().unwrap();
    wait_for("the tool's browser", || runs.join("ready").exists() || tool.try_wait().unwrap().is_some());
    tool
}

#[test]
fn a_killed_tool_is_cleaned_up_after_by_its_watchdog() {
    let runs = tempfile::tempdir().unwrap();
    let mut tool = start_tool(runs.path(), true);
    assert!(left(runs.path()).len() > 2);
    tool.kill().unwrap();
    tool.wait().unwrap();
    wait_for("the watchdog", || left(runs.path()).is_empty() && run_folders(runs.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_watchdog_the_next_start_cleans_and_leaves_the_living_alone() {
    let runs = tempfile::tempdir().unwrap();
    let living = Driver::start(&options(runs.path())).await.unwrap();
    let browser = open_browser(&living).await;
    let mut tool = start_tool(runs.path(), false);
    tool.kill().unwrap();
    tool.wait().unwrap();
    assert_eq!(run_folders(runs.path()).len(), 2, "the killed tool left its folder");
    let next = Driver::start(&options(runs.path())).await.unwrap();
    assert_eq!(run_folders(runs.path()).len(), 2, "the living one's and the new one's");
    assert!(Path::new(&format!("/proc/{browser}")).exists());
    assert_eq!(sweep::sweep(&options(runs.path())).unwrap(), 0);
    drop((living, next));
    assert_clean(runs.path());
}
