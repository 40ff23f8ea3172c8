//! Where judging meets the classifier and the reader of policies: thin, so that either can change by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::model::{PolicyText, ValueFacts};
use crate::judge::classify::Classifier;
use crate::judge::inventory::unclassified;
use crate::judge::lens::{Identified, Lens, Vendor};
use crate::judge::model::{Classification, CookieEntry, PolicyReading, StorageItem};
use crate::judge::policy;
use crate::judge::settings::JudgeSettings;

/// The classifier with the settings' knowledge. Settings are checked where they are read; should one be broken after
/// all, names are all that is known.
pub(crate) fn lens(settings: &JudgeSettings) -> Box<dyn Lens> {
    match Classifier::new(&settings.classify) {
        Ok(classifier) => Box::new(classifier),
        Err(_) => Box::new(NamesOnly),
    }
}

/// Reads one policy.
pub(crate) fn policy(text: &PolicyText) -> PolicyReading {
    policy::read(text)
}

/// Knows nothing but that a name is a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamesOnly;

impl Lens for NamesOnly {
    fn cookie(&self, _: &CookieEntry, _: &str, _: &[&ValueFacts]) -> Classification {
        unclassified()
    }
    fn storage(&self, _: &StorageItem, _: &str, _: &[&ValueFacts]) -> Classification {
        unclassified()
    }
    fn fold(&self, names: &BTreeMap<String, BTreeSet<u64>>) -> BTreeMap<String, String> {
        names.keys().map(|name| (name.clone(), name.clone())).collect()
    }
    fn identifier(&self, _: &[Vec<&ValueFacts>]) -> Identified {
        Identified::default()
    }
    fn vendor(&self, _: &str) -> Option<Vendor> {
        None
    }
    fn same_vendor(&self, named: &str, vendor: &str) -> bool {
        named.eq_ignore_ascii_case(vendor)
    }
    fn known_vendor(&self, _: &str) -> bool {
        false
    }
}
