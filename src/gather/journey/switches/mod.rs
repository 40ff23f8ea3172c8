//! A site's own switches, found and worked by a visitor of its own: language, theme, currency, preferences.
//!
//! ```text
//! let worked = switches::work(&mut recorder, &urls, &SwitchOptions { phase, ..Default::default() }).await?;
//! let (pages, result) = switches::extra(&mut recorder, &steps, &start, phase).await;   // the settings' own steps
//! ```
//! Each kind is worked by a fresh visitor; every step is a page record (`switch language to fr`), and the way back too.
//! Nothing else is ever sent: a form only where it is nothing but the switch. Signed in, only what changes no account.

mod find;
mod work;

use url::Url;

use super::request;
use super::steps::{JourneyError, Steps};
use super::trail::{Stop, Trail};
use crate::evidence::model::{PageVisit, Phase, Visitor};
use crate::gather::VisitError;
use crate::gather::record::{Carried, Recorder};

/// How to work switches.
#[derive(Clone)]
pub struct SwitchOptions {
    /// Phase that the records belong to.
    pub phase: Phase,
    /// The state of somebody signed in; a fresh visitor without.
    pub signed_in: Option<Carried>,
    /// Number of the first record.
    pub first_sequence: u64,
}

impl Default for SwitchOptions {
    fn default() -> Self {
        Self { phase: Phase::BeforeConsent, signed_in: None, first_sequence: 0 }
    }
}

/// What was done.
#[derive(Default)]
pub struct Worked {
    /// Every step, and every way back.
    pub pages: Vec<PageVisit>,
    /// The visitor's state after each switch that did something: what trials are best made in.
    pub states: Vec<State>,
}

/// A visitor's state after a switch, or after further steps.
#[derive(Clone)]
pub struct State {
    /// Where the steps led.
    pub stops: Vec<Stop>,
    /// The state.
    pub carried: Carried,
}

/// Finds and works the switches of these pages. Kinds that one page had are not looked for on the next.
pub async fn work(recorder: &mut Recorder, urls: &[Url], options: &SwitchOptions) -> Result<Worked, VisitError> {
    work::all(recorder, urls, options).await
}

/// Does the further steps of the settings in a fresh visitor: search, add to the basket, whatever they say.
pub async fn extra(
    recorder: &mut Recorder,
    steps: &Steps,
    start: &Url,
    phase: Phase,
) -> (Vec<PageVisit>, Result<State, JourneyError>) {
    let begin = request(start, phase, Visitor::Returning, 0, true);
    let (Trail { pages, stops }, done) = steps.perform(recorder, begin, None, "step").await;
    let page = match done {
        Ok(page) => page,
        Err(error) => return (pages, Err(error)),
    };
    let carried = match recorder.carry(&page).await {
        Ok(carried) => carried,
        Err(error) => return (pages, Err(error.into())),
    };
    match recorder.shut(page).await {
        Ok(()) => (pages, Ok(State { stops, carried })),
        Err(error) => (pages, Err(error.into())),
    }
}
