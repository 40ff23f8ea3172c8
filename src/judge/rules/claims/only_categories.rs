//! `only-necessary`, `only-categories`: a cookie of another kind, with high confidence.

use super::{Against, Answer, facts};
use crate::judge::model::{Claim, Confidence, Purpose};
use crate::judge::rules::{Case, words};

pub(super) fn necessary(case: &Case<'_>, _: &Claim) -> Answer {
    let tracks = |purpose| words::is_tracking(purpose);
    let cookies = facts::cookies(case, |entry| facts::known(entry, Confidence::High).is_some_and(tracks));
    Against::cookies(case, cookies, "is not strictly necessary").unless_empty()
}

pub(super) fn named(case: &Case<'_>, claim: &Claim) -> Answer {
    if claim.purposes.is_empty() {
        return Answer::Untested("the kinds that the sentence names could not be told".to_owned());
    }
    let other = |purpose| is_other(purpose, &claim.purposes);
    let cookies = facts::cookies(case, |entry| facts::known(entry, Confidence::High).is_some_and(other));
    Against::cookies(case, cookies, "is of another kind").unless_empty()
}

/// Another kind than any named. Policies that name functions at all seldom name every one (protection against forgery,
/// the memory of the choice itself), so a functional cookie is only another kind where no function is named.
pub(super) fn is_other(purpose: Purpose, named: &[Purpose]) -> bool {
    let functional = |purpose: &Purpose| !words::is_tracking(*purpose) && *purpose != Purpose::Unknown;
    !(named.contains(&purpose) || functional(&purpose) && named.iter().any(functional))
}
