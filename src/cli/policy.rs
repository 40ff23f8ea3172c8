//! `policy`: what a policy is understood to disclose, each point with its quote, and what was passed over and why.
//!
//! Reading is the judge's; here the document is fetched and the answer printed.

mod output;

use std::path::Path;

use clap::{Args, ValueEnum};
use miette::{Context, IntoDiagnostic, miette};

use super::{CliError, ExitStatus, console};
use crate::evidence::model::{PolicyDocument, PolicyText};
use crate::judge::model::PolicyState;
use crate::judge::policy;
use crate::report::json::policy::Policy;

/// Shows what a policy is understood to disclose.
///
/// Reads HTML, Markdown, plain text, template source and PDF. Every point comes with the words it rests on. Exit status
/// 3 when the document cannot be read as a policy; JSON is still printed then.
#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// Address or file
    #[arg(value_name = "URL|FILE")]
    policy: String,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Runs the command.
pub(crate) fn run(args: &PolicyArgs) -> Result<ExitStatus, CliError> {
    let text = fetch(&args.policy)?;
    let reading = policy::read(&text);
    match args.format {
        Format::Json => {
            let mut bytes = serde_json::to_vec_pretty(&Policy::from(&reading)).into_diagnostic()?;
            bytes.push(b'\n');
            console::out(&bytes)?;
        }
        Format::Table => console::out(output::table(&reading, console::columns()).as_bytes())?,
    }
    let unreadable = reading.state == PolicyState::Unreadable;
    Ok(if unreadable { ExitStatus::Incomplete } else { ExitStatus::Clean })
}

/// The document: a file, or an address as a visitor sees it.
fn fetch(policy: &str) -> Result<PolicyText, CliError> {
    if policy.starts_with("http://") || policy.starts_with("https://") {
        return Err(miette!(
            help = "save the page to a file and give that",
            "an address cannot be shown here yet: {policy}"
        ));
    }
    let bytes =
        std::fs::read(Path::new(policy)).into_diagnostic().wrap_err_with(|| format!("failed to read {policy}"))?;
    let document = PolicyDocument {
        url: policy.to_owned(),
        file: None,
        media_type: String::new(),
        found_by: "flag".to_owned(),
        link_text: None,
        failure: None,
        notes: Vec::new(),
    };
    Ok(PolicyText { document, bytes })
}
