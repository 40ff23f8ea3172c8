//! Allowances that allow nothing. Found by `judge::allow`, which alone sees them; documented here.

use super::macros::rule;
use super::{Case, Checked};

rule! {
    /// An `[[allow]]` entry of the configuration fits no finding of this audit.
    ///
    /// An exception that outlives its cause hides the next one. Entries for other sites are not meant.
    ///
    /// ## What to do
    /// Take the entry out.
    UnusedAllowance = "unused-allowance", "CA904";
    summary: "an exception in the configuration fits nothing",
    severity: Warning,
    confidence: High,
    needs: [],
    references: ["configuration, section [[allow]]"],
}

/// Rules have run before allowances are applied: there is nothing to see yet.
fn check(_: &Case<'_>) -> Checked {
    Checked::inapplicable()
}
