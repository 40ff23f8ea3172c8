//! The crawl: where to go, in which order, how fast, and what becomes of every address that was found.
//!
//! The order never depends on the number of workers or on which of them is quicker: pages get their number when they
//! are let in, and links are considered page by page in that order. Works against [`Visits`](crate::gather::Visits),
//! so that none of it needs a browser. Not here: what a page does (`record`), consent dialogs (`journey`).

mod address;
pub mod fetch;
mod frontier;
mod kinds;
mod landed;
mod polite;
mod refuse;
mod robots;
mod run;
mod scope;
mod sessions;
#[cfg(test)]
mod shop_tests;
mod sitemap;
mod spool;
#[cfg(test)]
pub(crate) mod tests;
mod traps;
mod waiting;
mod walk;
mod words;
mod worker;

pub(in crate::gather) use self::refuse::dangerous;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

pub use self::run::run;
pub use self::scope::{GlobError, ScopeKind};
pub use self::waiting::Spending;
use crate::evidence::model::{PageVisit, Phase, Record, Skipped};

/// What to crawl and how.
#[derive(Debug, Clone)]
pub struct CrawlOptions {
    /// Where to begin.
    pub seeds: Vec<Url>,
    /// How far the site reaches.
    pub scope: ScopeKind,
    /// Only addresses that match one of these.
    pub include: Vec<String>,
    /// None that match one of these.
    pub exclude: Vec<String>,
    /// Page budget.
    pub max_pages: u32,
    /// Clicks from a seed.
    pub max_depth: u32,
    /// Browser sessions at once.
    pub workers: Workers,
    /// Whether robots.txt is obeyed.
    pub obey_robots: bool,
    /// Whether sitemaps are read.
    pub sitemaps: bool,
    /// What the page budget is spent on.
    pub spending: Spending,
    /// Least time between the starts of two pages of one host.
    pub interval: Duration,
    /// When to stop.
    pub deadline: Option<Instant>,
    /// Longest time for one attempt at a page, beyond the browser's own limits.
    pub page_limit: Duration,
    /// Before a session is asked for again, for each time in a row that none was given.
    pub pause: Duration,
    /// Pages of the returning walk; 0 for none.
    pub returning_pages: u32,
    /// Consent phase that is recorded.
    pub phase: Phase,
    /// How robots.txt and sitemaps are fetched.
    pub fetch: fetch::FetchOptions,
    /// An address that must answer first, and how long to wait for it.
    pub wait_for: Option<(Url, Duration)>,
    /// What an earlier run recorded of this phase: its finished pages are not visited again.
    pub earlier: Earlier,
}

impl Default for CrawlOptions {
    fn default() -> Self {
        Self {
            seeds: Vec::new(),
            scope: ScopeKind::Origin,
            include: Vec::new(),
            exclude: Vec::new(),
            max_pages: 200,
            max_depth: 6,
            workers: Workers::new(2),
            obey_robots: true,
            sitemaps: true,
            spending: Spending::default(),
            interval: Duration::from_millis(100),
            deadline: None,
            page_limit: Duration::from_secs(150),
            pause: Duration::from_secs(2),
            returning_pages: 5,
            phase: Phase::BeforeConsent,
            fetch: fetch::FetchOptions::default(),
            wait_for: None,
            earlier: Earlier::default(),
        }
    }
}

/// How many browser sessions a crawl may have. Clones are one number, which may change while the crawl goes on: what is
/// visited and found does not depend on it.
#[derive(Debug, Clone)]
pub struct Workers(Arc<AtomicUsize>);

impl Workers {
    /// At least one.
    #[must_use]
    pub fn new(sessions: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(sessions.max(1))))
    }

    /// As many from now on, at least one.
    pub fn set(&self, sessions: usize) {
        self.0.store(sessions.max(1), Ordering::Relaxed);
    }

    /// How many now.
    #[must_use]
    pub fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// What lies in an audit folder already.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// Page visits.
    pub pages: Vec<PageVisit>,
    /// Skipped addresses.
    pub skipped: Vec<Skipped>,
}

/// Where records go; the evidence log, or a list in tests.
pub trait Sink {
    /// Appends one record, and flushes where it is a page.
    fn append(&mut self, record: Record) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

impl Sink for Vec<Record> {
    fn append(&mut self, record: Record) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.push(record);
        Ok(())
    }
}

/// Something a person may want to see while it happens.
#[derive(Debug, Clone, Copy)]
pub enum CrawlEvent<'a> {
    /// Waiting for the site to be up.
    WaitingFor(&'a Url),
    /// A page is about to be visited.
    PageStarted {
        /// Its address.
        url: &'a Url,
        /// As whom.
        visitor: crate::evidence::model::Visitor,
    },
    /// A page is done; `done` of `known` so far, with at most `budget`.
    PageFinished {
        /// Its record.
        page: &'a PageVisit,
        /// Pages finished.
        done: u32,
        /// Pages let in so far.
        known: u32,
        /// Page budget.
        budget: u32,
    },
    /// A finished page of an earlier run was taken over.
    PageKept(&'a PageVisit),
    /// An address is not visited.
    Skipped(&'a Skipped),
    /// The crawl stops early.
    Stopping(&'a str),
}

/// Shows events.
pub trait Progress {
    /// One event.
    fn event(&self, event: CrawlEvent<'_>);
}

/// Shows nothing.
impl Progress for () {
    fn event(&self, _: CrawlEvent<'_>) {}
}

/// How a crawl ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CrawlSummary {
    /// Pages visited by this run, failed ones too.
    pub visited: u32,
    /// Of these, failed.
    pub failed: u32,
    /// Finished pages of an earlier run.
    pub kept: u32,
    /// Addresses not visited.
    pub skipped: u32,
    /// `None` where it ran to its end, else `interrupted`, `max_time` or `browser_lost`.
    pub cut_short: Option<String>,
    /// The returning walk lost its browser, or had none: what only a second view shows was not looked for everywhere.
    pub walk_short: bool,
}

/// Why there is nothing to report. Failed pages are records, not errors.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// A glob cannot be read.
    #[error(transparent)]
    Glob(#[from] GlobError),
    /// Plain fetches cannot be made.
    #[error(transparent)]
    Fetch(#[from] fetch::FetchError),
    /// No browser session at all.
    #[error("no browser session could be opened: {0}; `cookie-audit doctor` tells more")]
    NoSession(String),
    /// Evidence cannot be written.
    #[error("cannot write the evidence; is the disk full?")]
    Sink(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No seed that can be visited.
    #[error("nothing to visit; give an http or https address")]
    NoSeed,
    /// `--wait-for` was in vain.
    #[error("{0} did not answer in time; is it up, and is the address right?")]
    NeverUp(Url),
}
