//! Rosters of advertising partners: long tables and lists whose entries are a company's name and perhaps an address.
//!
//! Such a list says whom a visitor may meet, not that each of them is used, nor what for. A list that says what its
//! entries do is none, however long; nor is a short one. Not here: the names themselves (`services`).

use std::collections::BTreeSet;

use super::lexicon::{self, Lexicon};
use super::tagged::Tagged;
use super::text;
use crate::judge::policy::document::{Document, Kind, MarkKind, Text};
use crate::judge::policy::table::{Row, Table};

/// A list with fewer entries says whom the site works with.
const FEWEST: usize = 8;
/// A longer entry is a sentence.
const LONGEST_NAME: usize = 8;

/// Entries of rosters: block, and row of a table (0 for items).
pub(super) type Entries = BTreeSet<(usize, usize)>;

/// Every entry of every roster of advertising partners.
pub(super) fn of(document: &Document, language: &str) -> Entries {
    let Some(lexicon) = lexicon::of(language) else { return Entries::new() };
    let mut entries = Entries::new();
    for list in lists(document) {
        let Some((first, _)) = list.first().copied() else { continue };
        if speaks_of_ads(document, first, lexicon) {
            entries.extend(list);
        }
    }
    entries
}

/// Long lists of bare entries, tables and runs of items.
fn lists(document: &Document) -> Vec<Vec<(usize, usize)>> {
    let mut lists = Vec::new();
    let mut run: Vec<(usize, bool)> = Vec::new();
    let numbered = document.blocks.iter().enumerate().filter(|(_, block)| !block.aside);
    for (at, block) in numbered {
        if let Kind::Item { .. } = block.kind {
            run.push((at, is_name(&block.text)));
            continue;
        }
        lists.extend(long_enough(run.drain(..).map(|(at, bare)| ((at, 0), bare)).collect()));
        if let Kind::Table(table) = &block.kind {
            lists.extend(long_enough(of_table(at, table)));
        }
    }
    lists.extend(long_enough(run.into_iter().map(|(at, bare)| ((at, 0), bare)).collect()));
    lists
}

fn of_table(block: usize, table: &Table) -> Vec<((usize, usize), bool)> {
    let rows = table.rows.iter().enumerate().filter(|(_, row)| !row.head);
    rows.map(|(at, row)| ((block, at), is_bare(row))).collect()
}

/// Its bare entries, where there are many and nearly all are.
fn long_enough(entries: Vec<((usize, usize), bool)>) -> Option<Vec<(usize, usize)>> {
    let all = entries.len();
    let bare: Vec<(usize, usize)> = entries.into_iter().filter(|(_, bare)| *bare).map(|(at, _)| at).collect();
    (bare.len() >= FEWEST && bare.len() * 4 >= all * 3).then_some(bare)
}

/// A name in the first cell, and at most addresses in the others.
fn is_bare(row: &Row) -> bool {
    let mut cells = row.cells.iter().filter(|cell| !cell.repeated).map(|cell| &cell.text);
    cells.next().is_some_and(is_name) && cells.all(|text| own_words(text, true) == 0)
}

fn is_name(text: &Text) -> bool {
    (1..=LONGEST_NAME).contains(&own_words(text, false))
}

/// Words that are neither addresses nor join them; with `beside`, words of links do not count either.
fn own_words(text: &Text, beside: bool) -> usize {
    let linked =
        |at: usize| beside && text.marks.iter().any(|m| m.kind == MarkKind::Link && (m.start..m.end).contains(&at));
    let mut count = 0;
    let mut at = 0;
    for word in text.plain.split([' ', '\n']) {
        let address = word.contains("://") || word.starts_with("www.") || word.starts_with('/');
        let joins = beside && word.chars().count() <= 3;
        count += usize::from(!word.is_empty() && !address && !joins && !linked(at));
        at += word.len() + 1;
    }
    count
}

/// Whether the headings above a list, its own head or caption, or the paragraph before it speak of advertising.
fn speaks_of_ads(document: &Document, block: usize, lexicon: &Lexicon) -> bool {
    let says = |text: &str| text::sentences(text).iter().any(|s| Tagged::new(s, lexicon).has("p_advertising"));
    let before = block.checked_sub(1).and_then(|at| document.blocks.get(at));
    let before = before.filter(|b| b.kind == Kind::Paragraph).map(|b| b.text.plain.as_str());
    let own = document.blocks.get(block).into_iter().flat_map(|b| match &b.kind {
        Kind::Table(table) => {
            let heads = table.rows.iter().filter(|row| row.head).flat_map(|row| &row.cells);
            heads.map(|cell| cell.text.plain.as_str()).chain([b.text.plain.as_str()]).collect()
        }
        _ => Vec::new(),
    });
    document.headings(block).into_iter().chain(before).chain(own).any(says)
}
