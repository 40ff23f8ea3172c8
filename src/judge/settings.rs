//! What judging is told from outside: thresholds, rule settings, allowances, a baseline, how to classify.
//!
//! Narrow on purpose: the configuration file is read and checked elsewhere, and turned into this by the command line.

use std::collections::{BTreeMap, BTreeSet};

use crate::judge::classify::ClassifierOptions;
use crate::judge::model::Severity;
use crate::judge::rules::Thresholds;

/// Everything a judgement depends on besides the evidence.
#[derive(Debug, Clone, Default)]
pub struct JudgeSettings {
    /// Numbers that rules compare with.
    pub thresholds: Thresholds,
    /// Settings by rule ident; rules not named keep their defaults.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Exceptions, each with a reason.
    pub allow: Vec<Allow>,
    /// Findings that were there before and do not count as new.
    pub baseline: Option<Baseline>,
    /// What the classifier is made from: overrides, the user's database and lists.
    pub classify: ClassifierOptions,
}

/// What the configuration says about one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleSetting {
    /// Not run at all.
    Off,
    /// Run, with this severity for everything it finds.
    Severity(Severity),
}

/// One `[[allow]]` entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allow {
    /// Glob over rule idents; `*` is every rule.
    pub rule: String,
    /// Glob over cookie names (and storage keys); `None` allows whatever the finding speaks of.
    pub cookie: Option<String>,
    /// Glob over the audited site's host; `None` is every site.
    pub site: Option<String>,
    /// Why. Never empty: the configuration's reader holds that.
    pub reason: String,
    /// Last day on which it holds, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// Where it stands, in words such as `cookie-audit.toml:12`.
    pub place: String,
}

/// Fingerprints of the findings that were accepted when the baseline was taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    /// Fingerprints.
    pub fingerprints: BTreeSet<String>,
}
