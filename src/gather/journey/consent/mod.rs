//! Consent dialogs: found by facts about well-known managers, else in general, and worked as asked.
//!
//! "No dialog" and "a dialog that could not be operated" are different results. Nothing is ever pressed before a
//! choice is asked for, and nothing that agrees when it is to refuse. What carries the choice is then given to every
//! fresh visitor of the phase.
//!
//! A phase goes so:
//! 1. [`ConsentPlan::new`] for the phase, with what the user says ([`ConsentOptions`]); all its sessions share it.
//! 2. [`choose`] once, with one recorder and a request for a seed. It answers a [`Chosen`]: the outcome for the
//!    evidence, the page visit that begins with the choice, and two pictures for the caller to store. Before consent it
//!    only looks.
//! 3. Where [`Chosen::goes_on`], a crawl of the phase whose sessions are [`ConsentVisits`] around recorders. Where it
//!    does not, nothing is crawled: those pages would show what comes before a choice.
//! 4. [`ConsentPlan::outcomes`] afterwards: pages on which a dialog of their own could not be worked.

mod autoconsent;
mod carry;
mod encounter;
mod ground;
mod operate;
mod plan;
mod probe;
mod recipe;
mod state;
mod visits;
mod words;

use crate::evidence::model::Phase;

pub use self::autoconsent::{Autoconsent, AutoconsentError};
pub use self::plan::{ConsentOptions, ConsentPlan};
pub use self::visits::{Chosen, ConsentVisits, choose};

/// What to do about a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Touch nothing.
    Look,
    /// Refuse everything that may be refused.
    Refuse,
    /// Agree to everything.
    Accept,
}

impl Choice {
    /// The choice that a phase is about.
    #[must_use]
    pub fn of(phase: Phase) -> Self {
        match phase {
            Phase::BeforeConsent => Self::Look,
            Phase::Rejected => Self::Refuse,
            Phase::Accepted => Self::Accept,
        }
    }
}
