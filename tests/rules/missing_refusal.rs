//! `missing-refusal`

use cookie_audit::evidence::model::{ConsentOutcome, Phase};

use crate::support::*;

const RULE: &str = "missing-refusal";

fn shown(accept: Option<u32>, refuse: Option<u32>) -> ConsentOutcome {
    let buttons = vec!["OK".to_owned()];
    ConsentOutcome { accept_clicks: accept, refuse_clicks: refuse, buttons, ..dialog(Phase::BeforeConsent, "found") }
}

#[test]
fn agree_or_agree() {
    let audit = site().with(tracker("_c")).consent(shown(Some(1), None)).judge();
    assert_eq!(only(&audit, RULE).evidence, ["buttons: OK"]);
}

#[test]
fn the_rest() {
    assert_passes(&site().with(tracker("_c")).consent(shown(Some(1), Some(2))).judge(), RULE);
    assert_incomplete(&site().with(tracker("_c")).consent(shown(None, None)).judge(), RULE);
    assert_inapplicable(&site().with(cookie("sid")).consent(shown(Some(1), None)).judge(), RULE);
    assert_inapplicable(&site().with(tracker("_c")).consent(dialog(Phase::BeforeConsent, "none")).judge(), RULE);
    assert_incomplete(&site().with(tracker("_c")).judge(), RULE);
}
