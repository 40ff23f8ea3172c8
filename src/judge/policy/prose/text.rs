//! Sentences and words of running text, each word with its place in the text, so that what is found can be quoted.
//!
//! Not here: what the words mean (`lexicon`), and where the text comes from (`mod`).

use std::ops::Range;

/// Longest sentence that is read; what is longer is no sentence but a dump.
const LONGEST: usize = 160;

/// A word of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Bytes of the text it takes, punctuation excluded.
    pub(crate) range: Range<usize>,
    /// In small letters, apostrophes made plain.
    pub(crate) plain: String,
    /// As it stands in the text.
    pub(crate) raw: String,
    /// A comma stands before it.
    pub(crate) after_comma: bool,
    /// Something stronger than a comma stands before it: a colon, a dash, a bracket.
    pub(crate) after_break: bool,
}

/// Words of one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// Bytes of the text, from its first word to its last sign.
    pub(crate) range: Range<usize>,
    /// Its words.
    pub(crate) words: Vec<Word>,
}

/// The sentences of a text, in order.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut end = 0;
    let (mut comma, mut strong) = (false, false);
    for token in tokens(text) {
        let raw = &text[token.clone()];
        let Some(inner) = inner(raw) else {
            strong |= raw.chars().any(|c| "–—-:;|()[]".contains(c)) && !words.is_empty();
            end = if words.is_empty() { end } else { token.end };
            continue;
        };
        let lead = &raw[..inner.start];
        let tail = &raw[inner.end..];
        let range = token.start + inner.start..token.start + inner.end;
        words.push(Word {
            plain: plain(&text[range.clone()]),
            raw: text[range.clone()].to_owned(),
            range,
            after_comma: comma,
            after_break: strong || (lead.contains(['(', '[']) && !words.is_empty()),
        });
        comma = tail.contains([',', '،', '、']);
        strong = tail.contains([':', ';', ')', ']', '–', '—']);
        end = token.end;
        if ends(tail, &text[token.end..], words.last()) || words.len() >= LONGEST {
            close(&mut found, &mut words, end);
            (comma, strong) = (false, false);
        }
    }
    close(&mut found, &mut words, end);
    found
}

fn close(found: &mut Vec<Sentence>, words: &mut Vec<Word>, end: usize) {
    if let Some(first) = words.first() {
        found.push(Sentence { range: first.range.start..end, words: std::mem::take(words) });
    }
}

fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.split_whitespace().map(move |token| {
        let start = token.as_ptr() as usize - text.as_ptr() as usize;
        start..start + token.len()
    })
}

/// The part of a token between its first and last letter or digit.
fn inner(token: &str) -> Option<Range<usize>> {
    let first = token.find(char::is_alphanumeric)?;
    let last = token.char_indices().rev().find(|(_, c)| c.is_alphanumeric())?;
    Some(first..last.0 + last.1.len_utf8())
}

/// Whether a sentence ends with these signs; abbreviations, numbers and initials do not end one.
fn ends(tail: &str, rest: &str, word: Option<&Word>) -> bool {
    if tail.contains(['!', '?', '…', '。', '！', '？']) {
        return true;
    }
    let Some(word) = word.filter(|_| tail.contains('.')) else { return false };
    let next = rest.trim_start().trim_start_matches(|c: char| !c.is_alphanumeric()).chars().next();
    let starts_anew = next.is_none_or(|c| !c.is_lowercase());
    starts_anew && !is_abbreviation(&word.plain)
}

fn is_abbreviation(word: &str) -> bool {
    const SHORT: [&str; 32] = [
        "e.g", "i.e", "art", "no", "nr", "z.b", "bzw", "d.h", "u.a", "sog", "abs", "vgl", "ggf", "etc", "p.ex", "par",
        "núm", "n", "es", "bijv", "np", "tzw", "tj", "např", "mm", "ex", "inc", "ltd", "co", "st", "mr", "resp",
    ];
    SHORT.contains(&word) || (word.chars().count() == 1 && word.chars().all(char::is_alphabetic))
}

/// Small letters, with one kind of apostrophe and hyphen.
pub(crate) fn plain(word: &str) -> String {
    let same = |c: char| match c {
        '’' | '‘' | '`' | '´' | 'ʼ' => '\'',
        '‑' | '‐' | '–' => '-',
        other => other,
    };
    let joined = word.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}'));
    joined.map(same).flat_map(char::to_lowercase).collect()
}

/// Letters without their accents, so that words are found however they are written; other letters are left as they are.
pub(crate) fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ď' | 'đ' | 'ð' => out.push('d'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => out.push('e'),
            'ì'..='ï' | 'ī' | 'į' => out.push('i'),
            'ł' | 'ľ' | 'ļ' => out.push('l'),
            'ñ' | 'ń' | 'ň' | 'ņ' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
            'ř' => out.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
            'ť' | 'ţ' | 'ț' => out.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|s| &text[s.range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(split("We use cookies. No others."), ["We use cookies.", "No others."]);
        assert_eq!(split("See Art. 5 of it, e.g. the first. Then"), ["See Art. 5 of it, e.g. the first.", "Then"]);
        assert_eq!(split("Lasts 1.5 years! Yes"), ["Lasts 1.5 years!", "Yes"]);
        assert!(split(" … ").is_empty());
    }

    #[test]
    fn words_know_their_place_and_what_stands_before() {
        let text = "Cookies, we’d say: (none)";
        let words = &sentences(text)[0].words;
        let plain: Vec<&str> = words.iter().map(|w| w.plain.as_str()).collect();
        assert_eq!(plain, ["cookies", "we'd", "say", "none"]);
        assert!(words[1].after_comma && words[3].after_break && !words[2].after_break);
        assert_eq!(&text[words[3].range.clone()], "none");
    }
}
