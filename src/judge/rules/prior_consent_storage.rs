//! Tracking keys kept in web storage before anybody could choose.

use super::macros::rule;
use super::make::{pages, violation};
use super::prior_consent_cookie::severity;
use super::query::item_surely_tracks;
use super::{Case, Checked, words};
use crate::evidence::model::Phase;
use crate::judge::model::Finding;

rule! {
    /// Something for measuring, advertising or social networks was kept in web storage before the visitor made a choice.
    ///
    /// The same as `prior-consent-cookie`, for local storage, session storage, IndexedDB and the cache storage.
    ///
    /// ## What to do
    /// Load the vendor's script only after the visitor has agreed.
    PriorConsentStorage = "prior-consent-storage", "CA502";
    summary: "a tracking key was kept in web storage before any choice",
    severity: Error,
    confidence: High,
    needs: [Pages, ConsentDialog],
    references: [
        "Directive 2002/58/EC (ePrivacy) Art. 5(3)",
        "EDPB Guidelines 2/2023 on the technical scope of Art. 5(3)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    if !case.audit.coverage.phases.contains(&Phase::BeforeConsent) || case.audit.storage.is_empty() {
        return Checked::inapplicable();
    }
    let items = case.audit.storage.iter().enumerate();
    let early = items.filter(|(_, item)| item_surely_tracks(item) && item.phases.contains(&Phase::BeforeConsent));
    let findings = early.map(|(index, item)| {
        let (key, kind, host) = (&item.pattern, words::storage_kind(item.kind), words::origin_host(&item.origin));
        let what = words::purpose(item.class.purpose);
        let message = format!("{host} keeps `{key}` ({what}) in {kind} before the visitor makes a choice");
        Finding {
            severity: severity(case),
            pages: pages(&item.pages),
            storage: vec![index],
            evidence: item.writers.iter().take(3).map(words::writer).collect(),
            advice: "write it only after the visitor has agreed".to_owned(),
            ..violation(&META, words::storage_subject(item), message)
        }
    });
    Checked::found(findings.collect())
}
