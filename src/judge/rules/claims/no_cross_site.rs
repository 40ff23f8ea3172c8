//! `no-cross-site`, `no-profiling`: an identifier that other sites get as well.

use super::{Against, Answer, facts};
use crate::cookie::Party;
use crate::judge::model::{Claim, Confidence, CookieEntry, Purpose};
use crate::judge::rules::Case;
use crate::judge::rules::query::{persistent_identifier, seconds};

pub(super) fn test(case: &Case<'_>, claim: &Claim) -> Answer {
    let about = |entry: &CookieEntry| facts::speaks_of(case, claim, entry);
    let cookies = facts::cookies(case, |entry| about(entry) && follows(entry));
    Against::cookies(case, cookies, "is an identifier that other sites get too").unless_empty()
}

/// Of another site, not kept apart by site, persistent, and telling visitors apart (or known to be there for that).
fn follows(entry: &CookieEntry) -> bool {
    let made_for_it = facts::known(entry, Confidence::High) == Some(Purpose::Advertising) && entry.identifier.is_none();
    let identifies = persistent_identifier(entry) || (made_for_it && seconds(entry).is_some_and(|s| s > 86_400));
    entry.party == Party::Third && entry.partition.is_none() && identifies
}
