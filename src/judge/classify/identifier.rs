//! Does a value tell visitors apart? Compared by parts: what differs between visitors and stays for one is an identifier.
//!
//! Prefixes, locales, flags, moments and dates are no identifiers even where they differ, and short parts cannot tell
//! many visitors apart. An identifier is evidence, not a purpose.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::model::{ValueFacts, ValuePart};

/// Shortest and longest part that counts.
const LENGTHS: std::ops::RangeInclusive<u32> = 8..=512;

/// What one visitor had, in the order seen.
pub type Values<'a> = Vec<&'a ValueFacts>;

/// The result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identifier {
    /// Whether it tells visitors apart; `None` where fewer than two visitors had it.
    pub verdict: Option<bool>,
    /// Characters of the part that does.
    pub length: Option<u32>,
}

/// Compares visitors. Each entry is one visitor (a fresh visit is one, a returning visitor's visits are one).
///
/// With only one value per visitor a part that differs may be an identifier or a token made anew each time: it counts as
/// an identifier unless some visitor was seen to get another one.
#[must_use]
pub fn compare(visitors: &[Values<'_>]) -> Identifier {
    let seen: Vec<&Values<'_>> = visitors.iter().filter(|v| !v.is_empty()).collect();
    if seen.len() < 2 {
        return Identifier::default();
    }
    let places: BTreeSet<Place> = seen.iter().flat_map(|v| v.iter()).flat_map(|f| parts(f).into_keys()).collect();
    let length = places.iter().filter_map(|place| telling(place, &seen)).max();
    Identifier { verdict: Some(length.is_some()), length }
}

/// Where a part stands: the JSON key before it, its kind, and its number among its like.
type Place = (String, String, usize);

/// Parts that could tell visitors apart, by place.
fn parts(facts: &ValueFacts) -> BTreeMap<Place, &ValuePart> {
    let mut out = BTreeMap::new();
    let mut key = String::new();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for part in &facts.parts {
        if part.kind == "json_key" {
            key = part.text.clone().or_else(|| part.hmac.clone()).unwrap_or_default();
        } else if could_tell(part) {
            let group = family(&part.kind).to_owned();
            let number = counts.entry((key.clone(), group.clone())).or_insert(0);
            out.insert((key.clone(), group, *number), part);
            *number += 1;
        }
    }
    out
}

/// A random part may look like hex once and like letters another time: such kinds share a place.
fn family(kind: &str) -> &str {
    match kind {
        "hex" | "base64" | "opaque" | "number" => "random",
        other => other,
    }
}

fn could_tell(part: &ValuePart) -> bool {
    let kind = !matches!(
        &*part.kind,
        "timestamp"
            | "date"
            | "locale"
            | "country"
            | "boolean"
            | "color_scheme"
            | "currency"
            | "time_zone"
            | "word"
            | "prefix"
            | "format"
            | "tcf"
            | "gpp"
            | "url"
    );
    kind && part.hmac.is_some() && LENGTHS.contains(&part.length)
}

/// Length of the part at this place where it differs between visitors and stays for each.
fn telling(place: &Place, visitors: &[&Values<'_>]) -> Option<u32> {
    let mut all: BTreeSet<&str> = BTreeSet::new();
    let mut holders = 0;
    let mut length = 0;
    for values in visitors {
        let mut own: Vec<&str> = Vec::new();
        for part in values.iter().filter_map(|f| parts(f).get(place).copied()) {
            length = length.max(part.length);
            own.extend(part.hmac.as_deref());
        }
        let moved = own.windows(2).filter(|pair| pair.first() != pair.last()).count();
        // Made anew most times: it cannot tell a visitor again.
        if moved * 2 > own.len().saturating_sub(1) {
            return None;
        }
        if let Some(latest) = own.last() {
            holders += 1;
            all.insert(latest);
        }
    }
    // Two visitors of many may share a bucket; an identifier is another for nearly everybody.
    let apart = holders >= 2 && all.len() * 10 >= holders * 9 && all.len() >= 2;
    apart.then_some(length)
}

#[cfg(test)]
#[path = "identifier_tests.rs"]
mod planted;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::values::Redactor;

    fn verdict(visitors: &[&[&str]]) -> Identifier {
        let redactor = Redactor::new([3; 32]).at(1_763_000_000);
        let facts: Vec<Vec<ValueFacts>> =
            visitors.iter().map(|v| v.iter().map(|x| redactor.facts(x)).collect()).collect();
        compare(&facts.iter().map(|v| v.iter().collect()).collect::<Vec<_>>())
    }

    #[test]
    fn identifiers_are_told_by_parts() {
        for (one, two) in [
            ("0b6f5b1e-3f2a-4c8e-9a54-6d2f0c1b7e88", "7c1de4ab-90aa-4d4b-8a31-12f0cc4b7a01"),
            ("GA1.2.1374249862.1763000001", "GA1.2.874249113.1763000044"),
            ("GA1.2.1574249862.1763000001", "GA1.2.1674249113.1763000044"),
            ("{\"lang\":\"en\",\"uid\":\"k3j9x8q2w7\"}", "{\"lang\":\"en\",\"uid\":\"p0o9i8u7y6\"}"),
            ("eyJpZCI6ImszajlYOHEydzc5OTEifQ==", "eyJpZCI6InAwb2k5OHU3eTZ0NTEifQ=="),
            ("abcdefghijkl", "zyxwvutsrqpo"),
        ] {
            assert_eq!(verdict(&[&[one], &[two]]).verdict, Some(true), "{one}");
        }
        assert_eq!(verdict(&[&["GA1.2.1374249862.1763000001"], &["GA1.2.874249113.1763000044"]]).length, Some(10));
    }

    #[test]
    fn what_only_looks_like_one() {
        for visitors in [
            &[&["1763000001"][..], &["1763000044"]][..],
            &[&["1763000001123"], &["1763000044456"]],
            &[&["a"], &["b"]],
            &[&["variant-a"], &["variant-b"]],
            &[&["en-US|dark"], &["de-DE|light"]],
            &[&["{\"group\":\"b\",\"at\":1763000001}"], &["{\"group\":\"a\",\"at\":1763000044}"]],
            &[&["9f86d081884c7d65"], &["9f86d081884c7d65"]],
            // A token made anew each time says nothing about the visitor.
            &[&["k3j9x8q2w7aa", "m4n5b6v7c8xx"], &["p0o9i8u7y6zz", "q1w2e3r4t5yy"]],
            &[&["2025-11-13T10:00:00Z"], &["2025-11-13T10:00:09Z"]],
        ] {
            assert_eq!(verdict(visitors).verdict, Some(false), "{visitors:?}");
        }
    }

    #[test]
    fn one_visitor_shows_nothing() {
        assert_eq!(verdict(&[&["0b6f5b1e-3f2a-4c8e-9a54-6d2f0c1b7e88"]]).verdict, None);
        assert_eq!(verdict(&[&["x"], &[]]).verdict, None);
    }
}
