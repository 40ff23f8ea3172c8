//! Rows that give another purpose than the one that was found.

use super::macros::rule;
use super::make::violation;
use super::query::Row;
use super::{Case, Checked, words};
use crate::judge::model::{Confidence, CookieEntry, Finding, Purpose, Severity};

rule! {
    /// The policy lists a cookie for one purpose, and it serves another.
    ///
    /// Only where the purpose found is of high confidence: an exact rule of the knowledge tables, or a trial. A purpose
    /// that is not known never contradicts a row. Purposes that policies use for each other (a theme among the
    /// preferences, protection against forgery under sign-in) count as the same.
    ///
    /// ## Severity
    /// An error where the row says functional and the cookie measures, advertises or belongs to a social network: that
    /// is what visitors are asked about. A warning where the row names another kind of tracking, or tracking for a
    /// functional cookie. A note within the functional purposes.
    ///
    /// ## What to do
    /// Correct the row. If the purpose found is wrong, say so in the configuration, with a reason.
    MisdeclaredPurpose = "misdeclared-purpose", "CA201";
    summary: "the policy gives a cookie another purpose than it has",
    severity: Warning,
    confidence: High,
    needs: [Pages, ReadablePolicy],
    references: [
        "Regulation (EU) 2016/679 (GDPR) Art. 13(1)(c) and Art. 4(11)",
        "WP29 Opinion 04/2012 on cookie consent exemption",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let comparable =
        |entry: &CookieEntry| entry.class.confidence == Confidence::High && entry.class.purpose != Purpose::Unknown;
    let stated = |index: usize| case.rows(index).into_iter().any(|row| purpose_of(&row).is_some());
    if !case.accepted().any(|(index, entry)| comparable(entry) && stated(index)) {
        return Checked::inapplicable();
    }
    let wrong = |index: usize, entry: &CookieEntry| comparable(entry) && contradicted(case, index, entry).is_some();
    let causes = case.causes(wrong);
    Checked::found(causes.into_iter().filter_map(|(subject, cookies)| finding(case, subject, cookies)).collect())
}

fn purpose_of(row: &Row<'_>) -> Option<Purpose> {
    row.declaration.purpose.filter(|purpose| *purpose != Purpose::Unknown)
}

/// The row that contradicts, if no other row of the same name agrees.
fn contradicted<'a>(case: &Case<'a>, index: usize, entry: &CookieEntry) -> Option<(Row<'a>, Purpose, Severity)> {
    let rows = case.rows(index);
    let judged: Vec<(Row<'a>, Purpose, Option<Severity>)> = rows
        .into_iter()
        .filter_map(|row| purpose_of(&row).map(|declared| (row, declared, gap(declared, entry.class.purpose))))
        .collect();
    if judged.iter().any(|(_, _, severity)| severity.is_none()) {
        return None;
    }
    judged.into_iter().find_map(|(row, declared, severity)| Some((row, declared, severity?)))
}

/// How far two purposes are apart; `None` where one can stand for the other.
fn gap(declared: Purpose, found: Purpose) -> Option<Severity> {
    match (words::is_tracking(declared), words::is_tracking(found)) {
        _ if declared == found => None,
        (false, true) => Some(Severity::Error),
        (true, _) => Some(Severity::Warning),
        (false, false) => (group(declared) & group(found) == 0).then_some(Severity::Note),
    }
}

/// Groups of functional purposes that policies do not keep apart, as bits.
fn group(purpose: Purpose) -> u8 {
    match purpose {
        Purpose::Login | Purpose::Security | Purpose::Cart => 1,
        Purpose::Preferences | Purpose::Language | Purpose::Theme => 2,
        Purpose::Consent => 4,
        _ => 7,
    }
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let first = *cookies.first()?;
    let entry = case.audit.cookies.get(first)?;
    let (row, declared, severity) = contradicted(case, first, entry)?;
    let (said, is) = (words::purpose(declared), words::purpose(entry.class.purpose));
    let mut evidence: Vec<String> = entry.class.reasons.iter().take(3).map(|reason| reason.detail.clone()).collect();
    evidence.extend(words::observed(entry));
    Some(Finding {
        severity,
        pages: case.pages_of(&cookies),
        policy: Some(row.policy),
        policy_quote: Some(row.declaration.quote.clone()),
        place: Some(row.declaration.place.clone()),
        evidence,
        advice: format!("correct the row: {}", words::row(entry)),
        cookies,
        ..violation(&META, subject, format!("the policy lists {} for {said}; it is for {is}", words::named(entry)))
    })
}
