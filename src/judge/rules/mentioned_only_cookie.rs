//! Cookies that only the mention of a service covers.

use std::collections::BTreeMap;

use super::macros::rule;
use super::make::violation;
use super::{Case, Checked, words};
use crate::judge::model::{CoveredBy, Disclosure, Finding};

rule! {
    /// The policy names a service ("Google Analytics") but not the cookies it sets.
    ///
    /// One finding a service, with the cookies. A mention says that something is set, not what nor for how long.
    ///
    /// ## What to do
    /// Add the rows that the finding proposes.
    MentionedOnlyCookie = "mentioned-only-cookie", "CA104";
    summary: "the policy names a service but not its cookies",
    severity: Note,
    confidence: Medium,
    needs: [Pages, ReadablePolicy],
    references: ["CJEU C-673/17 (Planet49), paragraphs 75 to 81"],
}

fn check(case: &Case<'_>) -> Checked {
    let mut services: BTreeMap<CoveredBy, Vec<usize>> = BTreeMap::new();
    for (index, entry) in case.accepted().filter(|(_, entry)| entry.disclosure == Disclosure::Mentioned) {
        if let Some(at) = entry.covered_by {
            services.entry(at).or_default().push(index);
        }
    }
    let names_services = case.audit.policies.iter().flat_map(|policy| &policy.services).any(|service| !service.denied);
    if services.is_empty() && !names_services {
        return Checked::inapplicable();
    }
    // Two mentions of the same service are one cause.
    let mut by_name: BTreeMap<&str, (CoveredBy, Vec<usize>)> = BTreeMap::new();
    for (at, cookies) in services {
        let policy = case.audit.policies.get(at.policy);
        if let Some(service) = policy.and_then(|policy| policy.services.get(at.item)) {
            by_name.entry(&service.name).or_insert((at, Vec::new())).1.extend(cookies);
        }
    }
    Checked::found(by_name.into_iter().map(|(name, (at, cookies))| finding(case, name, at, cookies)).collect())
}

fn finding(case: &Case<'_>, service: &str, at: CoveredBy, cookies: Vec<usize>) -> Finding {
    let entries = case.entries(&cookies);
    let names: Vec<String> = entries.iter().map(|entry| format!("`{}`", entry.pattern)).collect();
    let rows: Vec<String> = entries.iter().map(|entry| words::row(entry)).collect();
    let mention = case.audit.policies.get(at.policy).and_then(|policy| policy.services.get(at.item));
    Finding {
        pages: case.pages_of(&cookies),
        policy: Some(at.policy),
        policy_quote: mention.map(|mention| mention.quote.clone()),
        evidence: entries.iter().map(|entry| words::named(entry)).collect(),
        advice: format!("add to the policy: {}", rows.join("; ")),
        cookies,
        ..violation(&META, service, format!("the policy names {service}, but not its cookies {}", names.join(", ")))
    }
}
