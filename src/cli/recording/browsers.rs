//! Browsers for a recording: one driver, sessions opened as they are needed and used again from phase to phase.
//!
//! A session that was lost is never used again, and a driver that died is replaced. Not here: what is done with them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use crate::evidence::model::{BrowserInfo, FailureReason, Outcome, PageVisit};
use crate::gather::browser::{BrowserOptions, Driver, DriverError, Session, SessionError, SessionOptions};
use crate::gather::guard::Guard;
use crate::gather::journey::consent::{ConsentPlan, ConsentVisits};
use crate::gather::journey::login::{HttpAuth, install_http_auth};
use crate::gather::record::{Recorder, RecorderOptions};
use crate::gather::{VisitError, VisitRequest, Visits};

/// How long a driver may take to say that it is there, on a busy machine.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// Pages after which a session is replaced by a fresh one: what a browser piles up over thousands of pages goes with it.
const PAGES_OF_A_SESSION: u32 = 500;

/// Why there is no browser to record with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// No driver.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// No session.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The session opened, and could not be prepared.
    #[error("failed to prepare the browser for recording: {0}")]
    Recorder(String),
}

/// Opens recorders, and keeps those that are free.
pub(crate) struct Browsers {
    driver: tokio::sync::Mutex<Driver>,
    /// The driver was started here.
    is_own: bool,
    session: SessionOptions,
    recorder: RecorderOptions,
    logins: Vec<HttpAuth>,
    guard: Option<Guard>,
    free: Mutex<Vec<Recorder>>,
}

impl Browsers {
    /// Starts the driver; `session` makes the session's options once the browser's program is known.
    pub(crate) async fn start<E>(
        options: &BrowserOptions,
        recorder: RecorderOptions,
        logins: Vec<HttpAuth>,
        guard: Option<Guard>,
        session: impl FnOnce(Option<&std::path::Path>, Option<&Guard>) -> Result<SessionOptions, E>,
    ) -> Result<Arc<Self>, E>
    where
        E: From<OpenError>,
    {
        let driver = Driver::start(options).await.map_err(OpenError::from)?;
        let session = session(driver.browser(), guard.as_ref())?;
        Ok(Arc::new(Self {
            is_own: driver.pid().is_some(),
            driver: tokio::sync::Mutex::new(driver),
            session,
            recorder,
            logins,
            guard,
            free: Mutex::new(Vec::new()),
        }))
    }

    /// What keeps everything out of private networks, where that was asked for.
    pub(crate) fn guard(&self) -> Option<&Guard> {
        self.guard.as_ref()
    }

    /// A recorder: a free one, or a new session.
    pub(crate) async fn open(self: &Arc<Self>) -> Result<Lent, OpenError> {
        let recorder = loop {
            let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
            match free {
                // It may have died while nobody needed it, with its driver or its node of a Grid.
                Some(recorder) if recorder.lost() => recorder.close().await,
                Some(recorder) => break recorder,
                None => break self.new_session(&self.session).await?,
            }
        };
        Ok(Lent { recorder: Some(recorder), home: Arc::clone(self), lost: false, plan: None, pages: 0 })
    }

    /// A recorder whose visitors have made the plan's choice.
    pub(crate) async fn open_for(self: &Arc<Self>, plan: &Arc<ConsentPlan>) -> Result<Lent, OpenError> {
        Ok(Lent { plan: Some(Arc::clone(plan)), ..self.open().await? })
    }

    /// A recorder whose browser keeps no cookie. On a Grid it takes the slot of one that is free.
    pub(crate) async fn open_blocking(&self) -> Result<Recorder, OpenError> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop_if(|_| !self.is_own);
        if let Some(free) = free {
            free.close().await;
        }
        self.new_session(&SessionOptions { block_cookies: true, ..self.session.clone() }).await
    }

    async fn new_session(&self, options: &SessionOptions) -> Result<Recorder, OpenError> {
        let url = self.living_driver(None).await?;
        let session = match Session::open(url.as_str(), options).await {
            // It answers, and yet opens nothing. A Grid's slots may just be taken.
            Err(SessionError::Slow { .. }) if self.is_own => {
                let another = self.living_driver(Some(&url)).await?;
                Session::open(another.as_str(), options).await?
            }
            opened => opened?,
        };
        let installed = install_http_auth(&session, &self.logins).await;
        installed.map_err(|error| OpenError::Recorder(error.to_string()))?;
        Recorder::new(session, self.recorder.clone()).await.map_err(|error| OpenError::Recorder(error.to_string()))
    }

    /// Where the driver listens, after replacing one that died or hangs, or that is no good any more by its caller's word.
    async fn living_driver(&self, bad: Option<&Url>) -> Result<Url, OpenError> {
        let mut driver = self.driver.lock().await;
        let is_bad = bad.is_some_and(|url| *url == driver.webdriver_url);
        if is_bad || !driver.alive() || driver.hangs(ANSWER_LIMIT).await {
            driver.revive()?;
        }
        Ok(driver.webdriver_url.clone())
    }

    /// Whether a page's time-out may be the driver's, which then has to be replaced.
    async fn driver_hangs(&self) -> bool {
        self.driver.lock().await.hangs(ANSWER_LIMIT).await
    }

    /// Ends every free session; the driver goes with the last handle.
    pub(crate) async fn close(&self) {
        let free = std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner));
        futures_util::future::join_all(free.into_iter().map(Visits::close)).await;
    }
}

/// A recorder that goes back to where it came from when it is closed.
pub(crate) struct Lent {
    /// Empty only while a visit has it.
    recorder: Option<Recorder>,
    home: Arc<Browsers>,
    plan: Option<Arc<ConsentPlan>>,
    /// A visit of it did not come back, or lost the browser.
    lost: bool,
    /// Pages visited since it was lent.
    pages: u32,
}

impl Lent {
    /// The recorder, for what is not a visit of a crawl. Whoever loses its browser says so with [`Lent::give_up`].
    pub(crate) fn recorder(&mut self) -> Result<&mut Recorder, VisitError> {
        self.recorder.as_mut().ok_or_else(gone)
    }

    /// The browser, for the evidence's header.
    pub(crate) fn info(&self) -> BrowserInfo {
        self.recorder.as_ref().map(|recorder| recorder.session().info().clone()).unwrap_or_default()
    }

    /// Takes the recorder for good: it does not go back.
    pub(crate) fn into_recorder(self) -> Result<Recorder, VisitError> {
        self.recorder.ok_or_else(gone)
    }

    /// The session is not to be used again.
    pub(crate) fn give_up(&mut self) {
        self.lost = true;
    }
}

fn timed_out(visit: &PageVisit) -> bool {
    matches!(visit.outcome, Outcome::Failed { reason: FailureReason::Timeout, .. })
}

/// The browser knows only that there was no connection; the guard knows why.
fn explained(mut visit: PageVisit, guard: Option<&Guard>) -> PageVisit {
    let host = visit.final_url.as_ref().or(Some(&visit.url)).and_then(|text| Url::parse(text).ok());
    let host = host.as_ref().and_then(Url::host_str);
    if let (Outcome::Failed { reason: FailureReason::Connection, detail, .. }, Some(host), Some(guard)) =
        (&mut visit.outcome, host, guard)
        && let Some(why) = guard.refused(host)
    {
        *detail = format!("refused by deny_private_addresses: {why}");
    }
    visit
}

fn gone() -> VisitError {
    VisitError::BrowserLost("an earlier visit did not come back".to_owned())
}

impl Visits for Lent {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        self.pages += 1;
        // Stays set where the visit is given up, or panics.
        self.lost = true;
        let visit = match &self.plan {
            Some(plan) => {
                let mut visits = ConsentVisits::new(self.recorder.take().ok_or_else(gone)?, Arc::clone(plan));
                let visit = visits.visit(request).await;
                self.recorder = Some(visits.into_recorder());
                visit?
            }
            None => self.recorder()?.visit(request).await?,
        };
        if timed_out(&visit) && self.home.driver_hangs().await {
            return Err(VisitError::BrowserLost("the driver does not answer".to_owned()));
        }
        self.lost = false;
        Ok(explained(visit, self.home.guard()))
    }

    fn is_spent(&self) -> bool {
        self.pages >= PAGES_OF_A_SESSION
    }

    async fn close(self) {
        let ended = self.lost || self.is_spent();
        match self.recorder {
            Some(recorder) if ended => recorder.close().await,
            Some(recorder) => self.home.free.lock().unwrap_or_else(PoisonError::into_inner).push(recorder),
            None => {}
        }
    }
}
