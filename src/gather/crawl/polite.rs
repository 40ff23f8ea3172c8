//! Politeness: a pace per host, and waiting when a host asks for it.
//!
//! Only says when a page may start; whoever visits sleeps until then.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const LONGEST_BREAK: Duration = Duration::from_secs(120);

/// When each host may be visited next.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    hosts: Mutex<BTreeMap<String, Host>>,
}

#[derive(Debug, Default)]
struct Host {
    next: Option<Instant>,
    interval: Duration,
    failures: u32,
}

impl Pace {
    /// At least this long between the starts of two pages of a host.
    pub(super) fn new(interval: Duration) -> Self {
        Self { interval, hosts: Mutex::default() }
    }

    /// A host asks for more time between pages (`Crawl-delay`).
    pub(super) fn slow_down(&self, host: &str, interval: Duration) {
        self.with(host, |h| h.interval = h.interval.max(interval));
    }

    /// Books the next start on a host and says when it is.
    pub(super) fn book(&self, host: &str) -> Instant {
        let pause = self.interval;
        self.with(host, |h| {
            let start = h.next.unwrap_or_else(Instant::now).max(Instant::now());
            h.next = Some(start + pause.max(h.interval));
            start
        })
    }

    /// A host was overloaded: nobody visits it until it has had its break, which is returned.
    pub(super) fn back_off(&self, host: &str, asked: Option<Duration>) -> Duration {
        self.with(host, |h| {
            let doubled = Duration::from_secs(1 << h.failures.min(6));
            h.failures += 1;
            let pause = asked.unwrap_or(doubled).min(LONGEST_BREAK);
            h.next = Some(h.next.unwrap_or_else(Instant::now).max(Instant::now() + pause));
            pause
        })
    }

    /// A host answers again.
    pub(super) fn recovered(&self, host: &str) {
        self.with(host, |h| h.failures = 0);
    }

    fn with<T>(&self, host: &str, change: impl FnOnce(&mut Host) -> T) -> T {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        change(hosts.entry(host.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_spaced_per_host() {
        let pace = Pace::new(Duration::from_secs(5));
        let (first, second, other) = (pace.book("a"), pace.book("a"), pace.book("b"));
        assert!(second >= first + Duration::from_secs(5));
        assert!(other < second);
        pace.slow_down("b", Duration::from_secs(9));
        let _ = pace.book("b");
        assert!(pace.book("b") >= other + Duration::from_secs(14));
    }

    #[test]
    fn breaks_double_and_are_bounded() {
        let pace = Pace::new(Duration::ZERO);
        let pauses = (0..3).map(|_| pace.back_off("a", None).as_secs()).collect::<Vec<_>>();
        assert_eq!(pauses, [1, 2, 4]);
        assert_eq!(pace.back_off("a", Some(Duration::from_secs(9999))), LONGEST_BREAK);
        pace.recovered("a");
        assert_eq!(pace.back_off("a", None).as_secs(), 1);
        assert!(pace.book("a") >= Instant::now() + Duration::from_secs(60), "the longest break asked for holds");
    }
}
