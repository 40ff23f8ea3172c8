//! `demo`: audits the embedded shop on loopback and compares the report with what was planted in it.
//!
//! The same recording and judging as `audit`; only the site is ours.

use clap::Args;
use miette::{IntoDiagnostic, miette};

use super::flags::SettingsFlags;
use super::recording::{self, Plan, Stop};
use super::{CliError, ExitStatus, browser, console, judging};
use crate::demo::{Site, check, truth};
use crate::evidence::store::AuditFolder;
use crate::report::Format;

/// Audits an embedded demo shop in a real browser and checks that everything planted in it is found.
///
/// The shop claims that its cookies are "only for logins, preferences, language and themes", and does otherwise. The
/// audit's own verdict is printed; the exit status says whether the tool found what was planted.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    flags: SettingsFlags,
}

pub(crate) fn run(args: &DemoArgs) -> Result<ExitStatus, CliError> {
    browser::runtime()?.block_on(async {
        let stop = Stop::listen();
        tokio::select! {
            status = shown(args, &stop) => status,
            () = stop.at_once() => Ok(ExitStatus::Stopped),
        }
    })
}

async fn shown(args: &DemoArgs, stop: &Stop) -> Result<ExitStatus, CliError> {
    let site = Site::start().await.into_diagnostic()?;
    let config = args.flags.load(&[site.url.to_string()]).map_err(|error| miette::Report::new(*error))?;
    let settings = config.sites.first().unwrap_or(&config.base);
    console::note(&format!("the demo shop runs at {}", site.url));
    let plan = Plan { policy_by: "flag", ..Plan::default() };
    let recorded = Box::pin(recording::record(settings, plan, stop)).await?;
    judging::judge(&config, settings, &recorded.folder, &[]).await?.tell()?;
    compare(&recorded.folder)
}

fn compare(folder: &AuditFolder) -> Result<ExitStatus, CliError> {
    let bytes = std::fs::read(folder.path().join(Format::Json.file_name())).into_diagnostic()?;
    let report = serde_json::from_slice(&bytes).into_diagnostic()?;
    let planted = truth().into_diagnostic()?;
    let wrong = check(&report, &planted);
    if wrong.is_empty() {
        let found = planted.cookie.len() + planted.storage.len() + planted.finding.len();
        console::note(&format!("demo (0): everything planted was found ({found} things), and nothing else"));
        return Ok(ExitStatus::Clean);
    }
    for line in &wrong {
        console::note(&format!("  {line}"));
    }
    Err(miette!(help = "please report this with the audit's folder", "the demo did not find what it planted"))
}
