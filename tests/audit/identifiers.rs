//! Which cookies tell visitors apart: a site that plants every kind of value, and the program's word on each.
//!
//! Values are made anew for each visitor and come back as long as the visitor brings them; tokens change each time. Not
//! here: the comparing itself (`judge::classify::identifier` and its tests).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use super::run::{assert_status, cookie, report, run};
use crate::support::{Asked, Reply, Site};

/// What the site sets, and whether it tells visitors apart.
const PLANTED: &[(&str, bool)] = &[
    ("plain_uuid", true),
    ("ga_like", true),
    ("json_wrapped", true),
    ("base64_wrapped", true),
    ("dotted", true),
    ("scripted", true),
    ("once_uuid", true),
    ("millis", false),
    ("iso_moment", false),
    ("letter", false),
    ("variants", false),
    ("locale", false),
    ("build", false),
    ("rotating", false),
    ("json_rotating", false),
    ("visits", false),
    ("once_letter", false),
];

fn random(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).unwrap();
    buffer.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn uuid() -> String {
    let hex = random(16);
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

fn digits(count: usize) -> String {
    let hex = random(count);
    hex.bytes().take(count).map(|byte| char::from(b'1' + byte % 9)).collect()
}

/// What a visitor gets who does not have it yet.
fn value(name: &str) -> String {
    let now = jiff::Timestamp::now();
    let seconds = now.as_second();
    match name {
        "plain_uuid" | "once_uuid" => uuid(),
        "ga_like" => format!("GA1.2.{}.{seconds}", digits(10)),
        "json_wrapped" => format!("%7B%22v%22%3A1%2C%22id%22%3A%22{}%22%2C%22t%22%3A{seconds}%7D", uuid()),
        "base64_wrapped" => BASE64_URL_SAFE_NO_PAD.encode(format!("{{\"id\":\"{}\"}}", random(12))),
        "dotted" => format!("v1.{}.{seconds}", random(10)),
        "millis" => now.as_millisecond().to_string(),
        "iso_moment" => now.to_string().replace(':', "%3A"),
        "letter" | "once_letter" => if random(1).as_str() < "80" { "A" } else { "B" }.to_owned(),
        "variants" => format!("header-{}.price-{}", digits(1), digits(1)),
        "locale" => "en-US".to_owned(),
        "build" => "b7f3a9c2d4e58a61".to_owned(),
        "rotating" => random(16),
        "json_rotating" => format!("%7B%22token%22%3A%22{}%22%7D", random(16)),
        _ => "1".to_owned(),
    }
}

fn answer(asked: &Asked) -> Reply {
    let script = "<script>if (!document.cookie.includes('scripted='))
        document.cookie = 'scripted=' + crypto.randomUUID() + '; path=/; max-age=31536000'</script>";
    let text = "<h1>A page</h1><p>With enough text on it to be one of the site's own pages.</p>";
    let page = match asked.path.as_str() {
        "/" => format!("{text}{script}<a href=/second>second</a> <a href=/once>once</a>"),
        "/second" => format!("{text}{script}"),
        "/once" => text.to_owned(),
        _ => return Reply::status(404),
    };
    let once = asked.path == "/once";
    let here = PLANTED.iter().map(|(name, _)| *name).filter(|name| name.starts_with("once") == once);
    let has = |name: &str| asked.cookies().split("; ").find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    here.filter(|name| *name != "scripted").fold(Reply::html(page), |reply, name| {
        let value = match has(name) {
            Some(_) if name.contains("rotating") => value(name),
            Some(count) if name == "visits" => (count.parse::<u32>().unwrap_or(0) + 1).to_string(),
            Some(_) => return reply,
            None => value(name),
        };
        reply.cookie(&format!("{name}={value}; Path=/; Max-Age=31536000"))
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tells_visitors_apart_is_told_and_nothing_else() {
    let site = Site::start(answer).await;
    let out = tempfile::tempdir().unwrap();
    let words = ["audit", &site.http("www.ids.localhost", "/"), "--max-depth", "1", "--fail-on", "never"];
    assert_status(&run(out.path(), &words).await, 0);
    let report = report(out.path());
    let wrong: Vec<String> = PLANTED
        .iter()
        .filter(|(name, tells)| cookie(&report, name)["identifier"] != Value::Bool(*tells))
        .map(|(name, tells)| format!("{name}: {tells}, but {}", cookie(&report, name)["identifier"]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
