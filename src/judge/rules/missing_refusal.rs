//! Dialogs that offer no way to refuse.

use super::macros::rule;
use super::make::{untested, violation};
use super::{Case, Checked, words};
use crate::evidence::model::ConsentOutcome;
use crate::judge::model::Finding;

rule! {
    /// The consent dialog lets the visitor agree and offers no way to refuse, on no layer.
    ///
    /// Only where the site tracks at all: a notice about exempt cookies needs no refusal. And only where the button to
    /// agree was recognised for sure; a dialog whose buttons could not be told makes this incomplete.
    ///
    /// ## What to do
    /// Offer "refuse" beside "accept".
    MissingRefusal = "missing-refusal", "CA505";
    summary: "the consent dialog offers no way to refuse",
    severity: Error,
    confidence: High,
    needs: [Pages, ConsentDialog],
    references: [
        "EDPB Cookie Banner Taskforce report (2023), part A (no reject button on the first layer)",
        "Regulation (EU) 2016/679 (GDPR) Art. 4(11) (freely given)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let Some(dialog) = seen(case) else { return Checked::inapplicable() };
    if !tracks(case) {
        return Checked::inapplicable();
    }
    let refusable = case.audit.consent.iter().any(|outcome| outcome.refuse_clicks.is_some());
    match (refusable, dialog.accept_clicks) {
        (true, _) => Checked::found(Vec::new()),
        (false, Some(_)) => Checked::found(vec![finding(dialog)]),
        (false, None) => {
            let message = "the buttons of the consent dialog could not be told apart";
            Checked::not_tested(vec![untested(&META, "buttons not recognised", message)])
        }
    }
}

/// The dialog, as it was best understood.
fn seen<'a>(case: &Case<'a>) -> Option<&'a ConsentOutcome> {
    let shown = case.audit.consent.iter().filter(|outcome| outcome.dialog != "none");
    shown.max_by_key(|outcome| (outcome.accept_clicks.is_some(), outcome.refuse_clicks.is_some()))
}

/// Whether there is anything to refuse.
pub(super) fn tracks(case: &Case<'_>) -> bool {
    let cookie = case.accepted().any(|(_, entry)| words::is_tracking(entry.class.purpose));
    let item = case.audit.storage.iter().any(|item| words::is_tracking(item.class.purpose));
    cookie || item || !case.trackers(None).is_empty()
}

fn finding(dialog: &ConsentOutcome) -> Finding {
    Finding {
        pages: vec![dialog.url.clone()],
        evidence: vec![format!("buttons: {}", dialog.buttons.join(" | "))],
        advice: "offer \"refuse\" beside \"accept\"".to_owned(),
        ..violation(&META, "dialog", "the consent dialog offers to accept and not to refuse")
    }
}
