//! Sentences of the policy that what was seen speaks against.

use super::claims::{self, Against, Answer, Tested};
use super::macros::rule;
use super::make::{pages, violation};
use super::{Case, Checked};
use crate::judge::model::{Finding, Severity};

rule! {
    /// The policy makes a claim that can be tested, and what was seen differs from it.
    ///
    /// "Cookies are used solely for …", "no third-party cookies", "nothing is collected", "deleted after 30 days": each
    /// kind of claim has a test of its own. One finding a claim, however often the policy says it and however many
    /// cookies speak against it.
    ///
    /// ## Severity
    /// By claim: mostly an error; a warning where the observation is weak (an identifier against "identifies nobody",
    /// a purpose of medium confidence) or the claim is about convenience; a note for "you may lose access", which is
    /// only information.
    ///
    /// ## Limits
    /// A cookie of unknown purpose never contradicts a claim. What nothing in a browser can show is left to
    /// `claim-not-tested`.
    ///
    /// ## What to do
    /// Change what the site does, or what the policy says.
    ContradictedClaim = "contradicted-claim", "CA301";
    summary: "the policy claims something that what was seen contradicts",
    severity: Error,
    confidence: High,
    needs: [Pages, ReadablePolicy],
    references: [
        "Regulation (EU) 2016/679 (GDPR) Art. 5(1)(a) (transparency) and Art. 13",
        "Directive 2005/29/EC Art. 6 (misleading actions)",
        "WP29 Opinion 04/2012 on cookie consent exemption",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let tested = claims::test(case);
    if tested.iter().all(|tested| matches!(tested.answer, Answer::Untested(_))) {
        return Checked::inapplicable();
    }
    let found = tested.iter().filter_map(|tested| match &tested.answer {
        Answer::Contradicted(against) => Some(finding(case, tested, against)),
        _ => None,
    });
    Checked::found(found.collect())
}

fn finding(case: &Case<'_>, tested: &Tested<'_>, against: &Against) -> Finding {
    let says = tested.kind.map_or("something else", |kind| kind.says);
    let usual = tested.kind.map_or(META.severity, |kind| kind.severity);
    let confidence = against.confidence.unwrap_or(META.confidence);
    // What is less than certain does not fail an audit by itself.
    let bound = if confidence < META.confidence { Severity::Warning } else { Severity::Error };
    let items = against.storage.iter().filter_map(|index| case.audit.storage.get(*index));
    let cookies = case.pages_of(&against.cookies);
    let mut evidence = against.evidence.clone();
    evidence.extend(
        tested
            .also
            .iter()
            .filter(|also| also.quote != tested.claim.quote)
            .map(|also| format!("the policy also says: {}", also.quote)),
    );
    Finding {
        severity: against.severity.unwrap_or(usual).min(bound),
        confidence,
        pages: pages(cookies.iter().chain(items.flat_map(|item| &item.pages)).chain(&against.pages)),
        policy: Some(tested.policy),
        policy_quote: Some(tested.claim.quote.clone()),
        place: Some(tested.claim.place.clone()),
        evidence,
        advice: "take what is named here off the site, or take the sentence out of the policy".to_owned(),
        cookies: against.cookies.clone(),
        storage: against.storage.clone(),
        ..violation(&META, claims::subject(tested.claim), format!("the policy says \"{says}\", but {}", against.words))
    }
}
