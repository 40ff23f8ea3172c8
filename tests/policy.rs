//! The `policy` command: public JSON, a table that fits 80 columns and is safe to print, and its exit status.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const PAGE: &str = "<html lang='en'><h1>Cookies</h1><p>We use cookies to count visits.</p>\
    <table><tr><th>Name<th>Provider<th>Purpose<th>Expiry<th>Type\
    <tr><td>_ga_&lt;ID&gt;<td>Google<td>Used to distinguish users<td>2 years<td>HTTP cookie\
    <tr><td>lang<td>This site<td>Remembers your language<td>Session<td>Local storage</table>";

fn file(name: &str, text: &[u8]) -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, text).unwrap();
    (dir, path)
}

fn policy(args: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("cookie-audit").unwrap().arg("policy").args(args).env("COLUMNS", "80").assert()
}

#[test]
fn json_is_the_public_one() {
    let (_dir, path) = file("cookies.html", PAGE.as_bytes());
    let out = policy(&[path.to_str().unwrap(), "--format", "json"]).success();
    let json: Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert_eq!(
        (&json["language"], &json["state"], &json["discloses_cookies"]),
        (&"en".into(), &"lists".into(), &true.into())
    );
    let first = &json["declarations"][0];
    assert_eq!(first["name"], "_ga_*");
    assert_eq!(first["provider"], "Google");
    assert_eq!(first["purpose"], "analytics");
    assert_eq!(first["lifetime_s"], 63_072_000);
    assert_eq!(first["storage"], "cookie");
    assert_eq!(first["place"]["line"], 1);
    let second = &json["declarations"][1];
    assert_eq!(
        (&second["lifetime_s"], &second["storage"], &second["purpose"]),
        (&"session".into(), &"local_storage".into(), &"language".into())
    );
    for field in ["purposes", "services", "claims"] {
        assert!(json[field].is_array(), "{field}");
    }
}

#[test]
fn the_table_fits_and_is_safe() {
    let hostile = format!(
        "{PAGE}<table><tr><th>Name<th>Purpose<tr><td>x_a<td>red \u{1b}[31m text \u{202e} {}</table>",
        "word ".repeat(200)
    );
    let (_dir, path) = file("cookies.html", hostile.as_bytes());
    let out = policy(&[path.to_str().unwrap()]).success();
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    assert!(text.contains("_ga_*") && text.contains("x_a"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    let too_long: Vec<&str> = text.lines().filter(|l| l.chars().count() > 80).collect();
    assert!(too_long.is_empty(), "{too_long:?}");
}

#[test]
fn the_exit_status_tells_what_could_be_read() {
    let (_dir, path) =
        file("shoes.html", b"<h1>Shoes</h1><p>The best shoes of all, in any colour that you can think of.</p>");
    let out = policy(&[path.to_str().unwrap(), "--format", "json"]).code(3);
    let json: Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert_eq!(json["state"], "unreadable");
    assert!(json["problem"].is_string());
    let (_dir, broken) = file("a.pdf", b"%PDF-1.7 broken");
    policy(&[broken.to_str().unwrap()]).code(3);
    policy(&["no/such/file.html"]).code(2);
}
