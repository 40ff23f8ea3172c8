//! `refusal-ignored`

use cookie_audit::evidence::model::{Phase, Visitor};
use cookie_audit::judge::model::Purpose;

use crate::support::*;

const RULE: &str = "refusal-ignored";

fn refused(outcome: &str) -> Site {
    let mut made = site().consent(dialog(Phase::Rejected, outcome));
    made.page(HOME, Phase::Rejected, Visitor::Fresh);
    made
}

#[test]
fn cookies_and_companies_after_a_refusal() {
    let made = refused("operated").vendor("counter.test", "Counter", Purpose::Analytics);
    let made = made.vendor("ads.test", "Ads", Purpose::Advertising).contacted("ads.test", Phase::Rejected, "script");
    let made = made.contacted("px.counter.test", Phase::Rejected, "image");
    let audit = made.with(Cookie { phase: Phase::Rejected, ..tracker("_c") }).judge();
    let subjects: Vec<&str> = found(&audit, RULE).iter().map(|finding| finding.subject.as_str()).collect();
    assert_eq!(subjects, ["cookie _c of shop.test", "vendor Ads"]);
}

#[test]
fn what_came_before_only_is_not_this() {
    assert_passes(&refused("operated").with(tracker("_c")).judge(), RULE);
}

#[test]
fn a_dialog_that_was_not_worked_tests_nothing() {
    let made = || refused("not_operable").with(Cookie { phase: Phase::Rejected, ..tracker("_c") });
    assert_incomplete(&made().judge(), RULE);
    let reasons = made().judge().incomplete_because();
    assert!(reasons.iter().any(|why| why.contains("could not be refused")), "{reasons:?}");
    assert_inapplicable(&refused("none").with(Cookie { phase: Phase::Rejected, ..tracker("_c") }).judge(), RULE);
    assert_incomplete(&site().with(tracker("_c")).consent(dialog(Phase::Rejected, "operated")).judge(), RULE);
}
