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
    /// Served long enough: they end before others take their place, which a Grid may have no slot for sooner.
    spent: Vec<V>,
    opening: JoinSet<Result<V, String>>,
    refused: usize,
    pause: Duration,
}

impl<V: Visits + 'static> Sessions<V> {
    /// None yet. `pause`: before an attempt, for each one in a row that was refused.
    pub(super) fn new(pause: Duration) -> Self {
        Self { free: Vec::new(), spent: Vec::new(), opening: JoinSet::new(), refused: 0, pause }
    }

    /// A free one.
    pub(super) fn take(&mut self) -> Option<V> {
        self.free.pop()
    }

    /// Back from its page.
    pub(super) fn give_back(&mut self, session: V) {
        let room = if session.is_spent() { &mut self.spent } else { &mut self.free };
        room.push(session);
    }

    /// How many are being opened.
    pub(super) fn opening(&self) -> usize {
        self.opening.len()
    }

    /// Attempts in a row that opened none.
    pub(super) fn refused(&self) -> usize {
        self.refused
    }

    /// Begins to open one more.
    pub(super) fn open<F, Fut, E>(&mut self, make: &F)
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<V, E>> + Send + 'static,
        E: Display,
    {
        let (spent, made) = (self.spent.pop(), make());
        let pause = pause(self.pause, self.refused);
        self.opening.spawn(async move {
            sleep(pause).await;
            if let Some(spent) = spent {
                let _ = timeout(CLOSING, spent.close()).await;
            }
            made.await.map_err(|error| error.to_string())
        });
    }

    /// Waits for one of those being opened; `None` where none is.
    pub(super) async fn opened(&mut self) -> Option<Result<(), String>> {
        let opened = self.opening.join_next().await?;
        Some(match opened.unwrap_or_else(|_| Err("opening a session failed; this is a bug".to_owned())) {
            Ok(session) => {
                self.refused = 0;
                self.free.push(session);
                Ok(())
            }
            Err(why) => {
                tracing::warn!(%why, "no browser session");
                self.refused += 1;
                Err(why)
            }
        })
    }

    /// Ends all of them. What is still being opened gets the time to be ended properly.
    pub(super) async fn close(mut self) {
        let free = std::mem::take(&mut self.free);
        let ended = |session: V| timeout(CLOSING, session.close());
        join_all(free.into_iter().chain(self.spent.drain(..)).map(ended)).await;
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
    use super::*;
    use crate::evidence::model::PageVisit;
    use crate::gather::{VisitError, VisitRequest};

    struct Used(bool);

    impl Visits for Used {
        async fn visit(&mut self, _: VisitRequest) -> Result<PageVisit, VisitError> {
            Err(VisitError::BrowserLost(String::new()))
        }

        fn is_spent(&self) -> bool {
            self.0
        }
    }

    #[test]
    fn attempts_follow_slower_and_slower() {
        assert_eq!(
            [0, 1, 2, 14, 15, 16, usize::MAX].map(|n| pause(Duration::from_secs(2), n).as_secs()),
            [0, 2, 4, 28, 30, 30, 30]
        );
    }

    #[tokio::test]
    async fn refused_ones_are_counted_until_one_opens() {
        let mut sessions = Sessions::<Used>::new(Duration::ZERO);
        sessions.open(&|| async { Err::<Used, _>("no free slot") });
        sessions.open(&|| async { Err::<Used, _>("no free slot") });
        sessions.open(&|| async {
            sleep(Duration::from_millis(50)).await;
            Ok::<_, String>(Used(false))
        });
        let refused = Some(Err("no free slot".to_owned()));
        assert_eq!(
            (sessions.opened().await, sessions.opened().await, sessions.refused()),
            (refused.clone(), refused, 2)
        );
        assert_eq!((sessions.opened().await, sessions.refused(), sessions.opening()), (Some(Ok(())), 0, 0));
        assert!(sessions.opened().await.is_none() && sessions.take().is_some() && sessions.take().is_none());
    }

    #[tokio::test]
    async fn a_spent_one_gets_no_page_any_more() {
        let mut sessions = Sessions::new(Duration::ZERO);
        sessions.give_back(Used(true));
        assert!(sessions.take().is_none());
        sessions.give_back(Used(false));
        assert!(sessions.take().is_some());
        sessions.open(&|| async { Ok::<_, String>(Used(false)) });
        assert!(sessions.spent.is_empty() && sessions.opening() == 1);
        sessions.close().await;
    }
}
