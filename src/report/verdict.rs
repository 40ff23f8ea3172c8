//! What an audit comes to, in numbers and in a sentence, for every format alike.
//!
//! It repeats no judgement: it counts findings and lists the gaps that make an audit incomplete by the contract.

use crate::judge::model::{Audit, FindingOutcome, PolicyState, Severity};

/// Counts and gaps of one audit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
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
    /// What makes the audit incomplete.
    pub gaps: Vec<Gap>,
}

/// One thing that makes an audit incomplete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// A seed could not be reached.
    SeedFailed,
    /// Not one page was seen.
    NoPages,
    /// More pages failed than allowed.
    TooManyFailed {
        /// Failed.
        failed: usize,
        /// Tried.
        tried: usize,
        /// Share allowed, in percent, as configured.
        allowed: String,
    },
    /// A policy was found and could not be read.
    PolicyUnreadable {
        /// Its URL or file.
        url: String,
    },
    /// The run was cut short.
    CutShort {
        /// Why.
        why: String,
    },
}

impl Gap {
    /// In English words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::SeedFailed => "a start page could not be reached".to_owned(),
            Self::NoPages => "no page could be looked at".to_owned(),
            Self::TooManyFailed { failed, tried, allowed } => {
                format!("{failed} of {tried} pages failed, more than the {allowed}% allowed")
            }
            Self::PolicyUnreadable { url } => format!("the policy {url} could not be read"),
            Self::CutShort { why } => format!("the recording was cut short ({why})"),
        }
    }
}

/// Used where the header names no share that can be read.
const DEFAULT_MAX_FAILED: f64 = 5.0;

impl Verdict {
    /// Counts an audit.
    #[must_use]
    pub fn of(audit: &Audit) -> Self {
        let mut verdict = Self { gaps: gaps(audit), ..Self::default() };
        for finding in &audit.findings {
            match (finding.outcome, finding.new, finding.severity) {
                (FindingOutcome::Incomplete, _, _) => verdict.untested += 1,
                (FindingOutcome::Violation, false, _) => verdict.known += 1,
                (FindingOutcome::Violation, true, Severity::Error) => verdict.errors += 1,
                (FindingOutcome::Violation, true, Severity::Warning) => verdict.warnings += 1,
                (FindingOutcome::Violation, true, Severity::Note) => verdict.notes += 1,
            }
        }
        verdict
    }

    /// New violations at or above a severity.
    #[must_use]
    pub fn at_or_above(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Note => self.errors + self.warnings + self.notes,
        }
    }

    /// New violations of any severity.
    #[must_use]
    pub fn violations(&self) -> usize {
        self.at_or_above(Severity::Note)
    }
}

fn gaps(audit: &Audit) -> Vec<Gap> {
    let coverage = &audit.coverage;
    let mut gaps = Vec::new();
    if coverage.seed_failed {
        gaps.push(Gap::SeedFailed);
    }
    if coverage.pages_visited == 0 {
        gaps.push(Gap::NoPages);
    }
    gaps.extend(too_many_failed(audit));
    let unreadable = audit.policies.iter().filter(|p| p.state == PolicyState::Unreadable);
    gaps.extend(unreadable.map(|p| Gap::PolicyUnreadable { url: p.url.clone() }));
    gaps.extend(coverage.cut_short.clone().map(|why| Gap::CutShort { why }));
    gaps
}

fn too_many_failed(audit: &Audit) -> Option<Gap> {
    let failed = audit.coverage.failed.len();
    let tried = failed + usize::try_from(audit.coverage.pages_visited).unwrap_or(usize::MAX);
    let text = audit.header.max_failed_percent.trim().trim_end_matches('%');
    let allowed = text.parse::<f64>().unwrap_or(DEFAULT_MAX_FAILED);
    #[allow(clippy::cast_precision_loss, reason = "page counts are far below 2^52")]
    let share = failed as f64 * 100.0 / tried.max(1) as f64;
    (failed > 0 && share > allowed).then(|| Gap::TooManyFailed { failed, tried, allowed: format!("{allowed}") })
}
