//! `consent-first`, `conditional-trigger`: seen before the moment that the policy names.

use std::collections::BTreeSet;

use super::{Against, Answer, facts};
use crate::evidence::model::Phase;
use crate::judge::model::{Claim, Confidence, CookieEntry, ThirdParty};
use crate::judge::rules::query::surely_tracks;
use crate::judge::rules::{Case, words};

/// Before agreeing: what the sentence names, else what tracks.
pub(super) fn consent_first(case: &Case<'_>, claim: &Claim) -> Answer {
    if !case.audit.coverage.phases.contains(&Phase::BeforeConsent) {
        return Answer::Untested("the phase before consent was not recorded".to_owned());
    }
    let meant = |entry: &CookieEntry| {
        if facts::is_about_less(claim) {
            facts::speaks_of(case, claim, entry) && (claim.about.is_some() || is_sure(entry))
        } else {
            surely_tracks(entry)
        }
    };
    let cookies = facts::cookies(case, |entry| entry.phases.contains(&Phase::BeforeConsent) && meant(entry));
    let contacted = |party: &ThirdParty| match &claim.about {
        Some(about) => facts::host_is(case, about, &party.host),
        None if claim.purposes.is_empty() => words::is_tracking(party.purpose),
        None => claim.purposes.contains(&party.purpose),
    };
    early(case, cookies, contacted, "before the visitor agrees")
}

/// What belongs to the service, in the phase in which nothing is clicked.
pub(super) fn conditional(case: &Case<'_>, claim: &Claim) -> Answer {
    let Some(about) = &claim.about else {
        return Answer::Untested("what the sentence makes depend on a click could not be told".to_owned());
    };
    if !case.audit.coverage.phases.contains(&Phase::BeforeConsent) {
        return Answer::Untested("the phase in which nothing is touched was not recorded".to_owned());
    }
    let untouched = untouched_pages(case);
    let seen = |entry: &CookieEntry| entry.pages.iter().any(|page| untouched.contains(page));
    let early_phase = |entry: &CookieEntry| entry.phases.contains(&Phase::BeforeConsent);
    let cookies =
        facts::cookies(case, |entry| facts::named_by(case, about, entry) && early_phase(entry) && seen(entry));
    early(case, cookies, |party| facts::host_is(case, about, &party.host), "without that")
}

fn is_sure(entry: &CookieEntry) -> bool {
    entry.class.confidence == Confidence::High
}

/// Pages that were only looked at, not worked.
fn untouched_pages<'a>(case: &Case<'a>) -> BTreeSet<&'a String> {
    let pages = case.evidence.pages.iter();
    pages.filter(|page| page.step.is_none() && page.phase == Phase::BeforeConsent).map(|page| &page.url).collect()
}

fn early(case: &Case<'_>, cookies: Vec<usize>, contacted: impl Fn(&ThirdParty) -> bool, when: &str) -> Answer {
    let before = |party: &&ThirdParty| party.phases.contains(&Phase::BeforeConsent);
    let hosts: Vec<&ThirdParty> = case.audit.third_parties.iter().filter(before).filter(|p| contacted(p)).collect();
    let mut against = Against::cookies(case, cookies, &format!("is set {when}"));
    if against.cookies.is_empty() {
        let names: Vec<&str> = hosts.iter().take(3).map(|party| party.host.as_str()).collect();
        against.words = format!("{} is contacted {when}", names.join(", "));
    }
    let pages: BTreeSet<&String> = hosts.iter().flat_map(|party| &party.pages).collect();
    against.pages = pages.into_iter().cloned().collect();
    against.evidence.extend(hosts.iter().take(5).map(|party| format!("contacted: {}", party.host)));
    against.unless_empty()
}
