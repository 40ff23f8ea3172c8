//! The frames of a tab, and functions called in them, in a world of their own that pages cannot touch.
//!
//! Straight over the browser's own connection where there is one: through the driver each call costs as much as a small
//! script of the page. Not here: what is asked (`snapshot`, `page_time`).

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::tape::Reel;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

/// Frames looked into.
const MAX_FRAMES: usize = 60;
const WORLD: &str = "cookie-audit";

/// A frame and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Its id, which is also its BiDi context.
    pub(super) id: String,
    /// CDP session that reaches it; `None` where BiDi has to.
    session: Option<String>,
}

impl Frame {
    /// A frame that BiDi reaches.
    pub(crate) fn of_bidi(context: &str) -> Self {
        Self { id: context.to_owned(), session: None }
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// CDP session that reaches it; `None` where BiDi has to.
    pub(crate) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// The top frame of a tab with this CDP session.
    pub(super) fn top(session: &Session, tab: &str, own: Option<&str>) -> Self {
        let direct = own.filter(|_| session.devtools().is_some());
        Self { id: tab.to_owned(), session: direct.map(str::to_owned) }
    }

    /// Calls a function that answers a string.
    pub(crate) async fn call(
        &self,
        session: &Session,
        function: &str,
        argument: &str,
        limit: Duration,
    ) -> Result<String, BidiError> {
        let Some(own) = self.session.as_deref() else {
            return session.call(&self.id, function, argument, limit).await;
        };
        let world = json!({"frameId": self.id, "worldName": WORLD});
        let world = session.cdp_within(Some(own), "Page.createIsolatedWorld", world, limit).await?;
        let asked = json!({
            "functionDeclaration": function, "executionContextId": world["executionContextId"],
            "arguments": [{"value": argument}], "awaitPromise": true, "returnByValue": true,
        });
        let answer = session.cdp_within(Some(own), "Runtime.callFunctionOn", asked, limit).await?;
        if let Some(details) = answer.get("exceptionDetails") {
            let text = details["exception"]["description"].as_str().or_else(|| details["text"].as_str());
            return Err(BidiError::Refused {
                method: "Runtime.callFunctionOn".to_owned(),
                error: "exception".to_owned(),
                message: text.unwrap_or_default().to_owned(),
            });
        }
        Ok(answer["result"]["value"].as_str().unwrap_or_default().to_owned())
    }
}

/// Sessions of frames that have a process of their own.
pub(super) fn apart(reel: &Reel) -> Vec<String> {
    reel.targets.iter().filter(|(_, t)| t.kind == "iframe" && !t.gone).map(|(id, _)| id.clone()).collect()
}

/// Every frame of a tab, the top one first; `apart` are the sessions of those in other processes.
pub(super) async fn all(session: &Session, apart: Vec<String>, top: &Frame) -> Result<Vec<Frame>, BidiError> {
    let mut frames = Vec::new();
    let Some(own) = &top.session else {
        let tree = session.send("browsingContext.getTree", json!({"root": top.id})).await?;
        of_bidi(&tree["contexts"], &mut frames);
        return Ok(frames);
    };
    // Frames in processes of their own are targets of their own; each tells of those that share its process.
    let sessions: Vec<String> = std::iter::once(own.clone()).chain(apart).take(MAX_FRAMES).collect();
    let limit = Duration::from_millis(1500);
    let asking = sessions.iter().map(|own| session.cdp_within(Some(own), "Page.getFrameTree", json!({}), limit));
    for (own, answer) in sessions.iter().zip(join_all(asking).await) {
        match answer {
            Ok(answer) => of_cdp(&answer["frameTree"], own, &mut frames),
            Err(error) if error.is_lost() => return Err(error),
            // It went away meanwhile, or is too busy: asked as a frame it stays silent, and is counted as that.
            Err(BidiError::TimedOut { .. }) => frames.push(Frame { id: top.id.clone(), session: Some(own.clone()) }),
            Err(_) => {}
        }
    }
    Ok(frames)
}

fn of_cdp(tree: &Value, own: &str, into: &mut Vec<Frame>) {
    let Some(id) = tree["frame"]["id"].as_str().filter(|_| into.len() < MAX_FRAMES) else { return };
    if into.iter().all(|known| known.id != id) {
        into.push(Frame { id: id.to_owned(), session: Some(own.to_owned()) });
    }
    tree["childFrames"].as_array().into_iter().flatten().for_each(|child| of_cdp(child, own, into));
}

fn of_bidi(contexts: &Value, into: &mut Vec<Frame>) {
    for context in contexts.as_array().into_iter().flatten().take(MAX_FRAMES) {
        if into.len() >= MAX_FRAMES {
            return;
        }
        into.extend(context["context"].as_str().map(|id| Frame { id: id.to_owned(), session: None }));
        of_bidi(&context["children"], into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read_once_and_bounded() {
        let tree = json!({"frame": {"id": "A"}, "childFrames": [
            {"frame": {"id": "B"}, "childFrames": [{"frame": {"id": "C"}}]}, {"frame": {"id": "A"}}, {"frame": {}}]});
        let mut frames = Vec::new();
        of_cdp(&tree, "S", &mut frames);
        let ids: Vec<&str> = frames.iter().map(|f| f.id.as_str()).collect();
        assert_eq!(ids, ["A", "B", "C"]);
        let wide: Vec<Value> = (0..200).map(|n| json!({"frame": {"id": n.to_string()}})).collect();
        of_cdp(&json!({"frame": {"id": "D"}, "childFrames": wide}), "S", &mut frames);
        assert_eq!(frames.len(), MAX_FRAMES);
    }
}
