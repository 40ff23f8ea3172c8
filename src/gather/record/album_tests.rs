//! Which pages are pictured: those that bring something new, the first in the crawl's order among them.

use serde_json::json;

use super::*;
use crate::evidence::pictured::first_to_bring;

fn page(sequence: u64, cookies: &[&str]) -> PageVisit {
    let held = |name: &&str| {
        json!({
            "key": {"name": name, "domain": "shop.test", "host_only": true, "path": "/", "partition": null},
            "stored": {"lifetime": "session", "secure": true, "http_only": true, "same_site": null},
            "value": {"length": 2, "shape": "word", "parts": []}, "new": true,
        })
    };
    serde_json::from_value(json!({
        "sequence": sequence, "url": "https://shop.test/", "final_url": null, "depth": 0, "found": {"by": "seed"},
        "phase": "before_consent", "visitor": "fresh", "step": null, "started_at": "", "finished_at": "",
        "outcome": {"result": "loaded", "status": 200, "media_type": null}, "hops": [], "title": null, "language": null,
        "writes": [], "jar": cookies.iter().map(held).collect::<Vec<_>>(), "storage": [], "hosts": [], "leaks": [],
        "links": [], "service_workers": [], "notes": [], "screenshot": null, "structure": null,
    }))
    .unwrap()
}

fn album() -> (tempfile::TempDir, Album) {
    let out = tempfile::tempdir().unwrap();
    let site = url::Url::parse("https://shop.test/").unwrap();
    let folder = AuditFolder::create(out.path(), &site, jiff::Timestamp::UNIX_EPOCH).unwrap();
    (out, Album::new(folder))
}

#[test]
fn a_page_that_brings_nothing_new_is_not_pictured() {
    let (_out, album) = album();
    assert!(album.is_wanted(&page(0, &["lang"])));
    assert!(!album.is_wanted(&page(1, &["lang"])), "seen on an earlier page");
    assert!(album.is_wanted(&page(2, &["lang", "cart"])));
    assert!(!album.is_wanted(&page(3, &[])));
    assert!(album.is_wanted(&page(4, &["visit_81", "layer1"])));
    assert!(!album.is_wanted(&page(5, &["visit_82x"])), "the same cookie under another number");
    assert!(album.is_wanted(&page(6, &["layer2"])), "another cookie, not another number");
}

#[test]
fn the_first_page_in_the_crawls_order_has_a_picture_whoever_was_faster() {
    let (_out, album) = album();
    assert!(album.is_wanted(&page(7, &["lang"])));
    assert!(album.is_wanted(&page(3, &["lang"])), "finished later, and comes first");
    assert!(!album.is_wanted(&page(5, &["lang"])));
    let accepted = PageVisit { phase: Phase::Accepted, ..page(9, &["lang"]) };
    assert!(album.is_wanted(&accepted), "another phase is another picture");
}

#[test]
fn accounts_are_not_pictured_and_nor_is_everything() {
    let (_out, album) = album();
    assert!(!album.is_wanted(&PageVisit { visitor: Visitor::SignedIn, ..page(0, &["lang"]) }));
    let letters: Vec<String> = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("{a}{b}"))).collect();
    let wanted = letters.iter().enumerate().filter(|(n, name)| album.is_wanted(&page(*n as u64, &[name.as_str()])));
    assert_eq!(wanted.count(), MOST);
}

#[test]
fn a_resumed_recording_pictures_no_page_twice() {
    let (_out, album) = album();
    let pictured = PageVisit { screenshot: Some("screenshots/1.jpg".to_owned()), ..page(0, &["lang"]) };
    album.remember(&[pictured, page(1, &["cart"])]);
    assert!(!album.is_wanted(&page(2, &["lang"])));
    assert!(album.is_wanted(&page(3, &["cart"])), "its page has no picture");
}

#[test]
fn a_page_pictured_only_since_its_worker_was_faster_is_not_shown() {
    let pictured = |sequence, names: &[&str]| PageVisit {
        screenshot: Some(format!("screenshots/{sequence}.jpg")),
        ..page(sequence, names)
    };
    let pages = [pictured(3, &["lang"]), page(5, &["lang"]), pictured(7, &["lang"]), pictured(9, &["lang", "cart"])];
    let shown: Vec<u64> = first_to_bring(&pages).iter().map(|page| page.sequence).collect();
    assert_eq!(shown, [3, 9]);
}
