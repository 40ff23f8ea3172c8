//! Requests that carried cookies, and answers that set some, hop by hop: what the HAR is made from.
//!
//! Not here: whose cookies they were (`writes`, `reconcile`), and the HAR itself (`evidence::har`).

use std::time::Instant;

use super::reduce::Reducer;
use super::tape::{Exchange as Heard, Reel};
use crate::evidence::model::Exchange;

/// Kept of one page.
const MOST: usize = 1_000;
/// `Set-Cookie` lines kept of one answer.
const MOST_LINES: usize = 200;

impl Reducer<'_> {
    /// In the order in which they were made.
    pub(super) fn exchanges(&self, reel: &Reel) -> Vec<Exchange> {
        reel.in_order().flat_map(|heard| self.hops(heard, reel.clock.began)).take(MOST).collect()
    }

    fn hops(&self, heard: &Heard, began: Instant) -> Vec<Exchange> {
        let at_ms = heard.began.map_or(0, |at| millis(began, at));
        let took_ms = heard.began.zip(heard.answered).map(|(from, to)| millis(from, to));
        // Reports of cookies come in the order of the hops, and only for those that have any.
        let (mut sent, mut infos) = (heard.sent_by_hop.iter(), heard.infos.iter());
        let mut hops = Vec::new();
        for hop in &heard.hops {
            let reported = hop.has_info != Some(false);
            let names = if reported { sent.next() } else { None };
            let info = if reported { infos.next() } else { None };
            let set = info.into_iter().flat_map(|i| &i.lines).filter(|line| !line.trim().is_empty());
            let exchange = Exchange {
                method: hop.method.clone(),
                url: self.url(&hop.url),
                kind: heard.kind.clone(),
                status: hop.status.or_else(|| info.and_then(|i| i.status)),
                media_type: hop.media_type.clone(),
                at_ms,
                took_ms,
                sent: names.into_iter().flatten().cloned().collect(),
                set: set.take(MOST_LINES).map(|line| self.line(line)).collect(),
            };
            if !exchange.sent.is_empty() || !exchange.set.is_empty() {
                hops.push(exchange);
            }
        }
        hops
    }
}

fn millis(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u64::MAX)
}
