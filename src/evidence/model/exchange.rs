//! A request that carried cookies, or whose answer set some.

use serde::{Deserialize, Serialize};

/// One request and its answer; a redirected one is several, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// `GET`, `POST`, …; empty where the browser did not tell.
    pub method: String,
    /// Its URL, redacted.
    pub url: String,
    /// Resource type (`document`, `image`, `fetch`, …).
    pub kind: String,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// MIME type of the answer.
    pub media_type: Option<String>,
    /// Real milliseconds between the beginning of the visit and that of the request (of its first hop).
    pub at_ms: u64,
    /// Real milliseconds until the last hop was answered.
    pub took_ms: Option<u64>,
    /// Names of cookies that were sent, sorted.
    pub sent: Vec<String>,
    /// `Set-Cookie` lines of the answer, values redacted.
    pub set: Vec<String>,
}
