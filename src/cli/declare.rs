//! `declare DIR`: the cookie table the policy should contain, made from what was seen and the words it already has.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use miette::miette;

use super::{CliError, ExitStatus, console, load};
use crate::config::error::nearest;
use crate::report::declaration::{self, Words, languages};
use crate::report::json::Report;

/// Writes the cookie table that the policy should contain.
///
/// Words that the policy already has are kept where nothing that was seen speaks against them; what only a human can
/// say is marked in brackets.
#[derive(Debug, Args)]
pub(crate) struct DeclareArgs {
    /// An audit: its folder, its site's folder, or a report.json
    dir: PathBuf,
    /// How to write it; klaro and cookieconsent (vanilla-cookieconsent) can be imported there
    #[arg(long, value_enum, default_value = "markdown")]
    format: DeclareFormat,
    /// Language: en, de, fr, es, it, nl or pl (default: the policy's, else en)
    #[arg(long, value_name = "TAG")]
    lang: Option<String>,
    /// Write to a file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DeclareFormat {
    Html,
    Markdown,
    Json,
    Csv,
    Klaro,
    Cookieconsent,
}

pub(crate) fn run(args: &DeclareArgs) -> Result<ExitStatus, CliError> {
    let report = load::report(&args.dir)?;
    let words = words(args.lang.as_deref(), &report)?;
    let made = declaration::declaration(&report, words);
    let bytes = match args.format {
        DeclareFormat::Html => Ok(declaration::html(&made, words).into_bytes()),
        DeclareFormat::Markdown => Ok(declaration::markdown(&made, words).into_bytes()),
        DeclareFormat::Json => declaration::json(&made),
        DeclareFormat::Csv => declaration::csv(&made, words),
        DeclareFormat::Klaro => declaration::klaro(&made, words),
        DeclareFormat::Cookieconsent => declaration::cookieconsent(&made, words),
    };
    let bytes = bytes.map_err(|error| miette!("{error}"))?;
    match &args.output {
        Some(path) => console::write(path, &bytes)?,
        None => console::out(&bytes)?,
    }
    let rows = made.rows.len() + made.not_seen.len();
    console::note(&format!("{rows} rows, {} places for a human to settle", made.gaps));
    Ok(ExitStatus::Clean)
}

fn words(asked: Option<&str>, report: &Report) -> Result<&'static Words, CliError> {
    let Some(tag) = asked else {
        let own = report.policies.iter().find_map(|policy| Words::of(&policy.language));
        return own.or_else(|| Words::of("en")).ok_or_else(|| miette!("no texts; this is a bug in cookie-audit"));
    };
    Words::of(tag).ok_or_else(|| {
        let near = nearest(tag, languages()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let help = format!("{near}known are {}", languages().join(", "));
        miette!(help = help, "no declaration in the language `{}`", tag.escape_debug())
    })
}
