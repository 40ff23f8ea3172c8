//! Fields with labels: `Name: _ga`, `Ablaufdatum: 2 Jahre`, several on a line or one on each.

use std::ops::Range;

use super::words::{Field, words};

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Labelled {
    pub(crate) field: Field,
    pub(crate) label: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// No label has more words.
const MOST_WORDS: usize = 5;
const MOST_FIELDS: usize = 2_000;

/// All labelled fields of a text, in order.
pub(crate) fn of(text: &str) -> Vec<Labelled> {
    let mut found: Vec<Labelled> = Vec::new();
    for (colon, c) in text.char_indices().filter(|(_, c)| matches!(c, ':' | '：')) {
        let from = found.last().map_or(0, |l| l.value.start);
        let Some((field, label)) = label_before(text, from, colon) else { continue };
        if let Some(last) = found.last_mut() {
            last.value = trimmed(text, last.value.start..label.start);
        }
        let start = colon + c.len_utf8();
        found.push(Labelled { field, label, value: start..text.len() });
        if found.len() >= MOST_FIELDS {
            break;
        }
    }
    if let Some(last) = found.last_mut() {
        last.value = trimmed(text, last.value.clone());
    }
    found
}

/// The longest run of words right before a colon that is a known label, and begins a line or a phrase.
fn label_before(text: &str, from: usize, colon: usize) -> Option<(Field, Range<usize>)> {
    let body = text.get(from..colon)?;
    let line = body.rfind('\n').map_or(0, |n| n + 1);
    let body = body.get(line..)?;
    let end = from + line + body.trim_end().len();
    let mut starts: Vec<usize> = body
        .char_indices()
        .rev()
        .filter(|(_, c)| c.is_whitespace() || matches!(c, '(' | '|' | '•' | '–' | ',' | '.' | ';' | '*'))
        .map(|(i, c)| i + c.len_utf8())
        .take(MOST_WORDS + 2)
        .collect();
    if starts.len() < MOST_WORDS + 2 {
        starts.push(0);
    }
    let candidates = starts.into_iter().rev().map(|s| from + line + s).filter(|s| *s < end);
    candidates.filter_map(|s| words().label(text.get(s..end)?).map(|field| (field, s..end))).next()
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let body = text.get(range.clone()).unwrap_or_default();
    let cut = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '–' | '—' | '•' | '(' | '·');
    let start =
        range.start + body.len() - body.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '–')).len();
    let end = range.start + body.trim_end_matches(cut).len();
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(Field, &str)> {
        of(text).into_iter().map(|l| (l.field, &text[l.value])).collect()
    }

    #[test]
    fn fields_on_one_line_or_many() {
        assert_eq!(
            shown("Name: _ga Lifetime: 2 years, Purpose: counting; visits"),
            [(Field::Name, "_ga"), (Field::Lifetime, "2 years"), (Field::Purpose, "counting; visits")]
        );
        assert_eq!(
            shown("Cookie-Name: x_y\nAblaufdatum: nach 2 Jahren\nWert: 1"),
            [(Field::Name, "x_y"), (Field::Lifetime, "nach 2 Jahren"), (Field::Value, "1")]
        );
        assert_eq!(shown("We use these cookies: a_b, c_d"), [(Field::Cookie, "a_b, c_d")]);
        assert!(shown("At 10:30 we met: nobody").is_empty());
    }
}
