//! Names of cookies as policies write them: what is one, what it stands for as a glob, several in one cell.
//!
//! `_ga_<ID>`, `wp-settings-{user_id}`, `'wordpress_' . COOKIEHASH`, `_gat_UA-XXXXXX-X`, `ph_` become globs; domains,
//! values, addresses and plain words do not become names.

use std::ops::Range;

use super::words::words;
use crate::judge::policy::document::{MarkKind, Text};

/// How much a word looks like a cookie's name all by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// Could be any word: only a column of names makes it one.
    Weak,
    /// Unlike words of prose, but no proof.
    Medium,
    /// Nothing else looks so.
    Strong,
}

/// A name found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// As a glob.
    pub(crate) glob: String,
    /// Bytes of the text it stands in.
    pub(crate) range: Range<usize>,
    /// How sure.
    pub(crate) strength: Strength,
    /// What stands behind it in parentheses, often the vendor.
    pub(crate) note: Option<String>,
}

const LONGEST_NAME: usize = 150;
const MOST_NAMES: usize = 400;

/// Names in a cell, field or item that is about names.
pub(crate) fn in_cell(text: &Text) -> Vec<Name> {
    let mut found = in_code(text);
    if found.is_empty() {
        for piece in pieces(&text.plain, 0..text.plain.len()) {
            found.extend(in_piece(&text.plain, piece));
            if found.len() >= MOST_NAMES {
                break;
            }
        }
    }
    found
}

/// Where most of a cell is set as code, the code is the names.
fn in_code(text: &Text) -> Vec<Name> {
    let code: Vec<Range<usize>> =
        text.marks.iter().filter(|m| m.kind == MarkKind::Code).map(|m| m.start..m.end).collect();
    let marked: usize = code.iter().map(ExactSizeIterator::len).sum();
    if marked * 2 < text.plain.chars().filter(|c| !c.is_whitespace()).count() {
        return Vec::new();
    }
    code.into_iter()
        .flat_map(|c| pieces(&text.plain, c))
        .flat_map(|p| in_piece(&text.plain, p))
        .take(MOST_NAMES)
        .collect()
}

/// Parts of a text that separators hold apart, brackets kept whole.
pub(crate) fn pieces(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    let mut start = within.start;
    let body = text.get(within.clone()).unwrap_or_default();
    for (i, c) in body.char_indices() {
        let at = within.start + i;
        let opens = matches!(c, '<' | '{' | '[' | '(') && closes_soon(text, at, c);
        match c {
            _ if opens => depth += 1,
            '>' | '}' | ']' | ')' => depth = depth.saturating_sub(1),
            '\n' => depth = 0,
            _ => {}
        }
        if depth == 0 && is_separator(text, at, c) {
            found.push(start..at);
            start = at + c.len_utf8();
        }
    }
    found.push(start..within.end);
    found.into_iter().map(|r| trimmed(text, r)).filter(|r| !r.is_empty()).collect()
}

fn closes_soon(text: &str, at: usize, open: char) -> bool {
    let close = match open {
        '<' => '>',
        '{' => '}',
        '[' => ']',
        _ => ')',
    };
    let rest = text.get(at + 1..).unwrap_or_default();
    rest.chars().take(120).take_while(|c| *c != '\n').any(|c| c == close)
}

fn is_separator(text: &str, at: usize, c: char) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    let after = text.get(at + c.len_utf8()..).and_then(|t| t.chars().next());
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    match c {
        '\n' | ',' | ';' | '|' | '•' | '·' | '、' | '，' | '；' | '→' => true,
        '/' | '&' | '+' => space(before) || space(after) || (c == '/' && between_names(text, at)),
        _ => false,
    }
}

/// `_ga/_gid`
fn between_names(text: &str, at: usize) -> bool {
    let end = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/');
    let before = text.get(..at).and_then(|t| t.rsplit(end).next()).unwrap_or_default();
    let after = text.get(at + 1..).and_then(|t| t.split(end).next()).unwrap_or_default();
    before.starts_with('_') && after.starts_with('_')
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let body = text.get(range.clone()).unwrap_or_default();
    let start = range.start + body.len() - body.trim_start().len();
    start..start + body.trim().len()
}

/// Names in one piece: alone, with a remark in parentheses, several apart by space, or among words.
fn in_piece(text: &str, piece: Range<usize>) -> Vec<Name> {
    let body = text.get(piece.clone()).unwrap_or_default();
    if let Some(glob) = concatenated(body) {
        return vec![Name { glob, range: piece, strength: Strength::Strong, note: None }];
    }
    let (words_range, remark) = without_remark(text, &piece);
    let found = among(text, words_range);
    let Some(remark) = remark else { return found };
    if found.is_empty() && remark != piece {
        // `Google Analytics (_ga, _gid)`
        let inner = pieces(text, remark).into_iter().flat_map(|p| among(text, p));
        return inner.filter(|n| n.strength == Strength::Strong).collect();
    }
    let mut found = found;
    if let Some(last) = found.last_mut() {
        last.note = text.get(remark).map(str::to_owned);
    }
    found
}

/// Names among words: alone, several apart by space or joining words, or those that no word looks like.
fn among(text: &str, within: Range<usize>) -> Vec<Name> {
    let tokens = tokens(text, within);
    let is_join = |r: &Range<usize>| text.get(r.clone()).is_some_and(|t| words().is_one("cookie", "joins", t));
    let real: Vec<Range<usize>> =
        if tokens.len() > 1 { tokens.iter().filter(|r| !is_join(r)).cloned().collect() } else { tokens.clone() };
    let named: Vec<Name> = real.iter().filter_map(|r| named(text, r)).collect();
    let alternate = tokens.len() > 1 && tokens.iter().skip(1).step_by(2).all(is_join) && tokens.len() % 2 == 1;
    if real.len() == 1 || (alternate && named.len() == real.len()) {
        named
    } else if named.len() == real.len()
        && named.iter().all(|n| n.strength >= Strength::Medium)
        && !reads_as_title(text, &real)
    {
        named
    } else {
        // Among words, only what no word looks like.
        let odd = |n: &Name| n.strength == Strength::Strong && n.glob.contains(['_', '*']);
        named.into_iter().filter(odd).collect()
    }
}

/// `Google Analytics 4`: words that each begin with a capital are a title.
fn reads_as_title(text: &str, tokens: &[Range<usize>]) -> bool {
    tokens.iter().any(|r| {
        let word = text.get(r.clone()).unwrap_or_default();
        word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) && !word.contains(['_', '-', '.', '*'])
    })
}

/// The piece without ` (remark)`, and the remark.
fn without_remark(text: &str, piece: &Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    let body = text.get(piece.clone()).unwrap_or_default();
    let open = body.match_indices('(').map(|(i, _)| i).find(|i| {
        let before = body.get(..*i).unwrap_or_default();
        before.ends_with(char::is_whitespace) || before.is_empty() || body.get(*i..).is_some_and(|b| b.contains(' '))
    });
    let Some(open) = open else { return (piece.clone(), None) };
    let close = body.get(open..).and_then(|b| b.find(')')).map_or(body.len(), |c| open + c);
    let remark = Some(trimmed(text, piece.start + open + 1..piece.start + close)).filter(|r| !r.is_empty());
    let head = trimmed(text, piece.start..piece.start + open);
    if head.is_empty() {
        // `(vendor) name`
        let rest = (piece.start + close + 1).min(piece.end);
        return (trimmed(text, rest..piece.end), remark);
    }
    (head, remark)
}

/// Words of a piece, with `<container id>` and the like kept whole where they belong to a name.
fn tokens(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (within.start, 0_u32);
    let body = text.get(within.clone()).unwrap_or_default();
    for (i, c) in body.char_indices() {
        let at = within.start + i;
        match c {
            '<' | '{' | '[' if at > start && closes_soon(text, at, c) => depth += 1,
            '>' | '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && depth == 0 {
            found.push(start..at);
            start = at + c.len_utf8();
        }
    }
    found.push(start..within.end);
    found.into_iter().filter(|r| !r.is_empty()).collect()
}

/// A single word as a name.
pub(crate) fn named(text: &str, token: &Range<usize>) -> Option<Name> {
    let word = text.get(token.clone())?;
    let (start, end) = bare(word);
    let word = word.get(start..end)?;
    let glob = glob(word)?;
    let strength = strength(word, &glob);
    Some(Name { glob, range: token.start + start..token.start + end, strength, note: None })
}

/// Byte range of a word without quotation marks and punctuation around it.
fn bare(word: &str) -> (usize, usize) {
    const QUOTES: [char; 15] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»', '‹', '›', '「', '」', '´'];
    let lead =
        word.trim_start_matches(QUOTES).trim_start_matches(['•', '·', '–', '→', '(', ':']).trim_start_matches(QUOTES);
    let start = word.len() - lead.len();
    let mut tail = lead;
    loop {
        let next =
            tail.trim_end_matches(QUOTES).trim_end_matches([',', ';', ':', '!', '?', '¹', '²', '³', '†', '®', '™']);
        let next = if next.contains('(') { next } else { next.trim_end_matches(')') };
        let next = next.strip_suffix('.').filter(|n| !n.ends_with('.')).unwrap_or(next);
        if next.len() == tail.len() {
            break;
        }
        tail = next;
    }
    (start, start + tail.len())
}

/// `'wordpress_' . COOKIEHASH`, `"a_" + id`
fn concatenated(piece: &str) -> Option<String> {
    let quote = piece.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let rest = piece.get(1..)?;
    let end = rest.find(quote)?;
    let after = rest.get(end + 1..)?.trim_start();
    let variable = after.strip_prefix(['.', '+'])?.trim();
    let plain =
        variable.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '(' | ')' | '.' | '-' | '>'));
    let literal = rest.get(..end)?;
    (!variable.is_empty() && plain && !literal.is_empty() && is_valid(literal)).then(|| format!("{literal}*"))
}

/// The glob that a written name stands for; `None` where it cannot be a name.
pub(crate) fn glob(word: &str) -> Option<String> {
    if word.is_empty() || word.len() > LONGEST_NAME || is_address(word) || is_domain(word) {
        return None;
    }
    let word = word.replace('\\', "").replace(['‑', '–'], "-").replace('…', "*").replace("...", "*");
    let mut glob = placeholders(&word);
    // `ph_` is a beginning; `Analyse-` of `Analyse- und Werbe-Cookies` is none.
    let inner = glob.trim_end_matches('-');
    if glob.ends_with('-') && !inner.contains(['_', '-', '.']) {
        return None;
    }
    if glob.ends_with(['_', '-']) && literal(&glob) >= 3 {
        glob.push('*');
    }
    let valid = is_valid(&glob) && glob.chars().any(|c| c.is_ascii_alphanumeric());
    let digits = glob.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '*' | '-' | '/' | ':'));
    (valid && !digits && !words().is_one("nothing", "words", &glob)).then_some(glob)
}

/// Characters that are fixed.
fn literal(glob: &str) -> usize {
    glob.chars().filter(|c| *c != '*').count()
}

/// Every way to write "something goes here" as `*`.
fn placeholders(word: &str) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let length = placeholder(rest, &out);
        if length > 0 {
            if !out.ends_with('*') {
                out.push('*');
            }
            rest = rest.get(length..).unwrap_or_default();
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    // `UA-XXXX-X`: the single letter behind belongs to the placeholder.
    for tail in ["*-X", "*-x", "*-Y", "*-y", "*-1", "*-#"] {
        if let Some(head) = out.strip_suffix(tail) {
            out = format!("{head}*");
        }
    }
    out
}

/// Length of a placeholder at the start of a text; `before` is what precedes it.
fn placeholder(rest: &str, before: &str) -> usize {
    let bracket = |close: char| rest.find(close).map_or(0, |end| end + close.len_utf8());
    let run = |of: &[char]| rest.len() - rest.trim_start_matches(of).len();
    match rest.chars().next() {
        Some('<') => bracket('>'),
        Some('{') => {
            let end = bracket('}');
            end + rest.get(end..).map_or(0, |r| r.len() - r.trim_start_matches('}').len())
        }
        Some('[') => bracket(']'),
        Some('(') if !before.is_empty() => bracket(')'),
        Some('#') => run(&['#']),
        Some('*') => run(&['*']),
        Some('%') if rest.starts_with("%s") || rest.starts_with("%d") => 2,
        Some('$') if !before.is_empty() => rest.len(),
        Some(c @ ('x' | 'X')) => {
            let length = run(&[c]);
            let inside = before.chars().next_back().is_some_and(char::is_alphabetic);
            if length >= 3 && !inside { length } else { 0 }
        }
        _ => 0,
    }
}

fn is_valid(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, ',' | ';' | '"' | '=' | '<' | '>' | '(' | ')' | '?' | '\\' | '@'))
}

fn is_address(word: &str) -> bool {
    word.contains("://")
        || word.contains('@')
        || word.starts_with("www.")
        || word.starts_with("//")
        || word.starts_with("mailto:")
}

/// Whether a word is a domain, or a glob of domains, and no name.
pub(crate) fn is_domain(word: &str) -> bool {
    let plain = word.trim_start_matches("*.").trim_start_matches('.').trim_end_matches('.').trim_end_matches('/');
    if plain.contains(['_', '*', '/', '%', ':']) || !plain.contains('.') {
        return false;
    }
    let labels = plain.split('.').all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'));
    let last = plain.rsplit('.').next().unwrap_or_default();
    // Endings that names of cookies have more often than hosts do.
    let odd = matches!(
        last,
        "id" | "name"
            | "js"
            | "sid"
            | "js"
            | "test"
            | "session"
            | "php"
            | "date"
            | "new"
            | "active"
            | "page"
            | "link"
            | "call"
            | "data"
    );
    let known = psl::suffix(plain.to_ascii_lowercase().as_bytes()).is_some_and(|s| s.is_known());
    labels && known && !odd && last.chars().all(|c| c.is_lowercase() || !c.is_ascii())
}

/// How much a word looks like a name.
fn strength(word: &str, glob: &str) -> Strength {
    let letters = glob.chars().filter(char::is_ascii_alphabetic).count();
    let upper = glob.chars().filter(char::is_ascii_uppercase).count();
    let digits = glob.chars().filter(char::is_ascii_digit).count();
    let camel =
        glob.as_bytes().windows(2).any(|w| matches!(w, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    // `iPhone`, `eCommerce`: one small letter before a capital is how brands are written.
    let small = glob.len() - glob.trim_start_matches(|c: char| c.is_ascii_lowercase()).len();
    let ids = ["SESSID", "SESSIONID", "ASPX"].iter().any(|s| glob.to_ascii_uppercase().contains(s));
    if (glob.contains('_') && letters > 0) || ids || (glob.contains('*') && literal(glob) >= 2) {
        return Strength::Strong;
    }
    if (camel && small >= 2 && letters >= 5) || (word.contains('%') && letters > 2) {
        return Strength::Strong;
    }
    let mixed = digits > 0 && letters >= 2 && !starts_with_digit(glob);
    let capitals = upper == letters && letters >= 2;
    if camel || mixed || capitals || glob.contains(['-', '.', ':', '/', '|', '*', '!', '~']) {
        return Strength::Medium;
    }
    Strength::Weak
}

fn starts_with_digit(glob: &str) -> bool {
    glob.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(plain: &str) -> Vec<String> {
        let text = Text { plain: plain.to_owned(), ..Text::default() };
        in_cell(&text).into_iter().map(|n| n.glob).collect()
    }

    #[test]
    fn placeholders_become_globs() {
        let cases = [
            ("_ga_<ID>", "_ga_*"),
            ("_ga_<container-id>", "_ga_*"),
            ("_gat_UA-XXXXXX-X", "_gat_UA-*"),
            ("AMCV_#", "AMCV_*"),
            ("wp-settings-{user_id}", "wp-settings-*"),
            ("comment_author_{{HASH}}", "comment_author_*"),
            ("stonlyEP_##########_open", "stonlyEP_*_open"),
            ("_hjSessionUser_xxxxxx", "_hjSessionUser_*"),
            ("ph_", "ph_*"),
            ("_pk_id.*", "_pk_id.*"),
            ("maxx", "maxx"),
            ("_hjSession_[site id]", "_hjSession_*"),
        ];
        for (written, wanted) in cases {
            assert_eq!(cell(written), [wanted], "{written}");
        }
        assert_eq!(cell("'wordpress_' . COOKIEHASH"), ["wordpress_*"]);
    }

    #[test]
    fn several_in_one_cell() {
        let cases: [(&str, &[&str]); 10] = [
            ("__stripe_sid / __stripe_mid", &["__stripe_sid", "__stripe_mid"]),
            ("_ga, _gid and _gat", &["_ga", "_gid", "_gat"]),
            ("wporg_logged_in wporg_sec", &["wporg_logged_in", "wporg_sec"]),
            ("Google Analytics e.g. _ga, _gid", &["_ga", "_gid"]),
            ("ad-id, ad-privacy (Amazon)", &["ad-id", "ad-privacy"]),
            ("_s; branch_session (Branch)\nkxsegs, kxuser,", &["_s", "branch_session", "kxsegs", "kxuser"]),
            ("crisp-client/domain-detect/1", &["crisp-client/domain-detect/1"]),
            ("_ga_<container id>", &["_ga_*"]),
            ("lang", &["lang"]),
            ("uid und lang", &["uid", "lang"]),
        ];
        for (written, wanted) in cases {
            assert_eq!(cell(written), wanted, "{written}");
        }
        let text = Text { plain: "ad-id, ad-privacy (Amazon)".to_owned(), ..Text::default() };
        assert_eq!(in_cell(&text).last().and_then(|n| n.note.clone()), Some("Amazon".to_owned()));
    }

    #[test]
    fn what_is_no_name() {
        let no = [
            "*.linkedin.com",
            "www.shop.test",
            "linkedin.com",
            "N/A (not a cookie)",
            "Google Analytics",
            "https://x.test/a_b",
            "me@x.test",
            "-",
            "",
            "Session cookies",
            "123",
            "これはクッキー",
        ];
        for written in no {
            assert_eq!(cell(written), Vec::<String>::new(), "{written}");
        }
        for written in ["cookies.js", "connect.sid", "twitch.lohp.countryCode", "ASP.NET_SessionId"] {
            assert_eq!(cell(written), [written]);
        }
    }
}
