//! Which language a document is written in, as a two-letter tag.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::document::shortened;

static SMALL_WORDS: &str = include_str!("../../../configs/knowledge/policy/small-words.toml");

/// Letters of a text are sure to tell its language from so many on; names in tables mislead in a shorter one.
const LONG: usize = 1_500;

/// The language of a text, `und` where it cannot be told.
pub(super) fn of(text: &str) -> String {
    let head = shortened(text, 20_000);
    let info = whatlang::detect(&head);
    let sure = info.as_ref().filter(|info| info.is_reliable() && head.len() > LONG);
    let voted = if sure.is_none() { by_small_words(&head) } else { None };
    let fair = |info: &whatlang::Info| info.is_reliable() || head.len() > 500;
    voted.unwrap_or_else(|| info.filter(fair).map_or("und", |info| two_letters(info.lang().code()))).to_owned()
}

/// The language whose smallest words are the most, where they clearly are.
fn by_small_words(text: &str) -> Option<&'static str> {
    static READ: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    let table = READ.get_or_init(|| toml::from_str(SMALL_WORDS).unwrap_or_default());
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let count = |known: &Vec<String>| words.iter().filter(|word| known.iter().any(|k| k == *word)).count();
    let mut counts: Vec<(usize, &str)> = table.iter().map(|(tag, known)| (count(known), tag.as_str())).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let (best, second) = (counts.first()?, counts.get(1)?);
    (best.0 >= 3 && best.0 * 4 >= second.0 * 5).then_some(best.1)
}

/// The two-letter tag of a three-letter one.
fn two_letters(code: &str) -> &'static str {
    match code {
        "eng" => "en",
        "deu" => "de",
        "fra" => "fr",
        "spa" => "es",
        "ita" => "it",
        "nld" => "nl",
        "pol" => "pl",
        "por" => "pt",
        "swe" => "sv",
        "dan" => "da",
        "fin" => "fi",
        "nob" => "no",
        "ces" => "cs",
        "slk" => "sk",
        "slv" => "sl",
        "hrv" => "hr",
        "ron" => "ro",
        "hun" => "hu",
        "jpn" => "ja",
        "rus" => "ru",
        "ukr" => "uk",
        "bul" => "bg",
        "ell" => "el",
        "tur" => "tr",
        "cat" => "ca",
        "est" => "et",
        "lav" => "lv",
        "lit" => "lt",
        "kor" => "ko",
        "cmn" => "zh",
        "ara" => "ar",
        "heb" => "he",
        _ => "und",
    }
}
