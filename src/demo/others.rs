//! The other companies on the shop's pages: one measures, one advertises, one chats. `truth.toml` says what they set.

use axum::http::{StatusCode, header};

use super::server::{Answer, Answered, Asked, Demo, SYNC, token};

const TWO_YEARS: u32 = 2 * 365 * 86_400;
/// The smallest GIF there is: one transparent pixel.
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

fn pixel() -> Answer {
    Answer::new(StatusCode::OK, "image/gif", PIXEL)
}

/// The identifier that the visitor brings along, or a new one.
fn identifier(asked: &Asked, name: &str) -> Result<String, String> {
    let brought = asked.cookies.get(name).filter(|id| id.chars().all(|c| c.is_ascii_alphanumeric())).cloned();
    brought.map_or_else(|| token().map_err(|error| error.to_string()), Ok)
}

fn missing() -> Answer {
    Answer::new(StatusCode::NOT_FOUND, "text/plain", "")
}

/// Measures: a script that writes into the shop's own jar, a beacon, and the other end of the partner's redirect.
pub(super) fn tracklight(demo: &Demo, asked: &Asked) -> Answered {
    match asked.path.as_str() {
        "/collect.js" => {
            let text = demo.pages.other(demo, "collect.js")?;
            Ok(Answer::file("text/javascript; charset=utf-8", &text))
        }
        "/collect" => Ok(pixel().with(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")),
        "/match" => Ok(pixel()
            .cookie(format!(
                "tl_visitor={}; Domain=tracklight.localhost; Path=/; Max-Age={TWO_YEARS}; Secure; SameSite=None",
                identifier(asked, "tl_visitor")?
            ))
            // Never stored: a cross-site cookie must say SameSite=None. The attempt is evidence all the same.
            .cookie("tl_legacy=1; Path=/; Max-Age=86400; Secure")),
        _ => Ok(missing()),
    }
}

/// Advertises: a pixel that hands its identifier on to the measuring company, and a frame with an offer.
pub(super) fn adreach(demo: &Demo, asked: &Asked) -> Answered {
    match asked.path.as_str() {
        "/pixel.gif" => {
            let id = identifier(asked, "adreach_id")?;
            let next = format!("http://{SYNC}:{}/match?partner=adreach&uid={id}", demo.port);
            Ok(Answer::redirect(&next).cookie(format!(
                "adreach_id={id}; Domain=adreach.localhost; Path=/; Max-Age=34128000; Secure; HttpOnly; SameSite=None"
            )))
        }
        "/offer.html" => demo.pages.other(demo, "offer.html").map(Answer::html),
        _ => Ok(missing()),
    }
}

/// Chats: a frame whose session is kept apart for each site that embeds it.
pub(super) fn helpdesk(demo: &Demo, asked: &Asked) -> Answered {
    match asked.path.as_str() {
        "/widget.html" => {
            let page = demo.pages.other(demo, "chat.html").map(Answer::html)?;
            Ok(page.cookie(format!(
                "chat_session={}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
                identifier(asked, "chat_session")?
            )))
        }
        _ => Ok(missing()),
    }
}
