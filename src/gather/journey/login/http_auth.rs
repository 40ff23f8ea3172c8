//! HTTP authentication: when a server asks (basic or digest), the browser is given name and password, once per request.
//!
//! Only for exact origins; whoever else asks gets nothing. Wrong credentials end in the server's own answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use url::Url;

use super::super::steps::{Secret, is_plain_word};
use crate::gather::browser::Session;
use crate::gather::browser::bidi::{Bidi, BidiError, Listener};
use crate::gather::browser::session::COMMAND_LIMIT;

/// Requests waiting for credentials.
const QUEUE: usize = 256;
/// Requests remembered as answered.
const REMEMBERED: usize = 4096;

/// Name and password for one origin.
#[derive(Debug, Clone)]
pub struct HttpAuth {
    /// The exact origin that gets them.
    pub origin: Url,
    user: Secret,
    password: Secret,
}

impl HttpAuth {
    /// From `user:password`, as an environment variable holds it.
    #[must_use]
    pub fn from_pair(origin: Url, pair: &str) -> Option<Self> {
        let (user, password) = pair.split_once(':')?;
        Some(Self { origin, user: Secret::new(user), password: Secret::new(password) })
    }

    /// What has to be hidden.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let user = Some(self.user.expose()).filter(|user| !is_plain_word(user));
        user.into_iter().chain([self.password.expose()]).map(str::to_owned).collect()
    }
}

/// Answers every such question of the session from now on.
pub async fn install(session: &Session, entries: &[HttpAuth]) -> Result<(), BidiError> {
    if entries.is_empty() {
        return Ok(());
    }
    session.stay_awake().await?;
    let (asked, questions) = mpsc::channel(QUEUE);
    session.bidi().listen(Arc::new(Ears { asked }));
    session.send("session.subscribe", json!({"events": ["network.authRequired"]})).await?;
    session.send("network.addIntercept", json!({"phases": ["authRequired"]})).await?;
    tokio::spawn(answer(session.bidi().clone(), questions, entries.to_vec()));
    Ok(())
}

struct Ears {
    asked: mpsc::Sender<(String, String)>,
}

impl Listener for Ears {
    fn event(&self, method: &str, params: &Value) {
        if method == "network.authRequired" && params["isBlocked"] == true {
            let word = |key: &str| params["request"][key].as_str().unwrap_or_default().to_owned();
            let _ = self.asked.try_send((word("request"), word("url")));
        }
    }
}

async fn answer(bidi: Bidi, mut questions: mpsc::Receiver<(String, String)>, entries: Vec<HttpAuth>) {
    let mut answered: BTreeSet<String> = BTreeSet::new();
    while let Some((request, url)) = questions.recv().await {
        if answered.len() > REMEMBERED {
            answered.clear();
        }
        let origin = Url::parse(&url).ok().map(|u| u.origin());
        let entry = entries.iter().find(|e| Some(e.origin.origin()) == origin);
        let again = !answered.insert(request.clone());
        let reply = match entry {
            Some(entry) if !again => json!({
                "request": request, "action": "provideCredentials",
                "credentials": {
                    "type": "password", "username": entry.user.expose(), "password": entry.password.expose(),
                },
            }),
            _ => json!({"request": request, "action": "cancel"}),
        };
        let bidi = bidi.clone();
        tokio::spawn(async move {
            let _ = bidi.send("network.continueWithAuth", reply, COMMAND_LIMIT).await;
        });
    }
}
