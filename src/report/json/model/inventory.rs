//! The inventory of `report.json`: cookies, their writers, values and trials, and web storage.
//!
//! Not here: what was found about them (`super`).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lifetime_schema;
use crate::cookie::Lifetime;
use crate::report::json::words::{
    Category, Confidence, ConsentExempt, Disclosure, Party, Phase, Purpose, SameSite, Source, StorageKind, Visitor,
    WriterKind,
};

/// One cookie pattern on one domain and partition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cookie {
    /// Commonest name.
    pub name: String,
    /// Pattern its names fold to.
    pub pattern: String,
    /// Names seen.
    pub names: BTreeSet<String>,
    /// Domain.
    pub domain: String,
    /// Sent to this host alone.
    pub host_only: bool,
    /// Commonest path.
    pub path: String,
    /// All paths.
    pub paths: BTreeSet<String>,
    /// Top-level site of its partition.
    pub partition: Option<String>,
    /// Party.
    pub party: Party,
    /// Functional or other.
    pub category: Category,
    /// Purpose.
    pub purpose: Purpose,
    /// How sure.
    pub confidence: Confidence,
    /// Whether consent is needed.
    pub consent_exempt: ConsentExempt,
    /// Why this purpose.
    pub reasons: Vec<Reason>,
    /// Vendor or platform.
    pub vendor: Option<String>,
    /// Tells visitors apart; null when that could not be tested.
    pub identifier: Option<bool>,
    /// Longest lifetime sent: seconds, "session" or null.
    #[schemars(schema_with = "lifetime_schema")]
    pub lifetime_s: Option<Lifetime>,
    /// Longest lifetime stored: seconds, "session" or null.
    #[schemars(schema_with = "lifetime_schema")]
    pub stored_lifetime_s: Option<Lifetime>,
    /// Moved on when a visitor came again.
    #[serde(default)]
    pub renewed: Option<bool>,
    /// Attributes as sent, the weakest where writers differ.
    pub attributes: Attributes,
    /// Who wrote it.
    pub writers: Vec<Writer>,
    /// Pages that set it.
    pub pages: BTreeSet<String>,
    /// Phases it was seen in.
    pub phases: BTreeSet<Phase>,
    /// As whom.
    pub visitors: BTreeSet<Visitor>,
    /// What its value is like; never the value.
    pub value: Value,
    /// Still in the jar when its page ended.
    pub stored: bool,
    /// The browser took it at least once.
    pub accepted: bool,
    /// The browser's reasons for refusing it.
    pub refused: BTreeSet<String>,
    /// Other hosts that were sent a part of its value.
    pub leaks: Vec<Leak>,
    /// Experiments.
    pub trials: Vec<Trial>,
    /// How the policies cover it.
    pub disclosure: Disclosure,
    /// Index of the policy that does.
    pub disclosed_by: Option<usize>,
    /// Index of its declaration there, where it is listed.
    #[serde(default)]
    pub declaration: Option<usize>,
}

/// A reason for a classification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Kind.
    pub source: Source,
    /// In words.
    pub detail: String,
}

/// Attributes as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attributes {
    /// Secure.
    pub secure: bool,
    /// HttpOnly.
    pub http_only: bool,
    /// SameSite; null where none was given.
    pub same_site: Option<SameSite>,
    /// Partitioned.
    pub partitioned: bool,
    /// Priority (Chromium).
    pub priority: Option<String>,
}

/// A writer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Writer {
    /// Kind.
    pub kind: WriterKind,
    /// URL of the response or of the script.
    pub url: Option<String>,
    /// Redirect hop, 0 first.
    pub hop: Option<u32>,
    /// HTTP status.
    #[serde(default)]
    pub status: Option<u16>,
    /// What caused the request.
    pub initiator: Option<String>,
    /// Frame.
    pub frame: Option<String>,
    /// Script stack, nearest first.
    pub stack: Vec<String>,
    /// `document.cookie`, `cookieStore.set`, …
    #[serde(default)]
    pub api: Option<String>,
}

/// A value without the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Value {
    /// Characters.
    pub length: u32,
    /// Overall shape.
    pub shape: String,
    /// Typed parts.
    pub parts: Vec<Part>,
}

/// One part of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// What it is.
    pub kind: String,
    /// The text, only where harmless.
    pub text: Option<String>,
    /// Characters.
    pub length: u32,
}

/// A value that went to another host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Leak {
    /// Receiving host.
    pub to: String,
    /// Encoding.
    pub how: String,
    /// `url`, `body`, `header`.
    #[serde(default)]
    pub place: String,
    /// Pages it was seen on.
    pub pages: BTreeSet<String>,
}

/// An experiment's verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// In words.
    pub verdict: String,
    /// What was changed.
    pub change: String,
    /// Page.
    pub page: String,
    /// Purpose shown.
    #[serde(default)]
    pub purpose: Option<Purpose>,
}

/// One storage key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Storage {
    /// Which store.
    pub kind: StorageKind,
    /// Origin.
    pub origin: String,
    /// Key.
    pub key: String,
    /// Pattern.
    pub pattern: String,
    /// Party of the origin.
    pub party: Party,
    /// Functional or other.
    pub category: Category,
    /// Purpose.
    pub purpose: Purpose,
    /// How sure.
    pub confidence: Confidence,
    /// Whether consent is needed.
    pub consent_exempt: ConsentExempt,
    /// Why.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Vendor.
    #[serde(default)]
    pub vendor: Option<String>,
    /// Tells visitors apart.
    #[serde(default)]
    pub identifier: Option<bool>,
    /// Who wrote it.
    pub writers: Vec<Writer>,
    /// Pages.
    pub pages: BTreeSet<String>,
    /// Phases.
    pub phases: BTreeSet<Phase>,
    /// Other hosts that were sent a part of its value.
    #[serde(default)]
    pub leaks: Vec<Leak>,
    /// How the policies cover it.
    pub disclosure: Disclosure,
    /// Index of the policy that does.
    #[serde(default)]
    pub disclosed_by: Option<usize>,
    /// Index of its declaration there.
    #[serde(default)]
    pub declaration: Option<usize>,
}
