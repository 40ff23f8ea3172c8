//! Web storage folded into one item per kind, origin and key pattern.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{commonest, unclassified};
use super::writers::Writers;
use super::{Site, host_of, in_order};
use crate::evidence::model::{Evidence, Leak, PageVisit, StorageEntry, StorageKind, ValueFacts, Visitor};
use crate::judge::lens::Lens;
use crate::judge::model::{Disclosure, StorageItem};
use crate::site;

type Seen<'a> = (&'a PageVisit, &'a StorageEntry);

/// All storage items, sorted by kind, origin and pattern.
pub(crate) fn storage(evidence: &Evidence, site: &Site, lens: &dyn Lens) -> Vec<StorageItem> {
    let pages = in_order(evidence);
    let seen: Vec<Seen<'_>> =
        pages.iter().flat_map(|page| page.storage.iter().map(move |entry| (*page, entry))).collect();
    let mut keys: BTreeMap<(StorageKind, &str), BTreeMap<String, BTreeSet<u64>>> = BTreeMap::new();
    for (page, entry) in &seen {
        let keys = keys.entry((entry.kind, entry.origin.as_str())).or_default();
        keys.entry(entry.key.clone()).or_default().insert(page.sequence);
    }
    let patterns: BTreeMap<_, _> = keys.iter().map(|(place, keys)| (*place, lens.fold(keys))).collect();
    let mut groups: BTreeMap<(StorageKind, &str, String), Vec<Seen<'_>>> = BTreeMap::new();
    for (page, entry) in seen {
        let origin = entry.origin.as_str();
        let folded = patterns.get(&(entry.kind, origin)).and_then(|patterns| patterns.get(&entry.key));
        let pattern = folded.unwrap_or(&entry.key).clone();
        groups.entry((entry.kind, origin, pattern)).or_default().push((page, entry));
    }
    groups.into_iter().map(|((kind, origin, pattern), seen)| build(kind, origin, pattern, &seen, site, lens)).collect()
}

fn build(
    kind: StorageKind,
    origin: &str,
    pattern: String,
    seen: &[Seen<'_>],
    site: &Site,
    lens: &dyn Lens,
) -> StorageItem {
    let mut writers = Writers::default();
    for (page, entry) in seen {
        entry.writers.iter().for_each(|writer| writers.add(writer, page));
    }
    let host = host_of(origin).unwrap_or_else(|| origin.to_owned());
    let (identifier, values) = values(seen, lens);
    let mut item = StorageItem {
        kind,
        origin: origin.to_owned(),
        key: commonest(seen.iter().map(|(_, entry)| entry.key.as_str())),
        pattern,
        party: site::party(&site.host, &host),
        class: unclassified(),
        identifier,
        writers: writers.into_sorted(),
        pages: seen.iter().map(|(page, _)| page.url.clone()).collect(),
        phases: seen.iter().map(|(page, _)| page.phase).collect(),
        leaks: leaks(seen, origin, &host),
        disclosure: Disclosure::None,
        covered_by: None,
    };
    item.class = lens.storage(&item, &site.host, &values);
    item
}

/// Compares the values fresh visits saw under one key.
fn values<'a>(seen: &[Seen<'a>], lens: &dyn Lens) -> (Option<bool>, Vec<&'a ValueFacts>) {
    let mut by_key: BTreeMap<&str, Vec<&ValueFacts>> = BTreeMap::new();
    for (_, entry) in seen.iter().filter(|(page, _)| page.visitor == Visitor::Fresh) {
        by_key.entry(&entry.key).or_default().extend(&entry.value);
    }
    let compared = by_key.values().filter(|values| values.len() > 1);
    let visitors = |values: &Vec<&'a ValueFacts>| values.iter().map(|value| vec![*value]).collect::<Vec<_>>();
    let identifier = compared.map(|values| lens.identifier(&visitors(values)).identifier).max().flatten();
    (identifier, by_key.into_values().flatten().take(12).collect())
}

fn leaks(seen: &[Seen<'_>], origin: &str, host: &str) -> Vec<Leak> {
    let mut kept = BTreeMap::new();
    for (page, entry) in seen {
        for leak in page.leaks.iter().filter(|leak| leak.name == entry.key) {
            if leak.domain == origin || leak.domain == host {
                let how = (leak.name.as_str(), leak.to.as_str(), leak.how.as_str(), leak.place.as_str());
                kept.entry(how).or_insert_with(|| leak.clone());
            }
        }
    }
    kept.into_values().collect()
}
