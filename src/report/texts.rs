//! Words of reports in the reader's language, from `configs/texts/*.toml`.
//!
//! A language is a file there and a line in `FILES`; a test holds that all files are listed and have the same keys.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::cookie::Lifetime;
use crate::report::units;

const FILES: [(&str, &str); 3] = [
    ("en", include_str!("../../configs/texts/en.toml")),
    ("de", include_str!("../../configs/texts/de.toml")),
    ("fr", include_str!("../../configs/texts/fr.toml")),
];

static ALL: LazyLock<BTreeMap<&'static str, Texts>> =
    LazyLock::new(|| FILES.into_iter().map(|(tag, text)| (tag, Texts::read(tag, text))).collect());
static EMPTY: LazyLock<Texts> = LazyLock::new(|| Texts { tag: "en", words: BTreeMap::new() });

/// The words of one language.
#[derive(Debug, Clone)]
pub struct Texts {
    tag: &'static str,
    /// `section.key` to text.
    words: BTreeMap<String, String>,
}

impl Texts {
    /// The words for a language tag such as `de-AT`; English where there are none.
    #[must_use]
    pub fn of(tag: &str) -> &'static Self {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
        ALL.get(primary.as_str()).or_else(|| ALL.get("en")).unwrap_or(&EMPTY)
    }

    /// Tags of all languages.
    #[must_use]
    pub fn languages() -> Vec<&'static str> {
        FILES.map(|(tag, _)| tag).to_vec()
    }

    /// A malformed file gives no words; the test of the files makes sure that there is none.
    pub(crate) fn read(tag: &'static str, text: &str) -> Self {
        let sections: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(text).unwrap_or_default();
        let words = sections
            .into_iter()
            .flat_map(|(section, keys)| keys.into_iter().map(move |(key, text)| (format!("{section}.{key}"), text)));
        Self { tag, words: words.collect() }
    }

    /// Language tag of these words.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// All keys, in order.
    #[cfg(test)]
    pub(crate) fn keys(&self) -> Vec<&str> {
        self.words.keys().map(String::as_str).collect()
    }

    /// A text; the key itself where it is missing.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// A text where there is one.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// A text with its `{name}` filled in.
    #[must_use]
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut out = String::new();
        let mut rest = self.get(key);
        // One pass, so that braces in a value are never read as a name.
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                rest = after;
                break;
            };
            out.push_str(values.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v));
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// `3 pages`, in this language.
    #[must_use]
    pub fn count(&self, what: &str, number: usize) -> String {
        self.counted(what, &number.to_string(), number == 1)
    }

    fn counted(&self, what: &str, number: &str, one: bool) -> String {
        let key = format!("count.{what}_{}", if one { "one" } else { "other" });
        self.say(&key, &[("n", number)])
    }

    /// A lifetime in words, in the units findings use.
    #[must_use]
    pub fn lifetime(&self, lifetime: Option<Lifetime>) -> String {
        match lifetime {
            None => "–".to_owned(),
            Some(Lifetime::Session) => self.get("words.session").to_owned(),
            Some(Lifetime::Seconds(s)) if s <= 0 => self.get("words.deleted").to_owned(),
            Some(Lifetime::Seconds(s)) => {
                let (count, unit) = units::split_in_days(s);
                self.counted(unit, &count.to_string(), (count - 1.0).abs() < f64::EPSILON)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_is_embedded_and_has_the_same_keys() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/texts");
        let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(on_disk, FILES.iter().map(|(tag, _)| (*tag).to_owned()).collect());
        let keys = |tag: &str| Texts::of(tag).keys();
        assert!(keys("en").len() > 100);
        for tag in Texts::languages() {
            assert_eq!(Texts::of(tag).tag(), tag);
            assert_eq!(keys(tag), keys("en"), "{tag}");
        }
    }

    #[test]
    fn every_translation_fills_in_the_same_names() {
        let names = |text: &str| {
            text.split('{').skip(1).map(|t| t.split('}').next().unwrap().to_owned()).collect::<BTreeSet<_>>()
        };
        for tag in Texts::languages() {
            for (key, text) in &Texts::of(tag).words {
                assert_eq!(names(text), names(Texts::of("en").get(key)), "{tag} {key}");
            }
        }
    }

    #[test]
    fn values_are_filled_in_once() {
        let texts = Texts::of("en");
        assert_eq!(texts.say("meta.title", &[("site", "{site}{n}")]), "Cookie audit of {site}{n}");
        assert_eq!(texts.count("page", 1), "1 page");
        assert_eq!(Texts::of("de-AT").lifetime(Some(Lifetime::Seconds(63_072_000))), "2 Jahre");
        assert_eq!(Texts::of("xx").tag(), "en");
    }
}
