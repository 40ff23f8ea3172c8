//! Cleaning what is written beside the facts: Set-Cookie lines, URLs, stacks. Same pieces, same judgement of what is
//! guessable; what is not becomes `[length]`.
//!
//! A cookie's value is cleaned strictly (only vocabulary stays). A URL's path and a stack are cleaned of what looks
//! random or personal, since page and script addresses must stay readable.

use std::sync::OnceLock;

use regex::Regex;

use super::Redactor;
use super::parts::{Allowance, Run, runs};
use super::shape::{Kind, looks_random};

/// Longest separator run that is left standing.
const MAX_SEPARATOR: usize = 4;
/// Attributes whose values stay as sent.
const PUBLIC_ATTRIBUTES: [&str; 8] =
    ["expires", "max-age", "domain", "samesite", "priority", "secure", "httponly", "partitioned"];
/// Words in a parameter's name after which nothing is left readable.
const SECRET_PARAMETERS: [&str; 15] = [
    "token", "key", "sig", "auth", "session", "secret", "pass", "code", "nonce", "mail", "user", "sid", "uid", "cid",
    "login",
];
/// Endings of public files, whose names often carry a hash of their content.
const STATIC_ENDINGS: [&str; 14] = [
    ".js", ".mjs", ".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".woff2", ".woff",
    ".wasm",
];

impl Redactor {
    /// A Set-Cookie line, or a string given to `document.cookie`, with its value cleaned; name and attributes stay.
    #[must_use]
    pub fn line(&self, line: &str) -> String {
        let line = self.hidden.mask(line);
        let mut fields = line.split(';');
        let pair = fields.next().unwrap_or_default();
        let mut out = match pair.split_once('=') {
            Some((name, value)) => format!("{}={}", shown(name), self.value(value.trim())),
            None => self.value(pair.trim()),
        };
        for field in fields {
            out.push(';');
            out.push_str(&self.attribute(field));
        }
        out
    }

    fn attribute(&self, field: &str) -> String {
        let Some((name, value)) = field.split_once('=') else { return self.value_of_attribute(field) };
        let word = name.trim().to_ascii_lowercase();
        let value = match &*word {
            "path" => self.path(value),
            known if PUBLIC_ATTRIBUTES.contains(&known) => shown(value),
            _ => self.value(value),
        };
        format!("{}={value}", shown(name))
    }

    fn value_of_attribute(&self, field: &str) -> String {
        let known = PUBLIC_ATTRIBUTES.contains(&&*field.trim().to_ascii_lowercase());
        if known { shown(field) } else { self.value(field) }
    }

    /// A value, with only guessable pieces and its separators left.
    pub(crate) fn value(&self, value: &str) -> String {
        let decoded = percent_encoding::percent_decode_str(value).decode_utf8().ok();
        let value = decoded.as_deref().unwrap_or(value);
        let mut allowance = Allowance::new();
        let mut out = String::new();
        for run in runs(value, &self.moments) {
            match run {
                Run::Separator(text) if text.len() <= MAX_SEPARATOR => out.push_str(&shown(text)),
                Run::Token(text, kind, true) if allowance.spend(kind, text) => out.push_str(text),
                Run::Separator(text) | Run::Token(text, ..) => out.push_str(&blank(text)),
            }
        }
        out
    }

    /// A URL with credentials, unguessable query values, path segments and fragment cleaned. Addresses of static files
    /// keep their path: it is public, and it names the writer.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        let url = self.hidden.mask_url(url);
        let (rest, fragment) = split_at(&url, '#');
        let (address, query) = split_at(rest, '?');
        let mut out = self.address(address);
        if let Some(query) = query {
            out.push('?');
            let fields: Vec<String> = query.split('&').map(|f| self.parameter(f)).collect();
            out.push_str(&fields.join("&"));
        }
        if let Some(fragment) = fragment {
            out.push('#');
            out.push_str(&self.loosely(fragment, 8));
        }
        out
    }

    fn address(&self, address: &str) -> String {
        let Some((scheme, rest)) = address.split_once("://") else {
            // data:, blob:, about: and relative addresses: the head says what it is, the rest may be anything.
            return match address.split_once(':') {
                Some((scheme @ ("data" | "javascript"), body)) => format!("{scheme}:{}", blank(body)),
                _ => self.path(address),
            };
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        format!("{scheme}://{}{}", shown(host), self.path(path))
    }

    fn path(&self, path: &str) -> String {
        let lower = path.to_ascii_lowercase();
        if STATIC_ENDINGS.iter().any(|e| lower.ends_with(e)) { shown(path) } else { self.loosely(path, 20) }
    }

    fn parameter(&self, field: &str) -> String {
        let Some((name, value)) = field.split_once('=') else { return self.loosely(field, 8) };
        let word = name.to_ascii_lowercase();
        let secret = SECRET_PARAMETERS.iter().any(|p| word.contains(p));
        let value = if secret { self.value(value) } else { self.loosely(value, 8) };
        format!("{}={value}", self.loosely(name, 20))
    }

    /// Cleans what looks random (from so many characters on) or personal, and leaves words that it does not know.
    fn loosely(&self, text: &str, from: usize) -> String {
        let decoded =
            text.contains('%').then(|| percent_encoding::percent_decode_str(text).decode_utf8().ok()).flatten();
        let clean = |text: &str| -> String {
            let kept = |run: Run<'_>| match run {
                Run::Token(text, kind, false) if tells(kind, text, from) => blank(text),
                Run::Separator(text) | Run::Token(text, ..) => shown(text),
            };
            runs(text, &self.moments).into_iter().map(kept).collect()
        };
        match decoded {
            // What hides behind percent signs is shown encoded where it is harmless, so that addresses stay addresses.
            Some(plain) if clean(&plain) == shown(&plain) => shown(text),
            Some(plain) => clean(&plain),
            None => clean(text),
        }
    }

    /// A stack or message: its URLs cleaned as URLs, and random or personal words in between.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let text = &*self.hidden.mask(text);
        let Some(urls) = urls() else { return blank(text) };
        let mut out = String::new();
        let mut at = 0;
        for found in urls.find_iter(text) {
            out.push_str(&self.loosely(text.get(at..found.start()).unwrap_or_default(), 20));
            out.push_str(&self.with_position(found.as_str()));
            at = found.end();
        }
        out.push_str(&self.loosely(text.get(at..).unwrap_or_default(), 20));
        out
    }

    /// `URL:line:column`, as stacks write it.
    fn with_position(&self, found: &str) -> String {
        let url = found.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':');
        let tail = found.get(url.len()..).unwrap_or_default();
        // Digits before the first colon belong to the address.
        let (digits, position) = tail.find(':').map_or((tail, ""), |at| tail.split_at(at));
        format!("{}{position}", self.url(&format!("{url}{digits}")))
    }
}

/// Whether a piece that no vocabulary knows says something about one visitor.
fn tells(kind: Kind, text: &str, from: usize) -> bool {
    match kind {
        Kind::Email | Kind::Jwt | Kind::Uuid | Kind::Ip => true,
        Kind::Hex => text.len() >= from,
        Kind::Number => text.len() >= from.max(8),
        Kind::Base64 | Kind::Opaque => looks_random(text) || text.len() >= from && mixed(text) || text.len() > 40,
        Kind::Url => text.contains(['?', '@', '#']),
        _ => false,
    }
}

/// Letters and at least two digits.
fn mixed(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 2 && text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn split_at(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(a, b)| (a, Some(b)))
}

/// What stands for a cleaned piece: its length.
pub(super) fn blank(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("[{}]", text.chars().count()) }
}

/// Control characters out: lines end up in logs and terminals.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn urls() -> Option<&'static Regex> {
    static FOUND: OnceLock<Option<Regex>> = OnceLock::new();
    FOUND.get_or_init(|| Regex::new(r#"[a-z][a-z0-9+.-]{1,20}://[^\s()<>"']+"#).ok()).as_ref()
}
