//! `stale-declaration`

use cookie_audit::evidence::model::{Phase, Skipped};
use cookie_audit::judge::model::{DeclaredStorage, PolicyState, Purpose, Severity};

use crate::support::*;

const RULE: &str = "stale-declaration";

#[test]
fn a_row_for_nothing_that_was_seen() {
    let audit = site().with(cookie("sid")).row("sid", |_| ()).row("gone", |_| ()).row("gone", |_| ()).judge();
    let finding = only(&audit, RULE);
    assert_eq!(finding.severity, Severity::Note);
    assert!(finding.message.contains("`gone`"), "{}", finding.message);
}

#[test]
fn partial_coverage_says_nothing() {
    let budget = Skipped {
        url: "https://shop.test/more".into(),
        reason: "budget".into(),
        detail: String::new(),
        phase: Phase::BeforeConsent,
    };
    let made = site().row("gone", |_| ());
    assert_inapplicable(&made.change(|evidence| evidence.skipped.push(budget)).judge(), RULE);
    assert_inapplicable(&site().row("gone", |_| ()).change(|evidence| evidence.end = None).judge(), RULE);
}

#[test]
fn tracking_nobody_agreed_to_and_pixels_are_left_alone() {
    let made = site().row("_c", |row| row.purpose = Some(Purpose::Analytics));
    assert_passes(&made.consent(dialog(Phase::BeforeConsent, "found")).judge(), RULE);
    assert_passes(&site().row("px", |row| row.storage = DeclaredStorage::Pixel).judge(), RULE);
    only(&site().row("_c", |row| row.purpose = Some(Purpose::Analytics)).judge(), RULE);
}

#[test]
fn the_rest() {
    assert_passes(&site().with(cookie("sid")).row("sid", |_| ()).judge(), RULE);
    assert_inapplicable(&site().with(cookie("sid")).service("X").judge(), RULE);
    assert_incomplete(&site().policy(PolicyState::Unreadable).judge(), RULE);
}
