//! Web storage that no policy lists or covers.

use std::collections::BTreeMap;

use super::macros::rule;
use super::make::{pages, untested, violation};
use super::{Case, Checked, Disclosing, disclosing, words};
use crate::judge::model::{Confidence, DeclaredStorage, Disclosure, Finding, PolicyState, Severity};

rule! {
    /// The site keeps something in local storage, session storage, IndexedDB or the cache storage that the policy does
    /// not list.
    ///
    /// The duty to inform does not stop at cookies: it speaks of storing information on the visitor's device, whatever
    /// the technique. Many policies that list every cookie forget storage.
    ///
    /// ## Severity
    /// An error where the policy lists storage keys and this one is missing; a warning where it lists cookies only or
    /// says nothing; a note where it only names purposes or services.
    ///
    /// ## What to do
    /// Add the row that the finding proposes.
    UndisclosedStorage = "undisclosed-storage", "CA102";
    summary: "something was kept in web storage that the policy does not list",
    severity: Warning,
    confidence: High,
    needs: [Pages, ReadablePolicy],
    references: [
        "Directive 2002/58/EC (ePrivacy) Art. 5(3)",
        "EDPB Guidelines 2/2023 on the technical scope of Art. 5(3)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    if case.audit.storage.is_empty() {
        return Checked::inapplicable();
    }
    let mut causes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, item) in case.audit.storage.iter().enumerate() {
        if item.disclosure == Disclosure::None {
            causes.entry(words::storage_subject(item)).or_default().push(index);
        }
    }
    let policy = disclosing(case.audit);
    if !causes.is_empty() && policy.hidden_list {
        let message = "web storage is used that the policies which could be read do not list, but another policy could \
                       not be read and may list it";
        return Checked::not_tested(vec![untested(&META, "list may stand in an unreadable policy", message)]);
    }
    let rows = |storage: DeclaredStorage| !matches!(storage, DeclaredStorage::Cookie | DeclaredStorage::Pixel);
    let lists_storage = case.audit.policies.iter().flat_map(|policy| &policy.declarations).any(|row| rows(row.storage));
    let severity = match policy.state {
        PolicyState::Lists if lists_storage => Severity::Error,
        PolicyState::Mentions => Severity::Note,
        _ => Severity::Warning,
    };
    let found = causes.into_iter().filter_map(|(subject, items)| finding(case, subject, items, severity, &policy));
    Checked::found(found.collect())
}

fn finding(
    case: &Case<'_>,
    subject: String,
    storage: Vec<usize>,
    severity: Severity,
    policy: &Disclosing,
) -> Option<Finding> {
    let items: Vec<_> = storage.iter().filter_map(|index| case.audit.storage.get(*index)).collect();
    let item = items.first()?;
    let (key, kind, host) = (&item.pattern, words::storage_kind(item.kind), words::origin_host(&item.origin));
    Some(Finding {
        severity,
        confidence: if policy.some_unreadable { Confidence::Medium } else { Confidence::High },
        pages: pages(items.iter().flat_map(|item| &item.pages)),
        policy: policy.index,
        place: policy.place.clone(),
        evidence: item.writers.iter().take(3).map(words::writer).collect(),
        advice: format!("add to the policy: {}", words::storage_row(item)),
        storage,
        ..violation(&META, subject, format!("{host} keeps `{key}` in {kind}, which the policy does not list"))
    })
}
