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

/// Whether nothing was taken out of a recorded address: `[32]` stands for so many characters of a value, `[hidden]` for a
/// credential, and with either the address leads elsewhere.
pub(super) fn is_whole(address: &str) -> bool {
    let taken_out = |inner: &str| inner == "hidden" || !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit());
    !address.split('[').skip(1).any(|rest| rest.split_once(']').is_some_and(|(inner, _)| taken_out(inner)))
}

/// What a journey came to.
#[derive(Default)]
pub struct Trail {
    /// Its records, step by step.
    pub pages: Vec<PageVisit>,
    /// Where each was made.
    pub stops: Vec<Stop>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_can_be_opened_again() {
        assert!(is_whole("https://a.test/?filter[name]=x&list[]=1") && is_whole("https://[::1]/"));
        assert!(!is_whole("https://a.test/?sid=[32]") && !is_whole("https://a.test/users/[hidden]/"));
    }
}
