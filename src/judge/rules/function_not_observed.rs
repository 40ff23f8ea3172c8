//! Cookies declared functional that no trial could show to do anything.

use super::macros::rule;
use super::make::violation;
use super::{Case, Checked, words};
use crate::judge::model::{Category, CookieEntry, Finding, Purpose};

rule! {
    /// The policy lists a cookie as functional, and taking it away changed nothing a visitor could see.
    ///
    /// A trial loads a page with and without the cookie and compares what the visitor sees. Nothing visible changed
    /// supports the suspicion that the cookie serves something else; it never proves it. Protection against fraud, for
    /// one, is not visible.
    ///
    /// ## What to do
    /// Look what the cookie is for.
    FunctionNotObserved = "function-not-observed", "CA601";
    summary: "a cookie declared functional was not seen to do anything",
    severity: Note,
    confidence: Low,
    needs: [Trials, ReadablePolicy],
    references: ["WP29 Opinion 04/2012 on cookie consent exemption"],
}

fn check(case: &Case<'_>) -> Checked {
    let tried = |index: usize, entry: &CookieEntry| !entry.trials.is_empty() && declared(case, index).is_some();
    if !case.accepted().any(|(index, entry)| tried(index, entry)) {
        return Checked::inapplicable();
    }
    let idle = |entry: &CookieEntry| entry.trials.iter().all(|trial| trial.purpose.is_none());
    let causes = case.causes(|index, entry| tried(index, entry) && idle(entry));
    Checked::found(causes.into_iter().filter_map(|(subject, cookies)| finding(case, subject, cookies)).collect())
}

/// The functional purpose a row gives; protection is left out, since it is not visible.
fn declared(case: &Case<'_>, index: usize) -> Option<Purpose> {
    let purposes = case.rows(index).into_iter().filter_map(|row| row.declaration.purpose);
    purposes.into_iter().find(|purpose| purpose.category() == Category::Functional && *purpose != Purpose::Security)
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let first = *cookies.first()?;
    let entry = case.audit.cookies.get(first)?;
    let said = words::purpose(declared(case, first)?);
    let row = case.rows(first).into_iter().next()?;
    let message = format!("the policy lists {} for {said}; no trial showed it to do anything", words::named(entry));
    Some(Finding {
        pages: case.pages_of(&cookies),
        policy: Some(row.policy),
        policy_quote: Some(row.declaration.quote.clone()),
        place: Some(row.declaration.place.clone()),
        evidence: entry.trials.iter().map(|trial| trial.verdict.clone()).collect(),
        advice: "look what the cookie is for".to_owned(),
        cookies,
        ..violation(&META, subject, message)
    })
}
