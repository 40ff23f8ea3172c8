//! The gate of a small repository with a policy file, run as its pipeline would: red, green by a baseline, red by one
//! cookie that a deploy brought, green by a reason, red when that is over.
//!
//! Every step visits the site anew. The same on made-up evidence, faster and to the column: `tests/report/walk.rs`.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::run::{assert_status, command, read};
use crate::support::{Reply, Site};

/// The table's first row is line 5.
const POLICY: &str = "\
# Cookies
These are all cookies of our shop.
| Cookie name | Purpose | Duration |
|-------------|---------|----------|
| lang | Remembers your language | 1 year |
| visits | Counts visitors | 30 days |
| old_promo | Remembers a voucher | 1 day |
";

async fn staging() -> (Site, Arc<AtomicBool>) {
    let deployed = Arc::new(AtomicBool::new(false));
    let new = Arc::clone(&deployed);
    let site = Site::start(move |asked| {
        if !["/", "/help"].contains(&asked.path.as_str()) {
            return Reply::status(404);
        }
        let page = Reply::html("<h1>Our shop</h1><p>Everything that a shop has to say.</p><a href=/help>Help</a>")
            .cookie("lang=en; Path=/; Max-Age=31536000")
            .cookie("visits=17; Path=/; Max-Age=63072000")
            .cookie("basket_mark=1; Path=/; Max-Age=604800");
        if new.load(Ordering::Relaxed) { page.cookie("teaser_seen=1; Path=/; Max-Age=86400") } else { page }
    })
    .await;
    (site, deployed)
}

/// One run of the gate; its outputs replace those of the run before.
async fn gate(repo: &Path, url: &str) -> Output {
    let words = ["audit", url, "--profile", "smoke", "--policy", "cookies.md"];
    let outputs = ["github", "markdown=summary.md", "sarif=out.sarif"].map(|form| ["--format", form]);
    let words: Vec<&str> = words.into_iter().chain(outputs.into_iter().flatten()).collect();
    let known: &[&str] = if repo.join("known.toml").exists() { &["--baseline", "known.toml"] } else { &[] };
    command(repo, &words).args(known).args(["--fail-on", "warning"]).output().await.unwrap()
}

fn settings(repo: &Path, expires: &str) {
    let allow = format!(
        "[[allow]]\nrule = \"undisclosed-cookie\"\ncookie = \"teaser_*\"\nreason = \"goes with release 12\"\nexpires = {expires}\n"
    );
    std::fs::write(repo.join("cookie-audit.toml"), allow).unwrap();
}

/// `file=… line=…` of the annotation that a rule made.
fn annotated(output: &Output, rule: &str) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|line| line.starts_with("::") && line.contains(rule));
    let line = line.unwrap_or_else(|| panic!("no {rule} in:\n{said}"));
    let places = line.split([' ', ',']).filter(|part| part.starts_with("file=") || part.starts_with("line="));
    places.collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipeline_from_red_to_green_and_back() {
    let ((site, deployed), repo) = (staging().await, tempfile::tempdir().unwrap());
    let (repo, url) = (repo.path(), site.http("www.gate.localhost", "/"));
    std::fs::write(repo.join("cookies.md"), POLICY).unwrap();

    let red = gate(repo, &url).await;
    assert_status(&red, 1);
    assert_eq!(annotated(&red, "undisclosed-cookie"), "file=cookies.md line=5");
    assert_eq!(annotated(&red, "understated-lifetime"), "file=cookies.md line=6");
    assert_eq!(annotated(&red, "stale-declaration"), "file=cookies.md line=7");
    let fingerprints = fingerprints(repo);

    let folder = super::run::folder(repo);
    let mut update = tokio::process::Command::new(env!("CARGO_BIN_EXE_cookie-audit"));
    update.args(["baseline", "update", "--baseline", "known.toml"]).arg(&folder).current_dir(repo);
    assert_status(&update.output().await.unwrap(), 0);
    let green = gate(repo, &url).await;
    assert_status(&green, 0);
    assert_eq!(fingerprints, self::fingerprints(repo), "an unchanged site: the same findings");

    deployed.store(true, Ordering::Relaxed);
    let red = gate(repo, &url).await;
    assert_status(&red, 1);
    let summary = std::fs::read_to_string(repo.join("summary.md")).unwrap();
    let rows: Vec<&str> =
        summary.lines().filter(|l| l.starts_with("| **error**") || l.starts_with("| warning")).collect();
    assert!(rows.len() == 1 && rows[0].contains("`teaser_seen`"), "exactly what is new: {rows:?}");

    settings(repo, "2999-12-31");
    assert_status(&gate(repo, &url).await, 0);
    settings(repo, "2020-12-31");
    let over = gate(repo, &url).await;
    assert_status(&over, 1);
    assert!(String::from_utf8_lossy(&over.stdout).contains("expired-allowance"));
}

/// Rule and fingerprint of every result in the SARIF file.
fn fingerprints(repo: &Path) -> Vec<String> {
    let log = read(&repo.join("out.sarif"));
    let results = log["runs"][0]["results"].as_array().unwrap();
    results.iter().map(|r| format!("{} {}", r["ruleId"], r["partialFingerprints"])).collect()
}
