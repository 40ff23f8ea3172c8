//! Quotes that stand in the document, letter by letter, whatever markup lies between the words.
//!
//! A sentence of rendered text may run through a link whose address stands in the source: then the quote is the longest
//! stretch around what matters that the source holds in one piece.

use std::ops::Range;

use super::text::Word;

/// The letters and digits of a document.
pub(crate) struct Quotes {
    letters: String,
}

impl Quotes {
    /// Of a document as stored.
    pub(crate) fn new(source: &str) -> Self {
        Self { letters: letters(&without_tags(source)) }
    }

    /// The stretch of a sentence around some of its words that stands in the document; `None` where nothing does.
    pub(crate) fn find(&self, text: &str, sentence: &Range<usize>, words: &[Word], core: &Range<usize>) -> Option<String> {
        let whole = &text[sentence.clone()];
        if self.hold(whole) {
            return Some(tidy(whole));
        }
        let core = self.stretch(text, words, core)?;
        // What stands further out holds all that stands further in, so halving finds the ends.
        let first = search(0, core.start, |at| self.hold_words(text, words, &(at..core.end)));
        let more = search(0, words.len() - core.end, |cut| self.hold_words(text, words, &(first..words.len() - cut)));
        self.quote(text, words, &(first..words.len() - more))
    }

    /// The words themselves, or the longest run of them that stands in the document.
    fn stretch(&self, text: &str, words: &[Word], core: &Range<usize>) -> Option<Range<usize>> {
        let runs = (0..core.len()).rev().flat_map(|cut| {
            let length = core.len() - (core.len() - 1 - cut);
            (core.start..=core.end - length).map(move |start| start..start + length)
        });
        runs.take(400).find(|run| self.hold_words(text, words, run))
    }

    fn quote(&self, text: &str, words: &[Word], run: &Range<usize>) -> Option<String> {
        let (first, last) = (words.get(run.start)?, words.get(run.end.checked_sub(1)?)?);
        let quote = &text[first.range.start..last.range.end];
        self.hold(quote).then(|| tidy(quote))
    }

    fn hold_words(&self, text: &str, words: &[Word], run: &Range<usize>) -> bool {
        self.quote(text, words, run).is_some()
    }

    /// Whether a stretch of text stands in the document.
    pub(crate) fn hold(&self, quote: &str) -> bool {
        let quote = letters(quote);
        !quote.is_empty() && self.letters.contains(&quote)
    }
}

/// The smallest number from which on a test holds; it must hold at `high`.
fn search(mut low: usize, mut high: usize, holds: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let middle = usize::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    high
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The source without tags and with the commonest entities as spaces.
fn without_tags(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        let (close, longest) = if rest[at..].starts_with('<') { ('>', 4_000) } else { (';', 10) };
        let window: String = rest[at..].chars().take(longest).collect();
        match window.find(close) {
            Some(end) => rest = &rest[at + end + 1..],
            None => {
                out.push(' ');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::policy::prose::text::sentences;

    #[test]
    fn markup_between_words_does_not_matter() {
        let quotes = Quotes::new("<p>We use <b>no</b>&nbsp;cookies at all.</p>");
        assert!(quotes.hold("We use no cookies") && !quotes.hold("We use cookies"));
    }

    #[test]
    fn a_link_cuts_the_quote() {
        let source = "Please read [our other page](https://example.test/) since we set no cookies here.";
        let text = "Please read our other page since we set no cookies here.";
        let sentence = &sentences(text)[0];
        let found = Quotes::new(source).find(text, &sentence.range, &sentence.words, &(6..9));
        assert_eq!(found.as_deref(), Some("since we set no cookies here"));
    }
}
