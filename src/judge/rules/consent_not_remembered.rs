//! Dialogs that come back after the visitor has chosen.

use super::macros::rule;
use super::make::{untested, violation};
use super::{Case, Checked};
use crate::evidence::model::{ConsentOutcome, Phase};
use crate::judge::model::Finding;

rule! {
    /// The consent dialog is shown again after the visitor has chosen and the page was reloaded.
    ///
    /// A dialog that forgets refusals and remembers agreement wears visitors down until they agree.
    ///
    /// ## What to do
    /// Store the choice, whichever it was.
    ConsentNotRemembered = "consent-not-remembered", "CA507";
    summary: "the consent dialog comes back after a choice",
    severity: Warning,
    confidence: High,
    needs: [Pages, ConsentDialog],
    references: [
        "CNIL, recommendation of 17 September 2020 (a refusal is kept as long as an agreement)",
        "Regulation (EU) 2016/679 (GDPR) Art. 7",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let operated: Vec<&ConsentOutcome> =
        case.audit.consent.iter().filter(|outcome| outcome.dialog == "operated").collect();
    if operated.is_empty() {
        return Checked::inapplicable();
    }
    let forgotten = operated.iter().filter(|outcome| outcome.shown_again == Some(true));
    let findings: Vec<Finding> = forgotten.map(|outcome| finding(outcome)).collect();
    let unknown = operated.iter().all(|outcome| outcome.shown_again.is_none());
    let message = "the page was not loaded again after the choice";
    let untested = if unknown { vec![untested(&META, "not reloaded", message)] } else { Vec::new() };
    Checked { applicable: true, findings, untested }
}

fn finding(outcome: &ConsentOutcome) -> Finding {
    let choice = match outcome.phase {
        Phase::Rejected => "refused",
        Phase::Accepted | Phase::BeforeConsent => "agreed",
    };
    Finding {
        pages: vec![outcome.url.clone()],
        evidence: outcome.screenshot_after.iter().map(|file| format!("screenshot: {file}")).collect(),
        advice: "store the choice, whichever it was".to_owned(),
        ..violation(&META, format!("after {choice}"), format!("the visitor {choice}, and is asked again"))
    }
}
