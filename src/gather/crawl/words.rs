//! The crawler's knowledge of words, read once from `configs/knowledge/crawl.toml`.
//!
//! Not here: what is done with them (`address`, `refuse`, `traps`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let raw = toml::from_str(include_str!("../../../configs/knowledge/crawl.toml")).unwrap_or_else(|error| {
        // Broken only by an edit of the embedded file, which a test reads: a crawl without words is still a crawl.
        tracing::error!(%error, "the embedded crawl.toml cannot be read");
        Raw::default()
    });
    Words::from(raw)
});

/// The words as sets that can be asked.
#[derive(Debug, Default)]
pub(super) struct Words {
    tracking: Endings,
    session: Endings,
    index_pages: BTreeSet<String>,
    paging: BTreeSet<String>,
    calendar: BTreeSet<String>,
    non_html: BTreeMap<String, String>,
    /// Phrases of sign-out links, words parted by one space.
    pub(super) sign_out: BTreeSet<String>,
    /// Phrases of links that change something for good.
    pub(super) destructive: BTreeSet<String>,
}

/// The embedded words.
pub(super) fn words() -> &'static Words {
    &WORDS
}

impl Words {
    pub(super) fn is_tracking(&self, parameter: &str) -> bool {
        self.tracking.holds(parameter)
    }

    pub(super) fn is_session(&self, parameter: &str) -> bool {
        self.session.holds(parameter)
    }

    pub(super) fn is_index_page(&self, file: &str) -> bool {
        self.index_pages.contains(&file.to_lowercase())
    }

    pub(super) fn is_paging(&self, parameter: &str) -> bool {
        self.paging.contains(&parameter.to_lowercase())
    }

    pub(super) fn is_calendar(&self, word: &str) -> bool {
        self.calendar.contains(&word.to_lowercase())
    }

    /// What an address with this file ending is, if it is no page.
    pub(super) fn non_html(&self, ending: &str) -> Option<&str> {
        self.non_html.get(&ending.to_lowercase()).map(String::as_str)
    }
}

#[derive(Debug, Default)]
struct Endings {
    exact: BTreeSet<String>,
    prefixes: Vec<String>,
}

impl Endings {
    fn new(words: Vec<String>) -> Self {
        let mut made = Self::default();
        for word in words {
            match word.strip_suffix('*') {
                Some(prefix) => made.prefixes.push(prefix.to_owned()),
                None => drop(made.exact.insert(word)),
            }
        }
        made
    }

    fn holds(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        self.exact.contains(&word) || self.prefixes.iter().any(|p| word.starts_with(p.as_str()))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    tracking_parameters: Vec<String>,
    session_parameters: Vec<String>,
    index_pages: Vec<String>,
    paging_parameters: Vec<String>,
    calendar_words: Vec<String>,
    non_html: BTreeMap<String, Vec<String>>,
    sign_out: RawPhrases,
    destructive: RawPhrases,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPhrases {
    words: Vec<String>,
}

impl From<Raw> for Words {
    fn from(raw: Raw) -> Self {
        let kinds = raw.non_html.into_iter();
        Self {
            tracking: Endings::new(raw.tracking_parameters),
            session: Endings::new(raw.session_parameters),
            index_pages: raw.index_pages.into_iter().collect(),
            paging: raw.paging_parameters.into_iter().collect(),
            calendar: raw.calendar_words.into_iter().collect(),
            non_html: kinds.flat_map(|(kind, ends)| ends.into_iter().map(move |e| (e, kind.clone()))).collect(),
            sign_out: raw.sign_out.words.into_iter().collect(),
            destructive: raw.destructive.words.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_reads() {
        let raw: Raw = toml::from_str(include_str!("../../../configs/knowledge/crawl.toml")).unwrap();
        assert!(raw.sign_out.words.iter().all(|w| *w == w.to_lowercase() && w.trim() == w));
        let words = words();
        assert!(words.is_tracking("UTM_Source") && !words.is_tracking("id"));
        assert!(words.is_session("ASPSESSIONIDQQ"));
        assert_eq!(words.non_html("PDF"), Some("document"));
    }
}
