//! The page record: what was heard and found during a visit, put together, and what limits it said in notes.
//!
//! Not here: the visit itself (`visit`), and taking values out (`reduce`).

use url::Url;

use super::hooks::Told;
use super::look::{Found, PROBE_COOKIE};
use super::outcome::{self, Went};
use super::reconcile::{self, Around};
use super::reduce::Reducer;
use super::snapshot::Frame;
use super::tape::Reel;
use super::visit::{Recorder, Stage, now};
use super::writes;
use crate::evidence::model::{FailureReason, Note, Outcome, PageVisit, Visitor};
use crate::gather::{NOTE_RETRY_AFTER, VisitRequest, walls};

impl Recorder {
    pub(super) fn page(
        &self,
        request: &VisitRequest,
        stage: &Stage,
        found: &Found,
        reel: &Reel,
        popups: usize,
    ) -> PageVisit {
        let frames: Vec<&Frame> = found.snapshot.top.iter().chain(&found.snapshot.frames).collect();
        let heard: Vec<_> = writes::collect(reel).into_iter().filter(|w| w.key.name != PROBE_COOKIE).collect();
        let around = self.around(request, reel, &frames);
        let settled = reconcile::settle(heard, &stage.before, &found.after, &around);
        let reducer = Reducer::new(&self.options.redactor, &settled, &found.after, &frames);
        let mut hops = outcome::hops(reel);
        let outcome = judged(request, reel, stage, found, &hops);
        let final_url =
            hops.last().map(|h| h.url.clone()).or_else(|| found.snapshot.top.as_ref().map(|f| f.url.clone()));
        let final_url =
            found.snapshot.top.as_ref().map(|f| f.url.clone()).filter(|u| u.starts_with("http")).or(final_url);
        for hop in &mut hops {
            hop.url = reducer.url(&hop.url);
        }
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
            jar: found.after.iter().map(|h| reducer.held(h, &stage.before, &settled)).collect(),
            storage: reducer.storage(&frames, reel),
            hosts: reducer.hosts(reel),
            exchanges: reducer.exchanges(reel),
            leaks: reducer.leaks(reel),
            links: top.map(|t| reducer.links(t.links())).unwrap_or_default(),
            service_workers: around.service_workers.iter().map(|w| reducer.url(w)).collect(),
            notes: cleaned(notes(request, reel, stage, found, popups), &reducer),
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
