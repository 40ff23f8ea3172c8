//! The planted truth (`truth.toml`) as values: what tests and the demo's own check compare a report with.

use serde::Deserialize;

/// Everything planted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    /// Cookies, set or refused.
    pub cookie: Vec<PlantedCookie>,
    /// Web storage.
    pub storage: Vec<PlantedStorage>,
    /// Declared, and never set.
    pub declared_only: DeclaredOnly,
    /// Findings beside an `undisclosed-cookie` for each accepted cookie that the policy does not list.
    pub finding: Vec<PlantedFinding>,
}

/// Which visitor gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Any, by loading a page.
    #[default]
    Load,
    /// One who signed in.
    SignedIn,
}

/// One cookie.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the words are those of report.json, and truth.toml explains the rest")]
pub struct PlantedCookie {
    pub name: String,
    pub domain: String,
    pub host_only: bool,
    #[serde(default = "root")]
    pub path: String,
    #[serde(default)]
    pub partitioned: bool,
    pub writer: PlantedWriter,
    pub page: String,
    /// Purposes that are right; empty where the name and value tell none.
    #[serde(default)]
    pub purpose: Vec<String>,
    pub lifetime: crate::cookie::Lifetime,
    pub disclosed: bool,
    #[serde(default = "yes")]
    pub accepted: bool,
    #[serde(default = "yes")]
    pub stored: bool,
    #[serde(default)]
    pub identifier: bool,
    #[serde(default)]
    pub third_party: bool,
    pub leaks_to: Option<String>,
    #[serde(default)]
    pub seen: Seen,
    pub note: Option<String>,
}

/// Who sets it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the words are those of report.json")]
pub struct PlantedWriter {
    pub kind: String,
    pub url: String,
    pub hop: Option<u32>,
}

/// One key of web storage.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the words are those of report.json")]
pub struct PlantedStorage {
    pub kind: String,
    pub key: String,
    pub page: String,
}

/// Names that only the policy knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredOnly {
    /// The names.
    pub names: Vec<String>,
}

/// One finding that a report must have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantedFinding {
    /// Ident of the rule.
    pub rule: String,
    /// Name of the cookie it is about, if it is about one.
    pub cookie: Option<String>,
    /// Kind of the claim it is about, if it is about one.
    pub claim: Option<String>,
}

fn root() -> String {
    "/".to_owned()
}

fn yes() -> bool {
    true
}

/// The embedded truth.
pub fn truth() -> Result<Truth, toml::de::Error> {
    toml::from_str(include_str!("truth.toml"))
}
