//! Reports: an audit in, bytes out (terminal, JSON, HTML, SARIF, …). Knows no browser and no runtime.
//!
//! [`render`] is the way in for everything that `--format` names. Whatever a page could choose goes through [`escape`].
//! Printing a PDF is asked of `gather` by `cli`, from the HTML made here.

pub mod banner;
pub mod csv;
pub mod declaration;
pub mod diff;
pub mod escape;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod place;
pub mod rule_pages;
pub mod sarif;
pub mod summary;
pub mod tally;
pub mod terminal;
pub mod texts;
pub mod units;

mod format;
mod options;

pub use format::{Asked, Format, FormatError};
pub use options::{ConfigPlace, RenderOptions};

use crate::judge::model::Audit;

/// Why a report could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Writing JSON failed.
    #[error("failed to write JSON")]
    Json(#[from] serde_json::Error),
    /// Not a report of ours.
    #[error("failed to read the report as JSON; is it a report.json of cookie-audit?")]
    Unreadable(#[source] serde_json::Error),
    /// Writing CSV failed.
    #[error("failed to write CSV")]
    Csv(#[from] ::csv::Error),
    /// Writing XML failed.
    #[error("failed to write XML")]
    Xml(#[from] quick_junit::SerializeError),
    /// The HTML's template failed.
    #[error("failed to fill in the template; this is a bug in cookie-audit, please report it")]
    Template(#[from] minijinja::Error),
    /// Another schema.
    #[error("the report has schema {found:?}, and this version reads {:?} only", json::SCHEMA)]
    Schema {
        /// As named there.
        found: String,
    },
}

/// Renders an audit in one of the formats.
///
/// [`Format::Pdf`] gives the HTML to print: only a browser can make the PDF.
pub fn render(format: Format, audit: &Audit, options: &RenderOptions) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Table => Ok(terminal::render(audit, options).into_bytes()),
        Format::Json => json::render(audit),
        Format::Sarif => sarif::render(audit, options),
        Format::Junit => junit::render(audit, options),
        Format::Github => Ok(github::render(audit, options).into_bytes()),
        Format::Markdown => Ok(markdown::render(audit, options).into_bytes()),
        Format::Csv => csv::render(audit),
        Format::Html | Format::Pdf => html::render(audit, options),
    }
}
