//! Two rows for the same cookie that cannot both be right.

use std::collections::{BTreeMap, BTreeSet};

use super::macros::rule;
use super::make::violation;
use super::query::Row;
use super::{Case, Checked, words};
use crate::cookie::Lifetime;
use crate::judge::model::{DeclaredStorage, Finding, Purpose};

rule! {
    /// The policies say two different things about the same cookie.
    ///
    /// Two rows of the same name, kind and provider that differ in their lifetime (by more than a tenth), in their party,
    /// or in whether the cookie is functional. Rows may stand in one policy or in two.
    ///
    /// ## What to do
    /// Keep the row that is right.
    ContradictoryDeclaration = "contradictory-declaration", "CA205";
    summary: "the policy says two different things about one cookie",
    severity: Warning,
    confidence: High,
    needs: [ReadablePolicy],
    references: ["Regulation (EU) 2016/679 (GDPR) Art. 12(1) (clear information)"],
}

fn check(case: &Case<'_>) -> Checked {
    let mut same: BTreeMap<(String, DeclaredStorage), Vec<Row<'_>>> = BTreeMap::new();
    for (policy, reading) in case.audit.policies.iter().enumerate() {
        for declaration in &reading.declarations {
            let place = (declaration.name.clone(), declaration.storage);
            same.entry(place).or_default().push(Row { policy, declaration });
        }
    }
    if same.is_empty() {
        return Checked::inapplicable();
    }
    let groups = same.into_values().flat_map(by_provider);
    Checked::found(groups.filter_map(|rows| finding(&rows)).collect())
}

/// Where several providers are named, rows are only compared within one; a row without provider then means any.
fn by_provider(rows: Vec<Row<'_>>) -> Vec<Vec<Row<'_>>> {
    let provider = |row: &Row<'_>| row.declaration.provider.as_deref().map(str::to_lowercase);
    let named: BTreeSet<String> = rows.iter().filter_map(provider).collect();
    if named.len() < 2 {
        return vec![rows];
    }
    named.iter().map(|name| rows.iter().filter(|row| provider(row).as_ref() == Some(name)).copied().collect()).collect()
}

fn finding(rows: &[Row<'_>]) -> Option<Finding> {
    let pairs = rows.iter().enumerate().flat_map(|(at, a)| rows.iter().skip(at + 1).map(move |b| (a, b)));
    let (a, b, what) = pairs.into_iter().find_map(|(a, b)| Some((a, b, conflict(a, b)?)))?;
    let name = &a.declaration.name;
    let provider = a.declaration.provider.as_deref().unwrap_or_default().to_lowercase();
    let subject = format!("rows {name} {provider}").trim_end().to_owned();
    let other = format!("other row: {} ({})", b.declaration.quote, b.declaration.place.words);
    Some(Finding {
        policy: Some(a.policy),
        policy_quote: Some(a.declaration.quote.clone()),
        place: Some(a.declaration.place.clone()),
        evidence: vec![other],
        advice: "keep the row that is right".to_owned(),
        ..violation(&META, subject, format!("the policy lists `{name}` twice: {what}"))
    })
}

fn conflict(a: &Row<'_>, b: &Row<'_>) -> Option<String> {
    let (a, b) = (a.declaration, b.declaration);
    if let (Some(x), Some(y)) = (a.lifetime, b.lifetime)
        && lives_differ(x, y)
    {
        return Some(format!("once for {}, once for {}", words::lifetime(x), words::lifetime(y)));
    }
    if let (Some(x), Some(y)) = (a.purpose, b.purpose) {
        let known = x != Purpose::Unknown && y != Purpose::Unknown;
        if known && words::is_tracking(x) != words::is_tracking(y) {
            return Some(format!("once for {}, once for {}", words::purpose(x), words::purpose(y)));
        }
    }
    match (a.party, b.party) {
        (Some(x), Some(y)) if x != y => Some(format!("once as {}, once as {}", words::party(x), words::party(y))),
        _ => None,
    }
}

fn lives_differ(a: Lifetime, b: Lifetime) -> bool {
    match (a, b) {
        (Lifetime::Seconds(a), Lifetime::Seconds(b)) => (a - b).saturating_abs().saturating_mul(10) > a.max(b),
        (a, b) => a != b,
    }
}
