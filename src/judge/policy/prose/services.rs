//! Services that running text names, and those it says are not used.
//!
//! Names come from the table of services and from the vendor table; a cell that holds nothing but a host names the
//! service behind it. Services that only rows of declared cookies name are marked as such: they cover no other cookie;
//! so are those that only a roster of advertising partners names: the site may have to do with them.
//! Not here: what a service's cookies are (`classify`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::passages::Kind;
use super::tagged::Tagged;
use super::text::Sentence;
use super::{Prose, Read, Understood};
use crate::judge::classify::vendors::{self, Vendor};
use crate::judge::model::{NamedService, Purpose};
use crate::judge::policy::document::Document;

static TEXT: &str = include_str!("../../../../configs/knowledge/policy/services.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    alias: BTreeMap<String, String>,
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
    /// As it is written in texts.
    written: String,
    /// What it is called here.
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

impl Mention {
    /// Whether it names the site itself.
    pub(super) fn is(&self, own: Option<&str>) -> bool {
        own.is_some_and(|own| letters(&self.name) == own)
    }
}

/// What the site that a policy was found on is called, by its address: `www.twitch.tv` is Twitch.
pub(super) fn own_name(url: &str) -> Option<String> {
    let host = url::Url::parse(url).ok()?.host_str().map(str::to_owned)?;
    let site = crate::site::registrable_domain(&host);
    site.split('.').next().map(letters).filter(|name| !name.is_empty())
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn names() -> Option<&'static Names> {
    static READ: OnceLock<Option<Names>> = OnceLock::new();
    READ.get_or_init(|| {
        let file: File = toml::from_str(TEXT).ok()?;
        let mut known = Vec::new();
        let lists =
            [(file.by_purpose, Weight::Plain), (file.ordinary, Weight::Ordinary), (file.company, Weight::Company)];
        for (list, weight) in lists {
            for (word, names) in list {
                let purpose = Purpose::from_word(&word)?;
                known.extend(names.into_iter().map(|name| Known { written: name.clone(), name, purpose, weight }));
            }
        }
        known.extend(of_aliases(&file.alias, &known));
        known.extend(of_vendors(&known));
        let mut search = AhoCorasick::builder();
        search.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
        let search = search.build(known.iter().map(|known| known.written.as_str())).ok()?;
        Some(Names { known, search })
    })
    .as_ref()
}

/// Other spellings of names of the table.
fn of_aliases(aliases: &BTreeMap<String, String>, known: &[Known]) -> Vec<Known> {
    let of = |name: &str| known.iter().find(|known| known.name == name);
    let alias = |(written, name): (&String, &String)| {
        let Known { purpose, weight, .. } = of(name)?;
        Some(Known { written: written.clone(), name: name.clone(), purpose: *purpose, weight: *weight })
    };
    aliases.iter().filter_map(alias).collect()
}

/// Names of the vendor table that the table of services lacks. They are many, and some could be something else.
fn of_vendors(known: &[Known]) -> Vec<Known> {
    let mut had: BTreeSet<String> = known.iter().map(|known| known.written.to_lowercase()).collect();
    let mut more = Vec::new();
    for (name, vendor) in vendors::services() {
        if name.len() >= 3 && had.insert(name.to_lowercase()) {
            let purpose = vendor.purpose;
            more.push(Known { written: name.to_owned(), name: name.to_owned(), purpose, weight: Weight::Ordinary });
        }
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
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '@');
    // `youtube.com` and `/google/` are addresses; `Meta/Facebook` is two names.
    let address = matches!((next, second), (Some('.' | '/'), Some(c)) if c.is_lowercase()) || before == Some('.');
    let path = before == Some('/') && !text[..at.start].trim_end_matches('/').ends_with(char::is_alphabetic);
    !word(before) && !word(next) && before != Some('-') && !address && !path
}

/// Ordinary words must be written as names; others may come in any case, since people write `google analytics`.
fn written_so(known: &Known, written: &str) -> bool {
    match known.weight {
        Weight::Plain => written.chars().next().is_some_and(char::is_uppercase) || written.len() >= 6,
        Weight::Ordinary | Weight::Company => written == known.written,
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
    let mut by_host: Vec<(&Vendor, String)> = Vec::new();
    for passage in read {
        for sentence in &passage.sentences {
            for mention in sentence.mentions.iter().filter(|mention| counts(mention, passage, sentence)) {
                add(&mut named, mention, passage, sentence, document);
            }
            if let Some((vendor, mention)) = of_host(passage, sentence) {
                add(&mut named, &mention, passage, sentence, document);
                by_host.push((vendor, mention.name));
            }
        }
    }
    let is_service = |n: &&Named| n.weight != Weight::Company;
    let services: Vec<String> = named.iter().filter(is_service).map(|n| n.service.name.clone()).collect();
    let owner = |n: &Named| n.weight == Weight::Company && services.iter().any(|s| vendors::same(s, &n.service.name));
    named.retain(|n| !owner(n));
    let said_better = |(vendor, name): &(&Vendor, String)| services.iter().any(|s| s != name && is_of(s, vendor));
    let doubled: Vec<String> = by_host.into_iter().filter(said_better).map(|(_, name)| name).collect();
    named.retain(|n| !doubled.contains(&n.service.name));
    prose.services.extend(named.into_iter().map(|named| named.service));
}

/// Whether a name stands for what a host's vendor does: a host is only mentioned where nothing says it better.
fn is_of(name: &str, vendor: &Vendor) -> bool {
    let purpose = names().and_then(|names| names.known.iter().find(|known| known.name == name)).map(|k| k.purpose);
    let trade = |purpose: Purpose| if purpose == Purpose::Social { Purpose::Advertising } else { purpose };
    purpose.is_some_and(|p| trade(p) == trade(vendor.purpose)) && vendors::same(name, &vendor.entity)
}

fn add(named: &mut Vec<Named>, mention: &Mention, passage: &Read<'_>, sentence: &Understood, document: &Document) {
    let denied = is_denied(mention, &sentence.tagged);
    let listed = passage.passage.kind == Kind::Declared;
    let partner = passage.passage.partner;
    if let Some(had) = named.iter_mut().find(|had| had.service.name.eq_ignore_ascii_case(&mention.name)) {
        // Used in one sentence and not in another: used. Named in prose, it is no mere part of a list.
        had.service.denied &= denied;
        had.service.listed &= listed;
        had.service.partner &= partner;
        return;
    }
    if let Some(quote) = passage.quote(document, sentence, &mention.words) {
        let (name, purpose) = (mention.name.clone(), mention.purpose);
        let service = NamedService { name, purpose, quote, denied, listed, partner };
        named.push(Named { service, weight: mention.weight });
    }
}

/// A cell that holds a host and nothing else names the service behind it.
fn of_host(passage: &Read<'_>, sentence: &Understood) -> Option<(&'static Vendor, Mention)> {
    let cell = matches!(passage.passage.kind, Kind::Cell | Kind::Declared);
    let [word] = sentence.tagged.words.as_slice() else { return None };
    let host = word.plain.trim_start_matches("*.").trim_start_matches('.');
    let vendor = vendors::of_host(host).filter(|_| cell && host.contains('.'))?;
    let purpose = Some(vendor.purpose).filter(|p| *p != Purpose::Unknown);
    let name = name_of_host(host, vendor);
    Some((vendor, Mention { words: 0..1, name, purpose, weight: Weight::Plain }))
}

/// The vendor's name where it is the host's (`bing.com` is better left as it is than called Microsoft Advertising).
fn name_of_host(host: &str, vendor: &Vendor) -> String {
    let site = crate::site::registrable_domain(host);
    let label = site.split('.').next().unwrap_or_default().to_owned();
    let names = vendor.service.iter().chain([&vendor.entity]).chain(&vendor.aliases);
    let like = |name: &&String| name.to_lowercase().replace([' ', '-'], "").contains(&label);
    names.into_iter().find(like).cloned().unwrap_or(site)
}

/// Whether a mention is one of a service the site uses, and not of a browser's maker or a place to read more.
fn counts(mention: &Mention, passage: &Read<'_>, sentence: &Understood) -> bool {
    let tagged = &sentence.tagged;
    if mention.weight == Weight::Plain {
        return true;
    }
    let cell = matches!(passage.passage.kind, Kind::Cell | Kind::Declared);
    if cell && mention.words.start == 0 && tagged.words.len() <= 4 {
        return true;
    }
    let speaks = ["cookie", "service_word", "p_analytics", "p_advertising"].iter().any(|concept| tagged.has(concept));
    speaks && !tagged.words.iter().any(|word| BROWSERS.contains(&word.plain.as_str()))
}

/// Sentences that name one of these say how to set up a browser.
const BROWSERS: [&str; 6] = ["chrome", "firefox", "safari", "edge", "explorer", "opera"];

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
