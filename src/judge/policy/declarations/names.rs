//! Names of cookies as policies write them: what is one, what it stands for as a glob, several in one cell.
//!
//! Which single words are names, and as which globs, is for `globs`.

use std::ops::Range;

pub(crate) use super::globs::{Strength, is_domain};
use super::globs::{glob, is_valid, strength};
use super::lifetime;
use super::words::words;
use crate::judge::policy::document::{MarkKind, Text};

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
    let plain = text.plain.as_str();
    let mut found: Vec<Name> = Vec::new();
    for mark in code {
        let reach = mark.end;
        found.extend(pieces(plain, mark).into_iter().flat_map(|p| in_piece(plain, p)));
        if let Some(last) = found.last_mut().filter(|n| n.note.is_none()) {
            last.note = remark(plain, reach, plain.len());
        }
        if found.len() >= MOST_NAMES {
            break;
        }
    }
    found
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
        '\n' | ',' | ';' | '•' | '·' | '、' | '，' | '；' | '→' => true,
        '|' => space(before) || space(after),
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
    let mut found = among(text, words_range.clone());
    let Some(remark) = remark else { return found };
    if found.is_empty() && remark != piece {
        // `Google Analytics (_ga, _gid)`
        let inner = pieces(text, remark).into_iter().flat_map(|p| among(text, p));
        return inner.filter(|n| n.strength == Strength::Strong).collect();
    }
    let end = remark.end;
    if let Some(last) = found.last_mut() {
        last.note = text.get(remark).map(str::to_owned);
    }
    // `a_b (1 year) and c_d`
    if words_range.start == piece.start && end < piece.end {
        let rest = text.get(end..piece.end).map_or(end, |t| end + t.len() - t.trim_start_matches([')', ' ']).len());
        found.extend(in_piece(text, rest..piece.end));
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

/// `: 2 years` or `(2 years)` right behind a name.
pub(crate) fn remark(plain: &str, from: usize, to: usize) -> Option<String> {
    let rest = plain.get(from..to)?.trim_start_matches(['"', '\'', '`', '”', '»', ' ']);
    let body = rest.strip_prefix([':', '(', '–'])?;
    let end = body.find([',', ';', ')', '\n', '•']).unwrap_or(body.len());
    let body = body.get(..end)?.trim();
    let short = body.split_whitespace().count() <= 6;
    (short && !lifetime::parse(body, None).all.is_empty()).then(|| body.to_owned())
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
