//! `diff OLD NEW`: cookies, declarations and findings that came, went or changed between two audits.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use miette::miette;

use super::{CliError, ExitStatus, console, load};
use crate::report::diff;

/// Compares two audits.
///
/// Exit status: 0 nothing is new (what only went is no news), 1 something came or changed, 2 a report could not be read.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The earlier audit: its folder, its site's folder, or a report.json
    old: PathBuf,
    /// The later audit
    new: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value = "table")]
    format: DiffFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DiffFormat {
    Table,
    Markdown,
    Json,
}

pub(crate) fn run(args: &DiffArgs) -> Result<ExitStatus, CliError> {
    let (old, new) = (load::report(&args.old)?, load::report(&args.new)?);
    let diff = diff::between(&old, &new);
    let text = match args.format {
        DiffFormat::Table => diff::table(&diff, console::columns(), console::colour()).into_bytes(),
        DiffFormat::Markdown => diff::markdown(&diff).into_bytes(),
        DiffFormat::Json => diff::json(&diff).map_err(|error| miette!("{error}"))?,
    };
    console::out(&text)?;
    console::note(&diff::summary(&diff));
    Ok(if diff.anything_new { ExitStatus::Violation } else { ExitStatus::Clean })
}
