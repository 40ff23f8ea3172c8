//! Finding an unguessable part of a value in a request: raw, URL-encoded, base64, or hashed (MD5, SHA-1, SHA-256).
//!
//! Holds parts in the clear, so it lives in memory only, as long as the page is looked at. Whether the receiver is
//! another site is decided by who asks.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::SecretPart;
use super::parts::readable_base64;
use super::redact::blank;

/// Characters of a request that are looked at.
const MAX_REQUEST: usize = 1024 * 1024;
/// Base64 words of a request that are unwrapped.
const MAX_WORDS: usize = 256;

/// Whose part it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// Name of the cookie or storage key.
    pub name: String,
    /// Domain of the cookie, or origin of the storage.
    pub domain: String,
}

/// A part found in a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Whose.
    pub owner: Owner,
    /// `raw`, `url_encoded`, `base64`, `md5`, `sha1`, `sha256`.
    pub how: &'static str,
    /// `url`, `header`, `body`.
    pub place: &'static str,
    /// HMAC of the part.
    pub part: String,
}

/// A request as it goes out, in the clear.
#[derive(Clone, Copy, Default)]
pub struct Request<'a> {
    /// Its URL.
    pub url: &'a str,
    /// Header names and values; the `Cookie` header is passed over, since a cookie going home is no leak.
    pub headers: &'a [(String, String)],
    /// Its body, as text.
    pub body: Option<&'a str>,
}

struct Needle {
    how: &'static str,
    /// Indices into `owners`.
    owners: BTreeSet<usize>,
    part: String,
    length: usize,
}

/// Finds the parts it was made from.
pub struct Scanner {
    owners: Vec<Owner>,
    needles: Vec<Needle>,
    finder: Option<AhoCorasick>,
}

impl Scanner {
    /// A scanner for these parts. Parts shared by several cookies are reported for each.
    #[must_use]
    pub fn new(values: &[(Owner, Vec<SecretPart>)]) -> Self {
        let owners: Vec<Owner> = values.iter().map(|(o, _)| o.clone()).collect();
        let mut forms: BTreeMap<String, Needle> = BTreeMap::new();
        for (index, (_, parts)) in values.iter().enumerate() {
            for part in parts {
                for (how, text) in forms_of(part.expose()) {
                    let fresh = || Needle {
                        how,
                        owners: BTreeSet::new(),
                        part: part.hmac().to_owned(),
                        length: part.expose().chars().count(),
                    };
                    forms.entry(text).or_insert_with(fresh).owners.insert(index);
                }
            }
        }
        // Leftmost-longest in the clear would hide a part inside its whole value, so all overlapping matches count.
        let finder = AhoCorasickBuilder::new().match_kind(MatchKind::Standard).build(forms.keys()).ok();
        Self { owners, needles: forms.into_values().collect(), finder }
    }

    /// Parts in a request, sorted, each once.
    #[must_use]
    pub fn scan(&self, request: Request<'_>) -> Vec<Hit> {
        let mut hits = BTreeSet::new();
        self.look(request.url, "url", &mut hits);
        for (name, value) in request.headers {
            if !name.eq_ignore_ascii_case("cookie") {
                self.look(value, "header", &mut hits);
            }
        }
        self.look(request.body.unwrap_or_default(), "body", &mut hits);
        hits.into_iter().collect()
    }

    fn look(&self, text: &str, place: &'static str, hits: &mut BTreeSet<Hit>) {
        let text = bounded(text);
        self.find(text, place, None, hits);
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8().ok().filter(|d| d != text);
        if let Some(decoded) = &decoded {
            self.find(decoded, place, Some("url_encoded"), hits);
        }
        let plain = decoded.as_deref().unwrap_or(text);
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
        let words = plain.split(|c| !is_base64(c)).flat_map(|w| [w, w.split_once('=').map_or("", |(_, v)| v)]);
        for inner in words.filter(|w| w.len() >= 12).take(MAX_WORDS).filter_map(readable_base64) {
            self.find(&inner, place, Some("base64"), hits);
        }
    }

    fn find(&self, text: &str, place: &'static str, wrapped: Option<&'static str>, hits: &mut BTreeSet<Hit>) {
        let Some(finder) = &self.finder else { return };
        for found in finder.find_overlapping_iter(text) {
            let Some(needle) = self.needles.get(found.pattern().as_usize()) else { continue };
            let how = if needle.how == "raw" { wrapped.unwrap_or("raw") } else { needle.how };
            for owner in needle.owners.iter().filter_map(|o| self.owners.get(*o)) {
                let hit = Hit { owner: owner.clone(), how, place, part: needle.part.clone() };
                // A part that stands there plainly needs no second, wrapped mention.
                let plain = Hit { how: "raw", ..hit.clone() };
                if how == needle.how || !hits.contains(&plain) {
                    hits.insert(hit);
                }
            }
        }
    }

    /// The same for an address: its scheme and host are no secret, whatever value names them too.
    #[must_use]
    pub fn mask_url(&self, url: &str) -> String {
        let after_scheme = url.find("://").map_or(0, |at| at + 3);
        let cut = url
            .get(after_scheme..)
            .and_then(|rest| rest.find(['/', '?', '#']))
            .map_or(url.len(), |at| after_scheme + at);
        let (origin, rest) = url.split_at(if after_scheme == 0 { 0 } else { cut });
        format!("{origin}{}", self.mask(rest))
    }

    /// Replaces every known part in a text by its length, whatever form it has.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        let Some(finder) = &self.finder else { return text.to_owned() };
        let mut spans: Vec<(usize, usize, usize)> = finder
            .find_overlapping_iter(text)
            .filter_map(|m| Some((m.start(), m.end(), self.needles.get(m.pattern().as_usize())?.length)))
            .collect();
        spans.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let (mut out, mut at) = (String::new(), 0);
        for (start, end, length) in spans {
            if start >= at {
                out.push_str(text.get(at..start).unwrap_or_default());
                out = format!("{out}[{length}]");
                at = end;
            } else if end > at {
                // Overlaps what is already masked: its rest goes too.
                out.push_str(&blank(text.get(at..end).unwrap_or_default()));
                at = end;
            }
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}

/// The forms in which a part may travel.
fn forms_of(part: &str) -> Vec<(&'static str, String)> {
    let encoded = percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC).to_string();
    let mut forms = vec![("raw", part.to_owned())];
    if encoded != part {
        // Unreserved characters are usually left alone; both spellings occur.
        let usual: String = url::form_urlencoded::byte_serialize(part.as_bytes()).collect();
        forms.extend([("url_encoded", encoded), ("url_encoded", usual)]);
    }
    forms.extend([("base64", STANDARD_NO_PAD.encode(part)), ("base64", URL_SAFE_NO_PAD.encode(part))]);
    for text in [part.to_owned(), part.to_lowercase()] {
        let hashes = [
            ("md5", hex(&Md5::digest(&text))),
            ("sha1", hex(&Sha1::digest(&text))),
            ("sha256", hex(&Sha256::digest(&text))),
        ];
        forms.extend(hashes.iter().map(|(how, h)| (*how, h.to_uppercase())));
        forms.extend(hashes);
    }
    forms
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |out, byte| format!("{out}{byte:02x}"))
}

fn bounded(text: &str) -> &str {
    let mut end = text.len().min(MAX_REQUEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
