//! The commands over reports, as a shell sees them: output, status, and what they say when something is wrong.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// Runs the binary in an empty folder of its own.
fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("cookie-audit").unwrap();
    let out = command.current_dir(dir).args(args).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/sample/report.json")
}

/// Two audits of one site: the sample, and the same a week later with one cookie and one finding more.
fn audits(dir: &Path) -> (PathBuf, PathBuf) {
    let mut value: Value = serde_json::from_slice(&std::fs::read(sample()).unwrap()).unwrap();
    let write = |name: &str, value: &Value| {
        let folder = dir.join("out/shop.example").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("report.json"), serde_json::to_vec(value).unwrap()).unwrap();
        folder
    };
    let old = write("2026-03-02T09-00-00Z", &value);
    value["started_at"] = "2026-03-09T09:00:00.000Z".into();
    let mut cookie = value["cookies"][0].clone();
    cookie["pattern"] = "fresh".into();
    value["cookies"].as_array_mut().unwrap().push(cookie);
    let mut finding = value["findings"][0].clone();
    finding["fingerprint"] = "f".repeat(32).into();
    finding["subject"] = "cookie fresh of shop.example".into();
    value["findings"].as_array_mut().unwrap().push(finding);
    (old, write("2026-03-09T09-00-00Z", &value))
}

#[test]
fn diff_says_what_is_new_and_its_status_says_whether() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = audits(dir.path());
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let (status, out, err) = run(dir.path(), &["diff", old, new]);
    assert_eq!(status, 1);
    assert!(out.contains("fresh") && err.contains("Something is new"), "{out}{err}");
    let (status, out, _) = run(dir.path(), &["diff", old, new, "--format", "json"]);
    assert_eq!(status, 1);
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["cookies"]["came"][0]["name"], "fresh");
    assert_eq!(run(dir.path(), &["diff", old, old]).0, 0);
    assert_eq!(run(dir.path(), &["diff", new, old, "--format", "markdown"]).0, 0, "what only went is nothing new");
    let (status, _, err) = run(dir.path(), &["diff", old, "nowhere"]);
    assert_eq!(status, 2);
    assert!(err.contains("nowhere does not exist"), "{err}");
}

#[test]
fn a_baseline_is_stable_and_a_new_finding_is_a_few_lines_of_its_diff() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = audits(dir.path());
    let file = dir.path().join("cookie-baseline.toml");
    let (status, out, err) = run(dir.path(), &["baseline", "update", old.to_str().unwrap()]);
    assert_eq!((status, out.as_str()), (0, ""));
    let report: Value = serde_json::from_slice(&std::fs::read(old.join("report.json")).unwrap()).unwrap();
    let known = report["findings"].as_array().unwrap().iter().filter(|f| f["outcome"] == "violation").count();
    assert!(known > 1 && err.contains(&format!("{known} findings known, {known} of them new to it")), "{err}");
    let before = std::fs::read_to_string(&file).unwrap();
    run(dir.path(), &["baseline", "update", old.to_str().unwrap()]);
    assert_eq!(before, std::fs::read_to_string(&file).unwrap());
    let (_, _, err) = run(dir.path(), &["baseline", "update", new.to_str().unwrap()]);
    assert!(err.contains(&format!("{} findings known, 1 of them new to it, 0 taken out", known + 1)), "{err}");
    let after = std::fs::read_to_string(&file).unwrap();
    let added: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
    assert_eq!(added.len(), 2, "{added:?}");
}

#[test]
fn declare_explain_and_rules_answer_and_know_what_they_do_not_know() {
    let dir = tempfile::tempdir().unwrap();
    let sample = sample();
    let sample = sample.to_str().unwrap();
    let (status, out, err) = run(dir.path(), &["declare", sample, "--lang", "de", "--format", "html"]);
    assert_eq!(status, 0);
    assert!(out.contains("<th scope=\"col\">Speicherdauer</th>") && err.contains("for a human"), "{out}{err}");
    let (status, _, err) = run(dir.path(), &["declare", sample, "--lang", "xx"]);
    assert_eq!(status, 2);
    assert!(err.contains("known are en, de, fr, es, it, nl, pl"), "{err}");
    let (status, out, _) = run(dir.path(), &["explain", "CA101"]);
    assert!(status == 0 && out.starts_with("undisclosed-cookie (CA101)"), "{out}");
    let (status, _, err) = run(dir.path(), &["explain", "undisclosed-cooki"]);
    assert!(status == 2 && err.contains("did you mean `undisclosed-cookie`?"), "{err}");
    let (status, out, _) = run(dir.path(), &["rules", "--format", "json"]);
    let value: Value = serde_json::from_str(&out).unwrap();
    assert!(status == 0 && value["rules"].as_array().unwrap().len() > 20);
}

#[test]
fn a_summary_of_a_folder_leads_to_its_reports() {
    let dir = tempfile::tempdir().unwrap();
    audits(dir.path());
    let broken = dir.path().join("out/broken.example/1");
    std::fs::create_dir_all(&broken).unwrap();
    std::fs::write(broken.join("report.json"), "{").unwrap();
    let (status, out, err) = run(dir.path(), &["summary", "out"]);
    assert_eq!(status, 0);
    assert!(out.contains("1 site, 1 report not readable") && err.contains("left out broken.example/1"), "{out}{err}");
    assert_eq!(run(dir.path(), &["summary", "out", "--format", "html"]).0, 0);
    let page = std::fs::read_to_string(dir.path().join("out/index.html")).unwrap();
    assert!(page.contains("href=\"./shop.example/2026-03-09T09-00-00Z/report.json\""));
    let (status, _, err) = run(dir.path(), &["summary", "nothing"]);
    assert!(status == 2 && err.contains("no report.json below"), "{err}");
}
