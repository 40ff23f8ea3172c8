//! Sampling with a real browser: a shop whose products are all alike but for some with a film, and what is left unseen
//! said in the report.

use std::collections::BTreeSet;

use serde_json::Value;

use super::run::{assert_status, report, run, texts};
use crate::support::{Asked, Reply, Site};

const PRODUCTS: usize = 120;

fn shop(asked: &Asked) -> Reply {
    let list =
        |count: usize| (0..count).map(|n| format!("<li><a href=/p/{n}>Product {n}</a></li>")).collect::<String>();
    match asked.path.as_str() {
        "/" => Reply::html(format!("<h1>Shop</h1><ul>{}</ul><a href=/about>About</a>", list(PRODUCTS))).cookie("sid=1"),
        "/about" => Reply::html("<h1>About</h1><p>Cookies: sid, seen.</p>").cookie("about=1"),
        path => match path.strip_prefix("/p/").and_then(|n| n.parse::<usize>().ok()) {
            Some(n) if n % 10 == 3 => Reply::html("<h1>P</h1><video></video>").cookie("seen=1").cookie("film=1"),
            Some(_) => Reply::html("<h1>P</h1><p>For sale</p>").cookie("seen=1"),
            None => Reply::status(404),
        },
    }
}

async fn audit(url: &str, policy: &str, words: &[&str]) -> Value {
    let out = tempfile::tempdir().unwrap();
    let mut all = vec!["audit", url, "--policy", policy, "--format", "json", "--quiet", "--page-time", "0s"];
    all.extend(["--returning-pages", "0", "--max-pages", "500"]);
    all.extend(words);
    let output = run(out.path(), &all).await;
    assert_status(&output, 1);
    report(out.path())
}

/// Names of all cookies, pages visited, and addresses skipped because enough of their kind was seen.
fn seen(report: &Value) -> (BTreeSet<String>, u64, Vec<String>) {
    let cookies = report["cookies"].as_array().unwrap();
    let names = cookies.iter().flat_map(|c| texts(c, "names")).map(str::to_owned).collect();
    let coverage = &report["coverage"];
    let skipped = coverage["pages_skipped"].as_array().unwrap().iter();
    let skipped = skipped.filter(|s| s["reason"].as_str().unwrap().starts_with("sampled"));
    (names, coverage["pages_visited"].as_u64().unwrap(), skipped.map(|s| s["url"].to_string()).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_finds_every_cookie_whatever_the_number_of_workers() {
    let site = Site::start(shop).await;
    let (url, policy) = (site.http("www.shop.localhost", "/"), site.http("www.shop.localhost", "/about"));
    let one = audit(&url, &policy, &["--exhaustive=false", "--sessions", "1"]).await;
    let (names, visited, skipped) = seen(&one);
    assert_eq!(names, ["about", "film", "seen", "sid"].map(str::to_owned).into());
    assert!(visited < 60, "{visited} pages");
    assert_eq!(usize::try_from(visited).unwrap() + skipped.len(), PRODUCTS + 2, "every address is accounted for");
    let three = audit(&url, &policy, &["--exhaustive=false", "--sessions", "3"]).await;
    assert_eq!(seen(&three), (names, visited, skipped));
}
