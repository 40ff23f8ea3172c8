//! Settings as a user meets them: the files under `configs/` are current and valid, faults point at their lines.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use assert_cmd::Command;
use std::path::Path;

fn cookie_audit() -> Command {
    let mut command = Command::cargo_bin("cookie-audit").unwrap();
    command.env_clear().env("NO_COLOR", "1").env("PATH", std::env::var("PATH").unwrap_or_default());
    command
}

fn printed(args: &[&str]) -> String {
    let output = cookie_audit().args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn committed(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn default_settings_and_schema_are_current() {
    assert_eq!(
        committed("configs/default.toml"),
        printed(&["init", "--print"]),
        "run: cookie-audit init --print > configs/default.toml"
    );
    assert_eq!(committed("configs/cookie-audit.schema.json"), printed(&["init", "--schema"]));
}

#[test]
fn the_example_fits_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(&committed("configs/cookie-audit.schema.json")).unwrap();
    let example: toml::Table = toml::from_str(&committed("configs/example.toml")).unwrap();
    let mut example = serde_json::to_value(example).unwrap();
    // A TOML date reaches JSON as a table of its own; editors show it as text.
    example["allow"][0]["expires"] = serde_json::json!("2027-06-30");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&example).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn init_does_not_overwrite() {
    let folder = tempfile::tempdir().unwrap();
    let run = |extra: &[&str]| cookie_audit().current_dir(&folder).arg("init").args(extra).output().unwrap();
    assert_eq!(run(&["shop.example"]).status.code(), Some(0));
    let again = run(&[]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"));
    let text = std::fs::read_to_string(folder.path().join("cookie-audit.toml")).unwrap();
    assert!(text.contains("url = \"https://shop.example/\""));
}

#[test]
fn completions_and_manual_are_made_from_the_parser() {
    assert!(printed(&["completions", "bash"]).contains("cookie-audit"));
    assert!(printed(&["man"]).contains(".TH cookie"));
}
