//! The rules: one rule, one file, one ident. This file holds what a rule is and the registry.
//!
//! A rule never sees absent data: what it needs and is missing makes the judge write `incomplete` for it.

use crate::judge::model::{Audit, Confidence, Finding, Severity};

/// What a rule needs to be able to say anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// At least one page was visited.
    Pages,
    /// A policy was found and could be read.
    ReadablePolicy,
    /// The phase before consent and after refusing were recorded.
    RejectedPhase,
    /// The phase after accepting was recorded.
    AcceptedPhase,
    /// A consent dialog was looked for.
    ConsentDialog,
    /// Trials were made.
    Trials,
}

/// What is known about a rule: documentation is the rule's own doc text, everything else is made from this.
#[derive(Debug)]
pub struct RuleMeta {
    /// `CA101`; never reused.
    pub code: &'static str,
    /// `undisclosed-cookie`; file name with underscores.
    pub ident: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Markdown: what it finds, why it matters, how to mend it, its limits.
    pub doc: &'static str,
    /// Unless the finding or the config says otherwise.
    pub severity: Severity,
    /// Usual confidence of its findings.
    pub confidence: Confidence,
    /// What it needs.
    pub needs: &'static [Need],
    /// Legal and technical sources.
    pub references: &'static [&'static str],
}

/// What a rule answers.
#[derive(Debug, Default)]
pub struct Checked {
    /// False: nothing here that the rule speaks of.
    pub applicable: bool,
    /// Violations.
    pub findings: Vec<Finding>,
    /// What could not be tested, and why.
    pub untested: Vec<Finding>,
}

/// Everything a rule may look at: the audit before rules have run, and thresholds.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Inventory, policies, coverage, consent.
    pub audit: &'a Audit,
    /// Thresholds from the config.
    pub thresholds: &'a Thresholds,
}

/// Configurable numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// `excessive-lifetime`: seconds (default 13 months, CNIL).
    pub excessive_lifetime_s: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { excessive_lifetime_s: 13 * 30 * 86_400 + 5 * 86_400 }
    }
}

/// One rule.
pub trait Rule: Sync {
    /// Its metadata.
    fn meta(&self) -> &'static RuleMeta;
    /// Looks at the case.
    fn check(&self, case: &Case<'_>) -> Checked;
}
