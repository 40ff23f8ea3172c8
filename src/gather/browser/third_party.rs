//! Whether this browser stores third-party cookies: measured at the start, with a page and a frame made up on the spot.
//!
//! Both answers are given by an intercept, so no request leaves the browser. Not here: any opinion about the result.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::bidi::{Bidi, BidiError, Listener};
use super::session::Session;

const FIRST: &str = "https://first.cookie-audit-probe.test/";
const THIRD: &str = "https://third.other-cookie-audit-probe.test/";
/// A browser that has just been started on a busy machine may need more than the first.
const LIMITS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(40)];
const COOKIE: &str = "cookie_audit_probe";

/// `allowed`, `blocked`, or `unknown` where it could not be measured.
pub(super) async fn state(session: &Session) -> Result<&'static str, BidiError> {
    for limit in LIMITS {
        match measure(session, limit).await {
            Ok(Some(true)) => return Ok("allowed"),
            Ok(Some(false)) => return Ok("blocked"),
            Ok(None) => tracing::debug!(?limit, "third-party cookie state not measured in time"),
            Err(error) if error.is_lost() => return Err(error),
            Err(error) => tracing::debug!(%error, "third-party cookie state not measured"),
        }
    }
    Ok("unknown")
}

async fn measure(session: &Session, limit: Duration) -> Result<Option<bool>, BidiError> {
    let (paused, requests) = mpsc::channel(16);
    let ears = Arc::new(Ears { paused: Mutex::new(Some(paused)) });
    session.bidi().listen(Arc::clone(&ears) as Arc<dyn Listener>);
    let event = json!({"events": ["network.beforeRequestSent"]});
    session.send("session.subscribe", event.clone()).await?;
    let pattern = |url: &str| json!({"type": "string", "pattern": url});
    let asked = json!({"phases": ["beforeRequestSent"], "urlPatterns": [pattern(FIRST), pattern(THIRD)]});
    let intercept = session.send("network.addIntercept", asked).await?;
    let answering = tokio::spawn(answer(session.bidi().clone(), requests));
    let seen = tokio::time::timeout(limit, look(session)).await;
    // Whatever came of it, nothing of the probe may be left when the first page is visited.
    ears.paused.lock().unwrap_or_else(PoisonError::into_inner).take();
    answering.abort();
    session.send("network.removeIntercept", json!({"intercept": intercept["intercept"]})).await?;
    session.send("session.unsubscribe", event).await?;
    seen.unwrap_or(Ok(None))
}

async fn look(session: &Session) -> Result<Option<bool>, BidiError> {
    let tab = session.send("browsingContext.create", json!({"type": "tab"})).await?;
    let context = tab["context"].clone();
    let go = json!({"context": context, "url": FIRST, "wait": "complete"});
    let went = session.send("browsingContext.navigate", go).await;
    let jar = session.send("storage.getCookies", json!({"filter": {"name": COOKIE}})).await;
    session.send("storage.deleteCookies", json!({"filter": {"name": COOKIE}})).await?;
    session.send("browsingContext.close", json!({"context": context})).await?;
    went?;
    Ok(jar?["cookies"].as_array().map(|cookies| !cookies.is_empty()))
}

/// Hands every intercepted request on, until the probe is over.
struct Ears {
    paused: Mutex<Option<mpsc::Sender<(Value, String)>>>,
}

impl Listener for Ears {
    fn event(&self, method: &str, params: &Value) {
        if method != "network.beforeRequestSent" || params["isBlocked"] != true {
            return;
        }
        if let Some(paused) = &*self.paused.lock().unwrap_or_else(PoisonError::into_inner) {
            let url = params["request"]["url"].as_str().unwrap_or_default().to_owned();
            let _ = paused.try_send((params["request"]["request"].clone(), url));
        }
    }
}

async fn answer(bidi: Bidi, mut requests: mpsc::Receiver<(Value, String)>) {
    while let Some((request, url)) = requests.recv().await {
        let page = if url == FIRST {
            format!("<!doctype html><link rel=icon href=data:,><iframe src='{THIRD}'></iframe>")
        } else {
            format!("<!doctype html><script>document.cookie='{COOKIE}=1; Secure; SameSite=None; Max-Age=60'</script>")
        };
        let body = base64::engine::general_purpose::STANDARD.encode(page);
        let response = json!({
            "request": request, "statusCode": 200, "reasonPhrase": "OK",
            "headers": [{"name": "Content-Type", "value": {"type": "string", "value": "text/html"}}],
            "body": {"type": "base64", "value": body},
        });
        let _ = bidi.send("network.provideResponse", response, LIMITS[0]).await;
    }
}
