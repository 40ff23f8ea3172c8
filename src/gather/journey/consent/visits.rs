//! A phase's visits: the choice is made once on the first page, its carrier is given to every fresh visitor, and where
//! that does not hold the dialog is worked on the page itself.

use std::sync::Arc;

use url::Url;

use super::Choice;
use super::carry;
use super::encounter::{self, Encounter, Sight};
use super::plan::ConsentPlan;
use super::state;
use super::words::{Manager, managers};
use crate::evidence::model::{ConsentOutcome, Note, Outcome, PageVisit, Phase, Visitor};
use crate::gather::record::{Carried, Recorder};
use crate::gather::{VisitError, VisitRequest, Visits};

/// The choice as it was made on one page.
#[derive(Debug)]
pub struct Chosen {
    /// What became of the dialog; `None` where the page could not be loaded, so that nothing can be said. File names of
    /// screenshots are the caller's to fill in.
    pub outcome: Option<ConsentOutcome>,
    /// What the page did because of the choice: from the first press on, and when it was loaded again. `None` where no
    /// choice was made.
    pub page: Option<Box<PageVisit>>,
    /// PNG of the page before the choice.
    pub before: Option<Vec<u8>>,
    /// PNG of the page after the choice.
    pub after: Option<Vec<u8>>,
}

impl Chosen {
    /// Whether the phase can be recorded: not where there is a dialog that could not be worked, since what its pages do
    /// would then be what they do before a choice.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.outcome.as_ref().is_none_or(|o| o.dialog != "not_operable")
    }
}

/// Makes the phase's choice as a fresh visitor of a page, and finds out what carries it. In the phase before consent
/// the dialog is only looked at.
pub async fn choose(recorder: &mut Recorder, plan: &ConsentPlan, request: VisitRequest) -> Result<Chosen, VisitError> {
    let url = request.url.clone();
    let mut staged = recorder.stage(request.clone(), &Carried::default()).await?;
    let mut chosen = Chosen { outcome: None, page: None, before: None, after: None };
    let mut encounter = Encounter::default();
    let mut manager = None;
    if staged.arrived() {
        let sight = Sight::of(&staged, plan, true).await?;
        chosen.before = staged.picture().await;
        if plan.choice == Choice::Look || !sight.is_open() {
            encounter.tcf = state::of(&staged).await?;
        } else {
            encounter = encounter::work(&mut staged, plan, &sight, true).await?;
        }
        let outcome = encounter::outcome(plan, &sight, &encounter, url.as_str());
        manager = managers().iter().find(|m| Some(&m.name) == outcome.manager.as_ref());
        chosen.outcome = Some(outcome);
        chosen.after = encounter.after.take();
    }
    let page = staged.finish().await?;
    if let Some(outcome) = &mut chosen.outcome {
        outcome.url.clone_from(&page.url);
    }
    if encounter.worked.is_some() {
        chosen.page = Some(Box::new(PageVisit { step: Some(step(plan.phase).to_owned()), ..page }));
        hold(recorder, plan, &request, &encounter, manager).await?;
    } else if matches!(page.outcome, Outcome::Failed { .. }) {
        chosen.outcome = None;
    }
    Ok(chosen)
}

fn step(phase: Phase) -> &'static str {
    match phase {
        Phase::BeforeConsent => "look at the consent dialog",
        Phase::Rejected => "refuse in the consent dialog",
        Phase::Accepted => "agree in the consent dialog",
    }
}

/// Finds out which guess at the choice's carrier holds: a fresh visitor who brings it along is not asked again.
async fn hold(
    recorder: &mut Recorder,
    plan: &ConsentPlan,
    request: &VisitRequest,
    encounter: &Encounter,
    manager: Option<&Manager>,
) -> Result<(), VisitError> {
    // A site that forgets the choice itself holds with nothing.
    if encounter.shown_again != Some(false) {
        return Ok(());
    }
    let host = request.url.host_str().unwrap_or_default();
    for guess in carry::guesses(&encounter.gained, manager, host) {
        let staged = recorder.stage(request.clone(), &guess).await?;
        let holds = staged.arrived() && !Sight::of(&staged, plan, true).await?.asks(plan);
        staged.finish().await?;
        if holds {
            tracing::debug!(names = ?guess.names(), "the consent choice is carried by these");
            plan.carries(guess);
            return Ok(());
        }
    }
    Ok(())
}

/// A recorder whose visitors have all made the phase's choice.
pub struct ConsentVisits {
    recorder: Recorder,
    plan: Arc<ConsentPlan>,
}

impl ConsentVisits {
    /// Visits by a plan; [`choose`] was called with the plan before.
    #[must_use]
    pub fn new(recorder: Recorder, plan: Arc<ConsentPlan>) -> Self {
        Self { recorder, plan }
    }

    /// The recorder, for what is not a visit of the phase.
    pub fn recorder(&mut self) -> &mut Recorder {
        &mut self.recorder
    }

    /// Gives the recorder back.
    #[must_use]
    pub fn into_recorder(self) -> Recorder {
        self.recorder
    }

    async fn chosen(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        let plan = Arc::clone(&self.plan);
        let url = request.url.clone();
        let mut staged = self.recorder.stage(request, &plan.carry()).await?.pictured();
        if !staged.arrived() {
            return staged.finish().await;
        }
        let sight = Sight::of(&staged, &plan, false).await?;
        if !sight.asks(&plan) {
            return staged.finish().await;
        }
        let encounter = encounter::work(&mut staged, &plan, &sight, false).await?;
        let mut outcome = encounter::outcome(&plan, &sight, &encounter, url.as_str());
        let done = encounter.worked.as_ref().is_some_and(|w| w.done);
        let page = staged.finish().await?;
        if done {
            learn(&plan, &encounter, &outcome, &url);
            return Ok(noted(page, "consent_chosen_here", &outcome.detail));
        }
        let page = noted(without_observations(page), "consent_not_operable", &outcome.detail);
        outcome.url.clone_from(&page.url);
        plan.tell(outcome);
        Ok(page)
    }
}

/// Another host of the site asks for itself: what carries the choice there goes along from now on.
fn learn(plan: &ConsentPlan, encounter: &Encounter, outcome: &ConsentOutcome, url: &Url) {
    let manager = managers().iter().find(|m| Some(&m.name) == outcome.manager.as_ref());
    let narrowest = carry::guesses(&encounter.gained, manager, url.host_str().unwrap_or_default()).into_iter().next();
    if let (Some(guess), Some(false)) = (narrowest, encounter.shown_again) {
        plan.carries(guess);
    }
}

fn noted(mut page: PageVisit, code: &str, detail: &str) -> PageVisit {
    page.notes.push(Note { code: code.to_owned(), detail: detail.to_owned() });
    page
}

/// The page was seen, but not by somebody who had made the choice: what it did is no evidence of the phase.
fn without_observations(page: PageVisit) -> PageVisit {
    PageVisit {
        writes: Vec::new(),
        jar: Vec::new(),
        storage: Vec::new(),
        hosts: Vec::new(),
        exchanges: Vec::new(),
        leaks: Vec::new(),
        ..page
    }
}

impl Visits for ConsentVisits {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        // A returning visitor made the choice on the first page of the walk.
        let chooses = request.visitor == Visitor::Fresh || request.starts_walk;
        if self.plan.choice == Choice::Look || !chooses {
            return self.recorder.visit(request).await;
        }
        self.chosen(request).await
    }

    async fn close(self) {
        self.recorder.close().await;
    }
}
