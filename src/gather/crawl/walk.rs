//! The returning visitor: the first pages again, in one jar, and the first of them once more at the end.
//!
//! Shows what only a second view sets and which lifetimes are renewed. Its pages are written down together: a walk in
//! one jar cannot be taken up in its middle.

use std::fmt::Display;
use std::sync::Arc;

use super::frontier::Job;
use super::run::{Crawl, cut_short};
use super::worker::work;
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
        let mut session = self.idle.pop();
        let mut pages = Vec::new();
        for job in jobs {
            self.progress.event(CrawlEvent::PageStarted { url: &job.url, visitor: Visitor::Returning });
            let scope = self.scope_of(job.found == Found::Seed);
            let visit = work(Arc::clone(&self.shared), session.take(), job, scope, Visitor::Returning);
            let done = tokio::select! {
                done = visit => done,
                why = cut_short(self.stop.clone(), self.options.deadline) => {
                    self.summary.cut_short = Some(why.to_owned());
                    return Ok(());
                }
            };
            session = done.session;
            match done.result {
                Ok(page) if !lost(&page) => pages.push(page),
                // Without its jar the rest would be another walk; what was seen so far still counts.
                _ => break,
            }
        }
        self.idle.extend(session);
        for page in pages {
            self.sink.append(Record::Page(page)).map_err(CrawlError::Sink)?;
        }
        Ok(())
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
