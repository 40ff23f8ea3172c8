//! Judging: evidence in, [`model::Audit`] out. Synchronous and pure: the same bytes in give the same bytes out.
//!
//! `classify` says what a cookie is for, `policy` what a policy discloses, `inventory` folds observations into entries,
//! `matching` lays the two side by side, `rules` find where they differ. Here the rules are run, and here only are
//! severities, allowances and baselines applied. No clock, no network, no browser.

pub mod classify;
pub mod model;
pub mod policy;
pub mod rules;
