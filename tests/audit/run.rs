//! Runs the program and reads what it left.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::process::{Child, Command};

/// Whether the slow, large version is asked for. Not a `COOKIE_AUDIT_…` variable: the program would read it as a setting.
pub fn full() -> bool {
    std::env::var_os("LARGE_TESTS").is_some()
}

/// The program with these words, its output folder and a folder of its own to run in.
pub fn command(out: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cookie-audit"));
    command.args(words).arg("--out").arg(out.join("reports")).current_dir(out);
    command.env("NO_COLOR", "1").env_remove("COLUMNS").stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs it to its end.
pub async fn run(out: &Path, words: &[&str]) -> Output {
    command(out, words).output().await.unwrap()
}

pub fn start(out: &Path, words: &[&str]) -> Child {
    command(out, words).spawn().unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Exit status, with everything that was said where it is another.
pub fn assert_status(output: &Output, status: i32) {
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(status), "stderr:\n{}\nstdout:\n{said}", stderr(output));
}

/// The newest audit's folder below an output folder with one host.
pub fn folder(out: &Path) -> PathBuf {
    let hosts: Vec<PathBuf> = std::fs::read_dir(out.join("reports")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(hosts.len(), 1, "{hosts:?}");
    hosts[0].join("latest").canonicalize().unwrap()
}

pub fn report(out: &Path) -> Value {
    read(&folder(out).join("report.json"))
}

pub fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).unwrap()
}

/// A report without what must differ between two runs: times, digests of the recording, and what was asked for.
pub fn comparable(mut report: Value) -> Value {
    for key in ["started_at", "finished_at", "evidence", "settings_digest", "settings"] {
        report.as_object_mut().unwrap().remove(key);
    }
    report
}

/// Where two reports are not the same, down to the smallest part, for messages that can be read.
pub fn differing(a: &Value, b: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", a, b, &mut found);
    found
}

fn compare(place: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            keys.into_iter().for_each(|key| compare(&format!("{place}/{key}"), &a[key], &b[key], found));
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            left.iter().zip(right).enumerate().for_each(|(at, (x, y))| compare(&format!("{place}/{at}"), x, y, found));
        }
        _ if a == b => {}
        _ => found.push(format!("{place}:\n  {a}\n  {b}")),
    }
}

pub fn texts<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    value[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The only cookie of a name.
pub fn cookie<'a>(report: &'a Value, name: &str) -> &'a Value {
    let all = report["cookies"].as_array().unwrap();
    let found: Vec<&Value> = all.iter().filter(|c| texts(c, "names").contains(&name)).collect();
    assert_eq!(found.len(), 1, "{name} in {:?}", all.iter().map(|c| &c["name"]).collect::<Vec<_>>());
    found[0]
}
