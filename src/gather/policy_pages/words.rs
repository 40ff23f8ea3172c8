//! What policies are called, read once from `configs/knowledge/policy-links.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../configs/knowledge/policy-links.toml")).unwrap_or_else(|error| {
        // Broken only by an edit of the embedded file, which a test reads; policies can still be given by hand.
        tracing::error!(%error, "the embedded policy-links.toml cannot be read");
        Words::default()
    })
});

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) well_known: Vec<String>,
    pub(super) cookie_addresses: Vec<String>,
    pub(super) privacy_addresses: Vec<String>,
    pub(super) legal_addresses: Vec<String>,
    pub(super) vendor_hosts: Vec<String>,
    pub(super) settings: Vec<String>,
    #[serde(rename = "list")]
    pub(super) lists: Vec<ScriptList>,
    #[serde(rename = "language")]
    pub(super) languages: Vec<Language>,
}

/// A list that a script fills.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScriptList {
    pub(super) name: String,
    pub(super) selector: String,
    /// Part of the address of the script that fills it, where that tells more than the element.
    #[serde(default)]
    pub(super) script: String,
}

/// Names in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    /// Language tag; for people.
    #[allow(dead_code, reason = "names the entry for whoever edits the file")]
    pub(super) tag: String,
    pub(super) cookie: Vec<String>,
    pub(super) privacy: Vec<String>,
    #[serde(default)]
    pub(super) legal: Vec<String>,
}

/// The embedded words.
pub(super) fn words() -> &'static Words {
    &WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_reads() {
        let words: Words = toml::from_str(include_str!("../../../configs/knowledge/policy-links.toml")).unwrap();
        let tags = words.languages.iter().map(|l| l.tag.as_str()).collect::<std::collections::BTreeSet<_>>();
        assert!(tags.len() >= 20 && tags.len() == words.languages.len());
        for language in &words.languages {
            for phrase in language.cookie.iter().chain(&language.privacy).chain(&language.legal) {
                assert_eq!(*phrase, phrase.to_lowercase(), "{}", language.tag);
            }
        }
        assert!(words.well_known.iter().all(|p| p.starts_with('/')));
    }
}
