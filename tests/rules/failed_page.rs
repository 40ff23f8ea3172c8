//! `failed-page`, and what failed pages do to the verdict.

use cookie_audit::evidence::model::{FailureReason, Found, Outcome, Phase, Visitor};
use cookie_audit::judge::model::Severity;
use cookie_audit::judge::verdict::{FailOn, Status};

use crate::support::*;

const RULE: &str = "failed-page";

fn with_failures(failures: &[FailureReason], loaded: usize) -> Site {
    let mut made = site();
    for (at, reason) in failures.iter().enumerate() {
        let page = made.page(&format!("https://shop.test/bad{at}"), Phase::BeforeConsent, Visitor::Fresh);
        page.outcome = Outcome::Failed { reason: *reason, detail: "in words".into(), status: None };
    }
    for at in 1..loaded {
        made.page(&format!("https://shop.test/{at}"), Phase::BeforeConsent, Visitor::Fresh);
    }
    made
}

fn status(site: &Site) -> Status {
    site.judge().verdict(FailOn::At(Severity::Note)).status
}

#[test]
fn one_finding_a_reason() {
    use FailureReason::{ServerError, Timeout};
    let audit = with_failures(&[Timeout, Timeout, ServerError], 5).judge();
    let findings = incomplete(&audit, RULE);
    assert_eq!(findings.len(), 2);
    let timeout = findings.iter().find(|f| f.subject == "timeout").unwrap();
    assert_eq!(timeout.pages.len(), 2);
}

#[test]
fn broken_links_are_not_counted() {
    let made = with_failures(&[FailureReason::NotFound, FailureReason::Gone], 2);
    assert_passes(&made.judge(), RULE);
    assert_eq!(status(&made), Status::Clean);
    assert_eq!(made.judge().coverage.broken_links.len(), 2);
}

#[test]
fn the_share_that_may_fail_decides() {
    assert_eq!(status(&with_failures(&[FailureReason::Timeout], 19)), Status::Clean);
    assert_eq!(status(&with_failures(&[FailureReason::Timeout], 18)), Status::Incomplete);
    let mut tolerant = with_failures(&[FailureReason::Timeout], 1);
    tolerant.evidence.header.max_failed_percent = "50".into();
    assert_eq!(status(&tolerant), Status::Clean);
}

#[test]
fn a_failed_seed_no_page_and_a_cut_run_are_incomplete() {
    let mut seed = with_failures(&[], 40);
    seed.evidence.pages[0].outcome =
        Outcome::Failed { reason: FailureReason::NotFound, detail: String::new(), status: Some(404) };
    seed.evidence.pages[0].found = Found::Seed;
    assert_eq!(status(&seed), Status::Incomplete);
    assert_eq!(status(&site().change(|evidence| evidence.pages.clear())), Status::Incomplete);
    assert_eq!(status(&site().change(|evidence| evidence.end = None)), Status::Incomplete);
}

#[test]
fn a_violation_outranks_an_incomplete_audit() {
    let made = site().with(cookie("sid")).change(|evidence| evidence.end = None);
    let verdict = made.judge().verdict(FailOn::At(Severity::Error));
    assert_eq!(verdict.status, Status::Violation);
    assert_eq!(verdict.reasons.len(), 2);
    assert_eq!(made.judge().verdict(FailOn::Never).status, Status::Incomplete);
}
