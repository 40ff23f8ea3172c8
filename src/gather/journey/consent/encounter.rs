//! One page and its dialog: what is to be seen, what is done about it, and what the visitor gained by it.
//!
//! The line between before and after a choice is drawn here: what the page did before the first press is no part of
//! the record of a phase in which a choice was made.

use super::Choice;
use super::autoconsent::Popup;
use super::carry::Gained;
use super::operate::{self, Worked, look, target};
use super::plan::ConsentPlan;
use super::probe::{Dialog, OWN};
use super::words::{Role, managers, words};
use super::{recipe, state};
use crate::evidence::model::ConsentOutcome;
use crate::gather::VisitError;
use crate::gather::record::Staged;

/// Longest text and most buttons that are kept of a dialog.
const MAX_TEXT: usize = 1000;
const MAX_BUTTONS: usize = 20;

/// What there is to see of dialogs on a page.
pub(super) struct Sight {
    dialogs: Vec<Dialog>,
    recipe: bool,
    popup: Option<Popup>,
}

impl Sight {
    /// Looks around. The user's package is asked where nothing we know ourselves is there.
    pub(super) async fn of(staged: &Staged<'_>, plan: &ConsentPlan, first: bool) -> Result<Self, VisitError> {
        let recipe = recipe::is_open(staged, plan.recipe()).await?;
        let dialogs = look(staged, managers()).await?;
        let known = recipe || dialogs.first().is_some_and(Dialog::is_known);
        let popup = match plan.autoconsent(first).filter(|_| !known) {
            // Its guesses are asked only where ours come to nothing.
            Some(package) => {
                let guessing = !dialogs.iter().any(|d| operate::is_workable(plan.choice, d));
                package.look(staged, plan.choice, guessing).await?
            }
            None => None,
        };
        Ok(Self { dialogs, recipe, popup })
    }

    /// Whether a choice is asked for that was not made: a dialog that can be worked, or one that was worked before.
    pub(super) fn asks(&self, plan: &ConsentPlan) -> bool {
        let workable = |d: &Dialog| operate::is_workable(plan.choice, d) || plan.knows(&d.labels());
        self.recipe || self.popup.is_some() || self.dialogs.iter().any(workable)
    }

    /// Whether there is a dialog of any kind.
    pub(super) fn is_open(&self) -> bool {
        !self.is_empty()
    }

    fn is_empty(&self) -> bool {
        !self.recipe && self.popup.is_none() && self.dialogs.is_empty()
    }

    fn dialog(&self, choice: Choice) -> Option<&Dialog> {
        target(choice, &self.dialogs)
    }

    fn manager(&self, choice: Choice) -> Option<String> {
        let popup = self.popup.as_ref().map(|p| p.name.clone());
        popup.or_else(|| self.dialog(choice).map(|d| d.manager.clone())).or_else(|| self.recipe.then(|| OWN.to_owned()))
    }
}

/// What became of a dialog, with what is to be kept beside the evidence.
#[derive(Default)]
pub(super) struct Encounter {
    pub(super) worked: Option<Worked>,
    pub(super) gained: Gained,
    pub(super) shown_again: Option<bool>,
    pub(super) after: Option<Vec<u8>>,
    pub(super) tcf: Option<String>,
}

/// Makes the choice, and loads the page again to see what comes then.
pub(super) async fn work(
    staged: &mut Staged<'_>,
    plan: &ConsentPlan,
    sight: &Sight,
    first: bool,
) -> Result<Encounter, VisitError> {
    staged.mark().await?;
    let mut worked = act(staged, plan, sight).await?;
    let mut encounter = Encounter {
        after: if first { staged.picture().await } else { None },
        tcf: state::of(staged).await?,
        gained: Gained { at_once: staged.noted(), all: staged.gained().await? },
        ..Encounter::default()
    };
    let remember = |sight: &Sight| {
        plan.met(sight.dialog(plan.choice).map(Dialog::labels).unwrap_or_default(), sight.popup.is_some());
    };
    if worked.done {
        remember(sight);
    }
    if worked.decided {
        staged.reload().await?;
        let again = if staged.arrived() { Some(Sight::of(staged, plan, first).await?.asks(plan)) } else { None };
        // Some dialogs stay until they are closed: a choice that the next page remembers was made.
        if !worked.done && again == Some(false) {
            worked.done = true;
            "the choice was made, and the dialog gone when the page was loaded again".clone_into(&mut worked.detail);
            remember(sight);
        }
        encounter.shown_again = again.filter(|_| worked.done);
    }
    encounter.worked = Some(worked);
    Ok(encounter)
}

async fn act(staged: &Staged<'_>, plan: &ConsentPlan, sight: &Sight) -> Result<Worked, VisitError> {
    if sight.recipe {
        return recipe::work(staged, plan.recipe()).await;
    }
    if let (Some(popup), Some(package)) = (&sight.popup, plan.autoconsent(true)) {
        let worked = package.work(staged, plan.choice, popup).await?;
        if worked.done || worked.clicks > 0 || sight.dialogs.is_empty() {
            return Ok(worked);
        }
    }
    operate::work(staged, plan.choice, managers(), &sight.dialogs).await
}

/// The record of an encounter.
pub(super) fn outcome(plan: &ConsentPlan, sight: &Sight, encounter: &Encounter, url: &str) -> ConsentOutcome {
    let dialog = sight.dialog(plan.choice);
    let (word, detail) = result(sight, encounter);
    let clicks = encounter.worked.as_ref().filter(|w| w.clicks > 0).map(|w| w.clicks);
    let (refuse, accept) = counted(plan, sight, encounter);
    ConsentOutcome {
        phase: plan.phase,
        url: url.to_owned(),
        dialog: word.to_owned(),
        manager: sight.manager(plan.choice),
        clicks,
        refuse_clicks: refuse,
        accept_clicks: accept,
        shown_again: encounter.shown_again,
        text: dialog.map(|d| d.text.chars().take(MAX_TEXT).collect()),
        buttons: dialog.map(|d| d.labels().into_iter().take(MAX_BUTTONS).collect()).unwrap_or_default(),
        screenshot: None,
        screenshot_after: None,
        tcf: encounter.tcf.clone(),
        detail,
    }
}

fn result(sight: &Sight, encounter: &Encounter) -> (&'static str, String) {
    match &encounter.worked {
        _ if sight.is_empty() => ("none", "no consent dialog was seen".to_owned()),
        None => ("found", "a consent dialog was seen and not touched".to_owned()),
        Some(worked) if worked.done => ("operated", worked.detail.clone()),
        Some(worked) => ("not_operable", worked.detail.clone()),
    }
}

/// Clicks that refusing and agreeing need, as far as they can be seen: what was done, else what the first layer offers.
///
/// That a dialog offers no refusal is said by an agreement counted without one, so only where all of it was understood.
fn counted(plan: &ConsentPlan, sight: &Sight, encounter: &Encounter) -> (Option<u32>, Option<u32>) {
    let worked = encounter.worked.as_ref();
    let done = worked.filter(|w| w.done).map(|w| w.clicks);
    let Some(dialog) = sight.dialog(plan.choice) else { return (None, None) };
    let says = |role: Role| dialog.buttons.iter().any(|b| !b.disabled && words().role(&b.text) == role);
    let refuse = (dialog.roles.refuse.is_some() || says(Role::Refuse)).then_some(1);
    let accept = dialog.roles.accept.map(|_| 1);
    let unclear = dialog.buttons.iter().any(|b| !b.link && words().role(&b.text) == Role::Unclear);
    let further = dialog.roles.settings.is_some() || dialog.roles.save.is_some();
    let sure = |refuse: Option<u32>, accept: Option<u32>| accept.filter(|_| refuse.is_some() || !(further || unclear));
    match plan.choice {
        Choice::Look => (refuse, sure(refuse, accept)),
        Choice::Refuse => (done.or(refuse), sure(done.or(refuse), accept)),
        Choice::Accept => (refuse, sure(refuse, done.or(accept))),
    }
}
