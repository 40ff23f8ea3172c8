//! `unclassified-cookie`

use cookie_audit::judge::model::{Purpose, Severity};

use crate::support::*;

const RULE: &str = "unclassified-cookie";

#[test]
fn unknown_cookies_are_counted_once() {
    let unknown = |name| Cookie { purpose: Purpose::Unknown, ..cookie(name) };
    let audit = site().with(unknown("a")).with(unknown("b")).with(cookie("sid")).judge();
    let finding = only(&audit, RULE);
    assert_eq!((finding.severity, finding.cookies.len()), (Severity::Note, 2));
    assert!(finding.message.starts_with("2 cookies are"), "{}", finding.message);
}

#[test]
fn the_rest() {
    assert_passes(&site().with(cookie("sid")).judge(), RULE);
    assert_inapplicable(&site().judge(), RULE);
    assert_incomplete(&site().change(|evidence| evidence.pages.clear()).judge(), RULE);
}
