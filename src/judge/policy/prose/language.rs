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

/// Text that decides the language of a document; more of it changes nothing.
const ENOUGH: usize = 20_000;

/// Passages shorter than this are in the language of the document.
const SHORT: usize = 120;

/// The language of a document, `und` where none of the known ones.
pub(crate) fn detect<'a>(texts: impl Iterator<Item = &'a str>) -> &'static str {
    let mut text = String::new();
    for passage in texts {
        if text.len() > ENOUGH {
            break;
        }
        text.push_str(passage);
        text.push('\n');
    }
    of(&text, false).unwrap_or("und")
}

/// The language of one passage: its own where it is long and clear enough, else the document's.
pub(crate) fn of_passage(text: &str, whole: &'static str) -> &'static str {
    if text.len() < SHORT && whole != "und" {
        return whole;
    }
    of(text, true).unwrap_or(whole)
}

fn of(text: &str, sure: bool) -> Option<&'static str> {
    let detector = Detector::with_allowlist(KNOWN.iter().map(|(lang, _)| *lang).collect());
    let info = detector.detect(text).filter(|info| !sure || info.is_reliable())?;
    KNOWN.iter().find(|(lang, _)| *lang == info.lang()).map(|(_, tag)| *tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_languages() {
        let text = "Diese Website verwendet Cookies, um Inhalte zu personalisieren und Zugriffe zu analysieren.";
        assert_eq!(detect([text].into_iter()), "de");
        assert_eq!(of_passage("Oui", "fr"), "fr");
        assert_eq!(of_passage(&format!("{text} {text}"), "fr"), "de");
    }
}
