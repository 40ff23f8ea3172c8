//! `misdeclared-party`

use cookie_audit::cookie::Party;
use cookie_audit::judge::model::{PolicyState, Severity};

use crate::support::*;

const RULE: &str = "misdeclared-party";

#[test]
fn a_third_partys_cookie_called_first_party() {
    let foreign = Cookie { domain: "ads.test", ..tracker("uid") };
    let audit = site().with(foreign).row("uid", |row| row.party = FIRST).judge();
    assert_eq!(only(&audit, RULE).severity, Severity::Warning);
}

#[test]
fn the_sites_own_called_third_party_and_a_vendors_only_a_note() {
    let third = |made: Site| made.row("c", |row| row.party = Some(Party::Third)).judge();
    assert_eq!(only(&third(site().with(cookie("c"))), RULE).severity, Severity::Warning);
    assert_eq!(only(&third(site().with(tracker("c"))), RULE).severity, Severity::Note);
}

#[test]
fn the_same_name_on_two_sites_may_mean_either() {
    let foreign = Cookie { domain: "ads.test", ..tracker("uid") };
    let audit = site().with(foreign).with(tracker("uid")).row("uid", |row| row.party = FIRST).judge();
    assert_passes(&audit, RULE);
}

#[test]
fn the_rest() {
    assert_passes(&site().with(cookie("c")).row("c", |row| row.party = FIRST).judge(), RULE);
    assert_inapplicable(&site().with(cookie("c")).row("c", |_| ()).judge(), RULE);
    assert_incomplete(&site().with(cookie("c")).policy(PolicyState::Unreadable).judge(), RULE);
}
