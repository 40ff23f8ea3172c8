//! A visit taken in stages, for journeys: load, look, do something, go on recording, and end as a page record.
//!
//! `mark` draws a line: what was heard before it is not part of the record, what comes after is. Not here: what is done
//! in between (`journey`).

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::carried::{Carried, Place};
use super::give;
use super::outcome::Went;
use super::page_time;
use super::visit::{Recorder, Stage};
use crate::evidence::model::{PageVisit, Visitor};
use crate::gather::browser::bidi::BidiError;
use crate::gather::{VisitError, VisitRequest};

/// A function called in a frame of the page.
const CALL_LIMIT: Duration = Duration::from_secs(8);
/// A question to the page itself, which may never answer.
const ASK_LIMIT: Duration = Duration::from_secs(3);
const PICTURE_LIMIT: Duration = Duration::from_secs(6);

/// A visit under way.
pub(crate) struct Staged<'r> {
    recorder: &'r mut Recorder,
    request: VisitRequest,
    stage: Stage,
    /// Came with belongings.
    brought: bool,
    planting: Option<String>,
    /// Storage that was there before the line was drawn, or that the visitor brought along.
    had: BTreeSet<Place>,
    mark: Option<Carried>,
    /// Belongs to the crawl, whose pages may have a picture.
    pictured: bool,
    noted: Mutex<Option<Carried>>,
}

fn lost(error: &BidiError) -> VisitError {
    VisitError::BrowserLost(error.to_string())
}

/// Keeps what was answered; only a lost browser is an error.
fn unless_lost<T>(answer: Result<T, BidiError>) -> Result<Option<T>, VisitError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_lost() => Err(lost(&error)),
        Err(_) => Ok(None),
    }
}

impl Recorder {
    /// Begins a visit: a visitor with these belongings goes to the page and gives it its time.
    pub(crate) async fn stage(&mut self, request: VisitRequest, brought: &Carried) -> Result<Staged<'_>, VisitError> {
        let mut stage = self.begin(&request).await.map_err(|e| lost(&e))?;
        self.session.make_known(&stage.tab.context).await.map_err(|e| lost(&e))?;
        let fresh = request.visitor == Visitor::Fresh || request.starts_walk;
        let (mut planting, mut had) = (None, BTreeSet::new());
        let brings = fresh && !brought.is_empty();
        if brings {
            planting = brought.give(self.session(), &stage.tab).await.map_err(|e| lost(&e))?;
            stage.before = super::jar::read(self.session(), &stage.tab).await.map_err(|e| lost(&e))?;
            had = brought.places();
        }
        let mut staged = Staged {
            recorder: self,
            request,
            stage,
            brought: brings,
            planting,
            had,
            mark: None,
            pictured: false,
            noted: Mutex::default(),
        };
        let url = staged.request.url.clone();
        staged.go(&url).await?;
        Ok(staged)
    }
}

impl Staged<'_> {
    async fn go(&mut self, url: &url::Url) -> Result<(), VisitError> {
        let (recorder, stage) = (&*self.recorder, &mut self.stage);
        stage.went = recorder.go(&stage.tab, url).await.map_err(|e| lost(&e))?;
        if stage.went == Went::Arrived && !recorder.tape.reel().crashed {
            let own = stage.tab.cdp.as_deref();
            let time = recorder.options.page_time;
            let spending = page_time::spend(&recorder.session, &recorder.tape, &stage.tab.context, own, time);
            stage.spent = spending.await.map_err(|e| lost(&e))?;
        }
        Ok(())
    }

    /// The same visit, which may have its picture taken at its end.
    pub(crate) fn pictured(self) -> Self {
        Self { pictured: true, ..self }
    }

    /// A document is there to be looked at.
    pub(crate) fn arrived(&self) -> bool {
        self.stage.went == Went::Arrived && !self.recorder.tape.reel().crashed
    }

    /// Draws the line: the record begins here.
    pub(crate) async fn mark(&mut self) -> Result<(), VisitError> {
        let now = self.belongings().await?;
        self.stage.before.clone_from(&now.cookies);
        self.had.extend(now.places());
        self.mark = Some(now);
        self.recorder.tape.cut();
        Ok(())
    }

    async fn belongings(&self) -> Result<Carried, VisitError> {
        let frames = self.frames().await?;
        let frames: Vec<&str> = frames.iter().map(|(frame, _)| frame.as_str()).collect();
        let reading = Carried::take(&self.recorder.session, &self.stage.tab, &frames);
        reading.await.map_err(|e| lost(&e))
    }

    /// What the visitor has gained since the line was drawn.
    pub(crate) async fn gained(&self) -> Result<Carried, VisitError> {
        let now = self.belongings().await?;
        Ok(self.mark.as_ref().map_or_else(Carried::default, |mark| now.since(mark)))
    }

    /// Remembers what was gained up to now, for [`noted`](Self::noted).
    pub(crate) async fn note(&self) -> Result<(), VisitError> {
        let gained = self.gained().await?;
        *self.noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(gained);
        Ok(())
    }

    /// What was remembered last.
    pub(crate) fn noted(&self) -> Carried {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }

    /// Loads the page again as the visitor that was here already.
    pub(crate) async fn reload(&mut self) -> Result<(), VisitError> {
        let mut url = self.request.url.clone();
        // With a fragment it would be a jump within the page.
        url.set_fragment(None);
        self.recorder.tape.await_document();
        self.go(&url).await
    }

    /// Frames of the page, the top one first, with their addresses.
    pub(crate) async fn frames(&self) -> Result<Vec<(String, String)>, VisitError> {
        let asked = json!({"root": self.stage.tab.context});
        let tree = unless_lost(self.recorder.session.send("browsingContext.getTree", asked).await)?;
        let mut frames = Vec::new();
        if let Some(tree) = tree {
            collect(&tree["contexts"], &mut frames);
        }
        Ok(frames)
    }

    /// Calls a function in a frame, in a world of its own.
    pub(crate) async fn call(&self, frame: &str, script: &str, argument: &str) -> Result<Option<String>, VisitError> {
        unless_lost(self.recorder.session.call(frame, script, argument, CALL_LIMIT).await)
    }

    /// Calls a function in the page's own world, in a frame or in the page itself.
    pub(crate) async fn ask(&self, frame: Option<&str>, script: &str) -> Result<Option<String>, VisitError> {
        let asked = json!({
            "functionDeclaration": script,
            "awaitPromise": true,
            "target": {"context": frame.unwrap_or(self.stage.tab.context.as_str())},
        });
        let asking = self.recorder.session.send_within("script.callFunction", asked, ASK_LIMIT);
        let own = self.stage.tab.cdp.as_deref();
        let (session, tape) = (&self.recorder.session, &self.recorder.tape);
        let answer = page_time::ticking(session, tape, own, self.recorder.options.page_time, false, asking).await;
        Ok(unless_lost(answer)?.and_then(|a| a["result"]["value"].as_str().map(str::to_owned)))
    }

    /// Gives the page some of its own time, without scrolling; waits for a document that is on its way.
    pub(crate) async fn give(&self, time: Duration) -> Result<(), VisitError> {
        let (recorder, stage) = (&*self.recorder, &self.stage);
        let whole = recorder.options.page_time;
        let Some(own) = stage.tab.cdp.as_deref() else {
            tokio::time::sleep(time).await;
            return Ok(());
        };
        let deadline = Instant::now() + whole.cap;
        for _ in 0..time.as_millis().div_ceil(whole.slice.as_millis().max(1)) {
            page_time::slice(&recorder.session, &recorder.tape, own, whole).await.map_err(|e| lost(&e))?;
            tokio::time::sleep(whole.breath).await;
            page_time::young_requests(&recorder.tape, whole, deadline).await;
        }
        if recorder.tape.reel().main_documents().next().is_some() {
            recorder.tape.wait(recorder.options.parse_limit, |reel| reel.interactive || reel.crashed).await;
        }
        Ok(())
    }

    /// A picture of what is visible; none where the browser does not give one in time.
    pub(crate) async fn picture(&self) -> Option<Vec<u8>> {
        use base64::Engine as _;
        let asked = json!({"context": self.stage.tab.context, "origin": "viewport"});
        let session = &self.recorder.session;
        let shot = session.send_within("browsingContext.captureScreenshot", asked, PICTURE_LIMIT).await.ok()?;
        base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str()?).ok()
    }

    /// Ends the visit.
    pub(crate) async fn finish(self) -> Result<PageVisit, VisitError> {
        let alive = self.arrived();
        let Self { recorder, request, mut stage, brought, planting, had, mark, pictured, .. } = self;
        let found = recorder.look(&stage.tab, alive).await.map_err(|e| lost(&e))?;
        stage.tab.documents = found.documents.unwrap_or(stage.tab.documents);
        if let Some(script) = planting {
            give::uproot(recorder.session(), &script).await.map_err(|e| lost(&e))?;
        }
        let reel = recorder.tape.take();
        let mut page = recorder.page(&request, &stage, &found, &reel, reel.popups.len());
        if alive && pictured && reel.dropped == 0 {
            page.screenshot = recorder.portrait(&mut stage, &found, &page, &reel).await.map_err(|e| lost(&e))?;
        }
        recorder.clear(&stage, &reel).await.map_err(|e| lost(&e))?;
        page.storage.retain(|entry| {
            !entry.writers.is_empty() || !had.contains(&(entry.kind, entry.origin.clone(), entry.key.clone()))
        });
        if mark.is_some() || brought {
            page.notes.retain(|note| note.code != "jar_not_empty");
        }
        Ok(page)
    }
}

fn collect(contexts: &Value, into: &mut Vec<(String, String)>) {
    for context in contexts.as_array().into_iter().flatten() {
        let word = |key: &str| context[key].as_str().unwrap_or_default().to_owned();
        into.push((word("context"), word("url")));
        collect(&context["children"], into);
    }
}
