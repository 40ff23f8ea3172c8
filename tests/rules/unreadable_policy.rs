//! `unreadable-policy`

use cookie_audit::judge::model::{PolicyState, Severity};
use cookie_audit::judge::verdict::{FailOn, Status};

use crate::support::*;

const RULE: &str = "unreadable-policy";

#[test]
fn an_unreadable_policy_makes_the_audit_incomplete_not_a_violation() {
    let audit = site().policy(PolicyState::Unreadable).judge();
    assert_incomplete(&audit, RULE);
    let verdict = audit.verdict(FailOn::At(Severity::Note));
    assert_eq!(verdict.status, Status::Incomplete);
    assert!(verdict.reasons[0].contains("the list never appeared"), "{:?}", verdict.reasons);
}

#[test]
fn readable_passes_and_none_is_inapplicable() {
    assert_passes(&site().policy(PolicyState::Silent).judge(), RULE);
    assert_inapplicable(&site().judge(), RULE);
}
