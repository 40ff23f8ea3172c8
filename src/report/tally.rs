//! An audit's counts, for every format alike. What makes an audit incomplete is the judge's to say.

use crate::judge::model::{Audit, FindingOutcome, Severity};

/// Counts of one audit, and its gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// New violations of severity error.
    pub errors: usize,
    /// New violations of severity warning.
    pub warnings: usize,
    /// New violations of severity note.
    pub notes: usize,
    /// Violations that stand in the baseline.
    pub known: usize,
    /// Claims and rules that could not be tested; these never change the status.
    pub untested: usize,
    /// What makes the audit incomplete, in words.
    pub gaps: Vec<String>,
}

impl Tally {
    /// Counts an audit.
    #[must_use]
    pub fn of(audit: &Audit) -> Self {
        let mut tally = Self { gaps: audit.incomplete_because(), ..Self::default() };
        for finding in &audit.findings {
            match (finding.outcome, finding.new, finding.severity) {
                (FindingOutcome::Incomplete, _, _) => tally.untested += 1,
                (FindingOutcome::Violation, false, _) => tally.known += 1,
                (FindingOutcome::Violation, true, Severity::Error) => tally.errors += 1,
                (FindingOutcome::Violation, true, Severity::Warning) => tally.warnings += 1,
                (FindingOutcome::Violation, true, Severity::Note) => tally.notes += 1,
            }
        }
        tally
    }
}
