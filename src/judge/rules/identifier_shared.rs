//! Identifiers that other companies were sent.

use std::collections::BTreeSet;

use super::macros::rule;
use super::make::{pages, violation};
use super::{Case, Checked, words};
use crate::evidence::model::Leak;
use crate::judge::model::{Confidence, CookieEntry, Disclosure, Finding, Severity};
use crate::site;

rule! {
    /// An unguessable part of a cookie's value was sent to another site.
    ///
    /// Looked for in URLs, headers and bodies of requests, as it is, URL-encoded, in base64, and hashed with MD5, SHA-1
    /// and SHA-256. So a third party that cannot read the cookie learns who the visitor is, and two companies can join
    /// what they know.
    ///
    /// ## Severity
    /// A note where the policy names every receiver, a warning otherwise. A value that is the same for all visitors is
    /// no identifier and is not reported.
    ///
    /// ## What to do
    /// Name the receiver in the policy, or keep the identifier to yourself.
    IdentifierShared = "identifier-shared", "CA404";
    summary: "a visitor's identifier was sent to another company",
    severity: Warning,
    confidence: High,
    needs: [Pages],
    references: [
        "Regulation (EU) 2016/679 (GDPR) Art. 13(1)(e) (recipients)",
        "CJEU C-673/17 (Planet49), paragraph 81",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    if case.accepted().next().is_none() {
        return Checked::inapplicable();
    }
    let causes = case.causes(|_, entry| entry.identifier != Some(false) && !receivers(entry).is_empty());
    Checked::found(causes.into_iter().filter_map(|(subject, cookies)| finding(case, subject, cookies)).collect())
}

/// Hosts of other sites that were sent a part of the value.
pub(super) fn receivers(entry: &CookieEntry) -> BTreeSet<&str> {
    entry.leaks.iter().map(|leak| leak.to.as_str()).filter(|to| !site::same_site(to, &entry.domain)).collect()
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let entries = case.entries(&cookies);
    let entry = entries.first()?;
    let hosts: BTreeSet<&str> = entries.iter().flat_map(|entry| receivers(entry)).collect();
    let named = hosts.iter().all(|host| is_named(case, entry, host));
    let leaks = entries.iter().flat_map(|entry| &entry.leaks);
    let lines: BTreeSet<String> = leaks.map(sent).collect();
    let seen = entries.iter().flat_map(|entry| entry.leak_pages.values().flatten());
    let list: Vec<&str> = hosts.iter().copied().collect();
    Some(Finding {
        severity: if named { Severity::Note } else { META.severity },
        confidence: if entry.identifier == Some(true) { Confidence::High } else { Confidence::Medium },
        pages: pages(seen),
        evidence: lines.into_iter().collect(),
        advice: "name the receivers in the policy, or keep the identifier to the site".to_owned(),
        cookies,
        ..violation(&META, subject, format!("the value of {} was sent to {}", words::named(entry), list.join(", ")))
    })
}

fn sent(leak: &Leak) -> String {
    let place = if leak.place == "url" { "address" } else { &leak.place };
    let how = if leak.how == "raw" { "as it is".to_owned() } else { leak.how.replace('_', " ") };
    format!("sent to {} in the {place} ({how})", leak.to)
}

/// The policy speaks of the receiver: by name, or by listing a cookie of the receiver's own.
fn is_named(case: &Case<'_>, entry: &CookieEntry, host: &str) -> bool {
    let Some(vendor) = case.lens.vendor(host).map(|vendor| vendor.name) else {
        return case.names_vendor(host, &[host]);
    };
    let own = entry.class.vendor.as_deref() == Some(vendor.as_str()) && entry.disclosure != Disclosure::None;
    own || case.names_vendor(&vendor, &[host])
}
