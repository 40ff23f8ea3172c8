//! The declaration: the policy's own true words are kept, gaps are marked, every format is read by a parser.

use cookie_audit::judge::model::{Audit, Disclosure, Severity};
use cookie_audit::report::declaration::{self, Declaration, Row, Words, languages};
use cookie_audit::report::{escape, json};
use scraper::{Html, Selector};
use serde_json::Value;

use crate::fixture::{self, HOSTILE};

fn words(tag: &str) -> &'static Words {
    Words::of(tag).unwrap()
}

fn declare(audit: &Audit, tag: &str) -> Declaration {
    declaration::declaration(&json::read(&json::render(audit).unwrap()).unwrap(), words(tag))
}

fn row<'a>(declaration: &'a Declaration, name: &str) -> &'a Row {
    let mut rows = declaration.rows.iter().chain(&declaration.not_seen);
    rows.find(|row| row.name == name).unwrap_or_else(|| panic!("no row {name}"))
}

fn gaps(row: &Row) -> Vec<&str> {
    row.gaps.iter().map(|gap| gap.field).collect()
}

#[test]
fn true_words_are_kept_and_wrong_ones_are_not() {
    let made = declare(&fixture::shop(), "en");
    let lang = row(&made, "lang");
    assert_eq!((lang.purpose_text.as_str(), lang.lifetime.as_str()), ("Serves language on this shop", "1 year"));
    assert_eq!(lang.kept, ["provider", "purpose", "lifetime"]);
    assert!(lang.gaps.is_empty());
    let understated = row(&made, "_vid");
    assert_eq!(understated.lifetime, "2 years", "what was sent, not what the policy says");
    assert_eq!(understated.kept, ["provider", "purpose"]);
}

#[test]
fn what_the_policy_lacks_is_written_in_plain_words_and_gaps_are_marked() {
    let made = declare(&fixture::shop(), "de");
    let undisclosed = row(&made, "_vid_*");
    assert_eq!(undisclosed.provider, "Countwell");
    assert_eq!(undisclosed.purpose_text, "Misst, wie die Website genutzt wird, um sie zu verbessern.");
    assert_eq!(undisclosed.lifetime, "2 Jahre");
    assert_eq!(undisclosed.category, "statistics");
    assert!(undisclosed.gaps.is_empty() && undisclosed.kept.is_empty());
    assert_eq!(gaps(row(&made, "zq")), ["purpose"], "nobody knows what it is for");
    assert_eq!(gaps(row(&made, "lang")), ["purpose"], "English words in a German declaration");
    assert_eq!(gaps(row(&made, "old_promo")), ["row", "purpose"], "listed, not seen, and in English");
    assert!(made.rows.iter().all(|row| row.name != "probe"), "a refused cookie is not declared");
    assert!(!row(&declare(&fixture::shop(), "en"), "cw_queue").lifetime.is_empty(), "a key has a lifetime in words");
}

#[test]
fn a_wrong_purpose_is_kept_and_marked_and_an_unknown_provider_is_asked_for() {
    let mut audit = fixture::shop();
    let mut finding = fixture::finding("misdeclared-purpose", "CA201", Severity::Warning, "lang");
    finding.cookies = vec![1];
    audit.findings.push(finding);
    audit.cookies[7].class.vendor = None;
    let made = declare(&audit, "en");
    let lang = row(&made, "lang");
    assert_eq!(lang.purpose_text, "Serves language on this shop");
    assert!(lang.gaps[0].text.contains("another purpose"), "{:?}", lang.gaps);
    assert_eq!(gaps(row(&made, "uid")), ["provider"]);
}

#[test]
fn conditions_of_a_lifetime_are_kept() {
    let mut audit = fixture::shop();
    let lifetimes = &mut audit.policies[0].declarations[0].lifetimes;
    lifetimes[0].condition = Some("if you tick “remember me”".to_owned());
    let made = declare(&audit, "fr");
    assert_eq!(row(&made, "sid").lifetime, "jusqu’à la fermeture du navigateur (if you tick “remember me”)");
}

#[test]
fn html_has_a_row_for_each_in_every_language() {
    let audit = fixture::shop();
    for tag in languages() {
        let made = declare(&audit, tag);
        let page = Html::parse_fragment(&declaration::html(&made, words(tag)));
        let count = |selector: &str| page.select(&Selector::parse(selector).unwrap()).count();
        assert_eq!(count("tbody tr"), made.rows.len() + made.not_seen.len(), "{tag}");
        assert_eq!(count("tbody tr > *"), 6 * count("tbody tr"), "{tag}");
        assert_eq!(count("mark"), made.gaps, "{tag}: every gap is marked");
        assert_eq!(count(&format!("section[lang={tag}]")), 1);
    }
}

#[test]
fn csv_is_read_back_and_json_names_its_schema() {
    let made = declare(&fixture::shop(), "en");
    let bytes = declaration::csv(&made, words("en")).unwrap();
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(bytes.as_slice()).records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), made.rows.len() + made.not_seen.len());
    let value: Value = serde_json::from_slice(&declaration::json(&made).unwrap()).unwrap();
    assert_eq!(value["schema"], "cookie-audit/declaration/1");
    assert_eq!(value["rows"][0]["category"], "necessary");
}

#[test]
fn klaro_gets_patterns_that_match_what_was_seen() {
    let made = declare(&fixture::shop(), "nl");
    let value: Value = serde_json::from_slice(&declaration::klaro(&made, words("nl")).unwrap()).unwrap();
    let services = value["services"].as_array().unwrap();
    let cookies: Vec<&Value> = services.iter().flat_map(|s| s["cookies"].as_array().unwrap()).collect();
    let pattern = cookies.iter().find_map(|c| c[0].as_str().filter(|p| p.starts_with("^_vid"))).unwrap();
    assert_eq!(pattern, "^_vid_.*$");
    assert!(regex::Regex::new(pattern).unwrap().is_match("_vid_a81c"));
    assert_eq!(cookies.len(), made.rows.iter().filter(|row| row.kind == "cookie").count());
    let names: std::collections::BTreeSet<&str> = services.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), services.len(), "names are unique");
    assert_eq!(value["translations"]["nl"]["purposes"]["statistics"]["title"], "Statistieken");
}

#[test]
fn cookieconsent_gets_a_table_for_each_category() {
    let made = declare(&fixture::shop(), "es");
    let value: Value = serde_json::from_slice(&declaration::cookieconsent(&made, words("es")).unwrap()).unwrap();
    let sections = value["preferencesModal"]["sections"].as_array().unwrap();
    let rows: usize = sections.iter().map(|s| s["cookieTable"]["body"].as_array().unwrap().len()).sum();
    assert_eq!(rows, made.rows.len());
    assert_eq!(sections[0]["linkedCategory"], "necessary");
    assert_eq!(sections[0]["cookieTable"]["headers"]["lifetime"], "Plazo de conservación");
}

#[test]
fn hostile_names_and_words_stay_text() {
    let mut hostile = fixture::hostile();
    hostile.cookies[0].disclosure = Disclosure::Listed;
    let (made, twin) = (declare(&hostile, "en"), declare(&fixture::harmless_twin(), "en"));
    let html = |made: &Declaration| declaration::html(made, words("en"));
    let elements = |text: &str| Html::parse_fragment(text).tree.values().filter(|node| node.is_element()).count();
    assert_eq!(elements(&html(&made)), elements(&html(&twin)));
    let mut opened = 0;
    for event in
        pulldown_cmark::Parser::new_ext(&declaration::markdown(&made, words("en")), pulldown_cmark::Options::all())
    {
        if let pulldown_cmark::Event::Html(_) | pulldown_cmark::Event::InlineHtml(_) = event {
            opened += 1;
        }
    }
    assert_eq!(opened, 0);
    let csv = String::from_utf8(declaration::csv(&made, words("en")).unwrap()).unwrap();
    for record in csv::Reader::from_reader(csv.as_bytes()).records() {
        assert!(record.unwrap().iter().all(|cell| !cell.starts_with(['=', '@', '+', '\t'])));
    }
    // Consent managers show their texts as HTML.
    for made in [declaration::klaro(&made, words("en")), declaration::cookieconsent(&made, words("en"))] {
        let value: Value = serde_json::from_slice(&made.unwrap()).unwrap();
        let mut texts = Vec::new();
        shown(&value, &mut texts);
        assert!(texts.len() > 20 && texts.iter().all(|text| !text.contains(['<', '>'])), "{texts:?}");
        assert!(!texts.iter().any(|text| text.chars().any(escape::is_hidden)));
    }
    assert!(HOSTILE.len() < made.rows.len());
}

/// Every text but the patterns of cookies, which are compared and never shown.
fn shown<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| shown(item, texts)),
        Value::Object(map) => {
            map.iter().filter(|(key, _)| *key != "cookies").for_each(|(_, value)| shown(value, texts));
        }
        _ => {}
    }
}
