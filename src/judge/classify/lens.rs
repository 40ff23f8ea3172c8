//! The classifier as judging asks for it: entries of the inventory become subjects, names become patterns.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::identifier::compare;
use super::{Classifier, SetBy, Subject, fold, vendors};
use crate::cookie::SameSite;
use crate::evidence::model::{StorageKind, ValueFacts, Writer, WriterKind};
use crate::judge::lens::{Identified, Lens, Vendor};
use crate::judge::model::{Classification, CookieEntry, StorageItem};

impl fmt::Debug for Classifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Classifier").finish_non_exhaustive()
    }
}

impl Lens for Classifier {
    fn cookie(&self, entry: &CookieEntry, site: &str, _values: &[&ValueFacts]) -> Classification {
        self.classify(&Subject {
            name: entry.name.clone(),
            value: known(&entry.value),
            later_values: Vec::new(),
            domain: Some(entry.domain.clone()),
            host_only: Some(entry.host_only),
            site: Some(site.to_owned()),
            party: Some(entry.party),
            lifetime: entry.lifetime.or(entry.stored_lifetime),
            http_only: Some(entry.http_only),
            secure: Some(entry.secure),
            same_site: entry.same_site.filter(|s| *s != SameSite::None || entry.sent.is_some()),
            set_by: set_by(&entry.writers),
            writer_urls: urls(&entry.writers),
            storage: None,
            identifier: entry.identifier,
            trials: entry.trials.clone(),
        })
    }

    fn storage(&self, item: &StorageItem, site: &str, values: &[&ValueFacts]) -> Classification {
        self.classify(&Subject {
            name: item.key.clone(),
            value: values.first().copied().and_then(known),
            domain: host_of(&item.origin),
            host_only: Some(true),
            site: Some(site.to_owned()),
            party: Some(item.party),
            set_by: set_by(&item.writers),
            writer_urls: urls(&item.writers),
            storage: Some(storage_word(item.kind)),
            identifier: item.identifier,
            ..Subject::default()
        })
    }

    fn fold(&self, names: &BTreeMap<String, BTreeSet<u64>>) -> BTreeMap<String, String> {
        fold::fold(names)
    }

    fn identifier(&self, visitors: &[Vec<&ValueFacts>]) -> Identified {
        let found = compare(visitors);
        Identified { identifier: found.verdict, length: found.length }
    }

    fn vendor(&self, host: &str) -> Option<Vendor> {
        vendors::of_host(host).map(|v| Vendor { name: v.name().to_owned(), purpose: v.purpose })
    }

    fn same_vendor(&self, named: &str, vendor: &str) -> bool {
        vendors::same(named, vendor)
    }

    fn known_vendor(&self, named: &str) -> bool {
        vendors::known(named)
    }
}

/// Facts without a shape are facts nobody took.
fn known(facts: &ValueFacts) -> Option<ValueFacts> {
    (!facts.shape.is_empty()).then(|| facts.clone())
}

fn set_by(writers: &[Writer]) -> Option<SetBy> {
    let has = |kind| writers.iter().any(|w| w.kind == kind);
    match (has(WriterKind::Response), has(WriterKind::Script)) {
        (true, false) => Some(SetBy::Response),
        (false, true) => Some(SetBy::Script),
        _ => None,
    }
}

fn urls(writers: &[Writer]) -> Vec<String> {
    writers.iter().filter_map(|w| w.url.clone()).collect()
}

fn host_of(origin: &str) -> Option<String> {
    url::Url::parse(origin).ok()?.host_str().map(str::to_owned)
}

fn storage_word(kind: StorageKind) -> &'static str {
    match kind {
        StorageKind::LocalStorage => "local_storage",
        StorageKind::SessionStorage => "session_storage",
        StorageKind::IndexedDb => "indexed_db",
        StorageKind::CacheStorage => "cache_storage",
    }
}
