//! What kind of document a file or an answer is, by name, media type and content.

/// Media type and file ending under which a document is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentKind {
    /// `text/html`, `text/markdown`, `text/plain` or `application/pdf`.
    pub media_type: &'static str,
    /// Ending of the stored file.
    pub ending: &'static str,
}

const HTML: DocumentKind = DocumentKind { media_type: "text/html", ending: "html" };
const MARKDOWN: DocumentKind = DocumentKind { media_type: "text/markdown", ending: "md" };
const PLAIN: DocumentKind = DocumentKind { media_type: "text/plain", ending: "txt" };
const PDF: DocumentKind = DocumentKind { media_type: "application/pdf", ending: "pdf" };

/// The kind of a document, or `None` for bytes that are no text.
#[must_use]
pub fn kind_of(name: &str, media_type: &str, bytes: &[u8]) -> Option<DocumentKind> {
    if bytes.get(..1024.min(bytes.len())).is_some_and(|head| head.windows(5).any(|w| w == b"%PDF-")) {
        return Some(PDF);
    }
    if bytes.iter().take(4096).any(|b| *b == 0) && !is_utf16(bytes) {
        return None;
    }
    let name = name.split(['?', '#']).next().unwrap_or(name).to_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, e)| e);
    match (ending, media_type) {
        ("md" | "markdown" | "mdx" | "mdown" | "mkd", _) | (_, "text/markdown" | "text/x-markdown") => Some(MARKDOWN),
        ("html" | "htm" | "xhtml" | "shtml", _) | (_, "text/html" | "application/xhtml+xml") => Some(HTML),
        ("pdf", _) => None,
        _ => Some(by_content(bytes)),
    }
}

fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// Templates (`.liquid`, `.twig`, `.jsx`, …) are HTML with holes; text with headings or tables is Markdown.
fn by_content(bytes: &[u8]) -> DocumentKind {
    let text = String::from_utf8_lossy(bytes);
    let lower = text.to_lowercase();
    let tags = ["<p", "<table", "<h1", "<h2", "<h3", "<div", "<ul", "<li", "<td", "<html", "<body", "<section"];
    let used = tags.iter().map(|t| lower.matches(t).count()).sum::<usize>();
    if lower.trim_start().starts_with("<!doctype html") || lower.contains("<html") || used >= 5 {
        return HTML;
    }
    let heading = |l: &str| l.starts_with('#') && l.trim_start_matches('#').starts_with(' ');
    let table = |l: &str| l.trim_start().starts_with('|') && l.matches('|').count() >= 3;
    if text.lines().any(heading) || text.lines().filter(|l| table(l)).count() >= 2 { MARKDOWN } else { PLAIN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type(name: &str, given: &str, text: &str) -> Option<&'static str> {
        kind_of(name, given, text.as_bytes()).map(|k| k.media_type)
    }

    #[test]
    fn kinds() {
        assert_eq!(media_type("privacy.md", "", "hello"), Some("text/markdown"));
        assert_eq!(media_type("POLICY.HTM", "", "hello"), Some("text/html"));
        assert_eq!(media_type("policy.txt", "", "Cookies we set: a, b"), Some("text/plain"));
        assert_eq!(media_type("policy", "", "# Cookies\n\ntext"), Some("text/markdown"));
        assert_eq!(media_type("p.liquid", "", "<div><p>{{ shop }}</p><p>a</p><ul><li>b</ul>"), Some("text/html"));
        assert_eq!(media_type("anything.html", "", "%PDF-1.7 …"), Some("application/pdf"));
        assert_eq!(media_type("x", "application/xhtml+xml", "<html/>"), Some("text/html"));
        assert_eq!(kind_of("x.bin", "", &[1, 0, 2]), None);
    }
}
