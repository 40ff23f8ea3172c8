//! The words of cookie lists in many languages, from `configs/knowledge/policy/`, read once.
//!
//! Only look-up here; what the words mean for a table or a sentence is decided by whoever asks.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

static HEADERS: &str = include_str!("../../../../configs/knowledge/policy/headers.toml");
static LISTS: &str = include_str!("../../../../configs/knowledge/policy/list-words.toml");

/// What a column, label or field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Field {
    /// Names of cookies.
    Name,
    /// Headed "Cookie": names, or the vendors whose cookies they are.
    Cookie,
    Lifetime,
    Purpose,
    Provider,
    Domain,
    Party,
    Category,
    Storage,
    Value,
    /// None of these.
    Other,
}

/// `[section] key = ["word", …]`.
type Lists = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The look-up tables.
#[derive(Debug, Default)]
pub(crate) struct Words {
    phrases: HashMap<String, Field>,
    lists: Lists,
}

/// The tables; empty should they be broken, which a test forbids.
pub(crate) fn words() -> &'static Words {
    static READ: OnceLock<Words> = OnceLock::new();
    READ.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Result<Words, toml::de::Error> {
    let headers: BTreeMap<Field, BTreeMap<String, Vec<String>>> = toml::from_str(HEADERS)?;
    let mut phrases = HashMap::new();
    // Earlier fields win where a phrase stands twice: a name is a name before it is a mere "cookie".
    for (field, languages) in headers {
        for phrase in languages.values().flatten() {
            phrases.entry(folded(phrase)).or_insert(field);
        }
    }
    Ok(Words { phrases, lists: toml::from_str(LISTS)? })
}

impl Words {
    /// A list of words.
    pub(crate) fn list(&self, section: &str, key: &str) -> &[String] {
        self.lists.get(section).and_then(|s| s.get(key)).map_or(&[], Vec::as_slice)
    }

    /// Whether a text, given in small letters, holds one of a list's words anywhere.
    pub(crate) fn holds(&self, section: &str, key: &str, small: &str) -> bool {
        self.list(section, key).iter().any(|w| small.contains(w.as_str()))
    }

    /// Whether a text, given in small letters, holds a word that begins as one of a list's.
    pub(crate) fn begins(&self, section: &str, key: &str, small: &str) -> bool {
        self.list(section, key).iter().any(|w| begins(small, w))
    }

    /// Whether a whole text is one of a list's words.
    pub(crate) fn is_one(&self, section: &str, key: &str, text: &str) -> bool {
        let small = text.trim().trim_end_matches('.').to_lowercase();
        let dotted = text.trim().to_lowercase();
        self.list(section, key).iter().any(|w| *w == small || *w == dotted)
    }

    /// What a header says its column holds: its longest phrase.
    pub(crate) fn header(&self, text: &str) -> Option<Field> {
        let text = folded(text);
        if text.chars().count() > 90 {
            return None;
        }
        if text.chars().any(is_cjk) {
            return self.of_cjk(&text);
        }
        let parts: Vec<&str> = text.split(' ').collect();
        let mut found: Option<(bool, usize, Field)> = None;
        for start in 0..parts.len() {
            for end in start + 1..=parts.len().min(start + 6) {
                let phrase = parts.get(start..end).unwrap_or_default().join(" ");
                let Some(field) = self.phrases.get(&phrase) else { continue };
                let rank = (*field != Field::Cookie, phrase.len(), *field);
                if found.is_none_or(|f| (rank.0, rank.1) > (f.0, f.1)) {
                    found = Some(rank);
                }
            }
        }
        found.map(|(.., field)| field)
    }

    fn of_cjk(&self, text: &str) -> Option<Field> {
        let within = self.phrases.iter().filter(|(p, _)| p.chars().any(is_cjk) && text.contains(p.as_str()));
        let best = within.max_by_key(|(p, field)| (**field != Field::Cookie, p.len(), std::cmp::Reverse((*p).clone())));
        best.map(|(_, field)| *field)
    }

    /// What a label says its value is: the whole of it must be known.
    pub(crate) fn label(&self, text: &str) -> Option<Field> {
        let text = folded(text);
        let bare = ["the ", "cookie ", "cookies "].iter().find_map(|p| text.strip_prefix(p));
        self.phrases.get(&text).or_else(|| self.phrases.get(bare?)).copied()
    }
}

/// Small letters, words one space apart, no marks.
pub(crate) fn folded(text: &str) -> String {
    let small = text.to_lowercase();
    let parts = small.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// Characters of scripts that put no space between words.
pub(crate) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// Whether a word in a text begins so.
pub(crate) fn begins(text: &str, stem: &str) -> bool {
    let free = stem.starts_with(|c: char| is_cjk(c) || !c.is_alphanumeric());
    text.match_indices(stem)
        .any(|(at, _)| free || text.get(..at).and_then(|t| t.chars().next_back()).is_none_or(|c| !c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sound() {
        let words = read().unwrap();
        assert!(words.phrases.len() > 800);
        for (section, key) in [
            ("nothing", "words"),
            ("nothing", "denials"),
            ("groups", "words"),
            ("party", "third"),
            ("cookie", "joins"),
            ("cookie", "unreal"),
            ("cookie", "denied"),
            ("policy", "words"),
            ("filled_by_script", "marks"),
        ] {
            assert!(!words.list(section, key).is_empty(), "{section}.{key}");
        }
    }

    #[test]
    fn headers_in_many_languages() {
        let cases = [
            ("Cookie", Some(Field::Cookie)),
            ("Name of provider", Some(Field::Provider)),
            ("Cookie name(s)", Some(Field::Name)),
            ("Type (if persistent cookie, retention period)", Some(Field::Lifetime)),
            ("Purpose of cookie", Some(Field::Purpose)),
            ("Sous-groupe de cookies", Some(Field::Domain)),
            ("Nom technique du cookie", Some(Field::Name)),
            ("Cookie lié au service", Some(Field::Provider)),
            ("Speicherdauer:", Some(Field::Lifetime)),
            ("Evästeen nimi", Some(Field::Name)),
            ("Doba uložení", Some(Field::Lifetime)),
            ("有効期限", Some(Field::Lifetime)),
            ("Okres przechowywania", Some(Field::Lifetime)),
            ("Süti neve", Some(Field::Name)),
            ("Something else", None),
        ];
        for (header, wanted) in cases {
            assert_eq!(words().header(header), wanted, "{header}");
        }
        assert_eq!(words().label("Cookie Laufzeit"), Some(Field::Lifetime));
        assert_eq!(words().label("These are names"), None);
    }
}
