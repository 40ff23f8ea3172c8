//! Whole configurations: precedence, faults with their places, and what a user sees.

use super::*;
use std::collections::BTreeMap;
use std::io::Write;

const KNOWN: settle::Known<'static> =
    settle::Known { rules: &["undisclosed-cookie", "missing-policy"], purposes: &["login", "analytics"] };

fn load_text(text: &str, flags: layer::Layer) -> Result<Config, Box<ConfigError>> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    load(Some(file.path()), &BTreeMap::new(), flags, &[], KNOWN)
}

#[test]
fn every_fault_is_reported_at_once_with_its_place() {
    let text = "[crawl]\nmax_page = 3\nmax_time = \"soon\"\nscope = \"orign\"\n\n[borwser]\n\n[rules]\nundisclosed-cooky = \"off\"\n\n[[allow]]\nrule = \"missing-policy\"\n";
    let error = load_text(text, layer::Layer::default()).unwrap_err();
    let lines: Vec<usize> =
        error.faults().iter().map(|f| text[..f.span.clone().unwrap().start].matches('\n').count() + 1).collect();
    assert_eq!(lines, [2, 3, 4, 6, 9, 11]);
    let hints: Vec<_> = error.faults().iter().filter_map(|f| f.hint.clone()).collect();
    assert!(hints.contains(&"did you mean `max_pages`?".to_owned()), "{hints:?}");
    assert!(hints.contains(&"did you mean `browser`?".to_owned()));
    assert!(hints.contains(&"did you mean `undisclosed-cookie`?".to_owned()));
    assert!(error.faults()[5].message.contains("reason"));
}

#[test]
fn a_syntax_error_is_a_fault_too() {
    let error = load_text("[crawl\nmax_pages = 3\n", layer::Layer::default()).unwrap_err();
    assert!(!error.faults().is_empty());
}

#[test]
fn flag_beats_site_beats_file_beats_default() {
    let mut faults = Vec::new();
    let mut flags = layer::Layer::default();
    flags.flag("max_depth", vec!["1".into()], &mut faults);
    let text = "[crawl]\nmax_pages = 50\nmax_depth = 4\n[[site]]\nurl = \"https://a.example\"\n[site.crawl]\nmax_pages = 7\n[[site]]\nurl = [\"https://b.example\", \"https://b.example/x\"]\nname = \"B\"\n";
    let config = load_text(text, flags).unwrap();
    let [a, b] = config.sites.as_slice() else { panic!("two sites") };
    assert_eq!((a.int("max_pages"), a.int("max_depth"), a.name.as_str()), (7, 1, "a.example"));
    assert_eq!((b.int("max_pages"), b.name.as_str(), b.urls.len()), (50, "B", 2));
    assert_eq!(b.text("scope").as_deref(), Some("origin"));
    assert_eq!(a.differing(), ["max_pages=7", "max_depth=1"]);
}

#[test]
fn exceptions_are_checked() {
    let good = "[[allow]]\nrule = \"undisclosed-*\"\nreason = \"known\"\nexpires = 2027-01-31\n";
    let config = load_text(good, layer::Layer::default()).unwrap();
    assert_eq!(config.allow[0].get("expires"), Some("2027-01-31"));
    assert_eq!(config.allow[0].line, 1);
    let bad = "[[override]]\ncookie = \"x\"\npurpose = \"anlytics\"\nreason = \"y\"\n[[allow]]\nreason = \"z\"\nexpires = \"never\"\n";
    let error = load_text(bad, layer::Layer::default()).unwrap_err();
    assert_eq!(error.faults().len(), 2);
    assert_eq!(error.faults()[0].hint.as_deref(), Some("did you mean `analytics`?"));
}

#[test]
fn resolve_and_header_forms() {
    for (name, good, bad) in [
        ("resolve", "staging.example:443:10.0.0.5", "staging.example"),
        ("header", "X-Staging: yes", "no colon"),
        ("header_env", "Authorization=TOKEN", "Authorization"),
        ("viewport", "1280x900", "big"),
        ("format", "csv=out.csv", "pfd"),
    ] {
        let section = keys::find(name).unwrap().section;
        let site = "[[site]]\nurl = \"https://a.example\"\n";
        assert!(
            load_text(&format!("[{section}]\n{name} = \"{good}\"\n{site}"), layer::Layer::default()).is_ok(),
            "{name}"
        );
        assert!(
            load_text(&format!("[{section}]\n{name} = \"{bad}\"\n{site}"), layer::Layer::default()).is_err(),
            "{name}"
        );
    }
}
