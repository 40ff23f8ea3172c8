//! One page as a visitor reads it: a tab of its own, collapsed parts opened, frames and open shadow roots flattened.
//!
//! Values that lie in the jar are taken out of the text: some consent managers show a visitor's own id.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::words::words;
use crate::evidence::model::{Link, Note};
use crate::evidence::values::Redactor;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;
use crate::gather::portrait::{self, Extent};
use crate::gather::record;

const FLATTEN: &str = include_str!("flatten.js");
/// How long scripts may take to fill their lists, and the whole page to come.
const PATIENCE: Duration = Duration::from_secs(9);
const LOAD_LIMIT: Duration = Duration::from_secs(30);
const FRAME_LIMIT: Duration = Duration::from_secs(20);
/// The navigation's HTTP status, 0 where the browser does not tell.
const STATUS: &str = "() => String(performance.getEntriesByType('navigation')[0]?.responseStatus || 0)";
/// Frames with less text are counters, buttons, nothing to read.
const LEAST_FRAME: usize = 300;
const MOST_FRAMES: usize = 8;
/// Shorter values stand in texts by chance.
const LEAST_VALUE: usize = 8;

/// A page as a visitor reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// The flattened document.
    pub html: String,
    /// Address in the end.
    pub final_url: String,
    /// HTTP status, where known.
    pub status: Option<u16>,
    /// Links of the page.
    pub links: Vec<Link>,
    /// Names of lists that no script filled.
    pub empty_lists: Vec<String>,
    /// Limits of what was seen.
    pub notes: Vec<Note>,
    /// The page as it was read, opened parts and all.
    pub picture: Option<Vec<u8>>,
}

/// A page could not be shown.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(pub String);

/// Something that shows a page: a browser session, or a fake one in tests.
pub trait Renders: Send {
    /// Shows a page.
    fn render(&mut self, url: &Url) -> impl Future<Output = Result<Rendered, RenderError>> + Send;
}

/// Shows pages in a browser session, each in a tab of its own.
pub struct Reader<'s> {
    /// The session; nothing else may use it meanwhile.
    pub session: &'s Session,
    /// Knows what a picture must not show; without it none is taken.
    pub redactor: Option<&'s Redactor>,
}

impl Renders for Reader<'_> {
    async fn render(&mut self, url: &Url) -> Result<Rendered, RenderError> {
        let made = self.session.send("browsingContext.create", json!({"type": "tab"})).await.map_err(told)?;
        let tab = made["context"].as_str().unwrap_or_default().to_owned();
        let rendered = self.read(&tab, url).await;
        // A tab that cannot be closed is no reason to lose what was read.
        let _ = self.session.send("browsingContext.close", json!({"context": tab})).await;
        rendered.map_err(told)
    }
}

impl Reader<'_> {
    async fn read(&self, tab: &str, url: &Url) -> Result<Rendered, BidiError> {
        self.go(tab, url).await?;
        let status = self.session.call(tab, STATUS, "", Duration::from_secs(5)).await?;
        let tree = self.session.send("browsingContext.getTree", json!({"root": tab})).await?;
        let reading = contexts(&tree).into_iter().take(MOST_FRAMES).map(|frame| async move {
            let text = self.session.call(&frame, FLATTEN, &argument(), FRAME_LIMIT).await?;
            Ok::<_, BidiError>(serde_json::from_str::<Frame>(&text).unwrap_or_default())
        });
        let mut answers = futures_util::future::join_all(reading).await.into_iter();
        let top = answers.next().transpose()?.unwrap_or_default();
        let frames = std::iter::once(top).chain(answers.filter_map(Result::ok)).collect();
        let values = self.values().await?;
        let mut rendered = assemble(frames, &values);
        rendered.status = status.parse().ok().filter(|status| *status > 0);
        if let Some(redactor) = self.redactor {
            let terms = redactor.terms(values.iter());
            let tree = self.session.send("browsingContext.getTree", json!({"root": tab})).await?;
            let frames: Vec<_> = contexts(&tree).iter().map(|frame| record::Frame::of_bidi(frame)).collect();
            rendered.picture = portrait::take(self.session, &frames, &terms, Extent::Document).await?;
        }
        Ok(rendered)
    }

    /// Goes there and waits for the load event; a page that never finishes loading is read as far as it came.
    async fn go(&self, tab: &str, url: &Url) -> Result<(), BidiError> {
        let asked = json!({"context": tab, "url": url.as_str(), "wait": "complete"});
        match self.session.send_within("browsingContext.navigate", asked, LOAD_LIMIT).await {
            Ok(_) | Err(BidiError::TimedOut { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Values of the jar, for taking them out of the text.
    async fn values(&self) -> Result<Vec<String>, BidiError> {
        let jar = self.session.send("storage.getCookies", json!({})).await?;
        let cookies = jar["cookies"].as_array().into_iter().flatten();
        Ok(cookies.filter_map(|c| c["value"]["value"].as_str().map(str::to_owned)).collect())
    }
}

fn told(error: BidiError) -> RenderError {
    RenderError(error.to_string())
}

/// What the script answers for one frame.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Frame {
    html: String,
    tabs: String,
    links: Vec<Link>,
    empty_lists: Vec<String>,
    title: String,
    lang: String,
    url: String,
    cut: bool,
    text_length: usize,
}

fn argument() -> String {
    let lists = words().lists.iter().map(|l| json!({"name": l.name, "selector": l.selector, "script": l.script}));
    json!({"lists": lists.collect::<Vec<_>>(), "patience": PATIENCE.as_millis()}).to_string()
}

/// One document of the page and its frames, values of the jar taken out.
fn assemble(frames: Vec<Frame>, values: &[String]) -> Rendered {
    let mut frames = frames.into_iter();
    let top = frames.next().unwrap_or_default();
    let mut body = top.html;
    let mut close = String::new();
    if let Some(end) = body.rfind("</body>") {
        close = body.split_off(end);
    }
    body.push_str(&top.tabs);
    let mut rendered =
        Rendered { final_url: top.url, links: top.links, empty_lists: top.empty_lists, ..Rendered::default() };
    let mut cut = top.cut;
    for frame in frames.filter(|f| f.text_length >= LEAST_FRAME) {
        let inner = frame.html.replace("<body", "<section").replace("</body>", "</section>");
        body.push_str(&inner);
        body.push_str(&frame.tabs);
        rendered.links.extend(frame.links);
        rendered.empty_lists.retain(|l| !frame.empty_lists.contains(l));
        cut |= frame.cut;
    }
    let (lang, title) = (attribute(&top.lang), attribute(&top.title));
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n{body}{close}\n</html>\n"
    );
    rendered.html = without_values(html, values);
    if cut {
        let detail = "the page is longer than what is kept of it".to_owned();
        rendered.notes.push(Note { code: "cut_off".to_owned(), detail });
    }
    rendered
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Words a policy may well say (`necessary`, `consent-v2`) stay; what mixes letters and digits goes.
fn without_values(mut html: String, values: &[String]) -> String {
    let guessable = |v: &str| v.chars().all(char::is_alphabetic) || v.chars().all(|c| c.is_ascii_digit());
    for value in values.iter().filter(|v| v.len() >= LEAST_VALUE && !guessable(v)) {
        html = html.replace(&attribute(value), "[value]");
        let decoded = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
        if decoded != value.as_str() && decoded.len() >= LEAST_VALUE {
            html = html.replace(&attribute(&decoded), "[value]");
        }
    }
    html
}

/// Child frames of the top one, as `browsingContext.getTree` tells them, outermost first.
fn contexts(tree: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = tree["contexts"].as_array().into_iter().flatten().collect::<std::collections::VecDeque<_>>();
    while let Some(node) = waiting.pop_front() {
        found.extend(node["context"].as_str().map(str::to_owned));
        waiting.extend(node["children"].as_array().into_iter().flatten());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_joined_and_values_taken_out() {
        let top = Frame {
            html: "<body><p>Our policy. Your id: ab12cd34ef necessary</p></body>".to_owned(),
            title: "A <b>".to_owned(),
            lang: "en\"".to_owned(),
            ..Frame::default()
        };
        let list =
            Frame { html: "<body id=\"f\"><table></table></body>".to_owned(), text_length: 999, ..Frame::default() };
        let small = Frame { html: "<body>ad</body>".to_owned(), text_length: 2, ..Frame::default() };
        let values = ["ab12cd34ef".to_owned(), "necessary".to_owned()];
        let html = assemble(vec![top, list, small], &values).html;
        assert!(
            html.contains("Your id: [value] necessary</p><section id=\"f\"><table></table></section></body>"),
            "{html}"
        );
        assert!(html.contains("<html lang=\"en&quot;\">") && html.contains("<title>A &lt;b&gt;</title>"));
        assert!(!html.contains(">ad<"));
    }

    #[test]
    fn frames_by_depth() {
        let tree =
            json!({"contexts": [{"context": "a", "children": [{"context": "b", "children": null}, {"context": "c"}]}]});
        assert_eq!(contexts(&tree), ["a", "b", "c"]);
    }
}
