//! `baseline update DIR`: makes every finding of these audits a known one, so that only what is new fails.
//!
//! Also here: reading a baseline file for `audit` and `judge`, faults told with their place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use miette::{LabeledSpan, MietteDiagnostic, NamedSource, Report, miette};

use super::{CliError, ExitStatus, console, load};
use crate::evidence::store;
use crate::judge::baseline::{self, BaselineError, Entry};
use crate::judge::settings::Baseline;
use crate::report::{escape, json, json::words::Outcome};

/// Where the baseline lies unless told otherwise.
pub(crate) const FILE: &str = "cookie-baseline.toml";

/// Findings that do not fail the audit.
#[derive(Debug, Args)]
pub(crate) struct BaselineArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the baseline anew from audits: every finding there is a known one from now on
    Update(UpdateArgs),
}

#[derive(Debug, Args)]
struct UpdateArgs {
    /// Audits: their folders, their sites' folders, or report.json files
    #[arg(required = true, value_name = "DIR")]
    audits: Vec<PathBuf>,
    /// The baseline file
    #[arg(long, value_name = "FILE", default_value = FILE)]
    baseline: PathBuf,
}

pub(crate) fn run(args: &BaselineArgs) -> Result<ExitStatus, CliError> {
    let Command::Update(args) = &args.command;
    let mut entries = Vec::new();
    for audit in &args.audits {
        entries.extend(present(&load::report(audit)?));
    }
    let before = if args.baseline.exists() { old(&args.baseline) } else { Vec::new() };
    let (now, then) = (prints(&entries), prints(&before));
    let text = baseline::render(entries).map_err(|error| miette!("{error}"))?;
    store::write_file(&args.baseline, text.as_bytes()).map_err(|error| miette!("{error}"))?;
    console::note(&format!(
        "wrote {}: {} findings known, {} of them new to it, {} taken out",
        args.baseline.display(),
        now.len(),
        now.difference(&then).count(),
        then.difference(&now).count()
    ));
    Ok(ExitStatus::Clean)
}

/// The entries of a file that is about to be replaced; one that cannot be read is replaced all the same.
fn old(path: &Path) -> Vec<Entry> {
    load::text(path).ok().and_then(|text| baseline::entries(&text).ok()).unwrap_or_default()
}

fn prints(entries: &[Entry]) -> BTreeSet<String> {
    entries.iter().map(|entry| entry.fingerprint.clone()).collect()
}

fn present(report: &json::Report) -> Vec<Entry> {
    let kept = report.findings.iter().filter(|finding| finding.outcome == Outcome::Violation);
    kept.map(|finding| Entry {
        rule: finding.rule.clone(),
        subject: finding.subject.clone(),
        fingerprint: finding.fingerprint.clone(),
    })
    .collect()
}

/// Reads a baseline file.
pub(crate) fn read(path: &Path) -> Result<Baseline, CliError> {
    if !path.exists() {
        let help = "`cookie-audit baseline update DIR` writes one from an audit";
        return Err(miette!(help = help, "there is no baseline {}", path.display()));
    }
    let text = load::text(path)?;
    baseline::parse(&text).map_err(|error| faulty(path, &text, &error))
}

fn faulty(path: &Path, text: &str, error: &BaselineError) -> CliError {
    let mut diagnostic = MietteDiagnostic::new(format!("{}: {error}", path.display()));
    if let BaselineError::Malformed(cause) = error {
        let span = cause.span().unwrap_or(0..0);
        diagnostic = diagnostic.with_label(LabeledSpan::at(span, escape::line(cause.message(), 200)));
    }
    Report::new(diagnostic).with_source_code(NamedSource::new(path.display().to_string(), load::harmless(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_baseline_is_told_with_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("b.toml");
        std::fs::write(&path, "schema = \"cookie-audit/baseline/1\"\n\n[[finding]]\nrule = 3\n").unwrap();
        let error = format!("{:?}", read(&path).unwrap_err());
        assert!(error.contains("b.toml:4:"), "{error}");
    }
}
