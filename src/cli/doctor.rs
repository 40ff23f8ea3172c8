//! `doctor`: what is there to audit with, and what to run against what is missing.

use std::fmt::Write as _;

use clap::Args;
use miette::{IntoDiagnostic, miette};
use serde::Serialize;

use super::flags::SettingsFlags;
use super::{CliError, ExitStatus, browser, console};
use crate::gather::browser::BrowserOptions;
use crate::gather::browser::doctor::{Problem, examine, examine_server};
use crate::gather::browser::find::Program;
use crate::gather::browser::options::is_root;

/// Says whether a browser and its driver are there and fit, and what to run if not.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    flags: SettingsFlags,
}

/// The public form; additive changes alone within a schema version.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    ready: bool,
    tool: String,
    browser: Option<ProgramReport>,
    driver: Option<ProgramReport>,
    webdriver: Option<String>,
    third_party_cookies: String,
    running_as_root: bool,
    cache: Option<String>,
    looked_at: Vec<ProgramReport>,
    problems: Vec<ProblemReport>,
}

#[derive(Debug, Serialize)]
struct ProgramReport {
    path: String,
    version: Option<String>,
    found: &'static str,
    flaw: Option<String>,
}

#[derive(Debug, Serialize)]
struct ProblemReport {
    what: String,
    advice: String,
    serious: bool,
}

pub(crate) fn run(args: &DoctorArgs) -> Result<ExitStatus, CliError> {
    let settings = args.flags.load(&[]).map_err(|error| miette::Report::new(*error))?.base;
    let format = settings.text("format").unwrap_or_default();
    let options = browser::options(&settings);
    let report = browser::runtime()?.block_on(report(&options));
    let text = match format.as_str() {
        "table" => table(&report),
        "json" => serde_json::to_string_pretty(&report).into_diagnostic()? + "\n",
        other => return Err(miette!(help = "--format table or --format json", "doctor has no format {other:?}")),
    };
    console::out(text.as_bytes())?;
    Ok(if report.ready { ExitStatus::Clean } else { ExitStatus::Violation })
}

async fn report(options: &BrowserOptions) -> Report {
    let mut report = Report {
        schema: "cookie-audit/doctor/1",
        ready: false,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        browser: None,
        driver: None,
        webdriver: options.webdriver.as_ref().map(ToString::to_string),
        third_party_cookies: "unknown".to_owned(),
        running_as_root: is_root(),
        cache: options.cache_dir().map(|dir| dir.display().to_string()),
        looked_at: Vec::new(),
        problems: Vec::new(),
    };
    let problems = match &options.webdriver {
        Some(url) => examine_server(url).await.err().into_iter().collect(),
        None => look_around(options, &mut report),
    };
    report.ready = !problems.iter().any(|problem| problem.serious);
    report.problems.extend(problems.into_iter().map(|problem| ProblemReport {
        what: problem.what,
        advice: problem.advice,
        serious: problem.serious,
    }));
    report
}

fn look_around(options: &BrowserOptions, report: &mut Report) -> Vec<Problem> {
    let diagnosis = examine(options);
    report.looked_at = diagnosis.seen.browsers.iter().chain(&diagnosis.seen.drivers).map(program).collect();
    if let Some((browser, driver)) = &diagnosis.chosen {
        report.browser = Some(program(browser));
        report.driver = Some(program(driver));
    }
    diagnosis.problems
}

fn program(found: &Program) -> ProgramReport {
    ProgramReport {
        path: found.path.display().to_string(),
        version: found.version.as_ref().ok().cloned(),
        found: found.source.word(),
        flaw: found.version.as_ref().err().cloned(),
    }
}

fn table(report: &Report) -> String {
    let mut text = format!("cookie-audit         {}\n", report.tool);
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<20} {value}");
    };
    let shown = |program: &Option<ProgramReport>| match program {
        Some(found) => {
            format!("{} ({}, from {})", found.version.as_deref().unwrap_or("?"), found.path, found.found)
        }
        None => "none that can be used".to_owned(),
    };
    if let Some(url) = &report.webdriver {
        line("WebDriver server", url);
    } else {
        line("browser", &shown(&report.browser));
        line("driver", &shown(&report.driver));
    }
    line("third-party cookies", &report.third_party_cookies);
    if report.running_as_root && report.webdriver.is_none() {
        line("sandbox", "off: Chromium refuses it to root");
    }
    line("cache", report.cache.as_deref().unwrap_or("none: set COOKIE_AUDIT_CACHE"));
    for problem in &report.problems {
        let _ = write!(
            text,
            "\n{}: {}\n  {}\n",
            if problem.serious { "problem" } else { "note" },
            problem.what,
            problem.advice
        );
    }
    let _ = writeln!(text, "\n{}", if report.ready { "ready" } else { "NOT ready" });
    text
}
