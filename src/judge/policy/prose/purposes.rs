//! Purposes that running text names for cookies.
//!
//! Not here: the purpose of one declared cookie (the reader of declarations).

use std::collections::BTreeSet;
use std::ops::Range;

use super::lexicon;
use super::passages::Kind;
use super::tagged::Tagged;
use super::text;
use super::{Prose, Read};
use crate::judge::model::{NamedPurpose, Purpose};
use crate::judge::policy::document::Document;

/// Purposes whose words stand among these words.
pub(super) fn named(sentence: &Tagged, words: &Range<usize>) -> Vec<Purpose> {
    let within = sentence.tags.iter().filter(|tag| words.contains(&tag.words.start));
    let found: BTreeSet<Purpose> = within.filter_map(|tag| of_concept(&tag.concept)).collect();
    found.into_iter().collect()
}

/// Most words of a heading that names a category.
const LONGEST_CATEGORY: usize = 7;

/// Purposes a heading names.
pub(super) fn in_heading(heading: &str, language: &str) -> Vec<Purpose> {
    // The heading of a category is short; a longer one is a sentence of its own.
    let short = heading.split_whitespace().count() <= LONGEST_CATEGORY;
    let Some(lexicon) = lexicon::of(language).filter(|_| short) else { return Vec::new() };
    let sentences = text::sentences(heading);
    let found: BTreeSet<Purpose> = sentences
        .iter()
        .map(|sentence| Tagged::new(sentence, lexicon))
        .flat_map(|tagged| named(&tagged, &(0..tagged.words.len())))
        .collect();
    found.into_iter().collect()
}

fn of_concept(concept: &str) -> Option<Purpose> {
    concept.strip_prefix("p_").and_then(Purpose::from_word)
}

/// Every purpose named where the text speaks of cookies, with the first sentence that does.
pub(super) fn read(document: &Document, read: &[Read<'_>], prose: &mut Prose) {
    let mut seen = BTreeSet::new();
    for passage in read.iter().filter(|read| read.passage.kind != Kind::Declared) {
        let mut speaks = passage.passage.headings.iter().any(|h| h.to_lowercase().contains("cookie"));
        for sentence in &passage.sentences {
            speaks |= sentence.tagged.has("cookie");
            if !speaks || is_denial(&sentence.tagged) {
                continue;
            }
            for tag in &sentence.tagged.tags {
                let Some(purpose) = of_concept(&tag.concept).filter(|p| !seen.contains(p)) else { continue };
                if let Some(quote) = passage.quote(document, sentence, &tag.words) {
                    seen.insert(purpose);
                    prose.purposes.push(NamedPurpose { purpose, quote });
                }
            }
        }
    }
}

/// A sentence that denies a use names no purpose; one about the browser's settings or cookies in general not the site's.
fn is_denial(sentence: &Tagged) -> bool {
    let denies = sentence.has("not") && sentence.has("use");
    denies || ["block", "law", "definition", "hypothetical"].iter().any(|concept| sentence.has(concept))
}
