//! Our own ears on every target of the browser (pages, frames, workers), on before the target's first request and script.
//!
//! Only with the browser's debugging connection at hand; elsewhere the driver watches the targets and BiDi passes it on.
//! Not here: what is heard (`tape`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use super::hooks::Hooks;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::{Bidi, BidiError, Listener};

const LIMIT: Duration = Duration::from_secs(10);
/// Targets waiting to be listened to; a page that opens more at once waits.
const QUEUE: usize = 4096;
/// Longest body that is passed on with its request.
const MAX_BODY: usize = 256 * 1024;

/// Ears on a browser.
pub(super) struct Ears {
    found: mpsc::Sender<Found>,
    /// Sessions with a dialog, and what kind of dialog.
    dialogs: mpsc::Sender<(String, String)>,
    /// Sessions of pages that are listened to, by target.
    pages: Mutex<BTreeMap<String, String>>,
    changed: Notify,
}

struct Found {
    session: String,
    target: String,
    kind: String,
}

impl Ears {
    /// Listens to every target from now on.
    pub(super) async fn on(session: &Session, hooks: &Hooks) -> Result<Option<Arc<Self>>, BidiError> {
        let Some(connection) = session.devtools() else { return Ok(None) };
        let (found, targets) = mpsc::channel(QUEUE);
        let (dialogs, opened) = mpsc::channel(QUEUE);
        let ears = Arc::new(Self { found, dialogs, pages: Mutex::default(), changed: Notify::new() });
        connection.listen(Arc::clone(&ears) as Arc<dyn Listener>);
        tokio::spawn(reply(connection.clone(), opened));
        tokio::spawn(attend(connection.clone(), targets, hooks.source(), Arc::downgrade(&ears)));
        connection.send("Target.setAutoAttach", auto_attach(&["browser", "tab"]), LIMIT).await?;
        Ok(Some(ears))
    }

    fn pages(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a page is listened to; answers the session that does.
    pub(super) async fn wait_for(&self, target: &str) -> Result<String, BidiError> {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                if let Some(session) = self.pages().get(target) {
                    return session.clone();
                }
                changed.await;
            }
        };
        let late = || BidiError::TimedOut { method: "Target.attachedToTarget".to_owned(), seconds: LIMIT.as_secs() };
        tokio::time::timeout(LIMIT, waiting).await.map_err(|_| late())
    }

    fn attached(&self, params: &Value) {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        // What does not wait was there before us, or was attached to on purpose.
        if params["waitingForDebugger"] != true {
            return;
        }
        let info = &params["targetInfo"];
        let found =
            Found { session: word(&params["sessionId"]), target: word(&info["targetId"]), kind: word(&info["type"]) };
        if self.found.try_send(found).is_err() {
            tracing::warn!("too many targets at once; one is not listened to");
        }
    }
}

impl Listener for Ears {
    fn event_of(&self, session: &str, method: &str, params: &Value) {
        if method == "Page.javascriptDialogOpening" {
            let kind = params["type"].as_str().unwrap_or_default().to_owned();
            let _ = self.dialogs.try_send((session.to_owned(), kind));
        } else {
            self.event(method, params);
        }
    }

    fn event(&self, method: &str, params: &Value) {
        match method {
            "Target.attachedToTarget" => self.attached(params),
            "Target.detachedFromTarget" => self.pages().retain(|_, session| params["sessionId"] != *session.as_str()),
            _ => {}
        }
    }
}

fn auto_attach(without: &[&str]) -> Value {
    let mut filter: Vec<Value> = without.iter().map(|kind| json!({"type": kind, "exclude": true})).collect();
    filter.push(json!({}));
    json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true, "filter": filter})
}

/// Answers dialogs at once, as the capabilities have it: a page must not be able to stop its own visit.
async fn reply(connection: Bidi, mut dialogs: mpsc::Receiver<(String, String)>) {
    while let Some((session, kind)) = dialogs.recv().await {
        let connection = connection.clone();
        tokio::spawn(async move {
            let accept = json!({"accept": matches!(&*kind, "alert" | "beforeunload")});
            // Where BiDi is awake it may have been faster.
            let _ = connection.send_to(Some(&session), "Page.handleJavaScriptDialog", accept, LIMIT).await;
        });
    }
}

async fn attend(connection: Bidi, mut targets: mpsc::Receiver<Found>, hooks: String, ears: std::sync::Weak<Ears>) {
    while let Some(found) = targets.recv().await {
        let commands = commands(&found.kind, &hooks);
        let connection = connection.clone();
        let ears = ears.clone();
        tokio::spawn(async move {
            // All at once and in order; a target that is gone already answers none.
            let session = Some(found.session.as_str());
            let sending =
                commands.into_iter().map(|(method, params)| connection.send_to(session, method, params, LIMIT));
            join_all(sending).await;
            if let (Some(ears), "page") = (ears.upgrade(), &*found.kind) {
                ears.pages().insert(found.target, found.session);
                ears.changed.notify_waiters();
            }
        });
    }
}

/// What makes a target heard, ending with leave to go on.
fn commands(kind: &str, hooks: &str) -> Vec<(&'static str, Value)> {
    // Bodies of answers are never asked for: the page's process need not keep copies of them.
    let bodies = json!({"maxPostDataSize": MAX_BODY, "maxTotalBufferSize": 0, "maxResourceBufferSize": 0});
    let network = ("Network.enable", bodies);
    // Service workers come with the browser already, and would tell everything twice.
    let nested = ("Target.setAutoAttach", auto_attach(&["service_worker", "browser", "tab"]));
    let mut commands = match kind {
        "page" | "iframe" => vec![
            network,
            ("Runtime.enable", json!({})),
            ("Page.enable", json!({})),
            ("Page.addScriptToEvaluateOnNewDocument", json!({"source": hooks})),
            nested,
        ],
        "worker" | "shared_worker" | "service_worker" => vec![network, nested],
        _ => Vec::new(),
    };
    if kind == "page" {
        commands.push(("Inspector.enable", json!({})));
    }
    commands.push(("Runtime.runIfWaitingForDebugger", json!({})));
    commands
}
