//! Cookies whose purpose is not known: counted and explained once.

use super::macros::rule;
use super::make::{pages, violation};
use super::{Case, Checked};
use crate::judge::model::{Finding, Purpose};

rule! {
    /// Cookies whose purpose could not be told.
    ///
    /// Nothing is wrong with them as far as is known: they are counted here, once, because claims about purposes
    /// ("only necessary cookies") can neither be confirmed nor contradicted by a cookie nobody understands. An unknown
    /// purpose never contradicts a claim.
    ///
    /// ## What to do
    /// Give the purpose in the configuration, with a reason, or let a trial find out what the cookie does.
    UnclassifiedCookie = "unclassified-cookie", "CA105";
    summary: "the purpose of some cookies is not known",
    severity: Note,
    confidence: High,
    needs: [Pages],
    references: ["WP29 Opinion 04/2012 on cookie consent exemption (a judgement by purpose)"],
}

fn check(case: &Case<'_>) -> Checked {
    let accepted = || case.audit.cookies.iter().enumerate().filter(|(_, entry)| entry.accepted);
    if accepted().next().is_none() {
        return Checked::inapplicable();
    }
    let unknown: Vec<_> = accepted().filter(|(_, entry)| entry.class.purpose == Purpose::Unknown).collect();
    if unknown.is_empty() {
        return Checked::found(Vec::new());
    }
    let count = unknown.len();
    let (what, verb) = if count == 1 { ("cookie", "is") } else { ("cookies", "are") };
    Checked::found(vec![Finding {
        cookies: unknown.iter().map(|(index, _)| *index).collect(),
        pages: pages(unknown.iter().flat_map(|(_, entry)| &entry.pages)),
        evidence: unknown.iter().map(|(_, entry)| super::words::named(entry)).collect(),
        advice: "say what they are for in `[[override]]` entries, or find out with `--trial all`".to_owned(),
        ..violation(&META, "unknown purposes", format!("{count} {what} {verb} of a purpose that is not known"))
    }])
}
