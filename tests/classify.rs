//! The `classify` command as people and scripts meet it: arguments, JSON lines, explanations, their own lists, faults.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;

use assert_cmd::Command;
use serde_json::Value;

fn cookie_audit() -> Command {
    let mut command = Command::cargo_bin("cookie-audit").unwrap();
    command.arg("classify").env("NO_COLOR", "1");
    command
}

fn json_lines(output: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn asked(arguments: &[&str], stdin: &str) -> Vec<Value> {
    let output = cookie_audit().args(["--stdin", "--format", "json"]).args(arguments).write_stdin(stdin).assert();
    json_lines(&output.success().get_output().stdout)
}

#[test]
fn each_line_comes_back_with_its_answer() {
    let answers = asked(
        &[],
        concat!(
            r#"{"name":"lang","value":"en","domain":"shop.test","site":"shop.test","lifetime_s":31536000,"mine":7}"#,
            "\n",
            r#"{"name":"qzk","value":"1"}"#,
        ),
    );
    let first = &answers[0];
    assert_eq!(first["purpose"], "language");
    assert_eq!(first["category"], "functional");
    assert_eq!((&first["mine"], &first["value"]), (&Value::from(7), &Value::from("en")));
    assert!(
        first["reasons"]
            .as_array()
            .is_some_and(|r| r.iter().all(|x| x["source"].is_string() && x["detail"].is_string()))
    );
    assert_eq!((&answers[1]["purpose"], &answers[1]["confidence"]), (&"unknown".into(), &"low".into()));
}

#[test]
fn arguments_make_a_table() {
    let output = cookie_audit().args(["PHPSESSID", "theme=dark"]).assert().success();
    let text = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    assert!(text.contains("login") && text.contains("theme") && text.contains("high"), "{text}");
}

#[test]
fn explaining_shows_every_voice_and_the_authority() {
    let answers = asked(&["--explain"], r#"{"name":"PHPSESSID"}"#);
    let candidates = answers[0]["candidates"].as_array().unwrap();
    assert!(candidates.iter().any(|c| c["source"] == "knowledge" && c["points"]["login"].as_f64() > Some(1.0)));
    assert!(answers[0]["consent_exempt_source"].as_str().is_some_and(|s| s.contains("WP29")));
    let output = cookie_audit().args(["PHPSESSID", "--explain"]).assert().success();
    let text = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    assert!(
        text.contains("Everything that spoke about PHPSESSID") && text.contains("Exempt from consent: yes"),
        "{text}"
    );
}

#[test]
fn own_database_and_own_list_speak_more_softly() {
    let folder = tempfile::tempdir().unwrap();
    let (database, list) = (folder.path().join("mine.csv"), folder.path().join("mine.txt"));
    let head = "\u{feff}ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Wildcard match";
    let rows = "1,Numbers,Analytics,zqnum_,numbers.test (3rd party),counts,2 years,1\n2,Numbers,Marketing,PHPSESSID,,sells,session,0";
    fs::write(&database, format!("{head}\n{rows}\n")).unwrap();
    fs::write(&list, "! list\n||counting.test^$third-party\n").unwrap();
    let (database, list) = (database.to_string_lossy().into_owned(), list.to_string_lossy().into_owned());
    let lines = concat!(
        r#"{"name":"zqnum_77"}"#,
        "\n",
        r#"{"name":"PHPSESSID"}"#,
        "\n",
        r#"{"name":"zq","site":"shop.test","domain":"shop.test","writer_urls":["https://counting.test/c.js"]}"#,
    );
    let answers = asked(&["--explain", "--cookie-db", &database, "--filter-list", &list], lines);
    assert_eq!(answers[0]["purpose"], "analytics");
    assert_eq!(answers[1]["purpose"], "login", "our own knowledge is believed more");
    let spoke = |answer: &Value, cue: &str| answer["candidates"].as_array().unwrap().iter().any(|c| c["cue"] == cue);
    assert!(spoke(&answers[1], "cookie-db") && spoke(&answers[2], "filter-list"));
}

#[test]
fn overrides_of_a_settings_file_decide() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[[override]]\ncookie = \"_ga\"\npurpose = \"cart\"\nreason = \"our own basket, badly named\"\n";
    let path = folder.path().join("own.toml");
    fs::write(&path, text).unwrap();
    let lines = concat!(r#"{"name":"_ga"}"#, "\n", r#"{"name":"_gid"}"#);
    let answers = asked(&["--config", &path.to_string_lossy()], lines);
    assert_eq!((&answers[0]["purpose"], &answers[1]["purpose"]), (&"cart".into(), &"analytics".into()));
    let reason = &answers[0]["reasons"][0];
    assert_eq!(reason["source"], "override");
    assert!(reason["detail"].as_str().is_some_and(|detail| detail.contains("badly named")), "{reason}");
    // The same file is found by its name where the command runs.
    fs::rename(&path, folder.path().join("cookie-audit.toml")).unwrap();
    let found = cookie_audit().args(["_ga", "--format", "json"]).current_dir(folder.path()).assert().success();
    assert_eq!(json_lines(&found.get_output().stdout)[0]["purpose"], "cart");
    fs::write(folder.path().join("cookie-audit.toml"), "[[override]]\ncookie = \"a\"\npurpose = \"fun\"\n").unwrap();
    cookie_audit().arg("a").current_dir(folder.path()).assert().code(2);
}

#[test]
fn faults_are_told_and_end_with_two() {
    let output = cookie_audit().arg("--stdin").write_stdin("{\"name\":\"a\"}\nnonsense\n").assert().code(2);
    assert!(String::from_utf8_lossy(&output.get_output().stderr).contains("line 2"));
    cookie_audit().args(["x", "--cookie-db", "/nowhere/at/all.csv"]).assert().code(2);
    cookie_audit().assert().code(2);
}
