//! `prior-consent-storage`

use cookie_audit::evidence::model::{Phase, StorageKind};
use cookie_audit::judge::model::{Purpose, Severity};

use crate::support::*;

const RULE: &str = "prior-consent-storage";

fn keeping(purpose: Purpose) -> Site {
    site().with_storage(StorageKind::LocalStorage, "_uid", purpose)
}

#[test]
fn a_tracking_key_before_the_choice() {
    let audit = keeping(Purpose::Advertising).consent(dialog(Phase::BeforeConsent, "found")).judge();
    let finding = only(&audit, RULE);
    assert_eq!((finding.severity, finding.storage.as_slice()), (Severity::Error, [0].as_slice()));
}

#[test]
fn the_rest() {
    assert_passes(&keeping(Purpose::Theme).consent(dialog(Phase::BeforeConsent, "found")).judge(), RULE);
    assert_incomplete(&keeping(Purpose::Advertising).judge(), RULE);
    assert_inapplicable(&site().consent(dialog(Phase::BeforeConsent, "none")).judge(), RULE);
}
