//! The boundary: what was seen, with values, becomes evidence without them.
//!
//! Values end here. Addresses, stacks and lines are cleaned by the redactor, and of everything that this page's own
//! cookies and storage hold. Not here: deciding what happened (`writes`, `reconcile`).

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::hooks::{Place, Told};
use super::jar::Held;
use super::reconcile::Settled;
use super::snapshot::Frame;
use super::tape::Reel;
use crate::cookie::{CookieKey, SentAttributes};
use crate::evidence::model::{
    CookieWrite, HostContact, JarCookie, Leak, Link, StorageEntry, StorageKind, Writer, WriterKind,
};
use crate::evidence::values::leaks::{Owner, Request, Scanner};
use crate::evidence::values::{Redactor, SecretPart};
use crate::site::registrable_domain;

/// Example addresses kept of a host.
const MAX_EXAMPLES: usize = 5;
/// Requests looked into for parts of values.
const MAX_SCANNED: usize = 5_000;

/// Sorted, each once.
type Words = BTreeSet<String>;

/// Cleans everything of one visit.
pub(super) struct Reducer<'a> {
    redactor: &'a Redactor,
    scanner: Scanner,
    /// For masking: only what is surely secret, whoever's it is.
    owners: usize,
}

impl<'a> Reducer<'a> {
    /// A reducer that knows the values of this visit.
    pub(super) fn new(redactor: &'a Redactor, settled: &[Settled], jar: &[Held], frames: &[&Frame]) -> Self {
        // The page's own hosts are no secret, whatever value names them; a link without them leads elsewhere.
        let hosts: Words =
            frames.iter().filter_map(|f| Url::parse(&f.origin).ok()?.host_str().map(str::to_owned)).collect();
        let secrets = |value: &str| -> Vec<SecretPart> {
            redactor.secrets(value).into_iter().filter(|part| !hosts.contains(part.expose())).collect()
        };
        let mut values: BTreeMap<(Owner, String), Vec<SecretPart>> = BTreeMap::new();
        let mut know = |name: &str, domain: &str, value: &str| {
            let owner = Owner { name: name.to_owned(), domain: domain.to_owned() };
            values.entry((owner, value.to_owned())).or_insert_with(|| secrets(value));
        };
        for one in settled {
            know(&one.write.key.name, &one.write.key.domain, &one.write.cookie.value);
        }
        for held in jar {
            know(&held.key.name, &held.key.domain, &held.value);
        }
        for frame in frames {
            for (key, value) in frame.local.iter().chain(&frame.session) {
                know(key, &frame.origin, value);
            }
        }
        let values: Vec<(Owner, Vec<SecretPart>)> =
            values.into_iter().map(|((owner, _), parts)| (owner, parts)).collect();
        Self { redactor, owners: values.len(), scanner: Scanner::new(&values) }
    }

    /// An address without what must not be written.
    pub(super) fn url(&self, url: &str) -> String {
        self.mask_url(&self.redactor.url(url))
    }

    /// An address that has to stay usable: only values of this visit are taken out.
    pub(super) fn mask(&self, text: &str) -> String {
        let text = self.redactor.without_hidden(text);
        if self.owners == 0 { text } else { self.scanner.mask(&text) }
    }

    /// The same for an address: a hidden credential that is a plain word may stand in its path.
    pub(super) fn mask_url(&self, url: &str) -> String {
        let url = self.redactor.url_without_hidden(url);
        if self.owners == 0 { url } else { self.scanner.mask_url(&url) }
    }

    /// Free text.
    pub(super) fn text(&self, text: &str) -> String {
        self.mask(&self.redactor.text(text))
    }

    /// A `Set-Cookie` line.
    pub(super) fn line(&self, line: &str) -> String {
        self.redactor.line(line)
    }

    /// A write as evidence.
    pub(super) fn write(&self, settled: &Settled) -> CookieWrite {
        let write = &settled.write;
        CookieWrite {
            key: self.key(&write.key),
            op: write.op,
            writer: self.writer(&write.writer),
            at_ms: write.at_ms,
            sent: SentAttributes {
                path: write.cookie.sent.path.as_deref().map(|p| self.redactor.url(p)),
                ..write.cookie.sent.clone()
            },
            line: self.redactor.line(&write.line),
            value: self.redactor.facts(&write.cookie.value),
            fate: write.fate.clone(),
            stored: settled.stored.clone(),
        }
    }

    /// Paths may carry tokens. Cleaned without a look at this page's values, so that a cookie is the same on every page.
    fn key(&self, key: &CookieKey) -> CookieKey {
        CookieKey { path: self.redactor.url(&key.path), ..key.clone() }
    }

    fn writer(&self, writer: &Writer) -> Writer {
        Writer {
            url: writer.url.as_deref().map(|u| self.url(u)),
            initiator: writer.initiator.as_deref().map(|i| self.text(i)),
            frame: writer.frame.as_deref().map(|f| self.url(f)),
            stack: writer.stack.iter().map(|line| self.text(line)).collect(),
            ..writer.clone()
        }
    }

    /// A cookie of the jar as evidence; its lifetime counts from the write that put it there, where one is known, so
    /// that it does not depend on when the jar was read.
    pub(super) fn held(&self, held: &Held, before: &[Held], settled: &[Settled]) -> JarCookie {
        let written = settled.iter().filter(|s| s.write.key == held.key).find_map(|s| s.stored.as_ref());
        JarCookie {
            key: self.key(&held.key),
            stored: written.unwrap_or(&held.stored).clone(),
            value: self.redactor.facts(&held.value),
            new: !before.iter().any(|b| b.key == held.key),
        }
    }

    /// Links, usable for going there.
    pub(super) fn links(&self, links: Vec<Link>) -> Vec<Link> {
        let clean = |link: Link| Link { url: self.mask_url(&link.url), text: self.mask(&link.text), ..link };
        links.into_iter().map(clean).collect()
    }

    /// Web storage as it stands, and writes that were seen.
    pub(super) fn storage(&self, frames: &[&Frame], reel: &Reel) -> Vec<StorageEntry> {
        let mut entries: BTreeMap<(StorageKind, String, String), StorageEntry> = BTreeMap::new();
        let mut add = |kind: StorageKind, origin: &str, key: &str, value: Option<&str>, present: bool| {
            let id = (kind, origin.to_owned(), key.to_owned());
            let entry = entries.entry(id).or_insert_with(|| StorageEntry {
                kind,
                origin: origin.to_owned(),
                key: key.to_owned(),
                value: value.map(|v| self.redactor.facts(v)),
                writers: Vec::new(),
                present,
            });
            entry.present |= present;
        };
        for frame in frames {
            for (key, value) in &frame.local {
                add(StorageKind::LocalStorage, &frame.origin, key, Some(value), true);
            }
            for (key, value) in &frame.session {
                add(StorageKind::SessionStorage, &frame.origin, key, Some(value), true);
            }
            for name in frame.databases.iter().flatten() {
                add(StorageKind::IndexedDb, &frame.origin, name, None, true);
            }
            for name in &frame.caches {
                add(StorageKind::CacheStorage, &frame.origin, name, None, true);
            }
        }
        for (kind, key, place) in storage_writes(reel) {
            let (Some(kind), Some(origin)) = (kind_of(kind), origin_of(&place.cookie_url)) else { continue };
            add(kind, &origin, key, None, false);
        }
        for (kind, key, place) in storage_writes(reel) {
            let (Some(kind), Some(origin)) = (kind_of(kind), origin_of(&place.cookie_url)) else { continue };
            if let Some(entry) = entries.get_mut(&(kind, origin, key.to_owned())) {
                let writer = self.writer(&script(place, kind));
                if !entry.writers.contains(&writer) {
                    entry.writers.push(writer);
                }
            }
        }
        entries.into_values().collect()
    }

    /// Hosts that were contacted.
    pub(super) fn hosts(&self, reel: &Reel) -> Vec<HostContact> {
        let mut hosts: BTreeMap<String, (u32, Words, Words, Words)> = BTreeMap::new();
        for exchange in reel.in_order() {
            for hop in &exchange.hops {
                let Some(host) = Url::parse(&hop.url).ok().and_then(|u| u.host_str().map(str::to_owned)) else {
                    continue;
                };
                let (requests, kinds, examples, sent) = hosts.entry(host).or_default();
                *requests += 1;
                kinds.insert(exchange.kind.clone());
                if examples.len() < MAX_EXAMPLES {
                    examples.insert(self.url(&hop.url));
                }
                sent.extend(exchange.cookies_sent.iter().cloned());
            }
        }
        let contact = |(host, (requests, kinds, examples, sent))| HostContact {
            host,
            requests,
            kinds: BTreeSet::into_iter(kinds).collect(),
            examples: BTreeSet::into_iter(examples).collect(),
            cookies_sent: BTreeSet::into_iter(sent).collect(),
        };
        hosts.into_iter().map(contact).collect()
    }

    /// Parts of values that went to somebody else's domain.
    pub(super) fn leaks(&self, reel: &Reel) -> Vec<Leak> {
        let mut leaks = BTreeSet::new();
        if self.owners == 0 {
            return Vec::new();
        }
        for exchange in reel.in_order().take(MAX_SCANNED) {
            for hop in &exchange.hops {
                let Some(host) = Url::parse(&hop.url).ok().and_then(|u| u.host_str().map(str::to_owned)) else {
                    continue;
                };
                let request = Request { url: &hop.url, headers: &[], body: exchange.body.as_deref() };
                for hit in self.scanner.scan(request) {
                    let owner = Url::parse(&hit.owner.domain).ok().and_then(|u| u.host_str().map(str::to_owned));
                    let owner = owner.unwrap_or_else(|| hit.owner.domain.clone());
                    if registrable_domain(&owner) != registrable_domain(&host) {
                        leaks.insert(Leak {
                            name: hit.owner.name,
                            domain: hit.owner.domain,
                            to: host.clone(),
                            how: hit.how.to_owned(),
                            place: hit.place.to_owned(),
                            url: self.url(&hop.url),
                            part: hit.part,
                        });
                    }
                }
            }
        }
        leaks.into_iter().collect()
    }
}

fn storage_writes(reel: &Reel) -> impl Iterator<Item = (&str, &str, &Place)> {
    reel.told.iter().filter_map(|(_, _, told)| match told {
        Told::Storage { kind, key, place } => Some((kind.as_str(), key.as_str(), place)),
        _ => None,
    })
}

fn kind_of(word: &str) -> Option<StorageKind> {
    match word {
        "local_storage" => Some(StorageKind::LocalStorage),
        "session_storage" => Some(StorageKind::SessionStorage),
        "indexed_db" => Some(StorageKind::IndexedDb),
        "cache_storage" => Some(StorageKind::CacheStorage),
        _ => None,
    }
}

fn origin_of(url: &str) -> Option<String> {
    Url::parse(url).ok().filter(Url::has_host).map(|u| u.origin().ascii_serialization())
}

fn script(place: &Place, kind: StorageKind) -> Writer {
    let api = match kind {
        StorageKind::LocalStorage => "localStorage.setItem",
        StorageKind::SessionStorage => "sessionStorage.setItem",
        StorageKind::IndexedDb => "indexedDB.open",
        StorageKind::CacheStorage => "caches.open",
    };
    Writer {
        kind: WriterKind::Script,
        url: place.script.clone().or_else(|| Some(place.frame.clone())),
        hop: None,
        status: None,
        initiator: None,
        frame: Some(place.frame.clone()),
        stack: place.stack.clone(),
        api: Some(api.to_owned()),
    }
}
