//! Answers, errors, time limits and a lost connection, against a server that speaks just enough.

use std::sync::Mutex;

use tokio::net::TcpListener;

use super::*;

const LIMIT: Duration = Duration::from_secs(5);

/// Answers `echo` with its params after an event, `fail` with an error, `silence` never; `hang up` closes.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(tcp).await.unwrap();
        while let Some(Ok(Message::Text(text))) = socket.next().await {
            let asked: Value = serde_json::from_str(&text).unwrap();
            let id = asked["id"].clone();
            let mut say = Vec::new();
            match asked["method"].as_str().unwrap() {
                "echo" => {
                    say.push(json!({"type": "event", "method": "heard", "params": asked["params"]}));
                    say.push(json!({"type": "success", "id": id, "result": asked["params"]}));
                }
                "fail" => say.push(json!({"type": "error", "id": id, "error": "no such thing", "message": "sorry"})),
                "hang up" => return,
                _ => {}
            }
            for message in say {
                socket.send(Message::text(message.to_string())).await.unwrap();
            }
        }
    });
    url
}

#[derive(Default)]
struct Ears(Mutex<Vec<String>>);

impl Listener for Ears {
    fn event(&self, method: &str, params: &Value) {
        self.0.lock().unwrap().push(format!("{method} {params}"));
    }
    fn lost(&self, _why: &str) {
        self.0.lock().unwrap().push("lost".to_owned());
    }
}

#[tokio::test]
async fn events_before_their_answer() {
    let bidi = Bidi::connect(&serve().await).await.unwrap();
    let ears = Arc::new(Ears::default());
    bidi.listen(Arc::clone(&ears) as Arc<dyn Listener>);
    let answer = bidi.send("echo", json!({"a": 1}), LIMIT).await.unwrap();
    assert_eq!(answer, json!({"a": 1}));
    assert_eq!(*ears.0.lock().unwrap(), ["heard {\"a\":1}"]);
}

#[tokio::test]
async fn refused_silent_and_lost() {
    let bidi = Bidi::connect(&serve().await).await.unwrap();
    let ears = Arc::new(Ears::default());
    bidi.listen(Arc::clone(&ears) as Arc<dyn Listener>);
    let refused = bidi.send("fail", json!({}), LIMIT).await.unwrap_err();
    assert_eq!(refused.to_string(), "fail refused: no such thing: sorry");
    let late = bidi.send("silence", json!({}), Duration::from_millis(20)).await.unwrap_err();
    assert!(matches!(late, BidiError::TimedOut { .. }) && !late.is_lost());
    assert!(bidi.shared.state().pending.is_empty(), "a given-up command leaves nothing behind");
    assert!(bidi.send("hang up", json!({}), LIMIT).await.unwrap_err().is_lost());
    assert!(bidi.send("echo", json!({}), LIMIT).await.unwrap_err().is_lost());
    assert_eq!(*ears.0.lock().unwrap(), ["lost"]);
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    drop(listener);
    assert!(matches!(Bidi::connect(&url).await, Err(BidiError::Lost(_))));
}
