//! Rows that call a third party's cookie the site's own, or the other way round.

use super::macros::rule;
use super::make::violation;
use super::query::Row;
use super::{Case, Checked, words};
use crate::cookie::Party;
use crate::judge::model::{CookieEntry, Finding, Severity};

rule! {
    /// The policy calls a cookie first-party and it belongs to another site, or the other way round.
    ///
    /// The party is that of the cookie's domain: only that decides who gets it back. A first-party cookie that a
    /// vendor's script writes is often called third-party, after the vendor; that is a note.
    ///
    /// ## What to do
    /// Correct the row, or name the provider beside the party.
    MisdeclaredParty = "misdeclared-party", "CA203";
    summary: "the policy gives a cookie the wrong party",
    severity: Warning,
    confidence: High,
    needs: [Pages, ReadablePolicy],
    references: [
        "CJEU C-673/17 (Planet49), paragraph 81: whether third parties have access is part of the information",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let stated = |index: usize| case.rows(index).iter().any(|row| row.declaration.party.is_some());
    if !case.accepted().any(|(index, _)| stated(index)) {
        return Checked::inapplicable();
    }
    let causes = case.causes(|index, entry| contradicting(case, index, entry).is_some());
    Checked::found(causes.into_iter().filter_map(|(subject, cookies)| finding(case, subject, cookies)).collect())
}

/// The row with the wrong party, if none of the same name has the right one.
fn contradicting<'a>(case: &Case<'a>, index: usize, entry: &CookieEntry) -> Option<Row<'a>> {
    let rows: Vec<Row<'a>> = case.rows(index).into_iter().filter(|row| row.declaration.party.is_some()).collect();
    let agreed = rows.iter().any(|row| row.declaration.party == Some(entry.party));
    // The same name may be set by several sites, each with a party of its own; then a row can mean any of them.
    let elsewhere = case.accepted().any(|(other, seen)| {
        other != index
            && seen.pattern == entry.pattern
            && Some(seen.party) == rows.first().and_then(|r| r.declaration.party)
    });
    if agreed || elsewhere { None } else { rows.into_iter().next() }
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let first = *cookies.first()?;
    let entry = case.audit.cookies.get(first)?;
    let row = contradicting(case, first, entry)?;
    let vendors_own = entry.party == Party::First && entry.class.vendor.is_some();
    let (said, is) = (words::party(row.declaration.party?), words::party(entry.party));
    Some(Finding {
        severity: if vendors_own { Severity::Note } else { META.severity },
        pages: case.pages_of(&cookies),
        policy: Some(row.policy),
        policy_quote: Some(row.declaration.quote.clone()),
        place: Some(row.declaration.place.clone()),
        evidence: words::observed(entry),
        advice: format!("correct the row: {}", words::row(entry)),
        cookies,
        ..violation(&META, subject, format!("the policy calls {} {said}; it is {is}", words::named(entry)))
    })
}
