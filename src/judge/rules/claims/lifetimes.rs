//! `session-only`, `session-expiry`, `max-lifetime`, `fixed-lifetime`: what was sent against what is promised.

use super::{Against, Answer, facts};
use crate::cookie::Lifetime;
use crate::evidence::model::Visitor;
use crate::judge::model::{Claim, CookieEntry, PolicyReading};
use crate::judge::rules::query::seconds;
use crate::judge::rules::{Case, words};

pub(super) fn session_only(case: &Case<'_>, _: &Claim) -> Answer {
    let cookies = facts::cookies(case, persists);
    Against::cookies(case, cookies, "lives on after the session").unless_empty()
}

pub(super) fn session_expiry(case: &Case<'_>, claim: &Claim) -> Answer {
    if !facts::is_about_less(claim) {
        return Answer::Untested("which cookies the sentence means could not be told".to_owned());
    }
    let cookies = facts::cookies(case, |entry| persists(entry) && facts::speaks_of(case, claim, entry));
    Against::cookies(case, cookies, "lives on after the session").unless_empty()
}

fn persists(entry: &CookieEntry) -> bool {
    seconds(entry).is_some_and(|seconds| seconds > 0)
}

pub(super) fn max(case: &Case<'_>, claim: &Claim) -> Answer {
    let Some(bound) = claim.lifetime else {
        return Answer::Untested("the time that the sentence names could not be told".to_owned());
    };
    let about = |entry: &CookieEntry| facts::speaks_of(case, claim, entry);
    let longer = |life: Lifetime| exceeds(life, bound);
    let cookies = facts::cookies(case, |entry| about(entry) && words::lifetime_of(entry).is_some_and(longer));
    let mut against = Against::cookies(case, cookies, &format!("lives for longer than {}", words::lifetime(bound)));
    let rows = longer_rows(&case.audit.policies, bound).filter(|_| !facts::is_about_less(claim));
    if let Some((url, line)) = rows.filter(|_| against.cookies.is_empty()) {
        against.words = format!("its own list gives longer than {}", words::lifetime(bound));
        against.pages = vec![url];
        against.evidence.push(line);
    }
    against.unless_empty()
}

/// A twentieth more than promised is how people round (12 months, 366 days).
fn exceeds(life: Lifetime, bound: Lifetime) -> bool {
    match (life, bound) {
        (Lifetime::Seconds(life), Lifetime::Seconds(bound)) => life.saturating_mul(20) > bound.saturating_mul(21),
        (Lifetime::Seconds(life), Lifetime::Session) => life > 0,
        (Lifetime::Session, _) => false,
    }
}

fn longer_rows(policies: &[PolicyReading], bound: Lifetime) -> Option<(String, String)> {
    let rows = policies.iter().flat_map(|policy| policy.declarations.iter().map(move |row| (policy, row)));
    let mut longer = rows.filter(|(_, row)| row.lifetime.is_some_and(|life| exceeds(life, bound)));
    longer.next().map(|(policy, row)| (policy.url.clone(), format!("row: {} ({})", row.quote, row.place.words)))
}

pub(super) fn fixed(case: &Case<'_>, claim: &Claim) -> Answer {
    if !case.audit.coverage.visitors.contains(&Visitor::Returning) {
        return Answer::Untested("no visitor came a second time in this recording".to_owned());
    }
    let about = |entry: &CookieEntry| facts::speaks_of(case, claim, entry);
    let cookies = facts::cookies(case, |entry| about(entry) && entry.renewed == Some(true));
    Against::cookies(case, cookies, "is renewed on the next visit").unless_empty()
}
