//! Dialogs in which refusing takes more clicks than agreeing.

use super::macros::rule;
use super::make::violation;
use super::{Case, Checked};
use crate::evidence::model::ConsentOutcome;
use crate::judge::model::Finding;

rule! {
    /// Refusing takes more clicks than agreeing.
    ///
    /// Counted from the first sight of the dialog to the stored choice. Only where both ways were found for sure.
    ///
    /// ## What to do
    /// Put "refuse" on the first layer, beside "accept".
    RefusalHarderThanAcceptance = "refusal-harder-than-acceptance", "CA506";
    summary: "refusing takes more clicks than agreeing",
    severity: Warning,
    confidence: High,
    needs: [Pages, ConsentDialog],
    references: [
        "EDPB Cookie Banner Taskforce report (2023), parts A and B",
        "CNIL, deliberation SAN-2021-023 and recommendation of 17 September 2020",
    ],
}

fn check<'a>(case: &Case<'a>) -> Checked {
    let counted = |outcome: &'a ConsentOutcome| Some((outcome, outcome.refuse_clicks?, outcome.accept_clicks?));
    let Some((dialog, refuse, accept)) = case.audit.consent.iter().find_map(counted) else {
        return Checked::inapplicable();
    };
    if refuse <= accept {
        return Checked::found(Vec::new());
    }
    Checked::found(vec![Finding {
        pages: vec![dialog.url.clone()],
        evidence: vec![format!("buttons: {}", dialog.buttons.join(" | "))],
        advice: "put \"refuse\" on the first layer, beside \"accept\"".to_owned(),
        ..violation(&META, "dialog", format!("refusing takes {refuse} clicks, agreeing {accept}"))
    }])
}
