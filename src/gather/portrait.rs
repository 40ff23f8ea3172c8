//! A picture of a page that shows nothing it must not: fields and given terms are covered in every frame first.
//!
//! Where a frame cannot be covered there is no picture. The page is changed by this, so it comes after everything that
//! is recorded of it. Not here: which pages are pictured (`record::album`), and where the picture lies.

use std::time::Duration;

use base64::Engine as _;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::browser::Session;
use super::browser::bidi::BidiError;

const SCRIPT: &str = include_str!("portrait.js");
const COVER_LIMIT: Duration = Duration::from_secs(12);
/// Long enough for a machine that is busy with other things: whether there is a picture must not depend on that.
const PICTURE_LIMIT: Duration = Duration::from_secs(30);
/// Frames covered; a page with more is not pictured.
const MOST_FRAMES: usize = 60;
/// Terms looked for; a page with more is not pictured.
const MOST_TERMS: usize = 4_000;
/// Of a whole document.
const LARGEST: (u32, u32) = (1_920, 12_000);

/// How much of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What a visitor sees without scrolling.
    Viewport,
    /// From the top to the end, within reason.
    Document,
}

/// Takes it, as a JPEG. Only a lost browser is an error.
pub(crate) async fn take(
    session: &Session,
    tab: &str,
    terms: &[String],
    extent: Extent,
) -> Result<Option<Vec<u8>>, BidiError> {
    match covered(session, tab, terms).await {
        Ok(Some(size)) => unless_lost(shot(session, tab, size, extent).await),
        Ok(None) => Ok(None),
        Err(error) => unless_lost(Err(error)),
    }
}

fn unless_lost<T>(answer: Result<Option<T>, BidiError>) -> Result<Option<T>, BidiError> {
    match answer {
        Err(error) if !error.is_lost() => {
            tracing::debug!(%error, "no picture");
            Ok(None)
        }
        other => other,
    }
}

/// Covers every frame; answers the document's size, `None` where something could not be covered.
async fn covered(session: &Session, tab: &str, terms: &[String]) -> Result<Option<(u32, u32)>, BidiError> {
    let tree = session.send("browsingContext.getTree", json!({"root": tab})).await?;
    let mut frames = Vec::new();
    collect(&tree["contexts"], &mut frames);
    if frames.len() > MOST_FRAMES || terms.len() > MOST_TERMS {
        return Ok(None);
    }
    let argument = json!(terms).to_string();
    let covering = frames.iter().map(|frame| session.call(frame, SCRIPT, &argument, COVER_LIMIT));
    let mut sizes = Vec::new();
    for answer in join_all(covering).await {
        match serde_json::from_str::<(u32, u32)>(&answer?) {
            Ok(size) => sizes.push(size),
            Err(_) => return Ok(None),
        }
    }
    Ok(sizes.first().copied())
}

async fn shot(session: &Session, tab: &str, size: (u32, u32), extent: Extent) -> Result<Option<Vec<u8>>, BidiError> {
    let format = json!({"type": "image/jpeg", "quality": 0.7});
    let mut asked = json!({"context": tab, "origin": "viewport", "format": format});
    if let (Extent::Document, Some(map)) = (extent, asked.as_object_mut()) {
        let (width, height) = (size.0.clamp(1, LARGEST.0), size.1.clamp(1, LARGEST.1));
        map.insert("origin".into(), json!("document"));
        map.insert("clip".into(), json!({"type": "box", "x": 0, "y": 0, "width": width, "height": height}));
    }
    let shot = session.bidi().send("browsingContext.captureScreenshot", asked, PICTURE_LIMIT).await?;
    let data = shot["data"].as_str().unwrap_or_default();
    Ok(base64::engine::general_purpose::STANDARD.decode(data).ok().filter(|bytes| !bytes.is_empty()))
}

fn collect(contexts: &Value, into: &mut Vec<String>) {
    for context in contexts.as_array().into_iter().flatten() {
        into.extend(context["context"].as_str().map(str::to_owned));
        collect(&context["children"], into);
    }
}
