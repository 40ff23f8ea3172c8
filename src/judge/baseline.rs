//! The baseline: findings that were there before, in a file that reads well in a diff.
//!
//! One entry a finding, sorted by rule and subject; judged again in another order it is the same file. What is
//! incomplete is not written: it is no finding to live with. Entries may come from an audit or from its `report.json`.

use serde::{Deserialize, Serialize};

use crate::judge::model::{Audit, FindingOutcome};
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

/// One finding that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Rule's ident, for the reader of a diff.
    pub rule: String,
    /// What it is about, for the reader of a diff.
    pub subject: String,
    /// What makes it the same finding.
    pub fingerprint: String,
}

/// Reads a baseline file.
pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
    Ok(Baseline { fingerprints: entries(text)?.into_iter().map(|entry| entry.fingerprint).collect() })
}

/// The entries of a baseline file.
pub fn entries(text: &str) -> Result<Vec<Entry>, BaselineError> {
    let file: File = toml::from_str(text)?;
    if file.schema == SCHEMA { Ok(file.findings) } else { Err(BaselineError::Schema(file.schema)) }
}

/// Every present violation of an audit.
#[must_use]
pub fn present(audit: &Audit) -> Vec<Entry> {
    let kept = audit.findings.iter().filter(|finding| finding.outcome == FindingOutcome::Violation);
    kept.map(|finding| Entry {
        rule: finding.rule.to_owned(),
        subject: finding.subject.clone(),
        fingerprint: finding.fingerprint.clone(),
    })
    .collect()
}

/// Writes the file that makes these findings old ones; in whatever order they come, the same bytes.
pub fn render(mut findings: Vec<Entry>) -> Result<String, BaselineError> {
    findings.sort();
    findings.dedup();
    let text = toml::to_string(&File { schema: SCHEMA.to_owned(), findings })?;
    Ok(format!("# Findings that do not fail the audit: only what is not listed here is new.\n{text}"))
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

    #[test]
    fn any_order_gives_the_same_file_and_one_finding_is_three_lines_of_a_diff() {
        let entry = |rule: &str, subject: &str| Entry {
            rule: rule.to_owned(),
            subject: subject.to_owned(),
            fingerprint: crate::judge::fingerprint::fingerprint(rule, subject),
        };
        let one = entry("undisclosed-cookie", "cookie \"x\"\u{202e} of a.test");
        let two = entry("stale-declaration", "old");
        let before = render(vec![one.clone(), two.clone()]).unwrap();
        assert_eq!(before, render(vec![two.clone(), one.clone(), two.clone()]).unwrap());
        assert_eq!(entries(&before).unwrap(), [two.clone(), one.clone()]);
        let after = render(vec![one, entry("undisclosed-cookie", "cookie y of a.test"), two]).unwrap();
        let added: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
        assert_eq!(added.len(), 2, "its subject and its fingerprint: {added:?}");
    }
}
