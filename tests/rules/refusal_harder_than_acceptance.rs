//! `refusal-harder-than-acceptance`

use cookie_audit::evidence::model::{ConsentOutcome, Phase};

use crate::support::*;

const RULE: &str = "refusal-harder-than-acceptance";

fn clicks(accept: Option<u32>, refuse: Option<u32>) -> Site {
    let outcome = dialog(Phase::BeforeConsent, "found");
    site().consent(ConsentOutcome { accept_clicks: accept, refuse_clicks: refuse, ..outcome })
}

#[test]
fn more_clicks_to_refuse() {
    assert_eq!(only(&clicks(Some(1), Some(3)).judge(), RULE).message, "refusing takes 3 clicks, agreeing 1");
}

#[test]
fn the_rest() {
    assert_passes(&clicks(Some(1), Some(1)).judge(), RULE);
    assert_inapplicable(&clicks(Some(1), None).judge(), RULE);
    assert_incomplete(&site().judge(), RULE);
}
