//! Grouping dynamic names: which part of a name is made for the visitor, the site or the moment, and becomes `*`.
//!
//! Decided from the tables' own patterns, then from the shape of a part, then from names that were seen to alternate.
//! Never so wide that unlike cookies merge: at least three letters stay, and a part that is a word stays.

use std::collections::{BTreeMap, BTreeSet};

use super::knowledge::{self, Pattern, Rule};
use super::names::all_words;

/// Letters and digits that a pattern must keep.
const LEAST_LITERAL: usize = 3;

/// The pattern of a name, from the tables or from its shape; the name itself where nothing in it looks made up.
#[must_use]
pub fn pattern(name: &str) -> String {
    if let Some(known) = known_pattern(name) {
        return known;
    }
    let folded = shape_pattern(name);
    let literal = folded.chars().filter(|c| c.is_alphanumeric()).count();
    if literal >= LEAST_LITERAL { folded } else { name.to_owned() }
}

/// The longest glob of the tables that fits, with the words kept that it stands open for; a name that stands there
/// itself is no pattern.
fn known_pattern(name: &str) -> Option<String> {
    let fitting = knowledge::rules().ok()?.fitting(name);
    if fitting.iter().any(|r| matches!(&r.pattern, Pattern::Exact(_))) {
        return Some(name.to_owned());
    }
    let glob = |r: &&Rule| matches!(&r.pattern, Pattern::Glob(g) if keeps_enough(g));
    let globs =
        fitting.into_iter().filter(glob).filter_map(|r| Some((r.pattern.literal(), open(r.pattern.text(), name)?)));
    globs.max_by_key(|(literal, _)| *literal).map(|(_, pattern)| pattern)
}

/// A glob such as `*_session` names a kind of cookie, not one cookie: only what begins with its own letters folds.
fn keeps_enough(glob: &str) -> bool {
    let head: String = glob.chars().take_while(|c| *c != '*').collect();
    head.chars().filter(|c| c.is_alphanumeric()).count() >= 2
}

/// The glob, narrowed for this name: what its `*` stands for stays open from the first part that was made up to the
/// last, and words stay (`roundcube_*` is all of one product's cookies, and `roundcube_lang` none of several alike).
fn open(glob: &str, name: &str) -> Option<String> {
    let (head, tail) = glob.split_once('*')?;
    let rest = name.strip_prefix(head)?;
    if tail.contains('*') {
        return Some(glob.to_owned());
    }
    let middle = rest.strip_suffix(tail)?;
    let parts: Vec<&str> = middle.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).collect();
    let made_up = |part: &&str| {
        let body = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        !body.is_empty() && (body.bytes().any(|b| b.is_ascii_digit()) || !(all_words(body) || reads_as_a_word(body)))
    };
    let (first, last) = (parts.iter().position(made_up)?, parts.iter().rposition(made_up)?);
    let before: String = parts.iter().take(first).copied().collect();
    let after: String = parts.iter().skip(last + 1).copied().collect();
    let closing =
        parts.get(last).map(|p| p.trim_start_matches(|c: char| c.is_ascii_alphanumeric())).unwrap_or_default();
    Some(format!("{head}{before}*{closing}{after}{tail}"))
}

/// Small letters that can be spoken: vowels between consonants, as in words that no table holds.
fn reads_as_a_word(part: &str) -> bool {
    let vowel = |b: &u8| b"aeiouy".contains(b);
    let small = part.len() >= 4 && part.bytes().all(|b| b.is_ascii_lowercase());
    let vowels = part.as_bytes().iter().filter(|b| vowel(b)).count();
    let mixed = vowels * 4 >= part.len() && vowels * 3 <= part.len() * 2;
    small && mixed && part.as_bytes().split(vowel).all(|run| run.len() <= 3)
}

/// Replaces runs that look made up.
fn shape_pattern(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while !rest.is_empty() {
        let is_part = |c: char| c.is_ascii_alphanumeric() || (c == '-' && starts_uuid(rest));
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let (part, tail) = rest.split_at(end);
        let folded = if part.is_empty() { String::new() } else { part_pattern(part) };
        out.push_str(&folded);
        let stop = tail.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(tail.len());
        let (separator, next) = tail.split_at(stop);
        out.push_str(separator);
        rest = next;
    }
    collapse(&out)
}

fn starts_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 36
        && bytes
            .iter()
            .take(36)
            .enumerate()
            .all(|(at, b)| if matches!(at, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

/// `*` for a part that nobody thought up: long hexadecimal, five digits and more, letters and digits in random order.
fn part_pattern(part: &str) -> String {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let letters = part.len() - digits;
    let hex = part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let upper = part.bytes().any(|b| b.is_ascii_uppercase()) && part.bytes().any(|b| b.is_ascii_lowercase());
    let made_up = (hex && part.len() >= 8 && digits >= 2)
        || (letters == 0 && digits >= 5)
        || (part.len() >= 12 && digits >= 3 && changes(part) * 3 >= part.len())
        || (part.len() >= 20 && upper && digits >= 2);
    if made_up {
        return "*".to_owned();
    }
    // A word with a number behind it, such as `SERVERID77446`.
    let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let tail = part.len() - stem.len();
    if tail >= 5 && stem.len() >= LEAST_LITERAL { format!("{stem}*") } else { part.to_owned() }
}

/// How often letters and digits change places.
fn changes(part: &str) -> usize {
    part.as_bytes().windows(2).filter(|w| matches!(w, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())).count()
}

fn collapse(pattern: &str) -> String {
    let mut out = String::new();
    for c in pattern.chars() {
        if !(c == '*' && out.ends_with('*')) {
            out.push(c);
        }
    }
    out
}

/// Patterns for names seen on one domain, each with the visits in which it was seen.
///
/// Beyond [`pattern`]: names that are alike but for one part, and of which never two were seen in one visit, alternate,
/// so that part is made up, whatever it looks like. Three are needed, or two that no word tells apart.
#[must_use]
pub fn fold(seen: &BTreeMap<String, BTreeSet<u64>>) -> BTreeMap<String, String> {
    let mut patterns: BTreeMap<String, String> = seen.keys().map(|n| (n.clone(), pattern(n))).collect();
    let open: Vec<&String> = patterns.iter().filter(|(n, p)| n == p).map(|(n, _)| n).collect();
    let mut groups: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for name in open {
        for skeleton in skeletons(name) {
            groups.entry(skeleton).or_default().push(name);
        }
    }
    let alternating: Vec<(String, Vec<String>)> = groups
        .into_iter()
        .filter(|(_, names)| names.len() >= 3 && alternate(names, seen))
        .map(|(skeleton, names)| (skeleton, names.into_iter().cloned().collect()))
        .collect();
    for (skeleton, names) in alternating {
        for name in names {
            patterns.entry(name).and_modify(|p| p.clone_from(&skeleton));
        }
    }
    patterns
}

/// The name with one of its parts left open, where that part is not the first and no plain word.
fn skeletons(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).collect();
    let open = |at: usize, part: &str| {
        let body = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let tail = part.get(body.len()..).unwrap_or_default();
        let made_up = body.len() >= 4 && body.bytes().any(|b| b.is_ascii_digit());
        (at > 0 && made_up).then(|| (format!("*{tail}"), body.len()))
    };
    parts
        .iter()
        .enumerate()
        .filter_map(|(at, part)| {
            let (star, _) = open(at, part)?;
            let text: String = parts.iter().enumerate().map(|(i, p)| if i == at { star.as_str() } else { p }).collect();
            (text.chars().filter(|c| c.is_alphanumeric()).count() >= LEAST_LITERAL).then_some(text)
        })
        .collect()
}

/// Never two of them in one visit.
fn alternate(names: &[&String], seen: &BTreeMap<String, BTreeSet<u64>>) -> bool {
    let mut visits: BTreeSet<u64> = BTreeSet::new();
    names.iter().filter_map(|n| seen.get(*n)).flatten().all(|visit| visits.insert(*visit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_fold() {
        for (name, want) in [
            ("tracker_9f86d081884c7d65", "tracker_*"),
            ("visit-0b6f5b1e-3f2a-4c8e-9a54-6d2f0c1b7e88", "visit-*"),
            ("server77446", "server*"),
            ("lang", "lang"),
            ("user_session", "user_session"),
            ("theme2", "theme2"),
            ("9a98722161a3ec96976de858636ad52d", "9a98722161a3ec96976de858636ad52d"),
            ("fontSizeLarge", "fontSizeLarge"),
        ] {
            assert_eq!(pattern(name), want, "{name}");
        }
    }

    #[test]
    fn tables_fold_what_is_made_up_and_keep_what_is_chosen() {
        for (name, want) in [
            ("_ga_AB12CD34EF", "_ga_*"),
            ("intercom-id-znzzqvsf", "intercom-id-*"),
            ("wordpress_logged_in_1fa1011c9fb0d8a3e6c1", "wordpress_logged_in_*"),
            ("roundcube_font_size", "roundcube_font_size"),
            ("wp-settings-time-1", "wp-settings-time-*"),
            ("ajs_anonymous_id", "ajs_anonymous_id"),
            ("ajs_znzzqvsf_id", "ajs_*_id"),
        ] {
            assert_eq!(pattern(name), want, "{name}");
        }
    }

    #[test]
    fn names_that_alternate_fold() {
        let seen = |rows: &[(&str, u64)]| {
            rows.iter().map(|(n, v)| ((*n).to_owned(), BTreeSet::from([*v]))).collect::<BTreeMap<_, _>>()
        };
        let folded = fold(&seen(&[("box_k3x9", 1), ("box_p0o9", 2), ("box_z1w2", 3)]));
        assert_eq!(folded["box_k3x9"], "box_*");
        // Seen together they are three cookies.
        let folded = fold(&seen(&[("box_k3x9", 1), ("box_p0o9", 1), ("box_z1w2", 1)]));
        assert_eq!(folded["box_k3x9"], "box_k3x9");
        // Words are never folded.
        let folded = fold(&seen(&[("pref_size", 1), ("pref_lang", 2), ("pref_tone", 3)]));
        assert_eq!(folded["pref_size"], "pref_size");
    }
}
