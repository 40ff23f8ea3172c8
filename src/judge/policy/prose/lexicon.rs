//! Words of a language by concept (`configs/knowledge/policy/prose/*.toml`): what a claim is made of, whatever language.
//!
//! Not here: which concepts together make a claim (`rules`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;

use super::text::bare;

/// Languages whose words are known, by their tag.
macro_rules! languages {
    ($($tag:literal),* $(,)?) => {
        &[$(($tag, include_str!(concat!("../../../../configs/knowledge/policy/prose/", $tag, ".toml")))),*]
    };
}

static FILES: &[(&str, &str)] = languages!["en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "cs", "ro"];

/// One language's words.
#[derive(Debug)]
pub(crate) struct Lexicon {
    concepts: Vec<(String, Regex)>,
}

/// A concept found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Number of the concept.
    pub(crate) concept: usize,
    /// Bytes of the text.
    pub(crate) start: usize,
    /// One past its last byte.
    pub(crate) end: usize,
}

impl Lexicon {
    /// Name of a concept by its number.
    pub(crate) fn name(&self, concept: usize) -> &str {
        self.concepts.get(concept).map_or("", |(name, _)| name.as_str())
    }

    /// Whether it has words for a concept.
    #[cfg(test)]
    pub(crate) fn knows(&self, concept: &str) -> bool {
        self.concepts.iter().any(|(name, _)| name == concept)
    }

    /// Every concept found in a text of small letters.
    pub(crate) fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (concept, (_, regex)) in self.concepts.iter().enumerate() {
            hits.extend(regex.find_iter(text).map(|found| Hit { concept, start: found.start(), end: found.end() }));
        }
        hits
    }

    fn read(language: &str, text: &str) -> Result<Self, String> {
        let table: BTreeMap<String, String> = toml::from_str(text).map_err(|e| format!("{language}: {e}"))?;
        let compile = |(name, words): (String, String)| {
            // Small machines: accents are taken off on both sides, so that letters are plain bytes.
            let regex = Regex::new(&format!(r"(?-u)\b(?:{})(?:\b|$)", bare(&words)));
            regex.map(|regex| (name.clone(), regex)).map_err(|e| format!("{language}: {name}: {e}"))
        };
        Ok(Self { concepts: table.into_iter().map(compile).collect::<Result<_, _>>()? })
    }
}

type Slot = (&'static str, &'static str, OnceLock<Option<Lexicon>>);

/// The words of a language; `None` where none are known. Each is read at first use.
pub(crate) fn of(language: &str) -> Option<&'static Lexicon> {
    static SLOTS: OnceLock<Vec<Slot>> = OnceLock::new();
    let slots = SLOTS.get_or_init(|| FILES.iter().map(|(tag, text)| (*tag, *text, OnceLock::new())).collect());
    let (tag, text, slot) = slots.iter().find(|(tag, _, _)| *tag == language)?;
    slot.get_or_init(|| Lexicon::read(tag, text).ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_can_be_read() {
        for (tag, text) in FILES {
            let lexicon = Lexicon::read(tag, text).unwrap();
            assert!(lexicon.concepts.len() > 40, "{tag} knows too few concepts");
        }
    }

    #[test]
    fn every_language_knows_the_concepts_of_english() {
        let names = |tag| -> Vec<String> { of(tag).unwrap().concepts.iter().map(|(name, _)| name.clone()).collect() };
        let english = names("en");
        for (tag, _) in FILES {
            let theirs = names(tag);
            let unknown: Vec<&String> = theirs.iter().filter(|name| !english.contains(name)).collect();
            assert!(unknown.is_empty(), "{tag} has concepts that English has not: {unknown:?}");
        }
    }
}
