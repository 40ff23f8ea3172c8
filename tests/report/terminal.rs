//! The terminal report: order, width, colour only when asked for.

use cookie_audit::report::{RenderOptions, terminal};
use unicode_width::UnicodeWidthStr;

use crate::fixture;

#[test]
fn verdict_and_coverage_come_first_then_findings_then_cookies() {
    let text = terminal::render(&fixture::shop(), &RenderOptions::default());
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what:?} is missing in\n{text}"));
    assert!(at("2 errors and 1 warning") < at("coverage"));
    assert!(at("coverage") < at("undisclosed-cookie"));
    assert!(at("CA204") < at("Not tested"));
    assert!(at("Not tested") < at("Cookies (10)"));
    assert!(at("Max-Age=63072000") < at("Add the row: _vid_*"));
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    for audit in [fixture::shop(), fixture::hostile()] {
        for width in [60, 80, 120] {
            let text = terminal::render(&audit, &RenderOptions { width, ..RenderOptions::default() });
            for line in text.lines() {
                assert!(UnicodeWidthStr::width(line) <= usize::from(width), "{width}: {line}");
            }
        }
    }
}

#[test]
fn colour_is_there_only_when_asked_for() {
    let plain = terminal::render(&fixture::shop(), &RenderOptions::default());
    assert!(!plain.contains('\u{1b}'));
    let coloured = terminal::render(&fixture::shop(), &RenderOptions { colour: true, ..RenderOptions::default() });
    assert!(coloured.contains("\u{1b}[1;31m"));
}
