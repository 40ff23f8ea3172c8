//! What lies beside the log: pictures of the findings' first pages and of the policy, the HAR, all of it sealed.

use serde_json::Value;

use super::run::{assert_status, folder, read, report, run};
use crate::support::{Asked, Reply, Site};

const VALUE: &str = "Zq7vK2mXw94LsTd8";

fn answer(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/" => Reply::html("<h1>Start</h1><p>The first page of a shop.</p><a href='/lamp'>a lamp</a>"),
        "/lamp" => Reply::html("<h1>Lamp</h1><p>It gives light.</p><img src='/seen.gif'><a href='/desk'>a desk</a>")
            .cookie(&format!("visitor={VALUE}; Path=/; Max-Age=999999")),
        "/desk" => Reply::html("<h1>Desk</h1><p>It gives room.</p>").cookie(&format!("visitor={VALUE}; Path=/")),
        "/seen.gif" => Reply::text("x"),
        "/policy" => Reply::html(format!(
            "<h1>Cookie policy</h1><p>{}</p><table><tr><th>Cookie<th>Purpose<th>Duration</tr>
             <tr><td>lang<td>Remembers your language<td>1 year</tr></table>",
            "These are the cookies that this shop uses. ".repeat(8)
        )),
        _ => Reply::status(404),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_and_requests_are_evidence_and_verify_covers_them() {
    let site = Site::start(answer).await;
    let out = tempfile::tempdir().unwrap();
    let (url, policy) = (site.http("www.seal.localhost", "/"), site.http("www.seal.localhost", "/policy"));
    let words = ["audit", &url, "--policy", &policy, "--page-time", "1s", "--sessions", "1", "--returning-pages", "0"];
    assert_status(&run(out.path(), &words).await, 1);
    let (dir, report) = (folder(out.path()), report(out.path()));

    // The finding is about a cookie of two pages: the picture is that of the first one.
    let finding = find(&report["findings"], "undisclosed-cookie");
    let picture = finding["screenshot"].as_str().unwrap_or_else(|| panic!("no picture: {finding:#}"));
    let policy_picture = report["policies"][0]["screenshot"].as_str().unwrap();
    for name in [picture, policy_picture] {
        assert!(std::fs::read(dir.join(name)).unwrap().starts_with(&[0xff, 0xd8]), "{name}");
    }
    let log = std::fs::read_to_string(dir.join("evidence.jsonl")).unwrap();
    let line = log.lines().find(|line| line.contains(picture)).unwrap();
    let pictured: Value = serde_json::from_str(line).unwrap();
    assert!(pictured["url"].as_str().unwrap().ends_with("/lamp"), "{}", pictured["url"]);

    let har = read(&dir.join("cookies.har"));
    let entries = har["log"]["entries"].as_array().unwrap();
    let of = |end: &str| entries.iter().find(|e| e["request"]["url"].as_str().unwrap().ends_with(end)).unwrap();
    let (lamp, image) = (of("/lamp"), of("/seen.gif"));
    assert_eq!((&lamp["response"]["status"], &lamp["request"]["method"]), (&200.into(), &"GET".into()));
    assert_eq!(lamp["response"]["cookies"][0]["name"], "visitor");
    assert_eq!(image["request"]["cookies"][0]["name"], "visitor", "the page's own cookie went along");
    assert!(entries.iter().all(|e| !e["request"]["url"].as_str().unwrap().ends_with("localhost/")), "no cookies there");
    assert!(!har.to_string().contains(VALUE));

    let manifest = read(&dir.join("manifest.json")).to_string();
    for name in [picture, policy_picture, "cookies.har"] {
        assert!(manifest.contains(&format!("\"{name}\"")), "{name} is not sealed");
    }
    let verify = ["verify", dir.to_str().unwrap()];
    assert_eq!(verified(&verify).await, 0);
    for name in [picture, "cookies.har"] {
        let whole = std::fs::read(dir.join(name)).unwrap();
        std::fs::write(dir.join(name), &whole[1..]).unwrap();
        assert_eq!(verified(&verify).await, 1, "a changed {name} goes unnoticed");
        std::fs::write(dir.join(name), &whole).unwrap();
    }
    assert_eq!(verified(&verify).await, 0);
}

fn find<'a>(findings: &'a Value, rule: &str) -> &'a Value {
    findings.as_array().unwrap().iter().find(|f| f["rule"] == rule).unwrap_or_else(|| panic!("{findings:#}"))
}

async fn verified(words: &[&str]) -> i32 {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_cookie-audit"));
    command.args(words).output().await.unwrap().status.code().unwrap()
}
