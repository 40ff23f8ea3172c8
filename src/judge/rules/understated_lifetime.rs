//! Rows that give a shorter life than the cookie asks for.

use super::macros::rule;
use super::make::violation;
use super::query::{Row, seconds};
use super::{Case, Checked, words};
use crate::cookie::Lifetime;
use crate::judge::model::{Confidence, CookieEntry, Finding, Severity};

const DAY: i64 = 86_400;

rule! {
    /// A cookie asks to live longer than the policy says.
    ///
    /// Compared is what was sent (Max-Age, or Expires by the page's own clock), since browsers shorten long lives to
    /// 400 days by themselves. It differs when the cookie asks for more than one and a half times the declared life and
    /// for at least a day more, or when it persists though the policy calls it a session cookie. A persistent cookie of
    /// up to a day in place of a declared session is a note: many policies mean the visit.
    ///
    /// Where a row gives several lives ("14 days with Remember me, else session"), the longest counts.
    ///
    /// ## What to do
    /// Correct the row, or shorten the cookie.
    UnderstatedLifetime = "understated-lifetime", "CA202";
    summary: "a cookie lives longer than the policy says",
    severity: Warning,
    confidence: High,
    needs: [Pages, ReadablePolicy],
    references: [
        "CJEU C-673/17 (Planet49), paragraphs 75 to 81: the duration is part of the information",
        "Regulation (EU) 2016/679 (GDPR) Art. 13(2)(a)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let stated = |index: usize| declared(case, index).is_some();
    if !case.accepted().any(|(index, entry)| stated(index) && words::lifetime_of(entry).is_some()) {
        return Checked::inapplicable();
    }
    let causes = case.causes(|index, entry| understated(case, index, entry).is_some());
    Checked::found(causes.into_iter().filter_map(|(subject, cookies)| finding(case, subject, cookies)).collect())
}

/// The row with the longest life.
fn declared<'a>(case: &Case<'a>, index: usize) -> Option<(Row<'a>, Lifetime)> {
    let rows = case.rows(index).into_iter().filter_map(|row| Some((row, longest(&row)?)));
    rows.max_by_key(|(_, life)| *life)
}

fn longest(row: &Row<'_>) -> Option<Lifetime> {
    let all = row.declaration.lifetimes.iter().filter_map(|one| one.lifetime);
    all.max().max(row.declaration.lifetime)
}

fn understated(case: &Case<'_>, index: usize, entry: &CookieEntry) -> Option<Severity> {
    let (_, declared) = declared(case, index)?;
    let sent = seconds(entry)?;
    match declared {
        Lifetime::Session if sent > DAY => Some(Severity::Warning),
        Lifetime::Session if sent > 0 => Some(Severity::Note),
        // More than half as long again, without losing precision in floating point.
        Lifetime::Seconds(said) if sent.saturating_mul(2) > said.saturating_mul(3) && sent - said >= DAY => {
            Some(Severity::Warning)
        }
        _ => None,
    }
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let index = *cookies.iter().max_by_key(|index| case.audit.cookies.get(**index).and_then(seconds))?;
    let entry = case.audit.cookies.get(index)?;
    let (row, declared) = declared(case, index)?;
    let severity = understated(case, index, entry)?;
    let (said, is) = (words::lifetime(declared), words::lifetime_of(entry).map(words::lifetime)?);
    let unseen = entry.lifetime.is_none();
    Some(Finding {
        severity,
        confidence: if unseen { Confidence::Medium } else { Confidence::High },
        pages: case.pages_of(&cookies),
        policy: Some(row.policy),
        policy_quote: Some(row.declaration.quote.clone()),
        place: Some(row.declaration.place.clone()),
        evidence: words::observed(entry),
        advice: format!("correct the row, or shorten the cookie: {}", words::row(entry)),
        cookies,
        ..violation(&META, subject, format!("{} lives for {is}; the policy says {said}", words::named(entry)))
    })
}
