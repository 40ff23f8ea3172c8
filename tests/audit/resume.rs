//! Killed at any moment, what was finished is kept, nothing runs on, and a resumed run ends as an undisturbed one.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::maze::Maze;
use super::run::{assert_status, comparable, differing, folder, full, report, run, start};
use crate::support::Site;

const MAZE: Maze = Maze { tree: 6, hidden: 1, broken: 0 };

fn words(url: &str) -> Vec<&str> {
    vec![
        "audit",
        url,
        "--sessions",
        "1",
        "--page-time",
        "1s",
        "--max-depth",
        "10",
        "--max-pages",
        "12",
        "--format",
        "json",
    ]
}

/// Pages in the log so far.
fn pages(out: &Path) -> usize {
    let Ok(hosts) = std::fs::read_dir(out.join("reports")) else { return 0 };
    let logs = hosts.flatten().map(|host| host.path().join("latest").join("evidence.jsonl"));
    logs.filter_map(|log| std::fs::read_to_string(log).ok()).map(|t| t.matches("{\"record\":\"page\"").count()).sum()
}

async fn until(what: &str, done: impl Fn() -> bool) {
    let waiting = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), waiting).await.unwrap_or_else(|_| panic!("waited in vain: {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_and_resumed_is_as_if_nothing_had_happened() {
    let site = Site::start(|asked| MAZE.answer(asked)).await;
    let url = site.http("www.maze.localhost", "/");
    let undisturbed = tempfile::tempdir().unwrap();
    let output = run(undisturbed.path(), &words(&url)).await;
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", super::run::stderr(&output));
    let expected = comparable(report(undisturbed.path()));
    let moments: &[usize] = if full() { &[0, 1, 2, 3, 4, 5, 7, 9, 11, 12] } else { &[4] };
    for &moment in moments {
        let out = tempfile::tempdir().unwrap();
        let mut child = start(out.path(), &words(&url));
        until("pages", || pages(out.path()) >= moment && out.path().join("reports").exists()).await;
        until("a header", || log_begun(out.path())).await;
        child.start_kill().unwrap();
        child.wait().await.unwrap();
        let kept = pages(out.path());
        let killed = run_judge(out.path()).await;
        assert_eq!(killed["coverage"]["pages_visited"].as_u64().unwrap() as usize, distinct(kept), "after {moment}");
        let dir = folder(out.path());
        let mut again = words(&url);
        again.extend(["--resume", dir.to_str().unwrap()]);
        assert_eq!(run(out.path(), &again).await.status.code(), output.status.code());
        let differing = differing(&comparable(report(out.path())), &expected);
        assert!(differing.is_empty(), "killed after {moment} pages:\n{}", differing.join("\n"));
        let verified = run_verify(out.path()).await;
        assert_status(&verified, 0);
    }
}

fn log_begun(out: &Path) -> bool {
    let Ok(hosts) = std::fs::read_dir(out.join("reports")) else { return false };
    let mut logs = hosts.flatten().map(|host| host.path().join("latest").join("evidence.jsonl"));
    logs.any(|log| std::fs::read_to_string(log).is_ok_and(|text| text.contains('\n')))
}

/// The returning walk repeats pages at the end; before it every page in the log is another one.
fn distinct(pages: usize) -> usize {
    pages.min(12)
}

async fn run_judge(out: &Path) -> Value {
    let dir = folder(out);
    let output = run(out, &["judge", dir.to_str().unwrap(), "--format", "json"]).await;
    assert_status(&output, if output.status.code() == Some(1) { 1 } else { 3 });
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn run_verify(out: &Path) -> std::process::Output {
    let dir = folder(out);
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_cookie-audit"));
    command.arg("verify").arg(dir).output().await.unwrap()
}
