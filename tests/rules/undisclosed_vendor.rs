//! `undisclosed-vendor`

use cookie_audit::evidence::model::Phase;
use cookie_audit::judge::model::{PolicyState, Purpose, Severity};

use crate::support::*;

const RULE: &str = "undisclosed-vendor";

fn contacting() -> Site {
    let made =
        site().vendor("counter.test", "Counter", Purpose::Analytics).vendor("fonts.test", "Fonts", Purpose::Unknown);
    made.contacted("px.counter.test", Phase::BeforeConsent, "image").contacted(
        "fonts.test",
        Phase::BeforeConsent,
        "font",
    )
}

#[test]
fn a_tracking_company_nobody_names() {
    let audit = contacting().row("sid", |_| ()).judge();
    let finding = only(&audit, RULE);
    assert_eq!((finding.subject.as_str(), finding.severity), ("Counter", Severity::Warning));
    assert_eq!(finding.pages, [HOME]);
}

#[test]
fn a_service_said_not_to_be_used_is_an_error() {
    let mut made = contacting().service("Counter");
    made.policies[0].services[0].denied = true;
    let audit = made.judge();
    let finding = only(&audit, RULE);
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.policy_quote.as_deref(), Some("we use Counter"));
}

#[test]
fn named_as_service_or_provider_or_by_its_cookie() {
    assert_passes(&contacting().service("Counter Analytics").judge(), RULE);
    assert_passes(&contacting().row("x", |row| row.provider = Some("www.counter.test".into())).judge(), RULE);
    assert_passes(&contacting().with(tracker("_c")).row("_c", |_| ()).judge(), RULE);
}

#[test]
fn its_undisclosed_cookie_is_the_same_cause() {
    let audit = contacting().with(tracker("_c")).row("sid", |_| ()).judge();
    only(&audit, "undisclosed-cookie");
    assert_passes(&audit, RULE);
}

#[test]
fn the_rest() {
    assert_inapplicable(&site().row("sid", |_| ()).judge(), RULE);
    assert_incomplete(&contacting().policy(PolicyState::Unreadable).judge(), RULE);
    assert_incomplete(&contacting().policy(PolicyState::Unreadable).policy(PolicyState::Silent).judge(), RULE);
}
