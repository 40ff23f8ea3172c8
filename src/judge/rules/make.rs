//! How a finding is made: defaults from the rule, so that a rule's file says only what is particular.

use std::collections::BTreeSet;

use crate::judge::fingerprint::fingerprint;
use crate::judge::model::{Finding, FindingOutcome, Severity};
use crate::judge::rules::{Checked, RuleMeta};

/// A violation of a rule. `subject` is what makes it the same finding in another run.
pub(crate) fn violation(meta: &'static RuleMeta, subject: impl Into<String>, message: impl Into<String>) -> Finding {
    let subject = subject.into();
    Finding {
        rule: meta.ident,
        code: meta.code,
        severity: meta.severity,
        confidence: meta.confidence,
        outcome: FindingOutcome::Violation,
        message: message.into(),
        cookies: Vec::new(),
        storage: Vec::new(),
        pages: Vec::new(),
        policy_quote: None,
        policy: None,
        place: None,
        evidence: Vec::new(),
        advice: String::new(),
        fingerprint: fingerprint(meta.ident, &subject),
        subject,
        new: true,
    }
}

/// Something a rule could not look at. Never above note: what was not tested is not an offence.
pub(crate) fn untested(meta: &'static RuleMeta, subject: impl Into<String>, message: impl Into<String>) -> Finding {
    Finding { outcome: FindingOutcome::Incomplete, severity: Severity::Note, ..violation(meta, subject, message) }
}

/// Sorted pages without repeats.
pub(crate) fn pages<'a>(pages: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let sorted: BTreeSet<&String> = pages.into_iter().collect();
    sorted.into_iter().cloned().collect()
}

impl Checked {
    /// There was something to look at, and this is what differs.
    pub(crate) fn found(findings: Vec<Finding>) -> Self {
        Self { applicable: true, findings, untested: Vec::new() }
    }

    /// There was nothing the rule speaks of.
    pub(crate) fn inapplicable() -> Self {
        Self::default()
    }

    /// Could not be looked at.
    pub(crate) fn not_tested(untested: Vec<Finding>) -> Self {
        Self { applicable: true, findings: Vec::new(), untested }
    }
}
