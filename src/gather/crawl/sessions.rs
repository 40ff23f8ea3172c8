//! A crawl's sessions: those that are free, and those being opened beside the pages.
//!
//! A page is given out only with a session in hand, so that none of them waits while a browser starts or a Grid has no
//! free slot. Not here: what a session is, and where it comes from.

use std::fmt::Display;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::gather::Visits;

/// Longest time for a session's end.
const CLOSING: Duration = Duration::from_secs(5);
/// At the crawl's end, for sessions that are still being opened.
const LAST_OPENING: Duration = Duration::from_secs(5);
/// The longest wait before an attempt.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Sessions of one crawl, besides those that have a page.
pub(super) struct Sessions<V> {
    free: Vec<V>,
    opening: JoinSet<Result<V, String>>,
    /// Those that have served long enough end at once: a Grid may have no slot for others sooner.
    closing: JoinSet<()>,
    /// Attempts in a row that opened none.
    refused: usize,
    /// Such attempts since a session was last seen alive.
    in_vain: usize,
    /// Whether there ever was one.
    ever: bool,
    pause: Duration,
}

impl<V: Visits + 'static> Sessions<V> {
    /// None yet. `pause`: before an attempt, for each one in a row that was refused.
    pub(super) fn new(pause: Duration) -> Self {
        let (opening, closing) = (JoinSet::new(), JoinSet::new());
        Self { free: Vec::new(), opening, closing, refused: 0, in_vain: 0, ever: false, pause }
    }

    /// A free one.
    pub(super) fn take(&mut self) -> Option<V> {
        self.free.pop()
    }

    /// Back from its page.
    pub(super) fn give_back(&mut self, session: V) {
        self.in_vain = 0;
        if session.is_spent() {
            self.closing.spawn(async move { drop(timeout(CLOSING, session.close()).await) });
        } else {
            self.free.push(session);
        }
    }

    /// How many are being opened.
    pub(super) fn opening(&self) -> usize {
        self.opening.len()
    }

    /// Attempts in a row that opened none since a session was last seen alive.
    pub(super) fn in_vain(&self) -> usize {
        self.in_vain
    }

    /// Whether a session was ever had.
    pub(super) fn ever(&self) -> bool {
        self.ever
    }

    /// Begins to open one more.
    pub(super) fn open<F, Fut, E>(&mut self, make: &F)
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<V, E>> + Send + 'static,
        E: Display,
    {
        let (made, pause) = (make(), pause(self.pause, self.refused));
        self.opening.spawn(async move {
            sleep(pause).await;
            made.await.map_err(|error| error.to_string())
        });
    }

    /// Waits for one of those being opened; `None` where none is.
    pub(super) async fn opened(&mut self) -> Option<Result<(), String>> {
        let opened = self.opening.join_next().await?;
        Some(match opened.unwrap_or_else(|_| Err("opening a session failed; this is a bug".to_owned())) {
            Ok(session) => {
                (self.refused, self.in_vain, self.ever) = (0, 0, true);
                self.free.push(session);
                Ok(())
            }
            Err(why) => {
                tracing::warn!(%why, "no browser session");
                self.refused += 1;
                self.in_vain += 1;
                Err(why)
            }
        })
    }

    /// Ends all of them. What is still being opened gets the time to be ended properly.
    pub(super) async fn close(mut self) {
        let free = std::mem::take(&mut self.free);
        let ended = |session: V| timeout(CLOSING, session.close());
        join_all(free.into_iter().map(ended)).await;
        while self.closing.join_next().await.is_some() {}
        let last = async { while self.opened().await.is_some() {} };
        let _ = timeout(LAST_OPENING, last).await;
        join_all(self.free.drain(..).map(ended)).await;
    }
}

/// Before an attempt after so many refused ones.
fn pause(each: Duration, refused: usize) -> Duration {
    each.saturating_mul(u32::try_from(refused).unwrap_or(u32::MAX)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::evidence::model::PageVisit;
    use crate::gather::{VisitError, VisitRequest};

    /// A session that is spent or not, and tells that it was ended.
    #[derive(Clone, Default)]
    struct Used {
        spent: bool,
        ended: Arc<AtomicBool>,
    }

    impl Visits for Used {
        async fn visit(&mut self, _: VisitRequest) -> Result<PageVisit, VisitError> {
            Err(VisitError::BrowserLost(String::new()))
        }

        fn is_spent(&self) -> bool {
            self.spent
        }

        async fn close(self) {
            self.ended.store(true, Ordering::SeqCst);
        }
    }

    async fn refuse(sessions: &mut Sessions<Used>) {
        sessions.open(&|| async { Err::<Used, _>("no free slot") });
        assert_eq!(sessions.opened().await, Some(Err("no free slot".to_owned())));
    }

    #[test]
    fn attempts_follow_slower_and_slower() {
        assert_eq!(
            [0, 1, 2, 14, 15, 16, usize::MAX].map(|n| pause(Duration::from_secs(2), n).as_secs()),
            [0, 2, 4, 28, 30, 30, 30]
        );
    }

    #[tokio::test]
    async fn refused_ones_are_counted_until_one_opens_and_in_vain_until_one_lives() {
        let mut sessions = Sessions::<Used>::new(Duration::ZERO);
        refuse(&mut sessions).await;
        refuse(&mut sessions).await;
        assert_eq!((sessions.refused, sessions.in_vain(), sessions.ever()), (2, 2, false));
        sessions.give_back(Used::default());
        refuse(&mut sessions).await;
        assert_eq!((sessions.refused, sessions.in_vain()), (3, 1), "one that lives is hope, and no reason for haste");
        sessions.open(&|| async { Ok::<_, String>(Used::default()) });
        assert_eq!(sessions.opened().await, Some(Ok(())));
        assert_eq!((sessions.refused, sessions.in_vain(), sessions.opening()), (0, 0, 0));
        assert!(sessions.ever());
        assert!(sessions.opened().await.is_none() && sessions.free.len() == 2);
    }

    #[tokio::test]
    async fn a_spent_one_gets_no_page_any_more_and_is_ended_at_once() {
        let mut sessions = Sessions::new(Duration::ZERO);
        let spent = Used { spent: true, ..Used::default() };
        sessions.give_back(spent.clone());
        assert!(sessions.take().is_none());
        sessions.closing.join_next().await.unwrap().unwrap();
        assert!(spent.ended.load(Ordering::SeqCst));
        let free = Used::default();
        sessions.give_back(free.clone());
        sessions.close().await;
        assert!(free.ended.load(Ordering::SeqCst));
    }
}
