//! Keeps a tab's own navigation inside the scope: redirects, meta refreshes, scripts and forms that lead out of it are
//! stopped before anything is sent there.
//!
//! Over our own session of the tab, since pausing through BiDi would pause every image too. Chromium with its debugging
//! port within reach only; elsewhere (a Grid, Firefox) what left the scope is told from the hops afterwards.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use url::Url;

use super::tab::Tab;
use super::tape::Tape;
use crate::gather::InScope;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::{Bidi, Listener};

/// Documents waiting for a decision; frames of one page, so few.
const QUEUE: usize = 1024;
const LIMIT: Duration = Duration::from_secs(5);

/// One for a session; holds one tab at a time.
pub(super) struct Leash {
    connection: Bidi,
    held: Arc<Mutex<Option<Held>>>,
}

/// The tab that is held, and where it may go.
#[derive(Clone)]
struct Held {
    tab: String,
    /// Our session of it; those of earlier visits are gone, and what they paused with them.
    session: String,
    scope: InScope,
}

impl Leash {
    /// A leash for the tabs of a session; `None` where that is not possible here.
    pub(super) fn new(session: &Session, tape: Arc<Tape>) -> Option<Self> {
        let connection = session.devtools()?.clone();
        let (paused, documents) = mpsc::channel(QUEUE);
        connection.listen(Arc::new(Ears { paused }));
        let held = Arc::new(Mutex::new(None));
        tokio::spawn(decide(connection.clone(), documents, Arc::clone(&held), tape));
        Some(Self { connection, held })
    }

    /// Holds a tab until its session ends.
    pub(super) async fn on(&self, tab: &Tab, scope: InScope) {
        let Some(session) = tab.cdp.clone() else { return };
        let patterns = json!({"patterns": [{"resourceType": "Document", "requestStage": "Request"}]});
        let held = Held { tab: tab.context.clone(), session, scope };
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held.clone());
        // Without it the hops tell afterwards that the page left the scope.
        let _ = self.connection.send_to(Some(&held.session), "Fetch.enable", patterns, LIMIT).await;
    }

    /// Lets the tab go that is held.
    pub(super) async fn off(&self) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(held) = held {
            let _ = self.connection.send_to(Some(&held.session), "Fetch.disable", json!({}), LIMIT).await;
        }
    }
}

struct Ears {
    paused: mpsc::Sender<(String, Value)>,
}

impl Listener for Ears {
    fn event(&self, _: &str, _: &Value) {}

    fn event_of(&self, session: &str, method: &str, params: &Value) {
        if method == "Fetch.requestPaused" {
            let _ = self.paused.try_send((session.to_owned(), params.clone()));
        }
    }
}

async fn decide(
    connection: Bidi,
    mut documents: mpsc::Receiver<(String, Value)>,
    held: Arc<Mutex<Option<Held>>>,
    tape: Arc<Tape>,
) {
    while let Some((session, paused)) = documents.recv().await {
        let held = held.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(|h| h.session == session);
        let id = &paused["requestId"];
        let address = paused["request"]["url"].as_str().unwrap_or_default();
        let own = held.filter(|h| paused["frameId"].as_str() == Some(h.tab.as_str()));
        let leaves = own.is_some_and(|h| Url::parse(address).is_ok_and(|url| !h.scope.holds(&url)));
        let answer = if leaves {
            tape.stopped(address);
            // Not "blocked": that would show an error page in place of the one that stays.
            ("Fetch.failRequest", json!({"requestId": id, "errorReason": "Aborted"}))
        } else {
            ("Fetch.continueRequest", json!({"requestId": id}))
        };
        // A request that went away meanwhile needs no answer.
        let _ = connection.send_to(Some(&session), answer.0, answer.1, LIMIT).await;
        if connection.lost().is_some() {
            return;
        }
    }
}
