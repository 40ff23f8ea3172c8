//! What is written about rules: the page under `reports/sample/` is what the rules say today.

use cookie_audit::judge::rules::{self, RuleMeta};
use cookie_audit::report::rule_pages;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

fn metas() -> Vec<&'static RuleMeta> {
    rules::ALL.iter().map(|rule| rule.meta()).collect()
}

#[test]
fn the_page_of_all_rules_is_current() {
    crate::current("reports/sample/rules.md", rule_pages::page(&metas()).as_bytes());
}

#[test]
fn every_rule_has_a_row_and_a_section_of_its_own() {
    let page = rule_pages::page(&metas());
    let (mut rows, mut sections) = (0, 0);
    for event in Parser::new_ext(&page, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::Heading { level: pulldown_cmark::HeadingLevel::H2, .. }) => sections += 1,
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html}"),
            _ => {}
        }
    }
    assert_eq!((rows, sections), (rules::ALL.len(), rules::ALL.len()));
}

#[test]
fn json_lists_every_rule_by_code() {
    let value: Value = serde_json::from_slice(&rule_pages::json(&metas()).unwrap()).unwrap();
    assert_eq!(value["schema"], "cookie-audit/rules/1");
    let codes: Vec<&str> = value["rules"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
    assert!(codes.is_sorted());
    assert_eq!(codes.len(), rules::ALL.len());
    assert!(value["rules"][0]["doc"].as_str().unwrap().contains("## What is compared"));
}

#[test]
fn one_rule_is_explained_with_its_sources() {
    let text = rule_pages::explain(rules::find("ca101").unwrap().meta(), false);
    assert!(text.starts_with("undisclosed-cookie (CA101)\n"));
    assert!(text.contains("- see: Directive 2002/58/EC (ePrivacy) Art. 5(3)"));
}
