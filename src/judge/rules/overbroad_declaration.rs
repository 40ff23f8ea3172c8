//! Rows whose pattern would cover almost any cookie.

use std::collections::{BTreeMap, BTreeSet};

use super::macros::rule;
use super::make::violation;
use super::query::Row;
use super::{Case, Checked};
use crate::judge::glob::Glob;
use crate::judge::model::{CoveredBy, Finding};

rule! {
    /// The policy lists a pattern so short that it would cover almost anything, such as `p*`.
    ///
    /// A pattern needs three literal characters, two of them letters or digits, to cover a cookie by itself; a shorter
    /// one counts only for cookies of the provider its row names. Here are those that cover nothing that was seen.
    ///
    /// ## What to do
    /// Write out the fixed part of the name, and the provider.
    OverbroadDeclaration = "overbroad-declaration", "CA206";
    summary: "the policy lists a pattern that says nothing",
    severity: Warning,
    confidence: High,
    needs: [ReadablePolicy],
    references: ["Regulation (EU) 2016/679 (GDPR) Art. 12(1) (intelligible information)"],
}

fn check(case: &Case<'_>) -> Checked {
    if case.audit.policies.iter().all(|policy| policy.declarations.is_empty()) {
        return Checked::inapplicable();
    }
    let covers = case.matches.cookies.iter().chain(&case.matches.storage);
    let used: BTreeSet<CoveredBy> = covers.flat_map(|cover| &cover.listed).copied().collect();
    let mut broad: BTreeMap<&str, Row<'_>> = BTreeMap::new();
    for (policy, reading) in case.audit.policies.iter().enumerate() {
        for (item, declaration) in reading.declarations.iter().enumerate() {
            if Glob::new(&declaration.name).is_broad() && !used.contains(&CoveredBy { policy, item }) {
                broad.entry(&declaration.name).or_insert(Row { policy, declaration });
            }
        }
    }
    Checked::found(broad.into_iter().map(|(name, row)| finding(name, row)).collect())
}

fn finding(name: &str, row: Row<'_>) -> Finding {
    Finding {
        policy: Some(row.policy),
        policy_quote: Some(row.declaration.quote.clone()),
        place: Some(row.declaration.place.clone()),
        advice: "write out the fixed part of the name, and name the provider".to_owned(),
        ..violation(
            &META,
            format!("row {name}"),
            format!("the policy lists `{name}`, which would cover almost any name"),
        )
    }
}
