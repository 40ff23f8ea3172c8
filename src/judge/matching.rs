//! Observed laid beside declared: which declaration lists a cookie or storage key, which service mention covers it.
//!
//! A name decides (exact, then without regard to case or prefix, then by glob), and what else the declaration says must
//! not speak against it: another company's domain, another kind of storage. A glob needs some literal characters of its
//! own, or the company named beside it, so that `p*` never whitelists the world.

use crate::cookie::Party;
use crate::evidence::model::{StorageKind, Writer, WriterKind};
use crate::judge::glob::Glob;
use crate::judge::inventory::host_of;
use crate::judge::lens::Lens;
use crate::judge::model::{
    CookieEntry, CoveredBy, Declaration, DeclaredStorage, Disclosure, PolicyReading, StorageItem,
};
use crate::site;

/// What covers one cookie or storage item; best first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cover {
    /// Declarations that list it.
    pub listed: Vec<CoveredBy>,
    /// Service mentions that cover its vendor.
    pub mentioned: Vec<CoveredBy>,
}

impl Cover {
    /// How it is disclosed.
    #[must_use]
    pub fn disclosure(&self) -> Disclosure {
        match (self.listed.is_empty(), self.mentioned.is_empty()) {
            (false, _) => Disclosure::Listed,
            (true, false) => Disclosure::Mentioned,
            (true, true) => Disclosure::None,
        }
    }

    /// The best of what covers it.
    #[must_use]
    pub fn best(&self) -> Option<CoveredBy> {
        self.listed.first().or(self.mentioned.first()).copied()
    }
}

/// Covers of all cookies and storage items, by index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matches {
    /// By index into the audit's cookies.
    pub cookies: Vec<Cover>,
    /// By index into the audit's storage items.
    pub storage: Vec<Cover>,
}

/// How well a declaration fits; smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    SamePattern,
    Loose,
    Glob,
    Broad,
}

/// A declared name, ready to be compared.
struct Declared<'a> {
    at: CoveredBy,
    declaration: &'a Declaration,
    glob: Glob,
    plain: String,
}

/// Something observed, as far as matching is concerned.
struct Observed<'a> {
    names: Vec<&'a str>,
    pattern: &'a str,
    host: &'a str,
    party: Party,
    vendor: Option<&'a str>,
    writers: &'a [Writer],
    storage: Option<StorageKind>,
}

/// Lays all observed cookies and storage beside all policies.
pub(crate) fn matches(
    cookies: &[CookieEntry],
    storage: &[StorageItem],
    policies: &[PolicyReading],
    lens: &dyn Lens,
) -> Matches {
    let declared = declared(policies);
    let cover = |observed: &Observed<'_>| Cover {
        listed: listed(observed, &declared, lens),
        mentioned: mentioned(observed, policies, lens),
    };
    let hosts: Vec<String> = storage.iter().map(|item| host_of(&item.origin).unwrap_or_default()).collect();
    let items = storage.iter().zip(&hosts);
    Matches {
        cookies: cookies.iter().map(|entry| cover(&of_cookie(entry))).collect(),
        storage: items.map(|(item, host)| cover(&of_storage(item, host))).collect(),
    }
}

fn declared(policies: &[PolicyReading]) -> Vec<Declared<'_>> {
    let numbered = policies.iter().enumerate();
    numbered
        .flat_map(|(policy, reading)| {
            reading.declarations.iter().enumerate().map(move |(item, declaration)| Declared {
                at: CoveredBy { policy, item },
                declaration,
                glob: Glob::new(&open_ended(&declaration.name)),
                plain: plain(&declaration.name),
            })
        })
        .collect()
}

fn of_cookie(entry: &CookieEntry) -> Observed<'_> {
    Observed {
        names: entry.names.iter().map(String::as_str).collect(),
        pattern: &entry.pattern,
        host: &entry.domain,
        party: entry.party,
        vendor: entry.class.vendor.as_deref(),
        writers: &entry.writers,
        storage: None,
    }
}

fn of_storage<'a>(item: &'a StorageItem, host: &'a str) -> Observed<'a> {
    Observed {
        names: vec![item.key.as_str()],
        pattern: &item.pattern,
        host,
        party: item.party,
        vendor: item.class.vendor.as_deref(),
        writers: &item.writers,
        storage: Some(item.kind),
    }
}

fn listed(observed: &Observed<'_>, declared: &[Declared<'_>], lens: &dyn Lens) -> Vec<CoveredBy> {
    let mut fits: Vec<(Fit, CoveredBy)> = declared
        .iter()
        .filter(|declared| kind_fits(declared.declaration.storage, observed.storage))
        .filter_map(|declared| Some((fit(observed, declared)?, declared)))
        .filter(|(fit, declared)| provider_fits(*fit, observed, declared.declaration, lens))
        .map(|(fit, declared)| (fit, declared.at))
        .collect();
    fits.sort();
    fits.into_iter().map(|(_, at)| at).collect()
}

/// Lists seldom say what a key is stored in, so a row without a kind covers storage too. One that says so does not
/// cover a cookie.
fn kind_fits(declared: DeclaredStorage, observed: Option<StorageKind>) -> bool {
    match declared {
        DeclaredStorage::Cookie => true,
        DeclaredStorage::LocalStorage => observed == Some(StorageKind::LocalStorage),
        DeclaredStorage::SessionStorage => observed == Some(StorageKind::SessionStorage),
        DeclaredStorage::IndexedDb => observed == Some(StorageKind::IndexedDb),
        DeclaredStorage::Pixel => false,
    }
}

fn fit(observed: &Observed<'_>, declared: &Declared<'_>) -> Option<Fit> {
    let name = declared.declaration.name.as_str();
    if observed.names.contains(&name) {
        return Some(Fit::Exact);
    }
    if observed.pattern == name {
        return Some(Fit::SamePattern);
    }
    if observed.names.iter().any(|seen| plain(seen) == declared.plain) {
        return Some(Fit::Loose);
    }
    if declared.glob.is_plain() || !observed.names.iter().any(|seen| declared.glob.matches(seen)) {
        return None;
    }
    Some(if declared.glob.is_broad() { Fit::Broad } else { Fit::Glob })
}

/// A name without its security prefix and without regard to case.
fn plain(name: &str) -> String {
    let name = name.to_lowercase();
    let bare = name.strip_prefix("__host-").or_else(|| name.strip_prefix("__secure-"));
    bare.unwrap_or(&name).to_owned()
}

/// A declared `ph_` stands for `ph_*`: a name that ends in a separator is the beginning of names.
fn open_ended(name: &str) -> String {
    if name.ends_with(['_', '-', '.']) && !name.contains('*') { format!("{name}*") } else { name.to_owned() }
}

/// Whether the company a declaration names could have set what was observed.
fn provider_fits(fit: Fit, observed: &Observed<'_>, declaration: &Declaration, lens: &dyn Lens) -> bool {
    let Some(provider) = declaration.provider.as_deref() else { return fit != Fit::Broad };
    let domains: Vec<String> = domains_in(provider);
    let vendor = observed.vendor.map(str::to_owned).or_else(|| lens.vendor(observed.host).map(|vendor| vendor.name));
    let same_vendor = vendor.as_deref().is_some_and(|vendor| lens.same_vendor(provider, vendor));
    let near = same_vendor || domains.iter().any(|domain| near(observed, domain, lens));
    match fit {
        Fit::Broad => near,
        _ if near => true,
        _ if domains.is_empty() => {
            // Two companies that are both known and differ: the row is about another one's cookie of this name.
            let foreign = observed.party == Party::Third && vendor.is_some() && lens.known_vendor(provider);
            !foreign
        }
        _ => observed.party == Party::First && vendor.is_none() && only_scripts(observed.writers),
    }
}

/// Whether a declared domain is the cookie's, one of its writers', or of the same company.
fn near(observed: &Observed<'_>, domain: &str, lens: &dyn Lens) -> bool {
    if site::same_site(observed.host, domain) {
        return true;
    }
    let hosts = observed.writers.iter().filter_map(|writer| writer.url.as_deref().and_then(host_of));
    if hosts.into_iter().any(|host| site::same_site(&host, domain)) {
        return true;
    }
    let declared = lens.vendor(domain).map(|vendor| vendor.name);
    let seen = observed.vendor.map(str::to_owned).or_else(|| lens.vendor(observed.host).map(|vendor| vendor.name));
    declared.is_some() && declared == seen
}

fn only_scripts(writers: &[Writer]) -> bool {
    writers.iter().all(|writer| writer.kind != WriterKind::Response)
}

/// Words of a provider cell that are domains.
pub(crate) fn domains_in(provider: &str) -> Vec<String> {
    let words = provider.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '/' | '|'));
    words
        .map(|word| word.trim_matches(['.', ':', '<', '>', '"', '\'']).to_lowercase())
        .filter(|word| is_domain(word))
        .collect()
}

fn is_domain(word: &str) -> bool {
    let labels: Vec<&str> = word.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    let label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    labels.len() > 1 && labels.iter().all(label) && last.len() > 1 && last.chars().all(char::is_alphabetic)
}

fn mentioned(observed: &Observed<'_>, policies: &[PolicyReading], lens: &dyn Lens) -> Vec<CoveredBy> {
    let known = observed.vendor.map(str::to_owned).or_else(|| {
        let third = observed.party == Party::Third;
        lens.vendor(observed.host).filter(|_| third).map(|vendor| vendor.name)
    });
    let Some(vendor) = known else { return Vec::new() };
    let mut found = Vec::new();
    for (policy, reading) in policies.iter().enumerate() {
        for (item, service) in reading.services.iter().enumerate() {
            if !service.denied && !service.listed && lens.same_vendor(&service.name, &vendor) {
                found.push(CoveredBy { policy, item });
            }
        }
    }
    found
}
