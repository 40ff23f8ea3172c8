//! What running text says: purposes, services used and not used, and claims that can be put to the test.
//!
//! Sentence by sentence: each is cut into words (`text`), its concepts are found in the words of its language
//! (`lexicon`, `tagged`), the place where it stands is weighed (`context`), and rules that are the same in every language
//! say which concepts together make which claim (`rules`, `about`). Every item carries a quote that stands in the
//! document (`quote`). Not here: tables and lists that name cookies (the reader of declarations).

mod about;
mod claims;
mod context;
mod durations;
mod language;
mod lexicon;
mod purposes;
mod quote;
mod rules;
mod services;
mod tagged;
#[cfg(test)]
mod dev;
#[cfg(test)]
mod tests;
mod text;

use crate::judge::model::{Claim, NamedPurpose, NamedService, Passed, Place};
use quote::Quotes;
use services::Mention;
use tagged::Tagged;

pub(crate) use language::detect;

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A heading.
    Heading,
    /// A paragraph.
    Text,
    /// An item of a list.
    Item,
    /// A cell of a table.
    Cell,
}

/// A piece of running text with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Its text, without markup.
    pub(crate) text: String,
    /// Headings above it, outermost first.
    pub(crate) headings: Vec<String>,
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it stands.
    pub(crate) place: Place,
}

/// What running text says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Prose {
    /// Purposes named for cookies.
    pub(crate) purposes: Vec<NamedPurpose>,
    /// Services named, those named as not used too.
    pub(crate) services: Vec<NamedService>,
    /// Claims.
    pub(crate) claims: Vec<Claim>,
    /// Sentences that look like claims and are none, and why.
    pub(crate) passed: Vec<Passed>,
}

/// A passage with its sentences understood.
struct Read<'a> {
    passage: &'a Passage,
    sentences: Vec<Understood>,
    language: &'static str,
}

/// A sentence with the bytes it takes and the services it names.
struct Understood {
    range: std::ops::Range<usize>,
    tagged: Tagged,
    mentions: Vec<Mention>,
}

/// Reads the running text of a document; `source` is the document as stored, in which quotes must stand.
pub(crate) fn read(passages: &[Passage], source: &str) -> Prose {
    let whole = language::detect(passages.iter().map(|p| p.text.as_str()));
    let read: Vec<Read<'_>> = passages.iter().map(|passage| understand(passage, whole)).collect();
    let quotes = Quotes::new(source);
    let mut prose = Prose::default();
    claims::read(&read, &quotes, &mut prose);
    purposes::read(&read, &quotes, &mut prose);
    services::read(&read, &quotes, &mut prose);
    prose
}

fn understand<'a>(passage: &'a Passage, whole: &'static str) -> Read<'a> {
    let language = language::of_passage(&passage.text, whole);
    let sentences = lexicon::of(language).map_or_else(Vec::new, |lexicon| {
        let found = text::sentences(&passage.text).into_iter();
        found
            .map(|sentence| {
                let mut tagged = Tagged::new(&sentence, lexicon);
                let mentions = services::mentions(&passage.text, &sentence);
                for mention in &mentions {
                    tagged.add("service", mention.words.clone());
                }
                Understood { range: sentence.range, tagged, mentions }
            })
            .collect()
    });
    Read { passage, sentences, language }
}
