//! What a list's own words say a cookie is for, in our twelve; and its storage and party.
//!
//! Words stand in `configs/knowledge/policy/purpose-words.toml`. What a cookie really is for is the classifier's matter.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::words::{begins, words};
use crate::cookie::Party;
use crate::judge::model::{DeclaredStorage, Purpose};

static FILE: &str = include_str!("../../../../configs/knowledge/policy/purpose-words.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stems {
    strong: Vec<String>,
    words: Vec<String>,
}

/// Ties go to the first.
const ORDER: [Purpose; 11] = [
    Purpose::Consent,
    Purpose::Security,
    Purpose::Login,
    Purpose::Cart,
    Purpose::Language,
    Purpose::Theme,
    Purpose::Advertising,
    Purpose::Analytics,
    Purpose::Social,
    Purpose::Preferences,
    Purpose::OtherFunctional,
];

fn table() -> &'static Vec<(Purpose, Stems)> {
    static READ: OnceLock<Vec<(Purpose, Stems)>> = OnceLock::new();
    READ.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Result<Vec<(Purpose, Stems)>, toml::de::Error> {
    let mut file: BTreeMap<String, Stems> = toml::from_str(FILE)?;
    Ok(ORDER.iter().filter_map(|p| file.remove(p.word()).map(|stems| (*p, stems))).collect())
}

/// The purpose that texts tell, each with its weight and the most points it may give. What stands `about` a list counts
/// little, and for consent not at all: every cookie policy speaks of that.
pub(crate) fn of(texts: &[(&str, u32, u32)], about: &str) -> Option<Purpose> {
    let around = about.to_lowercase();
    let small: Vec<(String, u32, u32)> =
        texts.iter().map(|(t, weight, most)| (t.to_lowercase(), *weight, *most)).collect();
    let points = |purpose: Purpose, stems: &Stems| -> u32 {
        let count = |list: &[String], text: &str| list.iter().filter(|stem| begins(text, stem)).count();
        let of = |text: &str| {
            let strong = count(&stems.strong, text).min(3);
            u32::try_from(strong * 3 + count(&stems.words, text).min(2)).unwrap_or(0)
        };
        let around = if purpose == Purpose::Consent { 0 } else { of(&around).min(3) };
        around + small.iter().map(|(text, weight, most)| (of(text) * weight).min(*most)).sum::<u32>()
    };
    let scored = table().iter().map(|(purpose, stems)| (*purpose, points(*purpose, stems)));
    let best = scored.rev().max_by_key(|(_, points)| *points).filter(|(_, points)| *points > 0);
    best.map(|(purpose, _)| purpose)
}

/// The kind of storage that a text names, if it names one.
pub(crate) fn storage(text: &str) -> Option<DeclaredStorage> {
    let small = text.to_lowercase();
    let kinds = [
        ("local_storage", DeclaredStorage::LocalStorage),
        ("session_storage", DeclaredStorage::SessionStorage),
        ("indexed_db", DeclaredStorage::IndexedDb),
    ];
    kinds.into_iter().find(|(key, _)| words().holds("storage", key, &small)).map(|(_, kind)| kind)
}

/// The kind of storage that a cell of its own names, where `pixel` alone means one.
pub(crate) fn storage_cell(text: &str) -> Option<DeclaredStorage> {
    let pixel = || {
        let small = text.trim().to_lowercase();
        words().holds("storage", "pixel", &small) && !small.contains("cookie") && small.split_whitespace().count() <= 4
    };
    storage(text).or_else(|| pixel().then_some(DeclaredStorage::Pixel))
}

/// First or third party, where a text says one and not the other.
pub(crate) fn party(text: &str) -> Option<Party> {
    let small = text.to_lowercase();
    match (words().begins("party", "first", &small), words().begins("party", "third", &small)) {
        (true, false) => Some(Party::First),
        (false, true) => Some(Party::Third),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_in_many_languages() {
        assert_eq!(read().unwrap().len(), ORDER.len());
        let cases = [
            ("Used to distinguish users.", Purpose::Analytics),
            ("Speichert Ihre Zustimmung zu Analyse-Cookies", Purpose::Consent),
            ("Authentification et autorisation", Purpose::Login),
            ("Sécurité", Purpose::Security),
            ("Stores the visitor's language", Purpose::Language),
            ("Zapamiętuje zawartość koszyka", Purpose::Cart),
            ("Lo utilizamos para mostrarle anuncios", Purpose::Advertising),
            ("広告の配信", Purpose::Advertising),
            ("Prevents cross-site request forgery", Purpose::Security),
            ("Remembers dark mode", Purpose::Theme),
        ];
        for (text, wanted) in cases {
            assert_eq!(of(&[(text, 2, 99)], ""), Some(wanted), "{text}");
        }
        assert_eq!(of(&[("", 1, 9)], "Cookie consent"), None);
    }

    #[test]
    fn storage_and_party() {
        assert_eq!(storage("HTML Local Storage"), Some(DeclaredStorage::LocalStorage));
        assert_eq!(storage_cell("Pixel Tracker"), Some(DeclaredStorage::Pixel));
        assert_eq!(storage("HTTP Cookie"), None);
        assert_eq!(party("Cookies tiers"), Some(Party::Third));
        assert_eq!(party("Eigene Cookies"), Some(Party::First));
        assert_eq!(party("first or third party"), None);
    }
}
