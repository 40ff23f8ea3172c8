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
mod passages;
mod purposes;
mod quote;
mod rosters;
mod rules;
mod services;
mod tagged;
#[cfg(test)]
mod tests;
mod text;

use passages::Passage;
use services::Mention;
use tagged::Tagged;

use super::document::Document;
use crate::judge::model::{Claim, Declaration, NamedPurpose, NamedService, Passed};

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
    passage: Passage<'a>,
    sentences: Vec<Understood>,
    language: &'static str,
}

/// A sentence with the bytes it takes and the services it names.
struct Understood {
    range: std::ops::Range<usize>,
    tagged: Tagged,
    mentions: Vec<Mention>,
}

impl Read<'_> {
    /// The stretch of a sentence around some of its words that stands in the document.
    fn quote(&self, document: &Document, sentence: &Understood, words: &std::ops::Range<usize>) -> Option<String> {
        quote::find(document, self.passage.text, &sentence.range, &sentence.tagged.words, words)
    }
}

/// Reads the running text of a document, knowing which cookies it declares and where it was found.
pub(crate) fn read(document: &Document, declared: &[Declaration], url: &str) -> Prose {
    let whole = language::known(&document.language);
    let own = services::own_name(url);
    let partners = rosters::of(document, whole);
    let passages = passages::of(document, declared, &partners).into_iter();
    let read: Vec<Read<'_>> = passages.map(|passage| understand(passage, whole, own.as_deref())).collect();
    let mut prose = Prose::default();
    claims::read(document, &read, &mut prose);
    purposes::read(document, &read, &mut prose);
    services::read(document, &read, &mut prose);
    prose
}

fn understand<'a>(passage: Passage<'a>, whole: &'static str, own: Option<&str>) -> Read<'a> {
    let language = language::of_passage(passage.text, whole);
    let sentences = lexicon::of(language).map_or_else(Vec::new, |lexicon| {
        let sentences = text::sentences(passage.text).into_iter();
        sentences.map(|sentence| understood(passage.text, &sentence, lexicon, own)).collect()
    });
    Read { passage, sentences, language }
}

fn understood(text: &str, sentence: &text::Sentence, lexicon: &lexicon::Lexicon, own: Option<&str>) -> Understood {
    let mut tagged = Tagged::new(sentence, lexicon);
    let mut mentions = services::mentions(text, sentence);
    mentions.retain(|mention| !mention.is(own));
    for mention in &mentions {
        tagged.add_service(mention.words.clone());
    }
    Understood { range: sentence.range.clone(), tagged, mentions }
}
