//! Names chosen to break formats: no format breaks or lies, proven by the parsers others use.

use cookie_audit::report::{RenderOptions, escape, terminal};

use crate::fixture::{self, HOSTILE};

#[test]
fn a_terminal_gets_no_control_and_no_direction_character() {
    let text = terminal::render(&fixture::hostile(), &RenderOptions { width: 120, ..RenderOptions::default() });
    let bad: Vec<char> = text.chars().filter(|c| *c != '\n' && escape::is_hidden(*c)).collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert!(text.contains("\\u{1b}[2J"), "the escape is shown, not dropped:\n{text}");
    assert!(text.contains("4096 chars"), "a cut is told");
    assert!(HOSTILE.len() < fixture::hostile().cookies.len());
}
