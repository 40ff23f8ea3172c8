//! Plain text, and the text of a PDF: blank lines, bullets, underlined or short lines, columns held apart by tabs.
//!
//! Wrapped lines are joined; a line break that is no mere wrapping stays, since `Name: … Lifetime: …` lives on it.

use super::build::{Attributes, Builder};
use super::document::Document;

/// No table of text is wider.
const WIDEST: usize = 24;

/// Reads a text file.
pub(super) fn read(source: &str) -> Document {
    let lines = lines(source);
    let longest = lines.iter().map(|l| l.text.chars().count()).max().unwrap_or(0).min(120);
    let mut reader = Reader { builder: Builder::new(), lines, longest, at: 0 };
    while reader.at < reader.lines.len() {
        reader.block();
    }
    reader.builder.finish()
}

#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    offset: usize,
    indent: usize,
}

fn lines(source: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    source
        .split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            let text = line.trim();
            let lead = line.len() - line.trim_start().len();
            Line { text, offset: start + lead, indent: lead }
        })
        .collect()
}

struct Reader<'a> {
    builder: Builder,
    lines: Vec<Line<'a>>,
    longest: usize,
    at: usize,
}

impl<'a> Reader<'a> {
    fn line(&self, at: usize) -> Option<Line<'a>> {
        self.lines.get(at).copied()
    }

    fn is_blank(&self, at: usize) -> bool {
        self.line(at).is_none_or(|l| l.text.is_empty() || is_rule(l.text))
    }

    fn block(&mut self) {
        let Some(line) = self.line(self.at) else { return };
        if self.is_blank(self.at) {
            self.at += 1;
        } else if let Some(rows) = self.table() {
            self.put_table(&rows);
        } else if let Some((level, words)) = self.heading(line) {
            self.element(
                ["h1", "h2", "h3"].get(level).copied().unwrap_or("h3"),
                words,
                line.offset + (line.text.len() - words.len()),
            );
            self.at += 1;
        } else if let Some(words) = bullet(line.text) {
            let depth = line.indent / 2;
            (0..=depth.min(8)).for_each(|_| self.builder.open("ul", &Attributes::default()));
            self.builder.open("li", &Attributes::default());
            self.paragraph(Some(words));
            self.builder.close("li");
            (0..=depth.min(8)).for_each(|_| self.builder.close("ul"));
        } else {
            self.builder.open("p", &Attributes::default());
            self.paragraph(None);
            self.builder.close("p");
        }
    }

    fn element(&mut self, tag: &str, words: &str, offset: usize) {
        self.builder.open(tag, &Attributes::default());
        self.builder.run.push_str(words, offset);
        self.builder.close(tag);
    }

    fn heading(&self, line: Line<'a>) -> Option<(usize, &'a str)> {
        if let Some(words) = line.text.strip_prefix('#') {
            let level = line.text.len() - line.text.trim_start_matches('#').len();
            return Some((level - 1, words.trim_start_matches('#').trim()));
        }
        let underlined = self.line(self.at + 1).is_some_and(|l| is_rule(l.text) && l.text.len() > 2);
        let alone = (self.at == 0 || self.is_blank(self.at - 1)) && self.is_blank(self.at + 1);
        let short = line.text.chars().count() <= 80 && line.text.split_whitespace().count() <= 12;
        let open_ended = !line.text.ends_with(['.', ',', ';', ':', '!']) || is_numbered(line.text);
        let begins = line.text.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || c == '_');
        (short && (underlined || (alone && open_ended && begins && bullet_mark(line.text).is_none())))
            .then_some((1, line.text))
    }

    /// Lines up to the next blank one, bullet, or heading.
    fn paragraph(&mut self, first: Option<&'a str>) {
        let mut last: Option<Line<'a>> = None;
        while let Some(line) = self.line(self.at) {
            let begins_new = last.is_some() && (bullet(line.text).is_some() || self.table().is_some());
            if self.is_blank(self.at) || begins_new {
                break;
            }
            let words = if last.is_none() { first.unwrap_or(line.text) } else { line.text };
            if let Some(before) = last {
                if self.wraps(before.text, line.text) {
                    self.builder.run.space();
                } else {
                    self.builder.run.line_break();
                }
            }
            self.builder.run.push_str(words, line.offset + (line.text.len() - words.len()));
            last = Some(line);
            self.at += 1;
        }
    }

    fn wraps(&self, before: &str, after: &str) -> bool {
        let long = before.chars().count() * 10 >= self.longest * 6;
        let ended = before.ends_with(['.', ':', ';', '!', '?']);
        let small = after.starts_with(char::is_lowercase);
        let labelled = after.split_whitespace().take(4).any(|w| w.len() > 1 && w.ends_with(':'));
        !labelled && ((long && !ended) || (small && !ended && before.contains(' ')))
    }

    /// Rows of a table that begins here: line, and its cells with their columns.
    fn table(&self) -> Option<Vec<Vec<Cell<'a>>>> {
        let head = columns(self.line(self.at)?);
        if !(2..=WIDEST).contains(&head.len()) {
            return None;
        }
        let mut rows = vec![head];
        let mut full = 1;
        let mut at = self.at + 1;
        while let Some(line) = self.line(at).filter(|l| !l.text.is_empty()) {
            let row = columns(line);
            let width = rows.first().map_or(0, Vec::len);
            if row.len() > width {
                break;
            }
            if rows.len() > 20 && full * 2 < rows.len() {
                return None;
            }
            full += usize::from(row.len() == width && !is_rule(line.text));
            rows.push(row);
            at += 1;
        }
        (full >= 2 && full * 2 >= rows.len()).then_some(rows)
    }

    fn put_table(&mut self, rows: &[Vec<Cell<'a>>]) {
        self.at += rows.len();
        let starts: Vec<usize> = rows.first().into_iter().flatten().map(|c| c.column).collect();
        self.builder.open("table", &Attributes::default());
        for row in merged(rows, &starts) {
            self.builder.open("tr", &Attributes::default());
            for pieces in row {
                self.builder.open("td", &Attributes::default());
                for piece in pieces {
                    self.builder.run.push_str(piece.text, piece.offset);
                    self.builder.run.space();
                }
                self.builder.close("td");
            }
            self.builder.close("tr");
        }
        self.builder.close("table");
    }
}

#[derive(Debug, Clone, Copy)]
struct Cell<'a> {
    text: &'a str,
    offset: usize,
    column: usize,
}

/// Rows with the wrapped lines of their cells put together.
fn merged<'a>(rows: &[Vec<Cell<'a>>], starts: &[usize]) -> Vec<Vec<Vec<Cell<'a>>>> {
    let mut out: Vec<Vec<Vec<Cell<'a>>>> = Vec::new();
    for row in rows {
        if row.iter().all(|c| is_rule(c.text)) {
            continue;
        }
        if row.len() == starts.len() {
            out.push(row.iter().map(|c| vec![*c]).collect());
        } else if let Some(last) = out.last_mut() {
            for cell in row {
                let nearest =
                    (0..starts.len()).min_by_key(|i| starts.get(*i).map_or(usize::MAX, |s| s.abs_diff(cell.column)));
                if let Some(pieces) = nearest.and_then(|i| last.get_mut(i)) {
                    pieces.push(*cell);
                }
            }
        }
    }
    out
}

/// Cells of a line, held apart by tabs, bars or wide gaps.
fn columns(line: Line<'_>) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let text = line.text;
    let (mut start, mut gap) = (0, 0);
    let mut put = |from: usize, to: usize| {
        let raw = text.get(from..to).unwrap_or_default();
        let cell = raw.trim();
        if !cell.is_empty() {
            let at = from + raw.len() - raw.trim_start().len();
            cells.push(Cell { text: cell, offset: line.offset + at, column: line.indent + at });
        }
    };
    for (i, c) in text.char_indices() {
        gap = if c == ' ' { gap + 1 } else { 0 };
        if matches!(c, '\t' | '|') || gap == 3 {
            put(start, i);
            start = i + 1;
        }
    }
    put(start, text.len());
    cells
}

fn is_rule(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '—' | '+' | '|' | ' '))
        && text.len() > 1
}

fn is_numbered(text: &str) -> bool {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    digits > 0 && text.get(digits..).is_some_and(|r| r.starts_with([' ', ')']))
}

fn bullet_mark(text: &str) -> Option<usize> {
    let mark = text
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '*' | '•' | '·' | '–' | '○' | '▪' | '●' | '◦' | '■' | '✓' | '»'))?;
    text.get(mark.len_utf8()..).filter(|r| r.starts_with([' ', '\t'])).map(|_| mark.len_utf8())
}

/// The words after a bullet.
fn bullet(text: &str) -> Option<&str> {
    let mark = bullet_mark(text).or_else(|| {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let rest = text.get(digits..)?;
        (digits > 0 && digits < 4 && rest.starts_with([')', '.']) && rest.get(1..)?.starts_with(' '))
            .then_some(digits + 1)
    })?;
    text.get(mark..).map(str::trim_start).filter(|t| !t.is_empty())
}
