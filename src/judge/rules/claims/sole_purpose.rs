//! `sole-purpose`: a cookie of another purpose, or a receiver that has one.

use std::collections::BTreeSet;

use super::{Against, Answer, facts, only_categories::is_other};
use crate::judge::model::{Claim, Confidence, CookieEntry, Purpose};
use crate::judge::rules::identifier_shared::receivers;
use crate::judge::rules::{Case, words};

pub(super) fn test(case: &Case<'_>, claim: &Claim) -> Answer {
    // A sentence that names no purpose we know ("solely to help your browser") promises at least: nothing else, so no
    // tracking. Here `purposes` are what is allowed, not what is spoken of.
    let other = |purpose: Purpose| match claim.purposes.as_slice() {
        [] => words::is_tracking(purpose),
        allowed => is_other(purpose, allowed),
    };
    let meant = |entry: &CookieEntry| claim.about.as_ref().is_none_or(|about| facts::named_by(case, about, entry));
    let wrong = |entry: &CookieEntry| facts::known(entry, Confidence::Medium).is_some_and(other);
    let sent = |entry: &CookieEntry| tracking_receivers(case, entry, &other).next().is_some();
    let cookies = facts::cookies(case, |entry| meant(entry) && (wrong(entry) || sent(entry)));
    let receivers: BTreeSet<String> =
        case.entries(&cookies).into_iter().flat_map(|entry| tracking_receivers(case, entry, &other)).collect();
    let confidence = facts::confidence(case, &cookies).filter(|_| receivers.is_empty());
    let mut against = Against::cookies(case, cookies, "is used for something else");
    against.evidence.extend(receivers.iter().map(|host| format!("an unguessable part of a value was sent to {host}")));
    against.confidence = confidence;
    against.unless_empty()
}

/// Hosts of a vendor with another purpose that were sent a part of the value.
fn tracking_receivers<'a>(
    case: &'a Case<'_>,
    entry: &'a CookieEntry,
    other: &'a impl Fn(Purpose) -> bool,
) -> impl Iterator<Item = String> + 'a {
    let sent = receivers(entry).into_iter().filter(|_| entry.identifier != Some(false));
    sent.filter(|host| case.lens.vendor(host).is_some_and(|vendor| other(vendor.purpose))).map(str::to_owned)
}
