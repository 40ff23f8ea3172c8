//! Chromium's CDP events, told directly or passed on by `goog:cdp`, onto the tape.
//!
//! The connection's own BiDi network events shift the headers of redirected navigations by one hop and lose the last
//! hop's cookies; `responseReceivedExtraInfo` has the true lines of every hop, in order, with the refusals.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::Value;

use super::handover::strays;
use super::hooks::{Hooks, shortened};
use super::tape::{HopSeen, Reel, ResponseInfo, Target, unix_now};
use crate::cookie::parse_cookie_date;

/// Events to subscribe to where CDP is not spoken directly. One BiDi network event among them makes the driver watch
/// every target's network before the target's first request; it is the rarest one.
pub(super) const EVENTS: &[&str] = &[
    "network.fetchError",
    "goog:cdp.Network.requestWillBeSent",
    "goog:cdp.Network.requestWillBeSentExtraInfo",
    "goog:cdp.Network.responseReceived",
    "goog:cdp.Network.responseReceivedExtraInfo",
    "goog:cdp.Network.loadingFinished",
    "goog:cdp.Network.loadingFailed",
    "goog:cdp.Network.webSocketCreated",
    "goog:cdp.Runtime.consoleAPICalled",
    "goog:cdp.Target.attachedToTarget",
    "goog:cdp.Target.detachedFromTarget",
    "goog:cdp.Inspector.targetCrashed",
    "goog:cdp.Emulation.virtualTimeBudgetExpired",
    "browsingContext.contextCreated",
    "browsingContext.domContentLoaded",
    "browsingContext.load",
    "browsingContext.downloadWillBegin",
    "browsingContext.userPromptOpened",
];

/// Frames whose worlds are remembered.
const MAX_WORLDS: usize = 200;
/// Longest body kept for looking into.
const MAX_BODY: usize = 256 * 1024;

/// Hears one event of a target's session.
pub(super) fn hear(reel: &mut Reel, hooks: &Hooks, session: &str, event: &str, params: &Value) {
    match event {
        "Network.requestWillBeSent" => request(reel, session, params),
        "Network.requestWillBeSentExtraInfo" => cookies_sent(reel, params),
        "Network.responseReceived" => response(reel, params),
        "Network.responseReceivedExtraInfo" => extra_info(reel, params),
        "Network.loadingFinished" => end(reel, params, None),
        "Network.loadingFailed" => end(reel, params, params["errorText"].as_str()),
        "Network.webSocketCreated" => web_socket(reel, session, params),
        "Runtime.consoleAPICalled" => {
            if let Some(told) = hooks.read_console(params) {
                reel.tell(told);
            }
        }
        "Runtime.executionContextCreated" if reel.heard_by.as_deref() == Some(session) => {
            world(reel, &params["context"]);
        }
        "Target.attachedToTarget" => attached(reel, params),
        "Target.detachedFromTarget" => {
            if let Some(target) = params["sessionId"].as_str().and_then(|s| reel.targets.get_mut(s)) {
                target.gone = true;
            }
        }
        "Inspector.targetCrashed" => reel.crashed = true,
        "Page.domContentEventFired" | "Page.loadEventFired" if reel.heard_by.as_deref() == Some(session) => {
            reel.interactive = true;
            reel.loaded |= event == "Page.loadEventFired";
        }
        "Page.frameNavigated" if reel.strays.is_none() && params["frame"]["id"].as_str() == Some(reel.tab.as_str()) => {
            reel.strays = Some(strays(reel));
            // What was there before may have told of its end only now.
            (reel.interactive, reel.loaded) = (false, false);
        }
        "Page.downloadWillBegin" => reel.download = Some(text(&params["url"])),
        "Page.javascriptDialogOpening" => reel.dialogs += 1,
        "Emulation.virtualTimeBudgetExpired" => {
            reel.spent.insert(session.to_owned());
        }
        _ => {}
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn status(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|s| u16::try_from(s).ok()).filter(|s| *s > 0)
}

fn request(reel: &mut Reel, session: &str, params: &Value) {
    let url = text(&params["request"]["url"]);
    if url.starts_with("data:") || url.starts_with("blob:") || url.starts_with("chrome") {
        return;
    }
    let id = text(&params["requestId"]);
    let kind = kind_of(reel, session, params);
    let Some(exchange) = reel.exchange(&id) else { return };
    let redirect = &params["redirectResponse"];
    if !exchange.hops.is_empty() && !redirect.is_object() {
        // Told by a second session of the same target.
        return;
    }
    if let (true, Some(last)) = (redirect.is_object(), exchange.hops.last_mut()) {
        last.status = status(&redirect["status"]);
        last.media_type = redirect["mimeType"].as_str().map(str::to_owned);
        last.has_info = params["redirectHasExtraInfo"].as_bool();
    }
    exchange.hops.push(HopSeen { url, method: text(&params["request"]["method"]), ..HopSeen::default() });
    if exchange.hops.len() == 1 {
        exchange.initiator = initiator_of(&params["initiator"]);
        exchange.document = text(&params["documentURL"]);
        exchange.frame_id = params["frameId"].as_str().map(str::to_owned);
        session.clone_into(&mut exchange.target);
        exchange.navigation = params["type"] == "Document" && params["loaderId"] == params["requestId"];
        exchange.kind = kind;
    }
    if let Some(body) = params["request"]["postData"].as_str() {
        exchange.body = Some(shortened(body, MAX_BODY));
    }
}

fn kind_of(reel: &Reel, session: &str, params: &Value) -> String {
    let asker = reel.targets.get(session).map(|t| t.kind.as_str());
    let declared = params["type"].as_str().unwrap_or_default();
    match (declared, asker) {
        ("Script", Some("service_worker")) if params["initiator"]["type"] == "other" => "service_worker".to_owned(),
        ("Ping", _) => "beacon".to_owned(),
        ("XHR", _) => "xhr".to_owned(),
        ("Document", _) if params["frameId"].as_str() != Some(reel.tab.as_str()) => "frame".to_owned(),
        // Script elements are started by the parser or by a script; a worker's script by nobody.
        ("Script", _) if params["initiator"]["type"] == "other" => "worker".to_owned(),
        ("Other", None | Some("iframe" | "page")) if params["initiator"]["type"] == "other" => "favicon".to_owned(),
        (other, _) => other.to_lowercase(),
    }
}

/// `script https://cdn.test/a.js`: what the browser says started the request.
fn initiator_of(initiator: &Value) -> String {
    let kind = initiator["type"].as_str().unwrap_or("other");
    let frames = initiator["stack"]["callFrames"].as_array();
    let script = frames.into_iter().flatten().filter_map(|f| f["url"].as_str()).find(|u| !u.is_empty());
    match script.or_else(|| initiator["url"].as_str()) {
        Some(url) => format!("{kind} {url}"),
        None => kind.to_owned(),
    }
}

fn cookies_sent(reel: &mut Reel, params: &Value) {
    let Some(exchange) = reel.exchange(&text(&params["requestId"])) else { return };
    let associated = params["associatedCookies"].as_array().into_iter().flatten();
    let sent = associated.filter(|cookie| cookie["blockedReasons"].as_array().is_none_or(Vec::is_empty));
    let names: BTreeSet<String> = sent.filter_map(|c| c["cookie"]["name"].as_str().map(str::to_owned)).collect();
    exchange.cookies_sent.extend(names.iter().cloned());
    exchange.sent_by_hop.push(names);
}

fn response(reel: &mut Reel, params: &Value) {
    let Some(exchange) = reel.exchange(&text(&params["requestId"])) else { return };
    let navigation = exchange.navigation;
    exchange.answered = Some(Instant::now());
    let Some(hop) = exchange.hops.last_mut() else { return };
    let response = &params["response"];
    hop.status = status(&response["status"]);
    hop.media_type = response["mimeType"].as_str().map(str::to_owned);
    hop.has_info = params["hasExtraInfo"].as_bool();
    if navigation {
        let headers = response["headers"].as_object().into_iter().flatten();
        hop.headers = headers.map(|(name, value)| (name.clone(), text(value))).collect();
    }
}

fn extra_info(reel: &mut Reel, params: &Value) {
    let (order, at_ms) = (reel.next_order(), reel.clock.at_ms());
    let mut info = ResponseInfo {
        order,
        at_ms,
        heard: unix_now(),
        status: status(&params["statusCode"]),
        ..ResponseInfo::default()
    };
    for (name, value) in params["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        if name.eq_ignore_ascii_case("set-cookie") {
            info.lines = value.split('\n').map(str::to_owned).collect();
        } else if name.eq_ignore_ascii_case("date") {
            info.date = parse_cookie_date(value);
        }
    }
    for blocked in params["blockedCookies"].as_array().into_iter().flatten() {
        let reasons = blocked["blockedReasons"].as_array().into_iter().flatten();
        info.blocked.push((text(&blocked["cookieLine"]), reasons.map(text).collect()));
    }
    if let Some(exchange) = reel.exchange(&text(&params["requestId"])) {
        exchange.infos.push(info);
    }
}

fn end(reel: &mut Reel, params: &Value, failed: Option<&str>) {
    if let Some(exchange) = params["requestId"].as_str().and_then(|id| reel.exchanges.get_mut(id)) {
        exchange.ended = true;
        exchange.failed = failed.map(str::to_owned);
    }
}

fn web_socket(reel: &mut Reel, session: &str, params: &Value) {
    let Some(exchange) = reel.exchange(&text(&params["requestId"])) else { return };
    exchange.hops.push(HopSeen { url: text(&params["url"]), ..HopSeen::default() });
    "websocket".clone_into(&mut exchange.kind);
    exchange.initiator = initiator_of(&params["initiator"]);
    session.clone_into(&mut exchange.target);
}

fn world(reel: &mut Reel, context: &Value) {
    let about = &context["auxData"];
    if let (true, Some(frame), Some(id)) =
        (about["isDefault"] == true, about["frameId"].as_str(), context["id"].as_i64())
        && (reel.worlds.len() < MAX_WORLDS || reel.worlds.contains_key(frame))
    {
        reel.worlds.insert(frame.to_owned(), id);
    }
}

fn attached(reel: &mut Reel, params: &Value) {
    let info = &params["targetInfo"];
    let (kind, url) = (text(&info["type"]), text(&info["url"]));
    if kind == "service_worker" && !url.is_empty() {
        reel.workers.insert(url.clone());
    }
    let target = text(&info["targetId"]);
    if kind == "page" && info["openerId"].is_string() && !reel.tab.is_empty() && target != reel.tab {
        reel.popups.insert(target);
    }
    reel.target(&text(&params["sessionId"]), Target { kind, gone: false });
}

#[cfg(test)]
#[path = "chromium_events_tests.rs"]
mod tests;
