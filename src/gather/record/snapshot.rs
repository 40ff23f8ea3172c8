//! The rendered page at its end, frame by frame: web storage, links, title, language, structure.
//!
//! One call per frame, all at once. Not here: what the wall probe looks for (`gather::walls`).

use std::time::Duration;

use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::evidence::model::Link;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const SCRIPT: &str = include_str!("snapshot.js");
const LIMIT: Duration = Duration::from_secs(4);
/// Frames looked into.
const MAX_FRAMES: usize = 60;

/// One frame as it stands. Holds values: never leaves the recording boundary.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Frame {
    pub(super) url: String,
    pub(super) origin: String,
    pub(super) local: Vec<(String, String)>,
    pub(super) session: Vec<(String, String)>,
    pub(super) databases: Vec<Option<String>>,
    pub(super) caches: Vec<String>,
    pub(super) workers: Vec<Option<String>>,
    pub(super) title: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) icons: Vec<String>,
    links: Vec<(String, String, String, String, bool)>,
    skeleton: Option<String>,
}

impl Frame {
    pub(super) fn links(&self) -> Vec<Link> {
        let link = |(url, kind, text, rel, in_footer): &(String, String, String, String, bool)| Link {
            url: url.clone(),
            kind: kind.clone(),
            text: text.clone(),
            rel: rel.clone(),
            in_footer: *in_footer,
        };
        self.links.iter().map(link).collect()
    }

    /// Hash of the tag skeleton.
    pub(super) fn structure(&self) -> Option<String> {
        let skeleton = self.skeleton.as_deref().filter(|s| !s.is_empty())?;
        let hash = Sha256::digest(skeleton.as_bytes());
        Some(hash.iter().take(8).map(|b| format!("{b:02x}")).collect())
    }
}

/// The top frame first, if it answered; then the others that did.
pub(super) struct Snapshot {
    pub(super) top: Option<Frame>,
    pub(super) frames: Vec<Frame>,
    /// Frames that did not answer.
    pub(super) silent: usize,
}

/// Looks into every frame of a tab.
pub(super) async fn take(session: &Session, tab: &str) -> Result<Snapshot, BidiError> {
    let tree = session.send("browsingContext.getTree", json!({"root": tab})).await?;
    let mut contexts = Vec::new();
    collect(&tree["contexts"], &mut contexts);
    let looks = contexts.iter().map(|context| {
        let which = if context == tab { "top" } else { "frame" };
        session.call(context, SCRIPT, which, LIMIT)
    });
    let mut snapshot = Snapshot { top: None, frames: Vec::new(), silent: 0 };
    for (context, answer) in contexts.iter().zip(join_all(looks).await) {
        let frame = match answer {
            Ok(text) => serde_json::from_str::<Frame>(&text).ok(),
            Err(error) if error.is_lost() => return Err(error),
            Err(_) => None,
        };
        match frame {
            Some(frame) if context == tab => snapshot.top = Some(frame),
            Some(frame) => snapshot.frames.push(frame),
            None => snapshot.silent += 1,
        }
    }
    Ok(snapshot)
}

fn collect(contexts: &Value, into: &mut Vec<String>) {
    for context in contexts.as_array().into_iter().flatten() {
        if into.len() >= MAX_FRAMES {
            return;
        }
        into.extend(context["context"].as_str().map(str::to_owned));
        collect(&context["children"], into);
    }
}
