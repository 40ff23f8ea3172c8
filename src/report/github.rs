//! GitHub's workflow commands: one annotation for each new violation, and one for each gap.
//!
//! What stands in the baseline is not repeated: an annotation is for what this change brought.

use std::fmt::Write as _;

use crate::judge::model::{Audit, Finding, FindingOutcome, Severity};
use crate::report::tally::Tally;
use crate::report::{RenderOptions, escape, place, terminal};

/// Longest message; GitHub cuts what is longer without saying so.
const MESSAGE: usize = 3_000;

/// All annotations, errors first.
#[must_use]
pub fn render(audit: &Audit, options: &RenderOptions) -> String {
    let verdict = Tally::of(audit);
    let mut out = String::new();
    for finding in audit.findings.iter().filter(|f| f.new && f.outcome == FindingOutcome::Violation) {
        let _ = writeln!(out, "{}", annotation(audit, finding, options));
    }
    for gap in &verdict.gaps {
        let _ = writeln!(out, "::warning title=cookie-audit%3A incomplete::{}", escape::github_message(gap));
    }
    let sentence = terminal::sentence(audit, &verdict);
    let _ = writeln!(out, "::notice title=cookie-audit::{}", escape::github_message(&sentence));
    out
}

fn annotation(audit: &Audit, finding: &Finding, options: &RenderOptions) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(location) = place::of(audit, finding, options).filter(|l| l.file) {
        properties.push(format!("file={}", escape::github_property(&location.uri)));
        if location.line > 0 {
            properties.push(format!("line={}", location.line));
        }
        if location.column > 0 {
            properties.push(format!("col={}", location.column));
        }
    }
    properties.push(format!("title={}", escape::github_property(&format!("{} ({})", finding.rule, finding.code))));
    let mut message = escape::line(&finding.message, MESSAGE);
    if !finding.advice.is_empty() {
        let _ = write!(message, "\n{}", escape::cut(&escape::visible_lines(&finding.advice), MESSAGE));
    }
    // Both parts were made visible above; only the command's own characters are left to escape.
    format!("::{command} {}::{}", properties.join(","), message.replace('%', "%25").replace('\n', "%0A"))
}
