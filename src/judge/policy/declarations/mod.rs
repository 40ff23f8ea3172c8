//! What a policy lists: declarations out of tables, labelled fields, bullets and sentences, with what was passed over.
//!
//! `find` walks the blocks; each form has its file. Not here: claims, purposes and services of the prose.

mod columns;
mod fields;
mod globs;
mod leads;
mod lifetime;
mod lists;
mod names;
mod purpose;
mod record;
mod sentences;
mod tables;
pub(crate) mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use self::names::Strength;
use self::record::Setting;
use super::document::{Block, Document, Kind, shortened};
use crate::judge::model::{Declaration, Passed, Place};

/// More declarations than this no policy has.
const MOST: usize = 5_000;
const MOST_PASSED: usize = 200;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Found {
    /// Declarations in document order.
    pub(crate) declarations: Vec<Declaration>,
    /// What looked like one and is none.
    pub(crate) passed: Vec<Passed>,
    /// Where the first list stands.
    pub(crate) first_row: Option<Place>,
}

impl Found {
    fn pass(&mut self, quote: String, why: &str) {
        if self.passed.len() < MOST_PASSED && !quote.trim().is_empty() {
            self.passed.push(Passed { quote: shortened(quote.trim(), 200), why: why.to_owned() });
        }
    }

    fn extend(&mut self, declarations: Vec<Declaration>) {
        self.first_row = self.first_row.take().or_else(|| declarations.first().map(|d| d.place.clone()));
        let room = MOST.saturating_sub(self.declarations.len());
        self.declarations.extend(declarations.into_iter().take(room));
    }

    /// Takes only names that no list has.
    fn extend_new(&mut self, declarations: Vec<Declaration>) {
        let known: BTreeSet<&str> = self.declarations.iter().map(|d| d.name.as_str()).collect();
        let new: Vec<Declaration> = declarations.into_iter().filter(|d| !known.contains(d.name.as_str())).collect();
        self.extend(new);
    }
}

/// Finds the declarations of a document.
pub(crate) fn find(document: &Document) -> Found {
    let mut found = Found::default();
    let mut tables = 0;
    let mut at = 0;
    while let Some(block) = document.blocks.get(at) {
        match &block.kind {
            Kind::Table(table) if !block.aside => {
                tables += 1;
                let setting = setting(document, at, &format!("table {tables}"));
                tables::read(document, table, &setting, &mut found);
                at += 1;
            }
            Kind::Code => {
                if has_names(block) {
                    found.pass(block.text.plain.clone(), "a block of code is an example");
                }
                at += 1;
            }
            Kind::Table(_) | Kind::Heading(_) if !belongs(block) => at += 1,
            _ => {
                let stretch = stretch(document, at);
                let setting = setting(document, at, "list");
                at = stretch.end;
                lists::read(document, stretch, &setting, &mut found);
            }
        }
    }
    found.declarations = unique(found.declarations);
    found
}

fn has_names(block: &Block) -> bool {
    names::in_cell(&block.text).iter().any(|n| n.strength == Strength::Strong)
}

/// A heading that is a cookie's name.
fn is_named_heading(block: &Block) -> bool {
    matches!(block.kind, Kind::Heading(_)) && block.text.plain.split_whitespace().count() <= 4 && has_names(block)
}

/// A heading that is part of a list.
fn belongs(block: &Block) -> bool {
    is_named_heading(block) || lists::is_label_heading(block)
}

/// Blocks from here to the next heading, table or code.
fn stretch(document: &Document, from: usize) -> Range<usize> {
    let rest = document.blocks.iter().skip(from + 1);
    let length = rest.take_while(|b| match b.kind {
        Kind::Heading(_) => belongs(b),
        Kind::Table(_) | Kind::Code => false,
        _ => true,
    });
    from..from + 1 + length.count()
}

/// What stands around a block: its headings, and the blocks between the last of them and it.
fn setting(document: &Document, at: usize, what: &str) -> Setting {
    let headings = document.headings(at);
    let section = document.blocks.get(at).and_then(|b| b.section);
    let from = section.map_or(0, |s| s + 1).max(at.saturating_sub(8));
    let between: Vec<&Block> = document
        .blocks
        .get(from..at)
        .unwrap_or_default()
        .iter()
        .filter(|b| !matches!(b.kind, Kind::Table(_)))
        .collect();
    let mut setting = Setting { place: document.place_words(at, what), ..Setting::default() };
    let near: Vec<&str> = headings.iter().rev().take(2).copied().collect();
    setting.about = near.join(" ");
    if let Some(caption) = document.blocks.get(at).filter(|b| matches!(b.kind, Kind::Table(_))) {
        setting.about = format!("{} {}", setting.about, caption.text.plain);
    }
    if let Some(intro) = between.last().filter(|b| b.kind == Kind::Paragraph) {
        setting.about = format!("{} {}", setting.about, shortened(&intro.text.plain, 300));
    }
    setting.party = near.first().and_then(|h| purpose::party(h));
    setting.storage = near.first().filter(|h| !h.to_lowercase().contains("cookie")).and_then(|h| purpose::storage(h));
    setting.storage = setting.storage.or_else(|| between.iter().find_map(|b| purpose::storage(&b.text.plain)));
    setting.provider = provider_of(&between).or_else(|| near.first().and_then(|h| lists::vendor_in_heading(h)));
    setting
}

/// `Provider: Google Ireland Ltd.` above a table is of all its rows.
fn provider_of(between: &[&Block]) -> Option<String> {
    between.iter().find_map(|b| {
        let labelled = fields::of(&b.text.plain);
        let provider = labelled.iter().find(|l| l.field == words::Field::Provider && l.label.start < 3)?;
        let value = b.text.plain.get(provider.value.clone())?.trim();
        (!value.is_empty() && value.chars().count() <= 80).then(|| value.to_owned())
    })
}

/// The same row twice (a page that shows its list once for small screens and once for large) is one.
fn unique(declarations: Vec<Declaration>) -> Vec<Declaration> {
    let mut seen = BTreeSet::new();
    let key = |d: &Declaration| {
        (d.name.clone(), d.provider.clone(), format!("{:?}", d.lifetime), d.storage, d.party, d.purpose_text.clone())
    };
    declarations.into_iter().filter(|d| seen.insert(key(d))).collect()
}
