//! From what was heard to writes of cookies: every Set-Cookie line of every hop, every script write, in order.
//!
//! Values are still in the clear here; nothing of this leaves the recording before `reduce`. Not here: comparing with
//! the jar (`reconcile`).

use std::collections::BTreeMap;

use url::Url;

use super::hooks::{ScriptWrite, Told};
use super::tape::{Exchange, HopSeen, Reel, ResponseInfo};
use crate::cookie::{CookieKey, SetCookie};
use crate::evidence::model::{Fate, WriteOp, Writer, WriterKind};
use crate::site::registrable_domain;

/// Writes kept of one page.
const MAX_WRITES: usize = 5_000;

/// One write with its value.
#[derive(Debug, Clone)]
pub(super) struct RawWrite {
    pub(super) order: u64,
    pub(super) at_ms: u64,
    /// Seconds since 1970 of the clock that the browser took the lifetime by.
    pub(super) clock: f64,
    pub(super) key: CookieKey,
    pub(super) op: WriteOp,
    pub(super) cookie: SetCookie,
    /// The line as it was given.
    pub(super) line: String,
    /// Address whose jar it is for.
    pub(super) url: Option<Url>,
    pub(super) writer: Writer,
    pub(super) fate: Fate,
    /// A script read it back at once: `Some(false)` where it was not there.
    pub(super) read_back: Option<bool>,
}

/// All writes, in the order they were heard.
pub(super) fn collect(reel: &Reel) -> Vec<RawWrite> {
    let site = top_level_site(reel);
    let mut writes: Vec<RawWrite> = reel.in_order().flat_map(|e| of_exchange(reel, e, site.as_deref())).collect();
    writes.extend(of_scripts(reel, site.as_deref()));
    writes.sort_by_key(|w| w.order);
    writes.truncate(MAX_WRITES);
    writes
}

/// `https://shop.example` of the page that was reached.
pub(super) fn top_level_site(reel: &Reel) -> Option<String> {
    let url = reel.main_documents().last()?.hops.last()?.url.clone();
    site_of(&Url::parse(&url).ok()?)
}

pub(super) fn site_of(url: &Url) -> Option<String> {
    url.host_str().map(|host| format!("{}://{}", url.scheme(), registrable_domain(host)))
}

fn of_exchange(reel: &Reel, exchange: &Exchange, site: Option<&str>) -> Vec<RawWrite> {
    let main = exchange.is_document_of(&reel.tab);
    let with_info = exchange.hops.iter().enumerate().filter(|(_, hop)| hop.has_info != Some(false));
    let mut writes = Vec::new();
    for ((number, hop), info) in with_info.zip(&exchange.infos) {
        let url = Url::parse(&http_scheme(&hop.url)).ok();
        // A hop of the navigation is its own top-level site while it answers.
        let own_site = url.as_ref().filter(|_| main).and_then(site_of);
        let by = response_writer(exchange, number, hop, info);
        let mut blocked = info.blocked.clone();
        for line in info.lines.iter().filter(|l| !l.trim().is_empty()) {
            let now = info.date.unwrap_or_else(|| unix_seconds(reel, info.at_ms));
            let cookie = SetCookie::parse(line, now);
            let refused = blocked.iter().position(|(l, _)| l == line).map(|at| blocked.remove(at).1);
            let key = url.as_ref().map(|u| cookie.key(u, own_site.as_deref().or(site)));
            let Some(key) = key else { continue };
            writes.push(RawWrite {
                order: info.order,
                at_ms: info.at_ms,
                clock: info.heard,
                op: if cookie.deletes() { WriteOp::Delete } else { WriteOp::Set },
                key,
                cookie,
                line: line.clone(),
                url: url.clone(),
                writer: by.clone(),
                fate: refused.map_or(Fate::Accepted, |reasons| Fate::Refused { reasons }),
                read_back: None,
            });
        }
    }
    writes
}

/// A WebSocket's handshake shares the jar of http.
fn http_scheme(url: &str) -> String {
    url.strip_prefix("ws").map_or_else(|| url.to_owned(), |rest| format!("http{rest}"))
}

fn response_writer(exchange: &Exchange, number: usize, hop: &HopSeen, info: &ResponseInfo) -> Writer {
    let frame = if exchange.kind == "document" || exchange.kind == "frame" {
        exchange.hops.last().map(|h| h.url.clone())
    } else {
        Some(exchange.document.clone()).filter(|d| !d.is_empty())
    };
    Writer {
        kind: WriterKind::Response,
        url: Some(hop.url.clone()),
        hop: u32::try_from(number).ok(),
        status: hop.status.or(info.status),
        initiator: Some(format!("{} {}", exchange.kind, exchange.initiator)),
        frame,
        stack: Vec::new(),
        api: None,
    }
}

fn unix_seconds(reel: &Reel, at_ms: u64) -> i64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "saturates; milliseconds of one visit"
    )]
    let seconds = ((reel.clock.began_unix_ms + at_ms as f64) / 1000.0) as i64;
    seconds
}

fn of_scripts(reel: &Reel, site: Option<&str>) -> Vec<RawWrite> {
    let mut writes = Vec::new();
    let mut calls: BTreeMap<(String, u64), usize> = BTreeMap::new();
    for (order, heard, told) in &reel.told {
        match told {
            Told::Cookie(script) => {
                if let Some(call) = script.call {
                    calls.insert((script.place.frame.clone(), call), writes.len());
                }
                writes.extend(of_script(reel, (*order, *heard), script, site));
            }
            Told::Settled { frame, call, accepted, why } => {
                let at = calls.remove(&(frame.clone(), *call));
                if let Some(write) = at.and_then(|at| writes.get_mut(at)) {
                    write.fate = if *accepted { Fate::Accepted } else { Fate::Refused { reasons: vec![why.clone()] } };
                }
            }
            Told::Storage { .. } | Told::Failed(_) => {}
        }
    }
    writes
}

fn of_script(reel: &Reel, (order, heard): (u64, f64), script: &ScriptWrite, site: Option<&str>) -> Option<RawWrite> {
    #[allow(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
    let now = (script.place.clock_ms / 1000.0).floor() as i64;
    let cookie = SetCookie::parse(&script.line, now);
    let url = Url::parse(&script.place.cookie_url).ok().filter(Url::has_host);
    let key = match &url {
        Some(url) => cookie.key(url, site),
        None => return None,
    };
    let since = (script.place.clock_ms - reel.clock.began_unix_ms).max(0.0);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; float to int casts saturate"
    )]
    let at_ms = since as u64;
    let deletes = cookie.deletes() || script.api == "cookieStore.delete";
    Some(RawWrite {
        order,
        at_ms,
        // An expiry date was computed by the page's clock, which may be ahead; a maximum age is the browser's to add.
        clock: if cookie.by_max_age { heard } else { script.place.clock_ms / 1000.0 },
        op: if deletes { WriteOp::Delete } else { WriteOp::Set },
        key,
        line: script.line.clone(),
        url,
        writer: Writer {
            kind: WriterKind::Script,
            url: script.place.script.clone().or_else(|| Some(script.place.frame.clone())),
            hop: None,
            status: None,
            initiator: None,
            frame: Some(script.place.frame.clone()),
            stack: script.place.stack.clone(),
            api: Some(script.api.clone()),
        },
        cookie,
        fate: Fate::Unknown,
        read_back: script.accepted,
    })
}
