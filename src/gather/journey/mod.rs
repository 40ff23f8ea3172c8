//! Journeys: what a visitor does besides looking at pages.
//!
//! `consent` finds and works consent dialogs, `login` signs in and stays signed in, `state` reads a session made
//! elsewhere, `switches` works a site's own language, theme and preference switches, `trials` takes cookies away and looks
//! what changes. `steps` and `hand` are what they share. Not here: which pages are visited (`crawl`), what they do
//! (`record`).

pub mod consent;
mod hand;
pub mod login;
mod look;
pub mod state;
pub mod steps;
pub mod switches;
mod trail;
pub mod trials;
mod words;
mod written;

pub use self::trail::{Stop, Trail};

use url::Url;

use super::VisitRequest;
use crate::evidence::model::{Found, Phase, Visitor};

/// A visit that a journey makes.
fn request(url: &Url, phase: Phase, visitor: Visitor, sequence: u64, starts_walk: bool) -> VisitRequest {
    VisitRequest {
        sequence,
        url: url.clone(),
        depth: 0,
        found: Found::Journey,
        phase,
        visitor,
        starts_walk,
        scope: None,
    }
}
