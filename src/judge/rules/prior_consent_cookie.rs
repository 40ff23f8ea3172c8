//! Tracking cookies set before anybody could choose.

use super::macros::rule;
use super::make::{pages, violation};
use super::query::surely_tracks;
use super::{Case, Checked, words};
use crate::evidence::model::Phase;
use crate::judge::model::{CookieEntry, Finding, Severity};

rule! {
    /// A cookie for measuring, advertising or social networks was set before the visitor made a choice.
    ///
    /// Seen in the phase before consent, in which nothing is touched. Only cookies whose purpose is of high confidence
    /// and that are not exempt from consent.
    ///
    /// ## Severity
    /// An error where the site shows a consent dialog: the dialog promises a choice. A note where no dialog was found,
    /// since then nothing on the page says that there is one.
    ///
    /// ## What to do
    /// Load the vendor's script only after the visitor has agreed.
    PriorConsentCookie = "prior-consent-cookie", "CA501";
    summary: "a tracking cookie was set before any choice",
    severity: Error,
    confidence: High,
    needs: [Pages, ConsentDialog],
    references: [
        "Directive 2002/58/EC (ePrivacy) Art. 5(3)",
        "Regulation (EU) 2016/679 (GDPR) Art. 4(11) and Art. 7",
        "EDPB Cookie Banner Taskforce report (2023)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    if !case.audit.coverage.phases.contains(&Phase::BeforeConsent) || case.accepted().next().is_none() {
        return Checked::inapplicable();
    }
    let causes = case.causes(|_, entry| is_early(entry));
    Checked::found(causes.into_iter().filter_map(|(subject, cookies)| finding(case, subject, cookies)).collect())
}

/// Tracks, and was set before any choice.
pub(super) fn is_early(entry: &CookieEntry) -> bool {
    surely_tracks(entry) && entry.phases.contains(&Phase::BeforeConsent)
}

/// How the severity of what comes before a choice depends on the dialog.
pub(super) fn severity(case: &Case<'_>) -> Severity {
    if case.dialog().is_some() { Severity::Error } else { Severity::Note }
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let entries = case.entries(&cookies);
    let entry = entries.first()?;
    let early = entries.iter().filter_map(|entry| entry.pages_by_phase.get(&Phase::BeforeConsent)).flatten();
    let what = words::purpose(entry.class.purpose);
    Some(Finding {
        severity: severity(case),
        pages: pages(early),
        evidence: words::observed(entry),
        advice: "set it only after the visitor has agreed".to_owned(),
        cookies,
        ..violation(
            &META,
            subject,
            format!("{} ({what}) is set before the visitor makes a choice", words::named(entry)),
        )
    })
}
