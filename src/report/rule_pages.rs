//! What is written about the rules: one of them on a terminal, all of them as a Markdown page, and as JSON.
//!
//! Everything comes from the rules' own documentation, so no page can say something else than the rule.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::judge::rules::{Need, RuleMeta};
use crate::report::json::words::{Confidence, Severity};
use crate::report::terminal::{Style, plain_table};
use crate::report::{ReportError, escape};

/// Schema named by `rules --format json`.
pub const SCHEMA: &str = "cookie-audit/rules/1";

/// The answer of `rules --format json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rules {
    /// Always `cookie-audit/rules/1`.
    pub schema: &'static str,
    /// Every rule, by code.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rule {
    /// Its name.
    pub ident: &'static str,
    /// Its short name.
    pub code: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Severity unless the finding or the settings say otherwise.
    pub severity: Severity,
    /// Usual confidence.
    pub confidence: Confidence,
    /// What it needs to say anything.
    pub needs: Vec<&'static str>,
    /// Markdown.
    pub doc: String,
    /// Legal and technical sources.
    pub references: &'static [&'static str],
}

fn need(need: Need) -> &'static str {
    match need {
        Need::Pages => "a page that was visited",
        Need::ReadablePolicy => "a policy that could be read",
        Need::RejectedPhase => "the phase after refusing",
        Need::AcceptedPhase => "the phase after accepting",
        Need::ConsentDialog => "a look for consent dialogs",
        Need::Trials => "trials",
    }
}

/// JSON of all rules.
pub fn json(metas: &[&'static RuleMeta]) -> Result<Vec<u8>, ReportError> {
    let rules = by_code(metas).into_iter().map(|meta| Rule {
        ident: meta.ident,
        code: meta.code,
        summary: meta.summary,
        severity: meta.severity.into(),
        confidence: meta.confidence.into(),
        needs: meta.needs.iter().map(|n| need(*n)).collect(),
        doc: meta.text(),
        references: meta.references,
    });
    Ok(escape::json(&Rules { schema: SCHEMA, rules: rules.collect() })?)
}

fn by_code(metas: &[&'static RuleMeta]) -> Vec<&'static RuleMeta> {
    let mut metas = metas.to_vec();
    metas.sort_by_key(|meta| meta.code);
    metas
}

/// A table of all rules.
#[must_use]
pub fn table(metas: &[&'static RuleMeta], width: usize) -> String {
    let mut table = plain_table(width, &["code", "rule", "severity", "finds"]);
    for meta in by_code(metas) {
        table.add_row([meta.code, meta.ident, meta.severity.word(), meta.summary]);
    }
    format!("{}\n\n`cookie-audit explain RULE` tells more about one.\n", table.trim_fmt())
}

/// One rule, explained.
#[must_use]
pub fn explain(meta: &RuleMeta, colour: bool) -> String {
    let title = Style { colour }.bold(&format!("{} ({})", meta.ident, meta.code));
    format!("{title}\n{}\n\n{}\n\n{}", meta.summary, meta.text(), facts(meta))
}

/// Severity, confidence, needs and sources, as Markdown that reads well unrendered.
fn facts(meta: &RuleMeta) -> String {
    let needs: Vec<&str> = meta.needs.iter().map(|n| need(*n)).collect();
    let needs = if needs.is_empty() { "nothing".to_owned() } else { needs.join(", ") };
    let mut text =
        format!("- severity: {}\n- confidence: {}\n- needs: {needs}\n", meta.severity.word(), meta.confidence.word());
    for reference in meta.references {
        let _ = writeln!(text, "- see: {reference}");
    }
    text
}

/// The page of all rules.
#[must_use]
pub fn page(metas: &[&'static RuleMeta]) -> String {
    let mut out = String::from(
        "# Rules\n\nEvery rule of cookie-audit, as `cookie-audit explain --all` prints them. A rule's severity is set in \
         `cookie-audit.toml` under `[rules]`, e.g. `undisclosed-cookie = \"warning\"` or `\"off\"`; single findings are \
         accepted with an `[[allow]]` entry and a reason. What a rule lacks the input for is reported as not tested, \
         never as passed.\n\n| code | rule | severity | finds |\n|---|---|---|---|\n",
    );
    let metas = by_code(metas);
    for meta in &metas {
        let _ = writeln!(
            out,
            "| {} | [{}](#{}) | {} | {} |",
            meta.code,
            meta.ident,
            meta.ident,
            meta.severity.word(),
            escape::markdown_sentence(meta.summary)
        );
    }
    for meta in metas {
        // Headings of a rule's own text move one level down, below the rule's.
        let text = meta.text().replace("\n## ", "\n### ");
        let _ = write!(out, "\n## {}\n\n`{}` · {}\n\n{text}\n\n{}", meta.ident, meta.code, meta.summary, facts(meta));
    }
    out
}
