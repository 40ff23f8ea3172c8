//! `policy`: what a policy is understood to disclose, each point with its quote, and what was passed over and why.
//!
//! Reading is the judge's; here the document is fetched and the answer printed.

mod output;

use std::path::Path;

use clap::Args;
use miette::{Context, IntoDiagnostic, miette};

use super::flags::SettingsFlags;
use super::{CliError, ExitStatus, browser, console, convert, page};
use crate::config::Settings;
use crate::evidence::model::{PolicyDocument, PolicyText};
use crate::gather::policy_pages::Given;
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
    document: String,
    #[command(flatten)]
    flags: SettingsFlags,
}

/// Runs the command.
pub(crate) fn run(args: &PolicyArgs) -> Result<ExitStatus, CliError> {
    let settings = args.flags.load(&[]).map_err(|error| miette::Report::new(*error))?.base;
    let format = settings.text("format").unwrap_or_default();
    if !["table", "json"].contains(&format.as_str()) {
        return Err(miette!(help = "--format table or --format json", "policy has no format {format:?}"));
    }
    let text = fetch(&args.document, &settings)?;
    let reading = policy::read(&text);
    if format == "json" {
        let mut bytes = serde_json::to_vec_pretty(&Policy::from(&reading)).into_diagnostic()?;
        bytes.push(b'\n');
        console::out(&bytes)?;
    } else {
        console::out(output::table(&reading, console::columns()).as_bytes())?;
    }
    let unreadable = reading.state == PolicyState::Unreadable;
    Ok(if unreadable { ExitStatus::Incomplete } else { ExitStatus::Clean })
}

/// The document: a file, or an address as a visitor sees it.
fn fetch(policy: &str, settings: &Settings) -> Result<PolicyText, CliError> {
    if let Given::Url(url) = convert::given(policy) {
        return browser::runtime()?.block_on(page::policy(&settings.with_urls(vec![url.clone()]), &url));
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
        screenshot: None,
    };
    Ok(PolicyText { document, bytes })
}
