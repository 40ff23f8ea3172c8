//! What judging asks of the classifier: a purpose, a pattern, an identifier, a vendor. Nothing else of it is needed.
//!
//! A trait, so that the rules can be tried on made-up sites without the knowledge tables.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::model::ValueFacts;
use crate::judge::model::{Classification, CookieEntry, Purpose, StorageItem};

/// Whether a value tells visitors apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identified {
    /// `None` when nothing could be compared.
    pub identifier: Option<bool>,
    /// Length of the part that differs between visitors.
    pub length: Option<u32>,
}

/// A company behind a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// Its name.
    pub name: String,
    /// What its domain is for.
    pub purpose: Purpose,
}

/// The classifier, as judging sees it.
pub trait Lens: std::fmt::Debug {
    /// What a cookie is for; `values` are those seen on fresh visits, in page order.
    fn cookie(&self, entry: &CookieEntry, site: &str, values: &[&ValueFacts]) -> Classification;
    /// What a storage key is for.
    fn storage(&self, item: &StorageItem, site: &str, values: &[&ValueFacts]) -> Classification;
    /// Pattern of each name, of all names seen on one domain or origin, each with the visits that saw it.
    fn fold(&self, names: &BTreeMap<String, BTreeSet<u64>>) -> BTreeMap<String, String>;
    /// Compares the values that one key had for different visitors; each has their own, in the order seen.
    fn identifier(&self, visitors: &[Vec<&ValueFacts>]) -> Identified;
    /// Vendor of a host.
    fn vendor(&self, host: &str) -> Option<Vendor>;
    /// Whether a service or provider as a policy names it belongs to this vendor.
    fn same_vendor(&self, named: &str, vendor: &str) -> bool;
    /// Whether this is the name of a service or vendor that is known at all.
    fn known_vendor(&self, named: &str) -> bool;
}
