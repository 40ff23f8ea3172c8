//! The returning visitor: the first pages again, in one jar, and the first of them once more at the end.
//!
//! Shows what only a second view sets and which lifetimes are renewed. Its pages are written down together: a walk in
//! one jar cannot be taken up in its middle.

use std::fmt::Display;
use std::sync::Arc;

use super::frontier::Job;
use super::run::{Crawl, PATIENCE, cut_short};
use super::worker::{Turn, work};
use super::{CrawlError, CrawlEvent};
use crate::evidence::model::{FailureReason, Found, Outcome, PageVisit, Record, Visitor};
use crate::gather::Visits;

/// Pages seen a second time in the jar that saw them before.
const AGAIN: usize = 2;

impl<V, F, Fut, E> Crawl<'_, V, F>
where
    V: Visits + 'static,
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<V, E>> + Send + 'static,
    E: Display + 'static,
{
    /// Walks, unless an earlier run did.
    pub(super) async fn returning_walk(&mut self) -> Result<(), CrawlError> {
        let jobs = self.walk_jobs();
        let walked = |p: &&PageVisit| p.phase == self.options.phase && p.visitor == Visitor::Returning;
        let before = self.options.earlier.pages.iter().filter(walked).count();
        if jobs.is_empty() || before >= jobs.len() {
            return Ok(());
        }
        let (stop, deadline) = (self.stop.clone(), self.options.deadline);
        let pages = tokio::select! {
            pages = self.walk(&jobs) => pages,
            why = cut_short(stop, deadline) => {
                self.summary.cut_short = Some(why.to_owned());
                return Ok(());
            }
        };
        self.summary.walk_short = pages.len() < jobs.len();
        for page in pages {
            self.sink.append(Record::Page(page)).map_err(CrawlError::Sink)?;
        }
        Ok(())
    }

    /// A walk in one jar that lost its browser can only begin anew, which it does once; the longer one counts.
    async fn walk(&mut self, jobs: &[Job]) -> Vec<Box<PageVisit>> {
        let mut longest = Vec::new();
        for _ in 0..2 {
            let Some(session) = self.session_for_walk().await else { break };
            let pages = self.walk_once(jobs, session).await;
            if pages.len() > longest.len() {
                longest = pages;
            }
            if longest.len() == jobs.len() {
                break;
            }
        }
        longest
    }

    async fn walk_once(&mut self, jobs: &[Job], session: V) -> Vec<Box<PageVisit>> {
        let (mut session, mut pages) = (Some(session), Vec::new());
        for job in jobs {
            // Without its jar the rest would be another walk; what was seen so far still counts.
            let Some(visits) = session.take() else { break };
            self.progress.event(CrawlEvent::PageStarted { url: &job.url, visitor: Visitor::Returning });
            let scope = self.scope_of(job.found == Found::Seed);
            let turn = Turn { job: job.clone(), before: None };
            let done = work(Arc::clone(&self.shared), visits, turn, scope, Visitor::Returning).await;
            session = done.session;
            pages.extend(done.result.ok().filter(|page| !lost(page)));
        }
        if let Some(session) = session {
            self.sessions.give_back(session);
        }
        pages
    }

    async fn session_for_walk(&mut self) -> Option<V> {
        for _ in 0..=PATIENCE {
            if let Some(session) = self.sessions.take() {
                return Some(session);
            }
            if self.sessions.opening() == 0 {
                self.sessions.open(&self.make);
            }
            let _ = self.sessions.opened().await;
        }
        self.sessions.take()
    }

    fn walk_jobs(&self) -> Vec<Job> {
        let mut urls = self.first.values().cloned().collect::<Vec<_>>();
        urls.extend_from_within(..urls.len().min(AGAIN));
        let seeds = &self.options.seeds;
        let found = |url: &url::Url| if seeds.contains(url) { Found::Seed } else { Found::Journey };
        let job = |(n, url): (usize, url::Url)| Job { sequence: n as u64, depth: 0, found: found(&url), url, kind: 0 };
        urls.into_iter().enumerate().map(job).collect()
    }
}

fn lost(page: &PageVisit) -> bool {
    matches!(&page.outcome, Outcome::Failed { reason: FailureReason::BrowserLost, .. })
}
