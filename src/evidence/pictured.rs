//! What a page brought that could be asked about later, and which pages brought it first: those that have a picture.
//!
//! Workers finish in any order, so that now and then a page is pictured that turns out not to be the first. Both who
//! takes pictures and who shows them ask here, and the report is the same with any number of workers.
//! Not here: taking a picture, and what a finding is.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Outcome, PageVisit, Phase, Visitor};
use crate::site::registrable_domain;

/// Pages of one audit whose picture is shown.
pub const MOST_SHOWN: usize = 120;

/// What a finding could be about: cookies, storage, hosts, a kind of failure.
#[must_use]
pub fn brought(page: &PageVisit) -> BTreeSet<String> {
    let written = page.writes.iter().map(|write| &write.key);
    let kept = page.jar.iter().map(|held| &held.key);
    let cookies = written.chain(kept).map(|key| format!("cookie {} {}", stem(&key.name), key.domain));
    let storage = page.storage.iter().map(|entry| format!("storage {} {}", stem(&entry.key), entry.origin));
    let hosts = page.hosts.iter().map(|host| format!("host {}", registrable_domain(&host.host)));
    let failure = match &page.outcome {
        Outcome::Failed { reason, .. } => Some(format!("failure {}", reason.word())),
        Outcome::Loaded { .. } => None,
    };
    cookies.chain(storage).chain(hosts).chain(failure).collect()
}

/// A name without what may differ from page to page: words that hold more than one digit.
fn stem(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    words.filter(|word| digits(word) < 2).collect::<Vec<_>>().join("_")
}

/// The pages that brought something first, in the crawl's order, each visitor's by itself; the first [`MOST_SHOWN`] that
/// have a picture.
#[must_use]
pub fn first_to_bring(pages: &[PageVisit]) -> Vec<&PageVisit> {
    let mut first: BTreeMap<(Phase, Visitor, String), u64> = BTreeMap::new();
    for page in pages {
        for thing in brought(page) {
            let earliest = first.entry((page.phase, page.visitor, thing)).or_insert(u64::MAX);
            *earliest = page.sequence.min(*earliest);
        }
    }
    let leads = |page: &&PageVisit| {
        brought(page)
            .into_iter()
            .any(|thing| first.get(&(page.phase, page.visitor, thing)).is_some_and(|at| *at == page.sequence))
    };
    pages.iter().filter(|page| page.screenshot.is_some()).filter(leads).take(MOST_SHOWN).collect()
}
