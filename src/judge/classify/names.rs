//! Words in names: split on case, `_`, `-`, `.` and digits, glued words taken apart, matched in the common languages.
//!
//! One automaton finds every word of the table in one pass; a run of letters counts as read when words cover all of it,
//! else only the words that are telling anywhere (`inside`) count. Not here: whole names that a product owns
//! (`knowledge`).

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::weights::Names;
use super::{Candidate, ClassifyError, Subject};
use crate::cookie::Party;
use crate::judge::model::{Purpose, Source};

static FILE: &str = "name-tokens.toml";
static TEXT: &str = include_str!("../../../configs/knowledge/name-tokens.toml");
/// Points for consent from which a name speaks of the visitor's choice: a telling word, or a pair.
const CHOICE: f64 = 4.5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    word: Vec<WordRow>,
    pair: Vec<PairRow>,
    neutral: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordRow {
    purpose: String,
    points: f64,
    #[serde(default)]
    inside: bool,
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PairRow {
    purpose: String,
    points: f64,
    one: String,
    other: String,
}

#[derive(Debug, Default, Clone)]
struct Meaning {
    points: Vec<(Purpose, f64)>,
    inside: bool,
}

struct Pair {
    purpose: Purpose,
    points: f64,
    one: Vec<&'static str>,
    other: Vec<&'static str>,
}

struct Table {
    words: Vec<(String, Meaning)>,
    by_text: HashMap<String, usize>,
    finder: AhoCorasick,
    pairs: Vec<Pair>,
}

fn table() -> Result<&'static Table, ClassifyError> {
    static READ: OnceLock<Result<Table, ClassifyError>> = OnceLock::new();
    READ.get_or_init(|| read().map_err(|message| ClassifyError::Table { file: FILE.to_owned(), message }))
        .as_ref()
        .map_err(Clone::clone)
}

/// Makes a fault of the embedded table an error at start.
pub(super) fn check() -> Result<(), ClassifyError> {
    table().map(|_| ())
}

fn read() -> Result<Table, String> {
    let file: &'static File = file()?;
    let mut words: BTreeMap<String, Meaning> = BTreeMap::new();
    for row in &file.word {
        let purpose = purpose(&row.purpose)?;
        for word in row.words.split_whitespace() {
            let meaning = words.entry(word.to_owned()).or_default();
            // Written twice for one purpose, a word still says it once.
            if meaning.points.iter().all(|(p, _)| *p != purpose) {
                meaning.points.push((purpose, row.points));
            }
            meaning.inside |= row.inside;
        }
    }
    add_brands(&mut words)?;
    let mut pairs = Vec::new();
    for row in &file.pair {
        let (one, other) = (row.one.split_whitespace().collect(), row.other.split_whitespace().collect());
        pairs.push(Pair { purpose: purpose(&row.purpose)?, points: row.points, one, other });
    }
    let paired = pairs.iter().flat_map(|p| p.one.iter().chain(&p.other)).copied();
    for word in file.neutral.split_whitespace().chain(paired) {
        words.entry(word.to_owned()).or_default();
    }
    let words: Vec<(String, Meaning)> = words.into_iter().collect();
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(words.iter().map(|(w, _)| w))
        .map_err(|e| e.to_string())?;
    let by_text = words.iter().enumerate().map(|(at, (w, _))| (w.clone(), at)).collect();
    Ok(Table { words, by_text, finder, pairs })
}

/// Names of vendors are words too, where the table has no word of its own for them.
fn add_brands(words: &mut BTreeMap<String, Meaning>) -> Result<(), String> {
    let points = super::weights::weights().map_err(|e| e.to_string())?.names.brand;
    for (brand, purpose) in super::vendors::brands() {
        let inside = brand.len() >= 7;
        words.entry(brand).or_insert_with(|| Meaning { points: vec![(purpose, points)], inside });
    }
    Ok(())
}

fn file() -> Result<&'static File, String> {
    static READ: OnceLock<Result<File, String>> = OnceLock::new();
    READ.get_or_init(|| toml::from_str(TEXT).map_err(|e| e.to_string())).as_ref().map_err(Clone::clone)
}

fn purpose(word: &str) -> Result<Purpose, String> {
    Purpose::from_word(word).ok_or_else(|| format!("{word} is no purpose"))
}

/// A word of the table in a name.
struct Found {
    word: usize,
    /// Whether the run of letters around it was read as a whole.
    read: bool,
}

/// Where which word of the table stands in a text, in order.
fn edges(text: &str, table: &Table) -> Vec<(usize, usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let mut edges: Vec<(usize, usize, usize)> =
        table.finder.find_overlapping_iter(&lower).map(|m| (m.start(), m.end(), m.pattern().as_usize())).collect();
    edges.sort_unstable();
    edges
}

/// Words of a name, in order.
fn words_of(name: &str, table: &Table) -> Vec<Found> {
    let edges = edges(name, table);
    let mut out = Vec::new();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (start, end) in letter_runs(name).into_iter().filter(|(s, e)| !within_hash(name, *s, *e)) {
        // Split at case first; where no longer piece is a word, the run is read without regard to case.
        let humps = humps(name, start, end);
        let read = |(s, e): &(usize, usize)| cover(&edges, *s, *e).is_some();
        let some_read = humps.iter().any(|hump| hump.1 - hump.0 >= 4 && read(hump));
        let one_word = cover(&edges, start, end).is_some_and(|path| path.len() == 1);
        let by_humps = humps.iter().all(read) || some_read && !one_word;
        if by_humps { runs.extend(humps) } else { runs.push((start, end)) }
    }
    for (start, end) in runs {
        if let Some(path) = cover(&edges, start, end) {
            out.extend(path.into_iter().map(|word| Found { word, read: true }));
        } else {
            out.extend(inside(&edges, start, end, table));
        }
    }
    join(&mut out, table);
    out
}

/// Neighbours that make one word of the table together: `font_size`, `RequestVerificationToken`.
fn join(found: &mut Vec<Found>, table: &Table) {
    let text = |f: &Found| table.words.get(f.word).filter(|_| f.read).map(|(w, _)| w.as_str());
    let one = |neighbours: &[Found]| {
        let glued: Option<String> = neighbours.iter().map(text).collect();
        table.by_text.get(&glued?).copied()
    };
    let joined: Vec<usize> = found.windows(2).chain(found.windows(3)).filter_map(one).collect();
    found.extend(joined.into_iter().map(|word| Found { word, read: true }));
}

/// Runs of ASCII letters.
fn letter_runs(name: &str) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, byte) in name.bytes().enumerate().chain([(name.len(), b'_')]) {
        match (byte.is_ascii_alphabetic(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                runs.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    runs
}

/// Up to three letters in a hexadecimal part, or behind digits in a long one: a piece of a hash or number, not a word.
fn within_hash(name: &str, start: usize, end: usize) -> bool {
    let bytes = name.as_bytes();
    let digit_before = start.checked_sub(1).and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let outside = |b: &u8| !b.is_ascii_alphanumeric();
    let before = bytes.iter().take(start).rev().position(outside).unwrap_or(start);
    let after = bytes.iter().skip(end).position(outside).unwrap_or(bytes.len() - end);
    let part = bytes.get(start - before..end + after).unwrap_or_default();
    let digits = part.iter().filter(|b| b.is_ascii_digit()).count();
    let hex = part.len() >= 6 && digits >= 2 && part.iter().all(u8::is_ascii_hexdigit);
    end - start <= 3 && (hex || digit_before && part.len() >= 8 && digits >= 3)
}

/// Camel case: `CMSPreferredCulture` → `CMS`, `Preferred`, `Culture`.
fn humps(name: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let bytes = name.as_bytes().get(start..end).unwrap_or_default();
    let mut cuts = vec![start];
    for (at, three) in bytes.windows(2).enumerate() {
        let [a, b] = three else { continue };
        let next_is_lower = bytes.get(at + 2).is_some_and(u8::is_ascii_lowercase);
        let up = a.is_ascii_lowercase() && b.is_ascii_uppercase();
        let acronym_ends = a.is_ascii_uppercase() && b.is_ascii_uppercase() && next_is_lower;
        if up || acronym_ends {
            cuts.push(start + at + 1);
        }
    }
    let ends = cuts.iter().skip(1).copied().chain([end]);
    cuts.iter().copied().zip(ends).collect()
}

/// The fewest words that cover a run without a gap.
fn cover(edges: &[(usize, usize, usize)], start: usize, end: usize) -> Option<Vec<usize>> {
    // best[i]: words to reach start + i, and the edge that got there.
    let mut best: Vec<Option<(usize, usize, usize)>> = vec![None; end - start + 1];
    if let Some(first) = best.first_mut() {
        *first = Some((0, 0, 0));
    }
    for (from, to, word) in edges.iter().filter(|(f, t, _)| *f >= start && *t <= end) {
        let Some((count, ..)) = best.get(from - start).copied().flatten() else { continue };
        if let Some(slot) = best.get_mut(to - start)
            && slot.is_none_or(|(have, ..)| count + 1 < have)
        {
            *slot = Some((count + 1, *from, *word));
        }
    }
    let mut path = Vec::new();
    let mut at = end;
    while at > start {
        let (_, from, word) = best.get(at - start).copied().flatten()?;
        path.push(word);
        at = from;
    }
    path.reverse();
    plausible(&path, edges, end - start).then_some(path)
}

/// Single letters and pairs glue anything together: a reading out of mostly such is none.
fn plausible(path: &[usize], edges: &[(usize, usize, usize)], length: usize) -> bool {
    let size = |word: &usize| edges.iter().find(|(_, _, w)| w == word).map_or(0, |(from, to, _)| to - from);
    let letters = path.iter().filter(|w| size(w) == 1).count();
    path.len() == 1 || (letters <= 1 && path.len() * 3 <= length + 2)
}

/// Telling words anywhere in a run, longest first, not overlapping.
fn inside(edges: &[(usize, usize, usize)], start: usize, end: usize, table: &Table) -> Vec<Found> {
    let telling = |word: usize| table.words.get(word).is_some_and(|(_, m)| m.inside);
    let mut hits: Vec<_> = edges.iter().filter(|(f, t, w)| *f >= start && *t <= end && telling(*w)).collect();
    hits.sort_by_key(|(from, to, _)| (std::cmp::Reverse(to - from), *from));
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut out = Vec::new();
    for (from, to, word) in hits {
        if taken.iter().all(|(f, t)| to <= f || from >= t) {
            taken.push((*from, *to));
            out.push(Found { word: *word, read: false });
        }
    }
    out
}

/// Whether a text is words of the table throughout.
pub(super) fn all_words(text: &str) -> bool {
    let Ok(table) = table() else { return false };
    let edges = edges(text, table);
    let runs = letter_runs(text);
    !runs.is_empty()
        && runs.iter().all(|(s, e)| humps(text, *s, *e).iter().all(|(s, e)| cover(&edges, *s, *e).is_some()))
}

/// Whether a name says that it keeps what the visitor chose, whoever else's name is in it: `_ga_consent`, `cto_optout`.
pub(super) fn of_choice(name: &str) -> bool {
    let (Ok(table), Ok(weights)) = (table(), super::weights::weights()) else { return false };
    meaning(name, table, &weights.names).get(&Purpose::Consent).is_some_and(|(points, _)| *points >= CHOICE)
}

/// What the words of the name, and of the keys in its value, say. Where a product is known to own the name, its words
/// say little about anything but the `owned` purposes.
pub(super) fn candidates(subject: &Subject, owned: &[Purpose], out: &mut Vec<Candidate>) {
    let (Ok(table), Ok(weights)) = (table(), super::weights::weights()) else { return };
    let name = subject.bare_name();
    let letters = name.chars().filter(|c| c.is_alphanumeric()).count();
    let most = if letters <= 3 { weights.names.short } else { f64::INFINITY };
    let third = subject.known_party() == Some(Party::Third);
    for (purpose, (points, words)) in meaning(name, table, &weights.names) {
        // A visitor hardly signs in, shops or chooses with those whose cookie this is.
        let theirs = third && matches!(purpose, Purpose::Login | Purpose::Preferences | Purpose::Cart);
        let share = if theirs { weights.names.third } else { 1.0 };
        let foreign = !owned.is_empty() && !owned.contains(&purpose);
        let share = if foreign { share * weights.names.foreign } else { share };
        let points = (points * weights.names.factor * share).min(most);
        let detail = format!("the name says {}", words.join(" + "));
        out.push(Candidate::new(Source::Name, "name", vec![(purpose, points)], detail));
    }
    keys(subject, table, &weights.names, out);
}

/// Keys inside a JSON value are names too.
fn keys(subject: &Subject, table: &Table, weights: &Names, out: &mut Vec<Candidate>) {
    let parts = subject.value.iter().flat_map(|v| &v.parts).filter(|p| p.kind == "json_key");
    let mut best: BTreeMap<Purpose, (f64, String)> = BTreeMap::new();
    for key in parts.filter_map(|p| p.text.as_deref()).take(24) {
        for (purpose, (points, words)) in meaning(key, table, weights) {
            let points = points * weights.keys;
            let slot = best.entry(purpose).or_insert((0.0, String::new()));
            if points > slot.0 {
                *slot = (points, words.join(" + "));
            }
        }
    }
    for (purpose, (points, words)) in best {
        let detail = format!("a key inside the value says {words}");
        out.push(Candidate::new(Source::Value, "value-key", vec![(purpose, points)], detail));
    }
}

/// Points by purpose, with the words they come from.
fn meaning(name: &str, table: &Table, weights: &Names) -> BTreeMap<Purpose, (f64, Vec<String>)> {
    let found = words_of(name, table);
    let mut single: BTreeMap<Purpose, Vec<(f64, String)>> = BTreeMap::new();
    let mut texts: Vec<&str> = Vec::new();
    for hit in &found {
        let Some((text, meaning)) = table.words.get(hit.word) else { continue };
        if texts.contains(&text.as_str()) {
            continue;
        }
        texts.push(text);
        let share = if hit.read { 1.0 } else { weights.inside };
        for (purpose, points) in &meaning.points {
            single.entry(*purpose).or_default().push((points * share, format!("`{text}`")));
        }
    }
    for pair in &table.pairs {
        let one = texts.iter().find(|t| pair.one.contains(t));
        let other = texts.iter().find(|t| pair.other.contains(t) && Some(*t) != one);
        if let (Some(one), Some(other)) = (one, other) {
            single.entry(pair.purpose).or_default().push((pair.points, format!("`{one}` with `{other}`")));
        }
    }
    single.into_iter().map(|(purpose, said)| (purpose, together(said, weights.further))).collect()
}

/// The strongest word counts in full, further ones in part.
fn together(mut said: Vec<(f64, String)>, further: f64) -> (f64, Vec<String>) {
    said.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let total = said.iter().enumerate().map(|(at, (x, _))| if at == 0 { *x } else { x * further }).sum();
    (total, said.into_iter().take(3).map(|(_, word)| word).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(name: &str) -> Vec<String> {
        let table = table().unwrap();
        words_of(name, table).into_iter().map(|f| table.words[f.word].0.clone()).collect()
    }

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(texts("preferredLanguage"), ["preferred", "language"]);
        assert_eq!(texts("USER_LANG"), ["user", "lang", "userlang"]);
        assert_eq!(texts("sessionid"), ["sessionid"]);
        assert_eq!(texts("shoppingCart-2"), ["shopping", "cart", "shoppingcart"]);
        assert_eq!(texts("zzqcsrf"), ["csrf"]);
        assert_eq!(texts("ASPSESSIONIDQQ"), ["sessionid"]);
        assert_eq!(texts("__RequestValidationToken2"), ["requestvalidationtoken"]);
        assert!(texts("qzk").is_empty());
    }

    #[test]
    fn the_table_is_sound() {
        check().unwrap();
        let table = table().unwrap();
        assert!(table.words.iter().all(|(w, _)| w.bytes().all(|b| b.is_ascii_lowercase())), "words are ASCII, small");
        let short = table.words.iter().find(|(w, m)| m.inside && w.len() < 4);
        assert!(short.is_none(), "too short to be telling inside other letters: {short:?}");
    }
}
