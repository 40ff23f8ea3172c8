//! The stages of one visit, in order, and the page record at its end.
//!
//! A page that fails is a record; only a lost browser is an error. Not here: what each stage does in detail.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::json;
use url::Url;

use super::hooks::{Hooks, Told};
use super::jar::{self, Held};
use super::leash::Leash;
use super::outcome::{self, Went};
use super::page_time::{self, PageTime, Spent};
use super::reconcile::{self, Around};
use super::reduce::Reducer;
use super::snapshot::{self, Frame, Snapshot};
use super::tab::{self, Tab};
use super::tape::{Reel, Tape};
use super::times::{StageTimes, StopWatch};
use super::{chromium_events, firefox_events, writes};
use crate::evidence::model::{FailureReason, Note, Outcome, PageVisit, Visitor};
use crate::evidence::values::Redactor;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;
use crate::gather::{NOTE_RETRY_AFTER, VisitError, VisitRequest, Visits, walls};

/// How to record.
#[derive(Clone)]
pub struct RecorderOptions {
    /// Cleans values; the same for every recorder of an audit, so that equal parts are equal.
    pub redactor: Redactor,
    /// The page's time after loading.
    pub page_time: PageTime,
    /// How long the first answer may take.
    pub answer_limit: Duration,
    /// How long the document may then take to be parsed.
    pub parse_limit: Duration,
    /// How long everything else may then take to load.
    pub load_limit: Duration,
}

impl RecorderOptions {
    /// The defaults with this redactor.
    #[must_use]
    pub fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            page_time: PageTime::default(),
            answer_limit: Duration::from_secs(30),
            parse_limit: Duration::from_secs(15),
            load_limit: Duration::from_secs(5),
        }
    }
}

/// Visits pages in one session and records them.
pub struct Recorder {
    pub(super) session: Session,
    pub(super) tape: Arc<Tape>,
    pub(super) options: RecorderOptions,
    tab: Option<Tab>,
    times: StageTimes,
}

/// What a visit has in hand while it goes on.
pub(super) struct Stage {
    pub(super) tab: Tab,
    pub(super) started_at: String,
    pub(super) before: Vec<Held>,
    _leash: Option<Leash>,
    pub(super) went: Went,
    pub(super) spent: Spent,
    /// It is the second try, with real time instead of virtual.
    pub(super) real_time: bool,
}

/// What was found at the end.
#[derive(Default)]
pub(super) struct Found {
    pub(super) after: Vec<Held>,
    snapshot: Snapshot,
    signals: Option<walls::Signals>,
    hooked: Option<bool>,
}

impl Recorder {
    /// Prepares a session for recording.
    pub async fn new(session: Session, options: RecorderOptions) -> Result<Self, BidiError> {
        let hooks = Hooks::install(&session).await?;
        let tape = Arc::new(Tape::new(hooks, session.is_chromium()));
        session.bidi().listen(Arc::clone(&tape) as Arc<_>);
        let events = if session.is_chromium() { chromium_events::EVENTS } else { firefox_events::EVENTS };
        session.send("session.subscribe", json!({"events": events})).await?;
        Ok(Self { session, tape, options, tab: None, times: StageTimes::default() })
    }

    /// The session, for what is not a visit.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Gives the next pages another time.
    pub fn set_page_time(&mut self, time: PageTime) {
        self.options.page_time = time;
    }

    /// Where the last visit's time went.
    #[must_use]
    pub fn times(&self) -> StageTimes {
        self.times
    }

    /// What cleans everything that is written down.
    #[must_use]
    pub fn redactor(&self) -> &Redactor {
        &self.options.redactor
    }

    async fn record(&mut self, request: &VisitRequest) -> Result<PageVisit, BidiError> {
        let mut watch = StopWatch::start();
        let mut stage = self.begin(request).await?;
        self.times = StageTimes { begin: watch.lap(), ..StageTimes::default() };
        let mut alive = self.go_and_stay(request, &mut stage, &mut watch, true).await?;
        if stage.spent.stuck && is_fresh(request) {
            stage = self.again_in_real_time(request, stage).await?;
            self.times.begin += watch.lap();
            alive = self.go_and_stay(request, &mut stage, &mut watch, false).await?;
        }
        if stage.spent.stuck {
            page_time::free(&self.session, &self.tape, stage.tab.cdp.as_deref()).await;
        }
        let found = self.look(&stage.tab, alive).await?;
        self.times.look = watch.lap();
        let (reel, left) = self.end(&stage.tab).await?;
        self.times.end = watch.lap();
        let page = self.page(request, &stage, found, &reel, left);
        self.times.reduce = watch.lap();
        Ok(page)
    }

    /// Goes there and gives the page its time, virtual or real; answers whether there is a page.
    async fn go_and_stay(
        &mut self,
        request: &VisitRequest,
        stage: &mut Stage,
        watch: &mut StopWatch,
        hurried: bool,
    ) -> Result<bool, BidiError> {
        stage.went = self.go(&stage.tab, &request.url).await?;
        self.times.go += watch.lap();
        let alive = stage.went == Went::Arrived && !self.tape.reel().crashed;
        let time = self.options.page_time;
        if alive {
            let clock = stage.tab.cdp.as_deref().filter(|_| hurried);
            stage.spent = page_time::spend(&self.session, &self.tape, &stage.tab.context, clock, time).await?;
        }
        self.times.page_time += watch.lap();
        Ok(alive)
    }

    /// A script of the page waits for the clock in a loop, or forever. With real time the first kind goes on.
    async fn again_in_real_time(&mut self, request: &VisitRequest, stage: Stage) -> Result<Stage, BidiError> {
        page_time::free(&self.session, &self.tape, stage.tab.cdp.as_deref()).await;
        self.end(&stage.tab).await?;
        let again = self.begin(request).await?;
        Ok(Stage { started_at: stage.started_at, real_time: true, ..again })
    }

    pub(super) async fn begin(&mut self, request: &VisitRequest) -> Result<Stage, BidiError> {
        let started_at = now();
        let tab = match self.tab.take() {
            Some(tab) => tab,
            None => tab::open(&self.session).await?,
        };
        let cleaning = async {
            if is_fresh(request) { tab.make_fresh(&self.session).await } else { jar::read(&self.session, &tab).await }
        };
        let leashing = async {
            let scope = request.scope.clone()?;
            Leash::on(&self.session, &tab.context, scope, Arc::clone(&self.tape)).await
        };
        let (before, leash) = tokio::join!(cleaning, leashing);
        let before = before?;
        self.tape.rewind(&tab.context);
        let (went, spent) = (Went::Arrived, Spent::default());
        Ok(Stage { tab, started_at, before, _leash: leash, went, spent, real_time: false })
    }

    pub(super) async fn go(&self, tab: &Tab, url: &Url) -> Result<Went, BidiError> {
        let limits = &self.options;
        let asked = json!({"context": tab.context, "url": url.as_str(), "wait": "none"});
        let answer = self.session.bidi().send("browsingContext.navigate", asked, limits.answer_limit).await;
        if let Err(error) = answer {
            let reel = self.tape.reel();
            return outcome::of_error(&error, &reel).filter(|_| reel.lost.is_none()).ok_or(error);
        }
        let over = |reel: &Reel| reel.loaded || reel.crashed || reel.lost.is_some() || reel.download.is_some();
        self.tape.wait(limits.parse_limit, |reel| over(reel) || reel.interactive).await;
        self.tape.wait(limits.load_limit, over).await;
        let reel = self.tape.reel();
        match (&reel.lost, &reel.download) {
            (Some(why), _) => Err(BidiError::Lost(why.clone())),
            (None, Some(_)) if !reel.interactive => {
                Ok(Went::Failed(FailureReason::Download, "the address is a download".to_owned()))
            }
            _ => Ok(Went::Arrived),
        }
    }

    /// The jar in any case; the page itself only where there is one.
    pub(super) async fn look(&self, tab: &Tab, alive: bool) -> Result<Found, BidiError> {
        if !alive {
            let after = jar::read(&self.session, tab).await?;
            return Ok(Found { after, ..Found::default() });
        }
        let looking = async {
            tokio::join!(
                snapshot::take(&self.session, &tab.context),
                self.session.call(&tab.context, walls::PROBE, "", Duration::from_secs(2)),
                self.hooks_hold(tab),
            )
        };
        let going = page_time::keep_going(&self.session, &self.tape, tab.cdp.as_deref(), self.options.page_time);
        let (snapshot, signals, hooked) = tokio::select! {
            seen = looking => seen,
            Err(error) = going => return Err(error),
        };
        let after = jar::read(&self.session, tab).await?;
        let snapshot = match snapshot {
            Err(error) if error.is_lost() => return Err(error),
            Err(_) => Snapshot { silent: 1, ..Snapshot::default() },
            Ok(snapshot) => snapshot,
        };
        let signals = signals.ok().and_then(|text| serde_json::from_str(&text).ok());
        Ok(Found { after, snapshot, signals, hooked })
    }

    /// Whether a write of the page would still be heard: tried with the deletion of a cookie that never was.
    async fn hooks_hold(&self, tab: &Tab) -> Option<bool> {
        let script = format!("document.cookie = '{PROBE_COOKIE}=; Max-Age=0'; ''");
        let asked = json!({"expression": script, "awaitPromise": false, "target": {"context": tab.context}});
        let answer = self.session.bidi().send("script.evaluate", asked, Duration::from_secs(2)).await.ok()?;
        if answer["type"] == "exception" {
            return None;
        }
        Some(
            self.tape
                .wait(Duration::from_millis(200), |reel| reel.told.iter().any(|(_, _, told)| is_probe(told)))
                .await,
        )
    }

    /// Takes the tape, closes the tab and whatever it opened, and opens the next one meanwhile.
    pub(super) async fn end(&mut self, tab: &Tab) -> Result<(Reel, usize), BidiError> {
        let reel = self.tape.take();
        let popups: Vec<String> = reel.popups.iter().cloned().collect();
        let (next, removed, closed) =
            tokio::join!(tab::open(&self.session), tab.remove(&self.session), tab::close(&self.session, &popups));
        (removed?, closed?);
        self.tab = Some(next?);
        Ok((reel, popups.len()))
    }

    pub(super) fn page(
        &self,
        request: &VisitRequest,
        stage: &Stage,
        found: Found,
        reel: &Reel,
        popups: usize,
    ) -> PageVisit {
        let frames: Vec<&Frame> = found.snapshot.top.iter().chain(&found.snapshot.frames).collect();
        let heard: Vec<_> = writes::collect(reel).into_iter().filter(|w| w.key.name != PROBE_COOKIE).collect();
        let around = self.around(request, reel, &frames);
        let settled = reconcile::settle(heard, &stage.before, &found.after, &around);
        let reducer = Reducer::new(&self.options.redactor, &settled, &found.after, &frames);
        let mut hops = outcome::hops(reel);
        let outcome = judged(request, reel, stage, &found, &hops);
        let final_url =
            hops.last().map(|h| h.url.clone()).or_else(|| found.snapshot.top.as_ref().map(|f| f.url.clone()));
        let final_url =
            found.snapshot.top.as_ref().map(|f| f.url.clone()).filter(|u| u.starts_with("http")).or(final_url);
        hops.iter_mut().for_each(|hop| hop.url = reducer.url(&hop.url));
        let top = found.snapshot.top.as_ref();
        PageVisit {
            sequence: request.sequence,
            url: self.options.redactor.url_without_hidden(request.url.as_str()),
            final_url: final_url.map(|u| reducer.url(&u)),
            depth: request.depth,
            found: request.found.clone(),
            phase: request.phase,
            visitor: request.visitor,
            step: None,
            started_at: stage.started_at.clone(),
            finished_at: now(),
            outcome: clean(outcome, &reducer),
            hops,
            title: top.and_then(|t| t.title.as_deref()).map(|t| reducer.mask(t)),
            language: top.and_then(|t| t.lang.clone()),
            writes: settled.iter().map(|s| reducer.write(s)).collect(),
            jar: found.after.iter().map(|h| reducer.held(h, &stage.before)).collect(),
            storage: reducer.storage(&frames, reel),
            hosts: reducer.hosts(reel),
            leaks: reducer.leaks(reel),
            links: top.map(|t| reducer.links(t.links())).unwrap_or_default(),
            service_workers: around.service_workers.iter().map(|w| reducer.url(w)).collect(),
            notes: cleaned(notes(request, reel, stage, &found, popups), &reducer),
            screenshot: None,
            structure: top.and_then(Frame::structure),
        }
    }

    fn around(&self, request: &VisitRequest, reel: &Reel, frames: &[&Frame]) -> Around {
        let top = reel.main_documents().last().and_then(|e| e.hops.last()).and_then(|h| Url::parse(&h.url).ok());
        let top_host = top.as_ref().unwrap_or(&request.url).host_str().unwrap_or_default().to_owned();
        let mut service_workers: Vec<String> = reel.workers.iter().cloned().collect();
        service_workers.extend(frames.iter().flat_map(|f| f.workers.iter().flatten().cloned()));
        service_workers.sort();
        service_workers.dedup();
        let third_party_blocked = self.session.info().third_party_cookies == "blocked";
        Around { top_host, third_party_blocked, service_workers, seconds: reel.clock.began.elapsed().as_secs() }
    }
}

/// Whether nothing of an earlier page may be left; such a visit can be made again.
fn is_fresh(request: &VisitRequest) -> bool {
    request.visitor == Visitor::Fresh || request.starts_walk
}

/// Name of the cookie that is deleted without ever having been set, to see whether the hooks still hear.
const PROBE_COOKIE: &str = "__cookie_audit_probe";

fn is_probe(told: &Told) -> bool {
    matches!(told, Told::Cookie(write) if write.line.starts_with(PROBE_COOKIE))
}

pub(super) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn clean(outcome: Outcome, reducer: &Reducer<'_>) -> Outcome {
    match outcome {
        Outcome::Failed { reason, detail, status } => Outcome::Failed { reason, detail: reducer.text(&detail), status },
        loaded @ Outcome::Loaded { .. } => loaded,
    }
}

fn cleaned(notes: Vec<Note>, reducer: &Reducer<'_>) -> Vec<Note> {
    notes.into_iter().map(|note| Note { detail: reducer.text(&note.detail), ..note }).collect()
}

/// The outcome, with what the page shows taken into account.
fn judged(
    request: &VisitRequest,
    reel: &Reel,
    stage: &Stage,
    found: &Found,
    hops: &[crate::evidence::model::Hop],
) -> Outcome {
    if let Some(left) = left_scope(request, reel, stage, hops) {
        return left;
    }
    let outcome = outcome::of(reel, &stage.went);
    let headers =
        reel.main_documents().filter_map(|e| e.hops.last()).last().map(|h| h.headers.clone()).unwrap_or_default();
    let last = hops.last().and_then(|h| Url::parse(&h.url).ok());
    let (Some(final_url), Some(signals), Some(status)) = (last, &found.signals, outcome::main_status(reel)) else {
        return outcome;
    };
    if reel.crashed {
        return outcome;
    }
    let html = matches!(&outcome, Outcome::Loaded { media_type: Some(m), .. } if m.contains("html"));
    let answer = walls::Answer { asked: &request.url, final_url: &final_url, status, headers: &headers, hops };
    match walls::classify(&answer, signals) {
        Some((FailureReason::Empty, _)) if !html => outcome,
        Some((reason, detail)) => Outcome::Failed { reason, detail, status: Some(status) },
        None => outcome,
    }
}

/// Whether the way to the page led out of the scope: stopped there, or (where nothing could stop it) told by its hops.
fn left_scope(
    request: &VisitRequest,
    reel: &Reel,
    stage: &Stage,
    hops: &[crate::evidence::model::Hop],
) -> Option<Outcome> {
    let scope = request.scope.as_ref()?;
    let outside = |address: &String| Url::parse(address).is_ok_and(|url| !scope.holds(&url));
    let stopped = reel.stopped.clone().filter(|_| stage.went != Went::Arrived);
    let to = stopped.or_else(|| hops.iter().map(|hop| hop.url.clone()).find(outside))?;
    let detail = format!("leads out of the scope, to {to}");
    Some(Outcome::Failed { reason: FailureReason::OutOfScope, detail, status: outcome::main_status(reel) })
}

fn notes(request: &VisitRequest, reel: &Reel, stage: &Stage, found: &Found, popups: usize) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |code: &str, detail: String| notes.push(Note { code: code.to_owned(), detail });
    let arrived = stage.went == Went::Arrived;
    for (_, _, told) in &reel.told {
        if let Told::Failed(what) = told {
            note("hooks_frozen", format!("writes by {what} could not be watched"));
        }
    }
    if found.hooked == Some(false) {
        note(
            "hooks_replaced",
            "the page put its own functions in place of the watched ones; the jar was read".to_owned(),
        );
    }
    if arrived && !reel.loaded {
        note("load_event_missing", "the page did not finish loading in time".to_owned());
    }
    if stage.spent.capped {
        note("quiet_cap_reached", "the page's time was cut short by the cap on real time".to_owned());
    }
    if stage.real_time {
        note("real_time", "a script waits for the clock in a loop; visited again with real time".to_owned());
    }
    if stage.spent.stuck {
        note("frame_busy", "a script kept its thread busy, so that the page's time could not be spent".to_owned());
    }
    if found.snapshot.silent > 0 {
        note("frames_silent", format!("{} frames could not be looked into", found.snapshot.silent));
    }
    if found.snapshot.partial > 0 {
        note(
            "storage_partial",
            format!("databases and caches of {} frames could not be listed", found.snapshot.partial),
        );
    }
    if reel.dropped > 0 {
        note("events_dropped", format!("{} events found no room", reel.dropped));
    }
    if let Some(to) = reel.stopped.as_ref().filter(|_| arrived) {
        note("navigation_stopped", format!("the page wanted to leave the scope, to {to}"));
    }
    if popups > 0 {
        note("popups_closed", format!("{popups} windows opened by the page were closed"));
    }
    if reel.dialogs > 0 {
        note("dialogs_answered", format!("{} dialogs were answered", reel.dialogs));
    }
    if !stage.before.is_empty() && request.visitor == Visitor::Fresh {
        note("jar_not_empty", format!("{} cookies were there before the page", stage.before.len()));
    }
    let headers = reel.main_documents().last().and_then(|e| e.hops.last()).map(|h| h.headers.as_slice());
    let retry = headers.into_iter().flatten().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
    if let Some((_, seconds)) = retry {
        note(NOTE_RETRY_AFTER, seconds.clone());
    }
    notes
}

impl Visits for Recorder {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        self.record(&request).await.map_err(|error| VisitError::BrowserLost(error.to_string()))
    }

    async fn close(self) {
        join_all([self.session.close()]).await;
    }
}
