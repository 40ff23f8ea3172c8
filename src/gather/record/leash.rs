//! Keeps a tab's own navigation inside the scope: redirects, meta refreshes, scripts and forms that lead out of it are
//! stopped before anything is sent there.
//!
//! Over a connection of its own to the tab, since pausing through BiDi would pause every image too. Chromium with its
//! debugging port within reach only; elsewhere (a Grid, Firefox) what left the scope is told from the hops afterwards.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use url::Url;

use super::tape::Tape;
use crate::gather::InScope;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::{Bidi, Listener};

/// Documents waiting for a decision; frames of one page, so few.
const QUEUE: usize = 1024;
const LIMIT: Duration = Duration::from_secs(5);

/// Holds as long as it is kept.
pub(super) struct Leash {
    _connection: Bidi,
}

impl Leash {
    /// Puts a tab on the leash; `None` where that is not possible here.
    pub(super) async fn on(session: &Session, tab: &str, scope: InScope, tape: Arc<Tape>) -> Option<Self> {
        let address = session.debugger_address()?;
        let connection = Bidi::connect(&format!("ws://{address}/devtools/page/{tab}")).await.ok()?;
        let (paused, documents) = mpsc::channel(QUEUE);
        connection.listen(Arc::new(Ears { paused }));
        let patterns = json!({"patterns": [{"resourceType": "Document", "requestStage": "Request"}]});
        connection.send("Fetch.enable", patterns, LIMIT).await.ok()?;
        tokio::spawn(decide(connection.clone(), documents, tab.to_owned(), scope, tape));
        Some(Self { _connection: connection })
    }
}

struct Ears {
    paused: mpsc::Sender<Value>,
}

impl Listener for Ears {
    fn event(&self, method: &str, params: &Value) {
        if method == "Fetch.requestPaused" {
            let _ = self.paused.try_send(params.clone());
        }
    }
}

async fn decide(connection: Bidi, mut documents: mpsc::Receiver<Value>, tab: String, scope: InScope, tape: Arc<Tape>) {
    while let Some(paused) = documents.recv().await {
        let id = &paused["requestId"];
        let address = paused["request"]["url"].as_str().unwrap_or_default();
        let own = paused["frameId"].as_str() == Some(tab.as_str());
        let leaves = Url::parse(address).is_ok_and(|url| !scope.holds(&url));
        let answer = if own && leaves {
            tape.stopped(address);
            // Not "blocked": that would show an error page in place of the one that stays.
            ("Fetch.failRequest", json!({"requestId": id, "errorReason": "Aborted"}))
        } else {
            ("Fetch.continueRequest", json!({"requestId": id}))
        };
        // A request that went away meanwhile needs no answer.
        let _ = connection.send(answer.0, answer.1, LIMIT).await;
        if connection.lost().is_some() {
            return;
        }
    }
}
