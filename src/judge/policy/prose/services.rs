//! Services that running text names, and those it says are not used.
//!
//! Known names come from the table of services and from the vendor table; unknown ones from sentences that say what they
//! are ("we use X, an analytics service"). Not here: services that only a table of cookies names.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::tagged::Tagged;
use super::text::Sentence;
use super::{Prose, Read, Understood};
use crate::judge::classify::vendors;
use crate::judge::model::{NamedService, Purpose};
use crate::judge::policy::document::Document;

static TEXT: &str = include_str!("../../../../configs/knowledge/policy/services.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    by_purpose: BTreeMap<String, Vec<String>>,
    ordinary: BTreeMap<String, Vec<String>>,
    company: BTreeMap<String, Vec<String>>,
}

/// How much a name needs around it to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Nothing.
    Plain,
    /// Ordinary word, or a company of many trades: words about services or cookies.
    Ordinary,
    /// A company, left out where one of its services is named.
    Company,
}

#[derive(Debug)]
struct Known {
    name: String,
    purpose: Purpose,
    weight: Weight,
}

struct Names {
    known: Vec<Known>,
    search: AhoCorasick,
}

/// A service named in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Words of the sentence that name it.
    pub(super) words: Range<usize>,
    /// Its name, as the table writes it.
    pub(super) name: String,
    purpose: Option<Purpose>,
    weight: Weight,
}

fn names() -> Option<&'static Names> {
    static READ: OnceLock<Option<Names>> = OnceLock::new();
    READ.get_or_init(|| {
        let file: File = toml::from_str(TEXT).ok()?;
        let mut known = Vec::new();
        let lists = [(file.by_purpose, Weight::Plain), (file.ordinary, Weight::Ordinary), (file.company, Weight::Company)];
        for (list, weight) in lists {
            for (word, names) in list {
                let purpose = Purpose::from_word(&word)?;
                known.extend(names.into_iter().map(|name| Known { name, purpose, weight }));
            }
        }
        known.extend(of_vendors(&known));
        let mut search = AhoCorasick::builder();
        search.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
        let search = search.build(known.iter().map(|known| known.name.as_str())).ok()?;
        Some(Names { known, search })
    })
    .as_ref()
}

/// Names of the vendor table that the table of services lacks; single words could be ordinary ones.
fn of_vendors(known: &[Known]) -> Vec<Known> {
    let mut more: Vec<Known> = Vec::new();
    for (name, vendor) in vendors::services() {
        let is = |k: &Known| k.name.eq_ignore_ascii_case(name);
        if name.len() < 3 || known.iter().any(is) || more.iter().any(is) {
            continue;
        }
        let weight = if name.contains([' ', '.']) { Weight::Plain } else { Weight::Ordinary };
        more.push(Known { name: name.to_owned(), purpose: vendor.purpose, weight });
    }
    more
}

/// Services that a sentence names.
pub(super) fn mentions(text: &str, sentence: &Sentence) -> Vec<Mention> {
    let Some(names) = names() else { return Vec::new() };
    let start = sentence.range.start;
    let part = &text[sentence.range.clone()];
    let mut found = Vec::new();
    for hit in names.search.find_iter(part) {
        let Some(known) = names.known.get(hit.pattern().as_usize()) else { continue };
        let written = &part[hit.start()..hit.end()];
        if !stands_alone(part, hit.range()) || !written_so(known, written) {
            continue;
        }
        let (from, to) = (start + hit.start(), start + hit.end());
        let first = sentence.words.partition_point(|word| word.range.end <= from);
        let last = sentence.words.partition_point(|word| word.range.start < to);
        if first < last {
            let purpose = Some(known.purpose).filter(|p| *p != Purpose::Unknown);
            found.push(Mention { words: first..last, name: known.name.clone(), purpose, weight: known.weight });
        }
    }
    found
}

/// Not within a longer word, an address or a path.
fn stands_alone(text: &str, at: Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let mut after = text[at.end..].chars();
    let (next, second) = (after.next(), after.next());
    let glued = |c: char| c.is_alphanumeric() || "_@/".contains(c);
    let address = matches!((next, second), (Some('.'), Some(c)) if c.is_alphanumeric());
    let possessive = matches!(next, Some('-'));
    let within = before.is_some_and(|c| glued(c) || c == '.' || c == '-') || next.is_some_and(glued);
    !within && !address && (!possessive || second.is_some_and(char::is_uppercase) || second.is_some_and(char::is_lowercase))
}

/// Ordinary words must be written as names; others may come in any case, since people write `google analytics`.
fn written_so(known: &Known, written: &str) -> bool {
    match known.weight {
        Weight::Plain => written.chars().next().is_some_and(char::is_uppercase) || written.len() >= 6,
        Weight::Ordinary | Weight::Company => written == known.name,
    }
}

/// The first service that a heading names.
pub(super) fn in_heading(heading: &str) -> Option<String> {
    let sentences = super::text::sentences(heading);
    sentences.iter().flat_map(|sentence| mentions(heading, sentence)).map(|mention| mention.name).next()
}

/// A service with what the document says of it so far.
struct Named {
    service: NamedService,
    weight: Weight,
}

pub(super) fn read(document: &Document, read: &[Read<'_>], prose: &mut Prose) {
    let mut named: Vec<Named> = Vec::new();
    for passage in read {
        for sentence in &passage.sentences {
            for mention in sentence.mentions.iter().filter(|mention| counts(mention, sentence)) {
                add(&mut named, mention, passage, sentence, document);
            }
        }
    }
    let owners: Vec<String> = named.iter().filter(|n| n.weight != Weight::Company).map(|n| n.service.name.clone()).collect();
    named.retain(|n| n.weight != Weight::Company || !owners.iter().any(|name| vendors::same(name, &n.service.name)));
    prose.services.extend(named.into_iter().map(|named| named.service));
}

fn add(named: &mut Vec<Named>, mention: &Mention, passage: &Read<'_>, sentence: &Understood, document: &Document) {
    let denied = is_denied(mention, &sentence.tagged);
    if let Some(had) = named.iter_mut().find(|had| had.service.name.eq_ignore_ascii_case(&mention.name)) {
        // Used in one sentence and not in another: used.
        had.service.denied &= denied;
        return;
    }
    if let Some(quote) = passage.quote(document, sentence, &mention.words) {
        let service = NamedService { name: mention.name.clone(), purpose: mention.purpose, quote, denied };
        named.push(Named { service, weight: mention.weight });
    }
}

/// Whether a mention is one of a service the site uses, and not of a browser's maker or a place to read more.
fn counts(mention: &Mention, sentence: &Understood) -> bool {
    let tagged = &sentence.tagged;
    let about_browsers = tagged.has("browser_name");
    match mention.weight {
        Weight::Plain => !tagged.has("according_browser"),
        Weight::Ordinary | Weight::Company => {
            let speaks = tagged.has("cookie") || tagged.has("service_word") || tagged.has("p_analytics") || tagged.has("p_advertising");
            speaks && !about_browsers
        }
    }
}

/// `We do not use X`: a negation, a word of use, and then the name, in one clause.
fn is_denied(mention: &Mention, tagged: &Tagged) -> bool {
    let clause = tagged.clauses.get(mention.words.start).copied().unwrap_or(0);
    let before = |concept: &str| {
        let mut tags = tagged.of(concept).filter(|tag| tagged.clause_of(tag) == clause);
        tags.any(|tag| tag.words.start < mention.words.start && mention.words.start - tag.words.start <= 8)
    };
    let spoilt = ["consent", "cond", "block", "control", "before_consent", "share", "personal"];
    before("not") && !spoilt.iter().any(|concept| tagged.clause_has(clause, concept))
}
