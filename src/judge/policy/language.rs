//! Which language a document is written in, as a two-letter tag.

use super::document::shortened;

/// The language of a text, `und` where it cannot be told.
pub(super) fn of(text: &str) -> String {
    let head = shortened(text, 20_000);
    let sure = |info: &whatlang::Info| info.is_reliable() || head.len() > 500;
    whatlang::detect(&head).filter(sure).map_or("und", |info| two_letters(info.lang().code())).to_owned()
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
