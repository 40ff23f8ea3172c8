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
use super::record::Frame;

const SCRIPT: &str = include_str!("portrait.js");
const COVER_LIMIT: Duration = Duration::from_secs(12);
/// Long enough for a machine that is busy with other things: whether there is a picture must not depend on that.
const PICTURE_LIMIT: Duration = Duration::from_secs(30);
/// A page with so many frames is not pictured.
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

/// Takes it, as a JPEG. `frames` are those of the tab, the top one first. Only a lost browser is an error.
pub(crate) async fn take(
    session: &Session,
    frames: &[Frame],
    terms: &[String],
    extent: Extent,
) -> Result<Option<Vec<u8>>, BidiError> {
    let Some(top) = frames.first() else { return Ok(None) };
    match covered(session, frames, terms).await {
        Ok(Some(size)) => unless_lost(shot(session, top, size, extent).await),
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
async fn covered(session: &Session, frames: &[Frame], terms: &[String]) -> Result<Option<(u32, u32)>, BidiError> {
    if frames.len() >= MOST_FRAMES || terms.len() > MOST_TERMS {
        return Ok(None);
    }
    let argument = json!(terms).to_string();
    let covering = frames.iter().map(|frame| frame.call(session, SCRIPT, &argument, COVER_LIMIT));
    let mut sizes = Vec::new();
    for answer in join_all(covering).await {
        match serde_json::from_str::<(u32, u32)>(&answer?) {
            Ok(size) => sizes.push(size),
            Err(_) => return Ok(None),
        }
    }
    Ok(sizes.first().copied())
}

async fn shot(session: &Session, top: &Frame, size: (u32, u32), extent: Extent) -> Result<Option<Vec<u8>>, BidiError> {
    let clip = (extent == Extent::Document).then(|| (size.0.clamp(1, LARGEST.0), size.1.clamp(1, LARGEST.1)));
    let shot = if let Some(own) = top.session() {
        session.cdp_within(Some(own), "Page.captureScreenshot", of_cdp(clip), PICTURE_LIMIT).await?
    } else {
        session.send_within("browsingContext.captureScreenshot", of_bidi(top.id(), clip), PICTURE_LIMIT).await?
    };
    let data = shot["data"].as_str().unwrap_or_default();
    Ok(base64::engine::general_purpose::STANDARD.decode(data).ok().filter(|bytes| !bytes.is_empty()))
}

fn of_cdp(clip: Option<(u32, u32)>) -> Value {
    match clip {
        None => json!({"format": "jpeg", "quality": 70}),
        Some((width, height)) => json!({
            "format": "jpeg", "quality": 70, "captureBeyondViewport": true,
            "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
        }),
    }
}

fn of_bidi(context: &str, clip: Option<(u32, u32)>) -> Value {
    let format = json!({"type": "image/jpeg", "quality": 0.7});
    match clip {
        None => json!({"context": context, "origin": "viewport", "format": format}),
        Some((width, height)) => json!({
            "context": context, "origin": "document", "format": format,
            "clip": {"type": "box", "x": 0, "y": 0, "width": width, "height": height},
        }),
    }
}
