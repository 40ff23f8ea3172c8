//! Gathering: drives a browser through a site, takes time, has no opinion.
//!
//! `browser` starts and steers a browser, `guard` keeps it out of private networks, `record` turns what it does into observations, `crawl` decides where to go,
//! `journey` does what a visitor does (consent, sign-in, switches, trials). Knows the ground and evidence, never judge.

pub mod browser;
pub mod crawl;
pub mod guard;
pub mod journey;
pub mod policy_pages;
mod portrait;
pub mod record;
pub mod walls;

use std::future::Future;
use std::sync::Arc;

use url::Url;

use crate::evidence::model::{Found, PageVisit, Phase, Visitor};

/// One page visit asked of a browser.
#[derive(Debug, Clone)]
pub struct VisitRequest {
    /// Place in the frontier's order.
    pub sequence: u64,
    /// Where to go.
    pub url: Url,
    /// Clicks from a seed.
    pub depth: u32,
    /// How the URL was found.
    pub found: Found,
    /// Consent phase.
    pub phase: Phase,
    /// As whom; `Fresh` empties jar, storage and cache first.
    pub visitor: Visitor,
    /// First page of a walk in one jar: empties jar, storage and cache although the visitor is not fresh.
    pub starts_walk: bool,
    /// Which addresses the page may lead to. A redirect of the navigation out of it must not be followed: the visit
    /// ends as failed (`out_of_scope`), its hops recorded, the target's address last and with status 0.
    pub scope: Option<InScope>,
}

/// Asks whether an address belongs to what is audited.
#[derive(Clone)]
pub struct InScope(pub Arc<dyn Fn(&Url) -> bool + Send + Sync>);

impl InScope {
    /// Whether it does.
    #[must_use]
    pub fn holds(&self, url: &Url) -> bool {
        (self.0)(url)
    }
}

impl std::fmt::Debug for InScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InScope(..)")
    }
}

/// Why no visit record could be made at all. A page that fails is a record, not an error.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// The browser, its driver or the connection is gone: a new session is needed, and the page may be tried again.
    #[error("browser lost: {0}")]
    BrowserLost(String),
}

/// Note code with the seconds of a `Retry-After` header as its detail: what a crawler waits before it tries again.
pub const NOTE_RETRY_AFTER: &str = "retry_after";

/// Something that can visit pages: a browser session, or a fake one in tests.
pub trait Visits: Send {
    /// Visits one page and answers everything seen. A failed page is an `Ok` with a failed outcome.
    fn visit(&mut self, request: VisitRequest) -> impl Future<Output = Result<PageVisit, VisitError>> + Send;

    /// Whether it has served long enough, so that another should take its place.
    fn is_spent(&self) -> bool {
        false
    }

    /// Ends the session; nothing of it is used afterwards.
    fn close(self) -> impl Future<Output = ()> + Send
    where
        Self: Sized,
    {
        async move { drop(self) }
    }
}
