//! Names chosen to break formats: no format breaks or lies, proven by the parsers others use.

use cookie_audit::report::{Format, RenderOptions, escape, render};
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::fixture::{self, HOSTILE};

fn text(format: Format) -> String {
    let options = RenderOptions { width: 120, ..RenderOptions::default() };
    String::from_utf8(render(format, &fixture::hostile(), &options).unwrap()).unwrap()
}

#[test]
fn no_text_format_holds_a_control_or_direction_character() {
    for format in
        [Format::Table, Format::Json, Format::Sarif, Format::Junit, Format::Github, Format::Markdown, Format::Csv]
    {
        let text = text(format);
        let bad: Vec<char> = text.chars().filter(|c| !matches!(c, '\n' | '\r') && escape::is_hidden(*c)).collect();
        assert!(bad.is_empty(), "{format:?}: {bad:?}");
    }
}

#[test]
fn a_terminal_shows_what_was_escaped_and_says_what_was_cut() {
    let text = text(Format::Table);
    assert!(text.contains("\\u{1b}[2J"), "the escape is shown, not dropped:\n{text}");
    assert!(text.contains('…'), "a cut is told");
    assert!(HOSTILE.len() < fixture::hostile().cookies.len());
}

#[test]
fn csv_gives_back_every_name_and_starts_no_formula() {
    let text = text(Format::Csv);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            for cell in &row {
                assert!(!cell.starts_with(['=', '@', '\t', '\r']), "{cell:?}");
            }
            row[1].to_owned()
        })
        .collect();
    for hostile in HOSTILE {
        let shown = escape::visible(hostile);
        assert!(names.iter().any(|n| n.trim_start_matches('\'') == shown), "{shown:?}");
    }
}

#[test]
fn junit_is_well_formed_and_holds_no_more_elements_than_the_harmless_one() {
    fn count(xml: &str) -> usize {
        let mut reader = quick_xml::Reader::from_str(xml);
        let mut count = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => return count,
                quick_xml::events::Event::Start(_) | quick_xml::events::Event::Empty(_) => count += 1,
                _ => {}
            }
        }
    }
    let plain = render(Format::Junit, &fixture::shop(), &RenderOptions::default()).unwrap();
    assert_eq!(count(&text(Format::Junit)), count(std::str::from_utf8(&plain).unwrap()));
}

#[test]
fn github_gets_no_command_of_the_pages() {
    let out = text(Format::Github);
    assert_eq!(out.lines().count(), 4);
    assert!(
        out.lines().all(|l| l.starts_with("::error file=")
            || l.starts_with("::warning file=")
            || l.starts_with("::notice title=")),
        "{out}"
    );
}

#[test]
fn markdown_opens_no_link_no_image_and_no_html_but_ours() {
    let out = text(Format::Markdown);
    let mut html = Vec::new();
    for event in Parser::new_ext(&out, Options::ENABLE_TABLES | Options::ENABLE_GFM) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link or an image"),
            Event::Html(t) | Event::InlineHtml(t) => html.push(t.trim().to_owned()),
            _ => {}
        }
    }
    let ours = ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"];
    for piece in html {
        let mut rest = piece.clone();
        for tag in ours {
            rest = rest.replace(tag, "");
        }
        assert!(!rest.contains('<'), "{piece}");
    }
}

#[test]
fn markdown_tables_keep_their_columns() {
    let out = text(Format::Markdown);
    let mut rows = Vec::new();
    let mut cells = 0;
    for event in Parser::new_ext(&out, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableRow) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(pulldown_cmark::TagEnd::TableRow) => rows.push(cells),
            _ => {}
        }
    }
    assert_eq!(rows.iter().filter(|c| **c == 7).count(), 10, "{rows:?}");
    for hostile in HOSTILE {
        assert!(out.contains(&escape::markdown_code(&escape::line(hostile, 120))), "{hostile:?}");
    }
}
