//! Browsers for a recording: one driver, sessions opened as they are needed and used again from phase to phase.
//!
//! A session that was lost is never used again, and a driver that died is replaced. Not here: what is done with them.

use std::sync::{Arc, Mutex, PoisonError};

use crate::evidence::model::{BrowserInfo, PageVisit};
use crate::gather::browser::{BrowserOptions, Driver, DriverError, Session, SessionError, SessionOptions};
use crate::gather::record::{Recorder, RecorderOptions};
use crate::gather::{VisitError, VisitRequest, Visits};

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
    session: SessionOptions,
    recorder: RecorderOptions,
    free: Mutex<Vec<Recorder>>,
}

impl Browsers {
    /// Starts the driver; `session` makes the session's options once the browser's program is known.
    pub(crate) async fn start<E>(
        options: &BrowserOptions,
        recorder: RecorderOptions,
        session: impl FnOnce(Option<&std::path::Path>) -> Result<SessionOptions, E>,
    ) -> Result<Arc<Self>, E>
    where
        E: From<OpenError>,
    {
        let driver = Driver::start(options).await.map_err(OpenError::from)?;
        let session = session(driver.browser())?;
        Ok(Arc::new(Self { driver: tokio::sync::Mutex::new(driver), session, recorder, free: Mutex::new(Vec::new()) }))
    }

    /// A recorder: a free one, or a new session.
    pub(crate) async fn open(self: &Arc<Self>) -> Result<Lent, OpenError> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let recorder = match free {
            Some(recorder) => recorder,
            None => self.new_session().await?,
        };
        Ok(Lent { recorder, home: Arc::clone(self), lost: false })
    }

    async fn new_session(&self) -> Result<Recorder, OpenError> {
        let url = {
            let mut driver = self.driver.lock().await;
            if !driver.alive() {
                driver.revive()?;
            }
            driver.webdriver_url.clone()
        };
        let session = Session::open(url.as_str(), &self.session).await?;
        Recorder::new(session, self.recorder.clone()).await.map_err(|error| OpenError::Recorder(error.to_string()))
    }

    /// Ends every free session; the driver goes with the last handle.
    pub(crate) async fn close(&self) {
        let free = std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner));
        futures_util::future::join_all(free.into_iter().map(Visits::close)).await;
    }
}

/// A recorder that goes back to where it came from.
pub(crate) struct Lent {
    recorder: Recorder,
    home: Arc<Browsers>,
    /// A visit of it did not come back, or lost the browser.
    lost: bool,
}

impl Lent {
    /// Its session, for what is not a visit.
    pub(crate) fn session(&self) -> &Session {
        self.recorder.session()
    }

    /// The browser, for the evidence's header.
    pub(crate) fn info(&self) -> BrowserInfo {
        self.recorder.session().info().clone()
    }
}

impl Visits for Lent {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        // Stays set where the visit is given up, or panics.
        self.lost = true;
        let visit = self.recorder.visit(request).await?;
        self.lost = false;
        Ok(visit)
    }

    async fn close(self) {
        if self.lost {
            self.recorder.close().await;
        } else {
            self.home.free.lock().unwrap_or_else(PoisonError::into_inner).push(self.recorder);
        }
    }
}
