//! The guessable vocabulary of values: locales, countries, currencies, time zones, colour schemes, markers, words.
//!
//! Read once from `configs/knowledge/values.toml`. What stands there may be written down as text; nothing else may.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Deserialize;

static TEXT: &str = include_str!("../../../configs/knowledge/values.toml");

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Raw {
    languages: String,
    scripts: String,
    countries: String,
    currencies: String,
    color_schemes: String,
    time_zones: String,
    prefixes: String,
    words: String,
}

/// Sets of guessable words, by kind. All lower-case but for currencies, time zones and markers.
pub(super) struct Vocabulary {
    languages: HashSet<&'static str>,
    scripts: HashSet<&'static str>,
    countries: HashSet<&'static str>,
    currencies: HashSet<&'static str>,
    color_schemes: HashSet<&'static str>,
    time_zones: HashSet<&'static str>,
    prefixes: HashSet<&'static str>,
    words: HashSet<&'static str>,
}

/// The vocabulary, parsed on first use. A broken table knows no word, so that more is redacted, never less; a test
/// holds that the embedded one is sound.
pub(super) fn vocabulary() -> &'static Vocabulary {
    static READ: OnceLock<(Raw, OnceLock<Vocabulary>)> = OnceLock::new();
    let (raw, sets) = READ.get_or_init(|| (toml::from_str(TEXT).unwrap_or_default(), OnceLock::new()));
    sets.get_or_init(|| Vocabulary {
        languages: raw.languages.split_whitespace().collect(),
        scripts: raw.scripts.split_whitespace().collect(),
        countries: raw.countries.split_whitespace().collect(),
        currencies: raw.currencies.split_whitespace().collect(),
        color_schemes: raw.color_schemes.split_whitespace().collect(),
        time_zones: raw.time_zones.split_whitespace().collect(),
        prefixes: raw.prefixes.split_whitespace().collect(),
        words: raw.words.split_whitespace().collect(),
    })
}

impl Vocabulary {
    /// A language tag: `en`, `de-AT`, `zh_Hans_CN`.
    pub(super) fn is_locale(&self, token: &str) -> bool {
        let lower = token.to_lowercase();
        let mut tags = lower.split(['-', '_']);
        let known = tags.next().is_some_and(|l| self.languages.contains(l));
        known && tags.clone().count() <= 2 && tags.all(|t| self.countries.contains(t) || self.scripts.contains(t))
    }

    /// A country code in capitals; in small letters it would be taken for a language or a word.
    pub(super) fn is_country(&self, token: &str) -> bool {
        token.len() == 2
            && token.chars().all(|c| c.is_ascii_uppercase())
            && self.countries.contains(&*token.to_lowercase())
    }

    /// A currency code in capitals.
    pub(super) fn is_currency(&self, token: &str) -> bool {
        self.currencies.contains(token)
    }

    /// `Europe/Berlin`.
    pub(super) fn is_time_zone(&self, token: &str) -> bool {
        self.time_zones.contains(token)
    }

    /// `dark`, `light`, `auto`, …
    pub(super) fn is_color_scheme(&self, token: &str) -> bool {
        self.color_schemes.contains(&*token.to_lowercase())
    }

    /// `GA1`, `fb`, …
    pub(super) fn is_prefix(&self, token: &str) -> bool {
        self.prefixes.contains(token)
    }

    /// A vocabulary word, or several in camel case with at most three digits at the end (`pageViews`, `variant2`).
    pub(super) fn is_word(&self, token: &str) -> bool {
        let stem = token.trim_end_matches(|c: char| c.is_ascii_digit());
        if stem.is_empty() || token.len() - stem.len() > 3 {
            return false;
        }
        self.words.contains(&*stem.to_lowercase()) || self.is_compound(stem)
    }

    fn is_compound(&self, token: &str) -> bool {
        let humps = humps(token);
        humps.len() > 1 && humps.len() <= 6 && humps.iter().all(|h| self.words.contains(&*h.to_lowercase()))
    }
}

/// Splits camel case: `lastVisitAt` → `last`, `Visit`, `At`.
fn humps(token: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut before_is_lower = false;
    for (at, c) in token.char_indices() {
        if c.is_uppercase() && before_is_lower {
            starts.push(at);
        }
        before_is_lower = c.is_lowercase();
    }
    let ends = starts.iter().skip(1).copied().chain([token.len()]);
    starts.iter().zip(ends).filter_map(|(&s, e)| token.get(s..e)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_table_is_sound() {
        let raw: Raw = toml::from_str(TEXT).unwrap();
        assert!(raw.words.split_whitespace().all(|w| w == w.to_lowercase()));
        assert!(raw.languages.split_whitespace().count() > 150);
        assert!(raw.time_zones.split_whitespace().count() > 400);
    }

    #[test]
    fn kinds() {
        let v = vocabulary();
        assert!(v.is_locale("en") && v.is_locale("de-AT") && v.is_locale("zh_Hans_CN") && v.is_locale("EN-us"));
        assert!(!v.is_locale("qq") && !v.is_locale("en-QQ") && !v.is_locale("de-AT-1901-x"));
        assert!(v.is_country("DE") && !v.is_country("de"));
        assert!(v.is_currency("EUR") && v.is_time_zone("Europe/Berlin") && v.is_color_scheme("Dark"));
        assert!(v.is_word("pageViews") && v.is_word("variant2") && !v.is_word("alice") && !v.is_word("user8123"));
    }
}
