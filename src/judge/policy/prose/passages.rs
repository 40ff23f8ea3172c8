//! The running text of a document: paragraphs, items and cells, line by line, with the headings above them.
//!
//! Left out: code, what stands in a page's header, footer or navigation. Rows of tables that declare cookies are kept,
//! since they name services, but make no claims of their own.

use std::collections::BTreeSet;

use super::rosters::Entries;
use crate::judge::model::{Declaration, Place};
use crate::judge::policy::document::{Document, Kind as BlockKind, Text};

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading.
    Heading,
    /// A paragraph.
    Text,
    /// An item of a list.
    Item,
    /// A cell of a table.
    Cell,
    /// A cell in the row of a declared cookie.
    Declared,
}

/// A line of running text with where it stands.
#[derive(Debug, Clone)]
pub(super) struct Passage<'a> {
    /// Its text, without markup.
    pub(super) text: &'a str,
    /// Headings above it, outermost first.
    pub(super) headings: Vec<&'a str>,
    /// What it is.
    pub(super) kind: Kind,
    /// An entry in a roster of advertising partners.
    pub(super) partner: bool,
    /// The text that it is a line of, and the byte at which it begins.
    whole: (&'a Text, usize),
    block: usize,
}

impl Passage<'_> {
    /// Where a byte of the passage stands.
    pub(super) fn place(&self, document: &Document, index: usize) -> Place {
        let what = match self.kind {
            Kind::Heading => "heading",
            Kind::Text => "sentence",
            Kind::Item => "list",
            Kind::Cell | Kind::Declared => "table",
        };
        document.place(self.whole.0, self.whole.1 + index, &document.place_words(self.block, what))
    }
}

/// Most lines that are read; a document with more is no policy.
const MOST: usize = 20_000;

/// Every line of running text, in document order.
pub(super) fn of<'a>(document: &'a Document, declared: &[Declaration], partners: &Entries) -> Vec<Passage<'a>> {
    let names: BTreeSet<&str> = declared.iter().map(|declaration| declaration.name.as_str()).collect();
    let mut passages = Vec::new();
    for (block, found) in document.blocks.iter().enumerate().filter(|(_, block)| !block.aside) {
        let headings = document.headings(block);
        let mut add = |text: &'a Text, kind: Kind, row: usize| {
            let partner = partners.contains(&(block, row));
            lines(text, kind, partner, &headings, block, &mut passages);
        };
        match &found.kind {
            BlockKind::Code => {}
            BlockKind::Heading(_) => add(&found.text, Kind::Heading, 0),
            BlockKind::Paragraph | BlockKind::Definition => add(&found.text, Kind::Text, 0),
            BlockKind::Item { .. } | BlockKind::Term => add(&found.text, Kind::Item, 0),
            BlockKind::Table(table) => {
                add(&found.text, Kind::Text, usize::MAX);
                for (at, row) in table.rows.iter().enumerate().filter(|(_, row)| !row.head) {
                    let declares = row.cells.iter().any(|cell| names_one(&cell.text.plain, &names));
                    let kind = if declares { Kind::Declared } else { Kind::Cell };
                    row.cells.iter().filter(|cell| !cell.repeated).for_each(|cell| add(&cell.text, kind, at));
                }
            }
        }
        if passages.len() > MOST {
            break;
        }
    }
    passages
}

fn lines<'a>(
    text: &'a Text,
    kind: Kind,
    partner: bool,
    headings: &[&'a str],
    block: usize,
    passages: &mut Vec<Passage<'a>>,
) {
    let mut start = 0;
    for line in text.plain.split('\n') {
        if !line.trim().is_empty() {
            let (headings, whole) = (headings.to_vec(), (text, start));
            passages.push(Passage { text: line, headings, kind, partner, whole, block });
        }
        start += line.len() + 1;
    }
}

/// Whether a cell holds the name of a declared cookie: the word itself, or the telling part of a pattern.
fn names_one(cell: &str, names: &BTreeSet<&str>) -> bool {
    let mut words = cell.split([' ', ',', '\n', ';', '(', ')']).map(|word| word.trim_matches(['`', '"', '\'', '/']));
    let mut telling = names.iter().filter(|name| name.contains('*')).map(|name| longest_part(name));
    words.any(|word| !word.is_empty() && names.contains(word))
        || names.contains(cell.trim())
        || telling.any(|part| part.len() >= 3 && cell.contains(part))
}

fn longest_part(name: &str) -> &str {
    name.split('*').max_by_key(|part| part.len()).unwrap_or_default()
}
