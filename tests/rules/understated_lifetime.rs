//! `understated-lifetime`

use cookie_audit::cookie::Lifetime::{self, Seconds, Session};
use cookie_audit::judge::model::{Audit, DeclaredLifetime, PolicyState, Severity};

use crate::support::*;

const RULE: &str = "understated-lifetime";

fn judged(sent: Lifetime, declared: Option<Lifetime>) -> Audit {
    site().with(Cookie { lifetime: sent, ..cookie("c") }).row("c", |row| row.lifetime = declared).judge()
}

#[test]
fn half_the_life_is_understated() {
    let audit = judged(Seconds(730 * DAY), Some(Seconds(365 * DAY)));
    let finding = only(&audit, RULE);
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.message.contains("lives for 2 years; the policy says 1 year"), "{}", finding.message);
}

#[test]
fn what_was_sent_counts_not_what_the_jar_kept() {
    // The jar holds 400 days of the two years; two years were declared.
    assert_passes(&judged(Seconds(730 * DAY), Some(Seconds(730 * DAY))), RULE);
    only(&judged(Seconds(730 * DAY), Some(Seconds(400 * DAY))), RULE);
}

#[test]
fn the_bounds_are_half_as_long_again_and_a_day() {
    assert_passes(&judged(Seconds(45 * DAY), Some(Seconds(30 * DAY))), RULE);
    only(&judged(Seconds(45 * DAY + 1), Some(Seconds(30 * DAY))), RULE);
    assert_passes(&judged(Seconds(2 * 3600), Some(Seconds(1800))), RULE);
    assert_passes(&judged(Seconds(60), Some(Seconds(90 * DAY))), RULE);
}

#[test]
fn persistent_though_declared_session() {
    assert_eq!(only(&judged(Seconds(30 * DAY), Some(Session)), RULE).severity, Severity::Warning);
    assert_eq!(only(&judged(Seconds(1800), Some(Session)), RULE).severity, Severity::Note);
    assert_passes(&judged(Session, Some(Session)), RULE);
}

#[test]
fn the_longest_of_several_lives_and_rows_counts() {
    let life = |lifetime| DeclaredLifetime { lifetime: Some(lifetime), condition: Some("with remember me".into()) };
    let sent = Cookie { lifetime: Seconds(14 * DAY), ..cookie("c") };
    let made = site().with(sent).row("c", |row| {
        row.lifetime = Some(Session);
        row.lifetimes = vec![life(Session), life(Seconds(14 * DAY))];
    });
    assert_passes(&made.judge(), RULE);
}

#[test]
fn the_rest() {
    assert_inapplicable(&judged(Seconds(30 * DAY), None), RULE);
    assert_incomplete(&site().with(cookie("c")).policy(PolicyState::Unreadable).judge(), RULE);
}
