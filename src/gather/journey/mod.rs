//! Journeys: what a visitor does besides looking at pages.
//!
//! `consent` finds and works consent dialogs. Not here: which pages are visited (`crawl`), what they do (`record`).

pub mod consent;
