//! Plain words of the declaration in seven languages, from `configs/texts/declare/*.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::cookie::Lifetime;
use crate::report::texts::Texts;
use crate::report::units;

const FILES: [(&str, &str); 7] = [
    ("en", include_str!("../../../configs/texts/declare/en.toml")),
    ("de", include_str!("../../../configs/texts/declare/de.toml")),
    ("fr", include_str!("../../../configs/texts/declare/fr.toml")),
    ("es", include_str!("../../../configs/texts/declare/es.toml")),
    ("it", include_str!("../../../configs/texts/declare/it.toml")),
    ("nl", include_str!("../../../configs/texts/declare/nl.toml")),
    ("pl", include_str!("../../../configs/texts/declare/pl.toml")),
];

static ALL: LazyLock<BTreeMap<&'static str, Words>> =
    LazyLock::new(|| FILES.into_iter().map(|(tag, text)| (tag, Words(Texts::read(tag, text)))).collect());

/// The words of one language.
#[derive(Debug, Clone)]
pub struct Words(Texts);

/// Tags of all languages.
#[must_use]
pub fn languages() -> Vec<&'static str> {
    FILES.map(|(tag, _)| tag).to_vec()
}

/// `de-AT` to `de`.
pub(super) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase()
}

impl Words {
    /// The words for a language tag, where there are any.
    #[must_use]
    pub fn of(tag: &str) -> Option<&'static Self> {
        ALL.get(primary(tag).as_str())
    }

    pub(super) fn tag(&self) -> &'static str {
        self.0.tag()
    }

    pub(super) fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key)
    }

    pub(super) fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.0.say(key, values)
    }

    /// A lifetime in whole units, rounded up: a declaration must never say less.
    pub(super) fn lifetime(&self, lifetime: Lifetime) -> String {
        let Lifetime::Seconds(seconds) = lifetime else { return self.get("lifetime.session").to_owned() };
        let (count, unit) = units::split(seconds.max(1));
        let count = count.ceil();
        let key = format!("count.{unit}_{}", form(self.tag(), count));
        self.say(&key, &[("n", &count.to_string())])
    }
}

/// Which form of a noun a whole number takes (Unicode's plural rules, as far as these languages need them).
fn form(tag: &str, count: f64) -> &'static str {
    let (tens, hundreds) = (count % 10.0, count % 100.0);
    let is = |a: f64, b: f64| (a - b).abs() < f64::EPSILON;
    match tag {
        _ if is(count, 1.0) => "one",
        "pl" if (2.0..=4.0).contains(&tens) && !(12.0..=14.0).contains(&hundreds) => "few",
        _ => "many",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_is_embedded_and_has_the_same_keys_and_names() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/texts/declare");
        let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(on_disk, FILES.iter().map(|(tag, _)| (*tag).to_owned()).collect());
        let english = Words::of("en").unwrap();
        for tag in languages() {
            let words = Words::of(tag).unwrap();
            assert_eq!(words.0.keys(), english.0.keys(), "{tag}");
            for key in english.0.keys() {
                let names = |text: &str| text.matches('{').count();
                assert_eq!(names(words.get(key)), names(english.get(key)), "{tag} {key}");
            }
        }
    }

    #[test]
    fn lifetimes_are_whole_and_never_less() {
        let told = |tag: &str, seconds| Words::of(tag).unwrap().lifetime(Lifetime::Seconds(seconds));
        assert_eq!(told("en", 2 * 365 * 86_400), "2 years");
        assert_eq!(told("en", 3_650_000), "43 days");
        assert_eq!(told("pl", 365 * 86_400), "1 rok");
        assert_eq!(told("pl", 2 * 365 * 86_400), "2 lata");
        assert_eq!(told("pl", 5 * 365 * 86_400), "5 lat");
        assert_eq!(told("pl", 12 * 365 * 86_400), "12 lat");
        assert_eq!(told("pl", 400 * 86_400), "400 dni");
        assert_eq!(told("nl", 2 * 365 * 86_400), "2 jaar");
        assert_eq!(told("de", 13 * 30 * 86_400), "13 Monate");
        assert_eq!(Words::of("fr-CA").unwrap().lifetime(Lifetime::Session), "jusqu’à la fermeture du navigateur");
        assert!(Words::of("xx").is_none());
    }
}
