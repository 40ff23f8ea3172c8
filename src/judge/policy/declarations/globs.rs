//! One written word as a cookie's name: the glob it stands for, and how much it looks like a name.
//!
//! `_ga_<ID>`, `AMCV_#`, `_gat_UA-XXXX-X` become globs; addresses, domains, numbers and values become nothing.

use super::words::words;

const LONGEST_NAME: usize = 150;

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

/// The glob that a written name stands for; `None` where it cannot be a name.
pub(super) fn glob(word: &str) -> Option<String> {
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

/// Whether a name or glob holds only characters that names may have.
pub(super) fn is_valid(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, ',' | ';' | '"' | '=' | '<' | '>' | '(' | ')' | '?' | '\\'))
}

fn is_address(word: &str) -> bool {
    let mail =
        word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.') && !host.contains('@'));
    mail || word.contains("://") || word.starts_with("www.") || word.starts_with("//") || word.starts_with("mailto:")
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
pub(super) fn strength(word: &str, glob: &str) -> Strength {
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
