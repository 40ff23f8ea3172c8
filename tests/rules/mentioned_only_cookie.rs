//! `mentioned-only-cookie`

use cookie_audit::judge::model::{Disclosure, PolicyState, Severity};

use crate::support::*;

const RULE: &str = "mentioned-only-cookie";

#[test]
fn one_note_for_all_cookies_of_a_service() {
    let audit = site().with(tracker("_c")).with(tracker("_d")).service("Counter").service("Counter").judge();
    let finding = only(&audit, RULE);
    assert_eq!((finding.severity, finding.cookies.len()), (Severity::Note, 2));
    assert_eq!(finding.policy_quote.as_deref(), Some("we use Counter"));
    assert!(audit.cookies.iter().all(|cookie| cookie.disclosure == Disclosure::Mentioned));
    assert!(found(&audit, "undisclosed-cookie").is_empty());
}

#[test]
fn a_listed_cookie_passes_and_a_denied_service_covers_nothing() {
    assert_passes(&site().with(tracker("_c")).service("Counter").row("_c", |_| ()).judge(), RULE);
    let mut denied = site().with(tracker("_c")).service("Counter");
    denied.policies[0].services[0].denied = true;
    only(&denied.judge(), "undisclosed-cookie");
    assert_inapplicable(&denied.judge(), RULE);
}

#[test]
fn the_rest() {
    assert_inapplicable(&site().with(tracker("_c")).row("x", |_| ()).judge(), RULE);
    assert_incomplete(&site().with(tracker("_c")).policy(PolicyState::Unreadable).judge(), RULE);
}
