//! A page that stays open: the stages of a visit taken apart, so that a journey can act in it and record each step.
//!
//! Time is real here: what a visitor does needs a clock that runs. Not here: acting (`gather::journey`).

use std::time::{Duration, Instant};

use serde_json::json;
use url::Url;

use super::Recorder;
use super::carried::Carried;
use super::give;
use super::jar;
use super::outcome::Went;
use super::page_time::Spent;
use super::tape::Reel;
use super::visit::{Stage, now};
use crate::evidence::model::{FailureReason, Outcome, PageVisit};
use crate::gather::browser::bidi::BidiError;
use crate::gather::{VisitError, VisitRequest};

/// Nothing under way and nothing heard for so long: the page has done what it does.
const STILL: Duration = Duration::from_millis(350);
/// Time in which an action has to start something.
const REACTION: Duration = Duration::from_millis(250);
/// Longest wait for a page to become still.
const CAP: Duration = Duration::from_secs(8);
/// Requests older than this are not waited for.
const YOUNG: Duration = Duration::from_secs(3);

/// A page in a tab of its own, until it is shut.
pub struct OpenPage {
    pub(super) stage: Stage,
    request: VisitRequest,
    /// Status and media type of the document that stands there.
    document: (u16, Option<String>),
    /// Something was recorded of it already: the document heard first belongs to that.
    continued: bool,
    /// The address as it was last written down, values taken out.
    shown: Option<String>,
    /// The script that gives the tab its storage.
    planting: Option<String>,
}

impl OpenPage {
    /// The tab, as the browser names it.
    #[must_use]
    pub fn tab(&self) -> &str {
        &self.stage.tab.context
    }

    /// The tab's CDP session, in Chromium.
    #[must_use]
    pub fn cdp(&self) -> Option<&str> {
        self.stage.tab.cdp.as_deref()
    }

    /// The address asked for.
    #[must_use]
    pub fn asked(&self) -> &Url {
        &self.request.url
    }

    /// Whether a document is there.
    #[must_use]
    pub fn arrived(&self) -> bool {
        self.stage.went == Went::Arrived
    }

    /// Status of the document that was there when somebody last looked; 0 where there was none.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.document.0
    }
}

fn lost<T>(result: Result<T, BidiError>) -> Result<T, VisitError> {
    result.map_err(|error| VisitError::BrowserLost(error.to_string()))
}

impl Recorder {
    /// Opens a page and waits until it is still. `carried` is given to the tab's jar before.
    pub async fn open(&mut self, request: VisitRequest, carried: Option<&Carried>) -> Result<OpenPage, VisitError> {
        lost(self.open_page(request, carried).await)
    }

    async fn open_page(&mut self, request: VisitRequest, carried: Option<&Carried>) -> Result<OpenPage, BidiError> {
        self.leave_virtual_time().await?;
        let mut stage = self.begin(&request).await?;
        self.session.make_known(&stage.tab.context).await?;
        let mut planting = None;
        if let Some(carried) = carried {
            planting = carried.give(&self.session, &stage.tab).await?;
            stage.before = jar::read(&self.session, &stage.tab).await?;
            self.tape.rewind(&stage.tab);
        }
        stage.went = self.go(&stage.tab, &request.url).await?;
        let mut page = OpenPage { stage, request, document: (0, None), continued: false, shown: None, planting };
        self.still(&mut page).await?;
        Ok(page)
    }

    /// Goes to another address in the same tab.
    pub async fn go_to(&mut self, page: &mut OpenPage, url: &Url) -> Result<(), VisitError> {
        page.request.url = url.clone();
        page.shown = None;
        page.stage.went = lost(self.go(&page.stage.tab, url).await)?;
        lost(self.still(page).await)
    }

    /// Waits for what an action started: a navigation that it led to, then for quiet.
    pub async fn after_action(&mut self, page: &mut OpenPage) -> Result<(), VisitError> {
        tokio::time::sleep(REACTION).await;
        lost(self.still(page).await)
    }

    async fn still(&self, page: &mut OpenPage) -> Result<(), BidiError> {
        let deadline = Instant::now() + CAP;
        let heard = |reel: &Reel| (reel.told.len(), reel.sequence.len());
        let (mut last, mut since) = (heard(&self.tape.reel()), Instant::now());
        while Instant::now() < deadline {
            let (now, young, gone) = {
                let reel = self.tape.reel();
                (heard(&reel), reel.has_young_request(YOUNG), reel.lost.clone())
            };
            if let Some(why) = gone {
                return Err(BidiError::Lost(why));
            }
            if now != last || young {
                (last, since) = (now, Instant::now());
            } else if since.elapsed() >= STILL {
                break;
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        let reel = self.tape.reel();
        if let Some(hop) = reel.main_documents().last().and_then(|e| e.hops.last()) {
            page.document = (hop.status.unwrap_or(page.document.0), hop.media_type.clone());
        }
        Ok(())
    }

    /// The address that the tab shows.
    pub async fn address(&self, page: &OpenPage) -> Result<Option<Url>, VisitError> {
        let tree = self.session.send("browsingContext.getTree", json!({"root": page.tab(), "maxDepth": 0})).await;
        match tree {
            Ok(tree) => Ok(tree["contexts"][0]["url"].as_str().and_then(|u| Url::parse(u).ok())),
            Err(error) if error.is_lost() => lost(Err(error)),
            Err(_) => Ok(None),
        }
    }

    /// Records everything since the page was opened, or since the last step was recorded.
    pub async fn record_step(&mut self, page: &mut OpenPage, step: &str) -> Result<PageVisit, VisitError> {
        lost(self.step(page, step).await)
    }

    async fn step(&mut self, page: &mut OpenPage, step: &str) -> Result<PageVisit, BidiError> {
        let alive = page.arrived() && !self.tape.reel().crashed;
        let found = self.look(&page.stage.tab, alive).await?;
        let after = found.after.clone();
        let mut reel = self.tape.take_over(page.tab());
        let documents = reel.main_documents().count();
        let moved = !page.continued || documents > 1;
        reel.loaded |= !moved;
        let mut visit = self.page(&page.request, &page.stage, &found, &reel, reel.popups.len());
        if page.continued && !visit.hops.is_empty() {
            // The document that the step began on was told with the step before.
            visit.hops.remove(0);
        }
        visit.outcome = settled(visit.outcome, &page.document, moved);
        visit.step = Some(step.to_owned());
        visit.sequence = page.request.sequence;
        page.request.sequence += 1;
        page.continued = true;
        page.stage.before = after;
        page.stage.started_at = now();
        page.stage.spent = Spent::default();
        if let Some(shown) = page.shown.take() {
            visit.url = shown;
        }
        page.shown.clone_from(&visit.final_url);
        if let Ok(Some(url)) = self.address(page).await {
            page.request.url = url;
        }
        Ok(visit)
    }

    /// What the page's jar holds and the top document's storage, to be carried on. Values live in memory only.
    pub async fn carry(&self, page: &OpenPage) -> Result<Carried, VisitError> {
        lost(Carried::take(&self.session, &page.stage.tab, &[page.tab()]).await)
    }

    /// Closes the tab and what it opened.
    pub async fn shut(&mut self, page: OpenPage) -> Result<(), VisitError> {
        if let Some(script) = &page.planting {
            lost(give::uproot(&self.session, script).await)?;
        }
        lost(self.end(&page.stage).await.map(drop))
    }
}

/// A step that led nowhere stands on the document it began on; a sign-in form is where a journey may well be.
fn settled(outcome: Outcome, document: &(u16, Option<String>), moved: bool) -> Outcome {
    let here = || Outcome::Loaded { status: document.0, media_type: document.1.clone() };
    match &outcome {
        Outcome::Failed { reason: FailureReason::LoginWall, .. } if document.0 < 400 => here(),
        Outcome::Failed { reason: FailureReason::Crash | FailureReason::BrowserLost, .. } => outcome,
        Outcome::Failed { .. } if !moved && document.0 < 400 && document.0 > 0 => here(),
        _ => outcome,
    }
}
