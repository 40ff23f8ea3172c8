//! The inventory in the words of the page: cookies, storage, and what they can be filtered by.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::rows;
use crate::cookie::Lifetime;
use crate::evidence::model::{ValueFacts, Writer, WriterKind};
use crate::judge::model::{Audit, CookieEntry, Disclosure, Purpose, StorageItem};
use crate::report::json::words;
use crate::report::texts::Texts;
use crate::report::{banner, escape, units};

/// Pages, writers and names listed for a cookie; the rest is counted.
const LISTED: usize = 15;

/// One row.
#[derive(Debug, Serialize)]
pub(super) struct CookieView {
    id: String,
    name: String,
    shown: String,
    domain: String,
    party: &'static str,
    purpose: &'static str,
    category: &'static str,
    banner: &'static str,
    exempt: &'static str,
    confidence: &'static str,
    policy: &'static str,
    accepted: bool,
    deleted: bool,
    identifies: bool,
    lifetime: String,
    lifetime_sort: i64,
    stored: Option<String>,
    partition: Option<String>,
    vendor: Option<String>,
    path: String,
    phases: String,
    names: Vec<String>,
    pages: Vec<String>,
    pages_count: usize,
    more_pages: usize,
    by: String,
    writers: Vec<WriterView>,
    attributes: String,
    value: String,
    refused: String,
    leaks: Vec<String>,
    trials: Vec<String>,
    reasons: Vec<String>,
    findings: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct WriterView {
    kind: &'static str,
    url: String,
    initiator: Option<String>,
    frame: Option<String>,
    stack: Vec<String>,
}

/// One storage key.
#[derive(Debug, Serialize)]
pub(super) struct StorageView {
    key: String,
    kind: &'static str,
    origin: String,
    purpose: &'static str,
    policy: &'static str,
    pages: usize,
    by: String,
}

/// What the filters offer: only what occurs.
#[derive(Debug, Serialize)]
pub(super) struct Choices {
    purpose: Vec<&'static str>,
    party: Vec<&'static str>,
    policy: Vec<&'static str>,
    banner: Vec<&'static str>,
    exempt: Vec<&'static str>,
}

/// A link target that is the same in every audit.
pub(super) fn id(cookie: &CookieEntry) -> String {
    let mut hash = Sha256::new();
    for part in [&cookie.pattern, &cookie.domain, cookie.partition.as_deref().unwrap_or_default()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut id = "cookie-".to_owned();
    for byte in hash.finalize().iter().take(6) {
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// The key of a purpose's word.
pub(super) fn purpose_key(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Login => "purpose.login",
        Purpose::Security => "purpose.security",
        Purpose::Preferences => "purpose.preferences",
        Purpose::Language => "purpose.language",
        Purpose::Theme => "purpose.theme",
        Purpose::Cart => "purpose.cart",
        Purpose::Consent => "purpose.consent",
        Purpose::OtherFunctional => "purpose.other_functional",
        Purpose::Analytics => "purpose.analytics",
        Purpose::Advertising => "purpose.advertising",
        Purpose::Social => "purpose.social",
        Purpose::Unknown => "purpose.unknown",
    }
}

fn policy(accepted: bool, disclosure: Disclosure) -> &'static str {
    if accepted { disclosure.word() } else { "refused" }
}

/// Every cookie.
pub(super) fn all(audit: &Audit, texts: &Texts) -> Vec<CookieView> {
    let mut by_cookie: Vec<Vec<(String, String)>> = vec![Vec::new(); audit.cookies.len()];
    for finding in &audit.findings {
        let short: String = finding.fingerprint.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        for &cookie in &finding.cookies {
            if let Some(list) = by_cookie.get_mut(cookie) {
                list.push((format!("finding-{short}"), finding.rule.to_owned()));
            }
        }
    }
    audit.cookies.iter().zip(by_cookie).map(|(c, findings)| view(audit, c, findings, texts)).collect()
}

fn view(audit: &Audit, c: &CookieEntry, findings: Vec<(String, String)>, texts: &Texts) -> CookieView {
    let site = &audit.header.site;
    let names: Vec<String> = c.names.iter().filter(|n| **n != c.pattern).take(LISTED).cloned().collect();
    CookieView {
        id: id(c),
        name: c.pattern.clone(),
        shown: escape::cut(&c.pattern, rows::NAME),
        domain: c.domain.clone(),
        party: words::Party::from(c.party).word(),
        purpose: c.class.purpose.word(),
        category: c.class.purpose.category().word(),
        banner: banner::category(c.class.purpose.into()),
        exempt: c.class.consent_exempt.word(),
        confidence: c.class.confidence.word(),
        policy: policy(c.accepted, c.disclosure),
        accepted: c.accepted,
        deleted: c.accepted && !c.stored,
        identifies: c.identifier == Some(true),
        lifetime: texts.lifetime(c.lifetime),
        lifetime_sort: match c.lifetime {
            None => -1,
            Some(Lifetime::Session) => 0,
            Some(Lifetime::Seconds(s)) => s.max(0),
        },
        stored: c
            .stored_lifetime
            .filter(|_| c.stored_lifetime != c.lifetime)
            .map(|l| texts.say("inventory.stored_as", &[("lifetime", &texts.lifetime(Some(l)))])),
        partition: c.partition.clone(),
        vendor: c.class.vendor.clone(),
        path: c.paths.iter().cloned().collect::<Vec<_>>().join("  "),
        phases: c.phases.iter().map(|p| phase(*p, texts)).collect::<Vec<_>>().join(", "),
        names,
        pages: c.pages.iter().take(LISTED).map(|p| units::short_url(site, p).to_owned()).collect(),
        pages_count: c.pages.len(),
        more_pages: c.pages.len().saturating_sub(LISTED),
        by: by(&c.writers, texts),
        writers: c.writers.iter().take(LISTED).map(writer).collect(),
        attributes: attributes(c),
        value: value(&c.value, texts),
        refused: c.refused.iter().cloned().collect::<Vec<_>>().join(", "),
        leaks: leaks(c),
        trials: c.trials.iter().map(|t| t.verdict.clone()).collect(),
        reasons: c.class.reasons.iter().map(|r| format!("{}: {}", r.source.word(), r.detail)).collect(),
        findings,
    }
}

fn phase(phase: crate::evidence::model::Phase, texts: &Texts) -> &str {
    match words::Phase::from(phase) {
        words::Phase::BeforeConsent => texts.get("words.before_consent"),
        words::Phase::Rejected => texts.get("words.rejected"),
        words::Phase::Accepted => texts.get("words.accepted"),
    }
}

/// Kinds and hosts of writers: `script cdn.example, response shop.example`.
fn by(writers: &[Writer], texts: &Texts) -> String {
    let each: BTreeSet<String> = writers
        .iter()
        .map(|w| {
            let kind = match w.kind {
                WriterKind::Response => texts.get("words.response"),
                WriterKind::Script => texts.get("words.script"),
                WriterKind::Unattributed => texts.get("words.unattributed"),
            };
            let host = w.url.as_deref().and_then(|u| url::Url::parse(u).ok());
            match host.as_ref().and_then(|u| u.host_str()) {
                Some(host) => format!("{kind} {host}"),
                None => kind.to_owned(),
            }
        })
        .collect();
    let more = each.len().saturating_sub(3);
    let mut text = each.into_iter().take(3).collect::<Vec<_>>().join(", ");
    if more > 0 {
        let _ = write!(text, " +{more}");
    }
    text
}

fn writer(w: &Writer) -> WriterView {
    WriterView {
        kind: words::WriterKind::from(w.kind).word(),
        url: w.url.clone().unwrap_or_default(),
        initiator: w.initiator.clone(),
        frame: w.frame.clone(),
        stack: w.stack.iter().take(LISTED).cloned().collect(),
    }
}

fn attributes(c: &CookieEntry) -> String {
    let mut words = Vec::new();
    for (given, word) in [(c.secure, "Secure"), (c.http_only, "HttpOnly"), (!c.host_only, "Domain")] {
        if given {
            words.push(word.to_owned());
        }
    }
    words.extend(c.same_site.map(|s| format!("SameSite={}", words::SameSite::from(s).word())));
    if let Some(sent) = &c.sent {
        words.extend(sent.partitioned.then(|| "Partitioned".to_owned()));
        words.extend(sent.priority.as_ref().map(|p| format!("Priority={p}")));
    }
    if words.is_empty() { "–".to_owned() } else { words.join("; ") }
}

fn value(v: &ValueFacts, texts: &Texts) -> String {
    let mut text = texts.say("inventory.value_text", &[("shape", &v.shape), ("n", &v.length.to_string())]);
    let parts: Vec<String> = v
        .parts
        .iter()
        .take(LISTED)
        .map(|p| p.text.as_ref().map_or_else(|| format!("{}[{}]", p.kind, p.length), Clone::clone))
        .collect();
    if parts.len() > 1 || v.parts.iter().any(|p| p.text.is_some()) {
        let _ = write!(text, " ({})", parts.join(" · "));
    }
    text
}

fn leaks(c: &CookieEntry) -> Vec<String> {
    let each: BTreeSet<String> = c.leaks.iter().map(|l| format!("{} ({}, {})", l.to, l.how, l.place)).collect();
    each.into_iter().take(LISTED).collect()
}

/// Every storage key.
pub(super) fn storage(audit: &Audit, texts: &Texts) -> Vec<StorageView> {
    let one = |s: &StorageItem| StorageView {
        key: escape::cut(&s.pattern, rows::NAME),
        kind: words::StorageKind::from(s.kind).word(),
        origin: s.origin.clone(),
        purpose: s.class.purpose.word(),
        policy: s.disclosure.word(),
        pages: s.pages.len(),
        by: by(&s.writers, texts),
    };
    audit.storage.iter().map(one).collect()
}

/// What occurs in the inventory, for the filters.
pub(super) fn choices(audit: &Audit, _: &Texts) -> Choices {
    let purposes: BTreeSet<Purpose> = audit.cookies.iter().map(|c| c.class.purpose).collect();
    let in_order = |order: &[&'static str], has: &dyn Fn(&CookieEntry) -> &'static str| {
        let found: BTreeSet<&str> = audit.cookies.iter().map(has).collect();
        order.iter().copied().filter(|w| found.contains(w)).collect()
    };
    Choices {
        purpose: purposes.into_iter().map(Purpose::word).collect(),
        party: in_order(&["first", "third"], &|c| words::Party::from(c.party).word()),
        policy: in_order(&["listed", "mentioned", "none", "refused"], &|c| policy(c.accepted, c.disclosure)),
        banner: in_order(&banner::ORDER, &|c| banner::category(c.class.purpose.into())),
        exempt: in_order(&["yes", "likely", "no", "unknown"], &|c| c.class.consent_exempt.word()),
    }
}
