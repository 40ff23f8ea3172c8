//! `missing-policy`

use cookie_audit::evidence::model::StorageKind;
use cookie_audit::judge::model::{PolicyState, Purpose, Severity};

use crate::support::*;

const RULE: &str = "missing-policy";

#[test]
fn cookies_or_storage_without_a_policy() {
    let audit = site().with(cookie("sid")).judge();
    assert_eq!(only(&audit, RULE).severity, Severity::Error);
    let audit = site().with_storage(StorageKind::LocalStorage, "k", Purpose::Theme).judge();
    assert_eq!(only(&audit, RULE).storage, [0]);
}

#[test]
fn any_policy_passes() {
    assert_passes(&site().with(cookie("sid")).policy(PolicyState::Silent).judge(), RULE);
    assert_passes(&site().with(cookie("sid")).policy(PolicyState::Unreadable).judge(), RULE);
}

#[test]
fn nothing_stored_is_inapplicable_and_no_page_incomplete() {
    assert_inapplicable(&site().judge(), RULE);
    assert_incomplete(&site().change(|evidence| evidence.pages.clear()).judge(), RULE);
}
