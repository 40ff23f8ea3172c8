//! A way in for `fuzz/`, and built only there: events as a browser would send them.

use serde_json::Value;

use super::hooks::Hooks;
use super::tab::Tab;
use super::tape::Tape;
use crate::gather::browser::bidi::Listener as _;

/// Hears one message a line, as from Chromium or from Firefox.
pub fn hear(chromium: bool, lines: &str) {
    let tape = Tape::new(Hooks::for_tests(), chromium);
    tape.rewind(&Tab::for_tests("TAB"));
    for line in lines.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let method = message["method"].as_str().unwrap_or_default();
        match message["sessionId"].as_str() {
            Some(session) => tape.event_of(session, method, &message["params"]),
            None => tape.event(method, &message["params"]),
        }
    }
    let reel = tape.take();
    let _ = (super::outcome::hops(&reel), super::outcome::main_status(&reel));
}
