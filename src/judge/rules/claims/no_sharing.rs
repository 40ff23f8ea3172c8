//! `no-third-party-use`, `no-sharing`: an identifying part of a value that another company was sent.

use super::{Against, Answer, facts};
use crate::cookie::Party;
use crate::judge::model::{Claim, Confidence, CookieEntry};
use crate::judge::rules::Case;
use crate::judge::rules::identifier_shared::receivers;

pub(super) fn test(case: &Case<'_>, claim: &Claim) -> Answer {
    let about = |entry: &CookieEntry| facts::speaks_of(case, claim, entry);
    let shared = |entry: &CookieEntry| {
        entry.party == Party::First && entry.identifier != Some(false) && !receivers(entry).is_empty()
    };
    let cookies = facts::cookies(case, |entry| about(entry) && shared(entry));
    let entries = case.entries(&cookies);
    let sure = entries.iter().any(|entry| entry.identifier == Some(true));
    let lines: Vec<String> = entries
        .iter()
        .flat_map(|entry| {
            receivers(entry).into_iter().map(|to| format!("a part of `{}` was sent to {to}", entry.pattern))
        })
        .collect();
    let mut against = Against::cookies(case, cookies, "is sent to other companies");
    against.evidence.extend(lines);
    against.confidence = (!sure).then_some(Confidence::Medium);
    against.unless_empty()
}
