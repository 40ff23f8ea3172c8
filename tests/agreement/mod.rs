//! What our code says of a Set-Cookie line, against what a real browser did with it.
//!
//! Used by a test (some hundred lines) and by a bench (some thousand), see `tests/set_cookie.rs`.

pub mod generate;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use cookie_audit::cookie::{Lifetime, SameSite, SetCookie};
use cookie_audit::gather::browser::{BrowserKind, BrowserOptions, Driver, Session, SessionOptions};
use serde_json::{Value, json};
use url::Url;

use self::generate::{Case, HOSTS};
use crate::support::{Browser, Reply, Site};

/// Lines of one answer, and its bytes: a browser takes 256 KiB of headers, and 180 cookies of a site.
const LINES: usize = 60;
const BYTES: usize = 60_000;
/// Longest life a browser grants, and how much a slow machine may eat of it.
const MOST: i64 = 400 * 86_400;
const SLACK: i64 = 300;

/// What became of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    Refused,
    Stored(BTreeMap<&'static str, String>),
}

/// A line of which the two do not say the same.
#[derive(Debug)]
pub struct Disagreement {
    pub case: Case,
    pub ours: Fate,
    pub theirs: Fate,
    pub why: String,
}

impl Disagreement {
    /// One line for people.
    pub fn told(&self) -> String {
        let mut text = format!("{} {:?}: ", self.case.host, clipped(&self.case.line));
        match (&self.ours, &self.theirs) {
            (Fate::Stored(ours), Fate::Stored(theirs)) => {
                for (key, value) in ours.iter().filter(|(key, value)| theirs.get(*key) != Some(value)) {
                    let other = theirs.get(key).map_or("-", String::as_str);
                    let _ = write!(text, "{key}: ours {:?}, browser {:?}; ", clipped(value), clipped(other));
                }
            }
            (Fate::Refused, _) => text.push_str(&format!("ours refuses ({}), the browser stores", self.why)),
            (_, Fate::Refused) => text.push_str("ours stores, the browser refuses"),
        }
        text
    }
}

/// A long stretch of one letter is told by its length.
fn clipped(text: &str) -> String {
    let text = &squeezed(text);
    if text.chars().count() < 160 {
        text.to_owned()
    } else {
        format!("{}… ({} bytes)", text.chars().take(80).collect::<String>(), text.len())
    }
}

fn squeezed(text: &str) -> String {
    let (mut made, mut chars) = (String::new(), text.chars().peekable());
    while let Some(c) = chars.next() {
        let mut count = 1;
        while chars.next_if_eq(&c).is_some() {
            count += 1;
        }
        if count > 20 {
            let _ = write!(made, "<{c}*{count}>");
        } else {
            made.extend(std::iter::repeat_n(c, count));
        }
    }
    made
}

/// Serves the lines to a browser and compares; answers disagreements.
pub async fn compare(kind: BrowserKind, cases: Vec<Case>) -> Vec<Disagreement> {
    let batches = Arc::new(batches(cases));
    let served = Arc::clone(&batches);
    let site = Site::start(move |asked| {
        let number = asked.path.strip_prefix("/dir/page/").and_then(|n| n.parse::<usize>().ok());
        let Some(batch) = number.and_then(|n| served.get(n)) else { return Reply::status(404) };
        batch.iter().fold(Reply::html("<link rel=icon href=data:,>ok"), |reply, case| reply.cookie(&case.line))
    })
    .await;
    let driver = Driver::start(&BrowserOptions { kind, ..BrowserOptions::default() }).await.expect("a driver");
    let resolve = HOSTS.iter().map(|(_, host)| format!("{host}:127.0.0.1")).collect();
    let session =
        Browser::session(&driver, SessionOptions { browser: kind, resolve, ..SessionOptions::default() }).await;
    let tab = session.send("browsingContext.create", json!({"type": "tab"})).await.unwrap();
    let tab = tab["context"].as_str().unwrap().to_owned();
    let mut differing = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        let url = address(&site, &batch[0], number);
        let now = jiff::Timestamp::now().as_second();
        clear(&session).await;
        let asked = json!({"context": tab, "url": url.as_str(), "wait": "complete"});
        session.bidi().send("browsingContext.navigate", asked, Duration::from_secs(120)).await.unwrap();
        let held = stored(&session, now).await;
        for case in batch {
            let theirs = held.get(&case.id).cloned().map_or(Fate::Refused, Fate::Stored);
            differing.extend(judged(case, &url, now, theirs));
        }
    }
    session.close().await;
    differing
}

fn batches(cases: Vec<Case>) -> Vec<Vec<Case>> {
    let mut by_host: BTreeMap<(bool, &str), Vec<Case>> = BTreeMap::new();
    cases.into_iter().for_each(|case| by_host.entry((case.secure, case.host)).or_default().push(case));
    let mut batches: Vec<Vec<Case>> = Vec::new();
    for cases in by_host.into_values() {
        let (mut room, mut nameless) = (0, false);
        for case in cases {
            // Of cookies without a name only the last one of an answer is kept: they are all the same cookie.
            let another = nameless && case.is_nameless();
            if another || room < case.line.len() || batches.last().is_none_or(|batch| batch.len() >= LINES) {
                batches.push(Vec::new());
                (room, nameless) = (BYTES, false);
            }
            nameless |= case.is_nameless();
            room = room.saturating_sub(case.line.len());
            batches.last_mut().unwrap().push(case);
        }
    }
    batches
}

fn address(site: &Site, case: &Case, number: usize) -> Url {
    let path = format!("/dir/page/{number}");
    let text = if case.secure { site.https(case.host, &path) } else { site.http(case.host, &path) };
    text.parse().unwrap()
}

async fn clear(session: &Session) {
    if session.is_chromium() {
        session.cdp(None, "Storage.clearCookies", json!({})).await.unwrap();
    } else {
        session.send("storage.deleteCookies", json!({})).await.unwrap();
    }
}

/// What the jar holds, by the number in name or value.
async fn stored(session: &Session, now: i64) -> BTreeMap<usize, BTreeMap<&'static str, String>> {
    let chromium = session.is_chromium();
    let answer = if chromium {
        session.cdp(None, "Storage.getCookies", json!({})).await.unwrap()
    } else {
        session.send("storage.getCookies", json!({})).await.unwrap()
    };
    let cookies = answer["cookies"].as_array().unwrap();
    cookies.iter().filter_map(|cookie| Some((number(cookie)?, described(cookie, now, chromium)))).collect()
}

fn number(cookie: &Value) -> Option<usize> {
    let text = format!("{} {}", cookie["name"].as_str()?, value(cookie));
    let mut starts = text.match_indices('c').map(|(at, _)| &text[at + 1..]);
    starts.find_map(|rest| rest.split_once('x')?.0.parse().ok())
}

fn value(cookie: &Value) -> &str {
    cookie["value"].as_str().or_else(|| cookie["value"]["value"].as_str()).unwrap_or_default()
}

fn described(cookie: &Value, now: i64, chromium: bool) -> BTreeMap<&'static str, String> {
    let text = |key: &str| cookie[key].as_str().unwrap_or_default().to_owned();
    let expires = if chromium { cookie["expires"].as_f64().filter(|at| *at >= 0.0) } else { cookie["expiry"].as_f64() };
    #[allow(clippy::cast_possible_truncation, reason = "seconds")]
    let lifetime = expires.map(|at| at as i64 - now);
    let mut made = BTreeMap::from([
        ("name", text("name")),
        ("value", value(cookie).to_owned()),
        ("domain", text("domain")),
        ("path", text("path")),
        ("secure", cookie["secure"].to_string()),
        ("http_only", cookie["httpOnly"].to_string()),
        ("lifetime", rounded(lifetime)),
    ]);
    if chromium {
        made.insert("same_site", text("sameSite").to_lowercase());
        made.insert("partitioned", cookie["partitionKey"].is_object().to_string());
        made.insert("priority", text("priority").to_lowercase());
    }
    made
}

fn rounded(seconds: Option<i64>) -> String {
    match seconds {
        None => "session".to_owned(),
        Some(seconds) => seconds.min(MOST).to_string(),
    }
}

/// What our code says, in the same words.
fn said(case: &Case, url: &Url, now: i64) -> (Fate, String) {
    let cookie = SetCookie::parse(case.line.trim_matches([' ', '\t']), now);
    let refusals = cookie.refusals(url, false);
    if !refusals.is_empty() || cookie.deletes() {
        let why = if refusals.is_empty() { "deletes".to_owned() } else { refusals.join(", ") };
        return (Fate::Refused, why);
    }
    let key = cookie.key(url, Some("x"));
    let same_site = match cookie.sent.same_site {
        None => "",
        Some(SameSite::None) => "none",
        Some(SameSite::Lax) => "lax",
        Some(SameSite::Strict) => "strict",
    };
    let lifetime = match cookie.sent.lifetime {
        Lifetime::Session => None,
        Lifetime::Seconds(seconds) => Some(seconds),
    };
    let made = BTreeMap::from([
        ("name", key.name.clone()),
        ("value", cookie.value.clone()),
        ("domain", if key.host_only { key.domain.clone() } else { format!(".{}", key.domain) }),
        ("path", key.path.clone()),
        ("secure", cookie.sent.secure.to_string()),
        ("http_only", cookie.sent.http_only.to_string()),
        ("lifetime", rounded(lifetime)),
        ("same_site", same_site.to_owned()),
        ("partitioned", key.partition.is_some().to_string()),
        ("priority", cookie.sent.priority.clone().unwrap_or_else(|| "medium".to_owned())),
    ]);
    (Fate::Stored(made), String::new())
}

fn judged(case: &Case, url: &Url, now: i64, theirs: Fate) -> Option<Disagreement> {
    let (ours, why) = said(case, url, now);
    let same = match (&ours, &theirs) {
        (Fate::Refused, Fate::Refused) => true,
        (Fate::Stored(ours), Fate::Stored(theirs)) => theirs.iter().all(|(key, value)| agree(key, &ours[key], value)),
        _ => false,
    };
    (!same).then(|| Disagreement { case: case.clone(), ours, theirs, why })
}

fn agree(key: &str, ours: &str, theirs: &str) -> bool {
    match (key, ours.parse::<i64>(), theirs.parse::<i64>()) {
        ("lifetime", Ok(ours), Ok(theirs)) => (ours - theirs).abs() <= SLACK,
        _ => ours == theirs,
    }
}
