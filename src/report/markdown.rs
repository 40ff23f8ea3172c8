//! Markdown, as for a CI job's summary: the verdict, new findings with what to do, what could not be tested, the
//! inventory folded away.

use std::fmt::Write as _;

use crate::judge::model::{Audit, CookieEntry, Finding, FindingOutcome, Severity};
use crate::report::tally::Tally;
use crate::report::{RenderOptions, escape, place, terminal, units};

/// Pages named for a finding; the rest is counted.
const PAGES: usize = 5;
/// Longest quoted text.
const QUOTE: usize = 400;
/// GitHub refuses summaries over 1 MiB; the inventory stops well before.
const MAX_BYTES: usize = 700_000;

/// The whole summary.
#[must_use]
pub fn render(audit: &Audit, options: &RenderOptions) -> String {
    let verdict = Tally::of(audit);
    let mut out = String::new();
    let _ = writeln!(out, "## Cookie audit of {}\n", escape::markdown_code(&audit.header.site));
    let _ = writeln!(out, "{} {}\n", mark(&verdict), escape::markdown(&terminal::sentence(audit, &verdict)));
    for gap in &verdict.gaps {
        let _ = writeln!(out, "- incomplete: {}", escape::markdown(gap));
    }
    let (new, known): (Vec<&Finding>, Vec<&Finding>) =
        audit.findings.iter().filter(|f| f.outcome == FindingOutcome::Violation).partition(|f| f.new);
    overview(&mut out, &new);
    for finding in &new {
        detail(&mut out, audit, finding, options);
    }
    folded(&mut out, "Known from the baseline", &known);
    let untested: Vec<&Finding> = audit.findings.iter().filter(|f| f.outcome == FindingOutcome::Incomplete).collect();
    folded(&mut out, "Not tested (never counts as passed)", &untested);
    inventory(&mut out, audit);
    let evidence = escape::markdown_code(&audit.evidence_head);
    let _ = writeln!(out, "Evidence {evidence}, recorded {}.", escape::markdown(&audit.header.started_at));
    out
}

fn mark(verdict: &Tally) -> &'static str {
    match (verdict.errors, verdict.warnings, verdict.gaps.is_empty()) {
        (0, 0, true) => "✅",
        (0, _, _) => "⚠️",
        _ => "❌",
    }
}

fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Error => "**error**",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn overview(out: &mut String, findings: &[&Finding]) {
    if findings.is_empty() {
        return;
    }
    out.push_str("| | rule | what | pages |\n|---|---|---|---:|\n");
    for f in findings {
        let message = escape::markdown_sentence(&escape::cut(&f.message, QUOTE));
        let _ = writeln!(out, "| {} | {} `{}` | {message} | {} |", severity(f), f.code, f.rule, f.pages.len());
    }
    out.push('\n');
}

fn detail(out: &mut String, audit: &Audit, finding: &Finding, options: &RenderOptions) {
    // Inside `summary` Markdown is not read, HTML is.
    let message = escape::html_sentence(&escape::cut(&finding.message, QUOTE));
    let _ = writeln!(out, "<details><summary>{} {message}</summary>\n", finding.code);
    if let Some(quote) = &finding.policy_quote {
        let _ = writeln!(out, "- policy says: {}", escape::markdown_code(&escape::line(quote, QUOTE)));
    }
    if let Some(location) = place::of(audit, finding, options) {
        let line = if location.line > 0 { format!(", line {}", location.line) } else { String::new() };
        let _ = writeln!(out, "- where: {}{line}", escape::markdown_code(&escape::line(&location.uri, QUOTE)));
    }
    for line in &finding.evidence {
        let _ = writeln!(out, "- seen: {}", escape::markdown_code(&escape::line(line, QUOTE)));
    }
    let site = &audit.header.site;
    let pages: Vec<String> = finding.pages.iter().take(PAGES).map(|p| page(site, p)).collect();
    if !pages.is_empty() {
        let more = finding.pages.len().saturating_sub(PAGES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(out, "- on: {}{more}", pages.join(", "));
    }
    if !finding.advice.is_empty() {
        let _ = writeln!(out, "- **to do:** {}", escape::markdown_sentence(&finding.advice.replace('\n', " ")));
    }
    let _ = writeln!(out, "- fingerprint {}\n\n</details>\n", escape::markdown_code(&finding.fingerprint));
}

fn page(site: &str, url: &str) -> String {
    escape::markdown_code(&escape::line(units::short_url(site, url), 120))
}

fn folded(out: &mut String, title: &str, findings: &[&Finding]) {
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(out, "<details><summary>{title}: {}</summary>\n", findings.len());
    for f in findings {
        let _ =
            writeln!(out, "- {} `{}`: {}", f.code, f.rule, escape::markdown_sentence(&escape::cut(&f.message, QUOTE)));
    }
    out.push_str("\n</details>\n\n");
}

fn inventory(out: &mut String, audit: &Audit) {
    let _ = writeln!(out, "<details><summary>Cookies: {}</summary>\n", audit.cookies.len());
    out.push_str("| cookie | domain | party | purpose | lifetime | policy | pages |\n|---|---|---|---|---|---|---:|\n");
    for (index, cookie) in audit.cookies.iter().enumerate() {
        if out.len() > MAX_BYTES {
            let _ = writeln!(out, "| and {} more: see report.json | | | | | | |", audit.cookies.len() - index);
            break;
        }
        let _ = writeln!(out, "{}", row(cookie));
    }
    out.push_str("\n</details>\n\n");
}

fn row(c: &CookieEntry) -> String {
    format!(
        "| {} | {} | {} | {} | {} | {} | {} |",
        escape::markdown_code(&escape::line(&c.pattern, 120)),
        escape::markdown_code(&escape::line(&c.domain, 120)),
        crate::report::json::words::Party::from(c.party).word(),
        c.class.purpose.word().replace('_', " "),
        units::lifetime_or_dash(c.lifetime),
        if c.accepted { c.disclosure.word() } else { "refused" },
        c.pages.len()
    )
}
