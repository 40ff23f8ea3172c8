//! The HAR says what the log says, in HAR's own words.

use serde_json::{Value, json};

use super::*;
use crate::evidence::model::{Header, PageVisit};

fn page(exchanges: Value) -> PageVisit {
    serde_json::from_value(json!({
        "sequence": 0, "url": "https://shop.test/", "final_url": null, "depth": 0, "found": {"by": "seed"},
        "phase": "before_consent", "visitor": "fresh", "step": null, "started_at": "2026-05-01T09:00:00.000Z",
        "finished_at": "", "outcome": {"result": "loaded", "status": 200, "media_type": null}, "hops": [],
        "title": "Shop", "language": null, "writes": [], "storage": [], "hosts": [], "leaks": [], "links": [],
        "jar": [{
            "key": {"name": "sid", "domain": "shop.test", "host_only": true, "path": "/", "partition": null},
            "stored": {"lifetime": "session", "secure": true, "http_only": true, "same_site": null},
            "value": {"length": 26, "shape": "opaque", "parts": []}, "new": true,
        }],
        "service_workers": [], "notes": [], "screenshot": null, "structure": null, "exchanges": exchanges,
    }))
    .unwrap()
}

fn read(pages: Vec<PageVisit>) -> Value {
    let evidence = Evidence { header: Header::default(), pages, ..Evidence::default() };
    serde_json::from_slice(&har(&evidence).unwrap()).unwrap()
}

#[test]
fn an_exchange_becomes_an_entry_with_described_cookies() {
    let exchange = json!({
        "method": "POST", "url": "https://www.shop.test/cart?add=2", "kind": "fetch", "status": 204, "media_type": null,
        "at_ms": 1500, "took_ms": 40, "sent": ["other", "sid"],
        "set": ["cart=[12]; Path=/; Max-Age=3600; SameSite=Lax; Secure"],
    });
    let har = read(vec![page(json!([])), page(json!([exchange]))]);
    let log = &har["log"];
    assert_eq!((log["version"].as_str(), log["pages"].as_array().unwrap().len()), (Some("1.2"), 1));
    let entry = &log["entries"][0];
    assert_eq!((&entry["pageref"], &log["pages"][0]["id"]), (&json!("page_2"), &json!("page_2")));
    assert_eq!(entry["startedDateTime"], "2026-05-01T09:00:01.500Z");
    assert_eq!(entry["request"]["method"], "POST");
    assert_eq!(entry["request"]["queryString"], json!([{"name": "add", "value": "2"}]));
    // `sid` is host-only for another host in name, but its domain reaches this one; of `other` nothing is known.
    let sent = json!([{"name": "other", "value": "[not kept]"}, {"name": "sid", "value": "[26 characters, opaque]"}]);
    assert_eq!(entry["request"]["cookies"], sent);
    let set = &entry["response"]["cookies"][0];
    assert_eq!((&set["name"], &set["value"], &set["comment"]), (&json!("cart"), &json!("[12]"), &json!("3600 s")));
    assert_eq!((&set["sameSite"], &set["secure"], set.get("domain")), (&json!("Lax"), &json!(true), None));
    assert_eq!(entry["response"]["headers"][0]["name"], "Set-Cookie");
}

#[test]
fn too_many_requests_are_left_out_and_counted() {
    let exchange: Exchange = serde_json::from_value(json!({
        "method": "GET", "url": "https://shop.test/", "kind": "image", "status": 200, "media_type": null, "at_ms": 0,
        "took_ms": null, "sent": ["sid"], "set": [],
    }))
    .unwrap();
    let full = PageVisit { exchanges: vec![exchange; MOST + 3], ..page(json!([])) };
    let har = read(vec![full]);
    assert_eq!(har["log"]["entries"].as_array().unwrap().len(), MOST);
    assert!(har["log"]["comment"].as_str().unwrap().ends_with("3 further requests are left out."));
}
