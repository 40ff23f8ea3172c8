//! `no-tracking-or-ads`: a cookie, or a company contacted, for measuring or advertising.

use super::{Against, Answer, facts};
use crate::judge::model::{Claim, Confidence, Purpose};
use crate::judge::rules::Case;

pub(super) fn test(case: &Case<'_>, claim: &Claim) -> Answer {
    let meant = |purpose| match claim.purposes.as_slice() {
        [] => matches!(purpose, Purpose::Analytics | Purpose::Advertising),
        named => {
            named.contains(&purpose) && matches!(purpose, Purpose::Analytics | Purpose::Advertising | Purpose::Social)
        }
    };
    let cookies = facts::cookies(case, |entry| facts::known(entry, Confidence::Medium).is_some_and(meant));
    let (vendors, pages, lines) = facts::trackers(case, meant);
    let confidence = facts::confidence(case, &cookies).filter(|_| vendors.is_empty());
    let mut against = Against::cookies(case, cookies, "is set to measure or advertise");
    if against.cookies.is_empty() {
        against.words = format!("pages contact {}", vendors.join(", "));
    }
    against.pages = pages;
    against.evidence.extend(lines);
    against.confidence = confidence;
    against.unless_empty()
}
