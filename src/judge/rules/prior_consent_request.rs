//! Tracking companies contacted before anybody could choose.

use super::macros::rule;
use super::make::{pages, violation};
use super::prior_consent_cookie::{is_early, severity};
use super::{Case, Checked, words};
use crate::evidence::model::Phase;
use crate::judge::model::Finding;

rule! {
    /// A company that measures, advertises or runs a social network was contacted before the visitor made a choice.
    ///
    /// Known companies only, by the vendor table. Where `prior-consent-cookie` already speaks of a cookie of the same
    /// company, that is the same cause and not said twice.
    ///
    /// ## What to do
    /// Load the vendor's resources only after the visitor has agreed.
    PriorConsentRequest = "prior-consent-request", "CA503";
    summary: "a tracking company was contacted before any choice",
    severity: Error,
    confidence: High,
    needs: [Pages, ConsentDialog],
    references: [
        "Directive 2002/58/EC (ePrivacy) Art. 5(3)",
        "EDPB Guidelines 2/2023 on the technical scope of Art. 5(3) (tracking links and pixels)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    if !case.audit.coverage.phases.contains(&Phase::BeforeConsent) || case.audit.third_parties.is_empty() {
        return Checked::inapplicable();
    }
    let early = case.accepted().filter(|(_, entry)| is_early(entry)).map(|(index, _)| index);
    let reported = case.vendors_of(early);
    let vendors = case.trackers(Some(Phase::BeforeConsent));
    let findings = vendors.into_iter().filter(|(vendor, _)| !reported.contains(*vendor)).map(|(vendor, hosts)| {
        let what = hosts.first().map(|party| words::purpose(party.purpose)).unwrap_or_default();
        Finding {
            severity: severity(case),
            pages: pages(hosts.iter().flat_map(|party| &party.pages)),
            evidence: hosts.iter().take(5).map(|party| format!("contacted: {}", party.host)).collect(),
            advice: format!("load what comes from {vendor} only after the visitor has agreed"),
            ..violation(&META, vendor, format!("{vendor} ({what}) is contacted before the visitor makes a choice"))
        }
    });
    Checked::found(findings.collect())
}
