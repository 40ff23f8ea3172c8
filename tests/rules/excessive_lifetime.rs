//! `excessive-lifetime`

use cookie_audit::cookie::Lifetime::Seconds;
use cookie_audit::judge::model::Severity;

use crate::support::*;

const RULE: &str = "excessive-lifetime";

#[test]
fn thirteen_months_are_the_bound() {
    let of = |days| site().with(Cookie { lifetime: Seconds(days * DAY), ..tracker("_c") }).judge();
    assert_eq!(only(&of(396), RULE).severity, Severity::Warning);
    assert_passes(&of(395), RULE);
}

#[test]
fn for_others_it_is_a_note_and_the_bound_can_be_set() {
    let mut made = site().with(Cookie { lifetime: Seconds(730 * DAY), ..cookie("theme") });
    assert_eq!(only(&made.judge(), RULE).severity, Severity::Note);
    made.settings.thresholds.excessive_lifetime_s = 731 * DAY;
    assert_passes(&made.judge(), RULE);
}

#[test]
fn the_rest() {
    assert_inapplicable(&site().with(cookie("sid")).judge(), RULE);
    assert_incomplete(&site().change(|evidence| evidence.pages.clear()).judge(), RULE);
}
