//! `exhaustive-list`: a cookie that is not listed.

use super::{Against, Answer, facts};
use crate::judge::model::{Claim, Disclosure, PolicyState};
use crate::judge::rules::Case;

pub(super) fn test(case: &Case<'_>, _: &Claim) -> Answer {
    let lists = case.audit.policies.iter().any(|policy| policy.state == PolicyState::Lists);
    let hidden = case.audit.policies.iter().any(|policy| policy.state == PolicyState::Unreadable);
    if !lists || hidden {
        return Answer::Untested("the list that the sentence speaks of could not be read".to_owned());
    }
    let cookies = facts::cookies(case, |entry| entry.disclosure != Disclosure::Listed);
    Against::cookies(case, cookies, "is not in the list").unless_empty()
}
