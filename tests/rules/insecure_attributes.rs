//! `insecure-attributes`

use cookie_audit::cookie::SameSite;
use cookie_audit::evidence::model::WriterKind;
use cookie_audit::judge::model::{Purpose, Severity};

use crate::support::*;

const RULE: &str = "insecure-attributes";

#[test]
fn each_attribute_that_is_lacking_is_named() {
    let bare = Cookie { secure: false, http_only: false, same_site: Some(SameSite::None), ..cookie("sid") };
    let audit = site().with(bare).judge();
    let finding = only(&audit, RULE);
    assert_eq!(finding.severity, Severity::Note);
    assert!(finding.message.contains("no Secure, no HttpOnly, SameSite=None"), "{}", finding.message);
}

#[test]
fn one_protected_write_does_not_mend_another() {
    let audit = site().with(cookie("sid")).with(Cookie { http_only: false, ..cookie("sid") }).judge();
    assert!(only(&audit, RULE).message.contains("no HttpOnly"));
}

#[test]
fn what_cannot_be_asked_is_not_asked() {
    let token = Cookie { purpose: Purpose::Security, http_only: false, ..cookie("csrftoken") };
    assert_passes(&site().with(token).judge(), RULE);
    let script = (WriterKind::Script, "https://shop.test/a.js");
    assert_passes(&site().with(Cookie { http_only: false, writer: script, ..cookie("sid") }).judge(), RULE);
    let plain = Cookie { secure: false, page: "http://shop.test/".into(), ..cookie("sid") };
    assert_passes(&site().with(plain).judge(), RULE);
}

#[test]
fn the_rest() {
    assert_inapplicable(&site().with(tracker("_c")).judge(), RULE);
    assert_incomplete(&site().change(|evidence| evidence.pages.clear()).judge(), RULE);
}
