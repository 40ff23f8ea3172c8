//! The summary as one HTML page and as a table for the terminal.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Point, Site, Summary};
use crate::report::html::{Anchor, Svg, fill, minute};
use crate::report::json::words::{Disclosure, Party};
use crate::report::terminal::plain_table;
use crate::report::texts::Texts;
use crate::report::{ReportError, escape, units};

const SCRIPT: &str = include_str!("../templates/summary.js");
/// Audits drawn at most; older ones are in the JSON.
const DRAWN: usize = 40;

#[derive(Debug, Serialize)]
struct View {
    headline: String,
    audits: String,
    status: &'static str,
    sites: Vec<SiteView>,
    cookies: Vec<CookieView>,
    unreadable: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct SiteView {
    site: String,
    link: String,
    status: &'static str,
    verdict: String,
    counts: String,
    cookies: usize,
    third_party: usize,
    not_listed: usize,
    pages: u32,
    when: String,
    trend: String,
    history: Vec<(String, String, String)>,
}

#[derive(Debug, Serialize)]
struct CookieView {
    pattern: String,
    purpose: String,
    vendor: String,
    sites: Vec<(String, String, &'static str)>,
}

/// One self-contained page.
pub fn html(summary: &Summary, language: &str) -> Result<Vec<u8>, ReportError> {
    let texts = Texts::of(language);
    fill(texts, "summary.html", SCRIPT, &view(summary, texts))
}

fn view(summary: &Summary, texts: &Texts) -> View {
    let differ = summary.sites.iter().filter(|s| newest(s).is_some_and(|p| p.errors + p.warnings > 0)).count();
    let gaps = summary.sites.iter().any(|s| newest(s).is_some_and(|p| !p.gaps.is_empty()));
    let audits: usize = summary.sites.iter().map(|s| s.audits.len()).sum();
    let (sites, differ_text) = (summary.sites.len().to_string(), differ.to_string());
    View {
        headline: texts.say("index.headline", &[("sites", &sites), ("differ", &differ_text)]),
        audits: texts.say("index.audits", &[("n", &audits.to_string())]),
        status: if differ > 0 {
            "errors"
        } else if gaps {
            "incomplete"
        } else {
            "clean"
        },
        sites: summary.sites.iter().enumerate().filter_map(|(i, s)| site(i, s, texts)).collect(),
        cookies: summary.cookies.iter().map(|c| cookie(c, texts)).collect(),
        unreadable: summary.unreadable.iter().map(|u| (u.file.clone(), u.reason.clone())).collect(),
    }
}

fn newest(site: &Site) -> Option<&Point> {
    site.audits.last()
}

fn status(point: &Point) -> &'static str {
    match (point.errors, point.warnings, point.gaps.is_empty()) {
        (0, 0, true) => "clean",
        (0, 0, false) => "incomplete",
        (0, ..) => "warnings",
        _ => "errors",
    }
}

fn site(index: usize, site: &Site, texts: &Texts) -> Option<SiteView> {
    let point = newest(site)?;
    let history = site.audits.iter().rev().take(DRAWN);
    Some(SiteView {
        site: site.site.clone(),
        link: address(&point.report),
        status: status(point),
        verdict: texts.get(&format!("index.{}", status(point))).to_owned(),
        counts: counts(point, texts),
        cookies: point.cookies,
        third_party: point.third_party,
        not_listed: point.not_listed,
        pages: point.pages,
        when: minute(&point.started_at),
        trend: trend(index, site, texts),
        history: history
            .map(|p| {
                let cookies = texts.count("cookie", p.cookies);
                (address(&p.report), minute(&p.started_at), format!("{}, {cookies}", counts(p, texts)))
            })
            .collect(),
    })
}

fn counts(point: &Point, texts: &Texts) -> String {
    format!("{}, {}", texts.count("error", point.errors), texts.count("warning", point.warnings))
}

/// A relative address of a file, whatever its folders are called; it can lead nowhere but below this page.
fn address(path: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let encoded: Vec<String> = parts.map(|part| utf8_percent_encode(part, ENCODED).to_string()).collect();
    format!("./{}", encoded.join("/"))
}

fn cookie(seen: &super::Seen, texts: &Texts) -> CookieView {
    let on = seen.sites.iter().map(|on| {
        let domain = if on.party == Party::Third { format!(" ({})", on.domain) } else { String::new() };
        let state = if on.disclosure == Disclosure::None { "none" } else { on.disclosure.word() };
        (format!("{}{domain}", on.site), texts.get(&format!("words.{state}")).to_owned(), state)
    });
    CookieView {
        pattern: escape::cut(&seen.pattern, 160),
        purpose: texts.get(&format!("purpose.{}", seen.purpose.word())).to_owned(),
        vendor: seen.vendor.clone().unwrap_or_default(),
        sites: on.collect(),
    }
}

fn real(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

/// Errors and warnings of the last audits as bars, oldest first.
fn trend(index: usize, site: &Site, texts: &Texts) -> String {
    let skip = site.audits.len().saturating_sub(DRAWN);
    let points: Vec<&Point> = site.audits.iter().skip(skip).collect();
    let most = points.iter().map(|p| p.errors + p.warnings).max().unwrap_or(0).max(1);
    let (step, tall) = (7.0, 26.0);
    let mut svg = Svg::new(real(points.len()) * step + 24.0, tall + 2.0);
    for (at, point) in points.iter().enumerate() {
        let unit = tall / real(most);
        let (errors, warnings) = (real(point.errors) * unit, real(point.warnings) * unit);
        let x = real(at) * step;
        svg.rect("bar-error", x, tall - errors, step - 2.0, errors.max(0.8));
        svg.rect("bar-warning", x, tall - errors - warnings, step - 2.0, warnings);
    }
    let last = points.last().map_or(0, |p| p.errors + p.warnings);
    svg.text("value", real(points.len()) * step + 4.0, tall - 8.0, Anchor::Start, &last.to_string());
    let each: Vec<String> = points.iter().map(|p| (p.errors + p.warnings).to_string()).collect();
    svg.finish(&format!("trend-{index}"), texts.get("index.trend"), &each.join(", "))
}

/// A table for the terminal.
#[must_use]
pub fn table(summary: &Summary, width: usize) -> String {
    let mut table = plain_table(width, &["site", "errors", "warnings", "cookies", "pages", "audits", "newest"]);
    for site in &summary.sites {
        let Some(point) = newest(site) else { continue };
        let gap = if point.gaps.is_empty() { "" } else { "\nincomplete" };
        table.add_row([
            format!("{}{gap}", escape::line(&site.site, 60)),
            point.errors.to_string(),
            point.warnings.to_string(),
            format!("{} ({} others')", point.cookies, point.third_party),
            point.pages.to_string(),
            site.audits.len().to_string(),
            minute(&escape::line(&point.started_at, 30)),
        ]);
    }
    let mut out = format!("{}\n\n{}", table.trim_fmt(), units::count(summary.sites.len(), "site"));
    if !summary.unreadable.is_empty() {
        let _ = write!(out, ", {} not readable", units::count(summary.unreadable.len(), "report"));
    }
    out.push('\n');
    out
}
