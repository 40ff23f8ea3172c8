//! Which language a text is in, among those whose words are known.
//!
//! Not here: the words (`lexicon`).

use whatlang::{Detector, Lang};

/// Languages with a table of words.
const KNOWN: [(Lang, &str); 12] = [
    (Lang::Eng, "en"),
    (Lang::Deu, "de"),
    (Lang::Fra, "fr"),
    (Lang::Spa, "es"),
    (Lang::Ita, "it"),
    (Lang::Nld, "nl"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Swe, "sv"),
    (Lang::Dan, "da"),
    (Lang::Ces, "cs"),
    (Lang::Ron, "ro"),
];

/// Passages shorter than this are in the language of the document.
const SHORT: usize = 120;

/// The tag of a document's language where its words are known, else English, whose words are the most borrowed.
pub(super) fn known(tag: &str) -> &'static str {
    KNOWN.iter().find(|(_, known)| *known == tag).map_or("en", |(_, known)| known)
}

/// The language of one passage: its own where it is long and clear enough, else the document's.
pub(super) fn of_passage(text: &str, whole: &'static str) -> &'static str {
    if text.len() < SHORT {
        return whole;
    }
    let detector = Detector::with_allowlist(KNOWN.iter().map(|(lang, _)| *lang).collect());
    let sure = detector.detect(text).filter(whatlang::Info::is_reliable);
    sure.and_then(|info| KNOWN.iter().find(|(lang, _)| *lang == info.lang())).map_or(whole, |(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_languages() {
        let text = "Diese Website verwendet Cookies, um Inhalte zu personalisieren und Zugriffe zu analysieren.";
        assert_eq!(known("de"), "de");
        assert_eq!(of_passage("Oui", "fr"), "fr");
        assert_eq!(of_passage(&format!("{text} {text}"), "fr"), "de");
    }
}
