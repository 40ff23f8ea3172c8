//! Whether everybody can read the pages: what can be told from the structure, widths in the real browser, and axe-core.
//!
//! axe-core is not part of this repository. To have it look, too:
//!
//! ```sh
//! npm install --prefix /tmp/axe axe-core
//! AXE_CORE=/tmp/axe/node_modules/axe-core/axe.min.js cargo test --test report accessibility -- --nocapture
//! ```

use std::collections::BTreeMap;

use cookie_audit::report::summary::{self, Collector};
use cookie_audit::report::{Format, RenderOptions, json, render};
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};

use crate::browser::Opened;
use crate::{fixture, sample};

/// The pages looked at: a real recording with pictures and rules, hostile names, many audits on one page.
fn pages() -> Vec<(&'static str, Vec<u8>)> {
    let recorded = sample::judged();
    let mut collector = Collector::default();
    collector.add("a/1", "a/1/report.html", &json::Report::from(&recorded));
    collector.add("b/1", "b/1/report.html", &json::Report::from(&fixture::hostile()));
    let hostile = fixture::hostile();
    vec![
        ("sample", render(Format::Html, &recorded, &sample::options(&recorded)).unwrap()),
        ("hostile names", render(Format::Html, &hostile, &RenderOptions::default()).unwrap()),
        ("summary", summary::html(&collector.finish(), "en").unwrap()),
    ]
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

#[test]
fn headings_tables_fields_and_pictures_are_marked_up_as_such() {
    for (name, html) in pages() {
        let page = Html::parse_document(std::str::from_utf8(&html).unwrap());
        assert_eq!(select(&page, "h1").len(), 1, "{name}");
        let levels: Vec<u8> =
            select(&page, "h1, h2, h3, h4").iter().map(|h| h.value().name().as_bytes()[1] - b'0').collect();
        for pair in levels.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{name}: h{} is followed by h{}", pair[0], pair[1]);
        }
        for cell in select(&page, "th") {
            assert!(cell.value().attr("scope").is_some(), "{name}: {}", cell.html());
        }
        for region in select(&page, ".scroll") {
            let (tab, role) = (region.value().attr("tabindex"), region.value().attr("role"));
            let named = region.value().attr("aria-label").or(region.value().attr("aria-labelledby"));
            assert_eq!((tab, role, named.is_some()), (Some("0"), Some("group"), true), "{name}: {}", region.html());
        }
        let fields = select(&page, "input, select").len();
        assert_eq!(select(&page, "label input, label select").len(), fields, "{name}: each field stands in its label");
        assert_eq!(select(&page, "img:not([alt])").len(), 0, "{name}");
        assert_eq!(select(&page, "svg:not([role=img][aria-labelledby])").len(), 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_fit_a_phone_and_axe_core_finds_nothing_where_it_is_at_hand() {
    let axe = std::env::var_os("AXE_CORE").map(|path| std::fs::read_to_string(path).unwrap());
    if axe.is_none() {
        println!("axe-core did not look: AXE_CORE is not set");
    }
    let opened = Opened::blank().await;
    for (name, html) in pages() {
        for (width, height) in [(390, 844), (1440, 900)] {
            for scheme in ["light", "dark"] {
                let what = format!("{name}, {width} wide, {scheme}");
                emulate(&opened, width, height, scheme).await;
                opened.show(&html, "").await;
                let dark = opened.js("return matchMedia('(prefers-color-scheme: dark)').matches").await;
                assert_eq!(dark, scheme == "dark", "{what}");
                opened.js("document.querySelectorAll('details').forEach(d => { d.open = true; })").await;
                let over = "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
                assert_eq!(opened.js(over).await, 0, "{what}: it scrolls sideways");
                if let Some(axe) = &axe {
                    println!("{what}: {}", look(&opened, axe, &what).await);
                }
            }
        }
    }
    assert_eq!(opened.complaints().await, Vec::<String>::new());
    opened.close().await;
}

async fn emulate(opened: &Opened, width: u32, height: u32, scheme: &str) {
    let phone = width < 600;
    let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone});
    opened.devtools("Emulation.setDeviceMetricsOverride", size).await;
    let scheme = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    opened.devtools("Emulation.setEmulatedMedia", scheme).await;
}

/// Every violation of any impact fails.
async fn look(opened: &Opened, axe: &str, what: &str) -> Value {
    opened.js(axe).await;
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, {resultTypes: ['violations', 'incomplete']}).then(found => done({
            violations: found.violations.map(v => [v.impact, v.id, v.nodes.map(n => n.target.join(' ')).slice(0, 5)]),
            passes: found.passes.length,
            undecided: found.incomplete.map(i => i.id + ' ' + i.nodes.length)}));";
    let found = opened.js_later(run).await;
    assert!(found["passes"].as_u64().unwrap() > 20, "{what}: axe-core looked: {found}");
    assert_eq!(found["violations"], json!([]), "{what}");
    found
}

/// Relative luminance by WCAG 2, of `#rgb` or `#rrggbb`.
fn luminance(hex: &str) -> f64 {
    let digits: Vec<char> = hex.trim_start_matches('#').chars().collect();
    let each = digits.len() / 3;
    let channel = |at: usize| {
        let text: String = digits[at * each..(at + 1) * each].iter().collect();
        let text = if each == 1 { text.repeat(2) } else { text };
        let value = f64::from(u8::from_str_radix(&text, 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colours of each `:root` block of the style: light, dark, paper.
fn palettes() -> Vec<BTreeMap<String, String>> {
    let style = include_str!("../../src/report/templates/style.css");
    let blocks = style.split(":root{").skip(1).map(|rest| rest.split('}').next().unwrap());
    let colour = |entry: &str| {
        let (name, value) = entry.trim().strip_prefix("--")?.split_once(':')?;
        value.starts_with('#').then(|| (name.to_owned(), value.to_owned()))
    };
    blocks.map(|block| block.split(';').filter_map(colour).collect()).collect()
}

#[test]
fn every_text_colour_stands_out_from_every_ground_it_is_put_on() {
    let grounds = ["paper", "panel"];
    let mut pairs = vec![("error", "error-bg"), ("warning", "warning-bg"), ("note", "note-bg")];
    for text in ["ink", "quiet", "link", "error", "warning", "note", "good"] {
        pairs.extend(grounds.map(|ground| (text, ground)));
    }
    pairs.extend(["error-bg", "warning-bg", "note-bg", "good-bg"].map(|ground| ("ink", ground)));
    // What a link led to, and the numbers on the first screen.
    pairs.extend(["quiet", "link", "error", "warning", "note", "good"].map(|text| (text, "note-bg")));
    pairs.extend(["error", "warning", "note", "quiet"].map(|ground| ("paper", ground)));
    let palettes = palettes();
    assert_eq!(palettes.len(), 3);
    for palette in &palettes {
        for (text, ground) in &pairs {
            let found = contrast(&palette[*text], &palette[*ground]);
            assert!(found >= 4.5, "{text} {} on {ground} {}: {found:.2}", palette[*text], palette[*ground]);
        }
    }
    // Shapes of the drawings; paper keeps those of the light page.
    for palette in &palettes[..2] {
        for shape in ["own", "others"] {
            assert!(contrast(&palette[shape], &palette["paper"]) >= 3.0, "{shape}");
        }
    }
}
