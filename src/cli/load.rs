//! Reports named on the command line: a `report.json`, an audit's folder, or a site's folder (then its newest audit).
//!
//! What cannot be read is told with its place. Not here: evidence, which `judge` opens.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use miette::{IntoDiagnostic, LabeledSpan, MietteDiagnostic, NamedSource, Report, WrapErr, miette};

use super::CliError;
use crate::report::json::{self, Report as Audit};
use crate::report::{ReportError, escape};

/// Largest report that is read.
const MAX: u64 = 512 << 20;

/// Reads the report a user named.
pub(crate) fn report(named: &Path) -> Result<Audit, CliError> {
    let path = find(named)?;
    let text = text(&path)?;
    json::read(text.as_bytes()).map_err(|error| unreadable(&path, &text, error))
}

/// A text file of bounded size.
pub(crate) fn text(path: &Path) -> Result<String, CliError> {
    let told = || format!("failed to read {}", path.display());
    let file = File::open(path).into_diagnostic().wrap_err_with(told)?;
    let mut text = String::new();
    file.take(MAX + 1).read_to_string(&mut text).into_diagnostic().wrap_err_with(told)?;
    if text.len() as u64 > MAX {
        return Err(miette!("{} is larger than {} MiB", path.display(), MAX >> 20));
    }
    Ok(text)
}

fn find(named: &Path) -> Result<PathBuf, CliError> {
    if !named.exists() {
        return Err(miette!(
            help = "name a report.json, an audit's folder, or a site's folder",
            "{} does not exist",
            named.display()
        ));
    }
    if !named.is_dir() {
        return Ok(named.to_path_buf());
    }
    let places = [named.join("report.json"), named.join("latest").join("report.json")];
    if let Some(found) = places.into_iter().find(|place| place.is_file()) {
        return Ok(found);
    }
    let recorded = [named.join("evidence.jsonl"), named.join("latest").join("evidence.jsonl")];
    let help = if recorded.iter().any(|place| place.is_file()) {
        format!("there is evidence; `cookie-audit judge {}` makes the report", named.display())
    } else {
        "name a report.json, an audit's folder, or a site's folder".to_owned()
    };
    Err(miette!(help = help, "{} holds no report.json", named.display()))
}

fn unreadable(path: &Path, text: &str, error: ReportError) -> CliError {
    let ReportError::Unreadable(cause) = &error else {
        return Report::new(Told(error)).wrap_err(format!("failed to read {}", path.display()));
    };
    let at = offset(text, cause.line(), cause.column());
    let diagnostic = MietteDiagnostic::new(format!("{} is not a report of cookie-audit", path.display()))
        .with_help("reports are written by `cookie-audit audit` and `cookie-audit judge` as report.json")
        .with_label(LabeledSpan::at(at..at, escape::line(&cause.to_string(), 200)));
    Report::new(diagnostic).with_source_code(NamedSource::new(path.display().to_string(), harmless(text)))
}

/// An error of the report room, as the command line shows errors.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error(transparent)]
struct Told(ReportError);

/// Byte of a line and column as the JSON parser counts them: both from 1, columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// The same number of bytes with nothing in it that steers a terminal.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && escape::is_hidden(c) {
            out.extend(std::iter::repeat_n('?', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_report_is_told_with_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        std::fs::write(&path, "{\n  \"schema\": \"cookie-audit/report/1\",\n  \"site\": \u{202e}7\n}").unwrap();
        let error = format!("{:?}", report(dir.path()).unwrap_err());
        assert!(error.contains("report.json:3:"), "{error}");
        assert!(!error.contains('\u{202e}'));
        std::fs::write(&path, "{\"schema\": \"cookie-audit/report/9\"}").unwrap();
        let error = format!("{:?}", report(&path).unwrap_err());
        assert!(error.contains("cookie-audit/report/9"), "{error}");
    }

    #[test]
    fn a_folder_without_a_report_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        assert!(format!("{:?}", report(dir.path()).unwrap_err()).contains("holds no report.json"));
        std::fs::write(dir.path().join("evidence.jsonl"), "").unwrap();
        assert!(format!("{:?}", report(dir.path()).unwrap_err()).contains("cookie-audit judge"));
        assert!(format!("{:?}", report(&dir.path().join("x")).unwrap_err()).contains("does not exist"));
    }
}
