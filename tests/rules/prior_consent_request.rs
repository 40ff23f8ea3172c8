//! `prior-consent-request`

use cookie_audit::evidence::model::Phase;
use cookie_audit::judge::model::{Purpose, Severity};

use crate::support::*;

const RULE: &str = "prior-consent-request";

fn contacting(phase: Phase) -> Site {
    let made = site().vendor("counter.test", "Counter", Purpose::Analytics);
    made.contacted("px.counter.test", phase, "image").consent(dialog(Phase::BeforeConsent, "found"))
}

#[test]
fn a_company_contacted_before_the_choice() {
    assert_eq!(only(&contacting(Phase::BeforeConsent).judge(), RULE).severity, Severity::Error);
}

#[test]
fn its_cookie_is_the_same_cause() {
    let audit = contacting(Phase::BeforeConsent).with(tracker("_c")).judge();
    only(&audit, "prior-consent-cookie");
    assert_passes(&audit, RULE);
}

#[test]
fn the_rest() {
    assert_passes(&contacting(Phase::Accepted).judge(), RULE);
    assert_inapplicable(&site().consent(dialog(Phase::BeforeConsent, "found")).judge(), RULE);
    assert_incomplete(&contacting(Phase::BeforeConsent).change(|evidence| evidence.consent.clear()).judge(), RULE);
}
