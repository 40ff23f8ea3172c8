//! Documents of every file kind become the blocks that a reader sees, each in its place.

use proptest::prelude::*;

use super::document::{Block, Document, Kind};
use super::source::document;
use crate::evidence::model::{PolicyDocument, PolicyText};

pub(crate) fn policy(name: &str, bytes: &[u8]) -> PolicyText {
    let document = PolicyDocument {
        url: name.to_owned(),
        file: None,
        media_type: String::new(),
        found_by: "flag".to_owned(),
        link_text: None,
        failure: None,
        notes: Vec::new(),
        screenshot: None,
    };
    PolicyText { document, bytes: bytes.to_vec() }
}

fn read(name: &str, text: &str) -> Document {
    document(&policy(name, text.as_bytes())).unwrap()
}

fn shown(block: &Block) -> String {
    let text = block.text.plain.replace('\n', "⏎");
    match &block.kind {
        Kind::Heading(level) => format!("h{level} {text}"),
        Kind::Paragraph => format!("p {text}"),
        Kind::Item { depth, first } => format!("li{depth}{} {text}", if *first { "" } else { "+" }),
        Kind::Term => format!("dt {text}"),
        Kind::Definition => format!("dd {text}"),
        Kind::Code => format!("code {text}"),
        Kind::Table(table) => {
            let rows: Vec<String> = table
                .rows
                .iter()
                .map(|r| r.cells.iter().map(|c| c.text.plain.replace('\n', "⏎")).collect::<Vec<_>>().join(" | "))
                .collect();
            format!("table {text}: {}", rows.join(" / "))
        }
    }
}

fn blocks(name: &str, text: &str) -> Vec<String> {
    read(name, text).blocks.iter().map(shown).collect()
}

#[test]
fn html_becomes_blocks() {
    let page = "<html lang='de-AT'><head><title>T</title><style>p{}</style></head><body><h2>Cookies</h2>\
        <p>Wir&nbsp;nutzen <b>zwei</b><br>Cookies<!-- <p>nicht</p> -->.<ul><li>eins<ul><li>innen</li></ul><li>zwei</ul>\
        <dl><dt>_ga<dd>Analyse</dl><script>if (a<b) {}</script><p><strong>Stark</strong></p>";
    let document = read("a.html", page);
    assert_eq!(document.language, "de");
    assert_eq!(document.title, "T");
    let found: Vec<String> = document.blocks.iter().map(shown).collect();
    assert_eq!(
        found,
        [
            "h2 Cookies",
            "p Wir nutzen zwei⏎Cookies.",
            "li1 eins",
            "li2 innen",
            "li1 zwei",
            "dt _ga",
            "dd Analyse",
            "h7 Stark"
        ]
    );
    assert_eq!(document.headings(1), ["Cookies"]);
}

#[test]
fn spans_are_resolved_and_layout_tables_opened() {
    let page = "<table><tr><th>Name<th>Zweck<tr><td>a<td rowspan=2>beide<tr><td>b</table>\
        <table><tr><td><h1>Seite</h1><table><tr><td>x<td>y</table></table>";
    assert_eq!(blocks("a.html", page), ["table : Name | Zweck / a | beide / b | beide", "h1 Seite", "table : x | y"]);
}

#[test]
fn names_survive_markup() {
    assert_eq!(blocks("a.html", "<p>_ga_<ID> and a<wbr>b_&lt;x&gt; ph\u{200b}_"), ["p _ga_<ID> and ab_<x> ph_"]);
    let cases = [
        (
            "| N | P |\n|---|---|\n| _ga_<ID> | x |\n| _gid_ | _ga_*, _gat_* |",
            "table : N | P / _ga_<ID> | x / _gid_ | _ga_*, _gat_*",
        ),
        ("Les _cookies_ \\_ga\\_x", "p Les cookies _ga_x"),
    ];
    for (text, wanted) in cases {
        assert_eq!(blocks("a.md", text), [wanted]);
    }
}

#[test]
fn a_pipe_table_with_a_stray_caption_is_a_table() {
    let text = "|   |   |\n| --- | --- |Cookies nécessaires\n| Nom | Durée |\n| --- | --- |\n| [a\\_b](https://x.test/a_b) | 2 ans |";
    assert_eq!(blocks("a.md", text), ["p Cookies nécessaires", "table : Nom | Durée / a_b | 2 ans"]);
}

#[test]
fn html_in_markdown_is_one_table() {
    let text = "# A\n\n<table>\n <tr><td>Cookie</td><td>For</td></tr>\n <tr>\n  <td>\n\nname\n</td><td>\n\n6 months</td></tr>\n</table>\n\nafter";
    assert_eq!(blocks("a.md", text), ["h1 A", "table : Cookie | For / name | 6 months", "p after"]);
}

#[test]
fn templates_give_their_texts() {
    let erb =
        "<% if x %><h2><%= t('Cookies we use') %></h2><p>Set by {{ site.name }}: wp_{{ id }}{# no #}</p><% end %>";
    assert_eq!(blocks("a.html.erb", erb), ["h2 Cookies we use", "p Set by : wp_{}"]);
    let jsx = "import x from 'y';\nexport default function P() {\nreturn (\n<Section className=\"a\"><p>Hi{/* no */} there</p></Section>\n);\n}\n";
    assert_eq!(blocks("a.tsx", jsx), ["p Hi there"]);
}

#[test]
fn plain_text_has_structure() {
    let text = "COOKIES\n=======\n\nWe use cookies that are long enough to be wrapped by\nsomebody's editor at this point.\n\n- one\n- two\n\nName: a\nLifetime: 1 day\n\nName\tFor\n_ga\tcounting\n";
    assert_eq!(
        blocks("a.txt", text),
        [
            "h2 COOKIES",
            "p We use cookies that are long enough to be wrapped by somebody's editor at this point.",
            "li1 one",
            "li1 two",
            "p Name: a⏎Lifetime: 1 day",
            "table : Name | For / _ga | counting",
        ]
    );
}

#[test]
fn places_are_lines_and_columns() {
    let document = read("a.html", "<p>x</p>\n<table><tr><td>ü<td>  _ga &amp; b<td>c</table>");
    let Kind::Table(table) = &document.blocks[1].kind else { panic!("no table") };
    let cell = &table.rows[0].cells[1].text;
    let place = document.place(cell, 0, "here");
    assert_eq!((place.line, place.column), (2, 23));
    assert!(document.stands("_ga & b"));
    assert_eq!(document.quote(["nowhere", "_ga"]), Some("_ga".to_owned()));
}

#[test]
fn depth_and_size_do_no_harm() {
    let deep = "<div><b><table><tr><td><ul><li>".repeat(20_000) + "end";
    assert!(read("a.html", &deep).cut);
    let open = "<a b='".repeat(50_000) + &"{{".repeat(50_000) + &"<".repeat(50_000);
    read("a.html", &open);
    read("a.md", &("> ".repeat(5_000) + &"*_[".repeat(5_000)));
    read("a.txt", &"a\tb\n- c: d\n".repeat(20_000));
}

#[test]
fn bytes_of_other_encodings_are_read() {
    let latin = document(&policy("a.txt", b"Dur\xe9e de vie")).unwrap();
    assert_eq!(shown(&latin.blocks[0]), "h2 Durée de vie");
    assert!(document(&policy("a.pdf", b"%PDF-1.4 nonsense")).is_err());
}

proptest! {
    #[test]
    fn no_input_panics(text in "(<[a-z]{1,4}[ a-z=\"']{0,6}>|</[a-z]{1,5}>|[|\\-_*`#]{1,3}|\\{[%{]|[%}]\\}|&[a-z#0-9]{1,5};?|<t[dr]|\\PC|\n| ){0,60}") {
        for name in ["a.html", "a.md", "a.txt", "a"] {
            let read = read(name, &text);
            for block in &read.blocks {
                read.place(&block.text, block.text.plain.len(), "");
            }
        }
    }
}
