//! `no-data-collected`, `no-personal-data`: identifiers, beacons, addresses.

use super::{Against, Answer, facts};
use crate::judge::model::{Claim, Confidence, CookieEntry, Purpose, Severity};
use crate::judge::rules::Case;
use crate::judge::rules::identifier_shared::receivers;
use crate::judge::rules::personal_data_in_cookie::cookies_with_address;
use crate::judge::rules::query::persistent_identifier;

/// An identifier that persists, a value that was sent to another company, or a company contacted to measure.
pub(super) fn collected(case: &Case<'_>, claim: &Claim) -> Answer {
    let sent = |entry: &CookieEntry| entry.identifier != Some(false) && !receivers(entry).is_empty();
    let about = |entry: &CookieEntry| facts::speaks_of(case, claim, entry);
    let cookies = facts::cookies(case, |entry| about(entry) && (persistent_identifier(entry) || sent(entry)));
    let measures = |purpose| matches!(purpose, Purpose::Analytics | Purpose::Advertising);
    let (vendors, pages, lines) = facts::trackers(case, measures);
    let mut against = Against::cookies(case, cookies, "is an identifier that tells visitors apart");
    if against.cookies.is_empty() {
        against.words = format!("pages contact {}", vendors.join(", "));
    }
    if !facts::is_about_less(claim) {
        against.pages = pages;
        against.evidence.extend(lines);
    }
    against.unless_empty()
}

/// An address in a value is strong; a persistent identifier alone is weak: it singles out a browser, not a name.
pub(super) fn personal(case: &Case<'_>, claim: &Claim) -> Answer {
    let keys = cookies_with_address(case);
    let about = |entry: &CookieEntry| facts::speaks_of(case, claim, entry);
    let strong = facts::cookies(case, |entry| about(entry) && entry.keys.iter().any(|key| keys.contains(key)));
    if !strong.is_empty() {
        return Against::cookies(case, strong, "holds an e-mail address").unless_empty();
    }
    let weak = facts::cookies(case, |entry| about(entry) && persistent_identifier(entry));
    let mut against = Against::cookies(case, weak, "is an identifier that persists");
    against.confidence = Some(Confidence::Medium);
    against.severity = Some(Severity::Warning);
    against.unless_empty()
}
