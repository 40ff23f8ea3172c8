//! What a visit has heard so far: requests, cookie lines, script writes, frames, and how the navigation stands.
//!
//! Filled on the connection's reading task, read by the visit. Everything a page can multiply is bounded; what was
//! dropped is counted. Not here: reading the protocol's events (`chromium_events`, `firefox_events`), and judging them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::sync::Notify;

use super::hooks::{Hooks, Told};
use super::tab::Tab;
use super::{chromium_events, firefox_events};
use crate::gather::browser::bidi::Listener;

/// How long the body of an answer is waited for: a worker that never reads it never ends its request.
const BODY_TIME: Duration = Duration::from_secs(1);
/// Requests remembered of one page.
const MAX_EXCHANGES: usize = 20_000;
/// Things told by hooks that are remembered of one page.
const MAX_TOLD: usize = 20_000;
/// Targets (frames, workers) remembered of one page.
const MAX_TARGETS: usize = 2_000;

/// One request with all its redirects.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    /// Its hops in order.
    pub(super) hops: Vec<HopSeen>,
    /// What responses set, in order; one per hop that has any such report.
    pub(super) infos: Vec<ResponseInfo>,
    /// `document`, `image`, `fetch`, …
    pub(super) kind: String,
    /// What caused it: `parser https://…`.
    pub(super) initiator: String,
    /// Document it was made for.
    pub(super) document: String,
    /// Frame that it loads or that asked, as the browser numbers frames.
    pub(super) frame_id: Option<String>,
    /// Session of the target that asked.
    pub(super) target: String,
    /// Whether it loads a document.
    pub(super) navigation: bool,
    /// Names of cookies that were sent.
    pub(super) cookies_sent: BTreeSet<String>,
    /// The same hop by hop, for those hops that have any such report.
    pub(super) sent_by_hop: Vec<BTreeSet<String>>,
    /// Bodies that were sent, where they came with the request.
    pub(super) body: Option<String>,
    /// Over, well or badly.
    pub(super) ended: bool,
    /// Why it failed, if it did.
    pub(super) failed: Option<String>,
    /// When it began.
    pub(super) began: Option<Instant>,
    /// When its last hop was answered; the body may be on its way, for ever, or never be asked for.
    pub(super) answered: Option<Instant>,
}

/// One hop.
#[derive(Debug, Default, Clone)]
pub(super) struct HopSeen {
    /// URL asked.
    pub(super) url: String,
    /// `GET`, `POST`, …
    pub(super) method: String,
    /// Status answered.
    pub(super) status: Option<u16>,
    /// MIME type answered.
    pub(super) media_type: Option<String>,
    /// Response headers (of documents only).
    pub(super) headers: Vec<(String, String)>,
    /// Whether a report of cookie lines belongs to it; `None` while nobody said.
    pub(super) has_info: Option<bool>,
}

/// What one response asked to be stored.
#[derive(Debug, Default, Clone)]
pub(super) struct ResponseInfo {
    /// Place among everything heard.
    pub(super) order: u64,
    /// Milliseconds of page time.
    pub(super) at_ms: u64,
    /// Real time, seconds since 1970.
    pub(super) heard: f64,
    /// Status line of the response.
    pub(super) status: Option<u16>,
    /// Set-Cookie lines.
    pub(super) lines: Vec<String>,
    /// Lines the browser refused, with its reasons.
    pub(super) blocked: Vec<(String, Vec<String>)>,
    /// The response's Date header, seconds since 1970.
    pub(super) date: Option<i64>,
}

/// A frame or worker with a session of its own.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// `iframe`, `worker`, `shared_worker`, `service_worker`, `page`.
    pub(super) kind: String,
    /// Whether it is gone.
    pub(super) gone: bool,
}

impl Exchange {
    /// Whether it loads the document of this frame.
    pub(super) fn is_document_of(&self, frame: &str) -> bool {
        self.navigation && self.frame_id.as_deref() == Some(frame)
    }
}

/// How the page's clock went: real until page time begins, then by what was granted.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageClock {
    pub(super) began: Instant,
    pub(super) began_unix_ms: f64,
    /// Since when virtual time rules, and how much was granted.
    pub(super) virtual_since: Option<(Instant, Duration)>,
}

/// Real time, seconds since 1970.
pub(super) fn unix_now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

impl PageClock {
    fn new() -> Self {
        Self { began: Instant::now(), began_unix_ms: unix_now() * 1000.0, virtual_since: None }
    }

    /// A clock that stands at this moment (milliseconds since 1970) and goes by what is granted from the start.
    fn standing_at(unix_ms: f64) -> Self {
        let began = Instant::now();
        Self { began, began_unix_ms: unix_ms, virtual_since: Some((began, Duration::ZERO)) }
    }

    /// Milliseconds since the navigation began.
    pub(super) fn at_ms(&self) -> u64 {
        let elapsed = match self.virtual_since {
            None => self.began.elapsed(),
            Some((since, granted)) => since.duration_since(self.began) + granted,
        };
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }

    /// Milliseconds that it lacks, where it stands, to be so far ahead of ours, and for the page to have had so much.
    #[expect(clippy::cast_precision_loss, reason = "a page's milliseconds")]
    pub(super) fn lacking(&self, ahead: f64) -> f64 {
        let had = self.at_ms() as f64;
        let is_ahead = self.began_unix_ms + had - unix_now() * 1000.0;
        if self.virtual_since.is_some() { ahead - is_ahead.min(had) } else { 0.0 }
    }
}

/// Everything heard of the current page.
#[derive(Debug)]
pub(super) struct Reel {
    pub(super) clock: PageClock,
    /// Context id of the page's tab; its main frame has the same id.
    pub(super) tab: String,
    /// Session that hears the tab, where CDP is spoken directly.
    pub(super) heard_by: Option<String>,
    pub(super) exchanges: BTreeMap<String, Exchange>,
    /// Ids in the order they came.
    pub(super) sequence: Vec<String>,
    /// Place among everything heard, real time in seconds since 1970, and what was told.
    pub(super) told: Vec<(u64, f64, Told)>,
    /// By session id.
    pub(super) targets: BTreeMap<String, Target>,
    pub(super) popups: BTreeSet<String>,
    pub(super) workers: BTreeSet<String>,
    /// Sessions whose granted page time is spent.
    pub(super) spent: BTreeSet<String>,
    pub(super) interactive: bool,
    pub(super) loaded: bool,
    pub(super) crashed: bool,
    pub(super) download: Option<String>,
    pub(super) dialogs: u32,
    /// Where the page wanted to go, outside of the scope, and was not let.
    pub(super) stopped: Option<String>,
    pub(super) lost: Option<String>,
    /// The pages' own worlds that scripts run in, by frame.
    pub(super) worlds: BTreeMap<String, i64>,
    /// How much was heard before the first document of this visit was there.
    pub(super) strays: Option<usize>,
    /// Events that found no room.
    pub(super) dropped: u64,
    /// Requests of before a line was drawn: what is still heard of them is not kept.
    passed: BTreeSet<String>,
    order: u64,
}

impl Reel {
    fn new(tab: &str) -> Self {
        Self {
            clock: PageClock::new(),
            tab: tab.to_owned(),
            heard_by: None,
            exchanges: BTreeMap::new(),
            sequence: Vec::new(),
            told: Vec::new(),
            targets: BTreeMap::new(),
            popups: BTreeSet::new(),
            workers: BTreeSet::new(),
            spent: BTreeSet::new(),
            interactive: false,
            loaded: false,
            crashed: false,
            download: None,
            dialogs: 0,
            stopped: None,
            lost: None,
            worlds: BTreeMap::new(),
            strays: None,
            dropped: 0,
            passed: BTreeSet::new(),
            order: 0,
        }
    }

    /// The next place among everything heard.
    pub(super) fn next_order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    /// The exchange of an id, made where it is new; `None` when there is no room.
    pub(super) fn exchange(&mut self, id: &str) -> Option<&mut Exchange> {
        if self.passed.contains(id) {
            return None;
        }
        if !self.exchanges.contains_key(id) {
            if self.exchanges.len() >= MAX_EXCHANGES {
                self.dropped += 1;
                return None;
            }
            self.sequence.push(id.to_owned());
            self.exchanges.insert(id.to_owned(), Exchange { began: Some(Instant::now()), ..Exchange::default() });
        }
        self.exchanges.get_mut(id)
    }

    pub(super) fn tell(&mut self, told: Told) {
        if self.told.len() >= MAX_TOLD {
            self.dropped += 1;
            return;
        }
        let order = self.next_order();
        self.told.push((order, unix_now(), told));
    }

    pub(super) fn target(&mut self, session: &str, target: Target) {
        if self.targets.len() < MAX_TARGETS {
            self.targets.insert(session.to_owned(), target);
        } else {
            self.dropped += 1;
        }
    }

    /// Requests in the order they were made.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Exchange> {
        self.sequence.iter().filter_map(|id| self.exchanges.get(id))
    }

    /// Requests of the main frame's documents, in order.
    pub(super) fn main_documents(&self) -> impl Iterator<Item = &Exchange> {
        self.in_order().filter(|e| e.is_document_of(&self.tab))
    }

    /// Whether a request younger than `age` waits for its answer.
    pub(super) fn has_young_request(&self, age: Duration) -> bool {
        // Newest first: pages hold thousands of finished ones.
        self.sequence.iter().rev().filter_map(|id| self.exchanges.get(id)).any(|e| {
            let waits = !e.ended && !e.hops.is_empty() && e.kind != "websocket";
            let young = e.began.is_some_and(|b| b.elapsed() < age);
            waits && young && e.answered.is_none_or(|a| a.elapsed() < BODY_TIME)
        })
    }
}

/// Hears a session's events and keeps those of the current page.
pub(super) struct Tape {
    reel: Mutex<Reel>,
    hooks: Hooks,
    /// With CDP at hand BiDi's own network events are not read: they would tell everything twice, and some of it wrongly.
    chromium: bool,
    changed: Notify,
}

impl Tape {
    pub(super) fn new(hooks: Hooks, chromium: bool) -> Self {
        Self { reel: Mutex::new(Reel::new("")), hooks, chromium, changed: Notify::new() }
    }

    /// Forgets the last page and begins the next one in this tab.
    pub(super) fn rewind(&self, tab: &Tab) {
        let mut fresh = Reel { heard_by: tab.heard_by.clone(), ..Reel::new(&tab.context) };
        if let Some(unix_ms) = tab.clock {
            fresh.clock = PageClock::standing_at(unix_ms);
        }
        let mut reel = self.reel();
        let lost = reel.lost.take();
        *reel = fresh;
        reel.lost = lost;
    }

    /// Draws a line: forgets what was heard and done so far, and goes on hearing the same page.
    pub(super) fn cut(&self) {
        let mut reel = self.reel();
        let passed = std::mem::take(&mut reel.exchanges);
        reel.passed.extend(passed.into_keys());
        reel.sequence.clear();
        reel.told.clear();
        (reel.interactive, reel.loaded) = (false, false);
    }

    /// A document is about to be loaded in place of the one that is there.
    pub(super) fn await_document(&self) {
        let mut reel = self.reel();
        (reel.interactive, reel.loaded) = (false, false);
    }

    /// Takes everything heard, leaving an empty reel that still hears.
    pub(super) fn take(&self) -> Reel {
        let mut reel = self.reel();
        let next = Reel { lost: reel.lost.clone(), ..Reel::new("") };
        std::mem::replace(&mut *reel, next)
    }

    /// Keeps the first address that the page was not let to.
    pub(super) fn stopped(&self, address: &str) {
        self.reel().stopped.get_or_insert_with(|| address.to_owned());
        self.changed.notify_waiters();
    }

    /// Takes everything heard and goes on hearing the same page: its document stays known, what it set is not told twice.
    pub(super) fn take_over(&self, tab: &str) -> Reel {
        let mut reel = self.reel();
        let (lost, heard_by) = (reel.lost.clone(), reel.heard_by.clone());
        let mut next = Reel { heard_by, lost, ..Reel::new(tab) };
        let last = reel.sequence.iter().rev().find(|id| reel.exchanges.get(*id).is_some_and(|e| e.is_document_of(tab)));
        if let Some((id, last)) = last.and_then(|id| Some((id.clone(), reel.exchanges.get(id)?))) {
            let kept = last.hops.last().map(|hop| HopSeen { has_info: Some(false), ..hop.clone() });
            let document = Exchange {
                hops: kept.into_iter().collect(),
                kind: last.kind.clone(),
                frame_id: last.frame_id.clone(),
                navigation: true,
                ended: true,
                ..Exchange::default()
            };
            next.sequence.push(id.clone());
            next.exchanges.insert(id, document);
        }
        std::mem::replace(&mut *reel, next)
    }

    pub(super) fn reel(&self) -> MutexGuard<'_, Reel> {
        self.reel.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `done` holds, at most `limit`; answers whether it does.
    pub(super) async fn wait(&self, limit: Duration, done: impl Fn(&Reel) -> bool) -> bool {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                if done(&self.reel()) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(limit, waiting).await.is_ok()
    }
}

impl Listener for Tape {
    fn event_of(&self, session: &str, method: &str, params: &Value) {
        chromium_events::hear(&mut self.reel(), &self.hooks, session, method, params);
        self.changed.notify_waiters();
    }

    fn event(&self, method: &str, params: &Value) {
        {
            let mut reel = self.reel();
            if let Some(cdp) = method.strip_prefix("goog:cdp.") {
                let session = params["session"].as_str().unwrap_or_default();
                chromium_events::hear(&mut reel, &self.hooks, session, cdp, &params["params"]);
            } else if method.starts_with("Target.") {
                chromium_events::hear(&mut reel, &self.hooks, "", method, params);
            } else if !self.chromium || method.starts_with("browsingContext.") {
                firefox_events::hear(&mut reel, &self.hooks, method, params);
            }
        }
        self.changed.notify_waiters();
    }

    fn lost(&self, why: &str) {
        self.reel().lost = Some(why.to_owned());
        self.changed.notify_waiters();
    }
}
