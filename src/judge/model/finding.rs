//! Findings, and the [`Audit`] that reports show.

use super::entry::{CookieEntry, Coverage, StorageItem, ThirdParty};
use super::picture::Picture;
use super::policy::{Place, PolicyReading};
use super::purpose::Confidence;
use crate::evidence::model::{ConsentOutcome, Header, Trial};

/// Severity, ordered: note < warning < error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity of a public word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Note, Self::Warning, Self::Error].into_iter().find(|s| s.word() == word)
    }
}

/// Axe-core's outcomes that make an entry in the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum FindingOutcome {
    Violation,
    Incomplete,
}

/// One finding; one cause is one finding, however many pages show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Rule's ident, e.g. `undisclosed-cookie`.
    pub rule: &'static str,
    /// Rule's code, e.g. `CA101`.
    pub code: &'static str,
    /// Severity after rule override and config.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Violation or incomplete.
    pub outcome: FindingOutcome,
    /// One sentence: what differs from the policy. Never "unlawful".
    pub message: String,
    /// Indices into the audit's cookies.
    pub cookies: Vec<usize>,
    /// Indices into the audit's storage items.
    pub storage: Vec<usize>,
    /// Pages, sorted.
    pub pages: Vec<String>,
    /// Words of the policy.
    pub policy_quote: Option<String>,
    /// Index of the policy the finding speaks of.
    pub policy: Option<usize>,
    /// Where in that policy.
    pub place: Option<Place>,
    /// What was observed, one line each.
    pub evidence: Vec<String>,
    /// What to do, e.g. the row to add.
    pub advice: String,
    /// What makes this finding the same one in another run: stable words, no counts, no times.
    pub subject: String,
    /// Hash of rule and subject.
    pub fingerprint: String,
    /// Not in the baseline.
    pub new: bool,
}

/// A finding taken out by `[[allow]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// The given reason.
    pub reason: String,
    /// `allow` entry in words.
    pub by: String,
}

/// Everything a report shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// Header of the evidence.
    pub header: Header,
    /// End of the recording (the start where it was killed).
    pub finished_at: String,
    /// Head of the manifest.
    pub evidence_head: String,
    /// Coverage.
    pub coverage: Coverage,
    /// Cookies, sorted by domain, pattern, partition.
    pub cookies: Vec<CookieEntry>,
    /// Storage, sorted.
    pub storage: Vec<StorageItem>,
    /// Third parties, sorted.
    pub third_parties: Vec<ThirdParty>,
    /// Consent outcomes.
    pub consent: Vec<ConsentOutcome>,
    /// Raw trials.
    pub trials: Vec<Trial>,
    /// Pictures in the evidence, in the order of the visits.
    pub pictures: Vec<Picture>,
    /// Policies read.
    pub policies: Vec<PolicyReading>,
    /// Findings: errors first, then by code and subject.
    pub findings: Vec<Finding>,
    /// Idents of rules that applied and found nothing.
    pub passes: Vec<&'static str>,
    /// Idents of rules that did not apply.
    pub inapplicable: Vec<&'static str>,
    /// Suppressed findings.
    pub suppressed: Vec<Suppressed>,
}
