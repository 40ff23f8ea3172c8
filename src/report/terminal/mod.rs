//! The report on a terminal: verdict and coverage first, then findings, then cookies. Readable at 80 columns and in a
//! plain file.
//!
//! Colour is asked for by the caller (`NO_COLOR`, not a terminal → none). Page-chosen text is escaped on its way in.

mod style;
mod tables;

use std::fmt::Write as _;

use crate::judge::model::{Audit, Finding, FindingOutcome, PolicyState, Severity};
use crate::report::tally::Tally;
use crate::report::{RenderOptions, escape, units};
pub(crate) use style::{Style, wrap};
pub(crate) use tables::table as plain_table;

/// Narrowest width the layout is made for.
const MIN_WIDTH: u16 = 60;
/// Lines of evidence shown for a finding; the rest is counted.
const EVIDENCE_LINES: usize = 4;
/// Pages shown for a finding; the rest is counted.
const PAGES: usize = 3;

/// The whole report.
#[must_use]
pub fn render(audit: &Audit, options: &RenderOptions) -> String {
    let mut page = Page {
        out: String::new(),
        style: Style { colour: options.colour },
        width: usize::from(options.width.max(MIN_WIDTH)),
        site: &audit.header.site,
    };
    let verdict = Tally::of(audit);
    page.head(audit, &verdict);
    page.findings(audit);
    page.untested(audit);
    page.out.push_str(&tables::cookies(audit, page.width, page.style));
    page.out.push_str(&tables::storage(audit, page.width, page.style));
    page.out.push_str(&tables::policies(audit, page.width));
    page.out
}

struct Page<'a> {
    out: String,
    style: Style,
    width: usize,
    site: &'a str,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        let width = self.width;
        for (i, piece) in style::wrap(text, width.saturating_sub(style::columns(first))).iter().enumerate() {
            let lead = if i == 0 { first } else { rest };
            self.line(&format!("{lead}{piece}"));
        }
    }

    fn head(&mut self, audit: &Audit, verdict: &Tally) {
        let site = escape::line(&audit.header.site, self.width);
        let title = self.style.bold(&site);
        self.line(&title);
        let (mark, paint) = match (verdict.errors, verdict.warnings, verdict.gaps.is_empty()) {
            (0, 0, true) => ("✓", Severity::Note),
            (0, _, _) => ("!", Severity::Warning),
            _ => ("✗", Severity::Error),
        };
        for (i, piece) in style::wrap(&sentence(audit, verdict), self.width.saturating_sub(2)).iter().enumerate() {
            let lead = if i == 0 { mark } else { " " };
            let text = self.style.severity(paint, &format!("{lead} {piece}"));
            self.line(&text);
        }
        self.out.push('\n');
        for (name, text) in facts(audit, verdict) {
            self.wrapped(&format!("{name:<11} "), &" ".repeat(12), &text);
        }
        for gap in &verdict.gaps {
            let text = escape::line(gap, 400);
            self.wrapped("incomplete  ", &" ".repeat(12), &text);
        }
        self.out.push('\n');
    }

    fn findings(&mut self, audit: &Audit) {
        let shown: Vec<&Finding> = audit.findings.iter().filter(|f| f.outcome == FindingOutcome::Violation).collect();
        if shown.is_empty() {
            return;
        }
        let title = self.style.bold(&format!("Findings ({})", shown.len()));
        self.line(&title);
        for finding in shown {
            self.finding(finding);
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let known = if finding.new { "" } else { " (known)" };
        let head = format!("{} {} {}{known}", finding.severity.word(), finding.code, finding.rule);
        let head = self.style.severity(finding.severity, &head);
        self.line(&head);
        self.wrapped("  ", "  ", &escape::line(&finding.message, 600));
        if let Some(quote) = &finding.policy_quote {
            self.wrapped("  policy: ", "          ", &format!("“{}”", escape::line(quote, 240)));
        }
        for line in finding.evidence.iter().take(EVIDENCE_LINES) {
            self.wrapped("  seen:   ", "          ", &escape::line(line, 240));
        }
        let more = finding.evidence.len().saturating_sub(EVIDENCE_LINES);
        if more > 0 {
            self.line(&format!("          and {} of evidence more", units::count(more, "line")));
        }
        self.pages(finding);
        if !finding.advice.is_empty() {
            self.wrapped("  do:     ", "          ", &escape::visible_lines(&finding.advice).replace('\n', " "));
        }
        self.out.push('\n');
    }

    fn pages(&mut self, finding: &Finding) {
        if finding.pages.is_empty() {
            return;
        }
        let site = self.site;
        let shown: Vec<_> =
            finding.pages.iter().take(PAGES).map(|p| escape::line(units::short_url(site, p), 60)).collect();
        let more = finding.pages.len().saturating_sub(PAGES);
        let label = if finding.pages.len() == 1 { "  page:   " } else { "  pages:  " };
        let mut text = shown.join("  ");
        if more > 0 {
            let _ = write!(text, "  and {more} more");
        }
        self.wrapped(label, "          ", &text);
    }

    fn untested(&mut self, audit: &Audit) {
        let open: Vec<&Finding> = audit.findings.iter().filter(|f| f.outcome == FindingOutcome::Incomplete).collect();
        if open.is_empty() {
            return;
        }
        let title = self.style.bold(&format!("Not tested ({}); these never count as passed", open.len()));
        self.line(&title);
        for finding in open {
            let text = format!("{}: {}", finding.rule, escape::line(&finding.message, 300));
            self.wrapped("  - ", "    ", &text);
        }
        self.out.push('\n');
    }
}

/// The verdict in a sentence.
pub(crate) fn sentence(audit: &Audit, verdict: &Tally) -> String {
    let cookies = units::count(audit.cookies.iter().filter(|c| c.accepted).count(), "cookie");
    let pages = units::count(usize::try_from(audit.coverage.pages_visited).unwrap_or(usize::MAX), "page");
    let found = match (verdict.errors, verdict.warnings, verdict.notes) {
        (0, 0, 0) => "no difference from the policy found".to_owned(),
        (0, 0, notes) => format!("nothing but {}", units::count(notes, "note")),
        (0, warnings, _) => units::count(warnings, "warning"),
        (errors, 0, _) => units::count(errors, "error"),
        (errors, warnings, _) => format!("{} and {}", units::count(errors, "error"), units::count(warnings, "warning")),
    };
    let incomplete = if verdict.gaps.is_empty() { "" } else { "; the audit is incomplete" };
    let known = if verdict.known > 0 { format!(" ({} known from the baseline)", verdict.known) } else { String::new() };
    format!("{cookies} on {pages}: {found}{known}{incomplete}")
}

fn facts(audit: &Audit, verdict: &Tally) -> Vec<(&'static str, String)> {
    let c = &audit.coverage;
    let mut looked = vec![format!("{} visited", units::count(usize::try_from(c.pages_visited).unwrap_or(0), "page"))];
    for (list, what) in [(&c.failed, "failed"), (&c.broken_links, "linked but gone"), (&c.skipped, "skipped")] {
        if !list.is_empty() {
            looked.push(format!("{} {what}", list.len()));
        }
    }
    let phases: Vec<_> = c.phases.iter().map(|p| json_word(*p).replace('_', " ")).collect();
    let mut facts = vec![("coverage", format!("{} ({})", looked.join(", "), phases.join(", ")))];
    if let Some(unseen) = c.unseen {
        facts.push(("unseen", format!("{:.0} to {:.0} more cookies may exist (an estimate)", unseen.low, unseen.high)));
    }
    facts.push(("policy", policy_words(audit)));
    let b = &audit.header.browser;
    let third = &b.third_party_cookies;
    facts.push(("browser", escape::line(&format!("{} {}, third-party cookies {third}", b.name, b.version), 120)));
    if verdict.untested > 0 || !audit.passes.is_empty() {
        let passed = units::count(audit.passes.len(), "rule");
        facts.push(("rules", format!("{passed} passed, {} not tested", verdict.untested)));
    }
    if !audit.suppressed.is_empty() {
        facts.push(("allowed", units::count(audit.suppressed.len(), "finding")));
    }
    facts
}

fn json_word(phase: crate::evidence::model::Phase) -> &'static str {
    crate::report::json::words::Phase::from(phase).word()
}

fn policy_words(audit: &Audit) -> String {
    if audit.policies.is_empty() {
        return "none found".to_owned();
    }
    let each = audit.policies.iter().map(|p| {
        let url = escape::line(units::short_url(&audit.header.site, &p.url), 60);
        let says = match p.state {
            PolicyState::Lists => format!("lists {}", units::count(p.declarations.len(), "cookie")),
            PolicyState::Mentions => "speaks of cookies, lists none".to_owned(),
            PolicyState::Silent => "says nothing about cookies".to_owned(),
            PolicyState::Unreadable => "could not be read".to_owned(),
        };
        format!("{url} {says}")
    });
    each.collect::<Vec<_>>().join("; ")
}
