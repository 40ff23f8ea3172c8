//! Claims of a policy put to the test: for each kind of the public table, what contradicts it and what cannot be seen.
//!
//! One small file a test. `contradicted_claim` and `claim_not_tested` turn the answers into findings; `kinds` is what
//! other rooms may ask ("can this be tested, and how?"). An unknown purpose never contradicts a claim.

mod exhaustive_list;
mod facts;
mod kinds;
mod lifetimes;
mod no_cookies;
mod no_cross_site;
mod no_data;
mod no_javascript;
mod no_requests;
mod no_sharing;
mod no_tracking;
mod not_sent;
mod only_categories;
mod refusal;
mod service;
mod sole_purpose;
mod third_party_cookies;
mod timing;

pub use kinds::{KINDS, Kind, kind};

use super::Case;
use crate::judge::model::{Claim, Confidence, Severity};

/// What a test found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// Nothing seen speaks against it.
    Holds,
    /// Something does.
    Contradicted(Against),
    /// It could not be tested, and why.
    Untested(String),
}

/// What speaks against a claim.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Against {
    /// What was seen, to be put after "but": `3 cookies were set`.
    pub(crate) words: String,
    /// Indices of cookies.
    pub(crate) cookies: Vec<usize>,
    /// Indices of storage items.
    pub(crate) storage: Vec<usize>,
    /// Pages besides those of cookies and storage.
    pub(crate) pages: Vec<String>,
    /// Lines of evidence.
    pub(crate) evidence: Vec<String>,
    /// Below high where the observation only suggests it.
    pub(crate) confidence: Option<Confidence>,
    /// Where it weighs otherwise than the claim's usual severity.
    pub(crate) severity: Option<Severity>,
}

impl Against {
    /// Cookies speak against it.
    pub(crate) fn cookies(case: &Case<'_>, cookies: Vec<usize>, what: &str) -> Self {
        let entries = case.entries(&cookies);
        let evidence = entries.iter().take(10).map(|entry| facts::line(entry)).collect();
        let words = match entries.as_slice() {
            [one] => format!("{} {what}", super::words::named(one)),
            more => format!("{} cookies {}", more.len(), plural(what)),
        };
        Self { words, cookies, evidence, ..Self::default() }
    }

    /// The answer, if anything was found.
    pub(crate) fn unless_empty(self) -> Answer {
        let nothing = self.cookies.is_empty() && self.storage.is_empty() && self.pages.is_empty();
        if nothing { Answer::Holds } else { Answer::Contradicted(self) }
    }
}

/// `is set` → `are set`, `lives for …` → `live for …`.
fn plural(what: &str) -> String {
    for (one, many) in [("is ", "are "), ("lives ", "live "), ("was ", "were "), ("holds ", "hold ")] {
        if let Some(rest) = what.strip_prefix(one) {
            return format!("{many}{rest}");
        }
    }
    what.to_owned()
}

/// A claim with the answer about it.
#[derive(Debug, Clone)]
pub(crate) struct Tested<'a> {
    /// Index of the policy.
    pub(crate) policy: usize,
    /// The claim, the first of its kind about its subject.
    pub(crate) claim: &'a Claim,
    /// Further sentences that say the same.
    pub(crate) also: Vec<&'a Claim>,
    /// What is known of its kind.
    pub(crate) kind: Option<&'static Kind>,
    /// The answer.
    pub(crate) answer: Answer,
}

/// Puts every claim of every policy to the test; one cause is one answer, however often the policies say it.
pub(crate) fn test<'a>(case: &Case<'a>) -> Vec<Tested<'a>> {
    let mut tested: Vec<Tested<'a>> = Vec::new();
    for (policy, reading) in case.audit.policies.iter().enumerate() {
        for claim in &reading.claims {
            let same = |had: &&mut Tested<'a>| had.claim.kind == claim.kind && had.claim.about == claim.about;
            if let Some(had) = tested.iter_mut().find(same) {
                had.also.push(claim);
                // A later sentence may say more than the first, and so be tested where that one was not.
                let answer = answer(case, claim);
                if weight(&answer) > weight(&had.answer) {
                    had.answer = answer;
                }
            } else {
                let (kind, answer) = (kind(&claim.kind), answer(case, claim));
                tested.push(Tested { policy, claim, also: Vec::new(), kind, answer });
            }
        }
    }
    tested
}

fn weight(answer: &Answer) -> u8 {
    match answer {
        Answer::Untested(_) => 0,
        Answer::Holds => 1,
        Answer::Contradicted(_) => 2,
    }
}

fn answer(case: &Case<'_>, claim: &Claim) -> Answer {
    match kind(&claim.kind) {
        None => Answer::Untested(format!("a claim of the kind {} is not known here", claim.kind)),
        Some(kind) => match kind.test {
            None => Answer::Untested(kind.how.to_owned()),
            Some(test) => test(case, claim),
        },
    }
}

/// What makes a claim the same one in another run.
pub(crate) fn subject(claim: &Claim) -> String {
    match &claim.about {
        Some(about) => format!("claim {} about {about}", claim.kind),
        None => format!("claim {}", claim.kind),
    }
}
