//! Two reports side by side: cookies, storage, hosts, declarations and findings that came, went or changed.
//!
//! Works on the public `report.json` alone, so that reports of another machine or an older version compare as well.
//! Here is what a difference is; `compare` finds it, `render` writes it down.

mod compare;
mod render;

use schemars::JsonSchema;
use serde::Serialize;

pub use compare::between;
pub use render::{json, markdown, summary, table};

use super::json::words::{Outcome, Severity};

/// Schema named by `diff --format json`.
pub const SCHEMA: &str = "cookie-audit/diff/1";

/// Everything that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Diff {
    /// Always `cookie-audit/diff/1`.
    pub schema: &'static str,
    /// The earlier report.
    pub old: Side,
    /// The later one.
    pub new: Side,
    /// True when something came or changed; what only went is nothing new.
    pub anything_new: bool,
    /// Cookies the browser accepted.
    pub cookies: Group,
    /// Web storage.
    pub storage: Group,
    /// Hosts of other sites.
    pub hosts: Group,
    /// What the policies list.
    pub declarations: Group,
    /// What the policies are, as a whole.
    pub policies: Group,
    /// Findings.
    pub findings: FindingGroup,
}

/// One of the two reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// Site.
    pub site: String,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// Head of the evidence.
    pub evidence: String,
}

/// Things of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Group {
    /// In the new report alone.
    pub came: Vec<Item>,
    /// In the old report alone.
    pub went: Vec<Item>,
    /// In both, and not the same.
    pub changed: Vec<Changed>,
}

/// A thing that came or went.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Item {
    /// Its name: a pattern, a key, a host, a declared name.
    pub name: String,
    /// Where it belongs: a domain, an origin, a policy.
    pub of: String,
    /// What it is, in words.
    pub detail: String,
}

/// A thing that changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Changed {
    /// Its name.
    pub name: String,
    /// Where it belongs.
    pub of: String,
    /// What changed about it.
    pub fields: Vec<Field>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Field {
    /// `lifetime`, `writers`, `purpose`, …
    pub field: &'static str,
    /// Before; empty where there was nothing.
    pub old: String,
    /// Now; empty where there is nothing.
    pub new: String,
}

/// Findings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct FindingGroup {
    /// In the new report alone.
    pub came: Vec<FindingItem>,
    /// In the old report alone.
    pub went: Vec<FindingItem>,
    /// In both, with another severity, outcome or sentence.
    pub changed: Vec<FindingChange>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingItem {
    /// Rule's ident.
    pub rule: String,
    /// Rule's code.
    pub code: String,
    /// Severity.
    pub severity: Severity,
    /// Violation, or what could not be tested.
    pub outcome: Outcome,
    /// The finding's sentence.
    pub message: String,
    /// What to do.
    pub advice: String,
    /// What makes it the same finding.
    pub fingerprint: String,
}

/// A finding that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingChange {
    /// As it is now.
    pub finding: FindingItem,
    /// What changed about it.
    pub fields: Vec<Field>,
}

impl Group {
    /// Nothing came, went or changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.came.is_empty() && self.went.is_empty() && self.changed.is_empty()
    }

    fn is_new(&self) -> bool {
        !self.came.is_empty() || !self.changed.is_empty()
    }
}

impl FindingGroup {
    /// Nothing came, went or changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.came.is_empty() && self.went.is_empty() && self.changed.is_empty()
    }

    /// What could not be tested is no news; a violation is.
    fn is_new(&self) -> bool {
        let violation = |f: &FindingItem| f.outcome == Outcome::Violation;
        self.came.iter().any(violation) || self.changed.iter().any(|c| violation(&c.finding))
    }
}

impl Diff {
    /// Nothing differs at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups().iter().all(|(_, group)| group.is_empty()) && self.findings.is_empty()
    }

    /// The groups that are not findings, with their titles, in reading order.
    #[must_use]
    pub fn groups(&self) -> [(&'static str, &Group); 5] {
        [
            ("Cookies", &self.cookies),
            ("Storage", &self.storage),
            ("Other companies' hosts", &self.hosts),
            ("Declarations", &self.declarations),
            ("Policies", &self.policies),
        ]
    }
}
