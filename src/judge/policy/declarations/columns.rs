//! What the columns of a table hold: by their headers, and where those mislead or lack, by their cells.

use super::lifetime;
use super::names::{self, Strength};
use super::words::{Field, words};
use crate::judge::policy::document::Text;
use crate::judge::policy::table::Row;

/// Fields of the columns, and which of them holds the names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Columns {
    pub(crate) fields: Vec<Option<Field>>,
    /// Headers as written.
    pub(crate) headers: Vec<String>,
    pub(crate) names: usize,
}

/// Whether a row is a row of headers. Most cells must be labels through and through; only a table's `first` row may also
/// have wordy ones, if none is a name, a duration or a sentence.
pub(crate) fn is_header(row: &Row, first: bool) -> bool {
    let own: Vec<&Text> = row.cells.iter().filter(|c| !c.repeated && !c.text.is_blank()).map(|c| &c.text).collect();
    let labels = own.iter().filter(|t| words().label(&t.plain).is_some()).count();
    if labels >= 2 && labels * 2 > own.len() {
        return true;
    }
    let mut kinds: Vec<Field> = own.iter().filter_map(|t| words().header(&t.plain)).collect();
    let known = kinds.len();
    kinds.sort_unstable();
    kinds.dedup();
    let marked = row.head || row.cells.iter().all(|c| c.header);
    let most = kinds.len() >= 2 && known * 2 >= own.len();
    first && own.iter().all(|t| could_head(t)) && (most || (marked && known > 0))
}

fn could_head(text: &Text) -> bool {
    let plain = text.plain.trim();
    let name = || names::in_cell(text).iter().any(|n| n.strength == Strength::Strong) && words().label(plain).is_none();
    let lasts = || lifetime::parse(plain, None).longest.is_some_and(|l| l.seconds().is_some());
    let sentence = plain.contains(". ") || plain.ends_with('.');
    plain.split_whitespace().count() <= 12 && !sentence && !name() && !lasts() && !names::is_domain(plain)
}

/// Reads the columns from a header row (if any) and the rows below it.
pub(crate) fn of(header: Option<&Row>, rows: &[&Row]) -> Option<Columns> {
    let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0).max(header.map_or(0, |h| h.cells.len()));
    let headers: Vec<String> = (0..width)
        .map(|c| header.and_then(|h| h.cells.get(c)).map(|c| c.text.plain.clone()).unwrap_or_default())
        .collect();
    let mut fields: Vec<Option<Field>> = headers.iter().map(|h| words().header(h)).collect();
    let scores: Vec<f64> = (0..width).map(|c| likeness(rows, c)).collect();
    let names = best_names(&fields, &scores, header.is_some())?;
    for (column, field) in fields.iter_mut().enumerate() {
        match field {
            Some(Field::Name | Field::Cookie) if column != names => *field = Some(Field::Provider),
            None => *field = by_content(rows, column),
            _ => {}
        }
    }
    if !fields.contains(&Some(Field::Purpose)) {
        longest_text(rows, &mut fields, names);
    }
    Some(Columns { fields, headers, names })
}

/// The column of names: of those headed so, the one whose cells look most like names; else the cells alone decide.
fn best_names(fields: &[Option<Field>], scores: &[f64], headed: bool) -> Option<usize> {
    let score = |column: usize| scores.get(column).copied().unwrap_or(0.0);
    let prior = |column: usize| match fields.get(column).copied().flatten() {
        Some(Field::Name) => 0.25,
        Some(Field::Cookie) => 0.2,
        _ => 0.0,
    };
    let candidates = (0..fields.len()).filter(|c| prior(*c) > 0.0);
    let best = candidates.max_by(|a, b| (score(*a) + prior(*a)).total_cmp(&(score(*b) + prior(*b))).then(b.cmp(a)));
    if let Some(best) = best.filter(|c| score(*c) >= 0.25) {
        return Some(best);
    }
    // A column headed otherwise must hold nothing but names beyond doubt.
    let least = |column: usize| match fields.get(column).copied().flatten() {
        _ if !headed => 0.6,
        None | Some(Field::Name | Field::Cookie) => 0.6,
        Some(Field::Provider | Field::Party | Field::Category | Field::Other) => 0.95,
        Some(_) => f64::INFINITY,
    };
    let free = (0..fields.len()).filter(|c| score(*c) >= least(*c));
    free.max_by(|a, b| score(*a).total_cmp(&score(*b)).then(b.cmp(a)))
}

/// How much a column's cells look like names: from -0.5 (titles, addresses) to 1.
fn likeness(rows: &[&Row], column: usize) -> f64 {
    let cells: Vec<&Text> = rows
        .iter()
        .filter_map(|r| r.cells.get(column))
        .filter(|c| !c.text.is_blank() && !c.repeated)
        .map(|c| &c.text)
        .take(200)
        .collect();
    if cells.is_empty() {
        return 0.0;
    }
    #[allow(clippy::cast_precision_loss, reason = "at most 200 cells")]
    let count = cells.len() as f64;
    cells.iter().map(|t| cell_likeness(t)).sum::<f64>() / count
}

fn cell_likeness(text: &Text) -> f64 {
    let plain = text.plain.trim();
    if words().is_one("nothing", "words", plain) || plain == "-" {
        return 0.0;
    }
    let found = names::in_cell(text);
    let Some(best) = found.iter().map(|n| n.strength).max() else {
        return if plain.split_whitespace().count() <= 2 && names::is_domain(plain) { 0.1 } else { -0.5 };
    };
    let covered: usize = found.iter().map(|n| n.range.len()).sum();
    let mostly = covered * 3 >= plain.len();
    let listed = found.len() > 1 && covered * 5 >= plain.len();
    let capital = plain.starts_with(char::is_uppercase);
    match best {
        Strength::Strong if mostly => 1.0,
        Strength::Strong if listed => 0.7,
        Strength::Strong => 0.3,
        _ if is_group(plain) || crate::judge::classify::vendors::known(plain) => -0.5,
        Strength::Medium => 0.7,
        Strength::Weak if lifetime::parse(plain, None).longest.is_some() => -0.5,
        Strength::Weak if capital => 0.3,
        Strength::Weak => 0.5,
    }
}

/// Whether a cell names a kind of cookies rather than a cookie.
pub(crate) fn is_group(text: &str) -> bool {
    words().is_one("groups", "words", text)
}

/// The field of a column without a telling header.
fn by_content(rows: &[&Row], column: usize) -> Option<Field> {
    let cells: Vec<&str> = rows
        .iter()
        .filter_map(|r| r.cells.get(column))
        .map(|c| c.text.plain.trim())
        .filter(|t| !t.is_empty())
        .take(100)
        .collect();
    let most = |test: &dyn Fn(&str) -> bool| {
        !cells.is_empty() && cells.iter().filter(|t| test(t)).count() * 3 >= cells.len() * 2
    };
    if most(&|t| t.split_whitespace().count() <= 6 && !lifetime::parse(t, None).all.is_empty()) {
        Some(Field::Lifetime)
    } else if most(&|t| names::is_domain(t)) {
        Some(Field::Domain)
    } else if most(&|t| super::purpose::party(t).is_some() && t.split_whitespace().count() <= 4) {
        Some(Field::Party)
    } else if most(&is_group) {
        Some(Field::Category)
    } else if most(&|t| crate::judge::classify::vendors::known(t)) {
        Some(Field::Provider)
    } else {
        None
    }
}

/// Without a column for purposes, the one with the longest texts tells them.
fn longest_text(rows: &[&Row], fields: &mut [Option<Field>], names: usize) {
    let length = |column: usize| {
        let cells = rows.iter().filter_map(|r| r.cells.get(column)).take(100);
        cells.map(|c| c.text.plain.len()).sum::<usize>() / rows.len().clamp(1, 100)
    };
    let free = (0..fields.len()).filter(|c| *c != names && fields.get(*c).is_some_and(Option::is_none));
    let best = free.map(|c| (length(c), c)).max().filter(|(length, _)| *length >= 12);
    if let Some(field) = best.and_then(|(_, c)| fields.get_mut(c)) {
        *field = Some(Field::Purpose);
    }
}
