//! Template source (Jinja, Liquid, ERB, PHP, Blade, Handlebars, JSX, …) with its directives blanked out, its texts kept.
//!
//! Every byte that goes becomes a space, so that places stay true. Nothing is evaluated.

/// Markers of directives and whether the strings inside are worth keeping.
const PAIRS: &[(&str, &str, bool)] = &[
    ("{#", "#}", false),
    ("{%", "%}", false),
    ("<%#", "%>", false),
    ("<%", "%>", true),
    ("<?", "?>", true),
    ("{{!--", "--}}", false),
    ("{{!", "}}", false),
    ("{!!", "!!}", true),
    ("{{", "}}", true),
    ("{/*", "*/}", false),
];

/// Directives between which nothing is shown.
const SILENT: &[(&str, &str)] = &[("comment", "endcomment"), ("raw-comment", "endraw-comment")];

const LONGEST: usize = 4 << 10;
/// A character that readers of texts drop, and with it no space.
const JOINT: u8 = 1;
/// So many beginnings without an end, and this is no template.
const MOST_MISSES: usize = 200;

/// The source with everything blanked that a visitor would not see.
pub(super) fn blank(source: &str) -> String {
    let mut out = source.as_bytes().to_vec();
    let mut at = 0;
    let mut misses = 0;
    while let Some(found) = next(source, at).filter(|_| misses < MOST_MISSES) {
        let (start, pair) = found;
        let reach = (start + LONGEST).min(source.len());
        let (open, end_mark, keep) = pair;
        let body_start = start + open.len();
        let end = find(source, body_start, reach, end_mark).map(|e| (e, e + end_mark.len()));
        let Some((body_end, end)) = end else {
            at = body_start;
            misses += 1;
            continue;
        };
        let body = source.get(body_start..body_end).unwrap_or_default();
        let end = silent_end(source, open, body, end);
        blank_range(&mut out, start, end);
        if keep {
            keep_strings(source, body_start, body_end, &mut out);
        }
        keep_placeholder(source, start, end, body, &mut out);
        at = end;
    }
    drop_code(&mut out, source);
    String::from_utf8(out).unwrap_or_else(|_| source.to_owned())
}

fn next(source: &str, from: usize) -> Option<(usize, (&'static str, &'static str, bool))> {
    let bytes = source.as_bytes();
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|b| b.iter().position(|c| matches!(c, b'{' | b'<'))) {
        at += found;
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some(pair) = PAIRS.iter().find(|(open, ..)| rest.starts_with(open.as_bytes())) {
            return Some((at, *pair));
        }
        at += 1;
    }
    None
}

fn find(source: &str, from: usize, reach: usize, wanted: &str) -> Option<usize> {
    let window = source.as_bytes().get(from..reach)?;
    window.windows(wanted.len()).position(|w| w == wanted.as_bytes()).map(|n| from + n)
}

/// `{% comment %}` goes on to its `{% endcomment %}`.
fn silent_end(source: &str, open: &str, body: &str, end: usize) -> usize {
    let word = body.trim_matches(|c: char| c.is_whitespace() || c == '-').split_whitespace().next().unwrap_or_default();
    let Some((_, closing)) = SILENT.iter().find(|(begin, _)| open == "{%" && *begin == word) else { return end };
    let rest = source.get(end..).unwrap_or_default();
    let after = rest.find(closing).and_then(|n| rest.get(n..).and_then(|r| r.find("%}")).map(|m| n + m + 2));
    after.map_or(end, |n| end + n)
}

fn blank_range(out: &mut [u8], start: usize, end: usize) {
    if let Some(range) = out.get_mut(start..end) {
        range.iter_mut().filter(|b| !matches!(**b, b'\n' | b'\r')).for_each(|b| *b = b' ');
    }
}

/// Strings that read like words for people (`t('Cookie name')`, `_e("…")`), not keys or options.
fn keep_strings(source: &str, start: usize, end: usize, out: &mut [u8]) {
    let bytes = source.as_bytes();
    let mut at = start;
    while at < end {
        let Some(quote @ (b'"' | b'\'')) = bytes.get(at).copied() else {
            at += 1;
            continue;
        };
        let body = at + 1;
        let Some(length) = bytes.get(body..end).and_then(|b| b.iter().position(|c| *c == quote)) else { return };
        let text = source.get(body..body + length).unwrap_or_default();
        let words = text.split_whitespace().count();
        if words >= 2 && !text.contains(['<', '>', '$', '=']) && text.contains(char::is_alphabetic) {
            if let (Some(to), Some(from)) = (out.get_mut(body..body + length), bytes.get(body..body + length)) {
                to.copy_from_slice(from);
            }
        }
        at = body + length + 1;
    }
}

/// `comment_author_{{ HASH }}`: glued to a name, the directive stands for its changing part.
fn keep_placeholder(source: &str, start: usize, end: usize, body: &str, out: &mut [u8]) {
    let glued = source.get(..start).and_then(|s| s.chars().next_back());
    let glued = glued.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let before = source.get(..start).unwrap_or_default();
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default();
    if glued && word.contains(['_', '-', '.']) && body.len() < 60 && end - start >= 2 {
        // What is left of the directive joins the name before it to what follows.
        if let Some(range) = out.get_mut(start..end) {
            range.iter_mut().for_each(|b| *b = JOINT);
        }
        if let Some(range) = out.get_mut(start..start + 2) {
            range.copy_from_slice(b"{}");
        }
    }
}

/// Code before the markup of a component's source: imports and what leads up to the first tag.
fn drop_code(out: &mut [u8], source: &str) {
    let is_code = source.lines().take(60).any(|line| {
        let line = line.trim_start();
        (line.starts_with("import ") && line.contains(['\'', '"'])) || line.starts_with("export default ")
    });
    if !is_code {
        return;
    }
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let text = line.trim_start();
        let code =
            ["import ", "export ", "const ", "let ", "var ", "return ", "function ", "//", "}", ");", "@", "use "];
        if code.iter().any(|start| text.starts_with(start)) && !text.contains("</") {
            let end = if text.starts_with("const ") { line.find('{').map_or(line.len(), |n| n) } else { line.len() };
            blank_range(out, at, at + end);
        }
        at += line.len();
    }
}
