//! What was seen during a visit: cookie writes with their writers, the jar, web storage, hosts, leaks.

use super::value::ValueFacts;
use crate::cookie::{CookieKey, SentAttributes, StoredAttributes};
use serde::{Deserialize, Serialize};

/// One write, or deletion, of a cookie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CookieWrite {
    /// Identity.
    pub key: CookieKey,
    /// Set or delete.
    pub op: WriteOp,
    /// Who.
    pub writer: Writer,
    /// Milliseconds of the page's own clock since the navigation began; negative never.
    pub at_ms: u64,
    /// As sent.
    pub sent: SentAttributes,
    /// The line or script string with its value redacted.
    pub line: String,
    /// The value, reduced.
    pub value: ValueFacts,
    /// What the browser did with it.
    pub fate: Fate,
    /// As stored, where it was in the jar when the page ended and this write was the last to touch it.
    pub stored: Option<StoredAttributes>,
}

/// Set or delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteOp {
    /// A value was given.
    Set,
    /// An expiry in the past, or `cookieStore.delete`.
    Delete,
}

/// What the browser did with a write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// Accepted: in the jar at the page's end, or accepted and replaced or deleted later.
    Accepted,
    /// Refused, with the browser's own words (`InvalidDomain`, …).
    Refused {
        /// The browser's reasons.
        reasons: Vec<String>,
    },
    /// Nothing tells; counts as accepted only if the jar shows it.
    Unknown,
}

/// Who wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Writer {
    /// Response, script or unattributed.
    pub kind: WriterKind,
    /// URL of the response, or of the script that wrote; `None` for an inline script without URL or unattributed.
    pub url: Option<String>,
    /// Redirect hop of the response: 0 is the first response of its chain.
    pub hop: Option<u32>,
    /// HTTP status of the response.
    pub status: Option<u16>,
    /// What caused the request: initiator's type and URL (`script https://…`, `parser`), resource type first
    /// (`image`, `stylesheet`, `fetch`, `worker`, …).
    pub initiator: Option<String>,
    /// URL of the frame it happened in.
    pub frame: Option<String>,
    /// Script stack, nearest first: `function url:line:column`.
    pub stack: Vec<String>,
    /// `document.cookie`, `cookieStore.set`, `cookieStore.delete` for scripts.
    pub api: Option<String>,
}

/// Kind of writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriterKind {
    /// An HTTP response.
    Response,
    /// A script.
    Script,
    /// In the jar, and no event explains it.
    Unattributed,
}

/// One cookie of the jar when the page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JarCookie {
    /// Identity.
    pub key: CookieKey,
    /// As stored.
    pub stored: StoredAttributes,
    /// The value, reduced.
    pub value: ValueFacts,
    /// False where it was there before the page (returning and signed-in visitors).
    pub new: bool,
}

/// Web storage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StorageEntry {
    /// Which store.
    pub kind: StorageKind,
    /// Origin that owns it.
    pub origin: String,
    /// Key, database or cache name.
    pub key: String,
    /// The value, reduced; `None` for databases and caches.
    pub value: Option<ValueFacts>,
    /// The script writes seen.
    pub writers: Vec<Writer>,
    /// Still there when the page ended.
    pub present: bool,
}

/// Kind of web storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is its own word")]
pub enum StorageKind {
    LocalStorage,
    SessionStorage,
    IndexedDb,
    CacheStorage,
}

/// A host the page contacted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HostContact {
    /// Host name.
    pub host: String,
    /// Requests made.
    pub requests: u32,
    /// Resource types seen, sorted.
    pub kinds: Vec<String>,
    /// Up to five example URLs, redacted, sorted.
    pub examples: Vec<String>,
    /// Names of cookies that were sent to it, sorted.
    pub cookies_sent: Vec<String>,
}

/// An unguessable part of a value in a request to another registrable domain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Leak {
    /// Name of the cookie or storage key.
    pub name: String,
    /// Domain of the cookie, or origin of the storage.
    pub domain: String,
    /// Host that received it.
    pub to: String,
    /// `raw`, `url_encoded`, `base64`, `md5`, `sha1`, `sha256`.
    pub how: String,
    /// Where in the request: `url`, `body`, `header`.
    pub place: String,
    /// Redacted URL of the request.
    pub url: String,
    /// HMAC of the part, so that equal parts can be told.
    pub part: String,
}

/// A limit of the evidence, or something odd that was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// Stable word, e.g. `hooks_frozen`.
    pub code: String,
    /// In words.
    pub detail: String,
}
