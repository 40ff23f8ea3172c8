//! Companies that pages contact for measuring or advertising, and no policy names.

use super::macros::rule;
use super::make::{pages, untested, violation};
use super::{Case, Checked, disclosing, words};
use crate::judge::model::{Disclosure, Finding, Severity, ThirdParty};

rule! {
    /// Pages contact a company that measures, advertises or runs a social network, and the policy does not name it.
    ///
    /// Known companies only, by the vendor table; content delivery, fonts and the like are not meant. Where a cookie of
    /// the same company is already reported as undisclosed, that is the same cause and not said twice.
    ///
    /// ## Severity
    /// A warning; an error where the policy says that this very service is not used.
    ///
    /// ## What to do
    /// Name the recipient and what it is for, or take it out of the pages.
    UndisclosedVendor = "undisclosed-vendor", "CA103";
    summary: "pages contact a tracking company that the policy does not name",
    severity: Warning,
    confidence: High,
    needs: [Pages, ReadablePolicy],
    references: [
        "Regulation (EU) 2016/679 (GDPR) Art. 13(1)(e) (recipients)",
        "EDPB Guidelines 2/2023 on the technical scope of Art. 5(3)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let trackers = case.trackers(None);
    if trackers.is_empty() {
        return Checked::inapplicable();
    }
    let hidden = case.accepted().filter(|(_, entry)| entry.disclosure == Disclosure::None);
    let reported = case.vendors_of(hidden.map(|(index, _)| index));
    let covered = case.accepted().filter(|(_, entry)| entry.disclosure != Disclosure::None);
    let named_by_cookies = case.vendors_of(covered.map(|(index, _)| index));
    let missing: Vec<(&str, Vec<&ThirdParty>)> = trackers
        .into_iter()
        .filter(|(vendor, _)| !reported.contains(*vendor) && !named_by_cookies.contains(*vendor))
        .filter(|(vendor, hosts)| {
            let hosts: Vec<&str> = hosts.iter().map(|party| party.host.as_str()).collect();
            !case.names_vendor(vendor, &hosts)
        })
        .collect();
    if !missing.is_empty() && disclosing(case.audit).hidden_list {
        let message = "companies were contacted that the policies which could be read do not name, but another policy \
                       could not be read and may name them";
        return Checked::not_tested(vec![untested(&META, "list may stand in an unreadable policy", message)]);
    }
    Checked::found(missing.into_iter().map(|(vendor, hosts)| finding(case, vendor, &hosts)).collect())
}

fn finding(case: &Case<'_>, vendor: &str, hosts: &[&ThirdParty]) -> Finding {
    let purpose = hosts.first().map(|party| words::purpose(party.purpose)).unwrap_or_default();
    let services = case.audit.policies.iter().enumerate();
    let denied = services
        .flat_map(|(index, policy)| policy.services.iter().map(move |service| (index, service)))
        .find(|(_, service)| service.denied && case.lens.same_vendor(&service.name, vendor));
    let how = if denied.is_some() { "says that it is not used" } else { "does not name it" };
    Finding {
        severity: if denied.is_some() { Severity::Error } else { META.severity },
        pages: pages(hosts.iter().flat_map(|party| &party.pages)),
        policy: denied.map(|(index, _)| index),
        policy_quote: denied.map(|(_, service)| service.quote.clone()),
        evidence: hosts.iter().take(5).map(|party| format!("contacted: {}", party.host)).collect(),
        advice: format!("name {vendor} as a recipient ({purpose}), or take it out of the pages"),
        ..violation(&META, vendor, format!("pages contact {vendor} ({purpose}), and the policy {how}"))
    }
}
