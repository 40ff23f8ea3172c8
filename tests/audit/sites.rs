//! Several sites in one run: side by side or one after the other, their reports are the same and come in the same order.

use serde_json::{Deserializer, Value};

use super::run::{assert_status, comparable, differing, run, stderr};
use crate::support::{Asked, Reply, Site};

/// A large slow site, and small ones.
fn page(asked: &Asked) -> Reply {
    let large = asked.host.starts_with("www.large");
    match asked.path.as_str() {
        "/" if large => {
            let links: String = (0..12).map(|n| format!("<a href=/page-{n}>page {n}</a> ")).collect();
            Reply::html(format!("<h1>Large</h1>{links}")).cookie("large=1; Path=/")
        }
        "/" | "/again" => Reply::html(format!("<h1>{}</h1><p>One page.</p>", asked.host)).cookie("small=1; Path=/"),
        path if path.starts_with("/page-") => Reply::html("<h1>Page</h1><p>One of many.</p>").after(PAGE),
        _ => Reply::status(404),
    }
}

const PAGE: std::time::Duration = std::time::Duration::from_millis(150);
const SITES: [(&str, &str); 4] = [
    ("www.large.localhost", "/"),
    ("www.large.localhost", "/again"),
    ("www.small.localhost", "/"),
    ("www.tiny.localhost", "/"),
];

/// The reports on stdout, what was asked of whom in its order, and what was said.
async fn audited(site: &Site, at_once: &str) -> (Vec<Value>, Vec<String>, String) {
    let out = tempfile::tempdir().unwrap();
    let list: String = SITES.iter().map(|(host, path)| format!("{}\n", site.http(host, path))).collect();
    std::fs::write(out.path().join("sites.txt"), list).unwrap();
    let before = site.seen().len();
    let mut words = vec!["audit", "--sites", "sites.txt", "--sites-at-once", at_once, "--sessions", "3"];
    words.extend(["--format", "json", "--page-time", "0s", "--returning-pages", "0", "--fail-on", "never"]);
    let output = run(out.path(), &words).await;
    assert_status(&output, 0);
    let reports = Deserializer::from_slice(&output.stdout).into_iter::<Value>().map(|r| comparable(r.unwrap()));
    let asked = site.seen().split_off(before).into_iter().map(|asked| format!("{}{}", asked.host, asked.path));
    (reports.collect(), asked.collect(), stderr(&output))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sites_side_by_side_say_what_they_say_one_after_the_other() {
    let site = Site::start(page).await;
    let (alone, asked, said) = audited(&site, "1").await;
    let last_of_large = |asked: &[String]| asked.iter().rposition(|place| place.contains("/page-")).unwrap();
    let first_of_small = |asked: &[String]| asked.iter().position(|host| host.starts_with("www.small")).unwrap();
    assert!(first_of_small(&asked) > last_of_large(&asked), "{asked:?}");
    assert!(!said.contains("www.small.localhost: "), "no site's name before its lines: {said}");

    let (together, asked, said) = audited(&site, "3").await;
    assert!(first_of_small(&asked) < last_of_large(&asked), "{asked:?}");
    let again = asked.iter().position(|place| place.ends_with("/again")).unwrap();
    assert!(again > last_of_large(&asked), "one site of a domain at a time: {asked:?}");
    let counted: Vec<&str> = said.lines().filter(|line| line.contains("pages ·")).collect();
    let named = counted.iter().all(|line| line.starts_with("www."));
    assert!(counted.len() >= 3 && named, "whose pages are counted: {said}");

    let hosts = alone.iter().map(|report| report["site"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert!(hosts.len() == 4 && hosts.iter().zip(SITES).all(|(is, (host, _))| is.contains(host)), "{hosts:?}");
    for (one, other) in alone.iter().zip(&together) {
        assert_eq!(differing(one, other), Vec::<String>::new());
    }
    assert_eq!(alone.len(), together.len());
}
