//! The one place where text that a page could choose is made safe to show: terminal, HTML, CSV, XML, GitHub's
//! annotations, Markdown, JSON.
//!
//! Nothing is dropped silently: what cannot be shown as it is becomes a visible escape, what is cut says how much is
//! missing. Escaping for HTML itself is the template engine's; it gets text that went through [`visible`] first.

use std::fmt::Write as _;
use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter};
use unicode_width::UnicodeWidthChar;

/// True for characters that steer a terminal or a text layout, or cannot be seen at all.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text with every hidden character written out, `\n` or `\u{202e}`; a backslash that could be mistaken for the start
/// of such an escape is doubled.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' if matches!(chars.peek(), Some('u' | 'n' | 'r' | 't' | '\\')) => out.push_str("\\\\"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Like [`visible`], but line breaks stay: for our own multi-line prose that quotes a page.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// Cut in the middle to at most `width` terminal columns, saying how many characters the whole has where there is room.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let told = format!("…[{} chars]…", text.chars().count());
    // In a narrow column the count would leave no room for the name.
    let mark = if columns(&told) * 2 > width { "…" } else { &told };
    let room = width.saturating_sub(columns(mark));
    let (head, tail) = (room - room / 3, room / 3);
    let mut out = take_columns(text.chars(), head);
    out.push_str(mark);
    out.extend(take_columns(text.chars().rev(), tail).chars().rev());
    out
}

/// [`visible`], then [`cut`]: one line of bounded width.
#[must_use]
pub fn line(text: &str, width: usize) -> String {
    cut(&visible(text), width)
}

fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn take_columns(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut left = room;
    let mut out = String::new();
    for c in chars {
        let width = c.width().unwrap_or(0);
        if width > left {
            break;
        }
        left -= width;
        out.push(c);
    }
    out
}

/// A CSV cell that no spreadsheet takes for a formula.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    let text = visible(text);
    let starts_formula =
        text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '|', '%']);
    // A number with a sign is no formula and stays a number.
    if starts_formula && text.parse::<f64>().is_err() { format!("'{text}") } else { text }
}

/// Text for an XML document: characters XML cannot carry are written out; the writer escapes markup.
#[must_use]
pub fn xml(text: &str) -> String {
    text.split('\n')
        .map(|part| visible(part).replace(['\u{fffe}', '\u{ffff}'], "\\u{fffe}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The message of a GitHub workflow command.
#[must_use]
pub fn github_message(text: &str) -> String {
    visible_lines(text).replace('%', "%25").replace('\n', "%0A")
}

/// A property of a GitHub workflow command.
#[must_use]
pub fn github_property(text: &str) -> String {
    visible(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

/// Prose for Markdown: nothing in it can open markup, an HTML element, a link or a mention.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in visible(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '!' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    // A bare address would become a link, and a line such as `1. x` or `- x` a list.
    let out = out.replace("://", "&#58;//").replace("www.", "www&#46;");
    match out.chars().next() {
        Some('-' | '=' | '+') => format!("\\{out}"),
        Some(c) if c.is_ascii_digit() => out.replacen(". ", "\\. ", 1).replacen(") ", "\\) ", 1),
        _ => out,
    }
}

/// A Markdown code span with exactly this text, safe in a table cell too.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let text = visible(text);
    if text.is_empty() {
        return "–".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    // In a table a pipe ends the cell even inside code, unless escaped.
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

/// A sentence of ours for Markdown: what it puts between backticks (names) becomes code, the rest is escaped prose.
#[must_use]
pub fn markdown_sentence(text: &str) -> String {
    sentence(text, markdown, markdown_code)
}

/// A sentence of ours as HTML, names between backticks as `code` elements.
#[must_use]
pub fn html_sentence(text: &str) -> String {
    sentence(text, |t| html(&visible(t)), |t| format!("<code>{}</code>", html(&visible(t))))
}

/// HTML text or attribute value.
#[must_use]
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn sentence(text: &str, prose: impl Fn(&str) -> String, code: impl Fn(&str) -> String) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        // An odd backtick came from a page: which one is ours cannot be told.
        return prose(text);
    }
    let mut out = String::new();
    for (i, part) in parts.into_iter().enumerate().filter(|(_, part)| !part.is_empty()) {
        out.push_str(&if i % 2 == 1 { code(part) } else { prose(part) });
    }
    out
}

/// Pretty JSON in which no control or direction character stands raw, so that `cat` of a report is safe.
pub fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Visible(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.push(b'\n');
    Ok(out)
}

/// JSON safe inside an HTML `script` element: no `<`, `>` or `&` stands raw.
pub fn json_in_html<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(value)?;
    Ok(text
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029"))
}

/// serde_json's pretty form, hidden characters as `\uXXXX`.
struct Visible(PrettyFormatter<'static>);

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut from = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_hidden(*c)) {
            writer.write_all(fragment.get(from..at).unwrap_or_default().as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            from = at + c.len_utf8();
        }
        writer.write_all(fragment.get(from..).unwrap_or_default().as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }
    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_visible() {
        assert_eq!(visible("a\u{1b}[31mred"), "a\\u{1b}[31mred");
        assert_eq!(visible("abc\u{202e}txt"), "abc\\u{202e}txt");
        assert_eq!(visible("two\nlines\t"), "two\\nlines\\t");
        assert_eq!(visible("C:\\path"), "C:\\path");
        assert_eq!(visible("\\u{1b}"), "\\\\u{1b}", "a name that imitates an escape differs from one that has it");
        assert_eq!(visible("naïve 日本"), "naïve 日本");
    }

    #[test]
    fn cutting_says_so_and_keeps_both_ends() {
        let long = format!("head{}tail", "x".repeat(4088));
        let short = cut(&long, 40);
        assert!(short.starts_with("head") && short.ends_with("tail") && short.contains("4096 chars"), "{short}");
        assert_eq!(columns(&short), 40);
        assert!(columns(&cut(&"日".repeat(90), 31)) <= 31);
        assert_eq!(cut("short", 40), "short");
    }

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        assert_eq!(csv_cell("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(csv_cell("  @SUM(1)"), "'  @SUM(1)");
        assert_eq!(csv_cell("-12"), "-12");
        assert_eq!(csv_cell("\tx"), "\\tx");
        assert_eq!(csv_cell("_ga"), "_ga");
    }

    #[test]
    fn github_commands_cannot_be_forged() {
        assert_eq!(github_message("100%\n::error::x"), "100%25%0A::error::x");
        assert_eq!(github_property("a,b:c\r"), "a%2Cb%3Ac\\r");
    }

    #[test]
    fn json_is_the_same_text_to_a_parser_and_harmless_to_a_terminal() {
        let hostile = "a\u{9b}31m\u{202e}\u{e0041}\u{7f}\"z";
        let bytes = json(&hostile).unwrap();
        assert!(bytes.is_ascii(), "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), hostile);
        let inline = json_in_html(&"</script><!--").unwrap();
        assert!(!inline.contains('<'));
        assert_eq!(serde_json::from_str::<String>(&inline).unwrap(), "</script><!--");
    }

    #[test]
    fn markdown_text_stays_text() {
        for hostile in [
            "<img src=x>",
            "[a](javascript:x)",
            "`a` | b",
            "# h",
            "- x",
            "1. x",
            "2) x",
            "+ x",
            "a\n\nb",
            "https://x.test",
        ] {
            let mut seen = String::new();
            for event in pulldown_cmark::Parser::new(&markdown(hostile)) {
                match event {
                    pulldown_cmark::Event::Text(t) => seen.push_str(&t),
                    pulldown_cmark::Event::Start(pulldown_cmark::Tag::Paragraph)
                    | pulldown_cmark::Event::End(pulldown_cmark::TagEnd::Paragraph) => {}
                    other => panic!("{hostile:?} opened {other:?}"),
                }
            }
            assert_eq!(seen, visible(hostile));
        }
    }

    #[test]
    fn code_spans_hold_any_name() {
        for hostile in ["a`b``c", "`", "x y", "<b>"] {
            let spans: Vec<_> = pulldown_cmark::Parser::new(&markdown_code(hostile))
                .filter_map(|e| if let pulldown_cmark::Event::Code(t) = e { Some(t.to_string()) } else { None })
                .collect();
            assert_eq!(spans, [visible(hostile)]);
        }
    }
}
