//! `undisclosed-storage`

use cookie_audit::evidence::model::StorageKind::{LocalStorage, SessionStorage};
use cookie_audit::judge::model::{DeclaredStorage, PolicyState, Purpose, Severity};

use crate::support::*;

const RULE: &str = "undisclosed-storage";

#[test]
fn a_key_the_list_lacks() {
    let audit = site().with_storage(LocalStorage, "theme", Purpose::Theme).row("sid", |_| ()).judge();
    let finding = only(&audit, RULE);
    assert_eq!((finding.severity, finding.storage.as_slice()), (Severity::Warning, [0].as_slice()));
    assert!(finding.advice.contains("theme | shop.test | theme | until deleted | local storage"), "{}", finding.advice);
}

#[test]
fn where_storage_is_listed_a_missing_key_is_an_error() {
    let made = site().with_storage(LocalStorage, "a", Purpose::Theme).with_storage(SessionStorage, "b", Purpose::Theme);
    let audit = made.row("a", |row| row.storage = DeclaredStorage::LocalStorage).judge();
    let finding = only(&audit, RULE);
    assert_eq!((finding.severity, audit.storage[finding.storage[0]].key.as_str()), (Severity::Error, "b"));
}

#[test]
fn a_row_without_kind_covers_and_a_row_of_another_kind_does_not() {
    let made = || site().with_storage(LocalStorage, "a", Purpose::Theme);
    assert_passes(&made().row("a", |_| ()).judge(), RULE);
    only(&made().row("a", |row| row.storage = DeclaredStorage::SessionStorage).judge(), RULE);
}

#[test]
fn the_rest() {
    let made = || site().with_storage(LocalStorage, "a", Purpose::Theme);
    assert_eq!(only(&made().service("X").judge(), RULE).severity, Severity::Note);
    assert_incomplete(&made().policy(PolicyState::Unreadable).judge(), RULE);
    assert_incomplete(&made().policy(PolicyState::Unreadable).policy(PolicyState::Silent).judge(), RULE);
    assert_inapplicable(&site().row("a", |_| ()).judge(), RULE);
}
