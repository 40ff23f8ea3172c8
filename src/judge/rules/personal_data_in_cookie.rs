//! Values that hold an e-mail address.

use std::collections::{BTreeMap, BTreeSet};

use super::macros::rule;
use super::make::{pages, violation};
use super::{Case, Checked, words};
use crate::cookie::CookieKey;
use crate::evidence::model::{StorageKind, ValueFacts};
use crate::judge::model::Finding;

rule! {
    /// A cookie or a storage key holds an e-mail address in the clear.
    ///
    /// Seen by shape when the value was recorded; the address itself is never written anywhere.
    ///
    /// ## What to do
    /// Keep such data on the server, and only a random reference in the browser.
    PersonalDataInCookie = "personal-data-in-cookie", "CA403";
    summary: "a value holds an e-mail address",
    severity: Warning,
    confidence: High,
    needs: [Pages],
    references: ["Regulation (EU) 2016/679 (GDPR) Art. 4(1), Art. 5(1)(c) (data minimisation) and Art. 32"],
}

fn check(case: &Case<'_>) -> Checked {
    if case.accepted().next().is_none() && case.audit.storage.is_empty() {
        return Checked::inapplicable();
    }
    let keys = cookies_with_address(case);
    let causes = case.causes(|_, entry| entry.keys.iter().any(|key| keys.contains(key)));
    let mut findings: Vec<Finding> =
        causes.into_iter().filter_map(|(subject, cookies)| of_cookie(case, subject, cookies)).collect();
    findings.extend(of_storage(case));
    Checked::found(findings)
}

/// Whether a value holds an address.
pub(super) fn holds_address(value: &ValueFacts) -> bool {
    value.shape == "email" || value.parts.iter().any(|part| part.kind == "email")
}

/// Keys of the cookies that ever held an address.
pub(super) fn cookies_with_address<'a>(case: &Case<'a>) -> BTreeSet<&'a CookieKey> {
    let pages = || case.evidence.pages.iter();
    let written = pages().flat_map(|page| &page.writes).filter(|write| holds_address(&write.value));
    let stored = pages().flat_map(|page| &page.jar).filter(|cookie| holds_address(&cookie.value));
    written.map(|write| &write.key).chain(stored.map(|cookie| &cookie.key)).collect()
}

fn of_cookie(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let entries = case.entries(&cookies);
    let entry = entries.first()?;
    Some(Finding {
        pages: case.pages_of(&cookies),
        evidence: words::observed(entry),
        advice: "keep the address on the server, and a random reference in the cookie".to_owned(),
        cookies,
        ..violation(&META, subject, format!("{} holds an e-mail address", words::named(entry)))
    })
}

fn of_storage(case: &Case<'_>) -> Vec<Finding> {
    let mut keys: BTreeMap<(StorageKind, &str, &str), BTreeSet<&String>> = BTreeMap::new();
    for page in &case.evidence.pages {
        for entry in page.storage.iter().filter(|entry| entry.value.as_ref().is_some_and(holds_address)) {
            keys.entry((entry.kind, &entry.origin, &entry.key)).or_default().insert(&page.url);
        }
    }
    let mut findings: BTreeMap<String, Finding> = BTreeMap::new();
    for ((kind, origin, key), seen) in keys {
        let same = |item: &&crate::judge::model::StorageItem| item.kind == kind && item.origin == origin;
        let named = |item: &&crate::judge::model::StorageItem| item.key == key || item.pattern == key;
        let index = case.audit.storage.iter().position(|item| same(&item) && named(&item));
        let (kind, host) = (words::storage_kind(kind), words::origin_host(origin));
        let subject = format!("{kind} {key} of {host}");
        let finding = Finding {
            pages: pages(seen),
            storage: index.into_iter().collect(),
            advice: "keep the address on the server, and a random reference in the browser".to_owned(),
            ..violation(&META, &subject, format!("`{key}` in {kind} of {host} holds an e-mail address"))
        };
        findings.insert(subject, finding);
    }
    findings.into_values().collect()
}
