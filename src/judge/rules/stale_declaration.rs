//! Rows for cookies that were nowhere to be seen.

use std::collections::{BTreeMap, BTreeSet};

use super::macros::rule;
use super::make::violation;
use super::query::Row;
use super::{Case, Checked, words};
use crate::evidence::model::Phase;
use crate::judge::model::{Confidence, CoveredBy, DeclaredStorage, Finding};

rule! {
    /// The policy lists a cookie or storage key that was not seen.
    ///
    /// Only said where every page that was found was visited: a cookie not seen on part of a site may be set on the
    /// rest. Rows for tracking are left alone where a consent dialog was seen and nobody agreed to it. Still a note: a
    /// cookie may need a sign-in, an order or a certain day.
    ///
    /// ## What to do
    /// Take the row out if the cookie is gone.
    StaleDeclaration = "stale-declaration", "CA204";
    summary: "the policy lists a cookie that was not seen",
    severity: Note,
    confidence: Medium,
    needs: [Pages, ReadablePolicy],
    references: ["Regulation (EU) 2016/679 (GDPR) Art. 5(1)(a) and Art. 12(1) (transparency)"],
}

fn check(case: &Case<'_>) -> Checked {
    let rows: Vec<(CoveredBy, Row<'_>)> = rows(case).collect();
    if !case.audit.coverage.complete || rows.is_empty() {
        return Checked::inapplicable();
    }
    let covers = case.matches.cookies.iter().chain(&case.matches.storage);
    let used: BTreeSet<CoveredBy> = covers.flat_map(|cover| &cover.listed).copied().collect();
    let mut stale: BTreeMap<String, Vec<(CoveredBy, Row<'_>)>> = BTreeMap::new();
    for (at, row) in rows {
        stale.entry(subject(&row)).or_default().push((at, row));
    }
    stale.retain(|_, rows| !rows.iter().any(|(at, row)| used.contains(at) || excused(case, row)));
    Checked::found(
        stale.into_iter().filter_map(|(subject, rows)| Some(finding(case, subject, rows.first()?.1))).collect(),
    )
}

fn rows<'a>(case: &Case<'a>) -> impl Iterator<Item = (CoveredBy, Row<'a>)> {
    case.audit.policies.iter().enumerate().flat_map(|(policy, reading)| {
        reading
            .declarations
            .iter()
            .enumerate()
            .map(move |(item, declaration)| (CoveredBy { policy, item }, Row { policy, declaration }))
    })
}

fn subject(row: &Row<'_>) -> String {
    let provider = row.declaration.provider.as_deref().unwrap_or_default().to_lowercase();
    format!("row {} {provider}", row.declaration.name).trim_end().to_owned()
}

/// Nothing could have been seen of it, or it says too little to look for.
fn excused(case: &Case<'_>, row: &Row<'_>) -> bool {
    let declaration = row.declaration;
    let unasked = case.dialog().is_some() && !case.audit.coverage.phases.contains(&Phase::Accepted);
    let pixel = declaration.storage == DeclaredStorage::Pixel;
    let broad = crate::judge::glob::Glob::new(&declaration.name).is_broad();
    pixel || broad || (unasked && declaration.purpose.is_some_and(words::is_tracking))
}

fn finding(case: &Case<'_>, subject: String, row: Row<'_>) -> Finding {
    let name = &row.declaration.name;
    let pages = case.audit.coverage.pages_visited;
    let phases: Vec<&str> = case.audit.coverage.phases.iter().map(|phase| phase_words(*phase)).collect();
    Finding {
        confidence: if pages > 1 { Confidence::Medium } else { Confidence::Low },
        policy: Some(row.policy),
        policy_quote: Some(row.declaration.quote.clone()),
        place: Some(row.declaration.place.clone()),
        evidence: vec![format!("{pages} pages were visited, {}", phases.join(", "))],
        advice: "take the row out if the cookie is gone".to_owned(),
        ..violation(&META, subject, format!("the policy lists `{name}`, which was not seen on any page"))
    }
}

fn phase_words(phase: Phase) -> &'static str {
    match phase {
        Phase::BeforeConsent => "before consent",
        Phase::Rejected => "after refusing",
        Phase::Accepted => "after accepting",
    }
}
