//! Who is behind a domain, and what for; and the names under which policies speak of such services.
//!
//! Not here: what a single cookie of a vendor does (`knowledge`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::ClassifyError;
use crate::judge::model::Purpose;

/// Tables of vendors.
static FILES: [(&str, &str); 3] = [
    ("vendors.toml", include_str!("../../../configs/knowledge/vendors.toml")),
    ("vendors-tracking.toml", include_str!("../../../configs/knowledge/vendors-tracking.toml")),
    ("vendors-functions.toml", include_str!("../../../configs/knowledge/vendors-functions.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Names that are everyday words too: of no use for finding vendors in running text.
    everyday: Vec<String>,
    vendor: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    domain: String,
    entity: String,
    service: Option<String>,
    purpose: String,
    #[serde(default)]
    aliases: Vec<String>,
}

/// A domain of the vendor table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// Registrable domain, or a host below one where a vendor's services differ.
    pub domain: String,
    /// Company or project.
    pub entity: String,
    /// Service, where the domain stands for one.
    pub service: Option<String>,
    /// What its requests and cookies are mostly for.
    pub purpose: Purpose,
    /// Other names policies use.
    pub aliases: Vec<String>,
}

impl Vendor {
    /// Service, else entity.
    #[must_use]
    pub fn name(&self) -> &str {
        self.service.as_deref().unwrap_or(&self.entity)
    }
}

struct Table {
    everyday: HashSet<String>,
    vendors: Vec<Vendor>,
    by_domain: HashMap<String, usize>,
}

fn table() -> &'static Result<Table, ClassifyError> {
    static READ: OnceLock<Result<Table, ClassifyError>> = OnceLock::new();
    READ.get_or_init(|| {
        let (mut vendors, mut everyday) = (Vec::new(), HashSet::new());
        for (file, text) in FILES {
            let (more, words) = read(file, text)?;
            vendors.extend(more);
            everyday.extend(words);
        }
        let by_domain = vendors.iter().enumerate().map(|(at, v)| (v.domain.clone(), at)).collect();
        Ok(Table { everyday, vendors, by_domain })
    })
}

fn read(file: &str, text: &str) -> Result<(Vec<Vendor>, HashSet<String>), ClassifyError> {
    let broken = |message: String| ClassifyError::Table { file: file.to_owned(), message };
    let table: File = toml::from_str(text).map_err(|e| broken(e.to_string()))?;
    let vendor = |row: Row| {
        let purpose = Purpose::from_word(&row.purpose)
            .ok_or_else(|| broken(format!("purpose of {} is not known: {}", row.domain, row.purpose)))?;
        let (domain, entity, service, aliases) = (row.domain, row.entity, row.service, row.aliases);
        Ok(Vendor { domain, entity, service, purpose, aliases })
    };
    let vendors = table.vendor.into_iter().map(vendor).collect::<Result<_, _>>()?;
    Ok((vendors, table.everyday.into_iter().collect()))
}

/// Makes a fault of the embedded table an error at start, since look-ups below answer `None` for it.
pub(crate) fn check() -> Result<(), ClassifyError> {
    table().as_ref().map(|_| ()).map_err(Clone::clone)
}

/// Vendor of a host: the longest of its parent domains that the table knows.
#[must_use]
pub fn of_host(host: &str) -> Option<&'static Vendor> {
    let table = table().as_ref().ok()?;
    let host = host.trim_matches('.').to_ascii_lowercase();
    let mut rest = host.as_str();
    loop {
        if let Some(at) = table.by_domain.get(rest) {
            return table.vendors.get(*at);
        }
        rest = rest.split_once('.')?.1;
    }
}

/// Names of services with what they are for, in table order: `(name, vendor)`; entities, services and aliases, without
/// those that are everyday words too (`Front`, `Medium`) and would be found in any text.
pub fn services() -> impl Iterator<Item = (&'static str, &'static Vendor)> {
    let table: Option<&'static Table> = table().as_ref().ok();
    let vendors = table.map_or(&[] as &[Vendor], |t| t.vendors.as_slice());
    let telling = move |name: &&str| table.is_some_and(|t| !t.everyday.contains(*name));
    vendors.iter().flat_map(move |v| {
        let names = v.service.as_deref().into_iter().chain([v.entity.as_str()]);
        names.chain(v.aliases.iter().map(String::as_str)).filter(telling).map(move |name| (name, v))
    })
}

/// Names of one word that stand for one purpose only, small: telling where they occur in a cookie's name.
pub(super) fn brands() -> BTreeMap<String, Purpose> {
    let mut purposes: BTreeMap<String, BTreeSet<Purpose>> = BTreeMap::new();
    for (name, vendor) in services() {
        if name.len() >= 5 && name.bytes().all(|b| b.is_ascii_alphabetic()) {
            purposes.entry(name.to_ascii_lowercase()).or_default().insert(vendor.purpose);
        }
    }
    let single = |(name, all): (String, BTreeSet<Purpose>)| Some((name, *all.first().filter(|_| all.len() == 1)?));
    purposes.into_iter().filter_map(single).collect()
}

/// Whether two names mean the same vendor: the same words, one within the other, or one the owner of the other.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    // Longer names may hold shorter ones (`matomo cloud`), as whole words.
    let holds = |long: &str, short: &str| short.len() >= 3 && format!(" {long} ").contains(&format!(" {short} "));
    a == b || holds(&a, &b) || holds(&b, &a) || owners(&a).contains(&b) || owners(&b).contains(&a)
}

/// Whether this names an entity or service of the table.
#[must_use]
pub fn known(name: &str) -> bool {
    let name = plain(name);
    !name.is_empty() && services().any(|(known, _)| plain(known) == name)
}

/// What else a vendor of this name is called: entity, service and aliases of the domains that bear it.
fn owners(name: &str) -> Vec<String> {
    let bears = |v: &&Vendor| {
        let service = v.service.as_deref().into_iter();
        service.chain(v.aliases.iter().map(String::as_str)).any(|n| plain(n) == name)
    };
    let vendors: &'static [Vendor] = table().as_ref().map_or(&[], |t| t.vendors.as_slice());
    let names = |v: &Vendor| {
        let all = [Some(v.entity.clone()), v.service.clone()].into_iter().flatten().chain(v.aliases.clone());
        all.map(|n| plain(&n)).collect::<Vec<_>>()
    };
    vendors.iter().filter(bears).flat_map(names).collect()
}

/// Small letters, single spaces, without legal forms.
fn plain(name: &str) -> String {
    const FORMS: [&str; 16] = [
        "inc",
        "llc",
        "ltd",
        "limited",
        "gmbh",
        "ag",
        "sa",
        "sas",
        "bv",
        "ab",
        "oy",
        "corp",
        "corporation",
        "co",
        "plc",
        "ireland",
    ];
    let lower = name.to_lowercase().replace('.', "");
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && !FORMS.contains(w));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_parent_decides() {
        assert!(of_host("stats.g.doubleclick.net").is_some_and(|v| v.purpose == Purpose::Advertising));
        assert_eq!(of_host("example.test"), None);
        assert_eq!(of_host(""), None);
    }

    #[test]
    fn vendors_by_their_names() {
        assert!(same("Google Inc.", "Google Analytics"));
        assert!(same("Universal Analytics", "Google Analytics"));
        assert!(!same("Google Analytics", "Google Ads"));
        assert!(!same("", "Google") && !same("Goo", "Google"));
        assert!(known("Google, LLC") && !known("Nobody & Sons"));
    }

    #[test]
    fn the_table_is_sound() {
        check().unwrap();
        let domains: Vec<&str> = table().as_ref().unwrap().vendors.iter().map(|v| v.domain.as_str()).collect();
        for domain in &domains {
            assert_eq!(*domain, domain.to_lowercase(), "domains are written small");
        }
        let once: HashSet<&&str> = domains.iter().collect();
        assert_eq!(once.len(), domains.len(), "a domain stands twice");
        assert!(domains.len() >= 600, "only {} vendor domains", domains.len());
        assert!(services().any(|(name, _)| name == "Google Analytics"));
        assert!(services().all(|(name, _)| name != "Front"), "everyday words are no names to look for");
    }
}
