//! What a panic says: its place, and never its words, which may quote a secret.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::process::Command;

/// Set for a copy of this test program that panics.
const PLAY: &str = "PANICS_PLAY";
const SECRET: &str = "token-Zq7vK2mXw94L";

/// Not a test of its own.
#[test]
fn play_the_tool() {
    if std::env::var_os(PLAY).is_none() {
        return;
    }
    cookie_audit::cli::quiet_panics();
    let words = SECRET.to_owned();
    assert!(std::thread::spawn(move || assert!(words.is_empty(), "{words} is no good")).join().is_err());
    // Slices quote what they cannot cut.
    let text = format!("é{SECRET}");
    assert!(std::thread::spawn(move || drop(text[1..].to_owned())).join().is_err());
}

#[test]
fn a_panic_tells_its_place_and_none_of_its_words() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["play_the_tool", "--exact", "--nocapture"])
        .env(PLAY, "1")
        .output()
        .unwrap();
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.matches("broke at tests/panics.rs:").count(), 2, "{said}");
    assert!(!said.contains(SECRET), "{said}");
}
