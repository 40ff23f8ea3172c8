//! `overbroad-declaration`

use cookie_audit::judge::model::PolicyState;

use crate::support::*;

const RULE: &str = "overbroad-declaration";

#[test]
fn a_pattern_that_says_nothing() {
    let audit = site().with(tracker("_c")).row("p*", |_| ()).judge();
    assert!(only(&audit, RULE).message.contains("`p*`"));
    only(&audit, "undisclosed-cookie");
}

#[test]
fn with_the_provider_beside_it_it_says_enough() {
    let audit = site().with(tracker("p_1")).row("p*", |row| row.provider = Some("Counter".into())).judge();
    assert_passes(&audit, RULE);
    assert_passes(&audit, "undisclosed-cookie");
}

#[test]
fn the_rest() {
    assert_passes(&site().row("_ga_*", |_| ()).judge(), RULE);
    assert_inapplicable(&site().service("X").judge(), RULE);
    assert_incomplete(&site().policy(PolicyState::Unreadable).judge(), RULE);
}
