//! `unused-allowance`, and what allowances do.

use cookie_audit::judge::model::Severity;
use cookie_audit::judge::settings::{Allow, RuleSetting};

use crate::support::*;

const RULE: &str = "unused-allowance";

fn allow(rule: &str, cookie: Option<&str>, site: Option<&str>) -> Allow {
    Allow {
        rule: rule.into(),
        cookie: cookie.map(str::to_owned),
        site: site.map(str::to_owned),
        reason: "agreed".into(),
        expires: None,
        place: "cookie-audit.toml:9".into(),
    }
}

fn leaky() -> Site {
    site().with(tracker("_c")).with(tracker("_d")).row("sid", |_| ())
}

#[test]
fn an_allowance_takes_out_what_it_names_and_says_why() {
    let audit = leaky().allow(allow("undisclosed-*", Some("_c"), Some("*.test"))).judge();
    assert_eq!(audit.suppressed.len(), 1);
    assert_eq!(audit.suppressed[0].reason, "agreed");
    assert!(audit.suppressed[0].by.contains("cookie-audit.toml:9"), "{}", audit.suppressed[0].by);
    assert_eq!(audit.cookies[only(&audit, "undisclosed-cookie").cookies[0]].name, "_d");
    assert!(found(&audit, RULE).is_empty());
}

#[test]
fn one_that_fits_nothing_is_a_finding() {
    let audit = leaky().allow(allow("undisclosed-cookie", Some("_x"), None)).judge();
    let finding = only(&audit, RULE);
    assert!(finding.message.contains("_x") && finding.message.contains("cookie-audit.toml:9"), "{}", finding.message);
}

#[test]
fn one_for_another_site_is_not_meant_and_allowances_allow_no_allowances() {
    assert!(found(&leaky().allow(allow("*", None, Some("other.test"))).judge(), RULE).is_empty());
    let audit = leaky().allow(allow("unused-allowance", None, None)).judge();
    only(&audit, RULE);
}

#[test]
fn the_rule_can_be_switched_off_and_made_an_error() {
    let made = || leaky().allow(allow("undisclosed-cookie", Some("_x"), None));
    assert!(found(&made().rule(RULE, RuleSetting::Off).judge(), RULE).is_empty());
    let audit = made().rule(RULE, RuleSetting::Severity(Severity::Error)).judge();
    assert_eq!(only(&audit, RULE).severity, Severity::Error);
}

#[test]
fn a_finding_about_two_cookies_is_not_taken_out_for_one() {
    let unknown = |name| Cookie { purpose: cookie_audit::judge::model::Purpose::Unknown, ..cookie(name) };
    let made = site().with(unknown("a")).with(unknown("b"));
    let audit = made.allow(allow("unclassified-cookie", Some("a"), None)).judge();
    assert_eq!(only(&audit, "unclassified-cookie").cookies.len(), 2);
}
