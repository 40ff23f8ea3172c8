//! One page, seen through: pace and retries. Whatever happens it ends as a record, or gets another turn because its
//! browser was lost.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use tokio::time::{sleep_until, timeout};

use super::frontier::Job;
use super::polite::Pace;
use crate::evidence::model::{FailureReason, Note, Outcome, PageVisit, Phase, Visitor};
use crate::gather::{InScope, NOTE_RETRY_AFTER, VisitError, VisitRequest, Visits};

/// What all workers share.
pub(super) struct Shared {
    pub(super) pace: Pace,
    pub(super) phase: Phase,
    /// Longest time for one attempt, beyond every limit the browser keeps by itself.
    pub(super) page_limit: Duration,
}

/// A page whose turn it is.
#[derive(Clone)]
pub(super) struct Turn {
    pub(super) job: Job,
    /// Why an earlier attempt failed.
    pub(super) before: Option<FailureReason>,
}

/// The end of one turn.
pub(super) struct Done<V> {
    /// The session, where it still lives.
    pub(super) session: Option<V>,
    /// The page's own number.
    pub(super) sequence: u64,
    /// The record; or, where the page's turn has to come again with another browser, why.
    pub(super) result: Result<Box<PageVisit>, FailureReason>,
}

/// Visits one page. `starts_walk` and `visitor` as in [`VisitRequest`].
pub(super) async fn work<V: Visits>(
    shared: Arc<Shared>,
    mut visits: V,
    turn: Turn,
    scope: InScope,
    visitor: Visitor,
) -> Done<V> {
    let Turn { job, mut before } = turn;
    let sequence = job.sequence;
    let request = VisitRequest {
        sequence,
        url: job.url,
        depth: job.depth,
        found: job.found,
        phase: shared.phase,
        visitor,
        starts_walk: visitor == Visitor::Returning && sequence == 0,
        scope: Some(scope),
    };
    loop {
        sleep_until(shared.pace.book(host(&request))).await;
        let (mut page, lost) = match attempt(&mut visits, &request, shared.page_limit).await {
            Ok(page) => (page, false),
            Err(why) => (Box::new(failed(&request, FailureReason::BrowserLost, why)), true),
        };
        let reason = transient(&page);
        ease(&shared.pace, &request, &page, reason);
        // A walk in one jar cannot be taken up again with another browser, or see its page twice.
        let again = reason.filter(|_| before.is_none() && visitor == Visitor::Fresh);
        if again.is_some() && !lost {
            before = again;
            continue;
        }
        note_retry(&mut page, before);
        let session = if lost { end(visits).await } else { Some(visits) };
        return Done { session, sequence, result: again.map_or(Ok(page), Err) };
    }
}

/// Ends a lost session.
async fn end<V: Visits>(visits: V) -> Option<V> {
    let _ = timeout(Duration::from_secs(5), visits.close()).await;
    None
}

async fn attempt<V: Visits>(visits: &mut V, request: &VisitRequest, limit: Duration) -> Result<Box<PageVisit>, String> {
    let visit = AssertUnwindSafe(visits.visit(request.clone())).catch_unwind();
    match timeout(limit, visit).await {
        Ok(Ok(Ok(page))) => Ok(Box::new(page)),
        Ok(Ok(Err(VisitError::BrowserLost(why)))) => Err(why),
        Ok(Err(_)) => Err("the recorder panicked; this is a bug in cookie-audit, please report it".to_owned()),
        Err(_) => Err(format!("the browser did not come back within {} s", limit.as_secs())),
    }
}

fn host(request: &VisitRequest) -> &str {
    request.url.host_str().unwrap_or_default()
}

/// Failures that a second attempt may mend.
fn transient(page: &PageVisit) -> Option<FailureReason> {
    let Outcome::Failed { reason, status, .. } = &page.outcome else { return None };
    let again = match reason {
        FailureReason::Timeout
        | FailureReason::Connection
        | FailureReason::Dns
        | FailureReason::ServerError
        | FailureReason::Crash
        | FailureReason::BrowserLost => true,
        _ => matches!(status, Some(408 | 425 | 429)),
    };
    again.then_some(*reason)
}

/// Gives an overloaded host its break.
fn ease(hosts: &Pace, request: &VisitRequest, page: &PageVisit, reason: Option<FailureReason>) {
    let host = host(request);
    let asked = page.notes.iter().find(|n| n.code == NOTE_RETRY_AFTER).and_then(|n| n.detail.trim().parse().ok());
    let overloaded = matches!(&page.outcome, Outcome::Failed { status: Some(429 | 502 | 503 | 504), .. });
    match reason {
        None => hosts.recovered(host),
        Some(_) if overloaded || asked.is_some() => drop(hosts.back_off(host, asked.map(Duration::from_secs))),
        Some(FailureReason::BrowserLost | FailureReason::Crash) => {}
        Some(_) => drop(hosts.back_off(host, None)),
    }
}

fn note_retry(page: &mut PageVisit, before: Option<FailureReason>) {
    if let Some(reason) = before {
        let detail = format!("the first attempt failed: {}", reason.word());
        page.notes.push(Note { code: "retried".to_owned(), detail });
    }
}

/// The record of a page of which nothing could be seen.
pub(super) fn failed(request: &VisitRequest, reason: FailureReason, detail: String) -> PageVisit {
    let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    PageVisit {
        sequence: request.sequence,
        depth: request.depth,
        found: request.found.clone(),
        phase: request.phase,
        visitor: request.visitor,
        started_at: now.clone(),
        finished_at: now,
        ..PageVisit::unseen(request.url.as_str(), Outcome::Failed { reason, detail, status: None })
    }
}
