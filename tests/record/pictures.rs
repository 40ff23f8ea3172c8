//! Pictures of pages: taken where something new is brought, and showing neither values nor what stands in fields.
//!
//! What cannot be seen must not matter: two visits whose secrets differ, and are as long, give the same bytes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cookie_audit::evidence::store::{AuditFolder, read_named};
use cookie_audit::evidence::values::Redactor;
use cookie_audit::gather::record::{Album, PageTime, RecorderOptions};

use crate::support::{Asked, Browser, Reply, Site};

const SECRETS: [[&str; 3]; 2] = [
    ["k7Qz1vPw93LmXe0RtYb2", "anna.schmidt@example.org", "Zx81pLq02Vn55Tk19mQe4"],
    ["Hs1Ao4Zj7Mt2u8Wd3Kf6", "otto.mueller@example.org", "Rf63jWb80Yc27Gd45sNa9"],
];

/// A page that shows its visitor's values in text, in a list, in fields, and in frames.
fn page(asked: &Asked, [id, mail, stored]: [&str; 3], word: &str) -> Reply {
    let frame = format!("<p>Frame of {id}</p><input value='{mail}'>");
    let port = asked.http;
    Reply::html(format!(
        "<h1>{word}</h1><p>Your number is {id}, and again: <b>{id}</b>.</p><ul><li>{stored}</li></ul>
         <form><input name=mail value='{mail}'><input type=password value='{id}'><textarea>{mail}</textarea></form>
         <div id=host></div><iframe srcdoc=\"{frame}\"></iframe>
         <iframe src='http://other.localhost:{port}/frame?n={id}'></iframe>
         <script>localStorage.setItem('kept', '{stored}');
         document.getElementById('host').attachShadow({{mode: 'open'}}).innerHTML = '<i>{stored}</i>';</script>"
    ))
    .cookie(&format!("number={id}; Path=/"))
}

fn answer(asked: &Asked, visits: &AtomicUsize) -> Reply {
    match asked.path.as_str() {
        "/frame" => Reply::html(format!("<p>{}</p>", asked.query.trim_start_matches("n="))),
        "/" => page(asked, SECRETS[visits.fetch_add(1, Ordering::SeqCst) % 2], "Account"),
        "/other" => page(asked, SECRETS[0], "Another"),
        "/slow" => Reply::html("<p>Slow.</p>").cookie("slow=1; Path=/").after(Duration::from_secs(3)),
        "/late" => {
            let secret = SECRETS[visits.fetch_add(1, Ordering::SeqCst) % 2][0];
            let late = "setTimeout(() => { document.cookie = 'late=1'; document.body.append(document.cookie) }, 900)";
            Reply::html(format!("<p>Late.</p><script>document.cookie = 'early=1'; {late}</script>"))
                .cookie(&format!("{}={secret}; Path=/", asked.query))
        }
        "/small" => {
            let frame = format!("<iframe src=http://other.localhost:{}/frame?n=1></iframe>", asked.http);
            Reply::html(format!("<p>Small.</p>{frame}")).cookie(&format!("{}=1; Path=/", asked.query))
        }
        "/plain" => Reply::html("<h1>Plain</h1><p>A page that brings nothing of its own.</p>"),
        _ => Reply::status(404),
    }
}

fn album_in(folder: &AuditFolder) -> RecorderOptions {
    RecorderOptions { album: Some(Album::new(folder.clone())), ..RecorderOptions::new(Redactor::new([7; 32])) }
}

/// What one visit of a page leaves: the picture's name and its bytes.
async fn pictured(site: &Site, path: &str) -> (String, Vec<u8>) {
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.shop.localhost", path);
    let folder = AuditFolder::create(out.path(), &url.parse().unwrap(), jiff::Timestamp::UNIX_EPOCH).unwrap();
    let mut browser = Browser::recording(album_in(&folder)).await;
    let seen = browser.visit(&url).await;
    let name = seen.screenshot.unwrap();
    assert_eq!(browser.visit(&site.http("www.shop.localhost", "/plain")).await.screenshot, None);
    let bytes = read_named(folder.path(), &name).unwrap();
    (name, bytes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_shows_no_value_and_nothing_that_stands_in_a_field() {
    let visits = AtomicUsize::new(0);
    let site = Site::start(move |asked| answer(asked, &visits)).await;
    let (name, one) = pictured(&site, "/").await;
    let (again, two) = pictured(&site, "/").await;
    assert!(one.starts_with(&[0xff, 0xd8]) && one.len() > 5_000, "{} bytes", one.len());
    assert_eq!(name, again, "named by what it shows");
    assert!(one == two, "two visitors' pictures differ: something of theirs shows");
    let (_, other) = pictured(&site, "/other").await;
    assert!(one != other, "and a word of the page would have made a difference");
}

/// Without page time the clock of a page with a frame in another process stands afterwards, and goes only while the
/// next one loads: that one may not have been painted when its picture is taken, least of all where it was long in coming.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_clock_stands_before_it_was_painted_has_its_picture() {
    let visits = AtomicUsize::new(0);
    let site = Site::start(move |asked| answer(asked, &visits)).await;
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.shop.localhost", "/small");
    let folder = AuditFolder::create(out.path(), &url.parse().unwrap(), jiff::Timestamp::UNIX_EPOCH).unwrap();
    let page_time = PageTime { total: Duration::ZERO, ..PageTime::default() };
    let mut browser = Browser::recording(RecorderOptions { page_time, ..album_in(&folder) }).await;
    let mut pictures = Vec::new();
    for page in ["/small?lang", "/small?cart", "/slow", "/small?theme", "/late?one", "/late?two"] {
        let seen = browser.visit(&site.http("www.shop.localhost", page)).await;
        let name = seen.screenshot.unwrap_or_else(|| panic!("no picture of {page}"));
        pictures.push(read_named(folder.path(), &name).unwrap());
        let held = |name: &str| seen.jar.iter().any(|held| held.key.name == name);
        assert!(!held("late"), "the page had no time for that");
        assert_eq!(held("early"), page.starts_with("/late"), "scripts do again what they do");
    }
    assert!(pictures[4] == pictures[5], "what a page shows when it is moved for its picture is hidden too");
    assert!(pictures[3] != pictures[4]);
}
