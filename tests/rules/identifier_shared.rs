//! `identifier-shared`

use cookie_audit::evidence::model::{Leak, Phase, Visitor};
use cookie_audit::judge::model::{Confidence, Purpose, Severity};

use crate::support::*;

const RULE: &str = "identifier-shared";

fn leaking(values: [&str; 2]) -> Site {
    let mut made = site();
    for (page, value) in [HOME, "https://shop.test/b"].into_iter().zip(values) {
        made = made.with(Cookie { page: page.into(), value: opaque(value), ..tracker("_c") });
        made.page(page, Phase::BeforeConsent, Visitor::Fresh).leaks.push(Leak {
            name: "_c".into(),
            domain: "shop.test".into(),
            to: "px.counter.test".into(),
            how: "url_encoded".into(),
            place: "url".into(),
            url: format!("https://px.counter.test/{value}"),
            part: value.into(),
        });
    }
    made.vendor("counter.test", "Counter", Purpose::Analytics)
}

#[test]
fn an_identifier_sent_to_another_company_is_one_finding() {
    let audit = leaking(["a", "b"]).judge();
    let finding = only(&audit, RULE);
    assert_eq!((finding.severity, finding.confidence), (Severity::Warning, Confidence::High));
    assert_eq!(finding.pages.len(), 2);
    assert_eq!(finding.evidence, ["sent to px.counter.test in the address (url encoded)"]);
    assert_eq!(audit.cookies[0].identifier, Some(true));
}

#[test]
fn a_named_receiver_makes_it_a_note() {
    assert_eq!(only(&leaking(["a", "b"]).service("Counter").judge(), RULE).severity, Severity::Note);
    assert_eq!(only(&leaking(["a", "b"]).row("_c", |_| ()).judge(), RULE).severity, Severity::Note);
    assert_eq!(only(&leaking(["a", "b"]).row("sid", |_| ()).judge(), RULE).severity, Severity::Warning);
}

#[test]
fn what_all_visitors_share_is_no_identifier() {
    assert_passes(&leaking(["a", "a"]).judge(), RULE);
}

#[test]
fn the_rest() {
    assert_passes(&site().with(cookie("sid")).judge(), RULE);
    assert_inapplicable(&site().judge(), RULE);
    assert_incomplete(&site().change(|evidence| evidence.pages.clear()).judge(), RULE);
}
