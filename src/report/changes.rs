//! What changed since the audit before: names only, for the first screen. The full comparison is `diff`'s.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::judge::model::{Audit, FindingOutcome};
use crate::report::json::{self, words::Outcome};

/// Four lists, each sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Changes {
    /// Cookies that were not there before.
    pub came: Vec<String>,
    /// Cookies that are there no more.
    pub went: Vec<String>,
    /// Findings that were not there before.
    pub new: Vec<String>,
    /// Findings that are there no more.
    pub gone: Vec<String>,
}

impl Changes {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.came.is_empty() && self.went.is_empty() && self.new.is_empty() && self.gone.is_empty()
    }
}

/// Compares an audit with the report of an earlier one.
#[must_use]
pub fn between(previous: &json::Report, audit: &Audit) -> Changes {
    let name = |pattern: &str, domain: &str| format!("{pattern} ({domain})");
    let before: BTreeSet<String> =
        previous.cookies.iter().filter(|c| c.accepted).map(|c| name(&c.pattern, &c.domain)).collect();
    let now: BTreeSet<String> =
        audit.cookies.iter().filter(|c| c.accepted).map(|c| name(&c.pattern, &c.domain)).collect();
    let old: BTreeSet<&str> = previous.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    let held: BTreeSet<&str> = audit.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    let new = audit.findings.iter().filter(|f| f.outcome == FindingOutcome::Violation);
    let gone = previous.findings.iter().filter(|f| f.outcome == Outcome::Violation);
    Changes {
        came: now.difference(&before).cloned().collect(),
        went: before.difference(&now).cloned().collect(),
        new: new.filter(|f| !old.contains(f.fingerprint.as_str())).map(|f| f.message.clone()).collect(),
        gone: gone.filter(|f| !held.contains(f.fingerprint.as_str())).map(|f| f.message.clone()).collect(),
    }
}
