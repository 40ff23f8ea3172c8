//! `no-third-party-requests`, `ip-not-sent`: hosts of other sites that pages contact.

use std::collections::BTreeSet;

use super::{Against, Answer, facts};
use crate::judge::model::{Claim, ThirdParty};
use crate::judge::rules::Case;

pub(super) fn none(case: &Case<'_>, _: &Claim) -> Answer {
    contacted(case.audit.third_parties.iter().collect())
}

pub(super) fn to_service(case: &Case<'_>, claim: &Claim) -> Answer {
    let Some(about) = &claim.about else {
        return Answer::Untested("whom the sentence means could not be told".to_owned());
    };
    contacted(case.audit.third_parties.iter().filter(|party| facts::host_is(case, about, &party.host)).collect())
}

fn contacted(hosts: Vec<&ThirdParty>) -> Answer {
    let pages: BTreeSet<&String> = hosts.iter().flat_map(|party| &party.pages).collect();
    let words = match hosts.as_slice() {
        [one] => format!("pages contact {}", one.host),
        more => format!("pages contact {} hosts of other sites", more.len()),
    };
    let against = Against {
        words,
        pages: pages.into_iter().cloned().collect(),
        evidence: hosts.iter().take(10).map(|party| format!("contacted: {}", party.host)).collect(),
        ..Against::default()
    };
    against.unless_empty()
}
