//! Writes against the jar: what became of each, what the jar stores of it, and what no event explains.
//!
//! The jar is the last word on what is stored; the browser's refusals are the last word on responses; a script's write
//! is judged by reading it back. Not here: reading either.

use super::jar::{self, Held};
use super::writes::RawWrite;
use crate::cookie::{CookieKey, Lifetime, SameSite, SentAttributes, SetCookie, StoredAttributes};
use crate::evidence::model::{Fate, WriteOp, Writer, WriterKind};
use crate::site::same_site;

/// A write with what the jar says of it.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub(super) write: RawWrite,
    pub(super) stored: Option<StoredAttributes>,
}

/// What surrounds the writes.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// Host of the page.
    pub(super) top_host: String,
    /// Whether the browser blocks third-party cookies.
    pub(super) third_party_blocked: bool,
    /// Service-worker scripts of this page.
    pub(super) service_workers: Vec<String>,
    /// Seconds that the page lasted, by our clock.
    pub(super) seconds: u64,
}

/// Settles every write, and adds one for each cookie that none explains.
pub(super) fn settle(writes: Vec<RawWrite>, before: &[Held], after: &[Held], around: &Around) -> Vec<Settled> {
    let mut settled: Vec<Settled> = writes.into_iter().map(|write| Settled { write, stored: None }).collect();
    for held in after {
        let was = before.iter().find(|b| b.key == held.key);
        match explaining(&settled, held) {
            Some(at) => {
                if let Some(found) = settled.get_mut(at) {
                    found.write.key.clone_from(&held.key);
                    found.write.fate = Fate::Accepted;
                    found.stored = Some(as_of_writing(held, &found.write));
                }
            }
            None if was.is_none_or(|w| w.value != held.value) => settled.push(unattributed(held, around)),
            None => {}
        }
    }
    for at in 0..settled.len() {
        let fate = settled.get(at).map(|s| fate(s, after, around));
        if let (Some(found), Some(fate)) = (settled.get_mut(at), fate) {
            found.write.fate = fate;
        }
    }
    settled
}

/// The last write that put this into the jar: the same value if one has it, else the last one accepted.
fn explaining(settled: &[Settled], held: &Held) -> Option<usize> {
    let candidates = || {
        settled.iter().enumerate().rev().filter(|(_, s)| {
            let refused = matches!(s.write.fate, Fate::Refused { .. });
            s.write.op == WriteOp::Set && !refused && could_be(&s.write, &held.key)
        })
    };
    let exact = |s: &Settled| s.write.key.partition == held.key.partition;
    let same_value = |s: &Settled| s.write.cookie.value == held.value;
    candidates()
        .find(|(_, s)| same_value(s) && exact(s))
        .or_else(|| candidates().find(|(_, s)| same_value(s)))
        .or_else(|| candidates().find(|(_, s)| exact(s) && s.write.read_back != Some(false)))
        .map(|(at, _)| at)
}

/// What the jar holds, its lifetime counted from the write instead of from the moment the jar was read.
fn as_of_writing(held: &Held, write: &RawWrite) -> StoredAttributes {
    /// The longest the standard lets a cookie live; Chromium keeps to it.
    const LONGEST: i64 = 400 * 86_400;
    let lifetime = match (jar::lifetime(held.expires, write.clock), write.cookie.sent.lifetime) {
        // Two clocks and a message between them: what differs by seconds is the same.
        (Lifetime::Seconds(stored), Lifetime::Seconds(sent)) if sent.abs_diff(stored) <= CLOCK_NOISE => {
            Lifetime::Seconds(sent)
        }
        (Lifetime::Seconds(stored), _) if LONGEST.abs_diff(stored) <= CLOCK_NOISE => Lifetime::Seconds(LONGEST),
        (other, _) => other,
    };
    StoredAttributes { lifetime, ..held.stored.clone() }
}

/// Seconds by which the clocks of page, browser and recorder may differ.
const CLOCK_NOISE: u64 = 5;

/// Whether a write may have made this cookie. The cookie store closes a path with a slash.
fn could_be(write: &RawWrite, held: &CookieKey) -> bool {
    let closed = write.writer.api.as_deref() == Some("cookieStore.set") && format!("{}/", write.key.path) == held.path;
    same_cookie(&write.key, held)
        || closed && same_cookie(&CookieKey { path: held.path.clone(), ..write.key.clone() }, held)
}

/// Equal but for the partition, which only the browser knows for sure.
fn same_cookie(a: &CookieKey, b: &CookieKey) -> bool {
    a.name == b.name && a.domain == b.domain && a.host_only == b.host_only && a.path == b.path
}

fn fate(settled: &Settled, after: &[Held], around: &Around) -> Fate {
    let write = &settled.write;
    if write.fate != Fate::Unknown || write.writer.kind != WriterKind::Script {
        return write.fate.clone();
    }
    let Some(url) = &write.url else { return Fate::Unknown };
    match (write.op, write.read_back) {
        (WriteOp::Set, Some(true)) => Fate::Accepted,
        (WriteOp::Set, Some(false)) if path_visible(&write.key.path, url.path()) => {
            Fate::Refused { reasons: likely_reasons(write, url, after, around) }
        }
        (WriteOp::Delete, _) if write.cookie.refusals(url, true).is_empty() => Fate::Accepted,
        (WriteOp::Set, _) => {
            let reasons = write.cookie.refusals(url, true);
            if reasons.is_empty() { Fate::Unknown } else { Fate::Refused { reasons } }
        }
        (WriteOp::Delete, _) => Fate::Unknown,
    }
}

/// Whether a document at `path` sees cookies of `cookie_path`.
fn path_visible(cookie_path: &str, path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

/// A browser does not tell a script why; these are the reasons its rules give, in Chromium's words.
fn likely_reasons(write: &RawWrite, url: &url::Url, after: &[Held], around: &Around) -> Vec<String> {
    let mut reasons = write.cookie.refusals(url, true);
    let cross_site = !same_site(url.host_str().unwrap_or_default(), &around.top_host);
    if cross_site {
        reasons.extend(
            match write.cookie.sent.same_site {
                Some(SameSite::Strict) => Some("SameSiteStrict"),
                Some(SameSite::Lax) => Some("SameSiteLax"),
                None => Some("SameSiteUnspecifiedTreatedAsLax"),
                Some(SameSite::None) if around.third_party_blocked && !write.cookie.sent.partitioned => {
                    Some("UserPreferences")
                }
                Some(SameSite::None) => None,
            }
            .map(str::to_owned),
        );
    }
    if after.iter().any(|h| h.stored.http_only && same_cookie(&h.key, &write.key)) {
        reasons.push("OverwriteHttpOnly".to_owned());
    }
    if reasons.is_empty() {
        reasons.push("NotStored".to_owned());
    }
    reasons
}

fn unattributed(held: &Held, around: &Around) -> Settled {
    let host = |script: &String| url::Url::parse(script).ok().and_then(|u| u.host_str().map(str::to_owned));
    let fits = |script: &&String| {
        host(script).is_some_and(|h| h == held.key.domain || h.ends_with(&format!(".{}", held.key.domain)))
    };
    let worker = around.service_workers.iter().find(fits).cloned();
    let lifetime = likely_lifetime(held.stored.lifetime, around.seconds);
    let sent = SentAttributes {
        lifetime,
        domain: (!held.key.host_only).then(|| held.key.domain.clone()),
        path: Some(held.key.path.clone()),
        secure: held.stored.secure,
        http_only: held.stored.http_only,
        same_site: held.stored.same_site,
        partitioned: held.key.partition.is_some(),
        priority: None,
    };
    let line = format!("{}={}", held.key.name, held.value);
    let write = RawWrite {
        order: u64::MAX,
        at_ms: 0,
        clock: 0.0,
        key: held.key.clone(),
        op: WriteOp::Set,
        cookie: SetCookie {
            name: held.key.name.clone(),
            value: held.value.clone(),
            sent,
            by_max_age: false,
            spoilt: false,
        },
        line,
        url: None,
        writer: Writer {
            kind: WriterKind::Unattributed,
            initiator: worker.as_ref().map(|_| "service_worker".to_owned()),
            url: worker,
            hop: None,
            status: None,
            frame: None,
            stack: Vec::new(),
            api: None,
        },
        fate: Fate::Accepted,
        read_back: None,
    };
    Settled { write, stored: Some(StoredAttributes { lifetime, ..held.stored.clone() }) }
}

/// The lifetime a cookie was given some time during the page: of those it may have been, the roundest.
fn likely_lifetime(left: Lifetime, page_seconds: u64) -> Lifetime {
    const ROUND: [i64; 9] = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 600, 60, 10, 5];
    let Lifetime::Seconds(left) = left else { return left };
    let most = left.saturating_add_unsigned(page_seconds.saturating_add(1));
    let round = ROUND.iter().map(|unit| most - most.rem_euclid(*unit)).find(|seconds| *seconds > 0 && *seconds >= left);
    Lifetime::Seconds(round.unwrap_or(left))
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
