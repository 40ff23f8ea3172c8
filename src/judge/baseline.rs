//! The baseline: findings that were there before, in a file that reads well in a diff.
//!
//! One entry a finding, sorted by rule and subject; judged again in another order it is the same file. What is
//! incomplete is not written: it is no finding to live with.

use serde::{Deserialize, Serialize};

use crate::judge::model::{Audit, Finding, FindingOutcome};
use crate::judge::settings::Baseline;

/// Schema named by the file.
pub const SCHEMA: &str = "cookie-audit/baseline/1";

/// Why a baseline could not be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Not TOML, or other keys than ours.
    #[error("baseline cannot be read (write a new one with `cookie-audit baseline update DIR`)")]
    Malformed(#[from] toml::de::Error),
    /// Written by another version.
    #[error("baseline has schema {0:?}, not {SCHEMA:?} (write a new one with `cookie-audit baseline update DIR`)")]
    Schema(String),
    /// Could not be put into TOML.
    #[error("baseline cannot be written")]
    Unwritable(#[from] toml::ser::Error),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    #[serde(default, rename = "finding")]
    findings: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    subject: String,
    fingerprint: String,
}

/// Reads a baseline file.
pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
    let file: File = toml::from_str(text)?;
    if file.schema != SCHEMA {
        return Err(BaselineError::Schema(file.schema));
    }
    Ok(Baseline { fingerprints: file.findings.into_iter().map(|entry| entry.fingerprint).collect() })
}

/// Writes the file that makes every present finding of these audits an old one.
pub fn render(audits: &[&Audit]) -> Result<String, BaselineError> {
    let present = audits.iter().flat_map(|audit| &audit.findings);
    let kept = present.filter(|finding| finding.outcome == FindingOutcome::Violation);
    let mut findings: Vec<Entry> = kept.map(entry).collect();
    findings.sort();
    findings.dedup();
    let text = toml::to_string(&File { schema: SCHEMA.to_owned(), findings })?;
    Ok(format!("# Findings that do not fail the audit: only what is not listed here is new.\n{text}"))
}

fn entry(finding: &Finding) -> Entry {
    Entry { rule: finding.rule.to_owned(), subject: finding.subject.clone(), fingerprint: finding.fingerprint.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_other_schemas_and_other_keys() {
        assert!(matches!(parse("schema = \"cookie-audit/baseline/9\""), Err(BaselineError::Schema(_))));
        assert!(matches!(parse("schema = \"cookie-audit/baseline/1\"\nfoo = 1"), Err(BaselineError::Malformed(_))));
        assert_eq!(parse("schema = \"cookie-audit/baseline/1\"").unwrap(), Baseline::default());
    }
}
