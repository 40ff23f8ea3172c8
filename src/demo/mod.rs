//! The embedded demo: a small shop on several loopback origins, and the truth about what was planted in it.
//!
//! The shop claims in its policy what such policies claim, lists some of its cookies, and does otherwise: a measuring
//! script, an advertising partner's redirect, a late writer. `truth.toml` says each planted thing, and `check` compares
//! a report with it. Not here: running the audit (`cli`).

mod check;
mod others;
mod pages;
mod server;
mod shop;
mod truth;

pub use check::check;
pub use server::{DemoError, Site};
pub use truth::{PlantedCookie, PlantedFinding, Seen, Truth, truth};
