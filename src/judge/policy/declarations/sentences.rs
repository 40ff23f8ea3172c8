//! Names of cookies in running sentences: `our third party JSESSIONID cookie`, `(_ga, _gid)`, a name set as code.
//!
//! Only in sentences about cookies, and not where they say how a name might look or what is not used.

use std::ops::Range;

use super::names::{self, Name, Strength};
use super::record::{Record, Setting};
use super::words::words;
use super::{Found, lifetime, purpose};
use crate::judge::policy::document::{Block, Document, Mark, MarkKind, Text};

/// Reads one block of prose.
pub(crate) fn read(document: &Document, block: &Block, setting: &Setting, found: &mut Found) {
    let text = &block.text;
    if !words().begins("cookie", "words", &text.plain.to_lowercase())
        && !words().begins("cookie", "words", &setting.about.to_lowercase())
    {
        return;
    }
    let sentences = sentences(&text.plain);
    for (index, range) in sentences.iter().enumerate() {
        let named = names_in(text, range);
        if named.is_empty() {
            continue;
        }
        let sentence = text.plain.get(range.clone()).unwrap_or_default();
        if let Some(why) = unfit(sentence) {
            found.pass(sentence.to_owned(), why);
            continue;
        }
        let next = sentences.get(index + 1).and_then(|r| text.plain.get(r.clone())).unwrap_or_default();
        let record = record(named, sentence, next);
        let setting = Setting { party: purpose::party(sentence).or(setting.party), ..setting.clone() };
        found.extend_new(record.declare(document, text, &setting));
    }
}

/// Names of one sentence share what it says, but for the lifetimes that stand right behind each.
fn record(names: Vec<Name>, sentence: &str, next: &str) -> Record {
    if names.iter().any(|n| n.note.is_some()) {
        let purpose = Some(sentence.to_owned());
        return Record { names, purpose, quotes: vec![sentence.to_owned()], ..Record::default() };
    }
    let here = lifetime::in_sentence(sentence);
    let small = next.to_lowercase();
    let goes_on = here.all.is_empty() && words().begins("cookie", "words", &small);
    let there = if goes_on { lifetime::in_sentence(next) } else { lifetime::Lifetimes::default() };
    let lifetime =
        if here.all.is_empty() { (!there.all.is_empty()).then(|| next.to_owned()) } else { Some(sentence.to_owned()) };
    Record {
        names,
        purpose: Some(sentence.to_owned()),
        lifetime,
        quotes: vec![sentence.to_owned()],
        ..Record::default()
    }
}

fn unfit(sentence: &str) -> Option<&'static str> {
    let small = sentence.to_lowercase();
    if words().holds("cookie", "unreal", &small) {
        return Some("an example, or what might be");
    }
    words().holds("cookie", "denied", &small).then_some("named as not used")
}

/// Byte ranges of the sentences of a text.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (i, c) in text.char_indices() {
        let next = text.get(i + c.len_utf8()..).unwrap_or_default();
        let ends = match c {
            '\n' | '。' => true,
            '.' | '!' | '?' => {
                let mut after = next.chars();
                after.next().is_none_or(char::is_whitespace)
                    && after.next().is_none_or(|c| c.is_uppercase() || !c.is_alphabetic())
            }
            _ => false,
        };
        if ends {
            found.push(start..i + c.len_utf8());
            start = i + c.len_utf8();
        }
    }
    found.push(start..text.len());
    found.retain(|r| text.get(r.clone()).is_some_and(|t| !t.trim().is_empty()));
    found
}

fn names_in(text: &Text, sentence: &Range<usize>) -> Vec<Name> {
    let plain = text.plain.as_str();
    let body = plain.get(sentence.clone()).unwrap_or_default();
    let about = words().begins("cookie", "words", &body.to_lowercase());
    let near = words().begins("cookie", "words", &plain.to_lowercase());
    let mut tokens = Vec::new();
    let mut start = sentence.start;
    for (i, c) in body.char_indices().chain([(body.len(), ' ')]) {
        if c.is_whitespace() || matches!(c, ',' | ';') || (c == '/' && body.get(..i).is_some_and(|b| !b.ends_with(':')))
        {
            if sentence.start + i > start {
                tokens.push(start..sentence.start + i);
            }
            start = sentence.start + i + c.len_utf8();
        }
    }
    let candidates: Vec<Option<Name>> = tokens
        .iter()
        .map(|range| {
            let mut name = named(plain, range)?;
            name.note = names::remark(plain, name.range.end, sentence.end);
            open_ended(plain, &mut name);
            Some(name)
        })
        .collect();
    let mut accepted: Vec<bool> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        accepted.push(candidate.as_ref().is_some_and(|name| {
            let covers = |m: &Mark| m.kind == MarkKind::Code && m.start <= name.range.start && m.end >= name.range.end;
            let beside = beside_cookie(plain, &tokens, index);
            let about = about || (near && name.glob.starts_with('_'));
            is_name(plain, name, text.marks.iter().any(covers), beside, about)
        }));
    }
    enumerated(plain, &tokens, &candidates, &mut accepted);
    candidates.into_iter().zip(accepted).filter_map(|(name, yes)| name.filter(|_| yes)).collect()
}

/// In `wp-settings-1, _x_y and fr: 90 days`, what stands in one row with a name is one.
fn enumerated(plain: &str, tokens: &[Range<usize>], candidates: &[Option<Name>], accepted: &mut [bool]) {
    if !accepted.contains(&true) {
        return;
    }
    let word = |i: usize| tokens.get(i).and_then(|r| plain.get(r.clone())).unwrap_or_default();
    let comma = |i: usize| {
        let gap = tokens.get(i).zip(tokens.get(i + 1)).and_then(|(a, b)| plain.get(a.end..b.start));
        gap.is_some_and(|g| g.contains([',', ';', '/']))
    };
    for index in 0..candidates.len() {
        let Some(Some(name)) = candidates.get(index) else { continue };
        let known = |i: Option<usize>| i.is_some_and(|i| accepted.get(i) == Some(&true));
        let before = index.checked_sub(1).filter(|i| comma(*i)).or_else(|| {
            let join = index.checked_sub(1).filter(|i| words().is_one("cookie", "joins", word(*i)));
            join.and_then(|i| i.checked_sub(1))
        });
        let after = if comma(index) { Some(index + 1) } else { None };
        let in_row =
            (known(before) || known(after)) && name.strength == Strength::Medium && !is_http_header(word(index));
        let lasting = name.note.is_some() && words().label(word(index).trim_matches(['(', ':'])).is_none();
        if in_row || lasting {
            if let Some(slot) = accepted.get_mut(index) {
                *slot = true;
            }
        }
    }
}

/// "cookies beginning with _x"
fn open_ended(plain: &str, name: &mut Name) {
    let before = plain.get(..name.range.start).unwrap_or_default().to_lowercase();
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    if !name.glob.contains('*') && words().list("cookie", "beginning").iter().any(|w| before.ends_with(w.as_str())) {
        name.glob.push('*');
    }
}

/// A token as a name; `JSESSIONID-Cookie` is one too.
fn named(plain: &str, range: &Range<usize>) -> Option<Name> {
    let word = plain.get(range.clone())?;
    let small = word.to_lowercase();
    if small.starts_with("set-cookie") {
        return None;
    }
    let tail = ["-cookies", "-cookie"].iter().find_map(|t| small.find(t)).filter(|at| *at > 2);
    let range = tail.map_or(range.clone(), |at| range.start..range.start + at);
    names::named(plain, &range)
}

fn is_name(plain: &str, name: &Name, code: bool, beside: bool, about: bool) -> bool {
    let written = plain.get(name.range.clone()).unwrap_or_default();
    if purpose::storage(written).is_some() || is_path(written) {
        return false;
    }
    let underscore = written.contains('_') && name.strength == Strength::Strong;
    let capitals = written.len() >= 5 && written.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    match name.strength {
        _ if is_http_header(written) => false,
        _ if code => about && (name.strength > Strength::Weak || beside),
        Strength::Strong if underscore => about || beside,
        Strength::Strong => beside,
        Strength::Medium => beside && capitals,
        Strength::Weak => false,
    }
}

/// `User-Agent`
fn is_http_header(written: &str) -> bool {
    let part =
        |p: &str| p.starts_with(|c: char| c.is_ascii_uppercase()) && p.chars().skip(1).all(|c| c.is_ascii_lowercase());
    written.contains('-') && written.split('-').all(part)
}

/// Files, functions and constants of programs.
fn is_path(written: &str) -> bool {
    written.contains("()") || written.starts_with('/') || written.ends_with(".php") || written.ends_with(".js")
}

/// Whether the word before or behind is "cookie" in some language.
fn beside_cookie(plain: &str, tokens: &[Range<usize>], index: usize) -> bool {
    let own = tokens.get(index).and_then(|r| plain.get(r.clone())).unwrap_or_default().to_lowercase();
    let is_cookie = |i: Option<usize>| {
        let word = i.and_then(|i| tokens.get(i)).and_then(|r| plain.get(r.clone())).unwrap_or_default().to_lowercase();
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        words().list("cookie", "words").iter().any(|w| word.starts_with(w.as_str()))
    };
    own.contains("-cookie") || is_cookie(index.checked_sub(1)) || is_cookie(Some(index + 1))
}
