//! Signing in: by steps from the settings, by HTTP authentication, or with a session made elsewhere; and staying so.
//!
//! ```text
//! let access = Access { steps, start, imported, http_auth };      // secrets: redactor.hide(&access.secrets())
//! let (members, pages) = Members::new(recorder, access, phase).await;    // pages: the sign-in, step by step
//! members.visit(request)                                           // as `Visits`, for a crawl of its own
//! ```
//! Nothing that signs out or changes something for good is ever followed: the crawl refuses such links.

mod http_auth;
mod members;

pub use http_auth::{HttpAuth, install as install_http_auth};
pub use members::{Access, Members, SignInFailed, enter};

use super::hand::{Hand, HandError, Target};
use super::request;
use super::steps::{JourneyError, Steps};
use super::trail::{Stop, Trail};
use crate::evidence::model::{PageVisit, Phase, Visitor};
use crate::gather::record::{Carried, OpenPage, Recorder};
use url::Url;

/// A visitor who is signed in.
pub struct SignedIn {
    /// Where the sign-in ended.
    pub home: Url,
    /// Jar and local storage at that moment.
    pub carried: Carried,
    /// The way there.
    pub stops: Vec<Stop>,
}

/// Signs in as a new visitor; answers the steps' records, and what came of it.
pub async fn sign_in(
    recorder: &mut Recorder,
    steps: &Steps,
    start: &Url,
    phase: Phase,
) -> (Vec<PageVisit>, Result<SignedIn, JourneyError>) {
    let begin = request(start, phase, Visitor::SignedIn, 0, true);
    let (trail, done) = steps.perform(recorder, begin, None, "login").await;
    arrived(recorder, steps, trail, done).await
}

/// The records, and the state where the steps have led to one that counts as signed in.
async fn arrived(
    recorder: &mut Recorder,
    steps: &Steps,
    trail: Trail,
    done: Result<OpenPage, JourneyError>,
) -> (Vec<PageVisit>, Result<SignedIn, JourneyError>) {
    let Trail { pages, stops } = trail;
    let signed_in = match done {
        Ok(page) => inside(recorder, steps, stops, page).await,
        Err(error) => Err(error),
    };
    (pages, signed_in)
}

async fn inside(
    recorder: &mut Recorder,
    steps: &Steps,
    stops: Vec<Stop>,
    page: OpenPage,
) -> Result<SignedIn, JourneyError> {
    let inside = steps.expected().is_some() || !shows_password_field(recorder, &page).await?;
    let home = recorder.address(&page).await?.unwrap_or_else(|| page.asked().clone());
    let carried = recorder.carry(&page).await?;
    recorder.shut(page).await?;
    if inside {
        return Ok(SignedIn { home, carried, stops });
    }
    let why = "the last page still asks for a password; are the credentials right? an `expect` step tells for sure";
    Err(JourneyError::Failed { step: "sign-in".to_owned(), why: why.to_owned() })
}

async fn shows_password_field(recorder: &Recorder, page: &OpenPage) -> Result<bool, JourneyError> {
    let field = Target::Css("input[type=password]".to_owned());
    match Hand::new(recorder.session(), page.tab()).find(&field).await {
        Ok(found) => Ok(found.is_some()),
        Err(HandError::Lost(error)) => Err(error.into()),
        Err(HandError::BadSelector(_)) => Ok(false),
    }
}
