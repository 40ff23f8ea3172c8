//! JUnit XML: one suite for the site, one case for each finding and each rule that passed.
//!
//! A violation at or above `--fail-on` that is not in the baseline fails; lesser ones pass with their text; what could
//! not be tested is skipped; what makes the audit incomplete is an error.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::judge::model::{Audit, Finding, FindingOutcome};
use crate::report::tally::Tally;
use crate::report::{RenderOptions, ReportError, escape};

/// Longest name of a case.
const NAME: usize = 240;

/// The whole document.
pub fn render(audit: &Audit, options: &RenderOptions) -> Result<Vec<u8>, ReportError> {
    let mut report = Report::new("cookie-audit");
    let mut suite = TestSuite::new(escape::xml(&audit.header.site));
    suite.add_property(("evidence", escape::xml(&audit.evidence_head).as_str()));
    suite.add_property(("started_at", escape::xml(&audit.header.started_at).as_str()));
    for gap in &Tally::of(audit).gaps {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(escape::xml(gap)).set_type("incomplete");
        suite.add_test_case(case("audit", "the audit is complete", status));
    }
    for finding in &audit.findings {
        suite.add_test_case(finding_case(finding, options));
    }
    for suppressed in &audit.suppressed {
        let mut status = TestCaseStatus::skipped();
        status.set_message(escape::xml(&format!("allowed: {} ({})", suppressed.reason, suppressed.by)));
        let name = escape::line(&suppressed.finding.message, NAME);
        suite.add_test_case(case(suppressed.finding.rule, &name, status));
    }
    for rule in &audit.passes {
        suite.add_test_case(case(rule, rule, TestCaseStatus::success()));
    }
    report.add_test_suite(suite);
    let mut out = Vec::new();
    report.serialize(&mut out)?;
    Ok(out)
}

fn case(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(escape::xml(name), status);
    case.set_classname(class);
    case
}

fn finding_case(finding: &Finding, options: &RenderOptions) -> TestCase {
    let message = escape::xml(&finding.message);
    let name = escape::line(&finding.message, NAME);
    if finding.outcome == FindingOutcome::Incomplete {
        let mut status = TestCaseStatus::skipped();
        status.set_message(message);
        return case(finding.rule, &name, status);
    }
    let fails = finding.new && options.fail_on.is_some_and(|least| finding.severity >= least);
    if fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(message).set_type(finding.severity.word()).set_description(escape::xml(&text(finding)));
        return case(finding.rule, &name, status);
    }
    let mut passed = case(finding.rule, &name, TestCaseStatus::success());
    passed.set_system_out(escape::xml(&text(finding)));
    passed
}

fn text(finding: &Finding) -> String {
    let mut out = format!("{} {} {}\n{}\n", finding.severity.word(), finding.code, finding.rule, finding.message);
    if let Some(quote) = &finding.policy_quote {
        let _ = writeln!(out, "policy: {quote}");
    }
    for line in &finding.evidence {
        let _ = writeln!(out, "seen: {line}");
    }
    for page in &finding.pages {
        let _ = writeln!(out, "page: {page}");
    }
    let _ = write!(out, "do: {}\nfingerprint: {}", finding.advice, finding.fingerprint);
    out
}
