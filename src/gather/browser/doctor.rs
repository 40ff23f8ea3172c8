//! What is there to drive a browser with, and what is wrong with it: the facts behind `cookie-audit doctor`.
//!
//! Not here: how it is printed (`cli`), nor anything that needs a session.

use std::time::Duration;

use url::Url;

use super::find::{Program, Seen, fits, look, why_not};
use super::install;
use super::options::{BrowserKind, BrowserOptions};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// Family looked for.
    pub kind: BrowserKind,
    /// Everything that was looked at.
    pub seen: Seen,
    /// The pair that would be used.
    pub chosen: Option<(Program, Program)>,
    /// What is wrong, and what to run against it.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// In words.
    pub what: String,
    /// What to run.
    pub advice: String,
    /// Whether an audit can run all the same.
    pub serious: bool,
}

/// Looks at browsers and drivers; installs and starts nothing.
#[must_use]
pub fn examine(options: &BrowserOptions) -> Diagnosis {
    let seen = look(options);
    let chosen = choose(options.kind, &seen);
    let mut problems: Vec<Problem> = Vec::new();
    if chosen.is_none() {
        let what = match mismatch(options.kind, &seen) {
            Some(what) => what,
            None => why_not(options.kind, &seen),
        };
        problems.push(Problem { what, advice: install::advice(options), serious: true });
    }
    let broken = seen.browsers.iter().chain(&seen.drivers).filter(|program| program.version.is_err());
    problems.extend(broken.filter(|_| chosen.is_some()).map(|program| Problem {
        what: format!("{} {}", program.path.display(), program.version.as_ref().err().map_or("", String::as_str)),
        advice: "remove it, or ignore it: another one is used".to_owned(),
        serious: false,
    }));
    Diagnosis { kind: options.kind, seen, chosen, problems }
}

fn choose(kind: BrowserKind, seen: &Seen) -> Option<(Program, Program)> {
    seen.browsers.iter().find_map(|browser| {
        let driver = seen.drivers.iter().find(|driver| fits(kind, browser, driver))?;
        Some((browser.clone(), driver.clone()))
    })
}

/// Asks a WebDriver server that runs elsewhere whether it takes sessions.
pub async fn examine_server(url: &Url) -> Result<(), Problem> {
    let problem = |what: String| Problem {
        what: format!("the WebDriver server at {url} {what}"),
        advice: "check --webdriver, and that the server runs and can be reached from here".to_owned(),
        serious: true,
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build();
    let client = client.map_err(|error| problem(format!("cannot be asked: {error}")))?;
    let status = format!("{}/status", url.as_str().trim_end_matches('/'));
    let answer = client.get(status).send().await.map_err(|error| problem(format!("cannot be reached: {error}")))?;
    let text = answer.text().await.map_err(|error| problem(format!("breaks off: {error}")))?;
    let ready = serde_json::from_str::<serde_json::Value>(&text).ok().and_then(|v| v["value"]["ready"].as_bool());
    match ready {
        Some(true) => Ok(()),
        Some(false) => Err(problem("takes no sessions now".to_owned())),
        None => Err(problem("does not answer like one".to_owned())),
    }
}

/// Both are there, and of different versions.
fn mismatch(kind: BrowserKind, seen: &Seen) -> Option<String> {
    let browser = seen.browsers.iter().find_map(|program| program.version.as_ref().ok())?;
    let driver = seen.drivers.iter().find_map(|program| program.version.as_ref().ok())?;
    (kind == BrowserKind::Chrome).then(|| format!("driver and browser are of different versions: {driver}, {browser}"))
}

#[cfg(test)]
mod tests {
    use super::super::find::tests::{fake, options};
    use super::*;

    #[test]
    fn a_mismatch_is_named_and_serious() {
        let dir = tempfile::tempdir().unwrap();
        fake(dir.path(), "chromium", "echo Chromium 150.0.1");
        fake(dir.path(), "chromedriver", "echo ChromeDriver 157.0.1");
        let diagnosis = examine(&options(dir.path()));
        assert!(diagnosis.chosen.is_none());
        assert!(diagnosis.problems[0].serious);
        assert!(diagnosis.problems[0].what.contains("different versions: ChromeDriver 157.0.1, Chromium 150.0.1"));
    }

    #[test]
    fn a_broken_program_beside_a_good_pair_is_no_obstacle() {
        let dir = tempfile::tempdir().unwrap();
        fake(dir.path(), "chromium", "exit 1");
        fake(dir.path(), "google-chrome", "echo Google Chrome 157.0.1");
        fake(dir.path(), "chromedriver", "echo ChromeDriver 157.0.1");
        let diagnosis = examine(&options(dir.path()));
        assert!(diagnosis.chosen.is_some());
        assert_eq!(diagnosis.problems.iter().map(|problem| problem.serious).collect::<Vec<_>>(), [false]);
    }
}
