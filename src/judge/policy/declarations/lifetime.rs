//! Lifetimes as policies write them: `2 years`, `30days`, `Five minutes`, `13 mois`, `24 godz`, `nach Sitzungsende`.
//!
//! Words and units stand in `configs/knowledge/policy/lifetimes.toml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use super::words::is_cjk;
use crate::cookie::Lifetime;
use crate::judge::model::DeclaredLifetime;

static FILE: &str = include_str!("../../../../configs/knowledge/policy/lifetimes.toml");

#[derive(Debug, Default)]
struct Table {
    units: HashMap<String, i64>,
    numbers: HashMap<String, i64>,
    lists: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

fn table() -> &'static Table {
    static READ: OnceLock<Table> = OnceLock::new();
    READ.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Result<Table, toml::de::Error> {
    let lists: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(FILE)?;
    let valued = |section: &str, value: fn(&str) -> i64| {
        let words = lists.get(section).into_iter().flatten();
        words.flat_map(|(key, words)| words.iter().map(move |w| (w.clone(), value(key)))).collect::<HashMap<_, _>>()
    };
    Ok(Table { units: valued("units", unit_seconds), numbers: valued("numbers", number), lists })
}

fn unit_seconds(unit: &str) -> i64 {
    const DAY: i64 = 86_400;
    match unit {
        "minute" => 60,
        "hour" => 3_600,
        "day" => DAY,
        "week" => 7 * DAY,
        "month" => 30 * DAY,
        "year" => 365 * DAY,
        _ => 1,
    }
}

fn number(word: &str) -> i64 {
    const WORDS: [(&str, i64); 20] = [
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("thirteen", 13),
        ("fourteen", 14),
        ("fifteen", 15),
        ("eighteen", 18),
        ("twenty", 20),
        ("twenty_four", 24),
        ("thirty", 30),
        ("sixty", 60),
    ];
    WORDS.iter().find(|(w, _)| *w == word).map_or(90, |(_, n)| *n)
}

impl Table {
    fn holds(&self, section: &str, key: &str, text: &str) -> bool {
        let words = self.lists.get(section).and_then(|s| s.get(key));
        words.is_some_and(|words| words.iter().any(|w| super::words::begins(text, w)))
    }

    /// The unit that a word is, or begins with where words are not held apart.
    fn unit(&self, word: &str) -> Option<i64> {
        if let Some(unit) = self.units.get(word) {
            return Some(*unit);
        }
        let fits = self.units.iter().filter(|(u, _)| u.chars().any(is_cjk) && word.starts_with(u.as_str()));
        fits.max_by_key(|(u, _)| u.len()).map(|(_, seconds)| *seconds)
    }
}

/// What a text says of lifetimes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lifetimes {
    /// The longest, where one can be read.
    pub(crate) longest: Option<Lifetime>,
    /// All.
    pub(crate) all: Vec<DeclaredLifetime>,
}

/// Seconds of the unit that a header gives for the bare numbers below it.
pub(crate) fn unit_of(header: &str) -> Option<i64> {
    let small = header.to_lowercase();
    let mut words = small.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() > 2);
    words.find_map(|w| table().units.get(w)).copied()
}

/// Reads a text that is about a lifetime.
pub(crate) fn parse(text: &str, unit: Option<i64>) -> Lifetimes {
    let mut all = Vec::new();
    for clause in clauses(text) {
        all.extend(of_clause(clause, unit));
        if all.len() >= 32 {
            break;
        }
    }
    let several = all.len() > 1;
    for one in &mut all {
        let wordy = one.condition.as_ref().is_some_and(|c| c.split_whitespace().count() > 3);
        if one.lifetime.is_some() && !(several && wordy) {
            one.condition = None;
        }
    }
    let seconds = all.iter().filter_map(|l| l.lifetime.and_then(Lifetime::seconds)).max();
    let session = all.iter().any(|l| l.lifetime == Some(Lifetime::Session));
    let longest = seconds.map(Lifetime::Seconds).or(session.then_some(Lifetime::Session));
    Lifetimes { longest, all }
}

/// Reads a sentence that may be about anything: only where it speaks of keeping.
pub(crate) fn in_sentence(sentence: &str) -> Lifetimes {
    let small = sentence.to_lowercase();
    if table().holds("kept", "words", &small) { parse(sentence, None) } else { Lifetimes::default() }
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', ';']).flat_map(|part| part.split_inclusive(". ")).map(str::trim).filter(|c| !c.is_empty())
}

fn of_clause(clause: &str, unit: Option<i64>) -> Vec<DeclaredLifetime> {
    let small = clause.to_lowercase();
    let table = table();
    let tokens = tokens(&small);
    let condition = Some(clause.to_owned());
    let mut found: Vec<DeclaredLifetime> = durations(&tokens, &small)
        .into_iter()
        .map(|s| DeclaredLifetime { lifetime: Some(Lifetime::Seconds(s)), condition: condition.clone() })
        .collect();
    if let (true, Some(unit), [Token { number: Some(n), .. }]) = (found.is_empty(), unit, tokens.as_slice()) {
        found.push(DeclaredLifetime { lifetime: Some(Lifetime::Seconds(scaled(*n, unit))), condition: None });
    }
    let session = table.holds("session", "words", &small)
        || (table.holds("session", "browser", &small) && table.holds("session", "closing", &small));
    if session {
        found.push(DeclaredLifetime { lifetime: Some(Lifetime::Session), condition });
    } else if found.is_empty() && table.holds("persistent", "words", &small) {
        found.push(DeclaredLifetime { lifetime: None, condition });
    }
    found
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    number: Option<f64>,
}

/// Numbers and words, in small letters.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let start = text.len() - rest.len();
        let length = if c.is_ascii_digit() {
            rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(rest.len())
        } else if c.is_alphabetic() {
            rest.find(|c: char| !(c.is_alphabetic() || c == '\u{301}')).unwrap_or(rest.len())
        } else {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        };
        let word = rest.get(..length).unwrap_or_default();
        let number = if c.is_ascii_digit() { read_number(word) } else { None };
        found.push(Token { text: word, start, end: start + length, number });
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// `1.825` and `1,825` are thousands; `1,5` and `1.5` are not.
fn read_number(text: &str) -> Option<f64> {
    let text = text.trim_end_matches(['.', ',']);
    let mut parts = text.split(['.', ',']);
    let whole = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let written = match rest.as_slice() {
        [] => whole.to_owned(),
        groups if groups.iter().all(|g| g.len() == 3) && whole != "0" => format!("{whole}{}", groups.concat()),
        [fraction] => format!("{whole}.{fraction}"),
        _ => return None,
    };
    written.parse().ok()
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "seconds of a cookie; casts saturate")]
fn scaled(number: f64, unit: i64) -> i64 {
    (number * unit as f64).round() as i64
}

fn durations(tokens: &[Token<'_>], text: &str) -> Vec<i64> {
    let mut found: Vec<(i64, i64, usize)> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let Some((seconds, unit, next)) = duration_at(tokens, at) else {
            at += 1;
            continue;
        };
        // `1 year 24 days` is one duration.
        let end = tokens.get(next.saturating_sub(1)).map_or(0, |t| t.end);
        match found.last_mut() {
            Some((sum, last, reach)) if unit < *last && joined(text.get(*reach..token.start)) => {
                *sum = sum.saturating_add(seconds);
                *last = unit;
                *reach = end;
            }
            _ => found.push((seconds, unit, end)),
        }
        at = next;
    }
    found.into_iter().map(|(seconds, ..)| seconds).collect()
}

fn joined(gap: Option<&str>) -> bool {
    gap.is_some_and(|g| {
        matches!(g.trim(), "" | "and" | "und" | "et" | "y" | "e" | "i" | "en" | "och" | "og" | "ja" | "a" | "și" | "és")
    })
}

/// A number and its unit at a token: seconds, the unit, the token after it.
fn duration_at(tokens: &[Token<'_>], at: usize) -> Option<(i64, i64, usize)> {
    let table = table();
    let token = tokens.get(at)?;
    let few = table.lists.get("few").and_then(|f| f.get("words")).is_some_and(|w| w.iter().any(|w| w == token.text));
    if few {
        let (unit, next) = unit_after(tokens, at + 1, 3)?;
        return (unit <= 60).then_some((0, unit, next));
    }
    if let Some(number) = token.number {
        // `2 (two) years`, `365 calendar days`
        let (unit, next) = unit_after(tokens, at + 1, 1)?;
        return Some((scaled(number, unit), unit, next));
    }
    let number = *table.numbers.get(token.text)?;
    let next = tokens.get(at + 1)?;
    let unit = table.unit(next.text).filter(|_| next.text.chars().count() >= 2 && next.number.is_none())?;
    Some((number.saturating_mul(unit), unit, at + 2))
}

/// The unit at a token, or behind one word that is in between.
fn unit_after(tokens: &[Token<'_>], at: usize, shortest: usize) -> Option<(i64, usize)> {
    let unit = |i: usize, least: usize| {
        let token = tokens.get(i).filter(|t| t.number.is_none() && t.text.chars().count() >= least)?;
        table().unit(token.text).map(|unit| (unit, i + 1))
    };
    let between = tokens.get(at).is_some_and(|t| t.number.is_none() && t.text.chars().count() > 1);
    unit(at, shortest).or_else(|| if between { unit(at + 1, 3) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        parse(text, None).longest.and_then(Lifetime::seconds)
    }

    #[test]
    fn the_table_is_sound() {
        let table = read().unwrap();
        assert!(table.units.len() > 200 && table.numbers.len() > 100);
    }

    #[test]
    fn durations_in_many_spellings() {
        const DAY: i64 = 86_400;
        let cases = [
            ("2 years", 730 * DAY),
            ("30days", 30 * DAY),
            ("Five minutes", 300),
            ("Up to two years", 730 * DAY),
            ("2 ans", 730 * DAY),
            ("13 mois", 390 * DAY),
            ("61 j", 61 * DAY),
            ("2 Jahre", 730 * DAY),
            ("24 godz", DAY),
            ("24 godz.", DAY),
            ("1 rok", 365 * DAY),
            ("30 zile", 30 * DAY),
            ("< 1 day", DAY),
            ("1 year 24 days", 389 * DAY),
            ("1 year and 1 month", 395 * DAY),
            ("Browser default (1 year)", 365 * DAY),
            ("2 (two) years", 730 * DAY),
            ("365 calendar days", 365 * DAY),
            ("30-90 days", 90 * DAY),
            ("1,5 Jahre", 547 * DAY + DAY / 2),
            ("1.825 Tage", 1825 * DAY),
            ("quelques secondes", 0),
            ("a few seconds", 0),
            ("10 minuuttia", 600),
            ("2年間", 730 * DAY),
            ("13ヶ月", 390 * DAY),
            ("30分", 1800),
            ("6 měsíců", 180 * DAY),
            ("1 óra", 3600),
            ("12 Monate (rollierend)", 360 * DAY),
            ("90d", 90 * DAY),
            ("ein Jahr", 365 * DAY),
            ("Retained for 6 hours", 21_600),
            ("30 days, 2 years", 730 * DAY),
            ("2 lata", 730 * DAY),
            ("6 meses", 180 * DAY),
            ("2 vuotta", 730 * DAY),
            ("1 mån", 30 * DAY),
            ("3 måneder", 90 * DAY),
        ];
        for (text, wanted) in cases {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn sessions_and_what_has_no_number() {
        let sessions = [
            "Session",
            "Sesja",
            "nach Sitzungsende",
            "Fin de la session",
            "When you close your browser",
            "Sesión",
            "sessie",
            "expires when the browser window is closed",
            "Beim Schließen des Browsers",
            "セッション",
            "Istunto",
            "Munkamenet",
            "à la fermeture du navigateur",
            "Relace",
        ];
        for text in sessions {
            assert_eq!(parse(text, None).longest, Some(Lifetime::Session), "{text}");
        }
        for text in ["Persistent", "Permanent", "N/A", "", "-", "see provider", "until deleted", "3"] {
            assert_eq!(parse(text, None).longest, None, "{text}");
        }
    }

    #[test]
    fn conditions_are_kept_and_the_longest_counts() {
        let read = parse("14 days if you select \"Remember Me\" when logging in. Otherwise, Session.", None);
        assert_eq!(read.longest, Some(Lifetime::Seconds(14 * 86_400)));
        assert_eq!(read.all.len(), 2);
        assert!(read.all.first().unwrap().condition.as_ref().unwrap().contains("Remember Me"));
        assert_eq!(parse("730", unit_of("Duration (days)")).longest, Some(Lifetime::Seconds(730 * 86_400)));
    }

    #[test]
    fn sentences_must_speak_of_keeping() {
        assert_eq!(in_sentence("It is retained for 6 hours.").longest, Some(Lifetime::Seconds(21_600)));
        assert_eq!(in_sentence("Founded 20 years ago.").longest, None);
    }
}
