//! `completions` and `man`: both made from the parser, so that they cannot drift.

use clap::{Args, Command};
use clap_complete::Shell;
use miette::{Context, IntoDiagnostic};

use super::{CliError, ExitStatus, console};

/// `cookie-audit completions bash > /etc/bash_completion.d/cookie-audit`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to write for
    shell: Shell,
}

/// `cookie-audit man | man -l -`
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Manual page of this subcommand instead of the whole
    subcommand: Option<String>,
}

pub(crate) fn completions(args: &CompletionsArgs, command: &mut Command) -> Result<ExitStatus, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "cookie-audit", &mut script);
    console::out(&script)?;
    Ok(ExitStatus::Clean)
}

pub(crate) fn man(args: &ManArgs, command: Command) -> Result<ExitStatus, CliError> {
    let wanted = match &args.subcommand {
        None => command,
        Some(name) => command
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| miette::miette!(help = "`cookie-audit --help` lists them", "no subcommand `{name}`"))?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(wanted).render(&mut page).into_diagnostic().wrap_err("failed to render the manual page")?;
    console::out(&page)?;
    Ok(ExitStatus::Clean)
}
