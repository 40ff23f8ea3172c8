//! Lifetimes in running sentences: a number, in digits or as a word, and a unit, in a dozen languages.
//!
//! Not here: cells of tables, which spell lifetimes in many more ways (the reader of declarations).

use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;

use super::text::Word;

static TEXT: &str = include_str!("../../../../configs/knowledge/policy/durations.toml");

/// Seconds.
pub(crate) type Duration = u64;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    numbers: Vec<Vec<String>>,
    unit: Vec<Unit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    seconds: u64,
    words: Vec<String>,
}

fn table() -> Option<&'static Table> {
    static READ: OnceLock<Option<Table>> = OnceLock::new();
    READ.get_or_init(|| toml::from_str(TEXT).ok()).as_ref()
}

/// Lifetimes among words, with the words they take.
pub(crate) fn find(words: &[Word]) -> Vec<(Range<usize>, Duration)> {
    let Some(table) = table() else { return Vec::new() };
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if let Some(seconds) = glued(table, &word.plain) {
            found.push((index..index + 1, seconds));
        }
        let Some(number) = number(table, &word.plain) else { continue };
        // A further word may stand between: `two (2) years`, `12 full months`.
        let mut reach = index + 1..words.len().min(index + 3);
        let unit = reach.find_map(|at| Some((at, unit(table, &words[at].plain)?)));
        // `a two year period`, or Spanish `superior a dos años`: the nearer number counts.
        let unit = unit
            .filter(|(at, _)| !(index + 1..*at).any(|between| self::number(table, &words[between].plain).is_some()));
        if let Some((at, seconds)) = unit {
            found.push((index..at + 1, number.saturating_mul(seconds)));
        }
    }
    found
}

fn number(table: &Table, word: &str) -> Option<u64> {
    let digits = word.parse().ok().filter(|n| *n < 100_000);
    digits.or_else(|| {
        let at = table.numbers.iter().position(|words| words.iter().any(|w| w == word))?;
        u64::try_from(at).ok().map(|n| n + 1)
    })
}

fn unit(table: &Table, word: &str) -> Option<u64> {
    table.unit.iter().find(|unit| unit.words.iter().any(|w| w == word)).map(|unit| unit.seconds)
}

/// `30days`, `24h`.
fn glued(table: &Table, word: &str) -> Option<u64> {
    let digits = word.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0)?;
    let number: u64 = word[..digits].parse().ok()?;
    let rest = word[digits..].trim_start_matches('-');
    unit(table, rest).map(|seconds| number.saturating_mul(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::policy::prose::text::sentences;

    fn seconds(text: &str) -> Vec<u64> {
        find(&sentences(text)[0].words).into_iter().map(|(_, seconds)| seconds).collect()
    }

    #[test]
    fn numbers_and_units() {
        assert_eq!(seconds("une durée de vie maximale de treize mois"), [13 * 2_592_000]);
        assert_eq!(seconds("expire after two years"), [2 * 31_536_000]);
        assert_eq!(seconds("höchstens 30 Tage, dann 24h"), [30 * 86_400, 24 * 3_600]);
        assert_eq!(seconds("no superior a dos años"), [2 * 31_536_000]);
        assert!(seconds("since 1998 and in 3 tables").is_empty());
    }
}
