//! Two reports side by side: exactly what was changed by hand is told, in every format, and hostile names break none.

use cookie_audit::cookie::Lifetime;
use cookie_audit::judge::model::Audit;
use cookie_audit::report::{diff, escape, json};
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use crate::fixture::{self, HOSTILE};

fn report(audit: &Audit) -> json::Report {
    // Through the bytes, as the command reads it.
    json::read(&json::render(audit).unwrap()).unwrap()
}

/// The shop a week later: one cookie more, one less, one longer and written by another script, a row more, a finding less.
fn later() -> Audit {
    let mut audit = fixture::shop();
    let mut came = audit.cookies[7].clone();
    came.pattern = "uid2".to_owned();
    came.name = "uid2".to_owned();
    audit.cookies[0].lifetime = Some(Lifetime::Seconds(86_400));
    audit.cookies[0].writers[0].url = Some("https://shop.example/login?once=1".to_owned());
    audit.cookies.remove(7);
    audit.cookies.push(came);
    audit.policies[0].declarations[1].lifetime = Some(Lifetime::Session);
    let mut row = audit.policies[0].declarations[0].clone();
    row.name = "fresh".to_owned();
    audit.policies[0].declarations.push(row);
    audit.findings.remove(1);
    audit.findings[0].severity = cookie_audit::judge::model::Severity::Warning;
    audit
}

#[test]
fn what_was_changed_by_hand_is_told_and_nothing_else() {
    let diff = diff::between(&report(&fixture::shop()), &report(&later()));
    assert!(diff.anything_new);
    let names = |items: &[diff::Item]| items.iter().map(|i| i.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&diff.cookies.came), ["uid2"]);
    assert_eq!(names(&diff.cookies.went), ["uid"]);
    assert_eq!(diff.cookies.changed.len(), 1);
    let fields: Vec<_> = diff.cookies.changed[0].fields.iter().map(|f| (f.field, &*f.old, &*f.new)).collect();
    let writers = ("writers", "response https://shop.example/", "response https://shop.example/login");
    assert_eq!(fields, [("lifetime", "session", "1 day"), writers]);
    assert_eq!(names(&diff.declarations.came), ["fresh"]);
    assert_eq!(diff.declarations.changed[0].name, "lang");
    assert_eq!(diff.declarations.changed[0].fields[0].new, "session");
    assert_eq!(diff.findings.went.len(), 1);
    assert_eq!(diff.findings.went[0].rule, "contradicted-claim");
    assert_eq!(diff.findings.changed.len(), 1);
    assert_eq!(diff.findings.changed[0].fields[0].new, "warning");
    assert!(diff.storage.is_empty() && diff.hosts.is_empty() && diff.policies.is_empty());
}

#[test]
fn the_same_again_differs_in_nothing_and_what_only_went_is_nothing_new() {
    let mut noise = fixture::shop();
    noise.header.started_at = "2026-03-09T09:00:00.000Z".to_owned();
    noise.cookies.reverse();
    noise.findings.reverse();
    for cookie in &mut noise.cookies {
        // Two clocks are never quite the same.
        if let Some(Lifetime::Seconds(s)) = &mut cookie.lifetime {
            *s += 2;
        }
    }
    let same = diff::between(&report(&fixture::shop()), &report(&noise));
    assert!(same.is_empty() && !same.anything_new, "{same:?}");
    let mut fewer = fixture::shop();
    fewer.cookies.pop();
    fewer.findings.truncate(2);
    let diff = diff::between(&report(&fixture::shop()), &report(&fewer));
    assert!(!diff.is_empty() && !diff.anything_new);
}

#[test]
fn a_refused_cookie_is_no_cookie_and_an_untested_claim_is_no_news() {
    let mut before = fixture::shop();
    before.findings.remove(4);
    let mut now = fixture::shop();
    now.cookies[8].pattern = "other_probe".to_owned();
    let diff = diff::between(&report(&before), &report(&now));
    assert!(diff.cookies.is_empty());
    assert_eq!(diff.findings.came.len(), 1);
    assert!(!diff.anything_new);
}

#[test]
fn json_holds_the_same_and_names_its_schema() {
    let diff = diff::between(&report(&fixture::shop()), &report(&later()));
    let value: Value = serde_json::from_slice(&diff::json(&diff).unwrap()).unwrap();
    assert_eq!(value["schema"], "cookie-audit/diff/1");
    assert_eq!(value["anything_new"], true);
    assert_eq!(value["cookies"]["came"][0]["name"], "uid2");
    assert_eq!(value["findings"]["changed"][0]["finding"]["fingerprint"].as_str().unwrap().len(), 32);
}

#[test]
fn a_table_names_what_came_and_keeps_the_width() {
    let diff = diff::between(&report(&fixture::shop()), &report(&later()));
    for width in [80, 120] {
        let text = diff::table(&diff, width, false);
        assert!(text.contains("Something is new"), "{text}");
        assert!(text.lines().any(|l| l.trim_start().starts_with("+ ") && l.contains("uid2")), "{text}");
        assert!(text.contains("lifetime: session → 1 day"), "{text}");
        assert!(text.lines().all(|l| unicode_width::UnicodeWidthStr::width(l) <= width), "{text}");
    }
}

#[test]
fn hostile_names_break_no_format() {
    let diff = diff::between(&report(&fixture::shop()), &report(&fixture::hostile()));
    let (table, markdown) = (diff::table(&diff, 100, false), diff::markdown(&diff));
    let bytes = diff::json(&diff).unwrap();
    for text in [&table, &markdown, std::str::from_utf8(&bytes).unwrap()] {
        assert!(!text.chars().any(|c| c != '\n' && escape::is_hidden(c)));
    }
    let mut rows = 0;
    let mut cells = 0;
    for event in Parser::new_ext(&markdown, Options::ENABLE_TABLES | Options::ENABLE_GFM) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_) => {
                panic!("markup of a page: {event:?}")
            }
            Event::Start(Tag::TableRow) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(pulldown_cmark::TagEnd::TableRow) => {
                assert_eq!(cells, 4);
                rows += 1;
            }
            _ => {}
        }
    }
    assert!(rows > 20, "{rows}");
    for name in HOSTILE.into_iter().take(7) {
        assert!(markdown.contains(&escape::markdown_code(&escape::line(name, 120))), "{name:?}");
    }
}
