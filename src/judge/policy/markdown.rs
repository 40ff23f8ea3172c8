//! Markdown, with the HTML inside it and with the names that it would eat: `_ga_<ID>`, `_x_`, `_ga_*, _gat_*`.
//!
//! pulldown-cmark finds the structure and the places; pipe tables that a stray caption breaks are read here.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::build::{Attributes, Builder};
use super::document::{Document, MarkKind};
use super::{html, template};

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
}

/// Reads a Markdown file.
pub(super) fn read(source: &str) -> Document {
    let plain = template::blank(source);
    let mut walk = Walk {
        source: &plain,
        base: 0,
        html: html::Reader::new(&plain),
        builder: Builder::new(),
        restored: Vec::new(),
        skip: None,
        head: false,
        silent: 0,
    };
    walk.all(options());
    walk.builder.finish()
}

struct Walk<'a> {
    source: &'a str,
    /// Where `source` begins in the file.
    base: usize,
    html: html::Reader,
    builder: Builder,
    /// For each open emphasis: whether its marks belong to the words.
    restored: Vec<Option<&'static str>>,
    /// Until where events are already dealt with.
    skip: Option<usize>,
    head: bool,
    silent: usize,
}

impl Walk<'_> {
    fn all(&mut self, options: Options) {
        for (event, range) in Parser::new_ext(self.source, options).into_offset_iter() {
            match self.skip {
                Some(end) if range.end <= end => {}
                _ => {
                    self.skip = None;
                    self.event(event, range);
                }
            }
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag, &range),
            _ if self.silent > 0 => {}
            Event::Text(text) => self.text(&text, range.start),
            Event::Code(text) => {
                self.builder.mark(MarkKind::Code, true);
                let lead = self.source.get(range.clone()).map_or(0, |s| s.len() - s.trim_start_matches('`').len());
                self.text(&text, range.start + lead);
                self.builder.mark(MarkKind::Code, false);
            }
            Event::Html(piece) | Event::InlineHtml(piece) => {
                self.html.feed(&piece, self.base + range.start, &mut self.builder);
            }
            Event::SoftBreak => self.builder.run.space(),
            Event::HardBreak => self.builder.run.line_break(),
            Event::Rule => self.builder.flush(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        for (i, c) in text.char_indices() {
            self.builder.character(c, self.base + offset + i);
        }
    }

    fn open(&mut self, tag: &str) {
        self.builder.open(tag, &Attributes::default());
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph if self.broken_table(&range) => {}
            Tag::HtmlBlock => self.html_block(range),
            Tag::CodeBlock(CodeBlockKind::Indented) if self.is_html(&range) => self.html_block(range),
            Tag::Emphasis => self.emphasis(&range, MarkKind::Emphasis),
            Tag::Strong => self.emphasis(&range, MarkKind::Strong),
            Tag::Link { .. } => self.builder.mark(MarkKind::Link, true),
            Tag::Image { .. } => self.silent += 1,
            Tag::MetadataBlock(kind) => self.front_matter(*kind, range),
            Tag::TableHead => {
                self.head = true;
                self.open("thead");
                self.open("tr");
            }
            Tag::TableCell => self.open(if self.head { "th" } else { "td" }),
            other => {
                if let Some(name) = element(other) {
                    self.open(name);
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Emphasis => self.emphasis_ends(range, MarkKind::Emphasis),
            TagEnd::Strong => self.emphasis_ends(range, MarkKind::Strong),
            TagEnd::Link => self.builder.mark(MarkKind::Link, false),
            TagEnd::Image => self.silent = self.silent.saturating_sub(1),
            TagEnd::TableHead => {
                self.head = false;
                self.builder.close("thead");
            }
            TagEnd::TableCell => self.builder.close(if self.head { "th" } else { "td" }),
            other => {
                if let Some(name) = end_element(other) {
                    self.builder.close(name);
                }
            }
        }
    }

    fn is_html(&self, range: &Range<usize>) -> bool {
        self.source.get(range.clone()).is_some_and(|s| s.trim_start().starts_with('<'))
    }

    fn html_block(&mut self, range: Range<usize>) {
        if let Some(piece) = self.source.get(range.clone()) {
            self.html.feed(piece, self.base + range.start, &mut self.builder);
            self.builder.run.space();
        }
        self.skip = Some(range.end);
    }

    fn front_matter(&mut self, _: MetadataBlockKind, range: Range<usize>) {
        let text = self.source.get(range.clone()).unwrap_or_default();
        let title = text.lines().find_map(|line| line.strip_prefix("title")?.trim_start().strip_prefix([':', '=']));
        if let Some(title) = title {
            self.builder.title = title.trim().trim_matches(['"', '\'']).to_owned();
        }
        self.skip = Some(range.end);
    }

    /// Marks that are part of a name are put back.
    fn emphasis(&mut self, range: &Range<usize>, kind: MarkKind) {
        let words = self.source.get(range.clone()).unwrap_or_default();
        let mark = match (kind, words.as_bytes().first()) {
            (MarkKind::Strong, Some(b'_')) => "__",
            (MarkKind::Strong, _) => "**",
            (_, Some(b'_')) => "_",
            _ => "*",
        };
        let before = self.source.get(..range.start).and_then(|s| s.chars().next_back());
        let after = self.source.get(range.end..).and_then(|s| s.chars().next());
        let restore = is_name(words, mark, before, after).then_some(mark);
        if let Some(mark) = restore {
            self.text(mark, range.start);
        } else {
            self.builder.mark(kind, true);
        }
        self.restored.push(restore);
    }

    fn emphasis_ends(&mut self, range: &Range<usize>, kind: MarkKind) {
        match self.restored.pop().flatten() {
            Some(mark) => self.text(mark, range.end.saturating_sub(mark.len())),
            None => self.builder.mark(kind, false),
        }
    }

    /// A paragraph that holds a table's dividing line is a table that something spoiled.
    fn broken_table(&mut self, range: &Range<usize>) -> bool {
        let Some(text) = self.source.get(range.clone()) else { return false };
        if !text.lines().any(is_divider) || text.lines().filter(|l| l.trim_start().starts_with('|')).count() < 2 {
            return false;
        }
        self.open("table");
        let mut at = range.start;
        for line in text.split_inclusive('\n') {
            if is_divider(line) {
                if let Some(rest) = line.rsplit('|').next().filter(|r| r.contains(char::is_alphabetic)) {
                    let offset = at + line.len() - rest.len();
                    self.caption(rest, offset);
                }
            } else if line.trim_start().starts_with('|') {
                self.row(line, at);
            }
            at += line.len();
        }
        self.builder.close("table");
        self.skip = Some(range.end);
        true
    }

    fn caption(&mut self, text: &str, offset: usize) {
        self.open("caption");
        self.text(text, offset);
        self.builder.close("caption");
    }

    fn row(&mut self, line: &str, offset: usize) {
        self.open("tr");
        for (start, cell) in cells(line) {
            self.open("td");
            self.inline(cell, offset + start);
            self.builder.close("td");
        }
        self.builder.close("tr");
    }

    fn inline(&mut self, text: &str, offset: usize) {
        let mut inner = Walk {
            source: text,
            base: self.base + offset,
            html: std::mem::take(&mut self.html),
            builder: std::mem::replace(&mut self.builder, Builder::new()),
            restored: Vec::new(),
            skip: None,
            head: false,
            silent: 0,
        };
        inner.all(Options::empty());
        self.html = inner.html;
        self.builder = inner.builder;
    }
}

/// Whether emphasised words are a cookie's name with the marks as part of it.
fn is_name(words: &str, mark: &str, before: Option<char>, after: Option<char>) -> bool {
    let inner = words.strip_prefix(mark).and_then(|w| w.strip_suffix(mark)).unwrap_or_default();
    if inner.is_empty() || inner.contains('\n') {
        return false;
    }
    let part_of_name =
        |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '#'));
    if mark.starts_with('*') {
        return part_of_name(before) && inner.contains([',', ';', '/', '|', '_']);
    }
    if inner.contains(char::is_whitespace) {
        return false;
    }
    let glued = part_of_name(before) || part_of_name(after) || matches!(after, Some('<' | '*' | '[' | '{'));
    let ascii = inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '\\'));
    let odd = inner.contains(['_', '-', '.']) || inner.contains(|c: char| c.is_ascii_digit()) || inner.len() <= 3;
    glued || (ascii && odd)
}

fn is_divider(line: &str) -> bool {
    let mut cells = line.trim().trim_start_matches('|').split('|');
    let first = cells.next().unwrap_or_default().trim();
    let dashes = |cell: &str| cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':'));
    let rest: Vec<&str> = cells.map(str::trim).collect();
    line.contains('|') && dashes(first) && rest.split_last().is_none_or(|(_, middle)| middle.iter().all(|c| dashes(c)))
}

/// Cells of a pipe row with their place in it.
fn cells(line: &str) -> Vec<(usize, &str)> {
    let lead = line.len() - line.trim_start().len() + 1;
    let mut found = Vec::new();
    let (mut start, mut escaped, mut code) = (lead, false, false);
    for (i, c) in line.char_indices().skip_while(|(i, _)| *i < lead) {
        match c {
            '|' if !escaped && !code => {
                found.push((start, line.get(start..i).unwrap_or_default().trim_end()));
                start = i + 1;
            }
            '`' => code = !code,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    let rest = line.get(start..).unwrap_or_default().trim_end();
    if !rest.trim().is_empty() {
        found.push((start, rest));
    }
    found.into_iter().map(|(at, cell)| (at + cell.len() - cell.trim_start().len(), cell.trim_start())).collect()
}

fn element(tag: &Tag<'_>) -> Option<&'static str> {
    Some(match tag {
        Tag::Paragraph => "p",
        Tag::Heading { level, .. } => ["h1", "h2", "h3", "h4", "h5", "h6"].get(*level as usize - 1)?,
        Tag::BlockQuote(_) => "blockquote",
        Tag::CodeBlock(_) => "pre",
        Tag::List(None) => "ul",
        Tag::List(Some(_)) => "ol",
        Tag::Item => "li",
        Tag::Table(_) => "table",
        Tag::TableRow => "tr",
        _ => return None,
    })
}

fn end_element(tag: TagEnd) -> Option<&'static str> {
    Some(match tag {
        TagEnd::Paragraph => "p",
        TagEnd::Heading(level) => ["h1", "h2", "h3", "h4", "h5", "h6"].get(level as usize - 1)?,
        TagEnd::BlockQuote(_) => "blockquote",
        TagEnd::CodeBlock => "pre",
        TagEnd::List(false) => "ul",
        TagEnd::List(true) => "ol",
        TagEnd::Item => "li",
        TagEnd::Table => "table",
        TagEnd::TableRow => "tr",
        _ => return None,
    })
}
