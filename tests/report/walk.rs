//! A small repository with a policy file, from red to green and back: places counted by hand, baseline, diff, allowance.

#[path = "../rules/support.rs"]
#[allow(dead_code, unused_imports, clippy::wildcard_imports, reason = "shared with the rules' tests, used in part")]
mod made;

use cookie_audit::cookie::Lifetime;
use cookie_audit::evidence::model::{Evidence, PolicyDocument, PolicyText};
use cookie_audit::judge::model::{Audit, Severity};
use cookie_audit::judge::settings::{Allow, JudgeSettings};
use cookie_audit::judge::verdict::{FailOn, Status};
use cookie_audit::judge::{baseline, judge};
use cookie_audit::report::{Format, RenderOptions, diff, json, render};
use serde_json::Value;

use made::{Cookie, DAY, cookie};

/// Lines and columns below are counted in this text.
const MARKDOWN: &str = "\
# Cookies

These are the cookies of our shop.

| Cookie name | Purpose | Duration |
|-------------|---------|----------|
| lang | Remembers your language | 1 year |
| visitor_count | Counts visitors | 30 days |
| old_promo | Remembers a voucher | 1 day |
";

const HTML: &str = "\
<!doctype html>
<html lang=en><title>Cookies</title>
<h1>Cookies</h1>
<p>These are the cookies of our shop.
<table>
<tr><th>Cookie name</th><th>Purpose</th><th>Duration</th></tr>
<tr><td>lang</td><td>Remembers your language</td><td>1 year</td></tr>
<tr><td>visitor_count</td><td>Counts visitors</td><td>30 days</td></tr>
<tr><td>old_promo</td><td>Remembers a voucher</td><td>1 day</td></tr>
</table>
";

fn evidence(url: &str, media_type: &str, policy: &str) -> Evidence {
    let lived = |name: &'static str, days: i64| Cookie { lifetime: Lifetime::Seconds(days * DAY), ..cookie(name) };
    let site = made::site().with(lived("lang", 365)).with(lived("visitor_count", 730)).with(lived("basket_mark", 7));
    let mut evidence = site.evidence;
    evidence.policies.push(PolicyText {
        document: PolicyDocument {
            url: url.to_owned(),
            file: Some("policies/1".to_owned()),
            media_type: media_type.to_owned(),
            found_by: "flag".to_owned(),
            link_text: None,
            failure: None,
            notes: Vec::new(),
            screenshot: None,
        },
        bytes: policy.as_bytes().to_vec(),
    });
    evidence
}

fn markdown_evidence() -> Evidence {
    evidence("docs/cookies.md", "text/markdown", MARKDOWN)
}

/// The place SARIF gives the first finding of a rule.
fn place(audit: &Audit, rule: &str) -> (String, u64, u64) {
    let log: Value = serde_json::from_slice(&render(Format::Sarif, audit, &RenderOptions::default()).unwrap()).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|r| r["ruleId"] == rule).unwrap_or_else(|| panic!("no {rule} in {results:#?}"));
    let place = &result["locations"][0]["physicalLocation"];
    let number = |key: &str| place["region"][key].as_u64().unwrap_or_default();
    let uri = place["artifactLocation"]["uri"].as_str().unwrap().to_owned();
    (uri, number("startLine"), number("startColumn"))
}

#[test]
fn places_are_those_a_person_counts() {
    let audit = judge(&markdown_evidence(), &JudgeSettings::default());
    let at = |line, column| ("docs/cookies.md".to_owned(), line, column);
    assert_eq!(place(&audit, "undisclosed-cookie"), at(7, 3), "the table's first row");
    assert_eq!(place(&audit, "understated-lifetime"), at(8, 3));
    assert_eq!(place(&audit, "stale-declaration"), at(9, 3));
    let audit = judge(&evidence("docs/cookies.html", "text/html", HTML), &JudgeSettings::default());
    let lines = ["undisclosed-cookie", "understated-lifetime", "stale-declaration"].map(|rule| place(&audit, rule).1);
    assert_eq!(lines, [7, 8, 9]);
    let columns = ["undisclosed-cookie", "understated-lifetime"].map(|rule| place(&audit, rule).2);
    assert_eq!(columns, [9, 9], "after `<tr><td>`");
}

#[test]
fn red_then_green_by_baseline_red_by_one_new_cookie_green_by_a_reason_red_when_it_expires() {
    let warning = FailOn::At(Severity::Warning);
    let first = judge(&markdown_evidence(), &JudgeSettings::default());
    assert_eq!(first.verdict(warning).status, Status::Violation);

    let file = baseline::render(baseline::present(&first)).unwrap();
    let mut settings = JudgeSettings { baseline: Some(baseline::parse(&file).unwrap()), ..JudgeSettings::default() };
    assert_eq!(judge(&markdown_evidence(), &settings).verdict(warning).status, Status::Clean);

    // One cookie more.
    let mut evidence = markdown_evidence();
    let fresh = made::site().with(cookie("fresh_mark")).evidence;
    let (writes, jar) = (fresh.pages[0].writes.clone(), fresh.pages[0].jar.clone());
    evidence.pages[0].writes.extend(writes);
    evidence.pages[0].jar.extend(jar);
    let red = judge(&evidence, &settings);
    assert_eq!(red.verdict(warning).status, Status::Violation);
    let summary = String::from_utf8(render(Format::Markdown, &red, &RenderOptions::default()).unwrap()).unwrap();
    let rows: Vec<&str> =
        summary.lines().filter(|l| l.starts_with("| **error**") || l.starts_with("| warning")).collect();
    assert_eq!(rows.len(), 1, "exactly what is new: {rows:?}");
    assert!(rows[0].contains("`fresh_mark`"), "{rows:?}");
    let before = json::Report::from(&first);
    let diff = diff::between(&before, &json::Report::from(&red));
    assert_eq!(diff.findings.came.iter().map(|f| f.rule.as_str()).collect::<Vec<_>>(), ["undisclosed-cookie"]);
    assert_eq!(diff.cookies.came[0].name, "fresh_mark");

    settings.allow.push(Allow {
        rule: "undisclosed-cookie".to_owned(),
        cookie: Some("fresh_*".to_owned()),
        reason: "goes with release 12".to_owned(),
        expires: Some("2026-05-01".to_owned()),
        ..Allow::default()
    });
    assert_eq!(judge(&evidence, &settings).verdict(warning).status, Status::Clean, "its last day is the recording's");
    settings.allow[0].expires = Some("2026-04-30".to_owned());
    let expired = judge(&evidence, &settings);
    assert_eq!(expired.verdict(warning).status, Status::Violation);
    assert!(expired.findings.iter().any(|f| f.rule == "expired-allowance" && f.new));
}

#[test]
fn judging_again_gives_the_same_bytes_in_every_format() {
    let settings = JudgeSettings::default();
    let (one, two) = (judge(&markdown_evidence(), &settings), judge(&markdown_evidence(), &settings));
    for format in Format::ALL {
        let options = RenderOptions::default();
        assert!(render(format, &one, &options).unwrap() == render(format, &two, &options).unwrap(), "{format:?}");
    }
}
