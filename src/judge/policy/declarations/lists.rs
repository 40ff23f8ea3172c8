//! Declarations out of lists and paragraphs: labelled fields, bullets under a vendor, `name – purpose`, names as headings.
//!
//! Works on a stretch: the blocks between two headings or tables, so that an item can be judged by its neighbours.

use std::ops::Range;

use super::fields::{self, Labelled};
use super::leads::{self, Lead};
use super::names::{self, Strength};
use super::record::{Record, Setting};
use super::words::{Field, words};
use super::{Found, lifetime, sentences, tables};
use crate::judge::classify::vendors;
use crate::judge::policy::document::{Block, Document, Kind, Text};

/// What does not change within a stretch.
struct Scene<'a> {
    document: &'a Document,
    setting: &'a Setting,
}

/// Reads the blocks of a stretch.
pub(crate) fn read(document: &Document, stretch: Range<usize>, setting: &Setting, found: &mut Found) {
    let scene = &Scene { document, setting };
    let mut open = Open::default();
    let leads = leads::of(document, stretch.clone(), setting);
    let mut pending: Option<Field> = None;
    for index in stretch {
        let Some(block) = document.blocks.get(index).filter(|b| !b.aside) else { continue };
        let text = &block.text;
        if let Some(field) = pending.take().filter(|_| fields::of(&text.plain).is_empty()) {
            open.value(field, 0..text.plain.len(), text, scene, found);
            continue;
        }
        if let Some(field) = label_alone(block) {
            pending = Some(field);
            continue;
        }
        let labelled = fields::of(&text.plain);
        if labelled.is_empty() || !open.take(&labelled, text, scene, found) {
            plain(scene, index, block, &leads, &mut open, found);
        }
    }
    open.close(scene, found);
}

/// A block without fields.
fn plain<'a>(
    scene: &Scene<'_>,
    index: usize,
    block: &'a Block,
    leads: &[Lead],
    open: &mut Open<'a>,
    found: &mut Found,
) {
    if let Some(lead) = leads.iter().find(|l| l.block == index) {
        open.close(scene, found);
        open.lead(lead, block);
        return;
    }
    if open.describe(block) {
        return;
    }
    if let Kind::Item { depth, first: true } = block.kind {
        open.close(scene, found);
        open.parents.retain(|(d, _)| *d < depth);
        if let Some(vendor) = vendor_of(&block.text.plain) {
            open.parents.push((depth, vendor));
        }
    }
    sentences::read(scene.document, block, scene.setting, found);
}

/// `Cloudflare`, short and without an end: what the items below belong to.
fn vendor_of(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(':');
    let short = text.split_whitespace().count() <= 5 && text.chars().count() <= 60 && !text.ends_with('.');
    (short && !text.is_empty()).then(|| text.to_owned())
}

/// A heading that names a known vendor.
pub(crate) fn vendor_in_heading(heading: &str) -> Option<String> {
    let plain = heading.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '));
    let inner = plain.split_once('(').and_then(|(_, r)| r.split_once(')')).map(|(inner, _)| inner.trim());
    let head = plain.split(['(', ':', '–']).next().unwrap_or_default().trim();
    [Some(head), inner].into_iter().flatten().find(|t| vendors::known(t)).map(str::to_owned)
}

/// A label with its value in the next block (`<dt>Name</dt><dd>_ga</dd>`).
fn label_alone(block: &Block) -> Option<Field> {
    let text = block.text.plain.trim();
    let short = text.split_whitespace().count() <= 4 && !text.contains('\n');
    let kind = matches!(block.kind, Kind::Term | Kind::Paragraph | Kind::Item { .. });
    let labelled = text.ends_with(':') || matches!(block.kind, Kind::Term | Kind::Paragraph);
    if short && kind && labelled { words().label(text.trim_end_matches(':')) } else { None }
}

/// The record being put together.
#[derive(Debug, Default)]
struct Open<'a> {
    record: Record,
    names: Option<&'a Text>,
    sure: bool,
    seen: Vec<Field>,
    /// The block that begins with the names, if one does.
    named_by: Option<&'a Block>,
    /// Items above, by depth.
    parents: Vec<(u8, String)>,
}

impl<'a> Open<'a> {
    fn vendor(&self) -> Option<String> {
        self.parents.last().map(|(_, vendor)| vendor.clone())
    }

    /// Takes the fields of a block; false where they are no part of a list of cookies.
    fn take(&mut self, labelled: &[Labelled], text: &'a Text, scene: &Scene<'_>, found: &mut Found) -> bool {
        let names_here = labelled.iter().any(|l| is_naming(l.field) && !names_in(text, &l.value).is_empty());
        let begins = labelled
            .first()
            .is_some_and(|l| text.plain.get(..l.label.start).is_some_and(|t| t.trim().chars().count() < 3));
        if !names_here && !begins {
            return false;
        }
        self.lead_before(labelled, text, scene, found);
        for one in labelled {
            let label = text.plain.get(one.label.clone()).unwrap_or_default();
            if is_naming(one.field) {
                self.sure |= one.field == Field::Cookie || label.to_lowercase().contains("cookie");
            }
            self.value(one.field, one.value.clone(), text, scene, found);
        }
        true
    }

    /// `_ga: Purpose: …, Lifetime: …`: what stands before the first label may be the name.
    fn lead_before(&mut self, labelled: &[Labelled], text: &'a Text, scene: &Scene<'_>, found: &mut Found) {
        let Some(first) = labelled.first().filter(|l| !is_naming(l.field)) else { return };
        let before = names_in(text, &(0..first.label.start));
        if before.iter().any(|n| n.strength == Strength::Strong) {
            self.value(Field::Cookie, 0..first.label.start, text, scene, found);
        }
    }

    fn value(&mut self, field: Field, value: Range<usize>, text: &'a Text, scene: &Scene<'_>, found: &mut Found) {
        let written = text.plain.get(value.clone()).unwrap_or_default();
        let again = self.seen.contains(&field) && !matches!(field, Field::Other | Field::Value);
        if (is_naming(field) && self.names.is_some() && !names_in(text, &value).is_empty())
            || (again && self.names.is_some() && self.seen.first() == Some(&field))
        {
            self.close(scene, found);
        }
        self.seen.push(field);
        if !is_naming(field) {
            tables::fill(&mut self.record, field, written, "");
            return;
        }
        let named = names_in(text, &value);
        if named.is_empty() {
            // `Name: Google Analytics` in a list of services.
            tables::fill(&mut self.record, Field::Provider, written, "");
        } else {
            self.record.quotes = vec![text.plain.clone(), written.to_owned()];
            self.record.names = named;
            self.names = Some(text);
        }
    }

    /// The record is complete.
    fn close(&mut self, scene: &Scene<'_>, found: &mut Found) {
        let record = std::mem::take(&mut self.record);
        let sure = std::mem::take(&mut self.sure)
            || record.lifetime.as_deref().is_some_and(|l| !lifetime::parse(l, None).all.is_empty());
        self.seen.clear();
        self.named_by = None;
        let Some(text) = self.names.take() else { return };
        let strong = record.names.iter().any(|n| n.strength == Strength::Strong);
        let titles = record
            .names
            .iter()
            .all(|n| n.strength == Strength::Weak && n.glob.starts_with(|c: char| c.is_ascii_uppercase()));
        if !strong && (!sure || titles) {
            return;
        }
        let provider = self.vendor().or_else(|| scene.setting.provider.clone());
        let setting = Setting { provider, ..scene.setting.clone() };
        found.extend(record.declare(scene.document, text, &setting));
    }

    /// A name that begins a block; what follows may describe it.
    fn lead(&mut self, lead: &Lead, block: &'a Block) {
        self.record = lead.record(block);
        self.names = Some(&block.text);
        self.sure = true;
        self.named_by = Some(block);
    }

    /// A text that follows a lone name and says what it is for.
    fn describe(&mut self, block: &Block) -> bool {
        let Some(by) = self.named_by.filter(|_| self.names.is_some() && self.record.purpose.is_none()) else {
            return false;
        };
        let follows = match block.kind {
            Kind::Definition | Kind::Item { first: false, .. } => true,
            Kind::Paragraph => !matches!(by.kind, Kind::Item { .. }),
            _ => false,
        };
        if follows {
            let told = lifetime::in_sentence(&block.text.plain);
            self.record.lifetime =
                self.record.lifetime.take().or_else(|| (!told.all.is_empty()).then(|| block.text.plain.clone()));
            self.record.purpose = Some(block.text.plain.clone());
        }
        follows
    }
}

fn is_naming(field: Field) -> bool {
    matches!(field, Field::Name | Field::Cookie)
}

/// Names within a part of a text.
fn names_in(text: &Text, value: &Range<usize>) -> Vec<names::Name> {
    let plain = text.plain.get(value.clone()).unwrap_or_default();
    if super::columns::is_group(plain) || (vendors::known(plain) && plain.starts_with(char::is_uppercase)) {
        return Vec::new();
    }
    let part = leads::part(text, value);
    let mut found = names::in_cell(&part);
    found.iter_mut().for_each(|n| n.range = n.range.start + value.start..n.range.end + value.start);
    found
}
