//! Events as Chromium sends them, onto a tape.

use serde_json::json;

use super::super::tab::Tab;
use super::super::tape::Tape;
use super::*;
use crate::gather::browser::bidi::Listener as _;

fn tape() -> Tape {
    let tape = Tape::new(Hooks::for_tests(), true);
    tape.rewind(&Tab::for_tests("TAB"));
    tape
}

fn say(tape: &Tape, session: &str, method: &str, params: &Value) {
    tape.event(&format!("goog:cdp.{method}"), &json!({"session": session, "params": params}));
}

#[test]
fn a_redirected_navigation_keeps_each_hops_lines() {
    let tape = tape();
    let go = |url: &str, redirect: Value| {
        json!({"requestId": "1", "loaderId": "1", "type": "Document", "frameId": "TAB", "documentURL": url,
            "request": {"url": url}, "initiator": {"type": "other"}, "redirectResponse": redirect, "redirectHasExtraInfo": true})
    };
    let info = |line: &str, code: u16| json!({"requestId": "1", "statusCode": code, "headers": {"Set-Cookie": line}, "blockedCookies": []});
    say(&tape, "S", "Network.requestWillBeSent", &go("http://a.test/1", Value::Null));
    say(&tape, "S", "Network.responseReceivedExtraInfo", &info("one=1\ntwo=2", 302));
    say(&tape, "S", "Network.requestWillBeSent", &go("http://a.test/2", json!({"status": 302})));
    say(&tape, "S", "Network.responseReceivedExtraInfo", &info("three=3", 200));
    let reel = tape.take();
    let exchange = &reel.exchanges["1"];
    assert!(exchange.navigation);
    assert_eq!(exchange.kind, "document");
    let hops: Vec<_> = exchange.hops.iter().map(|h| (h.url.as_str(), h.status)).collect();
    assert_eq!(hops, [("http://a.test/1", Some(302)), ("http://a.test/2", None)]);
    assert_eq!(exchange.infos[0].lines, ["one=1", "two=2"]);
    assert_eq!(exchange.infos[1].lines, ["three=3"]);
}

#[test]
fn refusals_and_cookies_sent() {
    let tape = tape();
    say(
        &tape,
        "S",
        "Network.requestWillBeSentExtraInfo",
        &json!({"requestId": "9", "associatedCookies": [
        {"cookie": {"name": "went"}, "blockedReasons": []}, {"cookie": {"name": "stayed"}, "blockedReasons": ["SameSiteLax"]}]}),
    );
    say(
        &tape,
        "S",
        "Network.responseReceivedExtraInfo",
        &json!({"requestId": "9", "statusCode": 200,
        "headers": {"set-cookie": "x=1; domain=other.test"},
        "blockedCookies": [{"blockedReasons": ["InvalidDomain"], "cookieLine": "x=1; domain=other.test"}]}),
    );
    let reel = tape.take();
    let exchange = &reel.exchanges["9"];
    assert_eq!(exchange.cookies_sent.iter().collect::<Vec<_>>(), ["went"]);
    assert_eq!(exchange.infos[0].blocked, [("x=1; domain=other.test".to_owned(), vec!["InvalidDomain".to_owned()])]);
}

#[test]
fn a_flood_is_bounded_and_counted() {
    let tape = tape();
    for id in 0..20_010 {
        say(&tape, "S", "Network.requestWillBeSentExtraInfo", &json!({"requestId": id.to_string()}));
    }
    let reel = tape.take();
    assert_eq!((reel.exchanges.len(), reel.dropped), (20_000, 10));
}
