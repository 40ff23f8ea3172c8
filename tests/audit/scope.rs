//! The scope holds: what leads out of it is not followed, by whatever means.

use std::sync::Arc;

use serde_json::Value;

use super::run::{assert_status, report, run};
use crate::support::{Asked, Reply, Site};

fn answer(asked: &Asked) -> Reply {
    let away = format!("http://outside.localhost:{}/landing", asked.http);
    let page = |text: &str| Reply::html(format!("<h1>Page</h1><p>Enough text to be a page of its own.</p>{text}"));
    match (asked.host.as_str(), asked.path.as_str()) {
        ("outside.localhost", _) => Reply::html("outside").cookie("outside=1; Path=/"),
        (_, "/") => page(
            "<a href=/redirect>a</a> <a href=/refresh>b</a> <a href=/script>c</a> <a href=/form>d</a> <a href=/fine>e</a>",
        ),
        (_, "/redirect") => Reply::redirect("/second").cookie("hop=1; Path=/"),
        (_, "/second") => Reply::redirect(away).cookie("second_hop=1; Path=/"),
        (_, "/refresh") => {
            page(&format!("<meta http-equiv=refresh content='1;url={away}'>")).cookie("refresh=1; Path=/")
        }
        (_, "/script") => page(&format!("<script>setTimeout(() => location = '{away}', 500)</script>")),
        (_, "/form") => page(&format!("<form action='{away}'></form><script>document.forms[0].submit()</script>")),
        (_, "/fine") => page("<a href='javascript:alert(1)'>x</a> <a href='file:///etc/passwd'>y</a>"),
        _ => Reply::status(404),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_navigation_leaves_it() {
    let site = Site::start(answer).await;
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.inside.localhost", "/");
    let words = ["audit", &url, "--max-failed", "50%", "--fail-on", "never", "--page-time", "3s"];
    assert_status(&run(out.path(), &words).await, 0);
    let strays: Vec<_> = site.seen().into_iter().filter(|asked| asked.host == "outside.localhost").collect();
    assert!(strays.is_empty(), "{strays:?}");
    let report = report(out.path());
    let names: Vec<&str> = report["cookies"].as_array().unwrap().iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(names, ["hop", "refresh", "second_hop"]);
    let skipped = report["coverage"]["pages_skipped"].as_array().unwrap();
    let led_away = |entry: &&Value| entry["url"].as_str().unwrap().ends_with("/redirect") && entry["reason"] == "scope";
    assert_eq!(skipped.iter().filter(led_away).count(), 1, "{skipped:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_reach_the_exact_origin_only() {
    let site = Arc::new(
        Site::start(|asked| match asked.path.as_str() {
            "/" => Reply::html(format!(
                "<h1>Home</h1><p>A page with pictures from elsewhere.</p><img src=/own.gif>
             <img src=http://www.inside.localhost:{}/twin.gif><img src=http://other.localhost:{}/other.gif>",
                asked.https, asked.http
            )),
            _ => Reply::text("x"),
        })
        .await,
    );
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.inside.localhost", "/");
    let mut command = super::run::command(
        out.path(),
        &["record", &url, "--header-env", "X-Staging=STAGING_KEY", "--page-time", "1s", "--max-pages", "1"],
    );
    let output = command.env("STAGING_KEY", "key-7Hq2").output().await.unwrap();
    assert_status(&output, 0);
    let given = |path: &str| site.seen().iter().any(|a| a.path == path && a.header("x-staging") == Some("key-7Hq2"));
    assert!(given("/") && given("/own.gif"));
    assert!(site.count("/other.gif") > 0 && !given("/other.gif"));
    let log = std::fs::read_to_string(super::run::folder(out.path()).join("evidence.jsonl")).unwrap();
    assert!(!log.contains("key-7Hq2"));
}
