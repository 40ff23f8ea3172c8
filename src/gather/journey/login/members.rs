//! Visits as somebody who is signed in: a session that was lost is noticed, taken up again once, and reported if it stays
//! lost.
//!
//! A page counts as suspicious when it leads to the sign-in, is forbidden, or has taken a cookie of the session away;
//! then the marker of the `expect` step decides, on the page where the sign-in ended.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::super::hand::{Hand, HandError};
use super::super::request;
use super::super::steps::{JourneyError, Steps};
use super::{HttpAuth, SignedIn, install_http_auth, shows_password_field, sign_in};
use crate::evidence::model::{FailureReason, Note, Outcome, PageVisit, Phase, Visitor};
use crate::gather::record::{Carried, Recorder};
use crate::gather::{VisitError, VisitRequest, Visits};

/// Pages after which the marker is looked for without a suspicion.
const EVERY: u32 = 25;
/// Sign-ins that one session may repeat.
const REPAIRS: u32 = 3;
/// How long the marker may take to show.
const MARKER: Duration = Duration::from_secs(4);

/// How one gets in.
#[derive(Clone)]
pub struct Access {
    /// Sign-in steps; with an imported session only an `expect`, or nothing.
    pub steps: Steps,
    /// Where to begin, and where to look for the marker when there are no steps.
    pub start: Url,
    /// A session made elsewhere.
    pub imported: Option<Carried>,
    /// Answers to HTTP authentication.
    pub http_auth: Vec<HttpAuth>,
}

impl Access {
    /// What must not be written anywhere: for [`crate::evidence::values::Redactor::hide`].
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let http = self.http_auth.iter().flat_map(HttpAuth::secrets);
        self.steps.secrets().into_iter().chain(http).collect()
    }
}

/// The sign-in did not work; its pages are evidence all the same.
#[derive(Debug, thiserror::Error)]
#[error("could not sign in")]
pub struct SignInFailed {
    /// What was recorded until then.
    pub pages: Vec<PageVisit>,
    /// Why.
    #[source]
    pub source: JourneyError,
}

/// A signed-in visitor's recorder.
pub struct Members {
    recorder: Recorder,
    access: Arc<Access>,
    phase: Phase,
    signed_in: SignedIn,
    visited: u32,
    repairs: u32,
    given_up: bool,
}

impl Members {
    /// Signs in with a recorder of its own; answers the records of the sign-in too.
    pub async fn new(
        mut recorder: Recorder,
        access: Arc<Access>,
        phase: Phase,
    ) -> Result<(Self, Vec<PageVisit>), Box<SignInFailed>> {
        let failed = |pages, source| Box::new(SignInFailed { pages, source });
        if let Err(error) = install_http_auth(recorder.session(), &access.http_auth).await {
            return Err(failed(Vec::new(), VisitError::BrowserLost(error.to_string()).into()));
        }
        let (pages, entered) = enter(&mut recorder, &access, phase).await;
        match entered {
            Ok(signed_in) => {
                let members = Self { recorder, access, phase, signed_in, visited: 0, repairs: 0, given_up: false };
                Ok((members, pages))
            }
            Err(source) => {
                recorder.close().await;
                Err(failed(pages, source))
            }
        }
    }

    /// Where the sign-in ended, and the state right after it: what trials work on a copy of.
    #[must_use]
    pub fn signed_in(&self) -> &SignedIn {
        &self.signed_in
    }

    /// The recorder, once nothing more is visited as a member.
    #[must_use]
    pub fn into_recorder(self) -> Recorder {
        self.recorder
    }

    /// Whether this page is a reason to doubt the session.
    fn is_suspicious(&self, page: &PageVisit) -> bool {
        let refused = match &page.outcome {
            Outcome::Failed { reason, status, .. } => {
                *reason == FailureReason::LoginWall || matches!(status, Some(401 | 403))
            }
            Outcome::Loaded { .. } => false,
        };
        let login = self.access.steps.first_address().map(Url::path);
        let end = page.final_url.as_deref().and_then(|u| Url::parse(u).ok());
        let asked = Url::parse(&page.url).ok();
        let sent_to_login = login.is_some_and(|login| {
            end.as_ref().is_some_and(|e| e.path() == login) && asked.as_ref().is_some_and(|a| a.path() != login)
        });
        // What was given to the whole site and does not end by itself must still be there.
        let taken = self.signed_in.carried.cookies.iter().any(|c| {
            c.key.path == "/"
                && asked.as_ref().and_then(Url::host_str) == Some(c.key.domain.as_str())
                && !page.jar.iter().any(|held| held.key == c.key)
        });
        refused || sent_to_login || taken
    }

    async fn is_signed_in(&mut self) -> Result<bool, VisitError> {
        let look = request(&self.signed_in.home, self.phase, Visitor::SignedIn, 0, false);
        let page = self.recorder.open(look, None).await?;
        let marker = match self.access.steps.expected() {
            Some(target) => Hand::new(self.recorder.session(), page.tab()).wait_until_there(target, MARKER).await,
            None => match shows_password_field(&self.recorder, &page).await {
                Ok(field) => Ok(!field && page.status() < 400),
                Err(JourneyError::Lost(error)) => Err(HandError::Lost(error)),
                Err(JourneyError::Failed { .. }) => Ok(false),
            },
        };
        self.recorder.shut(page).await?;
        match marker {
            Ok(there) => Ok(there),
            Err(HandError::Lost(error)) => Err(error),
            Err(HandError::BadSelector(_)) => Ok(false),
        }
    }

    /// Signs in again.
    async fn repair(&mut self) -> Result<bool, VisitError> {
        if self.given_up || self.repairs >= REPAIRS {
            return Ok(false);
        }
        self.repairs += 1;
        let (_, entered) = enter(&mut self.recorder, &self.access, self.phase).await;
        match entered {
            Ok(SignedIn { carried, .. }) => {
                self.signed_in.carried = carried;
                Ok(true)
            }
            Err(JourneyError::Lost(error)) => Err(error),
            Err(error @ JourneyError::Failed { .. }) => {
                tracing::warn!(%error, "could not sign in again");
                self.given_up = true;
                Ok(false)
            }
        }
    }

    async fn visit_as_member(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        let request = VisitRequest { visitor: Visitor::SignedIn, starts_walk: false, ..request };
        let mut page = self.recorder.visit(request.clone()).await?;
        self.visited += 1;
        let doubtful = self.is_suspicious(&page) || self.visited.is_multiple_of(EVERY);
        if !doubtful || self.is_signed_in().await? {
            return Ok(page);
        }
        if !self.repair().await? {
            page.notes.push(note("session_lost", "the visitor was no longer signed in, and could not sign in again"));
            return Ok(page);
        }
        let mut page = self.recorder.visit(request).await?;
        let lost_again = self.is_suspicious(&page) && !self.is_signed_in().await?;
        page.notes.push(if lost_again {
            note("session_lost", "the visitor signed in again, and this page ended the session once more")
        } else {
            note("session_repaired", "the session had ended; the visitor signed in again")
        });
        if lost_again {
            // The next page is not to suffer from this one.
            self.repair().await?;
        }
        Ok(page)
    }
}

fn note(code: &str, detail: &str) -> Note {
    Note { code: code.to_owned(), detail: detail.to_owned() }
}

/// Gets in as a new visitor: by the steps, or with the imported session.
pub async fn enter(
    recorder: &mut Recorder,
    access: &Access,
    phase: Phase,
) -> (Vec<PageVisit>, Result<SignedIn, JourneyError>) {
    let Some(imported) = &access.imported else {
        return sign_in(recorder, &access.steps, &access.start, phase).await;
    };
    let begin = request(&access.start, phase, Visitor::SignedIn, 0, true);
    let (trail, done) = access.steps.perform(recorder, begin, Some(imported), "session").await;
    super::arrived(recorder, &access.steps, trail, done).await
}

impl Visits for Members {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        self.visit_as_member(request).await
    }

    async fn close(self) {
        self.recorder.close().await;
    }
}
