//! Where a journey went, in the clear: addresses as the browser has them, with the cookies that were set and held there.
//!
//! Records have the values taken out of their addresses, so that some of them cannot be opened again; whoever goes back
//! to a place needs the real one. Lives in memory only. Not here: the journey (`steps`, `switches`).

use url::Url;

use crate::cookie::CookieKey;
use crate::evidence::model::{PageVisit, WriteOp};

/// One recorded step.
#[derive(Clone)]
pub struct Stop {
    /// Where the step led.
    pub url: Url,
    /// Cookies that it set, each once.
    pub set: Vec<CookieKey>,
    /// Cookies that the jar held afterwards.
    pub held: Vec<CookieKey>,
}

impl Stop {
    /// The stop of a record that was made at an address.
    pub(super) fn new(url: Url, record: &PageVisit) -> Self {
        let set = record.writes.iter().filter(|w| w.op == WriteOp::Set).map(|w| w.key.clone());
        let mut set: Vec<CookieKey> = set.collect();
        set.sort();
        set.dedup();
        Self { url, set, held: record.jar.iter().map(|held| held.key.clone()).collect() }
    }
}

/// What a journey came to.
#[derive(Default)]
pub struct Trail {
    /// Its records, step by step.
    pub pages: Vec<PageVisit>,
    /// Where each was made.
    pub stops: Vec<Stop>,
}
