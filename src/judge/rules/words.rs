//! Words that findings share: lifetimes, purposes, parties, and the row a policy should have.

use crate::cookie::{Lifetime, Party};
use crate::evidence::model::{StorageKind, Writer, WriterKind};
use crate::judge::model::{CookieEntry, Purpose, StorageItem};
use crate::site;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// A lifetime as a person would write it.
pub(crate) fn lifetime(lifetime: Lifetime) -> String {
    let Lifetime::Seconds(seconds) = lifetime else { return "session".to_owned() };
    let near = |unit: i64| seconds + unit / 1000 >= unit && (seconds + unit / 50) % unit <= unit / 25;
    for (unit, word) in [(YEAR, "year"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")] {
        if near(unit) {
            return count((seconds + unit / 2) / unit, word);
        }
    }
    match seconds {
        s if s >= 2 * DAY => count(s / DAY, "day"),
        s if s >= 2 * HOUR => count(s / HOUR, "hour"),
        s if s >= 2 * MINUTE => count(s / MINUTE, "minute"),
        s => count(s, "second"),
    }
}

fn count(number: i64, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// A purpose as a person would write it.
pub(crate) fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::OtherFunctional => "another function",
        Purpose::Unknown => "not known",
        other => other.word(),
    }
}

/// Party as in declaration tables.
pub(crate) fn party(party: Party) -> &'static str {
    match party {
        Party::First => "first party",
        Party::Third => "third party",
    }
}

/// Kind of storage as in declaration tables.
pub(crate) fn storage_kind(kind: StorageKind) -> &'static str {
    match kind {
        StorageKind::LocalStorage => "local storage",
        StorageKind::SessionStorage => "session storage",
        StorageKind::IndexedDb => "IndexedDB",
        StorageKind::CacheStorage => "cache storage",
    }
}

/// `_ga_*` of `shop.test`.
pub(crate) fn named(entry: &CookieEntry) -> String {
    format!("`{}` of {}", entry.pattern, entry.domain)
}

/// What makes a cookie the same cookie in another run: its pattern and the site its domain belongs to.
pub(crate) fn subject(entry: &CookieEntry) -> String {
    format!("cookie {} of {}", entry.pattern, site::registrable_domain(&entry.domain))
}

/// The same of a storage item.
pub(crate) fn storage_subject(item: &StorageItem) -> String {
    format!("{} {} of {}", storage_kind(item.kind), item.pattern, origin_host(&item.origin))
}

/// Host of an origin, without scheme and port.
pub(crate) fn origin_host(origin: &str) -> String {
    crate::judge::inventory::host_of(origin).unwrap_or_else(|| origin.to_owned())
}

/// The lifetime that was asked for, else the one the jar shows.
pub(crate) fn lifetime_of(entry: &CookieEntry) -> Option<Lifetime> {
    entry.lifetime.or(entry.stored_lifetime)
}

/// Who a policy should name for a cookie: the company with the domain, or the domain alone.
pub(crate) fn provider(entry: &CookieEntry) -> String {
    let vendor = entry.class.vendor.as_deref().filter(|_| entry.party == Party::Third || is_tracker(entry));
    vendor.map_or_else(|| entry.domain.clone(), |vendor| format!("{vendor} ({})", entry.domain))
}

/// The row a policy should have for a cookie.
pub(crate) fn row(entry: &CookieEntry) -> String {
    let provider = provider(entry);
    let life = lifetime_of(entry).map_or_else(|| "not known".to_owned(), lifetime);
    let what = purpose(entry.class.purpose);
    format!("{} | {provider} | {what} | {life} | cookie | {}", entry.pattern, party(entry.party))
}

/// The row a policy should have for a storage item.
pub(crate) fn storage_row(item: &StorageItem) -> String {
    let host = origin_host(&item.origin);
    let life = if item.kind == StorageKind::SessionStorage { "session" } else { "until deleted" };
    let what = purpose(item.class.purpose);
    format!("{} | {host} | {what} | {life} | {} | {}", item.pattern, storage_kind(item.kind), party(item.party))
}

/// Measuring, advertising and social networks: what visitors are asked about.
pub(crate) fn is_tracking(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Analytics | Purpose::Advertising | Purpose::Social)
}

fn is_tracker(entry: &CookieEntry) -> bool {
    is_tracking(entry.class.purpose)
}

/// Who wrote, in a line.
pub(crate) fn writer(writer: &Writer) -> String {
    let url = writer.url.as_deref().unwrap_or("the page itself");
    match writer.kind {
        WriterKind::Response => format!("set by the response of {url}"),
        WriterKind::Script => format!("set by a script of {url}"),
        WriterKind::Unattributed => "found in the cookie jar; what set it was not seen".to_owned(),
    }
}

/// What was seen of a cookie: life, first writers.
pub(crate) fn observed(entry: &CookieEntry) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(life) = lifetime_of(entry) {
        lines.push(format!("lifetime sent: {}", lifetime(life)));
    }
    lines.extend(entry.writers.iter().take(3).map(writer));
    if entry.writers.len() > 3 {
        lines.push("and by other writers".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_read_like_a_policy() {
        let word = |seconds| lifetime(Lifetime::Seconds(seconds));
        assert_eq!(word(63_072_000), "2 years");
        assert_eq!(word(31_535_999), "1 year");
        assert_eq!(word(34_560_000), "400 days");
        assert_eq!(word(86_400), "1 day");
        assert_eq!(word(1_800), "30 minutes");
        assert_eq!(word(59), "59 seconds");
        assert_eq!(lifetime(Lifetime::Session), "session");
    }
}
