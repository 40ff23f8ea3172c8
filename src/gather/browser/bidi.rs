//! A WebDriver BiDi connection: commands with answers matched by id, events handed to listeners in the order they came.
//!
//! Listeners run on the reading task, so that whoever has a command's answer has already seen every event that came
//! before it. They must be quick and must not block. Not here: what any command or event means.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Commands waiting to be written; more than that waits with its caller.
const OUTGOING: usize = 256;
/// Largest message taken from the browser.
const MAX_MESSAGE: usize = 64 << 20;
/// How long connecting may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(20);

/// Why a command has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BidiError {
    /// The browser answered with an error.
    #[error("{method} refused: {error}: {message}")]
    Refused {
        /// The command.
        method: String,
        /// Error code of the standard.
        error: String,
        /// The browser's words.
        message: String,
    },
    /// No answer in time; the connection may still be fine.
    #[error("{method} did not answer within {seconds} s")]
    TimedOut {
        /// The command.
        method: String,
        /// The limit.
        seconds: u64,
    },
    /// The connection, the driver or the browser is gone.
    #[error("connection to the browser lost: {0}")]
    Lost(String),
}

impl BidiError {
    /// Whether a new session is needed.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }
}

/// Hears every event of a connection.
pub trait Listener: Send + Sync {
    /// One event. Called on the reading task: quick, and never blocking.
    fn event(&self, method: &str, params: &Value);
    /// One event of a CDP session, where CDP is spoken.
    fn event_of(&self, _session: &str, method: &str, params: &Value) {
        self.event(method, params);
    }
    /// The connection is gone; no event follows.
    fn lost(&self, _why: &str) {}
}

type Answer = Result<Value, (String, String)>;
type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection. Clones share it.
#[derive(Clone)]
pub struct Bidi {
    shared: Arc<Shared>,
    outgoing: mpsc::Sender<Message>,
}

struct Shared {
    next_id: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pending: BTreeMap<u64, oneshot::Sender<Answer>>,
    listeners: Vec<Arc<dyn Listener>>,
    lost: Option<String>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // A listener that panicked leaves nothing half done in here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bidi {
    /// Connects to a `webSocketUrl`.
    pub async fn connect(url: &str) -> Result<Self, BidiError> {
        let config = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE)).max_frame_size(Some(MAX_MESSAGE));
        let connecting = tokio_tungstenite::connect_async_with_config(url, Some(config), true);
        let (socket, _) = tokio::time::timeout(CONNECT_LIMIT, connecting)
            .await
            .map_err(|_| BidiError::Lost(format!("no connection to {url} within {} s", CONNECT_LIMIT.as_secs())))?
            .map_err(|e| BidiError::Lost(format!("cannot connect to {url}: {e}")))?;
        let (sink, stream) = socket.split();
        let (outgoing, queue) = mpsc::channel(OUTGOING);
        let shared = Arc::new(Shared { next_id: AtomicU64::new(1), state: Mutex::default() });
        tokio::spawn(write(queue, sink));
        tokio::spawn(read(Arc::clone(&shared), stream));
        Ok(Self { shared, outgoing })
    }

    /// Adds a listener for every event from now on.
    pub fn listen(&self, listener: Arc<dyn Listener>) {
        self.shared.state().listeners.push(listener);
    }

    /// Why the connection is gone, if it is.
    #[must_use]
    pub fn lost(&self) -> Option<String> {
        self.shared.state().lost.clone()
    }

    /// Sends a command and waits for its answer, at most `limit`.
    pub async fn send(&self, method: &str, params: Value, limit: Duration) -> Result<Value, BidiError> {
        self.send_to(None, method, params, limit).await
    }

    /// The same to a CDP session, where CDP is spoken.
    pub async fn send_to(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
        limit: Duration,
    ) -> Result<Value, BidiError> {
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let answer = self.register(id)?;
        let _forget = Forget { shared: &self.shared, id };
        let mut message = json!({"id": id, "method": method, "params": params});
        if let (Some(session), Some(map)) = (session, message.as_object_mut()) {
            map.insert("sessionId".into(), json!(session));
        }
        let text = message.to_string();
        let exchange = async {
            let sent = self.outgoing.send(Message::text(text)).await;
            sent.map_err(|_| self.gone())?;
            answer.await.map_err(|_| self.gone())
        };
        match tokio::time::timeout(limit, exchange).await {
            Err(_) => Err(BidiError::TimedOut { method: method.to_owned(), seconds: limit.as_secs() }),
            Ok(Err(lost)) => Err(lost),
            Ok(Ok(Err((error, message)))) => Err(BidiError::Refused { method: method.to_owned(), error, message }),
            Ok(Ok(Ok(result))) => Ok(result),
        }
    }

    fn register(&self, id: u64) -> Result<oneshot::Receiver<Answer>, BidiError> {
        let (tell, answer) = oneshot::channel();
        let mut state = self.shared.state();
        if let Some(why) = &state.lost {
            return Err(BidiError::Lost(why.clone()));
        }
        state.pending.insert(id, tell);
        Ok(answer)
    }

    fn gone(&self) -> BidiError {
        BidiError::Lost(self.lost().unwrap_or_else(|| "closed".to_owned()))
    }
}

/// Takes a command off the list of the waiting ones, also when its caller gave up.
struct Forget<'a> {
    shared: &'a Shared,
    id: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.shared.state().pending.remove(&self.id);
    }
}

async fn write(mut queue: mpsc::Receiver<Message>, mut sink: SplitSink<Socket, Message>) {
    while let Some(message) = queue.recv().await {
        if sink.send(message).await.is_err() {
            return;
        }
    }
    // Every handle is gone: say goodbye, so that the driver does not wait for us.
    let _ = sink.close().await;
}

async fn read(shared: Arc<Shared>, mut stream: SplitStream<Socket>) {
    let why = loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => deliver(&shared, &text),
            Some(Ok(Message::Close(frame))) => {
                break frame.map_or_else(|| "closed".to_owned(), |f| format!("closed: {}", f.reason));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => break error.to_string(),
            None => break "closed".to_owned(),
        }
    };
    let listeners = {
        let mut state = shared.state();
        state.lost = Some(why.clone());
        state.pending.clear();
        std::mem::take(&mut state.listeners)
    };
    for listener in listeners {
        listener.lost(&why);
    }
}

fn deliver(shared: &Shared, text: &str) {
    let Ok(mut message) = serde_json::from_str::<Value>(text) else { return };
    if let Some(id) = message.get("id").and_then(Value::as_u64) {
        let waiting = shared.state().pending.remove(&id);
        if let Some(tell) = waiting {
            let _ = tell.send(answer_of(&mut message));
        }
        return;
    }
    let Some(method) = message.get("method").and_then(Value::as_str) else { return };
    let params = message.get("params").unwrap_or(&Value::Null);
    let session = message.get("sessionId").and_then(Value::as_str);
    let listeners = shared.state().listeners.clone();
    for listener in &listeners {
        match session {
            Some(session) => listener.event_of(session, method, params),
            None => listener.event(method, params),
        }
    }
}

fn answer_of(message: &mut Value) -> Answer {
    let word = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    match message.get("error") {
        // CDP, which is spoken over the same kind of socket, puts an object here.
        Some(Value::Object(error)) => {
            let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
            return Err(("error".to_owned(), message.to_owned()));
        }
        Some(_) => return Err((word("error"), word("message"))),
        None => {}
    }
    Ok(message.get_mut("result").map(Value::take).unwrap_or_default())
}

#[cfg(test)]
#[path = "bidi_tests.rs"]
mod tests;
