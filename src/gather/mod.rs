//! Gathering: drives a browser through a site, takes time, has no opinion.
//!
//! `browser` starts and steers a browser, `record` turns what it does into observations, `crawl` decides where to go,
//! `journey` does what a visitor does (consent, sign-in, switches, trials). Knows the ground and evidence, never judge.

use std::future::Future;

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
}

/// Why no visit record could be made at all. A page that fails is a record, not an error.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// The browser, its driver or the connection is gone: a new session is needed, and the page may be tried again.
    #[error("browser lost: {0}")]
    BrowserLost(String),
}

/// Something that can visit pages: a browser session, or a fake one in tests.
pub trait Visits: Send {
    /// Visits one page and answers everything seen. A failed page is an `Ok` with a failed outcome.
    fn visit(&mut self, request: VisitRequest) -> impl Future<Output = Result<PageVisit, VisitError>> + Send;
}
