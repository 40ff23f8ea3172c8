//! BiDi's own events onto the tape: navigation state where CDP is not spoken directly, the network where there is none.
//!
//! In Firefox redirect hops carry their own Set-Cookie lines, so its plain network events are enough.

use std::collections::BTreeSet;

use serde_json::Value;

use super::hooks::Hooks;
use super::tape::{HopSeen, Reel, ResponseInfo, unix_now};
use crate::cookie::parse_cookie_date;

/// Events to subscribe to where there is no CDP.
pub(super) const EVENTS: &[&str] = &[
    "network.beforeRequestSent",
    "network.responseCompleted",
    "network.fetchError",
    "script.message",
    "browsingContext.contextCreated",
    "browsingContext.domContentLoaded",
    "browsingContext.load",
    "browsingContext.downloadWillBegin",
    "browsingContext.userPromptOpened",
];

/// Hears one BiDi event.
pub(super) fn hear(reel: &mut Reel, hooks: &Hooks, event: &str, params: &Value) {
    let own_tab = params["context"].as_str() == Some(reel.tab.as_str());
    match event {
        "browsingContext.domContentLoaded" if own_tab => reel.interactive = true,
        "browsingContext.load" if own_tab => {
            reel.interactive = true;
            reel.loaded = true;
        }
        "browsingContext.contextCreated" => popup(reel, params),
        "browsingContext.downloadWillBegin" => {
            reel.download = params["url"].as_str().map(str::to_owned).or_else(|| Some(String::new()));
        }
        "browsingContext.userPromptOpened" => reel.dialogs += 1,
        "network.beforeRequestSent" => request(reel, params),
        "network.responseCompleted" => response(reel, params),
        "network.fetchError" => {
            let id = params["request"]["request"].as_str().unwrap_or_default();
            if let Some(exchange) = reel.exchanges.get_mut(id) {
                exchange.ended = true;
                exchange.failed = params["errorText"].as_str().map(str::to_owned);
            }
        }
        "script.message" => {
            if let Some(told) = hooks.read_channel(params) {
                reel.tell(told);
            }
        }
        _ => {}
    }
}

fn popup(reel: &mut Reel, params: &Value) {
    let top = params["parent"].is_null();
    if let (true, Some(context)) = (top, params["context"].as_str())
        && context != reel.tab
        && !reel.tab.is_empty()
        && params["originalOpener"].is_string()
    {
        reel.popups.insert(context.to_owned());
    }
}

fn request(reel: &mut Reel, params: &Value) {
    let request = &params["request"];
    let id = request["request"].as_str().unwrap_or_default();
    let url = request["url"].as_str().unwrap_or_default();
    if url.starts_with("data:") || url.starts_with("blob:") {
        return;
    }
    let navigation = params["navigation"].is_string();
    let redirects = usize::try_from(params["redirectCount"].as_u64().unwrap_or_default()).unwrap_or_default();
    let Some(exchange) = reel.exchange(id) else { return };
    // One that was held up, for a header of ours, may be told twice.
    if exchange.hops.len() > redirects {
        return;
    }
    let method = request["method"].as_str().unwrap_or_default().to_owned();
    exchange.hops.push(HopSeen { url: url.to_owned(), method, has_info: Some(true), ..HopSeen::default() });
    if exchange.hops.len() == 1 {
        kind_of(request).clone_into(&mut exchange.kind);
        let element = request["initiatorType"].as_str().or_else(|| params["initiator"]["type"].as_str());
        element.unwrap_or("other").clone_into(&mut exchange.initiator);
        exchange.frame_id = params["context"].as_str().map(str::to_owned);
        exchange.navigation = navigation;
    }
    let cookies = request["cookies"].as_array().into_iter().flatten();
    let names: BTreeSet<String> = cookies.filter_map(|c| c["name"].as_str().map(str::to_owned)).collect();
    exchange.cookies_sent.extend(names.iter().cloned());
    exchange.sent_by_hop.push(names);
}

/// Destinations in the words that are used for Chromium's requests.
fn kind_of(request: &Value) -> &str {
    match request["destination"].as_str().unwrap_or_default() {
        "" => match request["initiatorType"].as_str() {
            Some("xmlhttprequest") => "xhr",
            Some("beacon") => "beacon",
            _ => "fetch",
        },
        "style" => "stylesheet",
        "iframe" => "frame",
        "serviceworker" => "service_worker",
        "sharedworker" => "worker",
        "audio" | "video" | "track" => "media",
        // No element asks for it.
        "image" if request["initiatorType"].is_null() => "favicon",
        other => other,
    }
}

fn response(reel: &mut Reel, params: &Value) {
    let id = params["request"]["request"].as_str().unwrap_or_default();
    if !reel.exchanges.contains_key(id) {
        return;
    }
    let (order, at_ms) = (reel.next_order(), reel.clock.at_ms());
    let Some(exchange) = reel.exchange(id) else { return };
    let response = &params["response"];
    let status = response["status"].as_u64().and_then(|s| u16::try_from(s).ok());
    let mut info = ResponseInfo { order, at_ms, heard: unix_now(), status, ..ResponseInfo::default() };
    let mut headers = Vec::new();
    for header in response["headers"].as_array().into_iter().flatten() {
        let name = header["name"].as_str().unwrap_or_default();
        let value = header["value"]["value"].as_str().unwrap_or_default();
        if name.eq_ignore_ascii_case("set-cookie") {
            info.lines.extend(value.split('\n').map(str::to_owned));
        } else if name.eq_ignore_ascii_case("date") {
            info.date = parse_cookie_date(value);
        } else {
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    let redirects = usize::try_from(params["redirectCount"].as_u64().unwrap_or_default()).unwrap_or_default();
    if let Some(hop) = exchange.hops.get_mut(redirects) {
        hop.status = status;
        hop.media_type = response["mimeType"].as_str().map(|m| m.split(';').next().unwrap_or(m).to_owned());
        hop.headers = headers;
    }
    exchange.infos.push(info);
    exchange.ended = !status.is_some_and(|s| (300..400).contains(&s));
}
