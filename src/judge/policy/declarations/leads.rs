//! Items and paragraphs that begin with a name: `_ga – counts visits`, `**lang** (1 year): …`, or that are nothing else.
//!
//! A name like any word counts where its neighbours are names beyond doubt, or where a lifetime follows it.

use std::ops::Range;

use super::lifetime;
use super::names::{self, Name, Strength};
use super::record::{Record, Setting};
use super::words::words;
use crate::judge::policy::document::{Block, Document, Kind, Mark, MarkKind, Text};

/// A block that begins with names.
#[derive(Debug, Clone)]
pub(crate) struct Lead {
    pub(crate) block: usize,
    pub(crate) names: Vec<Name>,
    /// What follows them.
    pub(crate) rest: Range<usize>,
    marked: bool,
    kind: (bool, u8),
}

/// The leads of a stretch that are accepted as names.
pub(crate) fn of(document: &Document, stretch: Range<usize>, setting: &Setting) -> Vec<Lead> {
    let begins = |index: usize| {
        let block = document.blocks.get(index)?;
        lead(index, block)
    };
    let found: Vec<Lead> = stretch.clone().filter_map(begins).collect();
    let heading = document.headings(stretch.start).last().copied().unwrap_or_default().to_lowercase();
    if words().holds("cookie", "collected", &heading) && !words().begins("cookie", "words", &heading) {
        return Vec::new();
    }
    let about_cookies = |lead: &Lead| {
        let own = document.blocks.get(lead.block).map_or("", |b| b.text.plain.as_str());
        let around = format!("{} {} {own}", document.title, setting.about).to_lowercase();
        words().begins("cookie", "words", &around)
    };
    let accepted = |lead: &Lead| {
        let group = found.iter().filter(|l| l.kind == lead.kind);
        let proven = group.clone().filter(|l| l.strength() == Strength::Strong).count();
        let size = group.count();
        let lasting = document.blocks.get(lead.block).is_some_and(|b| has_lifetime(b, &lead.rest));
        match lead.strength() {
            Strength::Strong => true,
            _ if lead.is_group_word(document) => false,
            Strength::Medium => {
                (lead.marked && (proven > 0 || lasting)) || proven * 2 >= size || (lasting && lead.rest.len() < 200)
            }
            Strength::Weak => (lead.marked || proven * 2 >= size) && (proven > 0 || lasting) && !lead.is_title(),
        }
    };
    found.iter().filter(|l| about_cookies(l) && accepted(l)).cloned().collect()
}

impl Lead {
    fn strength(&self) -> Strength {
        self.names.iter().map(|n| n.strength).max().unwrap_or(Strength::Weak)
    }

    fn is_title(&self) -> bool {
        self.names.iter().all(|n| n.glob.starts_with(|c: char| c.is_ascii_uppercase()) && n.glob.len() > 5)
    }

    fn is_group_word(&self, document: &Document) -> bool {
        let Some(block) = document.blocks.get(self.block) else { return false };
        self.names.iter().all(|n| {
            let written = block.text.plain.get(n.range.clone()).unwrap_or_default();
            super::columns::is_group(written) || crate::judge::classify::vendors::known(written)
        })
    }

    /// The row that this lead and what follows it make.
    pub(crate) fn record(&self, block: &Block) -> Record {
        let plain = block.text.plain.as_str();
        let rest = plain.get(self.rest.clone()).unwrap_or_default();
        let (lifetime, purpose) = split_remark(rest);
        let head = plain.get(..self.rest.start.max(1)).unwrap_or_default();
        Record {
            names: self.names.clone(),
            purpose: Some(purpose.to_owned()).filter(|p| !p.is_empty()),
            lifetime,
            quotes: vec![plain.to_owned(), head.to_owned()],
            ..Record::default()
        }
    }
}

fn lead(index: usize, block: &Block) -> Option<Lead> {
    let kind = match block.kind {
        Kind::Item { depth, first: true } => (true, depth),
        Kind::Paragraph | Kind::Term | Kind::Heading(_) => (false, 0),
        _ => return None,
    };
    let text = &block.text;
    if matches!(block.kind, Kind::Heading(_)) {
        let names = names_of(text, &(0..text.plain.len()));
        let end = text.plain.len();
        return Some(Lead { block: index, names, rest: end..end, marked: true, kind });
    }
    let mark = text.marks.iter().filter(|m| m.start <= 2 && m.kind != MarkKind::Emphasis).max_by_key(|m| m.end);
    if let Some(mark) = mark {
        // `<code>a</code>, <code>b</code> – …`
        let end = run_of_marks(text, mark);
        let names = names_of(text, &(mark.start..end));
        if !names.is_empty() {
            return Some(Lead { block: index, names, rest: after(&text.plain, end), marked: true, kind });
        }
    }
    let end = head_end(&text.plain);
    let head = text.plain.get(..end)?;
    if head.split_whitespace().count() > 12 {
        return None;
    }
    let names = names_of(text, &(0..end));
    let proven = names.iter().any(|n| n.strength > Strength::Weak);
    (proven && nothing_else(head, &names)).then(|| Lead {
        block: index,
        names,
        rest: after(&text.plain, end),
        marked: false,
        kind,
    })
}

/// Whether a part of a text is names beyond doubt and nothing else.
pub(crate) fn is_names(text: &Text, range: &Range<usize>) -> bool {
    let head = text.plain.get(range.clone()).unwrap_or_default();
    let part = part(text, range);
    let names = names::in_cell(&part);
    names.iter().any(|n| n.strength == Strength::Strong) && nothing_else(head, &names)
}

/// Whether the words before the dash are names and nothing else.
fn nothing_else(head: &str, names: &[Name]) -> bool {
    let mut at = 0;
    let mut gaps = String::new();
    for name in names {
        gaps.push_str(head.get(at..name.range.start).unwrap_or_default());
        gaps.push(' ');
        at = name.range.end;
    }
    gaps.push_str(head.get(at..).unwrap_or_default());
    let mut others = gaps.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let of_names = |w: &str| {
        words().is_one("cookie", "joins", w)
            || words().list("cookie", "words").iter().any(|c| w.to_lowercase().starts_with(c.as_str()))
    };
    others.all(of_names)
}

/// The end of the last mark of the same kind that only separators hold apart from the first.
fn run_of_marks(text: &Text, first: &Mark) -> usize {
    let mut end = first.end;
    let mut rest: Vec<&Mark> = text.marks.iter().filter(|m| m.kind == first.kind && m.start >= end).collect();
    rest.sort_by_key(|m| m.start);
    for mark in rest {
        let gap = text.plain.get(end..mark.start).unwrap_or_default();
        let joins =
            gap.split_whitespace().all(|w| matches!(w, "," | "/" | "&" | ";") || words().is_one("cookie", "joins", w));
        if !joins && !gap.trim().chars().all(|c| matches!(c, ',' | '/' | '&' | ';')) {
            break;
        }
        end = mark.end;
    }
    end
}

/// Where the words before the first dash, colon, parenthesis or line break end.
pub(crate) fn head_end(text: &str) -> usize {
    const ENDS: [&str; 9] = [" – ", " — ", " - ", ": ", "：", " (", "\n", " = ", " → "];
    ENDS.iter().filter_map(|e| text.find(e)).min().unwrap_or_else(|| text.trim_end_matches([':', '.', ',']).len())
}

/// What follows the names: without the dash or colon in between.
pub(crate) fn after(text: &str, end: usize) -> Range<usize> {
    let rest = text.get(end..).unwrap_or_default();
    let lead = rest.len()
        - rest
            .trim_start_matches(|c: char| {
                c.is_whitespace() || matches!(c, '–' | '—' | '-' | ':' | '：' | '=' | ',' | '→')
            })
            .len();
    end + lead..text.len()
}

/// Names in a part of a text.
pub(crate) fn names_of(text: &Text, range: &Range<usize>) -> Vec<Name> {
    let part = part(text, range);
    let mut found = names::in_cell(&part);
    found.iter_mut().for_each(|n| n.range = n.range.start + range.start..n.range.end + range.start);
    found
}

/// A part of a text with its marks.
pub(crate) fn part(text: &Text, range: &Range<usize>) -> Text {
    let marks = text.marks.iter().filter(|m| m.start >= range.start && m.end <= range.end);
    let shifted = marks.map(|m| Mark { kind: m.kind, start: m.start - range.start, end: m.end - range.start });
    Text {
        plain: text.plain.get(range.clone()).unwrap_or_default().to_owned(),
        marks: shifted.collect(),
        ..Text::default()
    }
}

fn has_lifetime(block: &Block, rest: &Range<usize>) -> bool {
    let rest = block.text.plain.get(rest.clone()).unwrap_or_default();
    let (remark, _) = split_remark(rest);
    remark.is_some()
}

/// A lifetime in parentheses or a short clause at the start of what follows a name; and the purpose.
pub(crate) fn split_remark(rest: &str) -> (Option<String>, &str) {
    let reads = |t: &str| !lifetime::parse(t, None).all.is_empty();
    if let Some(inner) = rest.strip_prefix('(') {
        if let Some((remark, purpose)) = inner.split_once(')') {
            let purpose = purpose
                .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '–' | '—' | '-' | ':' | ',' | '.'));
            if reads(remark) {
                return (Some(remark.to_owned()), purpose);
            }
        }
    }
    // `… (2 years)` at the end, or a short part of its own.
    if let Some((_, tail)) = rest.rsplit_once('(') {
        let remark = tail.split(')').next().unwrap_or_default();
        if remark.split_whitespace().count() <= 8 && reads(remark) {
            return (Some(remark.to_owned()), rest);
        }
    }
    let parts = rest.split([',', ';', '\n', '|', '–', '—', '.']).map(str::trim);
    let short = parts
        .filter(|p| (1..=6).contains(&p.split_whitespace().count()))
        .find(|p| reads(p) && p.contains(|c: char| c.is_ascii_digit() || c.is_alphabetic()));
    let sentence = rest.split_inclusive(['.', '\n']).find(|s| !lifetime::in_sentence(s).all.is_empty());
    (short.or(sentence).map(str::to_owned), rest)
}
