//! Cookies that a browser accepted and no policy lists or covers.

use std::collections::BTreeMap;

use super::macros::rule;
use super::make::{pages, untested, violation};
use super::words;
use super::{Case, Checked, disclosing};
use crate::judge::model::{Confidence, CookieEntry, Disclosure, Finding, PolicyState, Severity};

rule! {
    /// A cookie that the browser accepted, and that no policy of the site lists.
    ///
    /// ## What is compared
    /// Every cookie the browser took on any page, even one that was deleted again at once, with every declaration of
    /// every policy that could be read: by name, by pattern (`_ga_*`), with the provider and the kind of storage where
    /// the policy states them. A pattern of fewer than three characters covers nothing by itself. Cookies the browser
    /// refused do not count.
    ///
    /// ## Severity
    /// An error where the policy lists cookies by name, or is silent about cookies: a reader takes the list as complete.
    /// A warning where the policy only names purposes or services. A note where every page that set it removed it again
    /// before its end, as scripts do that try what a browser takes, and it tells no visitors apart. A cookie whose vendor the policy names as a service is
    /// left to `mentioned-only-cookie`. Without any policy there is one finding, `missing-policy`, and not one for each
    /// cookie.
    ///
    /// ## Why it matters
    /// Visitors must be given clear and comprehensive information before anything is stored on their device.
    ///
    /// ## What to do
    /// Add the row that the finding proposes, or stop setting the cookie.
    ///
    /// ## Limits
    /// A list that only a script fills may have been empty when it was read; such a policy is `unreadable-policy`.
    UndisclosedCookie = "undisclosed-cookie", "CA101";
    summary: "a cookie was set that the policy does not list",
    severity: Error,
    confidence: High,
    needs: [Pages, ReadablePolicy],
    references: [
        "Directive 2002/58/EC (ePrivacy) Art. 5(3)",
        "Regulation (EU) 2016/679 (GDPR) Art. 13",
        "CJEU C-673/17 (Planet49), paragraphs 73 to 81",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let accepted = || case.audit.cookies.iter().enumerate().filter(|(_, entry)| entry.accepted);
    if accepted().next().is_none() {
        return Checked::inapplicable();
    }
    let mut causes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, entry) in accepted().filter(|(_, entry)| entry.disclosure == Disclosure::None) {
        causes.entry(words::subject(entry)).or_default().push(index);
    }
    let policy = disclosing(case.audit);
    if !causes.is_empty() && policy.hidden_list {
        let message = "cookies were set that the policies which could be read do not list, but another policy could \
                       not be read and may list them";
        return Checked::not_tested(vec![untested(&META, "list may stand in an unreadable policy", message)]);
    }
    Checked::found(causes.into_iter().map(|(subject, cookies)| finding(case, subject, cookies, &policy)).collect())
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>, policy: &super::Disclosing) -> Finding {
    let entries: Vec<&CookieEntry> = cookies.iter().filter_map(|index| case.audit.cookies.get(*index)).collect();
    let name = entries.first().map(|entry| words::named(entry)).unwrap_or_default();
    let (severity, how) = match policy.state {
        PolicyState::Mentions => (Severity::Warning, "names purposes or services, but not this cookie or its vendor"),
        PolicyState::Lists => (Severity::Error, "lists cookies, but not this one"),
        PolicyState::Silent | PolicyState::Unreadable => (Severity::Error, "says nothing about cookies"),
    };
    let fleeting = entries.iter().all(|entry| entry.withdrawn && entry.identifier != Some(true));
    let (severity, set) = if fleeting { (Severity::Note, "set and at once removed") } else { (severity, "set") };
    let rows: Vec<String> = entries.iter().take(1).map(|entry| words::row(entry)).collect();
    Finding {
        severity,
        confidence: if policy.some_unreadable { Confidence::Medium } else { Confidence::High },
        pages: pages(entries.iter().flat_map(|entry| &entry.pages)),
        evidence: entries.iter().flat_map(|entry| words::observed(entry)).collect(),
        advice: format!("add to the policy: {}", rows.join("; ")),
        policy: policy.index,
        place: policy.place.clone(),
        cookies,
        ..violation(&META, subject, format!("the cookie {name} is {set}, and the policy {how}"))
    }
}
