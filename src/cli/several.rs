//! One site in several browsers: the audit in each, and afterwards the cookies that only one of them keeps.
//!
//! Each browser's audit has its folder and its status. Asked-for reports are those of the browser named first; of the
//! others the folder and its `report.json` remain. Not here: the audit itself (`audit`).

use std::collections::BTreeSet;
use std::path::PathBuf;

use miette::{IntoDiagnostic, miette};

use super::{CliError, convert};
use crate::config::{Config, Settings};
use crate::evidence::log::read_dir;
use crate::judge;
use crate::judge::model::CookieEntry;
use crate::report::escape;

/// One audit for each browser that is named; where it is only one, that of the settings as they are.
pub(crate) fn each(site: &Settings) -> Result<Vec<Settings>, CliError> {
    let words = site.texts("browser");
    if words.len() < 2 {
        return Ok(vec![site.clone()]);
    }
    if let Some(name) = ["binary", "driver"].into_iter().find(|name| site.given(name)) {
        return Err(miette!(
            help = "audit in one browser after the other",
            "with several browsers `{name}` cannot be given"
        ));
    }
    let alone = |(at, word): (usize, &String)| {
        let one = site.with("browser", vec![word.clone()]);
        if at == 0 { one } else { one.with("format", Vec::new()) }
    };
    Ok(words.iter().enumerate().map(alone).collect())
}

/// An audit in one of the browsers.
pub(crate) struct Done {
    /// The browser, as it was named.
    pub(crate) browser: String,
    /// The audit's folder.
    pub(crate) folder: PathBuf,
}

/// A line for each cookie that only one of the browsers keeps.
pub(crate) fn compare(config: &Config, site: &Settings, done: &[Done]) -> Result<Vec<String>, CliError> {
    let made = convert::judging(config, site)?;
    let mut seen = Vec::new();
    for one in done {
        let evidence = read_dir(&one.folder).into_diagnostic()?;
        let cookies = judge::judge(&evidence, &made).cookies.into_iter().map(Fate::of).collect();
        seen.push((one.browser.clone(), cookies));
    }
    let mut lines = only_one_keeps(&seen);
    if lines.is_empty() {
        lines.push("browsers: every cookie that one keeps the others keep too".to_owned());
    }
    Ok(lines)
}

/// What became of a cookie in one browser. Not every browser tells a partition, so that it does not count here.
#[derive(Debug, Clone)]
struct Fate {
    pattern: String,
    domain: String,
    stored: bool,
    refused: BTreeSet<String>,
}

impl Fate {
    fn of(entry: CookieEntry) -> Self {
        Self { pattern: entry.pattern, domain: entry.domain, stored: entry.stored, refused: entry.refused }
    }
}

/// A line for each cookie that one browser keeps and another does not.
fn only_one_keeps(seen: &[(String, Vec<Fate>)]) -> Vec<String> {
    let mut lines = BTreeSet::new();
    for (browser, cookies) in seen {
        for cookie in cookies.iter().filter(|c| c.stored) {
            let others = seen.iter().filter(|(other, _)| other != browser);
            let lacking: Vec<String> =
                others.filter_map(|(other, theirs)| Some(format!("{other} {}", lack(cookie, theirs)?))).collect();
            if !lacking.is_empty() {
                let (name, domain) = (escape::visible(&cookie.pattern), escape::visible(&cookie.domain));
                lines.insert(format!("browsers: {browser} keeps `{name}` ({domain}); {}", lacking.join("; ")));
            }
        }
    }
    lines.into_iter().collect()
}

/// Why another browser does not keep a cookie; `None` where it does.
fn lack(cookie: &Fate, theirs: &[Fate]) -> Option<String> {
    let same = |other: &&Fate| other.pattern == cookie.pattern && other.domain == cookie.domain;
    let same: Vec<&Fate> = theirs.iter().filter(same).collect();
    if same.iter().any(|other| other.stored) {
        return None;
    }
    let reasons: Vec<&str> = same.iter().flat_map(|other| other.refused.iter().map(String::as_str)).collect();
    Some(match (same.is_empty(), reasons.is_empty()) {
        (true, _) => "never saw it set".to_owned(),
        (false, true) => "saw it set, and did not keep it".to_owned(),
        (false, false) => format!("refused it ({})", escape::visible(&reasons.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(pattern: &str, stored: bool, refused: &[&str]) -> Fate {
        let refused = refused.iter().map(|reason| (*reason).to_owned()).collect();
        Fate { pattern: pattern.to_owned(), domain: "shop.test".to_owned(), stored, refused }
    }

    #[test]
    fn what_only_one_of_two_keeps() {
        let chrome = vec![fate("both", true, &[]), fate("lax", false, &["SameSite"]), fate("here", true, &[])];
        let firefox = vec![fate("both", true, &[]), fate("lax", true, &[]), fate("gone", false, &[])];
        let seen = [("chrome".to_owned(), chrome), ("firefox".to_owned(), firefox)];
        assert_eq!(
            only_one_keeps(&seen),
            [
                "browsers: chrome keeps `here` (shop.test); firefox never saw it set",
                "browsers: firefox keeps `lax` (shop.test); chrome refused it (SameSite)",
            ]
        );
        assert!(only_one_keeps(&seen[..1]).is_empty());
    }
}
