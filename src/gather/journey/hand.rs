//! The visitor's hand: finds an element of an open page in any of its frames, and clicks, types and chooses with real
//! input events where the browser allows, else with a script's.
//!
//! What is typed goes to the browser and nowhere else. Not here: what is to be done (`steps`, `switches`).

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::gather::VisitError;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const SCRIPT: &str = include_str!("hand.js");
const CALL_LIMIT: Duration = Duration::from_secs(4);
/// Real input may wait for a page that is busy; then a script does it.
const INPUT_LIMIT: Duration = Duration::from_secs(5);
/// Between two looks for an element that is not there yet.
const LOOK_AGAIN: Duration = Duration::from_millis(150);
/// Frames that are looked into.
const MOST_FRAMES: usize = 30;

/// Which element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By CSS selector, shadow trees included.
    Css(String),
    /// By the words a visitor reads on it.
    Text(String),
}

impl Target {
    fn fields(&self) -> Value {
        match self {
            Self::Css(css) => json!({"css": css}),
            Self::Text(text) => json!({"text": text}),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Css(css) => f.write_str(css),
            Self::Text(text) => write!(f, "text:{text}"),
        }
    }
}

/// An element that the hand holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    frame: String,
    pub(super) tag: String,
    pub(super) kind: String,
    at: (i64, i64),
    hit: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    found: bool,
    bad: bool,
    done: bool,
    press: bool,
    hit: bool,
    shown: Option<bool>,
    tag: String,
    #[serde(rename = "type")]
    kind: String,
    x: i64,
    y: i64,
}

/// Why the hand could not.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandError {
    /// The browser is gone.
    #[error(transparent)]
    Lost(#[from] VisitError),
    /// It is no selector.
    #[error("`{0}` is no CSS selector; write text:WORDS for what a visitor reads")]
    BadSelector(String),
}

/// The hand over one tab.
pub(super) struct Hand<'a> {
    session: &'a Session,
    tab: &'a str,
}

fn lost(error: &BidiError) -> VisitError {
    VisitError::BrowserLost(error.to_string())
}

impl<'a> Hand<'a> {
    pub(super) fn new(session: &'a Session, tab: &'a str) -> Self {
        Self { session, tab }
    }

    async fn ask(&self, frame: &str, asked: &Value) -> Result<Answer, VisitError> {
        match self.session.call(frame, SCRIPT, &asked.to_string(), CALL_LIMIT).await {
            Ok(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
            Err(error) if error.is_lost() => Err(lost(&error)),
            // The frame went away, or is busy.
            Err(_) => Ok(Answer::default()),
        }
    }

    /// The tab's frames, the top one first.
    pub(super) async fn frames(&self) -> Result<Vec<String>, VisitError> {
        let tree = match self.session.send("browsingContext.getTree", json!({"root": self.tab})).await {
            Err(error) if error.is_lost() => return Err(lost(&error)),
            other => other.unwrap_or_default(),
        };
        let mut frames = Vec::new();
        collect(&tree["contexts"], &mut frames);
        Ok(frames)
    }

    /// Finds a visible element now.
    pub(super) async fn find(&self, target: &Target) -> Result<Option<Held>, HandError> {
        self.find_any(target, false).await
    }

    async fn find_any(&self, target: &Target, hidden: bool) -> Result<Option<Held>, HandError> {
        for frame in self.frames().await? {
            let mut asked = target.fields();
            if let Some(map) = asked.as_object_mut() {
                map.insert("do".into(), json!("find"));
                map.insert("hidden".into(), json!(hidden));
            }
            let answer = self.ask(&frame, &asked).await?;
            if answer.bad {
                return Err(HandError::BadSelector(target.to_string()));
            }
            if answer.found {
                return Ok(Some(held(frame, answer)));
            }
        }
        Ok(None)
    }

    /// Waits until an element is there, at most `limit`.
    pub(super) async fn wait_for(&self, target: &Target, limit: Duration) -> Result<Option<Held>, HandError> {
        let deadline = Instant::now() + limit;
        loop {
            let found = self.find(target).await?;
            if found.is_some() || Instant::now() >= deadline {
                return Ok(found);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Waits until an element is in the document, visible or not, at most `limit`.
    pub(super) async fn wait_until_there(&self, target: &Target, limit: Duration) -> Result<bool, HandError> {
        let deadline = Instant::now() + limit;
        loop {
            let found = self.find_any(target, true).await?.is_some();
            if found || Instant::now() >= deadline {
                return Ok(found);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Takes hold of an element that the switches' finder kept in the top frame.
    pub(super) async fn kept(&self, number: u32) -> Result<Option<Held>, VisitError> {
        let answer = self.ask(self.tab, &json!({"do": "kept", "n": number})).await?;
        let hit = answer.hit && answer.shown.unwrap_or(true);
        Ok(answer.found.then(|| held(self.tab.to_owned(), Answer { hit, ..answer })))
    }

    /// Clicks it: with the mouse where it lies free, else by script.
    pub(super) async fn click(&self, held: &Held) -> Result<(), VisitError> {
        if held.hit && self.press_mouse(&held.frame, held.at).await? {
            return Ok(());
        }
        self.ask(&held.frame, &json!({"do": "click"})).await.map(drop)
    }

    async fn press_mouse(&self, frame: &str, (x, y): (i64, i64)) -> Result<bool, VisitError> {
        let steps = json!([
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]);
        let mouse = json!({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps});
        self.perform(frame, mouse).await
    }

    async fn perform(&self, frame: &str, source: Value) -> Result<bool, VisitError> {
        let asked = json!({"context": frame, "actions": [source]});
        match self.session.send_within("input.performActions", asked, INPUT_LIMIT).await {
            Err(error) if error.is_lost() => Err(lost(&error)),
            // A slow answer: the event was given all the same, and must not be given twice.
            Err(BidiError::TimedOut { .. }) | Ok(_) => Ok(true),
            Err(_) => Ok(false),
        }
    }

    /// Types a text in place of what stands there; answers whether it stands there afterwards.
    pub(super) async fn fill(&self, held: &Held, text: &str) -> Result<bool, VisitError> {
        self.click(held).await?;
        self.ask(&held.frame, &json!({"do": "focus"})).await?;
        let key = |c: char, kind: &str| json!({"type": kind, "value": c});
        let strokes: Vec<Value> = text.chars().flat_map(|c| [key(c, "keyDown"), key(c, "keyUp")]).collect();
        self.perform(&held.frame, json!({"type": "key", "id": "keys", "actions": strokes})).await?;
        let has = json!({"do": "has", "value": text});
        if self.ask(&held.frame, &has).await?.done {
            return Ok(true);
        }
        self.ask(&held.frame, &json!({"do": "set", "value": text})).await?;
        Ok(self.ask(&held.frame, &has).await?.done)
    }

    /// Chooses an option of a select, by its value or its words.
    pub(super) async fn choose(&self, held: &Held, option: &str) -> Result<bool, VisitError> {
        Ok(self.ask(&held.frame, &json!({"do": "choose", "value": option})).await?.done)
    }

    /// Sends the form of the element held, where the form is nothing but this switch.
    pub(super) async fn send_switch(&self, held: &Held) -> Result<bool, VisitError> {
        let answer = self.ask(&held.frame, &json!({"do": "send", "sole": true})).await?;
        if answer.press {
            let button = Held { at: (answer.x, answer.y), hit: answer.hit, ..held.clone() };
            self.click(&button).await?;
        }
        Ok(answer.done)
    }

    /// Presses one key with the focus where it is.
    pub(super) async fn press(&self, key: char) -> Result<bool, VisitError> {
        let strokes = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.perform(self.tab, json!({"type": "key", "id": "keys", "actions": strokes})).await
    }
}

fn held(frame: String, answer: Answer) -> Held {
    Held { frame, tag: answer.tag, kind: answer.kind, at: (answer.x, answer.y), hit: answer.hit }
}

fn collect(contexts: &Value, into: &mut Vec<String>) {
    for context in contexts.as_array().into_iter().flatten() {
        if into.len() >= MOST_FRAMES {
            return;
        }
        into.extend(context["context"].as_str().map(str::to_owned));
        collect(&context["children"], into);
    }
}
