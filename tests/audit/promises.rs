//! Policies as a browser shows them, laid beside what the site does: promises in prose that a counter breaks, and a list
//! that only a script fills.
//!
//! Not here: the rules one by one (`tests/rules`), and how policies are found.

use serde_json::Value;

use super::run::{assert_status, report, run, texts};
use crate::support::{Asked, Reply, Site};

const TEXT: &str = "<h1>A shop</h1><p>With enough text on it to be one of the site's own pages.</p>";

/// What the site that this tool was first written for claims, in words of our own.
const PROMISES: &str = "<html lang=en><h1>Our cookies</h1><p>Our shop keeps cookies so that your browser can offer you \
    logins, preferences, language settings and themes.</p><p>We use a cookie solely to help your browser show our pages, \
    and it does not collect any information about you or your computer.</p><p>You can turn cookies off in your browser, \
    but you may then lose access to some of our pages.</p>";

/// A counter in the usual manner: a script from elsewhere, an identifier of a year, a beacon.
const COUNTER: &str = "const had = document.cookie.match(/_visitor_id=([^;]+)/);
    const id = had ? had[1] : crypto.randomUUID();
    document.cookie = '_visitor_id=' + id + '; path=/; max-age=31536000';";

/// Name, purpose, lifetime and party of every cookie the second site sets.
const ROWS: [[&str; 4]; 4] = [
    ["shop_session", "Keeps you signed in", "Session", "First party"],
    ["lang", "Remembers your language", "1 year", "First party"],
    ["theme", "Remembers the colour theme", "30 days", "First party"],
    ["_visitor_id", "Counts visitors for our statistics", "1 year", "First party"],
];

fn promising(asked: &Asked) -> Reply {
    let counter = format!("http://cdn.counter.localhost:{}", asked.http);
    match (asked.host.as_str(), asked.path.as_str()) {
        ("cdn.counter.localhost", "/counter.js") => {
            Reply::script(format!("{COUNTER} new Image().src = '{counter}/hit?visitor=' + id;"))
        }
        ("cdn.counter.localhost", _) => Reply::new("image/gif", "").cookie("stat_uid=f3a9; Path=/"),
        (_, "/") => Reply::html(format!(
            "{TEXT}<script src={counter}/counter.js></script><footer><a href=/privacy>Privacy policy</a></footer>"
        ))
        .cookie("lang=en; Path=/; Max-Age=31536000"),
        (_, "/privacy") => Reply::html(PROMISES),
        _ => Reply::status(404),
    }
}

/// The rows as a script asks for them, for policies `/cookies/all`, `/cookies/less` and `/cookies/never`.
fn rows(path: &str) -> Reply {
    let left_out = if path.ends_with("less") { "theme" } else { "" };
    let row = |row: &&[&str; 4]| format!("<tr><td>{}</td></tr>", row.join("</td><td>"));
    let rows: String = ROWS.iter().filter(|row| row[0] != left_out).map(|r| row(&r)).collect();
    Reply::text(format!("<table><tr><th>Name<th>Purpose<th>Lifetime<th>Type</tr>{rows}</table>"))
}

fn listing(asked: &Asked) -> Reply {
    let (host, path) = (asked.host.as_str(), asked.path.as_str());
    match path {
        _ if host == "cdn.counter.localhost" => Reply::script(COUNTER),
        "/" => Reply::html(format!(
            "{TEXT}<script>document.cookie = 'theme=dark; path=/; max-age=2592000'</script>
             <script src=http://cdn.counter.localhost:{}/counter.js></script>",
            asked.http
        ))
        .cookie("shop_session=k3j9x8q2w7aak3j9x8q2w7aa12; Path=/; HttpOnly; SameSite=Lax")
        .cookie("lang=en; Path=/; Max-Age=31536000"),
        "/cookies/never" => filled_from("/missing"),
        _ if path.starts_with("/cookies/") => filled_from(&path.replace("/cookies/", "/rows/")),
        _ if path.starts_with("/rows/") => rows(path),
        _ => Reply::status(404),
    }
}

/// A policy whose list is not in the page but comes half a second after it.
fn filled_from(rows: &str) -> Reply {
    Reply::html(format!(
        "<html lang=en><h1>Cookie policy</h1><p>Here stands what the cookies of our shop are for.</p>
         <div id=CookieDeclaration></div><script>setTimeout(async () => {{
            const answer = await fetch('{rows}');
            if (answer.ok) document.getElementById('CookieDeclaration').innerHTML = await answer.text();
         }}, 500)</script>"
    ))
}

/// Rule and cookies of every violation that is more than a note.
fn violations(report: &Value) -> Vec<(String, Vec<String>)> {
    let counts = |f: &&Value| f["outcome"] == "violation" && f["severity"] != "note";
    let cookie = |at: &Value| report["cookies"][at.as_u64().unwrap() as usize]["name"].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter().filter(counts);
    findings
        .map(|f| {
            (f["rule"].as_str().unwrap().to_owned(), f["cookies"].as_array().unwrap().iter().map(cookie).collect())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_counter_contradicts_the_founding_promises_twice() {
    let site = Site::start(promising).await;
    let out = tempfile::tempdir().unwrap();
    let output = run(out.path(), &["audit", &site.http("www.promise.localhost", "/"), "--max-depth", "1"]).await;
    assert_status(&output, 1);
    let report = report(out.path());
    let policy = &report["policies"][0];
    assert_eq!((&policy["state"], policy["declarations"].as_array().map(Vec::len)), (&"mentions".into(), Some(0)));
    let words = |list: &str, key: &str| -> Vec<String> {
        let list = policy[list].as_array().unwrap();
        list.iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
    };
    let (purposes, mut claims) = (words("purposes", "purpose"), words("claims", "kind"));
    for purpose in ["login", "preferences", "language", "theme"] {
        assert!(purposes.iter().any(|p| p == purpose), "{purpose} in {purposes:?}");
    }
    claims.sort();
    assert_eq!(claims, ["no-data-collected", "refusal-harmful", "sole-purpose"]);
    let findings = report["findings"].as_array().unwrap();
    let contradicted: Vec<&Value> =
        findings.iter().filter(|f| f["rule"] == "contradicted-claim" && f["outcome"] == "violation").collect();
    assert_eq!(contradicted.len(), 2, "{contradicted:#?}");
    for finding in contradicted {
        assert!(finding["policy_quote"].as_str().is_some_and(|quote| quote.contains("solely")), "{finding}");
        let seen = texts(finding, "evidence").join("\n");
        assert!(seen.contains("_visitor_id") && seen.contains("cdn.counter.localhost"), "the observation: {finding}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_a_script_fills_is_read() {
    let site = Site::start(listing).await;
    let url = site.http("www.listing.localhost", "/");
    let judged = async |policy: &str, status: i32| {
        let out = tempfile::tempdir().unwrap();
        let policy = site.http("www.listing.localhost", policy);
        let output = run(out.path(), &["audit", &url, "--max-depth", "0", "--policy", &policy]).await;
        assert_status(&output, status);
        report(out.path())
    };
    let all = judged("/cookies/all", 0).await;
    assert_eq!(all["policies"][0]["declarations"].as_array().map(Vec::len), Some(ROWS.len()));
    assert_eq!(violations(&all), []);
    let less = judged("/cookies/less", 1).await;
    assert_eq!(violations(&less), [("undisclosed-cookie".to_owned(), vec!["theme".to_owned()])]);
    // A list that never came is no list that lacks something.
    let never = judged("/cookies/never", 3).await;
    assert_eq!(never["policies"][0]["state"], "unreadable");
    assert!(violations(&never).iter().all(|(rule, _)| rule != "undisclosed-cookie"), "{:?}", violations(&never));
}
