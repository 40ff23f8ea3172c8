//! From one page straight to the next of its origin: a page at rest stays in its tab until the next one takes its place,
//! which saves emptying the tab between, a fifth of what a small page costs.
//!
//! Only where nothing of the old page can reach the new visit: it used nothing but cookies, waits for nothing, opened
//! nothing, wants to hear nothing when it is left (a parting write, a beacon), and its clock stands. Should something be
//! heard of it all the same, or a cookie be there that the new page does not explain, the visit is made again in an emptied
//! tab, and pages of that origin are not left that way any more. Not here: emptying (`tab`).

use std::time::Duration;

use futures_util::future::try_join_all;
use serde_json::json;
use url::Url;

use super::Recorder;
use super::frames::Frame;
use super::hooks::Told;
use super::look::Found;
use super::outcome::Went;
use super::tab::{self, Tab};
use super::tape::Reel;
use super::visit::Stage;
use crate::evidence::model::{PageVisit, Visitor, WriterKind};
use crate::gather::VisitRequest;
use crate::gather::browser::bidi::BidiError;

/// How long a page at rest may take to answer.
const LIMIT: Duration = Duration::from_secs(2);
/// A page with more frames is not asked.
const MOST_FRAMES: usize = 12;
/// What a page hears when it is left.
const PARTING: [&str; 6] = ["beforeunload", "pagehide", "pageswap", "unload", "visibilitychange", "freeze"];
/// What is named for a question goes with its document.
const GROUP: &str = "cookie-audit";
/// The window's name outlives its pages.
const PREPARE: &str = "() => { window.name = ''; return String(Date.now()); }";
/// Headers that have the browser give a document a process, or a group of windows, of its own: such a page would be left
/// only after the next one is there.
const KEPT_APART: [&str; 2] = ["cross-origin-opener-policy", "origin-agent-cluster"];

impl Recorder {
    /// Empties the tab, unless the page in it may stay until this visit's takes its place.
    pub(super) async fn make_way(&mut self, request: &VisitRequest) -> Result<(), BidiError> {
        let stays = self.tab.as_ref().and_then(|tab| tab.resting.as_ref()).is_some_and(|old| follows(old, request));
        let stays = stays && strays(&self.tape.reel()) == 0;
        if stays { Ok(()) } else { self.vacate().await }
    }

    /// Empties the tab of a page that stayed.
    pub(super) async fn vacate(&mut self) -> Result<(), BidiError> {
        let Some(tab) = self.tab.take_if(|tab| tab.resting.is_some()) else { return Ok(()) };
        let emptied = tab.emptied(&self.session, tab.clock.is_some()).await?;
        self.replace(&tab, emptied).await
    }

    /// Leaves the page in its tab, at rest; answers whether that can be.
    pub(super) async fn leave_resting(
        &mut self,
        request: &VisitRequest,
        stage: &Stage,
        found: &Found,
        reel: &Reel,
    ) -> Result<bool, BidiError> {
        let origin = at_rest(request, stage, found, reel).filter(|url| !self.parting.contains(&origin_of(url)));
        let stays = self.left_only_cookies && !self.session.isolates_sites() && !stage.tab.is_worn();
        let Some(url) = origin.filter(|_| stays) else {
            return Ok(false);
        };
        match self.stand_still(&stage.tab, &found.snapshot.asked, reel).await {
            Ok(Some(clock)) => {
                self.tab = Some(Tab { clock: Some(clock), resting: Some(url), ..stage.tab.clone() });
                Ok(true)
            }
            Err(error) if error.is_lost() => Err(error),
            _ => Ok(false),
        }
    }

    /// Stops the page's clock, where that is not done yet, and answers what it shows; `None` where a frame wants to hear
    /// of being left.
    async fn stand_still(&self, tab: &Tab, frames: &[Frame], reel: &Reel) -> Result<Option<f64>, BidiError> {
        let own = tab.cdp.as_deref();
        let top = Frame::top(&self.session, &tab.context, own);
        let worlds: Option<Vec<i64>> = frames.iter().map(|frame| reel.worlds.get(frame.id()).copied()).collect();
        let Some(worlds) = worlds.filter(|worlds| worlds.len() <= MOST_FRAMES) else { return Ok(None) };
        let asking = worlds.iter().map(|world| self.listens_for_its_end(reel.heard_by.as_deref(), *world));
        if try_join_all(asking).await?.contains(&true) {
            return Ok(None);
        }
        let clock: Option<f64> = top.call(&self.session, PREPARE, "", LIMIT).await?.parse().ok();
        let Some(clock) = clock.filter(|clock| tab::may_go_on(*clock)) else { return Ok(None) };
        self.session.cdp_within(own, "Page.resetNavigationHistory", json!({}), LIMIT).await?;
        // Last: a tab that is emptied after all must not have a clock that stands.
        if reel.clock.virtual_since.is_none() {
            let pause = json!({"policy": "pause"});
            self.session.cdp_within(own, "Emulation.setVirtualTimePolicy", pause, LIMIT).await?;
        }
        Ok(Some(clock))
    }

    /// Whether the window or the document of a frame listens for the moment when it is left.
    async fn listens_for_its_end(&self, heard_by: Option<&str>, world: i64) -> Result<bool, BidiError> {
        for object in ["window", "document"] {
            let named = json!({"expression": object, "contextId": world, "objectGroup": GROUP});
            let named = self.session.cdp_within(heard_by, "Runtime.evaluate", named, LIMIT).await?;
            let asked = json!({"objectId": named["result"]["objectId"]});
            let answer = self.session.cdp_within(heard_by, "DOMDebugger.getEventListeners", asked, LIMIT).await?;
            let mut heard = answer["listeners"].as_array().into_iter().flatten().filter_map(|l| l["type"].as_str());
            if heard.any(|event| PARTING.contains(&event)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the page that stayed was not at rest after all, or another document came than one of its own origin. What a
    /// page does when it is left is not always heard; a cookie that nothing explains may be its doing.
    pub(super) fn is_doubtful(&mut self, stage: &Stage, reel: &Reel, page: &PageVisit) -> bool {
        let Some(old) = &stage.tab.resting else { return false };
        let clean = reel.strays.unwrap_or_else(|| strays(reel)) == 0 && reel.dropped == 0;
        let moved = stage.went == Went::Arrived && document(reel).is_none_or(|url| origin_of(&url) != origin_of(old));
        let unexplained = page.writes.iter().any(|write| write.writer.kind == WriterKind::Unattributed);
        let doubtful = !clean || moved || unexplained || speaks(old, reel);
        if doubtful {
            self.parting.insert(origin_of(old));
        }
        doubtful
    }
}

/// How much was heard beside the navigation itself: before the new document is there, that is the old page's doing.
pub(super) fn strays(reel: &Reel) -> usize {
    let requests = reel.in_order().filter(|exchange| !exchange.navigation).count();
    let rest = usize::from(reel.crashed) + usize::from(reel.dialogs > 0);
    reel.told.len() + requests + reel.popups.len() + reel.workers.len() + reel.targets.len() + rest
}

/// Whether something was heard of the old page's document, though another one came.
fn speaks(old: &Url, reel: &Reel) -> bool {
    let is_old = |address: &str| Url::parse(address).is_ok_and(|url| bare(&url) == bare(old));
    let told = reel.told.iter().any(|(_, _, told)| match told {
        Told::Cookie(write) => is_old(&write.place.frame),
        Told::Storage { place, .. } => is_old(&place.frame),
        Told::Settled { frame, .. } => is_old(frame),
        Told::Failed(_) => false,
    });
    let asked = reel.in_order().any(|exchange| !exchange.navigation && is_old(&exchange.document));
    (told || asked) && document(reel).is_none_or(|url| bare(&url) != bare(old))
}

/// An address without its fragment.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// Whether this visit's page may take the place of one at rest. The same address again would be a reload.
fn follows(old: &Url, request: &VisitRequest) -> bool {
    request.visitor == Visitor::Fresh && origin_of(old) == origin_of(&request.url) && bare(old) != bare(&request.url)
}

/// The address of a page that nothing more is to be expected of.
fn at_rest(request: &VisitRequest, stage: &Stage, found: &Found, reel: &Reel) -> Option<Url> {
    let seen = request.visitor == Visitor::Fresh && stage.went == Went::Arrived && found.hooked == Some(true);
    let whole = !stage.real_time && !stage.spent.stuck && !stage.spent.capped && reel.loaded && !reel.crashed;
    let waits = reel.in_order().any(|exchange| !exchange.ended || exchange.kind == "websocket");
    let alone = reel.popups.is_empty() && reel.targets.is_empty() && reel.workers.is_empty() && reel.dialogs == 0;
    let went = reel.download.is_none() && reel.stopped.is_none() && reel.lost.is_none();
    let fits = seen && whole && !waits && alone && went && stage.tab.heard_by.is_some();
    // A page that gave itself another address may be in the way of the one that has it.
    let shown = found.snapshot.top.as_ref().and_then(|top| Url::parse(&top.url).ok());
    document(reel).filter(|url| fits && shown.is_some_and(|shown| bare(&shown) == bare(url)))
}

/// The address of the document that is there, unless its headers keep it apart from the next one.
fn document(reel: &Reel) -> Option<Url> {
    let hop = reel.main_documents().last()?.hops.last()?;
    let apart = |name: &str| KEPT_APART.iter().any(|header| name.eq_ignore_ascii_case(header));
    let url = Url::parse(&hop.url).ok()?;
    (!hop.headers.iter().any(|(name, _)| apart(name))).then_some(url)
}

fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::model;

    fn request(url: &str) -> VisitRequest {
        VisitRequest {
            sequence: 0,
            url: Url::parse(url).unwrap(),
            depth: 0,
            found: model::Found::Seed,
            phase: model::Phase::BeforeConsent,
            visitor: Visitor::Fresh,
            starts_walk: false,
            scope: None,
        }
    }

    #[test]
    fn only_another_page_of_the_same_origin_follows() {
        let old = Url::parse("https://shop.test/a?x=1#top").unwrap();
        assert!(follows(&old, &request("https://shop.test/b")));
        for url in ["https://shop.test/a?x=1#end", "https://www.shop.test/b", "http://shop.test/b"] {
            assert!(!follows(&old, &request(url)), "{url}");
        }
        let returning = VisitRequest { visitor: Visitor::Returning, ..request("https://shop.test/b") };
        assert!(!follows(&old, &returning));
    }
}
