//! The stages of one visit, in order, and the page record at its end.
//!
//! A page that fails is a record; only a lost browser is an error. Not here: what each stage does in detail.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::json;

use super::album::Album;
use super::ears::Ears;
use super::hooks::Hooks;
use super::jar::{self, Held};
use super::leash::Leash;
use super::look;
use super::outcome::Went;
use super::page_time::{self, PageTime, Spent};
use super::paint::Screen;
use super::tab::{self, Tab};
use super::tape::{Reel, Tape};
use super::times::{StageTimes, StopWatch};
use super::{chromium_events, firefox_events};
use crate::evidence::model::{PageVisit, Visitor};
use crate::evidence::values::Redactor;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::{Bidi, BidiError};
use crate::gather::{VisitError, VisitRequest, Visits};

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
    /// Where pictures of pages are kept, if any are taken.
    pub album: Option<Album>,
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
            album: None,
        }
    }
}

/// Visits pages in one session and records them.
pub struct Recorder {
    pub(super) session: Session,
    pub(super) tape: Arc<Tape>,
    ears: Option<Arc<Ears>>,
    leash: Option<Leash>,
    /// The last page left nothing behind but cookies.
    pub(super) left_only_cookies: bool,
    pub(super) options: RecorderOptions,
    pub(super) tab: Option<Tab>,
    /// Once a tab was asked.
    pub(super) screen: Option<Screen>,
    /// The user context of the visitor before, who may come again (Firefox).
    kept: Option<String>,
    /// Origins whose pages do something when they are left.
    pub(super) parting: BTreeSet<String>,
    times: StageTimes,
}

/// What a visit has in hand while it goes on.
pub(super) struct Stage {
    pub(super) tab: Tab,
    pub(super) started_at: String,
    pub(super) before: Vec<Held>,
    pub(super) went: Went,
    pub(super) spent: Spent,
    /// It is the second try, with real time instead of virtual.
    pub(super) real_time: bool,
    /// The visitor comes again, and with the tab would lose what belongs to it.
    goes_on: bool,
}

impl Recorder {
    /// Prepares a session for recording.
    pub async fn new(session: Session, options: RecorderOptions) -> Result<Self, BidiError> {
        let hooks = Hooks::install(&session).await?;
        let tape = Arc::new(Tape::new(hooks.clone(), session.is_chromium()));
        session.bidi().listen(Arc::clone(&tape) as Arc<_>);
        let events = match session.devtools() {
            Some(devtools) => {
                devtools.listen(Arc::clone(&tape) as Arc<_>);
                None
            }
            None if session.is_chromium() => Some(chromium_events::EVENTS),
            None => Some(firefox_events::EVENTS),
        };
        let ears = Ears::on(&session, &hooks).await?;
        let leash = Leash::new(&session, Arc::clone(&tape));
        if let Some(events) = events {
            session.send("session.subscribe", json!({"events": events})).await?;
        }
        let times = StageTimes::default();
        Ok(Self {
            session,
            tape,
            ears,
            leash,
            left_only_cookies: false,
            options,
            tab: None,
            screen: None,
            kept: None,
            parting: BTreeSet::new(),
            times,
        })
    }

    /// The session, for what is not a visit.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Whether its browser, or the way to it, is gone.
    #[must_use]
    pub fn lost(&self) -> bool {
        let devtools = self.session.devtools().and_then(Bidi::lost);
        self.session.bidi().lost().or(devtools).is_some()
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
        self.times = StageTimes::default();
        // A visitor who goes on has a tab that BiDi may know, with storage of its own.
        if is_fresh(request) {
            self.rest().await?;
        }
        self.make_way(request).await?;
        let (page, doubtful) = self.record_in_tab(request).await?;
        if !doubtful {
            return Ok(page);
        }
        self.vacate().await?;
        self.record_in_tab(request).await.map(|(page, _)| page)
    }

    /// The page, and whether some of it may be the doing of the page that was there before.
    async fn record_in_tab(&mut self, request: &VisitRequest) -> Result<(PageVisit, bool), BidiError> {
        let mut watch = StopWatch::start();
        let mut stage = self.begin_in_tab(request, true).await?;
        self.times.begin += watch.lap();
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
        self.times.look += watch.lap();
        let reel = self.tape.take();
        stage.tab.documents = found.documents.unwrap_or(stage.tab.documents);
        let mut page = self.page(request, &stage, &found, &reel, reel.popups.len());
        let doubtful = self.is_doubtful(&stage, &reel, &page);
        self.times.reduce += watch.lap();
        // Where not all was heard, a frame may be unknown, and would not be covered.
        if alive && !doubtful && reel.dropped == 0 {
            page.screenshot = self.portrait(&mut stage, &found, &page, &reel).await?;
        }
        self.times.picture += watch.lap();
        self.left_only_cookies = look::only_cookies(&found, &reel, &self.tape.reel());
        if doubtful || !self.leave_resting(request, &stage, &found, &reel).await? {
            self.clear(&stage, &reel).await?;
        }
        self.times.end += watch.lap();
        Ok((page, doubtful))
    }

    /// A visit without a journey needs no BiDi where CDP is spoken. The tab that it knew goes.
    async fn rest(&mut self) -> Result<(), BidiError> {
        if self.session.rest().await?
            && let Some(tab) = self.tab.take()
        {
            tab::close(&self.session, &[tab.context]).await?;
        }
        Ok(())
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
        // The tab of a stuck page is replaced, and a new one's clock goes by itself.
        self.end(&stage).await?;
        let again = self.begin(request).await?;
        Ok(Stage { started_at: stage.started_at, real_time: true, ..again })
    }

    pub(super) async fn begin(&mut self, request: &VisitRequest) -> Result<Stage, BidiError> {
        self.vacate().await?;
        self.begin_in_tab(request, false).await
    }

    /// `unseen`: nothing will be clicked in the tab, and nothing looked at on its way.
    async fn begin_in_tab(&mut self, request: &VisitRequest, unseen: bool) -> Result<Stage, BidiError> {
        let started_at = now();
        let tab = self.ready_tab(is_fresh(request), unseen).await?;
        let only_cookies = std::mem::take(&mut self.left_only_cookies);
        // What a page that is still there does from now on counts against it.
        let resting = tab.resting.is_some();
        if resting {
            self.tape.rewind(&tab);
        }
        let cleaning = async {
            if is_fresh(request) {
                tab.make_fresh(&self.session, only_cookies).await
            } else {
                jar::read(&self.session, &tab).await
            }
        };
        let leashing = async {
            match (&self.leash, &request.scope) {
                (Some(leash), Some(scope)) => leash.on(&tab, scope.clone()).await,
                (Some(leash), None) if resting => leash.off().await,
                _ => {}
            }
        };
        let (before, ()) = tokio::join!(cleaning, leashing);
        let before = before?;
        if !resting {
            self.tape.rewind(&tab);
        }
        let (went, spent) = (Went::Arrived, Spent::default());
        let goes_on = request.visitor != Visitor::Fresh || request.starts_walk;
        Ok(Stage { tab, started_at, before, went, spent, real_time: false, goes_on })
    }

    /// The tab that is there, or a new one, painted as it is to be.
    async fn ready_tab(&mut self, fresh: bool, unseen: bool) -> Result<Tab, BidiError> {
        let old = self.tab.take();
        let is_new = old.is_none();
        let mut tab = match old {
            Some(tab) => tab,
            None => self.new_tab(fresh).await?,
        };
        if unseen && self.screen.is_none() && tab.resting.is_none() {
            self.screen = Some(Screen::of(&self.session, &tab).await?);
        }
        let painted = match self.paint(&mut tab, unseen).await {
            Err(error) if !is_new && !error.is_lost() => {
                tracing::debug!(%error, "a tab does not answer; a new one is opened");
                tab::close(&self.session, &[tab.context]).await?;
                tab = self.new_tab(fresh).await?;
                self.paint(&mut tab, unseen).await
            }
            painted => painted,
        };
        match painted {
            Err(error) if error.is_lost() => Err(error),
            // A new one that will not be painted small works as it is.
            _ => Ok(tab),
        }
    }

    pub(super) async fn paint(&self, tab: &mut Tab, small: bool) -> Result<(), BidiError> {
        match &self.screen {
            Some(screen) => screen.paint(&self.session, tab, small).await,
            None => Ok(()),
        }
    }

    /// Closes a tab whose clock goes only when we let it: what comes next needs one that goes by itself.
    pub(super) async fn leave_virtual_time(&mut self) -> Result<(), BidiError> {
        match self.tab.take_if(|tab| tab.clock.is_some()) {
            Some(tab) => tab::close(&self.session, &[tab.context]).await,
            None => Ok(()),
        }
    }

    /// A tab for a fresh visitor, or for the one who was here already.
    async fn new_tab(&mut self, fresh: bool) -> Result<Tab, BidiError> {
        let mut kept = self.kept.take();
        if fresh && let Some(user) = kept.take() {
            tab::forget(&self.session, &user).await?;
        }
        tab::open(&self.session, self.ears.as_deref(), kept).await
    }

    /// Takes the tape and leaves the page.
    pub(super) async fn end(&mut self, stage: &Stage) -> Result<(Reel, usize), BidiError> {
        let reel = self.tape.take();
        self.clear(stage, &reel).await?;
        let popups = reel.popups.len();
        Ok((reel, popups))
    }

    /// Closes what the page opened, and empties the tab for the next visit or replaces it.
    pub(super) async fn clear(&mut self, stage: &Stage, reel: &Reel) -> Result<(), BidiError> {
        let tab = &stage.tab;
        // Those that it opened while its picture was taken as well.
        let popups: Vec<String> = reel.popups.union(&self.tape.reel().popups).cloned().collect();
        let (emptied, closed) = tokio::join!(
            async {
                let virtual_time = reel.clock.virtual_since.is_some();
                let worn = tab.is_worn() && !stage.goes_on && !self.session.isolates_sites();
                if reel.crashed || stage.spent.stuck || worn {
                    Ok(None)
                } else {
                    tab.emptied(&self.session, virtual_time).await
                }
            },
            tab::close(&self.session, &popups)
        );
        closed?;
        self.replace(tab, emptied?).await
    }

    /// Puts the emptied tab in place of the old one, or a new one where it could not be emptied.
    pub(super) async fn replace(&mut self, tab: &Tab, emptied: Option<Tab>) -> Result<(), BidiError> {
        self.tab = emptied;
        if self.tab.is_none() {
            let old = tab::close(&self.session, std::slice::from_ref(&tab.context));
            if tab.user_context.is_some() {
                // Whether the next visitor is this one is known when it comes.
                self.kept.clone_from(&tab.user_context);
                old.await?;
            } else {
                let (next, closed) = tokio::join!(tab::open(&self.session, self.ears.as_deref(), None), old);
                closed?;
                self.tab = Some(next?);
            }
        }
        Ok(())
    }
}

/// Whether nothing of an earlier page may be left; such a visit can be made again.
fn is_fresh(request: &VisitRequest) -> bool {
    request.visitor == Visitor::Fresh || request.starts_walk
}

pub(super) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl Visits for Recorder {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        self.record(&request).await.map_err(|error| VisitError::BrowserLost(error.to_string()))
    }

    async fn close(self) {
        join_all([self.session.close()]).await;
    }
}
