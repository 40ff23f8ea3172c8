//! Taking a value apart: URL-encoding, JSON and base64 unwrapped, then split at separators, each piece typed.
//!
//! Bounded in length, depth and number of pieces, since pages choose values. Nothing here is written anywhere.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::shape::{self, Kind, is_base64, kind_of};

/// Characters of a value that are looked at; the rest counts in its length alone.
const MAX_LENGTH: usize = 16 * 1024;
/// Wrappings within wrappings.
const MAX_DEPTH: u8 = 5;
/// Pieces kept of one value.
const MAX_PIECES: usize = 96;

/// What of one value may stay readable: each small number and each word is guessable, a long row of them is not.
pub(super) struct Allowance {
    digits: usize,
    words: usize,
}

impl Allowance {
    pub(super) fn new() -> Self {
        Self { digits: 6, words: 24 }
    }

    /// Whether this harmless token may still be written down.
    pub(super) fn spend(&mut self, kind: Kind, text: &str) -> bool {
        let (left, cost) = if kind == Kind::Number { (&mut self.digits, text.len()) } else { (&mut self.words, 1) };
        let granted = *left >= cost;
        *left = left.saturating_sub(cost);
        granted
    }
}

/// A typed piece of a value. Lives only as long as the value itself; no `Debug`, so that it cannot be logged.
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) harmless: bool,
}

/// A run of a value as it stands there: a separator, or a token with its kind.
pub(super) enum Run<'a> {
    Separator(&'a str),
    Token(&'a str, Kind, bool),
}

/// The pieces of a value, in order, with its overall wrapping (`json`, `base64`, …) if it has one.
pub(super) struct Taken {
    pub(super) wrapping: Option<&'static str>,
    pub(super) pieces: Vec<Piece>,
}

/// Takes a value apart.
pub(super) fn take_apart(value: &str, moments: &RangeInclusive<i64>) -> Taken {
    let mut taken = Taker { moments, pieces: Vec::new(), wrapping: None, allowance: Allowance::new() };
    let bounded = cut(value);
    taken.value(bounded, 0);
    Taken { wrapping: taken.wrapping, pieces: taken.pieces }
}

fn cut(value: &str) -> &str {
    let mut end = value.len().min(MAX_LENGTH);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    value.get(..end).unwrap_or_default()
}

struct Taker<'m> {
    moments: &'m RangeInclusive<i64>,
    pieces: Vec<Piece>,
    wrapping: Option<&'static str>,
    allowance: Allowance,
}

impl Taker<'_> {
    fn push(&mut self, kind: Kind, text: &str, harmless: bool) {
        if self.pieces.len() < MAX_PIECES && !text.is_empty() {
            let harmless = harmless && (kind == Kind::Format || self.allowance.spend(kind, text));
            self.pieces.push(Piece { kind, text: text.to_owned(), harmless });
        }
    }

    fn value(&mut self, value: &str, depth: u8) {
        if depth >= MAX_DEPTH {
            return self.push(Kind::Opaque, value, false);
        }
        let decoded = percent_decoded(value);
        let value = decoded.as_deref().unwrap_or(value).trim();
        if let Some(format) = format_of(value) {
            self.push(Kind::Format, format, true);
        }
        let value = value.strip_prefix("s:").unwrap_or(value);
        if let Some(json) = json(value) {
            self.wrap("json", depth);
            return self.json(&json, depth + 1);
        }
        if let Some(inner) = readable_base64(value) {
            self.wrap("base64", depth);
            return self.value(&inner, depth + 1);
        }
        self.split(value, depth);
    }

    fn wrap(&mut self, name: &'static str, depth: u8) {
        if depth == 0 {
            self.wrapping = Some(name);
        }
    }

    fn json(&mut self, json: &Value, depth: u8) {
        match json {
            Value::Object(map) => {
                for (key, inner) in map {
                    let known = key.split(['_', '-', '.']).all(|w| kind_of(w, self.moments).1);
                    self.push(Kind::JsonKey, key, known);
                    self.json(inner, depth);
                }
            }
            Value::Array(items) => items.iter().for_each(|i| self.json(i, depth)),
            Value::String(text) => self.value(text, depth),
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) => self.split(&json.to_string(), depth),
        }
    }

    fn split(&mut self, value: &str, depth: u8) {
        let random_first = value.starts_with("GA1.") || value.starts_with("fb.");
        let mut seen_moment = false;
        for run in runs(value, self.moments) {
            let Run::Token(text, kind, harmless) = run else { continue };
            match kind {
                Kind::Jwt => self.jwt(text, depth),
                Kind::Url => self.url(text, depth),
                Kind::Base64 | Kind::Opaque if depth + 1 < MAX_DEPTH && text.len() < value.len() => {
                    match readable_base64(text) {
                        Some(inner) => self.value(&inner, depth + 1),
                        None => self.push(kind, text, harmless),
                    }
                }
                // GA1.2.R.T: R is drawn from the same range that moments come from, T is the moment.
                Kind::Timestamp if random_first && value.starts_with('G') && !seen_moment => {
                    seen_moment = true;
                    self.push(Kind::Number, text, false);
                }
                _ => self.push(kind, text, harmless),
            }
        }
    }

    fn jwt(&mut self, token: &str, depth: u8) {
        self.push(Kind::Jwt, token, false);
        let payload = token.split('.').nth(1).and_then(readable_base64);
        if let Some(payload) = payload {
            self.value(&payload, depth + 1);
        }
    }

    fn url(&mut self, text: &str, depth: u8) {
        self.push(Kind::Url, text, false);
        if let Some((_, query)) = text.split_once('?') {
            self.value(query, depth + 1);
        }
    }
}

/// Percent-decoding, twice at most; `None` where nothing was encoded or it is no text.
fn percent_decoded(value: &str) -> Option<String> {
    let once = decoded_once(value)?;
    Some(decoded_once(&once).unwrap_or(once))
}

fn decoded_once(value: &str) -> Option<String> {
    if !value.contains('%') {
        return None;
    }
    let text = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
    (text != value).then(|| text.into_owned())
}

fn json(value: &str) -> Option<Value> {
    let framed = |open, close| value.starts_with(open) && value.ends_with(close) && value.len() >= 2;
    if framed('{', '}') || framed('[', ']') || framed('"', '"') { serde_json::from_str(value).ok() } else { None }
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Base64 of readable text, unwrapped; random bytes are not readable and stay as they are.
pub(super) fn readable_base64(token: &str) -> Option<String> {
    if token.len() < 8 || token.len() > MAX_LENGTH || token.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let engine = if token.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let bytes = GeneralPurpose::new(engine, LENIENT).decode(token).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let readable = text.chars().all(|c| !c.is_control() || c.is_ascii_whitespace());
    // Three bytes of chance text are cheap, so short tokens must look like something people write.
    let plain = text.bytes().filter(|b| b.is_ascii_alphanumeric() || b"{}[]\":,;.-_=&|/ @".contains(b)).count();
    (readable && plain == text.len() && !text.is_empty()).then_some(text)
}

/// Known forms of signed and sealed server state.
fn format_of(value: &str) -> Option<&'static str> {
    let hex_tail =
        |tail: &str, lengths: &[usize]| lengths.contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_hexdigit());
    if value.starts_with("CfDJ8") {
        return Some("aspnet-protected");
    }
    if value.strip_prefix("s:").is_some_and(|v| v.rsplit_once('.').is_some_and(|(_, sig)| sig.len() >= 40)) {
        return Some("express-signed");
    }
    if value.rsplit_once("--").is_some_and(|(_, sig)| hex_tail(sig, &[40, 64]) || is_base64(sig)) {
        return Some("rails-signed");
    }
    if value.starts_with("eyJpdiI6") {
        return Some("laravel-encrypted");
    }
    let fields: Vec<&str> = value.split(['.', ':']).collect();
    if let [payload, moment, signature] = fields.as_slice() {
        let body = payload.trim_start_matches('.').len() >= 4;
        if body && (6..=7).contains(&moment.len()) && (27..=43).contains(&signature.len()) && jwtless(payload) {
            return Some("itsdangerous-signed");
        }
    }
    if php_serialized(value) { Some("php-serialized") } else { None }
}

fn jwtless(payload: &str) -> bool {
    shape::jwt_header(payload).is_none()
}

fn php_serialized(value: &str) -> bool {
    let mut bytes = value.bytes();
    matches!(bytes.next(), Some(b'a' | b'O' | b's'))
        && bytes.next() == Some(b':')
        && bytes.next().is_some_and(|b| b.is_ascii_digit())
        && (value.contains(":{") || value.contains(":\""))
}

/// Splits a text into separators and typed tokens; what must stay whole stays whole. Loses no character.
pub(super) fn runs<'a>(value: &'a str, moments: &RangeInclusive<i64>) -> Vec<Run<'a>> {
    let mut out = Vec::new();
    let mut at = 0;
    for found in shape::wholes().map(|r| r.find_iter(value)).into_iter().flatten() {
        let Some(kind) = shape::whole(found.as_str()) else { continue };
        gap(value.get(at..found.start()).unwrap_or_default(), moments, &mut out);
        out.push(Run::Token(found.as_str(), kind, kind == Kind::TimeZone));
        at = found.end();
    }
    gap(value.get(at..).unwrap_or_default(), moments, &mut out);
    out
}

/// Between the wholes: first at what never stands inside base64 or a locale, then at the rest.
fn gap<'a>(text: &'a str, moments: &RangeInclusive<i64>, out: &mut Vec<Run<'a>>) {
    let strong = |c: char| c.is_ascii() && !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '=' | '+'));
    pieces(text, strong, out, &mut |chunk, out| {
        let (kind, harmless) = kind_of(chunk, moments);
        let whole = harmless || kind == Kind::Date || (is_base64(chunk) && sealed(chunk));
        if whole {
            out.push(Run::Token(chunk, kind, harmless));
        } else {
            let weak = |c: char| matches!(c, '/' | '-' | '_' | '=' | '+');
            pieces(chunk, weak, out, &mut |token, out| {
                let (kind, harmless) = kind_of(token, moments);
                out.push(Run::Token(token, kind, harmless));
            });
        }
    });
}

/// Base64 whose `-`, `_`, `/` stand within random text, not between words.
fn sealed(chunk: &str) -> bool {
    shape::looks_random(chunk) || readable_base64(chunk).is_some()
}

fn pieces<'a>(
    text: &'a str,
    separates: impl Fn(char) -> bool,
    out: &mut Vec<Run<'a>>,
    token: &mut dyn FnMut(&'a str, &mut Vec<Run<'a>>),
) {
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(&separates).unwrap_or(rest.len());
        let (chunk, tail) = rest.split_at(end);
        if !chunk.is_empty() {
            token(chunk, out);
        }
        let stop = tail.find(|c| !separates(c)).unwrap_or(tail.len());
        let (separator, next) = tail.split_at(stop);
        if !separator.is_empty() {
            out.push(Run::Separator(separator));
        }
        rest = next;
    }
}
