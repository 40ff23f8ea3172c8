//! `undisclosed-cookie`

use cookie_audit::evidence::model::{CookieWrite, Fate, WriteOp, WriterKind};
use cookie_audit::judge::model::{PolicyState, Severity};

use crate::support::*;

const RULE: &str = "undisclosed-cookie";

#[test]
fn a_cookie_the_list_lacks_is_an_error() {
    let audit = site().with(cookie("sid")).with(tracker("_c")).row("sid", |_| ()).judge();
    let finding = only(&audit, RULE);
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(audit.cookies[finding.cookies[0]].name, "_c");
    assert_eq!(finding.pages, [HOME]);
    assert!(
        finding.advice.contains("_c | Counter (shop.test) | analytics | 2 years | cookie | first party"),
        "{}",
        finding.advice
    );
}

#[test]
fn on_many_pages_and_in_many_partitions_it_is_one_finding() {
    let mut made = site().row("other", |_| ());
    for page in ["https://shop.test/a", "https://shop.test/b", "https://shop.test/c"] {
        made = made.with(Cookie { page: page.into(), ..tracker("_c") });
    }
    for write in &mut made.page("https://shop.test/c", cookie("x").phase, cookie("x").visitor).writes {
        write.key.partition = Some("https://shop.test".into());
    }
    let audit = made.judge();
    let finding = only(&audit, RULE);
    assert_eq!(finding.pages.len(), 3);
    assert_eq!(finding.cookies.len(), 2);
}

#[test]
fn a_policy_that_only_mentions_makes_it_a_warning() {
    let audit = site().with(cookie("sid")).service("Elsewhere").judge();
    assert_eq!(only(&audit, RULE).severity, Severity::Warning);
}

#[test]
fn a_cookie_deleted_at_once_counts_and_a_refused_one_does_not() {
    let brief = Cookie { in_jar: false, ..tracker("brief") };
    let refused = Cookie { fate: Fate::Refused { reasons: vec!["InvalidDomain".into()] }, ..tracker("refused") };
    let guessed = Cookie { fate: Fate::Unknown, in_jar: false, ..tracker("asked") };
    let audit = site().with(brief).with(refused).with(guessed).row("sid", |_| ()).judge();
    assert_eq!(audit.cookies[only(&audit, RULE).cookies[0]].name, "brief");
    let refused = audit.cookies.iter().find(|c| c.name == "refused").unwrap();
    assert!(!refused.accepted && refused.refused.contains("InvalidDomain"));
}

#[test]
fn one_that_its_page_removes_again_is_a_note() {
    let tried = |page: &str| {
        let probe = Cookie { in_jar: false, page: page.into(), value: facts("number", Some("1")), ..tracker("probe") };
        let mut made = site().with(probe).row("sid", |_| ());
        let writes = &mut made.page(page, cookie("x").phase, cookie("x").visitor).writes;
        let removal = CookieWrite { op: WriteOp::Delete, ..writes[0].clone() };
        writes.push(removal);
        made
    };
    let audit = tried(HOME).judge();
    assert_eq!(only(&audit, RULE).severity, Severity::Note);
    assert!(only(&audit, RULE).message.contains("at once removed"));
    // Where one page keeps it, it is a cookie like any other.
    let kept = Cookie { page: "https://shop.test/kept".into(), ..tracker("probe") };
    assert_eq!(only(&tried(HOME).with(kept).judge(), RULE).severity, Severity::Error);
}

#[test]
fn names_patterns_and_prefixes_list() {
    let audit = site()
        .with(cookie("__Host-sid"))
        .with(tracker("_c_1"))
        .with(tracker("_c_2"))
        .with(tracker("ph_key"))
        .row("SID", |_| ())
        .row("_c_*", |_| ())
        .row("ph_", |_| ())
        .judge();
    assert_passes(&audit, RULE);
    assert_eq!(audit.cookies.len(), 3);
}

#[test]
fn a_star_does_not_whitelist_the_world() {
    let audit = site().with(tracker("_c")).row("*", |_| ()).row("_*", |_| ()).judge();
    only(&audit, RULE);
}

#[test]
fn a_row_of_another_company_does_not_list() {
    let writer = (WriterKind::Response, "https://ads.test/pixel");
    let foreign = Cookie { domain: "ads.test", vendor: Some("Ads"), writer, ..tracker("uid") };
    let row = |provider: &'static str| {
        let made = site().with(foreign.clone()).vendor("ads.test", "Ads", cookie("x").purpose);
        made.vendor("counter.test", "Counter", cookie("x").purpose)
            .row("uid", |r| r.provider = Some(provider.into()))
            .judge()
    };
    for fits in ["ads.test", "Ads Ltd", "a company nobody knows", ".cdn.ads.test"] {
        assert_passes(&row(fits), RULE);
    }
    for foreign in ["counter.test", "Counter GmbH"] {
        only(&row(foreign), RULE);
    }
}

#[test]
fn an_unreadable_second_policy_may_hold_the_list() {
    let audit = site().with(cookie("sid")).policy(PolicyState::Unreadable).policy(PolicyState::Silent).judge();
    assert_incomplete(&audit, RULE);
}

#[test]
fn without_a_readable_policy_it_is_incomplete_and_without_any_inapplicable() {
    assert_incomplete(&site().with(cookie("sid")).policy(PolicyState::Unreadable).judge(), RULE);
    assert_inapplicable(&site().with(cookie("sid")).judge(), RULE);
    assert_inapplicable(&site().row("sid", |_| ()).judge(), RULE);
}
