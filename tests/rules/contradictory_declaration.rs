//! `contradictory-declaration`

use cookie_audit::cookie::Lifetime::{Seconds, Session};
use cookie_audit::cookie::Party;
use cookie_audit::judge::model::{PolicyState, Purpose};

use crate::support::*;

const RULE: &str = "contradictory-declaration";

#[test]
fn two_lives_two_purposes_two_parties() {
    let lives = site().row("c", |row| row.lifetime = Some(Seconds(DAY))).row("c", |row| row.lifetime = Some(Session));
    assert!(only(&lives.judge(), RULE).message.contains("once for 1 day, once for session"));
    let purposes = site().row("c", |row| row.purpose = Some(Purpose::Login));
    only(&purposes.row("c", |row| row.purpose = Some(Purpose::Advertising)).judge(), RULE);
    only(&site().row("c", |row| row.party = FIRST).row("c", |row| row.party = Some(Party::Third)).judge(), RULE);
}

#[test]
fn the_same_in_other_words_passes() {
    let near = site().row("c", |row| row.lifetime = Some(Seconds(730 * DAY)));
    assert_passes(&near.row("c", |row| row.lifetime = Some(Seconds(720 * DAY))).judge(), RULE);
    let kinds = site().row("c", |row| row.purpose = Some(Purpose::Login));
    assert_passes(&kinds.row("c", |row| row.purpose = Some(Purpose::Security)).judge(), RULE);
}

#[test]
fn rows_of_two_providers_are_two_cookies() {
    let of = |made: Site, provider: &str, days| {
        let provider = Some(provider.to_owned());
        made.row("uid", |row| (row.provider, row.lifetime) = (provider, Some(Seconds(days * DAY))))
    };
    assert_passes(&of(of(site(), "A", 1), "B", 90).judge(), RULE);
    only(&of(of(of(site(), "A", 1), "B", 90), "a", 30).judge(), RULE);
}

#[test]
fn the_rest() {
    assert_inapplicable(&site().service("X").judge(), RULE);
    assert_incomplete(&site().policy(PolicyState::Unreadable).judge(), RULE);
}
