//! `judge`: stored evidence judged again, with another policy or other settings; no browser.

use std::path::PathBuf;

use clap::Args;
use miette::IntoDiagnostic;

use super::flags::SettingsFlags;
use super::{CliError, ExitStatus, browser, judging};
use crate::evidence::store::AuditFolder;

/// Judges stored evidence again: other policy, other settings, no browser.
#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
    /// An audit's folder, or a site's (then its newest audit)
    dir: PathBuf,
    #[command(flatten)]
    flags: SettingsFlags,
}

pub(crate) fn run(args: &JudgeArgs) -> Result<ExitStatus, CliError> {
    let config = args.flags.load(&[]).map_err(|error| miette::Report::new(*error))?;
    let folder = AuditFolder::open(&args.dir).into_diagnostic()?;
    let policies = config.base.texts("policy");
    browser::runtime()?.block_on(judging::judge(&config, &config.base, &folder, &policies))?.tell()
}
