//! HTML, template source included, read leniently in one pass with the place of every character.
//!
//! A tree builder would move text out of tables, lose `<ID>` in `_ga_<ID>` and know only lines; this reads tags as they
//! come and leaves their meaning to `build`. Named characters are html5ever's table.

use std::collections::BTreeSet;

use html5ever::data::NAMED_ENTITIES;

use super::build::{Attributes, Builder};
use super::document::Document;
use super::{tags, template};

/// Reads a page or the source of a template.
pub(super) fn read(source: &str) -> Document {
    let plain = template::blank(source);
    let mut builder = Builder::new();
    let mut reader = Reader::new(&plain);
    reader.feed(&plain, 0, &mut builder);
    builder.finish()
}

/// Reads pieces of HTML into a builder.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// Names that some end tag has, in small letters.
    ends: BTreeSet<String>,
}

/// No attribute is looked at beyond this.
const LONGEST_TAG: usize = 16 << 10;

impl Reader {
    /// A reader for pieces of this source.
    pub(super) fn new(source: &str) -> Self {
        let names = source.match_indices("</").filter_map(|(at, _)| source.get(at + 2..));
        Self { ends: names.map(|rest| name_of(rest).to_ascii_lowercase()).filter(|n| !n.is_empty()).collect() }
    }

    /// Feeds one piece, standing at `base` of the source.
    pub(super) fn feed(&mut self, piece: &str, base: usize, builder: &mut Builder) {
        let mut at = 0;
        while let Some(rest) = piece.get(at..).filter(|r| !r.is_empty()) {
            at += match rest.as_bytes().first() {
                Some(b'<') => self.markup(rest, base + at, builder),
                Some(b'&') => entity(rest, base + at, builder),
                _ => text(rest, base + at, builder),
            };
        }
    }

    /// Reads what begins with `<`; answers how many bytes it took.
    fn markup(&mut self, rest: &str, offset: usize, builder: &mut Builder) -> usize {
        if rest.starts_with("<!--") {
            return until(rest, 4, "-->");
        }
        if rest.starts_with("<![CDATA[") {
            return "<![CDATA[".len();
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return until(rest, 2, ">");
        }
        let closing = rest.starts_with("</");
        let name = name_of(rest.get(if closing { 2 } else { 1 }..).unwrap_or_default());
        if name.is_empty() {
            builder.character('<', offset);
            return 1;
        }
        let small = name.to_ascii_lowercase();
        if closing {
            builder.close(&small);
            return until(rest, 2, ">");
        }
        let tag = Tag::read(rest, name.len() + 1, offset);
        if self.is_words(&small, &tag, builder) {
            builder.character('<', offset);
            return 1;
        }
        start(name, small, tag, rest, builder)
    }

    /// `<ID>` is a placeholder in somebody's name for a cookie, not an element.
    fn is_words(&self, small: &str, tag: &Tag, builder: &Builder) -> bool {
        if tags::is_known(small) || !tag.attributes.pairs.is_empty() || tag.closed {
            return false;
        }
        let glued = builder.run.last().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        glued || !self.ends.contains(small)
    }
}

/// Opens an element, and answers how many bytes its tag takes; with all its content where that is raw.
fn start(name: &str, small: String, mut tag: Tag, rest: &str, builder: &mut Builder) -> usize {
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().any(|c| c.is_ascii_lowercase());
    let small = if capital && small == "link" { "a".to_owned() } else { small };
    tag.attributes.component = !tags::is_known(&small) && (capital || small.contains('-'));
    builder.open(&small, &tag.attributes);
    if tag.closed && (tag.attributes.component || !is_html(name)) {
        builder.close(&small);
    }
    match small.as_str() {
        "script" | "style" | "textarea" | "iframe" | "xmp" if !tag.closed => {
            let end = raw_end(rest, tag.length, &small);
            builder.close(&small);
            end
        }
        _ => tag.length,
    }
}

fn is_html(name: &str) -> bool {
    tags::is_known(&name.to_ascii_lowercase()) && !name.starts_with(|c: char| c.is_ascii_uppercase())
}

#[derive(Debug, Default)]
struct Tag {
    attributes: Attributes,
    closed: bool,
    length: usize,
}

impl Tag {
    /// Reads the rest of a start tag from `from` on.
    fn read(rest: &str, from: usize, offset: usize) -> Self {
        let mut tag = Self::default();
        let bytes = rest.as_bytes();
        let mut at = from;
        loop {
            match bytes.get(at) {
                None => break,
                _ if at > LONGEST_TAG => break,
                Some(b'>') => {
                    at += 1;
                    break;
                }
                Some(b'<') => break,
                Some(b'/') => {
                    tag.closed = true;
                    at += 1;
                }
                Some(b) if b.is_ascii_whitespace() => at += 1,
                Some(b'{') => at += braces(rest, at),
                Some(_) => {
                    tag.closed = false;
                    at = tag.attribute(rest, at, offset);
                }
            }
        }
        while !rest.is_char_boundary(at) {
            at += 1;
        }
        tag.length = at;
        tag
    }

    fn attribute(&mut self, rest: &str, from: usize, offset: usize) -> usize {
        let bytes = rest.as_bytes();
        let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'=' | b'>' | b'/' | b'<');
        let end_from = |at: usize, is_end: &dyn Fn(&u8) -> bool| {
            bytes.get(at..).and_then(|b| b.iter().position(is_end)).map_or(bytes.len(), |n| at + n)
        };
        let name_end = end_from(from, &is_end).max(from + 1);
        let mut at = name_end;
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let (start, end, next) = if bytes.get(at) == Some(&b'=') {
            at += 1;
            while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            value_at(rest, at, &|b| end_from(b, &|c: &u8| c.is_ascii_whitespace() || *c == b'>'))
        } else {
            (name_end, name_end, name_end)
        };
        if let (Some(name), true) = (rest.get(from..name_end), self.attributes.pairs.len() < 64) {
            let value = rest.get(start..end).unwrap_or_default();
            self.attributes.pairs.push((name.to_ascii_lowercase(), unescaped(value), offset + start));
        }
        next
    }
}

/// Start and end of an attribute's value, and where to go on.
fn value_at(rest: &str, at: usize, bare_end: &dyn Fn(usize) -> usize) -> (usize, usize, usize) {
    match rest.as_bytes().get(at) {
        Some(quote @ (b'"' | b'\'')) => {
            let reach = rest.len().min(at + 1 + LONGEST_TAG);
            let found = rest.as_bytes().get(at + 1..reach).and_then(|b| b.iter().position(|c| c == quote));
            match found {
                Some(n) => (at + 1, at + 1 + n, at + 2 + n),
                None => (at + 1, at + 1, bare_end(at + 1)),
            }
        }
        Some(b'{') => {
            let end = at + braces(rest, at);
            (at, end, end)
        }
        _ => {
            let end = bare_end(at);
            (at, end, end)
        }
    }
}

/// Length of a balanced `{…}` (an expression in a component's source), 1 where it does not end soon.
fn braces(rest: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    let reach = rest.len().min(from + LONGEST_TAG);
    for (n, b) in rest.as_bytes().get(from..reach).unwrap_or_default().iter().enumerate() {
        match b {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return n + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    1
}

fn name_of(rest: &str) -> &str {
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    let end =
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))).unwrap_or(rest.len());
    rest.get(..end.min(64)).unwrap_or_default()
}

/// Bytes up to and with an end mark; to the end of the piece where there is none.
fn until(rest: &str, from: usize, end: &str) -> usize {
    rest.get(from..).and_then(|r| r.find(end)).map_or(rest.len(), |n| from + n + end.len())
}

/// Where the end tag of a raw element begins.
fn raw_end(rest: &str, from: usize, name: &str) -> usize {
    let body = rest.get(from..).unwrap_or_default();
    let found = body
        .match_indices("</")
        .find(|(at, _)| body.get(at + 2..at + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)));
    found.map_or(rest.len(), |(at, _)| from + at)
}

fn text(rest: &str, offset: usize, builder: &mut Builder) -> usize {
    let end = rest.find(['<', '&']).filter(|end| *end > 0).unwrap_or(rest.len());
    for (i, c) in rest.get(..end).unwrap_or_default().char_indices() {
        builder.character(c, offset + i);
    }
    end
}

fn entity(rest: &str, offset: usize, builder: &mut Builder) -> usize {
    if let Some((characters, length)) = decode(rest) {
        characters.into_iter().flatten().for_each(|c| builder.character(c, offset));
        length
    } else {
        builder.character('&', offset);
        1
    }
}

/// The characters of a reference at the start of a text, and its length.
fn decode(rest: &str) -> Option<([Option<char>; 2], usize)> {
    let body = rest.get(1..)?;
    if let Some(number) = body.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let digits = hex.unwrap_or(number);
        let radix = if hex.is_some() { 16 } else { 10 };
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len()).min(8);
        let code = u32::from_str_radix(digits.get(..end)?, radix).ok()?;
        let length = 2 + usize::from(hex.is_some()) + end;
        let length = length + usize::from(rest.as_bytes().get(length) == Some(&b';'));
        return Some(([Some(char::from_u32(code).unwrap_or('\u{fffd}')), None], length));
    }
    let end = body.find(|c: char| !c.is_ascii_alphanumeric())?;
    let name = body.get(..end).filter(|n| n.len() < 40)?;
    let full = format!("{name};");
    let closed = body.get(end..).is_some_and(|r| r.starts_with(';'));
    let (key, length) = if closed { (full.as_str(), end + 2) } else { (name, end + 1) };
    let (first, second) = NAMED_ENTITIES.get(key).filter(|(first, _)| *first != 0)?;
    Some(([char::from_u32(*first), Some(*second).filter(|s| *s != 0).and_then(char::from_u32)], length))
}

fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        let decoded = if c == '&' { decode(rest) } else { None };
        let length = if let Some((characters, length)) = decoded {
            out.extend(characters.into_iter().flatten());
            length
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}
