//! `consent-not-remembered`

use cookie_audit::evidence::model::{ConsentOutcome, Phase};

use crate::support::*;

const RULE: &str = "consent-not-remembered";

fn again(phase: Phase, shown_again: Option<bool>) -> ConsentOutcome {
    ConsentOutcome { shown_again, ..dialog(phase, "operated") }
}

#[test]
fn asked_again_after_refusing() {
    let audit = site().consent(again(Phase::Rejected, Some(true))).consent(again(Phase::Accepted, Some(false))).judge();
    assert!(only(&audit, RULE).message.contains("the visitor refused"));
}

#[test]
fn the_rest() {
    assert_passes(&site().consent(again(Phase::Rejected, Some(false))).judge(), RULE);
    assert_incomplete(&site().consent(again(Phase::Rejected, None)).judge(), RULE);
    assert_inapplicable(&site().consent(dialog(Phase::BeforeConsent, "found")).judge(), RULE);
    assert_incomplete(&site().judge(), RULE);
}
