//! Findings and rules in the words of the page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;

use super::{cookies, pictures, rows};
use crate::judge::model::{Audit, CookieEntry, Finding, Place};
use crate::judge::rules::RuleMeta;
use crate::report::texts::Texts;
use crate::report::{RenderOptions, escape, units};

/// Pages listed for a finding.
const PAGES: usize = 25;
/// Lines of evidence listed for a finding.
const EVIDENCE: usize = 50;

/// One finding.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FindingView {
    id: String,
    severity: &'static str,
    severity_word: String,
    rule: &'static str,
    code: &'static str,
    message: String,
    quote: Option<String>,
    place: String,
    policy: Option<String>,
    policy_link: Option<String>,
    evidence: Vec<String>,
    pages: Vec<(Option<String>, String)>,
    pages_count: usize,
    pages_word: String,
    more_pages: usize,
    advice: String,
    rows: Vec<rows::RowView>,
    cookies: Vec<(String, String)>,
    stack: Vec<String>,
    picture: Option<String>,
    confidence: String,
    allow: String,
    explained: bool,
    new: bool,
}

impl FindingView {
    pub(super) fn is_new(&self) -> bool {
        self.new
    }

    pub(super) fn rule(&self) -> &'static str {
        self.rule
    }
}

/// A rule that found something, explained.
#[derive(Debug, Serialize)]
pub(super) struct RuleView {
    ident: &'static str,
    code: &'static str,
    summary: &'static str,
    doc: String,
    references: &'static [&'static str],
}

/// One finding in words.
pub(super) fn view(audit: &Audit, f: &Finding, options: &RenderOptions, texts: &Texts) -> FindingView {
    let policy = f.policy.and_then(|p| audit.policies.get(p));
    let cookies = f.cookies.iter().filter_map(|&c| audit.cookies.get(c));
    let (advice, rows) = rows::split(audit, f, texts);
    FindingView {
        id: format!(
            "finding-{}",
            f.fingerprint.chars().filter(char::is_ascii_alphanumeric).take(16).collect::<String>()
        ),
        severity: f.severity.word(),
        severity_word: texts.get(&format!("severity.{}", f.severity.word())).to_owned(),
        rule: f.rule,
        code: f.code,
        message: capital(&f.message),
        quote: f.policy_quote.clone(),
        place: f.place.as_ref().map(|p| place_words(p, texts)).unwrap_or_default(),
        policy: policy.map(|p| units::short_url(&audit.header.site, &p.url).to_owned()),
        policy_link: policy.and_then(|p| web_link(&p.url)),
        evidence: f.evidence.iter().take(EVIDENCE).cloned().collect(),
        pages: f
            .pages
            .iter()
            .take(PAGES)
            .map(|p| (web_link(p), units::short_url(&audit.header.site, p).to_owned()))
            .collect(),
        pages_count: f.pages.len(),
        pages_word: texts.count("page", f.pages.len()),
        more_pages: f.pages.len().saturating_sub(PAGES),
        advice: capital(&advice),
        rows,
        cookies: cookies.clone().map(|c| (cookies::id(c), escape::cut(&c.pattern, rows::NAME))).collect(),
        stack: stack(cookies),
        picture: audit.picture_of(f).map(pictures::id),
        confidence: texts.get(&format!("words.{}", f.confidence.word())).to_owned(),
        allow: allow(audit, f),
        explained: options.rules.iter().any(|r| r.ident == f.rule),
        new: f.new,
    }
}

/// A sentence of ours begins with a capital; a name between backticks or a host stays as it is.
fn capital(text: &str) -> String {
    if text.split(' ').next().is_some_and(|word| word.contains('.')) {
        return text.to_owned();
    }
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if first.is_ascii_lowercase() => first.to_ascii_uppercase().to_string() + chars.as_str(),
        _ => text.to_owned(),
    }
}

/// The first stack among the cookies' writers, nearest call first.
fn stack<'a>(mut cookies: impl Iterator<Item = &'a CookieEntry>) -> Vec<String> {
    let stack = cookies.find_map(|c| c.writers.iter().map(|w| &w.stack).find(|s| !s.is_empty()));
    stack.into_iter().flatten().take(EVIDENCE).cloned().collect()
}

/// The head of an `[[allow]]` entry for this finding; the reason is the signer's.
fn allow(audit: &Audit, f: &Finding) -> String {
    let mut entry = format!("[[allow]]\nrule = {}\n", toml_string(f.rule));
    let name = f.cookies.first().and_then(|&c| audit.cookies.get(c)).map(|c| &c.pattern);
    let name = name.or_else(|| f.storage.first().and_then(|&s| audit.storage.get(s)).map(|s| &s.pattern));
    if let Some(name) = name {
        let _ = writeln!(entry, "cookie = {}", toml_string(name));
    }
    let host = url::Url::parse(&audit.header.site).ok().and_then(|u| u.host_str().map(str::to_owned));
    if let Some(host) = host {
        let _ = writeln!(entry, "site = {}", toml_string(&host));
    }
    entry
}

/// A TOML basic string that holds exactly this text.
fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if crate::report::escape::is_hidden(c) => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The address itself where it is one that may be linked; scripts and files never are.
pub(super) fn web_link(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// `table 2, row 3, line 57`.
pub(super) fn place_words(place: &Place, texts: &Texts) -> String {
    let line = (place.line > 0).then(|| texts.say("finding.line", &[("line", &place.line.to_string())]));
    let words = (!place.words.is_empty()).then(|| place.words.clone());
    words.into_iter().chain(line).collect::<Vec<_>>().join(", ")
}

/// The rules behind the findings, each once.
pub(super) fn rules(audit: &Audit, options: &RenderOptions, _: &Texts) -> Vec<RuleView> {
    let fired: BTreeSet<&str> = audit.findings.iter().map(|f| f.rule).collect();
    let mut metas: Vec<&RuleMeta> = options.rules.iter().copied().filter(|r| fired.contains(r.ident)).collect();
    metas.sort_by_key(|r| r.code);
    metas.into_iter().map(rule).collect()
}

fn rule(meta: &RuleMeta) -> RuleView {
    let mut doc = String::new();
    // Headings inside would break the page's outline: they become paragraphs in bold.
    let events = pulldown_cmark::Parser::new(meta.doc).map(|event| match event {
        pulldown_cmark::Event::Start(pulldown_cmark::Tag::Heading { .. }) => {
            pulldown_cmark::Event::InlineHtml("<p><strong>".into())
        }
        pulldown_cmark::Event::End(pulldown_cmark::TagEnd::Heading(_)) => {
            pulldown_cmark::Event::InlineHtml("</strong></p>".into())
        }
        other => other,
    });
    pulldown_cmark::html::push_html(&mut doc, events);
    RuleView { ident: meta.ident, code: meta.code, summary: meta.summary, doc, references: meta.references }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_strings_read_back_as_they_were() {
        for text in ["plain", "a\"b\\c", "x\u{1b}\n\u{202e}\u{7f}", "日本"] {
            let table: toml::Table = toml::from_str(&format!("a = {}", toml_string(text))).unwrap();
            assert_eq!(table["a"].as_str(), Some(text));
        }
    }

    #[test]
    fn only_web_addresses_are_linked() {
        assert!(web_link("https://a.test/x y").is_some());
        for other in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "cookies.md"] {
            assert_eq!(web_link(other), None, "{other}");
        }
    }
}
