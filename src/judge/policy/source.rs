//! From the bytes of a policy to a [`Document`]: which kind of file it is, its encoding, its bounds.

use super::document::Document;
use super::{html, markdown, pdf, text};
use crate::evidence::model::PolicyText;

/// What lies beyond is left out.
const LARGEST: usize = 8 << 20;

/// Pages, and the sources of templates and components, which read much like them.
const HTML_ENDINGS: &[&str] = &[
    ".html",
    ".htm",
    ".xhtml",
    ".vue",
    ".svelte",
    ".astro",
    ".jsx",
    ".tsx",
    ".php",
    ".phtml",
    ".erb",
    ".ejs",
    ".hbs",
    ".handlebars",
    ".mustache",
    ".j2",
    ".jinja",
    ".jinja2",
    ".twig",
    ".liquid",
    ".njk",
    ".tpl",
    ".ftl",
    ".jsp",
    ".aspx",
    ".cshtml",
    ".razor",
    ".eex",
    ".heex",
    ".leex",
    ".tmpl",
    ".gohtml",
    ".latte",
    ".marko",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Html,
    Markdown,
    Text,
    Pdf,
}

/// Reads a policy's file into blocks, or says why that cannot be.
pub(crate) fn document(policy: &PolicyText) -> Result<Document, String> {
    let bytes = policy.bytes.as_slice();
    let kind = kind(&policy.document.media_type, &policy.document.url, bytes);
    let source = if kind == FileKind::Pdf { pdf::text(bytes)? } else { decoded(bytes) };
    let (source, cut) = bounded(source);
    let mut read = match kind {
        FileKind::Html => html::read(&source),
        FileKind::Markdown => markdown::read(&source),
        FileKind::Text | FileKind::Pdf => text::read(&source),
    };
    read.cut |= cut;
    Ok(read.finish(&source))
}

fn bounded(mut source: String) -> (String, bool) {
    if source.len() <= LARGEST {
        return (source, false);
    }
    let end = (0..=LARGEST).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0);
    source.truncate(end);
    (source, true)
}

fn kind(media_type: &str, url: &str, bytes: &[u8]) -> FileKind {
    let head = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
    if head.windows(5).any(|w| w == b"%PDF-") {
        return FileKind::Pdf;
    }
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|e| path.ends_with(e));
    match media_type {
        "text/html" | "application/xhtml+xml" => FileKind::Html,
        "text/markdown" => FileKind::Markdown,
        _ if ends(&[".md", ".markdown", ".mdx", ".mdown", ".qmd", ".rmd"]) => FileKind::Markdown,
        _ if ends(HTML_ENDINGS) => FileKind::Html,
        _ => guessed(&String::from_utf8_lossy(bytes)),
    }
}

/// A file whose name says nothing.
fn guessed(text: &str) -> FileKind {
    let text = text.get(..200_000).unwrap_or(text).to_ascii_lowercase();
    let tags = [
        "</p>",
        "</div>",
        "</td>",
        "</li>",
        "</h1>",
        "</h2>",
        "</h3>",
        "</html>",
        "</section>",
        "</th>",
        "</tr>",
        "</table>",
        "</ul>",
        "<br",
    ];
    let table = text.lines().any(|l| l.contains("---") && l.contains('|') && l.chars().all(|c| "|-: \t".contains(c)));
    let headings =
        text.lines().filter(|l| l.starts_with("# ") || l.starts_with("## ") || l.starts_with("### ")).count();
    if tags.iter().map(|t| text.matches(t).count()).sum::<usize>() >= 3 {
        // A Markdown file may hold HTML; its reader copes with both.
        if table || headings >= 2 { FileKind::Markdown } else { FileKind::Html }
    } else if table || headings >= 2 {
        FileKind::Markdown
    } else {
        FileKind::Text
    }
}

/// UTF-8, UTF-16 with its mark, or else Windows-1252 as old pages have it.
fn decoded(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], from: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).filter_map(|c| <[u8; 2]>::try_from(c).ok()).map(from);
        char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect::<String>()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) if is_mostly_utf8(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Err(_) => bytes.iter().map(|b| windows_1252(*b)).collect(),
        },
    }
}

/// Whether whole characters of UTF-8 outweigh stray bytes.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let broken = text.matches('\u{fffd}').count();
    let whole = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    whole > broken
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80 => '€',
        0x82 => '‚',
        0x84 => '„',
        0x85 => '…',
        0x8A => 'Š',
        0x8C => 'Œ',
        0x8E => 'Ž',
        0x91 => '‘',
        0x92 => '’',
        0x93 => '“',
        0x94 => '”',
        0x95 => '•',
        0x96 => '–',
        0x97 => '—',
        0x99 => '™',
        0x9A => 'š',
        0x9C => 'œ',
        0x9E => 'ž',
        0x9F => 'Ÿ',
        other => char::from(other),
    }
}
