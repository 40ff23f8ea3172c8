//! What a report may be told besides the audit itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::judge::model::Severity;
use crate::judge::rules::RuleMeta;
use crate::report::json;

/// Options of [`crate::report::render`]. Formats take what concerns them.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    /// Every registered rule: SARIF lists them all, the HTML explains those that fired.
    pub rules: Vec<&'static RuleMeta>,
    /// Language of the HTML, as a tag; English where there are no texts in it.
    pub language: String,
    /// Terminal columns.
    pub width: u16,
    /// Colour on the terminal.
    pub colour: bool,
    /// `--fail-on`; `None` for never.
    pub fail_on: Option<Severity>,
    /// The configuration file, for findings that have no better place.
    pub config: Option<ConfigPlace>,
    /// The audit before this one, for what changed.
    pub previous: Option<json::Report>,
    /// Pictures of the evidence by their file's name, for the HTML.
    pub pictures: BTreeMap<String, Vec<u8>>,
}

/// A line of the configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigPlace {
    /// Path as the user gave it.
    pub path: PathBuf,
    /// 1-based line, such as that of the site.
    pub line: u32,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            language: "en".to_owned(),
            width: 80,
            colour: false,
            fail_on: Some(Severity::Error),
            config: None,
            previous: None,
            pictures: BTreeMap::new(),
        }
    }
}
