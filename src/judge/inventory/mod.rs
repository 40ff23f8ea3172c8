//! Observations of many pages folded into one entry per cookie pattern, domain and partition.
//!
//! A write counts as accepted if the browser said so, or if nothing was said and the jar shows the cookie. Refused
//! writes make an entry of their own kind (`accepted: false`) only where the cookie was never accepted. The result does
//! not depend on which worker visited which page, and is the same for two recordings of an unchanged site.

mod attributes;
mod entry;
mod storage;
mod writers;

use std::collections::{BTreeMap, BTreeSet};

use crate::cookie::CookieKey;
use crate::evidence::model::{CookieWrite, Evidence, Fate, Header, JarCookie, PageVisit, Visitor, WriteOp};
use crate::judge::lens::Lens;
use crate::judge::model::CookieEntry;

pub(crate) use entry::unclassified;
pub(crate) use storage::storage;
pub(crate) use writers::without_query;

/// The audited site, as far as parties are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    /// Host of the site.
    pub(crate) host: String,
}

impl Site {
    /// The site of a recording.
    pub(crate) fn of(evidence: &Evidence) -> Self {
        let site = Self::of_header(&evidence.header);
        let page = evidence.pages.first().and_then(|page| host_of(&page.url));
        if site.host.is_empty() { Self { host: page.unwrap_or_default() } } else { site }
    }

    /// The site a header names.
    pub(crate) fn of_header(header: &Header) -> Self {
        let seed = header.seeds.first().map(String::as_str);
        let host = host_of(&header.site).or_else(|| seed.and_then(host_of));
        Self { host: host.unwrap_or_default() }
    }
}

/// Host of a URL, or of a bare `host:port`.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url).ok()?;
    parsed.host_str().map(str::to_owned)
}

/// One write that says something about a cookie, on one page.
#[derive(Debug, Clone, Copy)]
struct Observation<'a> {
    page: &'a PageVisit,
    what: What<'a>,
    accepted: bool,
    /// The jar at the page's end, where the cookie was in it.
    jar: Option<&'a JarCookie>,
    /// The page removed it again, and the jar no longer had it in the end.
    withdrawn: bool,
}

#[derive(Debug, Clone, Copy)]
enum What<'a> {
    /// A recorded write.
    Write(&'a CookieWrite),
    /// In the jar, new, and no write of the page explains it.
    JarOnly(&'a JarCookie),
}

impl<'a> Observation<'a> {
    fn key(&self) -> &'a CookieKey {
        match self.what {
            What::Write(write) => &write.key,
            What::JarOnly(jar) => &jar.key,
        }
    }

    fn write(&self) -> Option<&'a CookieWrite> {
        match self.what {
            What::Write(write) => Some(write),
            What::JarOnly(_) => None,
        }
    }
}

/// Everything seen of one entry.
#[derive(Debug, Default)]
struct Group<'a> {
    observations: Vec<Observation<'a>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey {
    domain: String,
    pattern: String,
    partition: Option<String>,
}

/// All cookies, sorted by domain, pattern and partition.
pub(crate) fn cookies(evidence: &Evidence, site: &Site, lens: &dyn Lens) -> Vec<CookieEntry> {
    let pages = in_order(evidence);
    let observations: Vec<Observation<'_>> = pages.iter().flat_map(|page| observe(page)).collect();
    let context = entry::Context::new(evidence, &pages, site, lens);
    let groups = group(observations, lens);
    groups.into_iter().map(|(key, group)| entry::build(&key, &group.observations, &context)).collect()
}

/// Pages by phase, visitor and place in the frontier, whatever order the workers finished in.
fn in_order(evidence: &Evidence) -> Vec<&PageVisit> {
    let mut pages: Vec<&PageVisit> = evidence.pages.iter().collect();
    pages.sort_by(|a, b| order(a).cmp(&order(b)));
    pages
}

fn order(page: &PageVisit) -> (crate::evidence::model::Phase, Visitor, u64, &str) {
    (page.phase, page.visitor, page.sequence, &page.url)
}

fn observe(page: &PageVisit) -> Vec<Observation<'_>> {
    let jar: BTreeMap<&CookieKey, &JarCookie> = page.jar.iter().map(|cookie| (&cookie.key, cookie)).collect();
    let deletes = |write: &&CookieWrite| write.op == WriteOp::Delete;
    let deleted: BTreeSet<&CookieKey> = page.writes.iter().filter(deletes).map(|write| &write.key).collect();
    let mut written = BTreeSet::new();
    let mut seen = Vec::new();
    for write in &page.writes {
        written.insert(&write.key);
        if write.op == WriteOp::Set {
            let in_jar = jar.get(&write.key).copied();
            let accepted = accepted(write, in_jar);
            let withdrawn = in_jar.is_none() && deleted.contains(&write.key);
            seen.push(Observation { page, what: What::Write(write), accepted, jar: in_jar, withdrawn });
        }
    }
    let unexplained = page.jar.iter().filter(|cookie| cookie.new && !written.contains(&cookie.key));
    let of_jar = |jar| Observation { page, what: What::JarOnly(jar), accepted: true, jar: Some(jar), withdrawn: false };
    seen.extend(unexplained.map(of_jar));
    seen
}

fn accepted(write: &CookieWrite, in_jar: Option<&JarCookie>) -> bool {
    match write.fate {
        Fate::Accepted => true,
        Fate::Refused { .. } => false,
        Fate::Unknown => in_jar.is_some() || write.stored.is_some(),
    }
}

/// Sorts observations into entries by the pattern their names fold to, domain by domain.
fn group<'a>(observations: Vec<Observation<'a>>, lens: &dyn Lens) -> BTreeMap<GroupKey, Group<'a>> {
    let mut names: BTreeMap<&str, BTreeMap<String, BTreeSet<u64>>> = BTreeMap::new();
    for seen in &observations {
        let names = names.entry(&seen.key().domain).or_default();
        names.entry(seen.key().name.clone()).or_default().insert(seen.page.sequence);
    }
    let patterns: BTreeMap<&str, BTreeMap<String, String>> =
        names.iter().map(|(domain, names)| (*domain, lens.fold(names))).collect();
    let mut groups: BTreeMap<GroupKey, Group<'a>> = BTreeMap::new();
    for seen in observations {
        let key = seen.key();
        let folded = patterns.get(key.domain.as_str()).and_then(|patterns| patterns.get(&key.name));
        let pattern = folded.unwrap_or(&key.name).clone();
        let place = GroupKey { domain: key.domain.clone(), pattern, partition: key.partition.clone() };
        groups.entry(place).or_default().observations.push(seen);
    }
    groups
}
