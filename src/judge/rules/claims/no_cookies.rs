//! `no-cookies`, `nothing-stored`: any accepted cookie, any storage key.

use super::{Against, Answer, facts};
use crate::judge::model::Claim;
use crate::judge::rules::{Case, words};

pub(super) fn no_cookies(case: &Case<'_>, claim: &Claim) -> Answer {
    let cookies = facts::cookies(case, |entry| facts::speaks_of(case, claim, entry));
    Against::cookies(case, cookies, "is set").unless_empty()
}

pub(super) fn nothing(case: &Case<'_>, claim: &Claim) -> Answer {
    let cookies = facts::cookies(case, |entry| facts::speaks_of(case, claim, entry));
    let mut against = Against::cookies(case, cookies, "is set");
    let items = &case.audit.storage;
    against.storage = (0..items.len()).collect();
    let lines = items.iter().take(10).map(|item| format!("`{}` in {}", item.pattern, words::storage_kind(item.kind)));
    against.evidence.extend(lines);
    if against.cookies.is_empty() || !items.is_empty() {
        against.words =
            format!("{} cookies are set and {} keys kept in web storage", against.cookies.len(), items.len());
    }
    against.unless_empty()
}
