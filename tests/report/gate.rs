//! The formats a CI reads: JUnit, GitHub annotations, Markdown, CSV; each read by a parser of its own.

use cookie_audit::judge::model::Severity;
use cookie_audit::report::{Format, RenderOptions, render};
use quick_xml::events::Event;

use crate::fixture;

fn text(format: Format, audit: &cookie_audit::judge::model::Audit, options: &RenderOptions) -> String {
    String::from_utf8(render(format, audit, options).unwrap()).unwrap()
}

/// Elements of an XML document in order, with the attribute `name`.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) | Event::Empty(e) => {
                for attribute in e.attributes() {
                    attribute.unwrap().normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap();
                }
                found.push(String::from_utf8(e.name().as_ref().to_vec()).unwrap());
            }
            Event::Text(t) => drop(t.decode().unwrap()),
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn how_many(elements: &[String], name: &str) -> usize {
    elements.iter().filter(|e| *e == name).count()
}

#[test]
fn junit_fails_exactly_what_fail_on_says() {
    for (fail_on, failures) in [(Some(Severity::Error), 2), (Some(Severity::Note), 3), (None, 0)] {
        let options = RenderOptions { fail_on, ..RenderOptions::default() };
        let found = elements(&text(Format::Junit, &fixture::shop(), &options));
        assert_eq!(how_many(&found, "failure"), failures, "{fail_on:?}; the note is known from the baseline");
        assert_eq!(how_many(&found, "testcase"), 5 + 1 + 2);
        assert_eq!(how_many(&found, "skipped"), 2, "one not tested, one allowed");
    }
}

#[test]
fn junit_reports_a_gap_as_an_error() {
    let mut audit = fixture::shop();
    audit.coverage.cut_short = Some("interrupted".to_owned());
    let found = elements(&text(Format::Junit, &audit, &RenderOptions::default()));
    assert_eq!(how_many(&found, "error"), 1);
}

#[test]
fn github_gets_one_command_a_line_at_the_right_place() {
    let mut audit = fixture::shop();
    audit.policies[0].url = "docs/policy,1.md".to_owned();
    let out = text(Format::Github, &audit, &RenderOptions::default());
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "two errors, one warning, the sentence; the known note is not repeated");
    assert!(lines[0].starts_with("::error file=docs/policy%2C1.md,line=21,col=5,title=undisclosed-cookie (CA101)::"));
    assert!(lines[2].starts_with("::warning file=docs/policy%2C1.md,line=25,col=5,"), "{}", lines[2]);
}

#[test]
fn csv_has_a_row_for_each_cookie_and_key() {
    let audit = fixture::shop();
    let bytes = render(Format::Csv, &audit, &RenderOptions::default()).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), audit.cookies.len() + audit.storage.len());
    assert_eq!(&rows[4][at("lifetime_s")], "63072000");
    assert_eq!(&rows[4][at("findings")], "understated-lifetime");
    assert_eq!(&rows[0][at("lifetime_s")], "session");
    let storage = rows.last().unwrap();
    assert_eq!(&storage[at("storage")], "local_storage");
    assert_eq!(&storage[at("policy")], "none");
    assert!(storage[at("set_by")].contains("count.js"));
    assert_eq!(&storage[at("pages")], "1");
}

#[test]
fn markdown_names_what_is_new_first() {
    let out = text(Format::Markdown, &fixture::shop(), &RenderOptions::default());
    let at = |what: &str| out.find(what).unwrap_or_else(|| panic!("{what:?} is missing in\n{out}"));
    assert!(at("2 errors and 1 warning") < at("`undisclosed-cookie`"));
    assert!(at("`undisclosed-cookie`") < at("Known from the baseline: 1"));
    assert!(at("Known from the baseline") < at("Not tested"));
    assert!(at("Add the row") < at("Cookies: 10"));
}
