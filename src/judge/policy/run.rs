//! A text in the making: characters with their places go in, a normalised [`Text`] comes out.
//!
//! White space is folded, zero-width characters go, line breaks that the author made stay.

use super::document::{Mark, MarkKind, Text};

/// No single text grows beyond this many bytes.
const LONGEST: usize = 64 << 10;

/// A text being read.
#[derive(Debug, Default)]
pub(super) struct Run {
    text: Text,
    open: Vec<(MarkKind, usize)>,
    space: bool,
}

impl Run {
    /// One character, standing at `offset` of the source.
    pub(super) fn push(&mut self, c: char, offset: usize) {
        if is_zero_width(c) || self.text.plain.len() >= LONGEST {
            return;
        }
        if c.is_whitespace() || c.is_control() {
            self.space = true;
            return;
        }
        if std::mem::take(&mut self.space) && !self.text.plain.is_empty() && !self.text.plain.ends_with('\n') {
            self.text.plain.push(' ');
        }
        self.note(offset);
        self.text.plain.push(c);
    }

    /// A whole string; offsets run on from `offset`.
    pub(super) fn push_str(&mut self, text: &str, offset: usize) {
        text.char_indices().for_each(|(i, c)| self.push(c, offset + i));
    }

    /// White space that belongs between two words.
    pub(super) fn space(&mut self) {
        self.space = true;
    }

    /// A line break that the author made.
    pub(super) fn line_break(&mut self) {
        self.space = false;
        if !self.text.plain.is_empty() && !self.text.plain.ends_with('\n') && self.text.plain.len() < LONGEST {
            self.text.plain.push('\n');
        }
    }

    /// What the last character was, if no space follows it.
    pub(super) fn last(&self) -> Option<char> {
        if self.space { None } else { self.text.plain.chars().next_back() }
    }

    /// Begins a stretch that is set off.
    pub(super) fn open(&mut self, kind: MarkKind) {
        let at = self.text.plain.len() + usize::from(self.space && !self.text.plain.is_empty());
        self.open.push((kind, at));
    }

    /// Ends the latest stretch of a kind.
    pub(super) fn close(&mut self, kind: MarkKind) {
        if let Some(at) = self.open.iter().rposition(|(k, _)| *k == kind) {
            let (kind, start) = self.open.remove(at);
            self.mark(kind, start);
        }
    }

    /// The text so far; stretches still open go on in the next.
    pub(super) fn take(&mut self) -> Text {
        let open = std::mem::take(&mut self.open);
        for (kind, start) in &open {
            self.mark(*kind, *start);
        }
        self.open = open.into_iter().map(|(kind, _)| (kind, 0)).collect();
        self.space = false;
        let mut text = std::mem::take(&mut self.text);
        let end = text.plain.trim_end().len();
        text.plain.truncate(end);
        text.marks.iter_mut().for_each(|m| m.end = m.end.min(end));
        text.marks.retain(|m| m.start < m.end);
        text
    }

    fn mark(&mut self, kind: MarkKind, start: usize) {
        let end = self.text.plain.len();
        if start < end {
            self.text.marks.push(Mark { kind, start, end });
        }
    }

    fn note(&mut self, offset: usize) {
        let (plain, source) = (self.text.plain.len(), offset);
        let steady = self
            .text
            .at
            .last()
            .is_some_and(|(p, s)| plain.checked_sub(*p as usize).map(|run| *s as usize + run) == Some(source));
        if !steady {
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            self.text.at.push((number(plain), number(source)));
        }
    }
}

/// Characters that take no room: joiners, soft hyphen, byte order mark, direction marks.
fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{1}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
