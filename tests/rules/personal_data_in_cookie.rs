//! `personal-data-in-cookie`

use cookie_audit::evidence::model::{Phase, StorageKind, Visitor};
use cookie_audit::judge::model::{Purpose, Severity};

use crate::support::*;

const RULE: &str = "personal-data-in-cookie";

#[test]
fn an_address_on_one_page_of_many_is_enough() {
    let address = Cookie { value: facts("email", None), page: "https://shop.test/account".into(), ..cookie("who") };
    let audit = site().with(cookie("who")).with(address).with(cookie("sid")).judge();
    let finding = only(&audit, RULE);
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(audit.cookies[finding.cookies[0]].name, "who");
}

#[test]
fn in_storage_too() {
    let mut made = site().with_storage(StorageKind::LocalStorage, "user", Purpose::Login);
    made.page(HOME, Phase::BeforeConsent, Visitor::Fresh).storage[0].value = Some(facts("email", None));
    assert_eq!(only(&made.judge(), RULE).storage, [0]);
}

#[test]
fn the_rest() {
    assert_passes(&site().with(cookie("sid")).judge(), RULE);
    assert_inapplicable(&site().judge(), RULE);
    assert_incomplete(&site().change(|evidence| evidence.pages.clear()).judge(), RULE);
}
