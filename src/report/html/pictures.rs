//! The pictures of the evidence, each once, in the page itself: findings and policies lead to them.
//!
//! Bytes come from the caller; a picture without bytes is named and not shown.

use base64::Engine as _;
use serde::Serialize;

use super::context::phase;
use crate::judge::model::{Audit, Picture, Shows};
use crate::report::texts::Texts;
use crate::report::{RenderOptions, units};

/// One picture.
#[derive(Debug, Serialize)]
pub(super) struct PictureView {
    id: String,
    file: String,
    caption: String,
    /// A `data:` address; `None` where the bytes are not at hand.
    source: Option<String>,
    long: bool,
}

/// All of them.
pub(super) fn all(audit: &Audit, options: &RenderOptions, texts: &Texts) -> Vec<PictureView> {
    let view = |(at, picture): (usize, &Picture)| PictureView {
        id: id(at),
        file: picture.file.clone(),
        caption: caption(audit, picture, texts),
        source: options.pictures.get(&picture.file).and_then(|bytes| source(bytes)),
        long: matches!(picture.shows, Shows::Policy(_)),
    };
    audit.pictures.iter().enumerate().map(view).collect()
}

/// What a link to a picture names.
pub(super) fn id(at: usize) -> String {
    format!("picture-{}", at + 1)
}

fn caption(audit: &Audit, picture: &Picture, texts: &Texts) -> String {
    let key = match picture.shows {
        Shows::Page => "pictures.page",
        Shows::Dialog if without_dialog(audit, picture) => "pictures.no_dialog",
        Shows::Dialog => "pictures.dialog",
        Shows::Chosen => "pictures.chosen",
        Shows::Policy(_) => "pictures.policy",
    };
    let page = units::short_url(&audit.header.site, &picture.url);
    let said = texts.say(key, &[("page", page)]);
    match picture.phase {
        Some(taken) => format!("{said} ({})", phase(taken, texts)),
        None => said,
    }
}

/// Whether a dialog was looked for where the picture was taken, and none was there.
fn without_dialog(audit: &Audit, picture: &Picture) -> bool {
    let taken = |file: &Option<String>| file.as_deref() == Some(picture.file.as_str());
    audit.consent.iter().any(|c| c.dialog == "none" && taken(&c.screenshot))
}

/// Only what is a PNG or a JPEG by its first bytes.
fn source(bytes: &[u8]) -> Option<String> {
    let kind = match bytes {
        [0xff, 0xd8, ..] => "jpeg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        _ => return None,
    };
    Some(format!("data:image/{kind};base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes)))
}
