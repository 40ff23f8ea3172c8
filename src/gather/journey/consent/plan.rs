//! What all visits of a phase share: which choice is made and how, what carries it, and what became of the dialogs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Choice;
use super::autoconsent::Autoconsent;
use crate::evidence::model::{ConsentOutcome, Phase};
use crate::gather::record::Carried;

/// Outcomes kept of a phase; a site with more different dialogs is listed with these.
const MAX_OUTCOMES: usize = 50;

/// What the user says about dialogs.
#[derive(Debug, Clone, Default)]
pub struct ConsentOptions {
    /// Selectors to press, in order, to agree on this site; empty where the dialog is to be found.
    pub accept_steps: Vec<String>,
    /// The same to refuse.
    pub refuse_steps: Vec<String>,
    /// The user's autoconsent package.
    pub autoconsent: Option<Arc<Autoconsent>>,
}

/// The plan of one phase, shared by its browser sessions.
#[derive(Debug)]
pub struct ConsentPlan {
    /// The phase.
    pub(super) phase: Phase,
    /// Its choice.
    pub(super) choice: Choice,
    options: ConsentOptions,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    carry: Carried,
    /// Labels of dialogs that were worked.
    labels: Vec<Vec<String>>,
    /// A dialog was worked by the user's package: looked for on every page.
    foreign: bool,
    outcomes: Vec<ConsentOutcome>,
}

impl ConsentPlan {
    /// A plan for a phase, nothing chosen yet.
    #[must_use]
    pub fn new(phase: Phase, options: ConsentOptions) -> Arc<Self> {
        Arc::new(Self { phase, choice: Choice::of(phase), options, state: Mutex::default() })
    }

    /// What became of dialogs on pages of the crawl, where the choice had to be made there again or could not be made.
    #[must_use]
    pub fn outcomes(&self) -> Vec<ConsentOutcome> {
        let mut outcomes = self.state().outcomes.clone();
        outcomes.sort_by(|a, b| a.url.cmp(&b.url));
        outcomes
    }

    /// The recipe for the plan's choice.
    pub(super) fn recipe(&self) -> &[String] {
        match self.choice {
            Choice::Look => &[],
            Choice::Refuse => &self.options.refuse_steps,
            Choice::Accept => &self.options.accept_steps,
        }
    }

    /// The user's package; on pages of the crawl only where it worked the first dialog.
    pub(super) fn autoconsent(&self, first: bool) -> Option<&Arc<Autoconsent>> {
        self.options.autoconsent.as_ref().filter(|_| first || self.state().foreign)
    }

    /// What carries the choice; empty before it was made, and where a site forgets it.
    #[must_use]
    pub fn carry(&self) -> Carried {
        self.state().carry.clone()
    }

    pub(super) fn carries(&self, more: Carried) {
        self.state().carry.merge(more);
    }

    /// Remembers a dialog that was worked.
    pub(super) fn met(&self, labels: Vec<String>, foreign: bool) {
        let mut state = self.state();
        state.foreign |= foreign;
        if !labels.is_empty() && !state.labels.contains(&labels) {
            state.labels.push(labels);
        }
    }

    /// Whether a dialog with these buttons was worked before.
    pub(super) fn knows(&self, labels: &[String]) -> bool {
        self.state().labels.iter().any(|known| known == labels)
    }

    pub(super) fn tell(&self, outcome: ConsentOutcome) {
        let mut state = self.state();
        if state.outcomes.len() < MAX_OUTCOMES {
            state.outcomes.push(outcome);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
