//! A sentence with the concepts found in it, cut into clauses, so that a negation stays with what it denies.
//!
//! Not here: what concepts together mean (`rules`).

use std::ops::Range;

use super::durations::{self, Duration};
use super::lexicon::Lexicon;
use super::text::{Sentence, Word, bare};

/// A concept that stands in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Name of the concept.
    pub(crate) concept: String,
    /// Words it takes.
    pub(crate) words: Range<usize>,
}

/// A sentence, understood as far as single words go.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    /// Its words.
    pub(crate) words: Vec<Word>,
    /// What stands in it, by place.
    pub(crate) tags: Vec<Tag>,
    /// For each word, the number of its clause.
    pub(crate) clauses: Vec<usize>,
    /// Lifetimes that it names.
    pub(crate) durations: Vec<(Range<usize>, Duration)>,
}

impl Tagged {
    /// Finds concepts, lifetimes and clauses.
    pub(crate) fn new(sentence: &Sentence, lexicon: &Lexicon) -> Self {
        let words = sentence.words.clone();
        let mut line = String::new();
        let mut starts = Vec::with_capacity(words.len());
        for word in &words {
            if !line.is_empty() {
                line.push(' ');
            }
            starts.push(line.len());
            line.push_str(&bare(&word.plain));
        }
        let place = |start: usize, end: usize| {
            let first = starts.partition_point(|at| *at <= start).saturating_sub(1);
            first..starts.partition_point(|at| *at < end).max(first + 1)
        };
        let mut tags: Vec<Tag> = lexicon
            .find(&line)
            .into_iter()
            .map(|hit| Tag { concept: lexicon.name(hit.concept).to_owned(), words: place(hit.start, hit.end) })
            .collect();
        let durations = durations::find(&words);
        let named = durations.iter().map(|(words, _)| Tag { concept: "duration".to_owned(), words: words.clone() });
        tags.extend(named);
        let mut tagged = Self { clauses: vec![0; words.len()], words, tags, durations };
        tagged.settle();
        tagged.cut();
        tagged
    }

    /// Takes words for the name of a service: then none of them says what something is for.
    pub(crate) fn add_service(&mut self, words: Range<usize>) {
        let within = |tag: &Tag| words.contains(&tag.words.start) && tag.words.end <= words.end;
        self.tags.retain(|tag| !(within(tag) && (tag.concept.starts_with("p_") || tag.concept == "tracking")));
        self.tags.push(Tag { concept: "service".to_owned(), words });
        self.sort();
    }

    /// `not only` is neither a negation nor a restriction; `ne … que` is a restriction and no negation; and `Do Not
    /// Track` is a name.
    fn settle(&mut self) {
        let named: Vec<bool> = self.tags.iter().map(|tag| tag.concept != "dnt" || self.is_a_name(tag)).collect();
        let mut named = named.into_iter();
        self.tags.retain(|_| named.next().unwrap_or(true));
        let spans = |concept: &str| -> Vec<Range<usize>> { self.of(concept).map(|tag| tag.words.clone()).collect() };
        let (not_only, only, dnt) = (spans("not_only"), spans("only"), spans("dnt"));
        let inside = |tag: &Tag, spans: &[Range<usize>]| {
            spans.iter().any(|span| span.start <= tag.words.start && tag.words.end <= span.end)
        };
        self.tags.retain(|tag| match tag.concept.as_str() {
            "not" => !inside(tag, &not_only) && !inside(tag, &only) && !inside(tag, &dnt),
            "track" => !inside(tag, &dnt),
            "only" => !inside(tag, &not_only),
            _ => true,
        });
        self.sort();
    }

    /// `We do not track you` is no name of a signal; `Do Not Track` and `do-not-track` are.
    fn is_a_name(&self, tag: &Tag) -> bool {
        let words = self.words.get(tag.words.clone()).unwrap_or_default();
        words.len() < 3 || words.iter().skip(1).all(|word| word.raw.starts_with(char::is_uppercase))
    }

    fn sort(&mut self) {
        self.tags.sort_by(|a, b| (a.words.start, &a.concept).cmp(&(b.words.start, &b.concept)));
    }

    fn cut(&mut self) {
        let at = |concept: &str| -> Vec<usize> { self.of(concept).map(|tag| tag.words.start).collect() };
        let (but, starter, and) = (at("but"), at("starter"), self.between_denials());
        let mut clause = 0;
        for index in 1..self.words.len() {
            let word = &self.words[index];
            let anew = word.after_break
                || but.contains(&index)
                || and.contains(&index)
                || (word.after_comma && starter.contains(&index));
            clause += usize::from(anew);
            self.clauses[index] = clause;
        }
    }

    /// Where `and` joins two clauses of which each denies or restricts something itself.
    fn between_denials(&self) -> Vec<usize> {
        let denies = |tag: &&Tag| matches!(tag.concept.as_str(), "not" | "only" | "not_only");
        let denials: Vec<usize> = self.tags.iter().filter(denies).map(|tag| tag.words.start).collect();
        let pairs = denials.iter().zip(denials.iter().skip(1));
        let and: Vec<usize> = self.of("and").map(|tag| tag.words.start).collect();
        pairs.filter_map(|(first, second)| and.iter().rev().find(|at| first < *at && *at <= second).copied()).collect()
    }

    /// Tags of a concept.
    pub(crate) fn of<'a>(&'a self, concept: &'a str) -> impl Iterator<Item = &'a Tag> + 'a {
        self.tags.iter().filter(move |tag| tag.concept == concept)
    }

    /// Whether a concept stands in it.
    pub(crate) fn has(&self, concept: &str) -> bool {
        self.of(concept).next().is_some()
    }

    /// Whether a concept stands in the clause with this number.
    pub(crate) fn clause_has(&self, clause: usize, concept: &str) -> bool {
        self.of(concept).any(|tag| self.clause_of(tag) == clause)
    }

    /// Number of the clause a tag stands in.
    pub(crate) fn clause_of(&self, tag: &Tag) -> usize {
        self.clauses.get(tag.words.start).copied().unwrap_or(0)
    }

    /// Words of a clause.
    pub(crate) fn clause_words(&self, clause: usize) -> Range<usize> {
        let start = self.clauses.partition_point(|c| *c < clause);
        start..self.clauses.partition_point(|c| *c <= clause)
    }
}
