//! `refusal-harmless`, `refusal-harmful`: what pages do with every cookie blocked.

use super::{Against, Answer};
use crate::judge::model::Claim;
use crate::judge::rules::Case;

const UNTRIED: &str = "no page was tried with cookies blocked (--trial)";

pub(super) fn harmless(case: &Case<'_>, _: &Claim) -> Answer {
    let tried = &case.evidence.blocked_pages;
    if tried.is_empty() {
        return Answer::Untested(UNTRIED.to_owned());
    }
    let broken: Vec<_> = tried.iter().filter(|page| !page.works).collect();
    let differences = broken.iter().flat_map(|page| {
        page.differences
            .iter()
            .take(1)
            .map(|d| format!("{}: {} was \"{}\", is \"{}\"", page.url, d.aspect, d.before, d.after))
    });
    let against = Against {
        words: format!("{} of {} pages stop working with cookies blocked", broken.len(), tried.len()),
        evidence: differences.take(10).collect(),
        pages: super::super::make::pages(broken.iter().map(|page| &page.url)),
        ..Against::default()
    };
    against.unless_empty()
}

/// Only information: a warning to visitors that is not needed harms nobody.
pub(super) fn harmful(case: &Case<'_>, _: &Claim) -> Answer {
    let tried = &case.evidence.blocked_pages;
    if tried.is_empty() {
        return Answer::Untested(UNTRIED.to_owned());
    }
    if tried.iter().any(|page| !page.works) {
        return Answer::Holds;
    }
    Answer::Contradicted(Against {
        words: format!("all {} pages tried work with cookies blocked", tried.len()),
        pages: super::super::make::pages(tried.iter().map(|page| &page.url)),
        ..Against::default()
    })
}
