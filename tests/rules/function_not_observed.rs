//! `function-not-observed`

use cookie_audit::evidence::model::{Difference, Trial, Visitor};
use cookie_audit::judge::model::{PolicyState, Purpose, Severity};

use crate::support::*;

const RULE: &str = "function-not-observed";

fn tried(differences: Vec<Difference>, reverted: Option<bool>) -> Site {
    let made = site().with(cookie("c")).row("c", |row| row.purpose = Some(Purpose::Login));
    let key = made.evidence.pages[0].writes[0].key.clone();
    made.change(|evidence| {
        evidence.trials.push(Trial {
            key,
            page: HOME.into(),
            visitor: Visitor::Fresh,
            change: "removed".into(),
            altered_to: None,
            also_removed: Vec::new(),
            noise: Vec::new(),
            differences,
            reverted,
            failure: None,
        });
    })
}

fn signed_out() -> Vec<Difference> {
    vec![Difference { aspect: "signed_in".into(), before: "yes".into(), after: "no".into() }]
}

#[test]
fn taken_away_and_nothing_changed() {
    let audit = tried(Vec::new(), Some(true)).judge();
    assert_eq!(only(&audit, RULE).severity, Severity::Note);
    assert!(audit.cookies[0].trials[0].verdict.contains("no visible change"));
}

#[test]
fn a_change_that_stays_when_the_cookie_is_back_proves_nothing() {
    only(&tried(signed_out(), Some(false)).judge(), RULE);
}

#[test]
fn a_function_seen_passes_and_is_put_into_words() {
    let audit = tried(signed_out(), Some(true)).judge();
    assert_passes(&audit, RULE);
    let trial = &audit.cookies[0].trials[0];
    assert_eq!(trial.purpose, Some(Purpose::Login));
    assert!(trial.verdict.starts_with("without `c`, https://shop.test/ changes its signed in"), "{}", trial.verdict);
}

#[test]
fn the_rest() {
    let mut security = tried(Vec::new(), None);
    security.policies[0].declarations[0].purpose = Some(Purpose::Security);
    assert_inapplicable(&security.judge(), RULE);
    assert_incomplete(&site().with(cookie("c")).row("c", |_| ()).judge(), RULE);
    assert_incomplete(
        &tried(Vec::new(), None).policy(PolicyState::Unreadable).change(|e| e.trials.clear()).judge(),
        RULE,
    );
}
