//! Sentences of the policy that could not be put to the test.

use super::claims::{self, Answer};
use super::macros::rule;
use super::make::untested;
use super::{Case, Checked};
use crate::judge::model::Finding;

rule! {
    /// The policy makes a claim that this audit could not test.
    ///
    /// Either nothing a browser sees can tell ("we do not sell data"), or this recording lacked what the test needs (a
    /// second visit, a trial with cookies blocked), or the sentence does not say what exactly it means. Listed so that
    /// nobody takes silence for confirmation; it never changes the exit status.
    ///
    /// ## What to do
    /// Record what is lacking, or check the claim by other means.
    ClaimNotTested = "claim-not-tested", "CA302";
    summary: "the policy claims something that could not be tested",
    severity: Note,
    confidence: High,
    needs: [Pages, ReadablePolicy],
    references: ["what was not tested is never called fine (docs of this tool, claims)"],
}

fn check(case: &Case<'_>) -> Checked {
    let tested = claims::test(case);
    if tested.is_empty() {
        return Checked::inapplicable();
    }
    let open = tested.iter().filter_map(|tested| match &tested.answer {
        Answer::Untested(why) => Some((tested, why)),
        _ => None,
    });
    let untested = open
        .map(|(tested, why)| {
            let says = tested.kind.map_or(tested.claim.kind.as_str(), |kind| kind.says);
            Finding {
                policy: Some(tested.policy),
                policy_quote: Some(tested.claim.quote.clone()),
                place: Some(tested.claim.place.clone()),
                advice: "record what is lacking, or check it by other means".to_owned(),
                ..untested(&META, claims::subject(tested.claim), format!("\"{says}\" was not tested: {why}"))
            }
        })
        .collect();
    Checked { applicable: true, findings: Vec::new(), untested }
}
