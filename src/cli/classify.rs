//! `classify`: what cookies are for, from the command line or from JSON lines on stdin, with reasons.
//!
//! Values go through the same reduction to facts as in a recording, so that what is said here is what an audit says.

mod input;
mod output;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use miette::{Context, IntoDiagnostic, miette};

use self::input::Asked;
use self::output::Explained;
use super::flags::SettingsFlags;
use super::{CliError, ExitStatus, console, convert};
use crate::evidence::values::Redactor;
use crate::judge::classify::Classifier;

/// Faults of stdin that are told one by one; beyond them only their number.
const FAULTS_SHOWN: usize = 10;

/// Says what cookies are for, with reasons.
///
/// `cookie-audit classify PHPSESSID lang=en` or JSON lines with `--stdin`: only `name` is required; value, domain, site,
/// party, lifetime_s, http_only, secure, same_site, set_by and later_values help.
#[derive(Debug, Args)]
pub(crate) struct ClassifyArgs {
    /// Names, or names with values
    #[arg(value_name = "NAME[=VALUE]", required_unless_present = "stdin", conflicts_with = "stdin")]
    cookies: Vec<String>,
    /// Read JSON lines from stdin
    #[arg(long)]
    stdin: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Show everything that spoke for or against, with its source and points
    #[arg(long)]
    explain: bool,
    /// A cookie database of yours (Open Cookie Database, CSV or JSON), believed less than our own knowledge
    #[arg(long, value_name = "FILE")]
    cookie_db: Option<PathBuf>,
    /// A tracker list of yours (EasyPrivacy format); may be given again
    #[arg(long, value_name = "FILE")]
    filter_list: Vec<PathBuf>,
    /// Settings file with your overrides (default: cookie-audit.toml in the current folder, if there is one)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Runs the command.
pub(crate) fn run(args: &ClassifyArgs) -> Result<ExitStatus, CliError> {
    let classifier = classifier(args)?;
    let redactor = redactor()?;
    let asked = if args.stdin { from_stdin(&redactor)? } else { from_arguments(&args.cookies, &redactor) };
    let answers = asked.iter().map(|a| {
        let class = classifier.classify(&a.subject);
        let explained = args.explain.then(|| Explained {
            candidates: classifier.explain(&a.subject),
            exempt: classifier.exempt_source(&a.subject, &class),
        });
        (a, class, explained)
    });
    let text = match args.format {
        Format::Json => answers.map(|(a, c, e)| output::json_line(a, &c, e.as_ref())).collect::<String>(),
        Format::Table => output::table(&answers.collect::<Vec<_>>()),
    };
    console::out(text.as_bytes())?;
    Ok(ExitStatus::Clean)
}

fn classifier(args: &ClassifyArgs) -> Result<Classifier, CliError> {
    let flags = SettingsFlags::of_file(args.config.clone());
    let config = flags.load(&[]).map_err(|error| miette::Report::new(*error))?;
    let mut options = convert::classifier(&config, &config.base)?;
    if let Some(path) = &args.cookie_db {
        options.cookie_db = Some(file(path)?);
    }
    for path in &args.filter_list {
        options.filter_lists.push(file(path)?);
    }
    Classifier::new(&options).into_diagnostic()
}

fn file(path: &Path) -> Result<(String, String), CliError> {
    let bytes = std::fs::read(path).into_diagnostic().wrap_err_with(|| format!("failed to read {}", path.display()))?;
    Ok((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()))
}

fn redactor() -> Result<Redactor, CliError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|e| miette!("no randomness to be had from the system: {e}"))?;
    Ok(Redactor::new(key))
}

fn from_arguments(cookies: &[String], redactor: &Redactor) -> Vec<Asked> {
    cookies.iter().map(|text| input::argument(text, redactor)).collect()
}

fn from_stdin(redactor: &Redactor) -> Result<Vec<Asked>, CliError> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).into_diagnostic().wrap_err("failed to read stdin")?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let before = e.as_bytes().get(..e.utf8_error().valid_up_to()).unwrap_or_default();
        let line = before.split(|b| *b == b'\n').count();
        miette!("stdin line {line} is not UTF-8")
    })?;
    let (asked, faults) = input::lines(&text, redactor);
    if faults.is_empty() { Ok(asked) } else { Err(told(&faults)) }
}

fn told(faults: &[String]) -> CliError {
    let shown: Vec<&str> = faults.iter().take(FAULTS_SHOWN).map(String::as_str).collect();
    let more = faults.len().saturating_sub(FAULTS_SHOWN);
    let more = if more > 0 { format!("\nand {more} more lines") } else { String::new() };
    miette!(
        help = "each line is one JSON object such as {{\"name\":\"lang\",\"value\":\"en\",\"lifetime_s\":31536000}}",
        "cannot read stdin:\n{}{more}",
        shown.join("\n")
    )
}
