//! Many audits on one page: each site's verdict now and over time, and which sites set a cookie.
//!
//! Takes one report after the other and keeps only what the page shows, so that a folder of any size fits in memory.
//! Finding the reports on disk is `cli`'s. `view` lays it out.

mod view;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::json::model::{Cookie, Report};
use super::json::words::{Confidence, Disclosure, Party, Purpose};
use super::{ReportError, escape};

pub use view::{html, table};

/// Schema named by `summary --format json`.
pub const SCHEMA: &str = "cookie-audit/summary/1";

/// Every site and every cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Always `cookie-audit/summary/1`.
    pub schema: &'static str,
    /// Sites, by address.
    pub sites: Vec<Site>,
    /// Cookies of each site's newest audit, by pattern.
    pub cookies: Vec<Seen>,
    /// Reports that could not be read, with the reason.
    pub unreadable: Vec<Unreadable>,
}

/// One site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Site {
    /// Its address.
    pub site: String,
    /// Its audits, oldest first.
    pub audits: Vec<Point>,
}

/// One audit, in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Point {
    /// Its folder, seen from the folder that was searched.
    pub folder: String,
    /// Its report to open, seen from there.
    pub report: String,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// New errors.
    pub errors: usize,
    /// New warnings.
    pub warnings: usize,
    /// New notes.
    pub notes: usize,
    /// Findings of the baseline.
    pub known: usize,
    /// What could not be tested.
    pub untested: usize,
    /// Why it is incomplete; empty where it is not.
    pub gaps: Vec<String>,
    /// Pages visited.
    pub pages: u32,
    /// Cookies the browser took.
    pub cookies: usize,
    /// Those of other sites.
    pub third_party: usize,
    /// Those no policy lists.
    pub not_listed: usize,
}

/// A cookie and where it is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seen {
    /// Name or pattern.
    pub pattern: String,
    /// Purpose; that of the surest reading.
    pub purpose: Purpose,
    /// How sure.
    pub confidence: Confidence,
    /// Vendor.
    pub vendor: Option<String>,
    /// Sites that set it.
    pub sites: Vec<SeenOn>,
}

/// A cookie on one site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct SeenOn {
    /// Site.
    pub site: String,
    /// Domain of the cookie.
    pub domain: String,
    /// Party.
    pub party: Party,
    /// How the site's policies cover it.
    pub disclosure: Disclosure,
}

/// A report that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unreadable {
    /// The file, seen from the folder that was searched.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// Takes reports one by one.
#[derive(Debug, Default)]
pub struct Collector {
    sites: BTreeMap<String, Vec<Point>>,
    /// Cookies of the newest audit so far, by site, with its time.
    cookies: BTreeMap<String, (String, Vec<Cookie>)>,
    unreadable: Vec<Unreadable>,
}

impl Collector {
    /// Adds one report. `folder` and `link` are seen from the folder that was searched.
    pub fn add(&mut self, folder: &str, link: &str, report: &Report) {
        let accepted: Vec<&Cookie> = report.cookies.iter().filter(|c| c.accepted).collect();
        self.sites.entry(report.site.clone()).or_default().push(Point {
            folder: folder.to_owned(),
            report: link.to_owned(),
            started_at: report.started_at.clone(),
            errors: report.verdict.errors,
            warnings: report.verdict.warnings,
            notes: report.verdict.notes,
            known: report.verdict.known,
            untested: report.verdict.untested,
            gaps: report.verdict.gaps.clone(),
            pages: report.coverage.pages_visited,
            cookies: accepted.len(),
            third_party: accepted.iter().filter(|c| c.party == Party::Third).count(),
            not_listed: accepted.iter().filter(|c| c.disclosure == Disclosure::None).count(),
        });
        let newest = self.cookies.get(&report.site).is_none_or(|(at, _)| *at <= report.started_at);
        if newest {
            let kept = accepted.into_iter().cloned().collect();
            self.cookies.insert(report.site.clone(), (report.started_at.clone(), kept));
        }
    }

    /// Notes a report that could not be read.
    pub fn unreadable(&mut self, file: &str, reason: &str) {
        self.unreadable.push(Unreadable { file: file.to_owned(), reason: reason.to_owned() });
    }

    /// The summary of all of them, whatever order they came in.
    #[must_use]
    pub fn finish(mut self) -> Summary {
        self.unreadable.sort();
        let mut cookies: BTreeMap<String, Seen> = BTreeMap::new();
        for (site, (_, list)) in &self.cookies {
            for cookie in list {
                note(cookies.entry(cookie.pattern.clone()).or_insert_with(|| first(cookie)), site, cookie);
            }
        }
        let sites = self.sites.into_iter().map(|(site, mut audits)| {
            audits.sort_by(|a, b| (&a.started_at, &a.folder).cmp(&(&b.started_at, &b.folder)));
            Site { site, audits }
        });
        Summary {
            schema: SCHEMA,
            sites: sites.collect(),
            cookies: cookies.into_values().collect(),
            unreadable: self.unreadable,
        }
    }
}

fn first(cookie: &Cookie) -> Seen {
    Seen {
        pattern: cookie.pattern.clone(),
        purpose: cookie.purpose,
        confidence: cookie.confidence,
        vendor: cookie.vendor.clone(),
        sites: Vec::new(),
    }
}

fn note(seen: &mut Seen, site: &str, cookie: &Cookie) {
    if cookie.confidence > seen.confidence {
        (seen.purpose, seen.confidence) = (cookie.purpose, cookie.confidence);
    }
    seen.vendor = seen.vendor.take().or_else(|| cookie.vendor.clone());
    let on = SeenOn {
        site: site.to_owned(),
        domain: cookie.domain.clone(),
        party: cookie.party,
        disclosure: cookie.disclosure,
    };
    if !seen.sites.contains(&on) {
        seen.sites.push(on);
    }
}

/// JSON.
pub fn json(summary: &Summary) -> Result<Vec<u8>, ReportError> {
    Ok(escape::json(summary)?)
}
