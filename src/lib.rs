//! Audits what a website's cookies really do against what its own policy says.
//!
//! ```text
//!             needs a browser, takes time                    │  pure, synchronous, same bytes in → same bytes out
//!  site ──crawl──▶ browser ──record──▶  EVIDENCE (log on disk) ──classify──┐
//!                     ▲                                      │             ├─▶ judge ──▶ Audit ──▶ report
//!                journey (consent, sign-in, toggles, trials) │  policy ────┘
//! ```
//!
//! Who may import whom: [`cookie`] and [`site`] nothing of ours; [`evidence`] the ground; [`gather`] the ground and
//! evidence; [`judge`] the ground and evidence; [`report`] the ground, evidence and judge. `gather` and `judge` never
//! import each other; `judge` and `report` know no tokio and no browser. Only [`cli`] sees [`config`].
//! `tests/house.rs` reads the imports and holds this.

pub mod cli;
pub mod config;
pub mod cookie;
pub mod demo;
pub mod evidence;
pub mod gather;
pub mod judge;
pub mod report;
pub mod site;
