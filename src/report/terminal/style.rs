//! Colour, width and wrapping on a terminal.

use unicode_width::UnicodeWidthStr;

use crate::judge::model::Severity;

/// Whether to colour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Escape sequences or none.
    pub(crate) colour: bool,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Error => self.paint("1;31", text),
            Severity::Warning => self.paint("33", text),
            Severity::Note => self.paint("36", text),
        }
    }
}

/// Terminal columns.
pub(super) fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Wraps at spaces; a word longer than the line is broken.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(10);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        for piece in pieces(word, width) {
            let last = lines.last().map_or(0, |l| columns(l));
            let space = usize::from(last > 0);
            if last > 0 && last + space + columns(&piece) > width {
                lines.push(piece);
            } else if let Some(line) = lines.last_mut() {
                if space == 1 {
                    line.push(' ');
                }
                line.push_str(&piece);
            }
        }
    }
    lines
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    if columns(word) <= width {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for c in word.chars() {
        let mut buffer = [0; 4];
        let piece = c.encode_utf8(&mut buffer);
        if pieces.last().is_some_and(|p| columns(p) + columns(piece) > width) {
            pieces.push(String::new());
        }
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_keeps_every_word_and_the_width() {
        let text = format!("one two three {} four", "x".repeat(50));
        let lines = wrap(&text, 20);
        assert!(lines.iter().all(|l| columns(l) <= 20), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }
}
