//! `prior-consent-cookie`

use cookie_audit::evidence::model::Phase;
use cookie_audit::judge::model::{Confidence, Severity};

use crate::support::*;

const RULE: &str = "prior-consent-cookie";

#[test]
fn a_tracker_before_the_choice() {
    let audit = site().with(tracker("_c")).consent(dialog(Phase::BeforeConsent, "found")).judge();
    assert_eq!(only(&audit, RULE).severity, Severity::Error);
}

#[test]
fn without_a_dialog_it_is_a_note() {
    let audit = site().with(tracker("_c")).consent(dialog(Phase::BeforeConsent, "none")).judge();
    assert_eq!(only(&audit, RULE).severity, Severity::Note);
}

#[test]
fn doubt_function_and_agreement_pass() {
    let made = site()
        .with(cookie("sid"))
        .with(Cookie { confidence: Confidence::Medium, ..tracker("maybe") })
        .with(Cookie { phase: Phase::Accepted, ..tracker("_c") });
    assert_passes(&made.consent(dialog(Phase::BeforeConsent, "found")).judge(), RULE);
}

#[test]
fn the_rest() {
    assert_incomplete(&site().with(tracker("_c")).judge(), RULE);
    assert_inapplicable(&site().consent(dialog(Phase::BeforeConsent, "found")).judge(), RULE);
}
