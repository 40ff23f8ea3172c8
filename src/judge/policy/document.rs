//! A policy as a bounded row of blocks in document order: headings, paragraphs, list items, tables, terms.
//!
//! Every text knows where each of its characters stands in the stored file, so that a quote can be shown in place. What
//! the blocks mean is for `declarations` and `prose`; how the file kinds become blocks is for `html`, `markdown`, ….

use super::table::Table;
use crate::judge::model::Place;

/// How a stretch of text is set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MarkKind {
    /// `<code>`, `<kbd>`, backticks.
    Code,
    /// Bold.
    Strong,
    /// Italic.
    Emphasis,
    /// Text of a link.
    Link,
}

/// A stretch of a text, in bytes of [`Text::plain`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// How.
    pub(crate) kind: MarkKind,
    /// First byte.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
}

/// A normalised text: single spaces, no zero-width characters; `\n` is a line break that the author made (`<br>`, an
/// item or paragraph inside a table cell, a line of a plain-text file that is no mere wrapping).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text {
    /// The text.
    pub(crate) plain: String,
    /// What is set off, in order of its end.
    pub(crate) marks: Vec<Mark>,
    /// From byte in `plain` → byte in the source, ascending; between two the difference is constant.
    pub(super) at: Vec<(u32, u32)>,
}

impl Text {
    /// Byte of the source at which the given byte of `plain` stands (or nearly: inside an entity, its start).
    pub(crate) fn source(&self, index: usize) -> usize {
        let found = self.at.partition_point(|(plain, _)| *plain as usize <= index);
        let Some((plain, source)) = found.checked_sub(1).and_then(|i| self.at.get(i)) else { return 0 };
        *source as usize + index.saturating_sub(*plain as usize)
    }

    /// Nothing but space?
    pub(crate) fn is_blank(&self) -> bool {
        self.plain.trim().is_empty()
    }

    /// The whole text is set off so.
    pub(crate) fn is_all(&self, kind: MarkKind) -> bool {
        let marked: usize = self.marks.iter().filter(|m| m.kind == kind).map(|m| m.end - m.start).sum();
        !self.is_blank() && marked + 2 >= self.plain.trim().len()
    }

    /// Appends another text after a line break.
    pub(super) fn join(&mut self, other: &Self) {
        if !self.plain.is_empty() {
            self.plain.push('\n');
        }
        let base = self.plain.len();
        self.plain.push_str(&other.plain);
        let shift = |m: &Mark| Mark { kind: m.kind, start: m.start + base, end: m.end + base };
        self.marks.extend(other.marks.iter().map(shift));
        let base = u32::try_from(base).unwrap_or(u32::MAX);
        self.at.extend(other.at.iter().map(|(plain, source)| (plain.saturating_add(base), *source)));
    }
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A heading, 1 to 6; 7 is a paragraph or summary that only looks like one (all bold).
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A list item (its own text only; nested lists follow as items of greater depth). `first` is false for further
    /// paragraphs of the same item. Depth starts at 1.
    Item {
        /// Nesting, from 1.
        depth: u8,
        /// First block of its item?
        first: bool,
    },
    /// The term of a definition list.
    Term,
    /// The definition of the terms before it.
    Definition,
    /// A block of code: an example, never the policy's own words.
    Code,
    /// A table; the block's text is its caption.
    Table(Table),
}

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its text; the caption of a table.
    pub(crate) text: Text,
    /// Index of the heading it stands under (for a heading: of the one above it).
    pub(crate) section: Option<usize>,
    /// In a page's header, footer or navigation: not the policy's own words.
    pub(crate) aside: bool,
}

/// A policy, read but not understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Document {
    /// Blocks in document order.
    pub(crate) blocks: Vec<Block>,
    /// Title of the page.
    pub(crate) title: String,
    /// Two-letter language, `und` when it cannot be told.
    pub(crate) language: String,
    /// Something was left out because the document is too large.
    pub(crate) cut: bool,
    /// Where lines begin in the source.
    pub(super) lines: Vec<u32>,
    /// The source's text, for columns and quotes.
    pub(super) source: String,
    /// Letters and digits of the source without its markup.
    pub(super) letters: String,
}

/// No quote is longer than this; a longer one is cut at a word.
pub(crate) const LONGEST_QUOTE: usize = 400;

impl Document {
    /// Texts of the headings above a block, outermost first.
    pub(crate) fn headings(&self, block: usize) -> Vec<&str> {
        let mut path = Vec::new();
        let mut next = self.blocks.get(block).and_then(|b| b.section);
        while let Some(heading) = next.and_then(|i| self.blocks.get(i)) {
            path.push(heading.text.plain.as_str());
            next = heading.section;
        }
        path.reverse();
        path
    }

    /// Where a byte of a text stands; `words` say it for people.
    pub(crate) fn place(&self, text: &Text, index: usize, words: &str) -> Place {
        let source = text.source(index).min(self.source.len());
        let line = self.lines.partition_point(|start| *start as usize <= source);
        let start = line.checked_sub(1).and_then(|l| self.lines.get(l)).map_or(0, |s| *s as usize);
        let column = self.source.as_bytes().get(start..source).map_or(0, |bytes| {
            // Bytes that begin a character.
            bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count() + 1
        });
        let number = |n: usize| u32::try_from(n).unwrap_or(0);
        Place { line: number(line), column: number(column), words: words.to_owned() }
    }

    /// Words "under <nearest heading>" for a block, for [`Place::words`].
    pub(crate) fn place_words(&self, block: usize, what: &str) -> String {
        match self.headings(block).last() {
            Some(heading) => format!("{what} under \"{}\"", shortened(heading, 60)),
            None => what.to_owned(),
        }
    }

    /// The first candidate that stands in the document (by letters and digits), cut to a bounded length.
    pub(crate) fn quote<'a>(&self, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
        candidates.into_iter().map(|c| shortened(c.trim(), LONGEST_QUOTE)).find(|c| self.stands(c))
    }

    /// Whether these words stand in the source, letters and digits compared.
    pub(crate) fn stands(&self, words: &str) -> bool {
        let wanted = letters(words);
        !wanted.is_empty() && self.letters.contains(&wanted)
    }

    /// Everything the blocks say, for what needs the whole.
    pub(crate) fn all_text(&self) -> String {
        let mut all = String::new();
        for block in &self.blocks {
            block.each_text(&mut |text| {
                all.push_str(&text.plain);
                all.push('\n');
            });
        }
        all
    }

    /// What the policy itself says, without the page's navigation and footer.
    pub(crate) fn own_text(&self) -> String {
        let own = Self { blocks: self.blocks.iter().filter(|b| !b.aside).cloned().collect(), ..Self::default() };
        own.all_text()
    }

    /// The file's text as it lies there.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Takes the source in, computes headings and lines.
    pub(super) fn finish(mut self, source: &str) -> Self {
        self.blocks.iter_mut().for_each(promote_bold);
        self.link_sections();
        self.lines = std::iter::once(0)
            .chain(source.match_indices('\n').map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX)))
            .collect();
        self.letters = letters(source);
        source.clone_into(&mut self.source);
        if self.language.is_empty() {
            self.language = super::language::of(&self.all_text());
        }
        self
    }

    fn link_sections(&mut self) {
        let mut open: Vec<(u8, usize)> = Vec::new();
        for (index, block) in self.blocks.iter_mut().enumerate() {
            if let Kind::Heading(level) = block.kind {
                while open.last().is_some_and(|(above, _)| *above >= level) {
                    open.pop();
                }
                block.section = open.last().map(|(_, i)| *i);
                open.push((level, index));
            } else {
                block.section = open.last().map(|(_, i)| *i);
            }
        }
    }
}

impl Block {
    /// Calls for the block's own text, then for each cell of a table once.
    pub(crate) fn each_text(&self, found: &mut impl FnMut(&Text)) {
        found(&self.text);
        if let Kind::Table(table) = &self.kind {
            table.rows.iter().flat_map(|r| &r.cells).filter(|c| !c.repeated).for_each(|c| found(&c.text));
        }
    }
}

/// A short paragraph that is bold throughout is a heading in all but name.
fn promote_bold(block: &mut Block) {
    let short = block.text.plain.chars().count() <= 120 && !block.text.plain.contains('\n');
    if block.kind == Kind::Paragraph && short && block.text.is_all(MarkKind::Strong) {
        block.kind = Kind::Heading(7);
    }
}

/// Letters and digits, small, of a text without tags and entities: what is left when two readers agree on words but not
/// on markup.
pub(super) fn letters(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // Looking for an end that never comes, again and again, would take quadratic time.
    let last = text.rfind('>').map_or(0, |at| text.len() - at);
    while let Some(c) = rest.chars().next() {
        let skip = match c {
            '<' if rest.len() > last && last > 0 => rest.find('>').map(|end| end + 1),
            '&' => entity(rest),
            _ => None,
        };
        if skip.is_none() && c.is_alphanumeric() {
            kept.extend(c.to_lowercase());
        }
        rest = rest.get(skip.unwrap_or(c.len_utf8())..).unwrap_or_default();
    }
    kept
}

fn entity(text: &str) -> Option<usize> {
    let name = text.get(1..)?;
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '#')).filter(|end| *end > 0)?;
    name.get(end..)?.starts_with(';').then_some(end + 2)
}

/// At most so many characters, cut at a word.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(longest) else { return text.to_owned() };
    let head = text.get(..cut).unwrap_or_default();
    let word = head.rfind(char::is_whitespace).filter(|at| *at > cut / 2).unwrap_or(cut);
    head.get(..word).unwrap_or_default().trim_end().to_owned()
}
