//! Extra request headers for exact origins: staging keys and basic authentication that nobody else may see.
//!
//! Requests to these origins are paused and go on with the headers added; a redirect elsewhere is a new request and
//! gets none. Not here: where the secrets come from.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::bidi::{Bidi, BidiError, Listener};
use super::session::{COMMAND_LIMIT, OriginHeaders};

/// Paused requests waiting to go on.
const QUEUE: usize = 4096;

/// Adds the headers to every request to their origins from now on.
pub(super) async fn install(bidi: &Bidi, entries: &[OriginHeaders]) -> Result<(), BidiError> {
    let (paused, requests) = mpsc::channel(QUEUE);
    bidi.listen(Arc::new(Ears { paused }));
    bidi.send("session.subscribe", json!({"events": ["network.beforeRequestSent"]}), COMMAND_LIMIT).await?;
    let patterns: Vec<Value> = entries.iter().map(pattern).collect();
    let asked = json!({"phases": ["beforeRequestSent"], "urlPatterns": patterns});
    let granted = bidi.send("network.addIntercept", asked, COMMAND_LIMIT).await?;
    let intercept = granted["intercept"].as_str().unwrap_or_default().to_owned();
    tokio::spawn(go_on(bidi.clone(), requests, entries.to_vec(), intercept));
    Ok(())
}

fn pattern(entry: &OriginHeaders) -> Value {
    let port = entry.origin.port().map_or_else(String::new, |p| p.to_string());
    json!({
        "type": "pattern",
        "protocol": entry.origin.scheme(),
        "hostname": entry.origin.host_str().unwrap_or_default(),
        "port": port,
    })
}

struct Ears {
    paused: mpsc::Sender<Value>,
}

impl Listener for Ears {
    fn event(&self, method: &str, params: &Value) {
        if method == "network.beforeRequestSent" && params["isBlocked"] == true {
            let _ = self.paused.try_send(json!({"request": params["request"], "intercepts": params["intercepts"]}));
        }
    }
}

async fn go_on(bidi: Bidi, mut requests: mpsc::Receiver<Value>, entries: Vec<OriginHeaders>, intercept: String) {
    while let Some(paused) = requests.recv().await {
        let ours = paused["intercepts"].as_array().is_some_and(|list| list.iter().any(|i| *i == intercept));
        if !ours {
            continue;
        }
        let bidi = bidi.clone();
        let asked = continued(&paused["request"], &entries);
        tokio::spawn(async move {
            let _ = bidi.send("network.continueRequest", asked, COMMAND_LIMIT).await;
        });
    }
}

fn continued(request: &Value, entries: &[OriginHeaders]) -> Value {
    let url = request["url"].as_str().and_then(|u| url::Url::parse(u).ok());
    let extra: Vec<(String, String)> = entries
        .iter()
        .filter(|e| url.as_ref().is_some_and(|u| u.origin() == e.origin.origin()))
        .flat_map(|e| e.headers.clone())
        .collect();
    if extra.is_empty() {
        return json!({"request": request["request"]});
    }
    let replaced = |header: &Value| {
        extra.iter().any(|(name, _)| header["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)))
    };
    let kept = request["headers"].as_array().into_iter().flatten().filter(|h| !replaced(h)).cloned();
    let added = extra.iter().map(|(name, value)| json!({"name": name, "value": {"type": "string", "value": value}}));
    json!({"request": request["request"], "headers": kept.chain(added).collect::<Vec<Value>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_origin() {
        let entry = OriginHeaders {
            origin: "https://shop.test:8443/".parse().unwrap(),
            headers: vec![("X-Key".to_owned(), "k".to_owned())],
        };
        let request =
            |url: &str| json!({"request": "1", "url": url, "headers": [{"name": "x-key"}, {"name": "accept"}]});
        let ours = continued(&request("https://shop.test:8443/a"), std::slice::from_ref(&entry));
        let names: Vec<&str> = ours["headers"].as_array().unwrap().iter().filter_map(|h| h["name"].as_str()).collect();
        assert_eq!(names, ["accept", "X-Key"]);
        for other in ["https://shop.test/a", "http://shop.test:8443/", "https://www.shop.test:8443/"] {
            assert!(continued(&request(other), std::slice::from_ref(&entry)).get("headers").is_none(), "{other}");
        }
    }
}
