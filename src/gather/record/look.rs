//! Looking at a page at the end of its visit: jar, frames, signals of walls, whether the hooks still hear, and a picture.
//!
//! Not here: what was heard on the way (`tape`), and what becomes of it all (`assemble`).

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::album::Album;
use super::frames::{self, Frame};
use super::hooks::Told;
use super::jar::{self, Held};
use super::page_time;
use super::snapshot::{self, Snapshot};
use super::tab::Tab;
use super::tape::Reel;
use super::visit::{Recorder, Stage};
use crate::evidence::model::{PageVisit, Visitor};
use crate::gather::browser::bidi::BidiError;
use crate::gather::portrait::{self, Extent};
use crate::gather::walls;

/// Milliseconds that a clock which stands has to be ahead of ours, and the page to have had, for a picture: the browser draws
/// nothing of a document for half a second of its clock, nor what comes after the moment at which that stands.
const AHEAD: f64 = 4_000.0;
/// Milliseconds that it is moved for that at the most.
const MOST_MOVED: f64 = 60_000.0;
/// Long enough for a machine that is busy with other things.
const MOVE_LIMIT: Duration = Duration::from_secs(10);

/// What was found at the end.
#[derive(Default)]
pub(super) struct Found {
    pub(super) after: Vec<Held>,
    pub(super) snapshot: Snapshot,
    pub(super) signals: Option<walls::Signals>,
    pub(super) hooked: Option<bool>,
    /// Documents in the page's process, where the browser tells.
    pub(super) documents: Option<u64>,
}

impl Recorder {
    /// The jar in any case; the page itself only where there is one.
    pub(super) async fn look(&self, tab: &Tab, alive: bool) -> Result<Found, BidiError> {
        if !alive {
            let after = jar::read(&self.session, tab).await?;
            return Ok(Found { after, ..Found::default() });
        }
        let top = Frame::top(&self.session, &tab.context, tab.cdp.as_deref());
        let looking = async {
            tokio::join!(
                snapshot::take(&self.session, &self.tape, &top),
                top.call(&self.session, walls::PROBE, "", Duration::from_secs(2)),
                self.hooks_hold(tab),
                self.documents(tab),
            )
        };
        let going = page_time::keep_going(&self.session, &self.tape, tab.cdp.as_deref(), self.options.page_time);
        let (snapshot, signals, hooked, documents) = tokio::select! {
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
        Ok(Found { after, snapshot, signals, hooked, documents })
    }

    /// Counts the documents of the page's process, gone ones among them.
    async fn documents(&self, tab: &Tab) -> Option<u64> {
        let own = tab.cdp.as_deref().filter(|_| self.session.devtools().is_some())?;
        let limit = Duration::from_secs(2);
        let counted = self.session.cdp_within(Some(own), "Memory.getDOMCounters", json!({}), limit).await.ok()?;
        counted["documents"].as_u64()
    }

    /// Whether a write of the page would still be heard: tried with the deletion of a cookie that never was.
    async fn hooks_hold(&self, tab: &Tab) -> Option<bool> {
        let script = format!("document.cookie = '{PROBE_COOKIE}=; Max-Age=0'; ''");
        let limit = Duration::from_secs(2);
        let failed = if let (Some(_), Some(own)) = (self.session.devtools(), tab.cdp.as_deref()) {
            let asked = json!({"expression": script});
            self.session.cdp_within(Some(own), "Runtime.evaluate", asked, limit).await.ok()?["exceptionDetails"]
                .is_object()
        } else {
            let asked = json!({"expression": script, "awaitPromise": false, "target": {"context": tab.context}});
            self.session.send_within("script.evaluate", asked, limit).await.ok()?["type"] == "exception"
        };
        if failed {
            return None;
        }
        Some(
            self.tape
                .wait(Duration::from_millis(200), |reel| reel.told.iter().any(|(_, _, told)| is_probe(told)))
                .await,
        )
    }

    /// A picture of the page, where it is to have one; its name in the audit's folder. Everything is recorded by now.
    pub(super) async fn portrait(
        &self,
        stage: &mut Stage,
        found: &Found,
        page: &PageVisit,
        reel: &Reel,
    ) -> Result<Option<String>, BidiError> {
        let lacking = reel.clock.lacking(AHEAD).min(MOST_MOVED);
        // A visitor who goes on would take along what came in that time.
        let may_move = lacking <= 0.0 || page.visitor == Visitor::Fresh;
        let wanted = |album: &&Album| may_move && album.is_wanted(page);
        let Some(album) = self.options.album.as_ref().filter(wanted) else { return Ok(None) };
        let Some(own) = stage.tab.cdp.clone().filter(|_| lacking > 0.0) else {
            let picture = self.pictured(&mut stage.tab, found, reel).await?;
            return Ok(picture.and_then(|picture| album.keep(page, &picture)));
        };
        // What its timers and listeners would do in that time must not show in the picture.
        let moved = self.hush(&own, reel, true).await? && self.moved(&own, reel, lacking).await?;
        let same = moved && !self.tape.reel().exchanges.values().any(|e| e.is_document_of(&stage.tab.context));
        let picture = if same { self.pictured(&mut stage.tab, found, reel).await? } else { None };
        if !self.hush(&own, reel, false).await? || !moved {
            // Such a tab is not used again: the next page's scripts might do nothing, or its clock go on by itself.
            stage.spent.stuck = true;
        }
        Ok(picture.and_then(|picture| album.keep(page, &picture)))
    }

    /// A page whose clock stands, and got little time or none, may never have been painted: it gets enough for that.
    /// Answers whether it used it up.
    async fn moved(&self, own: &str, reel: &Reel, lacking: f64) -> Result<bool, BidiError> {
        let time = Duration::from_secs_f64(lacking / 1000.0);
        page_time::grant(&self.session, &self.tape, &self.clocks(own, reel), time, MOVE_LIMIT).await
    }

    /// Keeps the page's scripts from doing anything, ours not; or lets them again. Answers whether all were told.
    async fn hush(&self, own: &str, reel: &Reel, hushed: bool) -> Result<bool, BidiError> {
        let clocks = self.clocks(own, reel);
        let asked = json!({"value": hushed});
        let hushing = clocks.iter().map(|clock| {
            self.session.cdp_within(Some(clock), "Emulation.setScriptExecutionDisabled", asked.clone(), MOVE_LIMIT)
        });
        let mut all = true;
        for (clock, answer) in clocks.iter().zip(join_all(hushing).await) {
            match answer {
                Err(error) if error.is_lost() => return Err(error),
                // A frame that went away has nothing to do either.
                Err(BidiError::Refused { .. }) if clock != own => {}
                answer => all &= answer.is_ok(),
            }
        }
        Ok(all)
    }

    /// Sessions of the page and its frames in other processes.
    fn clocks(&self, own: &str, reel: &Reel) -> Vec<String> {
        std::iter::once(own.to_owned()).chain(self.apart(reel)).collect()
    }

    /// Sessions of frames in other processes, also of those that came after the tape was taken.
    fn apart(&self, reel: &Reel) -> Vec<String> {
        frames::apart(reel).into_iter().chain(frames::apart(&self.tape.reel())).collect()
    }

    async fn pictured(&self, tab: &mut Tab, found: &Found, reel: &Reel) -> Result<Option<Vec<u8>>, BidiError> {
        let seen = found.snapshot.top.iter().chain(&found.snapshot.frames);
        let stored = seen.flat_map(|f| f.local.iter().chain(&f.session)).map(|(_, value)| value);
        let values = found.after.iter().map(|held| &held.value).chain(stored);
        let terms = self.options.redactor.terms(values);
        let top = Frame::top(&self.session, &tab.context, tab.cdp.as_deref());
        let frames = frames::all(&self.session, self.apart(reel), &top).await?;
        let small = tab.small == Some(true);
        match self.paint(tab, false).await {
            Err(error) if error.is_lost() => return Err(error),
            // A page too busy to answer has no picture.
            Err(_) => return Ok(None),
            Ok(()) => {}
        }
        let picture = portrait::take(&self.session, &frames, &terms, Extent::Viewport).await?;
        match self.paint(tab, small).await {
            Err(error) if error.is_lost() => return Err(error),
            // What did not answer is the page; the next one is painted anew.
            _ => {}
        }
        Ok(picture)
    }
}

/// Whether a page that was seen whole used no storage but cookies, and no worker that might have; `since` is what was
/// heard after the reel was taken.
pub(super) fn only_cookies(found: &Found, reel: &Reel, since: &Reel) -> bool {
    let snapshot = &found.snapshot;
    let seen = snapshot.top.is_some() && snapshot.silent + snapshot.partial == 0;
    let heard = |reel: &Reel| {
        let workers = !reel.workers.is_empty() || reel.targets.values().any(|t| t.kind.ends_with("worker"));
        let told = reel.told.iter().any(|(_, _, told)| matches!(told, Told::Storage { .. } | Told::Failed(_)));
        reel.dropped == 0 && !workers && !told
    };
    seen && heard(reel)
        && heard(since)
        && snapshot.top.iter().chain(&snapshot.frames).all(snapshot::Frame::stores_nothing)
}

/// Name of the cookie that is deleted without ever having been set, to see whether the hooks still hear.
pub(super) const PROBE_COOKIE: &str = "__cookie_audit_probe";

fn is_probe(told: &Told) -> bool {
    matches!(told, Told::Cookie(write) if write.line.starts_with(PROBE_COOKIE))
}
