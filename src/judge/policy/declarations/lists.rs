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
    let labelled = match block.kind {
        Kind::Term | Kind::Paragraph => true,
        Kind::Item { .. } => text.ends_with(':'),
        Kind::Heading(_) => is_label_heading(block),
        _ => false,
    };
    if short && labelled { words().label(text.trim_end_matches(':')) } else { None }
}

/// `<h4>Name</h4><div>_ga</div>`: a small heading that is the label of what follows.
pub(crate) fn is_label_heading(block: &Block) -> bool {
    let small = matches!(block.kind, Kind::Heading(4..));
    let field = || words().label(block.text.plain.trim().trim_end_matches(':'));
    small && matches!(field(), Some(Field::Name | Field::Lifetime | Field::Purpose | Field::Provider))
}

/// The record being put together.
#[derive(Debug, Default)]
struct Open<'a> {
    record: Record,
    names: Option<&'a Text>,
    /// What of the names' text belongs to this record.
    span: Option<Range<usize>>,
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
        let names_here = labelled.iter().any(|l| is_naming(l.field) && !named(text, &l.value).0.is_empty());
        let start = labelled.first().map_or(0, |l| l.label.start);
        let begins = text.plain.get(..start).is_some_and(|t| t.trim().chars().count() < 3);
        let led = !begins && leads::is_names(text, &(0..start));
        let strong = || names::in_cell(text).iter().any(|n| n.strength == Strength::Strong);
        if !names_here && !led && (!begins || strong()) {
            return false;
        }
        if led {
            self.value(Field::Cookie, 0..start, text, scene, found);
        }
        for one in labelled {
            let label = text.plain.get(one.label.clone()).unwrap_or_default();
            if is_naming(one.field) {
                self.sure |= one.field == Field::Cookie || label.to_lowercase().contains("cookie");
            }
            self.value(one.field, one.value.clone(), text, scene, found);
        }
        true
    }

    fn value(&mut self, field: Field, value: Range<usize>, text: &'a Text, scene: &Scene<'_>, found: &mut Found) {
        let again = self.seen.contains(&field) && !matches!(field, Field::Other | Field::Value);
        let (names, rest) = if is_naming(field) { named(text, &value) } else { (Vec::new(), value.clone()) };
        if self.names.is_some() && (!names.is_empty() || (again && self.seen.first() == Some(&field))) {
            self.close(scene, found);
        }
        self.seen.push(field);
        if let (Some(span), true) = (&mut self.span, self.names.is_some_and(|t| std::ptr::eq(t, text))) {
            span.end = value.end.max(span.end);
        }
        let written = text.plain.get(rest.clone()).unwrap_or_default();
        match field {
            _ if !names.is_empty() => {
                let (lifetime, purpose) = leads::split_remark(written);
                self.record.lifetime = self.record.lifetime.take().or(lifetime);
                tables::fill(&mut self.record, Field::Purpose, purpose, "");
                self.record.names = names;
                self.names = Some(text);
                self.span = Some(value);
            }
            // `Name: Google Analytics` in a list of services.
            Field::Name | Field::Cookie
                if vendor_of(written).is_some() && !written.to_lowercase().contains("cookie") =>
            {
                tables::fill(&mut self.record, Field::Provider, written, "");
            }
            _ => tables::fill(&mut self.record, field, written, ""),
        }
    }

    /// The record is complete.
    fn close(&mut self, scene: &Scene<'_>, found: &mut Found) {
        let mut record = std::mem::take(&mut self.record);
        let span = self.span.take();
        let sure = std::mem::take(&mut self.sure)
            || record.lifetime.as_deref().is_some_and(|l| !lifetime::parse(l, None).all.is_empty());
        self.seen.clear();
        self.named_by = None;
        let Some(text) = self.names.take() else { return };
        if let Some(span) = span {
            record.quotes = vec![text.plain.get(span).unwrap_or_default().to_owned()];
        }
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

/// Names at the start of a value, and what follows them.
fn named(text: &Text, value: &Range<usize>) -> (Vec<names::Name>, Range<usize>) {
    let plain = text.plain.get(value.clone()).unwrap_or_default();
    if super::columns::is_group(plain) || (vendors::known(plain) && plain.starts_with(char::is_uppercase)) {
        return (Vec::new(), value.clone());
    }
    // `_fbp: 3 months; fr: 90 days`
    let single = |p: Range<usize>| {
        let end = p.start + leads::head_end(text.plain.get(p.clone()).unwrap_or_default());
        let mut found = leads::names_of(text, &(p.start..end.min(p.end)));
        found
            .iter_mut()
            .for_each(|n| n.note = n.note.take().or_else(|| names::remark(&text.plain, n.range.end, p.end)));
        found
    };
    let each: Vec<names::Name> = names::pieces(&text.plain, value.clone()).into_iter().flat_map(single).collect();
    let whole = leads::names_of(text, value);
    if each.len() > 1 && each.len() >= whole.len() && each.iter().filter(|n| n.note.is_some()).count() * 2 > each.len()
    {
        return (each, value.end..value.end);
    }
    let end = (value.start + leads::head_end(plain)).min(value.end);
    let head = leads::names_of(text, &(value.start..end));
    if head.is_empty() || head.len() < whole.len() || end == value.end {
        return (whole, value.end..value.end);
    }
    (head, leads::after(&text.plain, end).start.min(value.end)..value.end)
}
