//! `no-third-party-cookies`, `first-party-only`: a cookie of another registrable domain.

use super::{Against, Answer, facts};
use crate::cookie::Party;
use crate::judge::model::Claim;
use crate::judge::rules::Case;

pub(super) fn test(case: &Case<'_>, _: &Claim) -> Answer {
    let cookies = facts::cookies(case, |entry| entry.party == Party::Third);
    let against = Against::cookies(case, cookies, "is set by another site").unless_empty();
    let blocked = case.audit.header.browser.third_party_cookies == "blocked";
    if blocked && against == Answer::Holds {
        return Answer::Untested("the browser blocked third-party cookies".to_owned());
    }
    against
}
