//! What switches, baskets and sign-in links are called, read once from `configs/knowledge/switches.toml`.
//!
//! Not here: what is done with the words (`switches`, `trials`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../configs/knowledge/switches.toml")).unwrap_or_else(|error| {
        // Broken only by an edit of the embedded file, which a test reads: then no switch is found.
        tracing::error!(%error, "the embedded switches.toml cannot be read");
        Words::default()
    })
});

/// The words of all languages.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Code → names of the language.
    pub(super) languages: BTreeMap<String, Vec<String>>,
    pub(super) words: Lists,
}

/// Lists of words.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    pub(super) language: Vec<String>,
    pub(super) theme: Vec<String>,
    pub(super) theme_names: Vec<String>,
    pub(super) preference: Vec<String>,
    pub(super) preference_names: Vec<String>,
    pub(super) currency: Vec<String>,
    pub(super) basket: Vec<String>,
    pub(super) sign_in: Vec<String>,
    pub(super) consent: Vec<String>,
    #[serde(skip_serializing)]
    pub(super) cookies_needed: Vec<String>,
    #[serde(skip_serializing)]
    pub(super) alternatives: Vec<Vec<String>>,
}

/// The embedded words.
pub(super) fn words() -> &'static Words {
    &WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_words_are_read_and_lower_case() {
        let words = words();
        assert!(words.languages.len() > 40);
        let lists = [&words.words.theme, &words.words.language, &words.words.preference, &words.words.basket];
        assert!(lists.iter().all(|list| list.len() > 15));
        assert!(lists.into_iter().flatten().all(|w| *w == w.to_lowercase() && !w.is_empty()));
        assert!(words.words.alternatives.iter().all(|row| row.len() > 1));
    }
}
