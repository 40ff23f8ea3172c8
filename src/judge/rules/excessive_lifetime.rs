//! Cookies that live longer than what regulators think reasonable.

use super::macros::rule;
use super::make::violation;
use super::query::seconds;
use super::{Case, Checked, words};
use crate::cookie::Lifetime;
use crate::judge::model::{CookieEntry, Finding, Purpose, Severity};

rule! {
    /// A cookie asks to live for more than 13 months.
    ///
    /// Thirteen months is what the French authority accepts for audience measurement and for remembering a choice. The
    /// bound can be changed in the configuration. Compared is what was sent.
    ///
    /// ## Severity
    /// A warning for analytics, a note for everything else.
    ///
    /// ## What to do
    /// Shorten the cookie to what its purpose needs.
    ExcessiveLifetime = "excessive-lifetime", "CA401";
    summary: "a cookie lives for more than 13 months",
    severity: Note,
    confidence: High,
    needs: [Pages],
    references: [
        "CNIL, guidelines and recommendation of 17 September 2020 (audience measurement: 13 months)",
        "Regulation (EU) 2016/679 (GDPR) Art. 5(1)(e) (storage limitation)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    if case.accepted().all(|(_, entry)| seconds(entry).is_none()) {
        return Checked::inapplicable();
    }
    let bound = case.thresholds.excessive_lifetime_s;
    let causes = case.causes(|_, entry| seconds(entry).is_some_and(|seconds| seconds > bound));
    Checked::found(causes.into_iter().filter_map(|(subject, cookies)| finding(case, subject, cookies)).collect())
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let entries = case.entries(&cookies);
    let entry = entries.iter().max_by_key(|entry| seconds(entry))?;
    let (life, bound) = (seconds(entry)?, case.thresholds.excessive_lifetime_s);
    let (life, bound) = (words::lifetime(Lifetime::Seconds(life)), words::lifetime(Lifetime::Seconds(bound)));
    let analytics = |entry: &&CookieEntry| entry.class.purpose == Purpose::Analytics;
    Some(Finding {
        severity: if entries.iter().any(analytics) { Severity::Warning } else { Severity::Note },
        pages: case.pages_of(&cookies),
        evidence: words::observed(entry),
        advice: format!("shorten it to what its purpose needs, at most {bound}"),
        cookies,
        ..violation(&META, subject, format!("{} lives for {life}, longer than {bound}", words::named(entry)))
    })
}
