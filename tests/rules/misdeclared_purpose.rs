//! `misdeclared-purpose`

use cookie_audit::judge::model::{Audit, Confidence, PolicyState, Purpose, Severity};

use crate::support::*;

const RULE: &str = "misdeclared-purpose";

fn judged(found: Purpose, declared: Purpose) -> Audit {
    site().with(Cookie { purpose: found, ..cookie("c") }).row("c", |row| row.purpose = Some(declared)).judge()
}

#[test]
fn severity_follows_the_gap() {
    for (is, said, severity) in [
        (Purpose::Analytics, Purpose::Login, Severity::Error),
        (Purpose::Advertising, Purpose::OtherFunctional, Severity::Error),
        (Purpose::Advertising, Purpose::Analytics, Severity::Warning),
        (Purpose::Login, Purpose::Analytics, Severity::Warning),
        (Purpose::Theme, Purpose::Login, Severity::Note),
    ] {
        let audit = judged(is, said);
        let finding = only(&audit, RULE);
        assert_eq!(finding.severity, severity, "{is:?} said {said:?}");
        assert_eq!(finding.policy_quote.as_deref(), Some("c row"));
        assert_eq!(finding.place.as_ref().unwrap().line, 7);
    }
}

#[test]
fn what_policies_do_not_keep_apart_passes() {
    for (is, said) in [
        (Purpose::Theme, Purpose::Preferences),
        (Purpose::Security, Purpose::Login),
        (Purpose::Language, Purpose::OtherFunctional),
        (Purpose::OtherFunctional, Purpose::Consent),
        (Purpose::Analytics, Purpose::Analytics),
    ] {
        assert_passes(&judged(is, said), RULE);
    }
}

#[test]
fn one_row_that_is_right_is_enough() {
    let made = site().with(tracker("c")).row("c", |row| row.purpose = Some(Purpose::Login));
    assert_passes(&made.row("c", |row| row.purpose = Some(Purpose::Analytics)).judge(), RULE);
}

#[test]
fn doubt_and_silence_contradict_nothing() {
    let unsure = Cookie { confidence: Confidence::Medium, ..tracker("c") };
    assert_inapplicable(&site().with(unsure).row("c", |row| row.purpose = Some(Purpose::Login)).judge(), RULE);
    assert_inapplicable(&judged(Purpose::Unknown, Purpose::Login), RULE);
    assert_inapplicable(&site().with(tracker("c")).row("c", |_| ()).judge(), RULE);
    assert_incomplete(&site().with(tracker("c")).policy(PolicyState::Unreadable).judge(), RULE);
}
