//! Allowances past their day. Found by `judge::allow`, which alone sees them; documented here.

use super::macros::rule;
use super::{Case, Checked};

rule! {
    /// An `[[allow]]` entry of the configuration has expired.
    ///
    /// What it allowed counts again, with its own severity. The day is compared with the end of the recording, so
    /// judging the same evidence again gives the same answer.
    ///
    /// ## What to do
    /// Mend what was allowed, or renew the entry with a reason and a new day.
    ExpiredAllowance = "expired-allowance", "CA905";
    summary: "an exception in the configuration has expired",
    severity: Warning,
    confidence: High,
    needs: [],
    references: ["configuration, section [[allow]]"],
}

/// Rules have run before allowances are applied: there is nothing to see yet.
fn check(_: &Case<'_>) -> Checked {
    Checked::inapplicable()
}
