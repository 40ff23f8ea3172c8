//! The table the policy should contain: what was observed, in the words the policy already has where they are true.
//!
//! Works on `report.json` alone. What nobody but a human can say is marked as a gap and never made up. `build` makes the
//! rows, `write` the formats to paste, `managers` those that consent managers import.

mod build;
mod managers;
mod words;
mod write;

use schemars::JsonSchema;
use serde::Serialize;

use super::json::words::{Party, Purpose};
use crate::cookie::Lifetime;

pub use build::declaration;
pub use managers::{cookieconsent, klaro};
pub use words::{Words, languages};
pub use write::{csv, html, json, markdown};

/// Schema named by `declare --format json`.
pub const SCHEMA: &str = "cookie-audit/declaration/1";

/// A site's declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Declaration {
    /// Always `cookie-audit/declaration/1`.
    pub schema: &'static str,
    /// Site.
    pub site: String,
    /// Language tag of the words.
    pub language: &'static str,
    /// Day of the recording, `YYYY-MM-DD`.
    pub recorded: String,
    /// What was seen, by category.
    pub rows: Vec<Row>,
    /// What the policy lists and no page showed.
    pub not_seen: Vec<Row>,
    /// How many gaps a human has to fill.
    pub gaps: usize,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    /// Banner category: `necessary`, `preferences`, `statistics`, `marketing`, `unclassified`.
    pub category: &'static str,
    /// Name or pattern.
    pub name: String,
    /// Domain of a cookie, origin of a key; empty where only the policy knows.
    pub domain: String,
    /// Who sets it.
    pub provider: String,
    /// Purpose in our words.
    pub purpose: Purpose,
    /// Purpose in plain words.
    pub purpose_text: String,
    /// Longest lifetime: seconds, "session" or null.
    #[schemars(schema_with = "super::json::model::lifetime_schema")]
    pub lifetime_s: Option<Lifetime>,
    /// Lifetime in plain words.
    pub lifetime: String,
    /// `cookie`, `local_storage`, …
    pub kind: &'static str,
    /// Party.
    pub party: Option<Party>,
    /// Fields whose words are the policy's own.
    pub kept: Vec<&'static str>,
    /// What a human has to settle.
    pub gaps: Vec<Gap>,
}

/// Something only a human can settle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Gap {
    /// `purpose`, `provider`, `lifetime`, or `row`.
    pub field: &'static str,
    /// What to do, in the declaration's language.
    pub text: String,
}

impl Row {
    /// The gaps of one field.
    fn gaps_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        self.gaps.iter().filter(move |gap| gap.field == field).map(|gap| gap.text.as_str())
    }
}
