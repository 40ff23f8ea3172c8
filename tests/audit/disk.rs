//! Disks that are full, folders that cannot be written, clocks that jump: said plainly, and what was written stays whole.

use std::path::Path;
use std::process::Output;

use super::run::{assert_status, run, stderr};
use crate::support::{Reply, Site};

async fn site() -> Site {
    Site::start(|asked| {
        let n: u32 = asked.path.trim_matches('/').parse().unwrap_or(0);
        let next = if n < 40 { format!("<a href=/{}>next</a>", n + 1) } else { String::new() };
        let many: String = (0..40).map(|i| format!("<a href=/other/{n}/{i}/{}>x</a> ", "long".repeat(20))).collect();
        if asked.path.contains("other") {
            return Reply::status(404);
        }
        Reply::html(format!("<h1>{n}</h1><p>Page {n} of a long way.</p>{next}{many}")).cookie("visit=1; Path=/")
    })
    .await
}

/// Runs the program with a mount of its own over `reports`, in a namespace that ends with it.
async fn mounted(out: &Path, mount: &str, words: &[&str]) -> Output {
    let reports = out.join("reports");
    std::fs::create_dir_all(&reports).unwrap();
    let program = env!("CARGO_BIN_EXE_cookie-audit");
    let script = format!(
        "{} && \"$@\"; status=$?; cp -r {reports} {out}/kept; exit $status",
        mount.replace("DIR", reports.to_str().unwrap()),
        reports = reports.display(),
        out = out.display()
    );
    let mut command = tokio::process::Command::new("unshare");
    if rustix::process::geteuid().is_root() {
        command.arg("-m");
    } else {
        command.args(["-m", "--map-root-user"]);
    }
    command.args(["sh", "-c", &script, "sh", program]).args(words).arg("--out").arg(&reports).current_dir(out);
    command.env("NO_COLOR", "1").kill_on_drop(true).output().await.unwrap()
}

fn kept_log(out: &Path) -> String {
    let host = std::fs::read_dir(out.join("kept")).unwrap().next().unwrap().unwrap().path();
    std::fs::read_to_string(host.join("latest").join("evidence.jsonl")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_ends_the_run_with_its_pages_kept() {
    let (site, out) = (site().await, tempfile::tempdir().unwrap());
    let url = site.http("www.full.localhost", "/");
    let words = ["audit", &url, "--page-time", "0s", "--max-depth", "50", "--sessions", "1", "--exclude", "*other*"];
    let output = mounted(out.path(), "mount -t tmpfs -o size=64k none DIR", &words).await;
    let log = kept_log(out.path());
    let whole = log.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok());
    let pages = whole.filter(|line| line.contains("\"record\":\"page\"")).count();
    println!(
        "| disk full during the run | {pages} pages kept: {} | status {:?} |",
        last(&output),
        output.status.code()
    );
    assert_status(&output, 2);
    assert!(stderr(&output).contains("is the disk full?"), "{}", stderr(&output));
    assert!(pages > 0, "{log}");
    // What is left can be judged, as an incomplete audit.
    let host = std::fs::read_dir(out.path().join("kept")).unwrap().next().unwrap().unwrap().path();
    let judged = run(out.path(), &["judge", host.join("latest").to_str().unwrap(), "--format", "json"]).await;
    assert!(matches!(judged.status.code(), Some(1 | 3)), "{}", stderr(&judged));
    let report: serde_json::Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert_eq!(report["coverage"]["pages_visited"].as_u64(), Some(pages as u64));
}

fn last(output: &Output) -> String {
    stderr(output).lines().filter(|line| !line.trim().is_empty()).take(2).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folders_that_cannot_be_written_are_told_at_once() {
    let (site, out) = (site().await, tempfile::tempdir().unwrap());
    let url = site.http("www.closed.localhost", "/");
    for (what, mount) in [
        ("output folder read-only", "mount --bind DIR DIR && mount -o remount,bind,ro DIR"),
        ("disk full from the start", "mount -t tmpfs -o size=4k,nr_inodes=2 none DIR"),
    ] {
        let _ = std::fs::remove_dir_all(out.path().join("kept"));
        let output = mounted(out.path(), mount, &["audit", &url]).await;
        println!("| {what} | {} | status {:?} |", last(&output), output.status.code());
        assert_status(&output, 2);
    }
    std::fs::remove_dir_all(out.path().join("reports")).unwrap();
    std::fs::write(out.path().join("reports"), "a file").unwrap();
    let output = run(out.path(), &["audit", &url]).await;
    println!("| a file where the output folder should be | {} | status {:?} |", last(&output), output.status.code());
    assert_status(&output, 2);
    assert!(site.seen().is_empty(), "no page was asked for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_cannot_be_written_is_no_success() {
    let (site, out) = (site().await, tempfile::tempdir().unwrap());
    let url = site.http("www.full.localhost", "/");
    let words =
        ["audit", &url, "--page-time", "0s", "--max-pages", "1", "--fail-on", "never", "--format", "json=/dev/full"];
    let output = run(out.path(), &words).await;
    println!("| report to a full device | {} | status {:?} |", last(&output), output.status.code());
    assert_status(&output, 2);
}

/// Makes the wall clock of a process and its children jump ten days back, and forth again, with every second.
const JUMPING_CLOCK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static int (*real)(clockid_t, struct timespec *);
int clock_gettime(clockid_t id, struct timespec *at) {
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(id, at);
    if (!failed && id == CLOCK_REALTIME && at->tv_sec % 2) at->tv_sec -= 864000;
    return failed;
}
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jumping_clock_spoils_nothing() {
    let (site, out) = (site().await, tempfile::tempdir().unwrap());
    std::fs::write(out.path().join("clock.c"), JUMPING_CLOCK).unwrap();
    let built = std::process::Command::new("cc")
        .args(["-shared", "-fPIC", "-o", "clock.so", "clock.c", "-ldl"])
        .current_dir(out.path())
        .status();
    assert!(built.unwrap().success());
    let url = site.http("www.clock.localhost", "/");
    let words = ["audit", &url, "--page-time", "1s", "--max-pages", "5", "--exclude", "*other*", "--fail-on", "never"];
    let mut command = super::run::command(out.path(), &words);
    let output = command.env("LD_PRELOAD", out.path().join("clock.so")).output().await.unwrap();
    let report = super::run::report(out.path());
    println!(
        "| wall clock jumps ten days to and fro | {} pages | status {:?} |",
        report["coverage"]["pages_visited"],
        output.status.code()
    );
    assert_status(&output, 0);
    assert_eq!(report["coverage"]["pages_visited"], 5);
    let verified = tokio::process::Command::new(env!("CARGO_BIN_EXE_cookie-audit"))
        .arg("verify")
        .arg(super::run::folder(out.path()))
        .output()
        .await
        .unwrap();
    assert_status(&verified, 0);
}
