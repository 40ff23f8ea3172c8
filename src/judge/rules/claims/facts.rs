//! Observations that several claim tests share, and which cookies a sentence speaks of.

use crate::cookie::Lifetime;
use crate::judge::glob::Glob;
use crate::judge::model::{Claim, Confidence, CookieEntry, Purpose};
use crate::judge::rules::{Case, words};

/// One line about a cookie.
pub(super) fn line(entry: &CookieEntry) -> String {
    let life = words::lifetime_of(entry).map(lives).unwrap_or_default();
    let writer = entry.writers.first().map(|writer| format!(", {}", words::writer(writer))).unwrap_or_default();
    format!("{} ({}{life}){writer}", words::named(entry), words::purpose(entry.class.purpose))
}

fn lives(lifetime: Lifetime) -> String {
    match lifetime {
        Lifetime::Session => ", until the browser is closed".to_owned(),
        Lifetime::Seconds(_) => format!(", lives for {}", words::lifetime(lifetime)),
    }
}

/// Accepted cookies that pass a test.
pub(super) fn cookies(case: &Case<'_>, test: impl Fn(&CookieEntry) -> bool) -> Vec<usize> {
    case.accepted().filter(|(_, entry)| test(entry)).map(|(index, _)| index).collect()
}

/// Purpose known with at least this confidence.
pub(super) fn known(entry: &CookieEntry, least: Confidence) -> Option<Purpose> {
    let purpose = entry.class.purpose;
    (purpose != Purpose::Unknown && entry.class.confidence >= least).then_some(purpose)
}

/// The weakest confidence in the purposes of some cookies.
pub(super) fn confidence(case: &Case<'_>, cookies: &[usize]) -> Option<Confidence> {
    case.entries(cookies).iter().map(|entry| entry.class.confidence).max()
}

/// Whether a sentence is about particular cookies, a service or a kind.
pub(super) fn is_about_less(claim: &Claim) -> bool {
    claim.about.is_some() || !claim.purposes.is_empty()
}

/// Whether a sentence speaks of a cookie: by its name, its vendor or its purpose; of every one where it names none.
pub(super) fn speaks_of(case: &Case<'_>, claim: &Claim, entry: &CookieEntry) -> bool {
    match &claim.about {
        Some(about) => named_by(case, about, entry),
        None => claim.purposes.is_empty() || claim.purposes.contains(&entry.class.purpose),
    }
}

/// Named as a cookie, as a service, or as a domain.
pub(super) fn named_by(case: &Case<'_>, about: &str, entry: &CookieEntry) -> bool {
    let glob = Glob::new(about);
    let by_name = entry.pattern == about || (!glob.is_broad() && entry.names.iter().any(|name| glob.matches(name)));
    by_name || vendor_is(case, about, entry.class.vendor.as_deref()) || host_is(case, about, &entry.domain)
}

fn vendor_is(case: &Case<'_>, about: &str, vendor: Option<&str>) -> bool {
    vendor.is_some_and(|vendor| case.lens.same_vendor(about, vendor))
}

/// Whether a host belongs to a service or domain.
pub(super) fn host_is(case: &Case<'_>, about: &str, host: &str) -> bool {
    let vendor = case.lens.vendor(host).map(|vendor| vendor.name);
    let domains = crate::judge::matching::domains_in(about);
    vendor_is(case, about, vendor.as_deref()) || domains.iter().any(|domain| crate::site::same_site(domain, host))
}

/// Pages and lines of the tracking companies that pages contact.
pub(super) fn trackers(case: &Case<'_>, test: impl Fn(Purpose) -> bool) -> (Vec<String>, Vec<String>, Vec<String>) {
    let (mut vendors, mut pages, mut lines) = (Vec::new(), std::collections::BTreeSet::new(), Vec::new());
    for (vendor, hosts) in case.trackers(None) {
        let meant: Vec<_> = hosts.into_iter().filter(|party| test(party.purpose)).collect();
        if let Some(first) = meant.first() {
            vendors.push(format!("{vendor} ({})", words::purpose(first.purpose)));
            pages.extend(meant.iter().flat_map(|party| &party.pages).cloned());
            lines.extend(meant.iter().take(3).map(|party| format!("contacted: {} ({vendor})", party.host)));
        }
    }
    (vendors, pages.into_iter().collect(), lines)
}
