//! The rendered page at its end, frame by frame: web storage, links, title, language, structure.
//!
//! One call per frame, all at once. Not here: what the wall probe looks for (`gather::walls`).

use std::time::Duration;

use futures_util::future::join_all;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::frames;
use super::tape::Tape;
use crate::evidence::model::Link;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const SCRIPT: &str = include_str!("snapshot.js");
/// With databases and caches, which may take their time.
const LIMIT: Duration = Duration::from_millis(2500);
/// Without.
const BRIEF_LIMIT: Duration = Duration::from_millis(1500);

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

    /// No web storage, database, cache or worker of its origin.
    pub(super) fn stores_nothing(&self) -> bool {
        let lists = self.local.is_empty() && self.session.is_empty() && self.databases.is_empty();
        lists && self.caches.is_empty() && self.workers.is_empty()
    }

    /// Hash of the tag skeleton.
    pub(super) fn structure(&self) -> Option<String> {
        let skeleton = self.skeleton.as_deref().filter(|s| !s.is_empty())?;
        let hash = Sha256::digest(skeleton.as_bytes());
        Some(hash.iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
    }
}

/// The top frame first, if it answered; then the others that did.
#[derive(Default)]
pub(super) struct Snapshot {
    pub(super) top: Option<Frame>,
    pub(super) frames: Vec<Frame>,
    /// All that were asked, the top one first.
    pub(super) asked: Vec<frames::Frame>,
    /// Frames that did not answer.
    pub(super) silent: usize,
    /// Frames whose databases and caches could not be listed.
    pub(super) partial: usize,
}

/// Looks into every frame of a tab. The clocks of the frames have to go meanwhile: their databases answer in page time.
pub(super) async fn take(session: &Session, tape: &Tape, top: &frames::Frame) -> Result<Snapshot, BidiError> {
    let apart = frames::apart(&tape.reel());
    let frames = frames::all(session, apart, top).await?;
    let looks = frames.iter().map(|frame| look(session, frame, frame.id == top.id));
    let mut snapshot = Snapshot::default();
    for (context, answer) in frames.iter().zip(join_all(looks).await) {
        match answer? {
            Some((frame, whole)) => {
                snapshot.partial += usize::from(!whole);
                if context.id == top.id {
                    snapshot.top = Some(frame);
                } else {
                    snapshot.frames.push(frame);
                }
            }
            None => snapshot.silent += 1,
        }
    }
    snapshot.asked = frames;
    Ok(snapshot)
}

/// One frame, and whether all of it could be seen; `None` where it does not answer.
async fn look(session: &Session, frame: &frames::Frame, top: bool) -> Result<Option<(Frame, bool)>, BidiError> {
    let which = if top { "top" } else { "frame" };
    for (what, limit) in [(which.to_owned(), LIMIT), (format!("{which} brief"), BRIEF_LIMIT)] {
        let whole = what == which;
        match frame.call(session, SCRIPT, &what, limit).await {
            Ok(text) => return Ok(serde_json::from_str::<Frame>(&text).ok().map(|frame| (frame, whole))),
            Err(error) if error.is_lost() => return Err(error),
            Err(BidiError::TimedOut { .. }) => {}
            Err(_) => return Ok(None),
        }
    }
    Ok(None)
}
