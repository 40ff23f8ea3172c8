//! The user's own `@duckduckgo/autoconsent` package: its rules for dialogs that we do not know ourselves.
//!
//! None of it is shipped. Its script runs in a world of its own in every frame, speaks through a queue that is emptied
//! here, and may evaluate in the page's world. It is never allowed to agree where it is to refuse: heuristics only
//! reject, rules that merely hide a dialog are passed over, and a press on what agrees is held up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::Choice;
use super::operate::{Ground, Worked};
use super::words::words;
use crate::gather::VisitError;

const HARNESS: &str = include_str!("autoconsent.js");
const DRAIN: &str = "() => JSON.stringify((globalThis.__said || []).splice(0, 200))";
const SEND: &str = "(message) => { const heard = JSON.parse(message); \
     if (globalThis.autoconsentReceiveMessage) globalThis.autoconsentReceiveMessage(heard); return 'sent'; }";
/// The page's own time between two looks into the queue, and how often it is looked into.
const WAIT: Duration = Duration::from_millis(500);
const DETECTING: usize = 8;
const ACTING: usize = 30;
/// Frames that the script is put into.
const MOST_FRAMES: usize = 12;
/// Largest script and rules that are read.
const MOST_BYTES: u64 = 32 << 20;

/// A package on disk, read.
#[derive(Debug)]
pub struct Autoconsent {
    harness: String,
    rules: Value,
    /// Rules that only hide the dialog.
    cosmetic: std::collections::BTreeSet<String>,
}

/// Why a package cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AutoconsentError {
    /// A file is missing or cannot be read.
    #[error("failed to read {}; is this the folder of the npm package @duckduckgo/autoconsent?", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: std::io::Error,
    },
    /// The rules are not what they should be.
    #[error("failed to understand {}", path.display())]
    Rules {
        /// The file.
        path: PathBuf,
    },
}

/// A dialog that one of its rules found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Popup {
    frame: String,
    /// Name of the rule.
    pub(super) name: String,
}

impl Autoconsent {
    /// Reads the package's script and rules. `folder` is the package, or one that has it in its `node_modules`.
    pub fn load(folder: &Path) -> Result<Self, AutoconsentError> {
        let inside = folder.join("node_modules/@duckduckgo/autoconsent");
        let folder = if inside.is_dir() { inside } else { folder.to_owned() };
        let script = read(folder.join("dist/autoconsent.playwright.js"))?;
        let path = folder.join("rules/rules.json");
        let rules: Value =
            serde_json::from_str(&read(path.clone())?).map_err(|_| AutoconsentError::Rules { path: path.clone() })?;
        let Some(list) = rules["autoconsent"].as_array() else { return Err(AutoconsentError::Rules { path }) };
        let hides = |rule: &&Value| rule["cosmetic"] == true;
        let cosmetic = list.iter().filter(hides).filter_map(|r| r["name"].as_str().map(str::to_owned)).collect();
        let harness = HARNESS.replace("@SCRIPT@", &script);
        Ok(Self { harness, rules: json!({"autoconsent": list}), cosmetic })
    }

    /// Whether one of the rules finds an open dialog.
    ///
    /// `guessing` lets its heuristics look, too.
    pub(super) async fn look<G: Ground>(
        &self,
        ground: &G,
        choice: Choice,
        guessing: bool,
    ) -> Result<Option<Popup>, VisitError> {
        if choice == Choice::Look {
            return Ok(None);
        }
        let frames = self.enter(ground, choice, guessing).await?;
        for _ in 0..DETECTING {
            for frame in &frames {
                for message in drain(ground, frame).await? {
                    if let ("popupFound", Some(name)) = (kind(&message), message["cmp"].as_str())
                        && !self.cosmetic.contains(name)
                    {
                        return Ok(Some(Popup { frame: frame.clone(), name: name.to_owned() }));
                    }
                }
            }
            ground.pause(WAIT).await?;
        }
        Ok(None)
    }

    /// Lets the rule that found the dialog make the choice.
    pub(super) async fn work<G: Ground>(
        &self,
        ground: &G,
        choice: Choice,
        popup: &Popup,
    ) -> Result<Worked, VisitError> {
        let order = if choice == Choice::Accept { "optIn" } else { "optOut" };
        send(ground, &popup.frame, &json!({"type": order})).await?;
        let detail = format!("the rule {} did not come to an end", popup.name);
        let mut worked = Worked { detail, ..Worked::default() };
        for _ in 0..ACTING {
            for message in drain(ground, &popup.frame).await? {
                match kind(&message) {
                    "report" => {
                        let clicks = message["state"]["clicks"].as_u64().and_then(|c| u32::try_from(c).ok());
                        worked.clicks = worked.clicks.max(clicks.unwrap_or(0));
                    }
                    "guarded" => {
                        worked.detail = format!("the rule {} would have agreed and was held up", popup.name);
                        return Ok(worked);
                    }
                    "optOutResult" | "optInResult" => {
                        worked.done = message["result"] == true;
                        worked.decided = worked.done;
                        worked.detail = if worked.done {
                            format!("worked by the rule {}", popup.name)
                        } else {
                            format!("the rule {} did not succeed", popup.name)
                        };
                        ground.pause(WAIT * 2).await?;
                        return Ok(worked);
                    }
                    _ => {}
                }
            }
            ground.pressed().await?;
            ground.pause(WAIT).await?;
        }
        Ok(worked)
    }

    async fn enter<G: Ground>(&self, ground: &G, choice: Choice, guessing: bool) -> Result<Vec<String>, VisitError> {
        let agreeing = if choice == Choice::Refuse { words().agreeing() } else { Vec::new() };
        let argument = json!({"agreeing": agreeing}).to_string();
        let hello = json!({"type": "initResp", "rules": self.rules, "config": config(choice, guessing)});
        let mut entered = Vec::new();
        for (frame, _) in ground.frames().await?.into_iter().take(MOST_FRAMES) {
            if ground.call(&frame, &self.harness, &argument).await?.as_deref() == Some("ready") {
                send(ground, &frame, &hello).await?;
                entered.push(frame);
            }
        }
        Ok(entered)
    }
}

fn read(path: PathBuf) -> Result<String, AutoconsentError> {
    let too_long = || std::io::Error::other("the file is too long");
    let text = std::fs::metadata(&path)
        .and_then(|m| if m.len() > MOST_BYTES { Err(too_long()) } else { std::fs::read_to_string(&path) });
    text.map_err(|source| AutoconsentError::Read { path, source })
}

/// Detects and waits to be told; its heuristics press only what rejects.
fn config(choice: Choice, guessing: bool) -> Value {
    let heuristics = if guessing && choice == Choice::Refuse { "reject" } else { "off" };
    json!({
        "enabled": true, "autoAction": null, "disabledCmps": [], "enablePrehide": false, "enableCosmeticRules": false,
        "enableGeneratedRules": true, "detectRetries": 4, "isMainWorld": false, "prehideTimeout": 2000,
        "enableHeuristicDetection": true, "heuristicMode": heuristics, "enablePopupMutationObserver": false, "visualTest": false,
        "logs": {"lifecycle": false, "rulesteps": false, "detectionsteps": false, "evals": false, "errors": false,
                 "messages": false, "waits": false},
        "performanceLoggingEnabled": false, "heuristicPopupSearchTimeout": 100,
    })
}

fn kind(message: &Value) -> &str {
    message["type"].as_str().unwrap_or_default()
}

async fn send<G: Ground>(ground: &G, frame: &str, message: &Value) -> Result<(), VisitError> {
    ground.call(frame, SEND, &message.to_string()).await.map(drop)
}

/// Takes what was said in a frame, and answers what it wants evaluated in the page's world.
async fn drain<G: Ground>(ground: &G, frame: &str) -> Result<Vec<Value>, VisitError> {
    let mut rest = Vec::new();
    let said = ground.call(frame, DRAIN, "").await?.unwrap_or_default();
    for message in serde_json::from_str::<Vec<Value>>(&said).unwrap_or_default() {
        if kind(&message) == "eval" {
            let code = message["code"].as_str().unwrap_or("false");
            let script =
                format!("() => {{ let r; try {{ r = ({code}); }} catch {{ r = false; }} return String(!!r); }}");
            let yes = ground.ask(frame, &script).await?.as_deref() == Some("true");
            send(ground, frame, &json!({"type": "evalResp", "id": message["id"], "result": yes})).await?;
        } else {
            rest.push(message);
        }
    }
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heuristics_never_agree() {
        for choice in [Choice::Refuse, Choice::Accept] {
            let mode = config(choice, true)["heuristicMode"].as_str().unwrap_or_default().to_owned();
            assert!(["off", "reject"].contains(&mode.as_str()), "{mode}");
            assert!(config(choice, true)["autoAction"].is_null(), "it waits to be told");
        }
    }

    #[test]
    fn a_folder_that_is_no_package() {
        let folder = tempfile::tempdir().unwrap();
        let error = Autoconsent::load(folder.path()).unwrap_err();
        assert!(error.to_string().contains("autoconsent.playwright.js"), "{error}");
        std::fs::create_dir_all(folder.path().join("dist")).unwrap();
        std::fs::create_dir_all(folder.path().join("rules")).unwrap();
        std::fs::write(folder.path().join("dist/autoconsent.playwright.js"), "").unwrap();
        std::fs::write(folder.path().join("rules/rules.json"), "[]").unwrap();
        assert!(matches!(Autoconsent::load(folder.path()), Err(AutoconsentError::Rules { .. })));
        let rules = r#"{"autoconsent": [{"name": "a", "cosmetic": true}, {"name": "b"}]}"#;
        std::fs::write(folder.path().join("rules/rules.json"), rules).unwrap();
        assert_eq!(Autoconsent::load(folder.path()).unwrap().cosmetic.len(), 1);
    }
}
