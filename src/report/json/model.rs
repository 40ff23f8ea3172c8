//! The public `report.json`, field by field as the contract names it. Versioned by [`SCHEMA`]: fields may be added,
//! none renamed or dropped.
//!
//! Own structs, never the internal ones; no `flatten`, no `untagged`. What would differ between two recordings of an
//! unchanged site without meaning anything (keyed hashes) is left out.

mod inventory;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use inventory::{Attributes, Cookie, Leak, Part, Reason, Storage, Trial, Value, Writer};

use super::policy::Policy;
use super::words::{Confidence, Outcome, Phase, Purpose, Severity, Visitor};

/// Schema named by every report.
pub const SCHEMA: &str = "cookie-audit/report/1";

/// One audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "cookie-audit report")]
pub struct Report {
    /// Always `cookie-audit/report/1`.
    pub schema: String,
    /// Origin of the first seed.
    pub site: String,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// RFC 3339, UTC.
    pub finished_at: String,
    /// Head of the sealed evidence, `sha256:…`.
    pub evidence: String,
    /// The tool.
    pub tool: Tool,
    /// The browser.
    pub browser: Browser,
    /// Digest of the effective settings.
    pub settings_digest: String,
    /// Settings that differ from the defaults.
    #[serde(default)]
    pub settings: Vec<String>,
    /// Counts, and what keeps the audit from being complete.
    #[serde(default)]
    pub verdict: Verdict,
    /// What was looked at.
    pub coverage: Coverage,
    /// The inventory.
    pub cookies: Vec<Cookie>,
    /// Web storage.
    pub storage: Vec<Storage>,
    /// Hosts of other sites.
    pub third_parties: Vec<ThirdParty>,
    /// Consent dialogs.
    pub consent: Vec<Consent>,
    /// Policies as understood.
    pub policies: Vec<Policy>,
    /// Violations and what could not be tested.
    pub findings: Vec<Finding>,
    /// Rules that applied and found nothing.
    pub passes: Vec<String>,
    /// Rules that did not apply.
    #[serde(default)]
    pub inapplicable: Vec<String>,
    /// Findings taken out by an allowance.
    pub suppressed: Vec<Suppressed>,
}

/// Tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `cookie-audit`
    pub name: String,
    /// Version.
    pub version: String,
}

/// Browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Browser {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Driver with version.
    pub driver: String,
    /// `allowed` or `blocked`.
    pub third_party_cookies: String,
    /// True when the browser said that a tool drives it.
    pub announce: bool,
    /// User agent.
    #[serde(default)]
    pub user_agent: String,
    /// Language asked for.
    #[serde(default)]
    pub language: String,
    /// Switches it was started with.
    #[serde(default)]
    pub switches: Vec<String>,
}

/// Counts over the new violations, and gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// New violations of severity error.
    pub errors: usize,
    /// New violations of severity warning.
    pub warnings: usize,
    /// New violations of severity note.
    pub notes: usize,
    /// Violations that stand in the baseline.
    pub known: usize,
    /// Claims and rules that could not be tested.
    pub untested: usize,
    /// Why the audit is incomplete; empty when it is not.
    pub gaps: Vec<String>,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Distinct pages seen.
    pub pages_visited: u32,
    /// Failures that count.
    pub pages_failed: Vec<UrlReason>,
    /// 404 and 410 of linked pages: listed, not counted.
    #[serde(default)]
    pub broken_links: Vec<UrlReason>,
    /// Found and not visited.
    pub pages_skipped: Vec<UrlReason>,
    /// Phases recorded.
    pub phases: BTreeSet<Phase>,
    /// Visitors recorded.
    pub visitors: BTreeSet<Visitor>,
    /// Estimate of cookies that exist and were not seen.
    pub expected_unseen_cookies: Option<Unseen>,
    /// True when every page found and in scope was visited.
    #[serde(default)]
    pub complete: bool,
    /// Why the run was cut short.
    #[serde(default)]
    pub cut_short: Option<String>,
}

/// A URL and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UrlReason {
    /// The URL.
    pub url: String,
    /// Stable word.
    pub reason: String,
    /// In words.
    #[serde(default)]
    pub detail: String,
    /// Page it was linked on.
    #[serde(default)]
    pub found_on: Option<String>,
}

/// Chao2 estimate with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unseen {
    /// Estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A host of another site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ThirdParty {
    /// Host.
    pub host: String,
    /// Vendor.
    pub vendor: Option<String>,
    /// Vendor's purpose.
    pub purpose: Purpose,
    /// Pages.
    pub pages: BTreeSet<String>,
    /// Phases.
    pub phases: BTreeSet<Phase>,
    /// Resource types.
    #[serde(default)]
    pub kinds: BTreeSet<String>,
    /// Example URLs, redacted.
    #[serde(default)]
    pub examples: BTreeSet<String>,
}

/// A consent dialog in one phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consent {
    /// Phase.
    pub phase: Phase,
    /// `none`, `found`, `operated`, `not_operable`.
    pub dialog: String,
    /// Consent manager.
    pub manager: Option<String>,
    /// Clicks that were needed.
    pub clicks: Option<u32>,
    /// Screenshot before.
    pub screenshot: Option<String>,
    /// Page.
    #[serde(default)]
    pub url: String,
    /// Clicks that refusing needs.
    #[serde(default)]
    pub refuse_clicks: Option<u32>,
    /// Clicks that accepting needs.
    #[serde(default)]
    pub accept_clicks: Option<u32>,
    /// Shown again after a reload.
    #[serde(default)]
    pub shown_again: Option<bool>,
    /// Screenshot after.
    #[serde(default)]
    pub screenshot_after: Option<String>,
    /// TCF or GPP state.
    #[serde(default)]
    pub tcf: Option<String>,
    /// In words.
    #[serde(default)]
    pub detail: String,
}

/// Where in a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// 1-based line, 0 when not known.
    pub line: u32,
    /// 1-based column, 0 when not known.
    pub column: u32,
    /// In words.
    pub words: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Rule's ident.
    pub rule: String,
    /// Rule's code.
    pub code: String,
    /// Severity.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Violation or incomplete.
    pub outcome: Outcome,
    /// One sentence.
    pub message: String,
    /// Indices into `cookies`.
    pub cookies: Vec<usize>,
    /// Indices into `storage`.
    #[serde(default)]
    pub storage: Vec<usize>,
    /// Pages.
    pub pages: Vec<String>,
    /// Words of the policy.
    pub policy_quote: Option<String>,
    /// Index into `policies`.
    #[serde(default)]
    pub policy: Option<usize>,
    /// Where in that policy.
    #[serde(default)]
    pub place: Option<Place>,
    /// What was observed.
    pub evidence: Vec<String>,
    /// Picture of the first page, a file of the audit's folder.
    #[serde(default)]
    pub screenshot: Option<String>,
    /// What to do.
    pub advice: String,
    /// What makes it the same finding in another run.
    #[serde(default)]
    pub subject: String,
    /// Hash of rule and subject.
    pub fingerprint: String,
    /// Not in the baseline.
    pub new: bool,
}

/// A finding taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// Its fingerprint.
    pub fingerprint: String,
    /// The reason given.
    pub reason: String,
    /// The allowance.
    pub by: String,
    /// Rule's ident.
    #[serde(default)]
    pub rule: String,
    /// The finding's sentence.
    #[serde(default)]
    pub message: String,
}

/// Seconds, "session", or null.
pub(in crate::report) fn lifetime_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "oneOf": [{ "type": "integer" }, { "const": "session" }, { "type": "null" }] })
}
