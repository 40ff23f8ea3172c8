//! `cookies.har`: the requests that carried cookies and the answers that set some, for tools that read HAR 1.2.
//!
//! Made from the log alone, so that it says nothing the log does not: values are facts here as everywhere. Sealed with
//! the rest. Not here: requests without cookies.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::model::{Evidence, Exchange, PageVisit, ValueFacts};
use crate::cookie::{Lifetime, SameSite, SetCookie};

/// Its name in the audit folder.
pub const FILE: &str = "cookies.har";
/// Entries at most; what is left out is said in the file.
const MOST: usize = 20_000;

/// The HAR of a recording.
pub fn har(evidence: &Evidence) -> Result<Vec<u8>, serde_json::Error> {
    let header = &evidence.header;
    let all: Vec<(usize, &PageVisit, &Exchange)> = evidence
        .pages
        .iter()
        .enumerate()
        .flat_map(|(at, page)| page.exchanges.iter().map(move |exchange| (at, page, exchange)))
        .collect();
    let left_out = all.len().saturating_sub(MOST);
    let comment = match left_out {
        0 => COMMENT.to_owned(),
        n => format!("{COMMENT} {n} further requests are left out."),
    };
    let with_requests = evidence.pages.iter().enumerate().filter(|(_, page)| !page.exchanges.is_empty());
    let har = json!({"log": {
        "version": "1.2",
        "creator": {"name": header.tool.name, "version": header.tool.version},
        "browser": {"name": header.browser.name, "version": header.browser.version},
        "comment": comment,
        "pages": with_requests.map(|(at, page)| visit(at, page)).collect::<Vec<_>>(),
        "entries": all.iter().take(MOST).map(|(at, page, exchange)| entry(*at, page, exchange)).collect::<Vec<_>>(),
    }});
    serde_json::to_vec_pretty(&har)
}

const COMMENT: &str =
    "Only requests that carried cookies or whose answers set some; cookie values are described, not kept.";

fn visit(at: usize, page: &PageVisit) -> Value {
    let title = page.title.clone().unwrap_or_else(|| page.url.clone());
    json!({
        "id": id(at), "startedDateTime": page.started_at, "title": title, "pageTimings": {},
        "comment": json!({"url": page.url, "phase": page.phase, "visitor": page.visitor}).to_string(),
    })
}

fn id(at: usize) -> String {
    format!("page_{}", at + 1)
}

fn entry(at: usize, page: &PageVisit, exchange: &Exchange) -> Value {
    let took = exchange.took_ms.unwrap_or(0);
    json!({
        "pageref": id(at), "startedDateTime": began(page, exchange.at_ms), "time": took,
        "request": request(page, exchange),
        "response": response(exchange),
        "cache": {}, "timings": {"send": 0, "wait": took, "receive": 0}, "comment": exchange.kind,
    })
}

/// The visit's beginning and so many milliseconds.
fn began(page: &PageVisit, at_ms: u64) -> String {
    let start = page.started_at.parse::<jiff::Timestamp>().ok();
    let at = start.and_then(|start| start.checked_add(Duration::from_millis(at_ms)).ok());
    at.map_or_else(|| page.started_at.clone(), |at| at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

fn request(page: &PageVisit, exchange: &Exchange) -> Value {
    let cookies: Vec<Value> = exchange
        .sent
        .iter()
        .map(|name| json!({"name": name, "value": described(facts(page, exchange, name))}))
        .collect();
    let query: Vec<Value> = Url::parse(&exchange.url)
        .map(|url| url.query_pairs().map(|(name, value)| json!({"name": name, "value": value})).collect())
        .unwrap_or_default();
    json!({
        "method": exchange.method, "url": exchange.url, "httpVersion": "", "cookies": cookies, "headers": [],
        "queryString": query, "headersSize": -1, "bodySize": -1,
    })
}

/// What is known of a cookie that was sent: a cookie of that name for that host, in the jar or written.
fn facts<'a>(page: &'a PageVisit, exchange: &Exchange, name: &str) -> Option<&'a ValueFacts> {
    let host = Url::parse(&exchange.url).ok()?.host_str()?.to_owned();
    let reaches = |domain: &str| {
        let domain = domain.trim_start_matches('.');
        host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
    };
    let jar = page.jar.iter().map(|held| (&held.key, &held.value));
    let writes = page.writes.iter().map(|write| (&write.key, &write.value));
    jar.chain(writes).find(|(key, _)| key.name == name && reaches(&key.domain)).map(|(_, value)| value)
}

fn described(facts: Option<&ValueFacts>) -> String {
    facts.map_or_else(|| "[not kept]".to_owned(), |v| format!("[{} characters, {}]", v.length, v.shape))
}

fn response(exchange: &Exchange) -> Value {
    let headers: Vec<Value> = exchange.set.iter().map(|line| json!({"name": "Set-Cookie", "value": line})).collect();
    json!({
        "status": exchange.status.unwrap_or(0), "statusText": "", "httpVersion": "",
        "cookies": exchange.set.iter().map(|line| set(line)).collect::<Vec<_>>(), "headers": headers,
        "content": {"size": -1, "mimeType": exchange.media_type.as_deref().unwrap_or_default()},
        "redirectURL": "", "headersSize": -1, "bodySize": -1,
    })
}

/// A cookie of an answer, its lifetime in words: a moment of expiry would need the server's clock.
fn set(line: &str) -> Value {
    let cookie = SetCookie::parse(line, 0);
    let sent = cookie.sent;
    let same_site = sent.same_site.map(|word| match word {
        SameSite::Strict => "Strict",
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    });
    let lifetime = match sent.lifetime {
        Lifetime::Seconds(seconds) if cookie.by_max_age => format!("{seconds} s"),
        Lifetime::Seconds(_) => "as the header's Expires".to_owned(),
        Lifetime::Session => "session".to_owned(),
    };
    let mut set = json!({
        "name": cookie.name, "value": cookie.value, "path": sent.path, "domain": sent.domain,
        "httpOnly": sent.http_only, "secure": sent.secure, "sameSite": same_site, "comment": lifetime,
    });
    if let Some(fields) = set.as_object_mut() {
        // Readers of HAR know a missing attribute, not an empty one.
        fields.retain(|_, value| !value.is_null());
    }
    set
}

#[cfg(test)]
#[path = "har_tests.rs"]
mod tests;
