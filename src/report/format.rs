//! The names of `--format NAME[=PATH]`.

use std::path::PathBuf;
use std::str::FromStr;

/// A report format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Tables on a terminal.
    Table,
    /// `report.json`.
    Json,
    /// One self-contained HTML file.
    Html,
    /// The HTML, printed.
    Pdf,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// GitHub annotations.
    Github,
    /// Markdown, as for a job summary.
    Markdown,
    /// The inventory as CSV.
    Csv,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Table,
        Self::Json,
        Self::Html,
        Self::Pdf,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Markdown,
        Self::Csv,
    ];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
        }
    }

    /// File name used in the audit's folder where no path was given.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Table => "report.txt",
            Self::Json => "report.json",
            Self::Html => "report.html",
            Self::Pdf => "report.pdf",
            Self::Sarif => "report.sarif",
            Self::Junit => "report.junit.xml",
            Self::Github => "report.github.txt",
            Self::Markdown => "report.md",
            Self::Csv => "report.csv",
        }
    }

    /// Whether its output is text that belongs on stdout when no path was given; HTML and PDF go to a file.
    #[must_use]
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Html | Self::Pdf)
    }
}

/// One `--format` as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which.
    pub format: Format,
    /// Where to; `None` for stdout (text) or the audit's folder.
    pub path: Option<PathBuf>,
}

/// A `--format` nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Unknown name.
    #[error("unknown format {name:?}{}; known are {}", hint(.name), names())]
    Unknown {
        /// As given.
        name: String,
    },
    /// `name=` without a path.
    #[error("format {name:?} is followed by = but by no path; leave the = out or add a path")]
    NoPath {
        /// As given.
        name: String,
    },
}

fn names() -> String {
    Format::ALL.map(Format::word).join(", ")
}

fn hint(name: &str) -> String {
    let near = Format::ALL.into_iter().max_by(|a, b| {
        let score = |f: &Format| strsim::jaro_winkler(f.word(), name);
        score(a).total_cmp(&score(b))
    });
    near.filter(|f| strsim::jaro_winkler(f.word(), name) > 0.8)
        .map_or_else(String::new, |f| format!(", did you mean {:?}?", f.word()))
}

impl FromStr for Format {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<Self, FormatError> {
        Self::ALL.into_iter().find(|f| f.word() == text).ok_or_else(|| FormatError::Unknown { name: text.to_owned() })
    }
}

impl FromStr for Asked {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<Self, FormatError> {
        let Some((name, path)) = text.split_once('=') else {
            return Ok(Self { format: text.parse()?, path: None });
        };
        let format = name.parse()?;
        if path.is_empty() {
            return Err(FormatError::NoPath { name: name.to_owned() });
        }
        Ok(Self { format, path: Some(PathBuf::from(path)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_with_and_without_a_path() {
        assert_eq!("json".parse(), Ok(Asked { format: Format::Json, path: None }));
        assert_eq!("csv=a=b.csv".parse(), Ok(Asked { format: Format::Csv, path: Some("a=b.csv".into()) }));
        for format in Format::ALL {
            assert_eq!(format.word().parse(), Ok(format));
        }
    }

    #[test]
    fn a_wrong_format_names_the_near_one() {
        let error = "sarfi".parse::<Asked>().unwrap_err().to_string();
        assert!(error.contains("did you mean \"sarif\"?"), "{error}");
        assert!("html=".parse::<Asked>().is_err());
    }
}
