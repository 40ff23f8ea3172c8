//! The command line: one file per subcommand, and the only room that sees everything.
//!
//! Here: the parser's root, dispatch, and the exit status. What a command does stands in its own file.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit statuses of the public contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Clean.
    Clean,
    /// A violation at or above `--fail-on`, something new in a diff, evidence not intact.
    Violation,
    /// Could not do the work: usage, config, no browser, bug.
    CouldNot,
    /// No violation, but the audit is incomplete.
    Incomplete,
    /// Stopped by a second Ctrl-C.
    Stopped,
}

impl ExitStatus {
    /// The number the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Violation => 1,
            Self::CouldNot => 2,
            Self::Incomplete => 3,
            Self::Stopped => 130,
        }
    }
}

/// Checks what a website's cookies really do against what its own policy says.
#[derive(Debug, Parser)]
#[command(name = "cookie-audit", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {}

/// An error on its way to the user: printed by miette with its cause chain and hint.
pub(crate) type CliError = miette::Report;

/// Parses the arguments, runs the command, answers the exit status.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done: Result<ExitStatus, CliError> = match cli.command {};
    #[allow(unreachable_code, reason = "commands are added one by one")]
    match done {
        Ok(status) => ExitCode::from(status.code()),
        Err(report) => {
            #[allow(clippy::print_stderr, reason = "the one place where errors reach the user")]
            {
                eprintln!("{report:?}");
            }
            ExitCode::from(ExitStatus::CouldNot.code())
        }
    }
}
