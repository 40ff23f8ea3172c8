//! Declarations out of tables: rows under headers, sections inside a table, labels repeated in every cell, tables that
//! stand upright with the labels in their first column.

use super::columns::{self, Columns};
use super::names::{self, Name, Strength};
use super::record::{Record, Setting};
use super::words::{Field, folded, words};
use super::{Found, leads, lifetime};
use crate::judge::model::Passed;
use crate::judge::policy::document::{Document, Text, shortened};
use crate::judge::policy::table::{Cell, Row, Table};

/// Reads a table.
pub(crate) fn read(document: &Document, table: &Table, setting: &Setting, found: &mut Found) {
    if let Some(groups) = upright(table) {
        for group in groups {
            read_upright(document, &group, setting, found);
        }
        return;
    }
    let mut rows = table.rows.iter().enumerate().peekable();
    let mut section = String::new();
    let mut first = true;
    while rows.peek().is_some() {
        let mut header = None;
        while let Some((_, row)) = rows.next_if(|(_, r)| columns::is_header(r, first) || label_row(r).is_some()) {
            match label_row(row) {
                Some(label) if !columns::is_header(row, first) => section = label,
                _ => {
                    header = Some(row);
                    first = false;
                }
            }
        }
        first = false;
        let mut body = Vec::new();
        while let Some(row) = rows.next_if(|(_, r)| !columns::is_header(r, false)) {
            body.push(row);
        }
        read_body(document, header, &body, &section, setting, found);
    }
}

/// A row that only titles those below it: one text over all columns, or one text alone that is no name.
fn label_row(row: &Row) -> Option<String> {
    let mut own = row.cells.iter().filter(|c| !c.repeated && !c.text.is_blank());
    let (only, more) = (own.next()?, own.next());
    let spans = row.cells.iter().any(|c| c.repeated);
    let named = names::in_cell(&only.text).iter().any(|n| n.strength >= Strength::Medium);
    let plain = only.text.plain.trim();
    let word = !spans
        && !plain.contains(char::is_whitespace)
        && plain.starts_with(|c: char| c.is_lowercase())
        && !columns::is_group(plain);
    let lone = more.is_none() && row.cells.len() > 1 && !word && (!named || (spans && plain.contains(' ')));
    lone.then(|| only.text.plain.clone())
}

fn read_body(
    document: &Document,
    header: Option<&Row>,
    body: &[(usize, &Row)],
    section: &str,
    setting: &Setting,
    found: &mut Found,
) {
    let rows: Vec<&Row> = body.iter().map(|(_, r)| *r).filter(|r| label_row(r).is_none()).collect();
    let Some(columns) = columns::of(header, &rows) else {
        if !rows.is_empty() && header.is_some_and(|h| h.cells.iter().any(|c| is_about_names(&c.text))) {
            let why = "a table whose cells name no cookies";
            found.pass(header.map(row_text).unwrap_or_default(), why);
        }
        return;
    };
    let mut above = Above { section: section.to_owned(), provider: None };
    for (number, row) in body {
        if let Some(label) = label_row(row) {
            above.section = label;
            continue;
        }
        let place = format!("{}, row {}", setting.place, number + 1);
        let setting = Setting { about: format!("{} {}", setting.about, above.section), place, ..setting.clone() };
        read_row(document, row, &columns, &setting, &mut above, found);
    }
}

fn is_about_names(header: &Text) -> bool {
    matches!(words().header(&header.plain), Some(Field::Name | Field::Cookie))
}

/// What rows take over from those above.
struct Above {
    section: String,
    provider: Option<String>,
}

fn read_row(
    document: &Document,
    row: &Row,
    columns: &Columns,
    setting: &Setting,
    above: &mut Above,
    found: &mut Found,
) {
    let mut record = Record::default();
    for (column, cell) in row.cells.iter().enumerate() {
        if column != columns.names {
            let header = columns.headers.get(column).map_or("", String::as_str);
            let value = without_label(&cell.text.plain, header);
            if let Some(field) = columns.fields.get(column).copied().flatten() {
                fill(&mut record, field, value, header);
            }
        }
    }
    if columns.fields.contains(&Some(Field::Provider)) {
        match &record.provider {
            Some(provider) => above.provider = Some(provider.clone()),
            None => record.provider.clone_from(&above.provider),
        }
    }
    let Some(cell) = row.cells.get(columns.names) else { return };
    let header = columns.headers.get(columns.names).map_or("", String::as_str);
    record.names = names_of(cell, header);
    let text = row_text(row);
    if record.names.is_empty() {
        if !cell.text.is_blank() {
            found.pass(text, "no cookie is named in this row");
        }
        return;
    }
    if is_denial(cell, &record) {
        found.pass(text, "the row says of itself that it is no cookie");
        return;
    }
    record.quotes = quotes(row, columns.names, &text);
    found.extend(record.declare(document, &cell.text, setting));
}

fn is_denial(cell: &Cell, record: &Record) -> bool {
    let fields = [&record.category, &record.storage, &record.lifetime].into_iter().flatten().map(String::as_str);
    let mut texts = fields.chain([cell.text.plain.as_str()]);
    texts.any(|t| words().begins("nothing", "denials", &t.to_lowercase()))
}

/// Names in a cell, without a label repeated in it.
fn names_of(cell: &Cell, header: &str) -> Vec<Name> {
    let value = without_label(&cell.text.plain, header);
    let skipped = cell.text.plain.len() - value.len();
    let mut found = names::in_cell(&leads::part(&cell.text, &(skipped..cell.text.plain.len())));
    found.iter_mut().for_each(|n| n.range = n.range.start + skipped..n.range.end + skipped);
    found.retain(|n| !is_word_of_list(n, cell));
    found
}

/// `Analytics` alone in a cell is a kind of cookies; `Hotjar`, a vendor.
fn is_word_of_list(name: &Name, cell: &Cell) -> bool {
    let plain = cell.text.plain.trim();
    let capital = name.glob.starts_with(|c: char| c.is_ascii_uppercase());
    name.strength == Strength::Weak
        && plain.len() <= name.glob.len() + 2
        && capital
        && (columns::is_group(plain) || crate::judge::classify::vendors::known(plain))
}

/// A cell's text without the header that small screens repeat in it.
fn without_label<'a>(text: &'a str, header: &str) -> &'a str {
    let head = text.split([':', '\n']).next().unwrap_or_default();
    let rest = text.get(head.len()..).and_then(|r| r.strip_prefix([':', '\n']));
    if let Some(rest) = rest.filter(|r| !r.trim().is_empty()) {
        let known = folded(head);
        if !known.is_empty() && (known == folded(header) || words().label(head).is_some()) {
            return rest.trim_start();
        }
    }
    let plain = header.trim();
    match text.strip_prefix(plain) {
        Some(rest) if !plain.is_empty() && rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => text,
    }
}

/// Puts a value where it belongs.
pub(crate) fn fill(record: &mut Record, field: Field, value: &str, header: &str) {
    let value = value.trim().trim_matches(['\'', '"', '`']);
    if value.is_empty() {
        return;
    }
    let slot = match field {
        Field::Lifetime => {
            record.unit = lifetime::unit_of(header).or(record.unit);
            &mut record.lifetime
        }
        Field::Purpose => &mut record.purpose,
        Field::Provider => &mut record.provider,
        Field::Domain => &mut record.domain,
        Field::Party => &mut record.party,
        Field::Category => &mut record.category,
        Field::Storage => &mut record.storage,
        Field::Name | Field::Cookie | Field::Value | Field::Other => return,
    };
    // Two columns of a kind: what is written first stays, a lifetime only if it is one.
    let better = slot.as_ref().is_none_or(|old| field == Field::Lifetime && lifetime::parse(old, None).all.is_empty());
    if better {
        *slot = Some(value.to_owned());
    }
}

fn row_text(row: &Row) -> String {
    let cells = row.cells.iter().filter(|c| !c.repeated && !c.text.is_blank());
    cells.map(|c| c.text.plain.as_str()).collect::<Vec<_>>().join(" ")
}

fn quotes(row: &Row, names: usize, all: &str) -> Vec<String> {
    let tail: Vec<&str> =
        row.cells.iter().skip(names).filter(|c| !c.text.is_blank()).map(|c| c.text.plain.as_str()).collect();
    let mut quotes = vec![all.to_owned(), tail.join(" ")];
    quotes.extend(tail.get(..2).map(|two| two.join(" ")));
    quotes.extend(tail.first().map(|t| (*t).to_owned()));
    quotes
}

/// A field of an upright table.
type Entry<'a> = (Field, &'a Cell, &'a Cell);

/// Whether labels stand in the first column: its rows as fields, one group for each further column.
fn upright(table: &Table) -> Option<Vec<Vec<Entry<'_>>>> {
    let width = table.rows.iter().map(|r| r.cells.len()).max()?;
    let labels: Vec<Option<Field>> =
        table.rows.iter().map(|r| r.cells.first().and_then(|c| words().label(&c.text.plain))).collect();
    let known = labels.iter().flatten().count();
    let mut kinds: Vec<Field> = labels.iter().flatten().copied().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let first_is_header =
        table.rows.first().is_some_and(|r| columns::is_header(r, true)) && table.rows.len() > 1 && width > 2;
    if !(2..=6).contains(&width) || kinds.len() < 2 || known * 5 < table.rows.len() * 3 || first_is_header {
        return None;
    }
    let mut groups = Vec::new();
    for column in 1..width {
        let mut group: Vec<Entry<'_>> = Vec::new();
        for (row, field) in table.rows.iter().zip(&labels) {
            let (Some(field), Some(label), Some(cell)) = (field, row.cells.first(), row.cells.get(column)) else {
                continue;
            };
            // A label that comes again begins the next cookie.
            if group.iter().any(|(_, l, _)| folded(&l.text.plain) == folded(&label.text.plain)) {
                groups.push(std::mem::take(&mut group));
            }
            group.push((*field, label, cell));
        }
        groups.push(group);
    }
    Some(groups)
}

fn read_upright(document: &Document, group: &[Entry<'_>], setting: &Setting, found: &mut Found) {
    let mut record = Record::default();
    let naming = |(field, ..): &&Entry<'_>| matches!(field, Field::Name | Field::Cookie);
    // `Name: Google Analytics`, `Cookie Name: _ga`: the one that looks like names.
    let best = group.iter().filter(naming).max_by_key(|(_, label, cell)| {
        let strength = names::in_cell(&cell.text).iter().map(|n| n.strength).max();
        (strength, label.text.plain.to_lowercase().contains("cookie"))
    });
    let Some((_, _, cell)) = best else { return };
    for (field, label, other) in group {
        if matches!(field, Field::Name | Field::Cookie) && !std::ptr::eq(*other, *cell) {
            fill(&mut record, Field::Provider, &other.text.plain, "");
        } else {
            fill(&mut record, *field, &other.text.plain, &label.text.plain);
        }
    }
    record.names = names::in_cell(&cell.text);
    let sure = record.lifetime.is_some() || record.names.iter().any(|n| n.strength > Strength::Weak);
    if record.names.is_empty() || !sure {
        let text =
            group.iter().map(|(_, l, c)| format!("{}: {}", l.text.plain, c.text.plain)).collect::<Vec<_>>().join(" ");
        found.passed.push(Passed { quote: shortened(&text, 200), why: "no cookie is named in this table".to_owned() });
        return;
    }
    record.quotes = vec![cell.text.plain.clone()];
    found.extend(record.declare(document, &cell.text, setting));
}
