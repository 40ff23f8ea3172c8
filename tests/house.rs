//! The house itself: who may import whom, how large a room may grow, and that every file says what it is for.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

/// Room → rooms it may use. A room always may use itself. `cli` sees everything and is not listed.
const MAY: &[(&str, &[&str])] = &[
    ("cookie", &[]),
    ("site", &["cookie"]),
    ("evidence", &["cookie", "site"]),
    ("gather", &["cookie", "site", "evidence"]),
    ("judge", &["cookie", "site", "evidence"]),
    ("report", &["cookie", "site", "evidence", "judge"]),
    ("config", &[]),
    ("demo", &["cookie", "site"]),
];

/// The wings that must stay free of runtime and browser.
const PURE: &[&str] = &["judge", "report", "evidence"];
const BROWSER_CRATES: &[&str] = &["tokio", "fantoccini", "tokio_tungstenite", "reqwest"];

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn all_sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    assert!(files.len() > 20, "the walk over src found only {} files", files.len());
    files
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            let room = inside.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            (room, path, text)
        })
        .collect()
}

/// Rooms named after `crate::` in code lines, grouped imports included.
fn imports(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for after in code.split("crate::").skip(1) {
        let inner = after.strip_prefix('{').map(|group| group.split('}').next().unwrap_or_default());
        let names: Vec<&str> = match inner {
            Some(group) => group.split(',').map(str::trim).collect(),
            None => vec![after],
        };
        for name in names {
            let word: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            found.push(word);
        }
    }
    found
}

#[test]
fn rooms_import_only_what_they_may() {
    let rooms: Vec<&str> = MAY.iter().map(|(r, _)| *r).chain(["cli"]).collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (room, path, text) in all_sources() {
        let Some((_, may)) = MAY.iter().find(|(r, _)| *r == room) else { continue };
        for import in imports(&text) {
            if !rooms.contains(&import.as_str()) {
                continue;
            }
            seen += 1;
            if import != room && !may.contains(&import.as_str()) {
                wrong.push(format!("{}: {room} must not use {import}", path.display()));
            }
        }
    }
    assert!(seen > 10, "the import reader found only {seen} imports");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn judging_and_reporting_know_no_browser() {
    let mut wrong = Vec::new();
    for (room, path, text) in all_sources().into_iter().filter(|(r, ..)| PURE.contains(&r.as_str())) {
        for name in BROWSER_CRATES {
            if text.lines().any(|l| !l.trim_start().starts_with("//") && l.contains(&format!("{name}::"))) {
                wrong.push(format!("{}: {room} uses {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_stays_small() {
    let mut wrong = Vec::new();
    for (_, path, text) in all_sources() {
        if !text.starts_with("//!") {
            wrong.push(format!("{}: no header", path.display()));
        }
        let lines = text.lines().count();
        if lines > 450 {
            wrong.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_import_reader_reads_groups() {
    let text = "use crate::{cookie::Key, judge};\nlet x = crate::site::y();\n// crate::cli";
    assert_eq!(imports(text), ["cookie", "judge", "site"]);
}
