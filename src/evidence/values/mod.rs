//! The recording boundary: a value is read here once and leaves as facts; what only one visitor could have is replaced
//! by its length and a keyed hash.
//!
//! `words` knows what anybody could guess, `shape` types a piece, `parts` takes a value apart, `redact` cleans lines,
//! URLs and texts by the same parts, `leaks` finds a part in a request while it is still at hand. Not here: what a
//! value means for a cookie's purpose (judge).

mod hidden;
pub mod leaks;
mod parts;
mod redact;
mod shape;
mod words;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use self::hidden::Hidden;
use self::parts::{Piece, Taken, take_apart};
use self::shape::Kind;
use crate::evidence::model::{ValueFacts, ValuePart};

/// Shortest part that is looked for in requests, and longest.
const SECRET_LENGTHS: RangeInclusive<usize> = 8..=512;

/// Reduces values to facts under a key of its own.
///
/// No `Debug`, no `Serialize`: the key dies with the recording, and with it every way back to a value.
#[derive(Clone)]
pub struct Redactor {
    key: [u8; 32],
    keep_values: bool,
    moments: RangeInclusive<i64>,
    hidden: Hidden,
    credentials: Arc<[String]>,
}

/// An unguessable part in the clear, for looking it up in requests. Lives in memory only: no `Debug`, no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretPart {
    text: String,
    hmac: String,
}

impl SecretPart {
    /// The part itself. Must not be written anywhere.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The hash that [`ValuePart::hmac`] holds for the same part.
    #[must_use]
    pub fn hmac(&self) -> &str {
        &self.hmac
    }
}

impl Redactor {
    /// A redactor under this key. Equal parts get equal hashes under equal keys only.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            keep_values: false,
            moments: shape::ANY_MOMENT,
            hidden: Hidden::default(),
            credentials: Arc::default(),
        }
    }

    /// Keeps each whole value beside its facts ([`ValueFacts::raw`]). Nothing else changes, so that judging is the same.
    #[must_use]
    pub fn keep_values(self, keep: bool) -> Self {
        Self { keep_values: keep, ..self }
    }

    /// Tells when the recording takes place: only numbers within 400 days of it, the longest a cookie lives, are then
    /// taken for moments. Without it an identifier of ten digits could pass for one.
    #[must_use]
    pub fn at(self, unix_seconds: i64) -> Self {
        const SPAN: i64 = 400 * 24 * 60 * 60;
        Self { moments: unix_seconds.saturating_sub(SPAN)..=unix_seconds.saturating_add(SPAN), ..self }
    }

    /// Names credentials that must not be written anywhere: passwords, tokens and the like, as the visitor enters them.
    #[must_use]
    pub fn hide(self, secrets: &[String]) -> Self {
        let credentials = secrets.iter().filter(|secret| hidden::is_long_enough(secret)).cloned().collect();
        Self { hidden: Hidden::new(secrets), credentials, ..self }
    }

    /// A text without hidden credentials; the rest stays as it is.
    #[must_use]
    pub fn without_hidden(&self, text: &str) -> String {
        self.hidden.mask(text)
    }

    /// An address without hidden credentials, otherwise usable.
    #[must_use]
    pub fn url_without_hidden(&self, url: &str) -> String {
        self.hidden.mask_url(url)
    }

    /// What a value is, without the value.
    #[must_use]
    pub fn facts(&self, value: &str) -> ValueFacts {
        let Taken { wrapping, pieces } = take_apart(value, &self.moments);
        let shape = wrapping.map_or_else(|| overall(value, &pieces), str::to_owned);
        ValueFacts {
            length: length(value),
            shape,
            parts: pieces.iter().map(|p| self.part(p)).collect(),
            raw: self.keep_values.then(|| self.hidden.mask(value)),
        }
    }

    fn part(&self, piece: &Piece) -> ValuePart {
        ValuePart {
            kind: piece.kind.word().to_owned(),
            text: piece.harmless.then(|| self.hidden.mask(&piece.text)),
            length: length(&piece.text),
            hmac: (!piece.harmless).then(|| self.hmac(&piece.text)),
        }
    }

    /// Unguessable parts of a value that are long enough to be told from chance: moments, dates and consent strings are
    /// no secrets. The whole value comes along where it is made of several parts, since it may be sent hashed.
    #[must_use]
    pub fn secrets(&self, value: &str) -> Vec<SecretPart> {
        let pieces = take_apart(value, &self.moments).pieces;
        let mut texts: Vec<String> = pieces.into_iter().filter(is_secret).map(|p| p.text).collect();
        if !texts.is_empty() && SECRET_LENGTHS.contains(&value.len()) {
            texts.push(value.to_owned());
        }
        texts.sort();
        texts.dedup();
        texts.into_iter().map(|text| SecretPart { hmac: self.hmac(&text), text }).collect()
    }

    /// What a picture must not show: the unguessable parts of these values and the credentials, longest first.
    pub(crate) fn terms<'a>(&self, values: impl Iterator<Item = &'a String>) -> Vec<String> {
        let mut terms: BTreeSet<String> = self.credentials.iter().cloned().collect();
        for value in values {
            terms.extend(self.secrets(value).into_iter().map(|part| part.text));
        }
        let mut terms: Vec<String> = terms.into_iter().collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
        terms
    }

    /// Ninety-six bits of HMAC-SHA-256: enough to tell parts apart, useless without the key.
    fn hmac(&self, text: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(text.as_bytes());
        let tag = mac.finalize().into_bytes();
        tag.iter().take(12).fold(String::new(), |out, byte| format!("{out}{byte:02x}"))
    }
}

fn is_secret(piece: &Piece) -> bool {
    let kind = matches!(
        piece.kind,
        Kind::Number | Kind::Email | Kind::Ip | Kind::Jwt | Kind::Uuid | Kind::Hex | Kind::Base64 | Kind::Opaque
    );
    kind && !piece.harmless && SECRET_LENGTHS.contains(&piece.text.len())
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Shape of a value that is not wrapped: its one part's kind, or a list.
fn overall(value: &str, pieces: &[Piece]) -> String {
    let typed: Vec<&Piece> = pieces.iter().filter(|p| p.kind != Kind::Format).collect();
    let shape = match typed.as_slice() {
        [] if value.is_empty() => "empty",
        [] => "opaque",
        [one] => one.kind.word(),
        [first, ..] if matches!(first.kind, Kind::Jwt | Kind::Url) => first.kind.word(),
        _ => "list",
    };
    shape.to_owned()
}

#[cfg(test)]
mod tests;
