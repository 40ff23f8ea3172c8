//! Quotes that stand in the document, letter by letter, whatever markup lies between the words.
//!
//! A sentence of rendered text may run through a link whose address stands in the source: then the quote is the longest
//! stretch around what matters that the source holds in one piece.

use std::ops::Range;

use super::text::Word;
use crate::judge::policy::document::{Document, LONGEST_QUOTE};

/// The stretch of a sentence around some of its words that stands in the document; `None` where nothing does.
pub(super) fn find(
    document: &Document,
    text: &str,
    sentence: &Range<usize>,
    words: &[Word],
    core: &Range<usize>,
) -> Option<String> {
    let whole = text.get(sentence.clone())?;
    if whole.chars().count() <= LONGEST_QUOTE && document.stands(whole) {
        return Some(tidy(whole));
    }
    let holds = |run: &Range<usize>| quote(document, text, words, run).is_some();
    let core = longest(core, &holds)?;
    // What stands further out holds all that stands further in, so halving finds the ends.
    let first = search(0, core.start, |at| holds(&(at..core.end)));
    let more = search(0, words.len().saturating_sub(core.end), |cut| holds(&(first..words.len() - cut)));
    quote(document, text, words, &(first..words.len() - more))
}

/// The words themselves, or the longest run of them that stands in the document.
fn longest(core: &Range<usize>, holds: &impl Fn(&Range<usize>) -> bool) -> Option<Range<usize>> {
    let runs = (1..=core.len())
        .rev()
        .flat_map(|length| (core.start..=core.end - length).map(move |start| start..start + length));
    runs.take(300).find(holds)
}

fn quote(document: &Document, text: &str, words: &[Word], run: &Range<usize>) -> Option<String> {
    let (first, last) = (words.get(run.start)?, words.get(run.end.checked_sub(1)?)?);
    let quote = text.get(first.range.start..last.range.end)?;
    (quote.chars().count() <= LONGEST_QUOTE && document.stands(quote)).then(|| tidy(quote))
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
