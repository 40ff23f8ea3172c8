//! `summary DIR`: every audit below a folder on one page, with each site's trend.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use miette::{IntoDiagnostic, miette};

use super::{CliError, ExitStatus, console, load};
use crate::evidence::store::{JUDGEMENTS, write_file};
use crate::report::json;
use crate::report::summary::{self, Collector};

/// Folders below the one named that are searched: site, audit.
const DEEPEST: usize = 3;
/// Most reports read.
const MOST: usize = 20_000;

/// Puts every audit below a folder on one page.
#[derive(Debug, Args)]
pub(crate) struct SummaryArgs {
    /// Folder that holds audits, such as `reports`
    dir: PathBuf,
    /// html writes DIR/index.html unless --output says otherwise
    #[arg(long, value_enum, default_value = "table")]
    format: SummaryFormat,
    /// Write to a file instead
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Language of the HTML
    #[arg(long, value_name = "TAG", default_value = "en")]
    lang: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SummaryFormat {
    Table,
    Json,
    Html,
}

pub(crate) fn run(args: &SummaryArgs) -> Result<ExitStatus, CliError> {
    let mut folders = Vec::new();
    find(&args.dir, 0, &mut folders);
    if folders.is_empty() {
        return Err(miette!(
            help = "name the folder that `--out` named; by default that is `reports`",
            "no report.json below {}",
            args.dir.display()
        ));
    }
    let mut collector = Collector::default();
    for folder in &folders {
        add(&mut collector, &args.dir, folder);
    }
    let summary = collector.finish();
    for file in &summary.unreadable {
        console::note(&format!("left out {}: {}", file.file.escape_debug(), file.reason));
    }
    let bytes = match args.format {
        SummaryFormat::Table => summary::table(&summary, console::columns()).into_bytes(),
        SummaryFormat::Json => summary::json(&summary).into_diagnostic()?,
        SummaryFormat::Html => summary::html(&summary, &args.lang).into_diagnostic()?,
    };
    match (&args.output, args.format) {
        (Some(path), _) => console::write(path, &bytes)?,
        (None, SummaryFormat::Html) => {
            let path = args.dir.join("index.html");
            write_file(&path, &bytes).into_diagnostic()?;
            console::note(&format!("html {}", path.display()));
        }
        (None, _) => console::out(&bytes)?,
    }
    Ok(ExitStatus::Clean)
}

/// Folders with a report, sorted; links (`latest`) are not followed.
fn find(dir: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    if dir.join("report.json").is_file() {
        found.push(dir.to_path_buf());
        return;
    }
    let Ok(entries) = fs::read_dir(dir) else { return };
    let mut below: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect();
    below.sort();
    for dir in below {
        if depth < DEEPEST && found.len() < MOST {
            find(&dir, depth + 1, found);
        }
    }
}

fn add(collector: &mut Collector, root: &Path, folder: &Path) {
    let path = folder.join("report.json");
    let read = load::text(&path).map_err(|error| error.to_string());
    let report = read.and_then(|text| json::read(text.as_bytes()).map_err(|error| error.to_string()));
    match report {
        Ok(report) => collector.add(&relative(root, folder), &relative(root, &page(folder)), &report),
        Err(reason) => collector.unreadable(&relative(root, &path), &reason),
    }
}

/// The newest HTML of an audit, else its JSON.
fn page(folder: &Path) -> PathBuf {
    let judged = fs::read_dir(folder.join(JUDGEMENTS)).into_iter().flatten().filter_map(Result::ok);
    let mut pages: Vec<PathBuf> = judged.map(|entry| entry.path().join("report.html")).collect();
    pages.push(folder.join("report.html"));
    pages.retain(|page| page.is_file());
    pages.into_iter().max().unwrap_or_else(|| folder.join("report.json"))
}

fn relative(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    if inside.is_empty() { ".".to_owned() } else { inside }
}
