//! The command line: one file per subcommand, and the only room that sees everything.
//!
//! Here: the parser's root, dispatch, and the exit status. What a command does stands in its own file.

mod audit;
mod baseline;
mod browser;
mod classify;
mod console;
mod convert;
mod declare;
mod demo;
mod diff;
mod doctor;
mod explain;
mod flags;
mod init;
mod judge;
mod judging;
mod load;
mod logs;
mod page;
mod panics;
mod policy;
mod recording;
mod several;
mod sharing;
mod shell;
mod summary;
mod telling;
mod verify;

use std::process::ExitCode;

pub use self::panics::quiet_panics;

use clap::{CommandFactory, Parser, Subcommand};

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

    /// The graver of two: 130, then 2 > 1 > 3 > 0.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        let rank = |status: Self| match status {
            Self::Clean => 0,
            Self::Incomplete => 1,
            Self::Violation => 2,
            Self::CouldNot => 3,
            Self::Stopped => 4,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// Checks what a website's cookies really do against what its own policy says.
///
/// `cookie-audit audit https://www.example.com` visits the site in a real browser, records every cookie each page sets
/// and who set it, works out what it is for, reads the site's own cookie policy, and reports where the two disagree.
#[derive(Debug, Parser)]
#[command(name = "cookie-audit", version, max_term_width = 100, after_help = EXIT_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_HELP: &str = "Exit status: 0 clean · 1 a violation at or above --fail-on · 2 could not audit (usage, config, \
no browser) · 3 no violation, but incomplete · 130 stopped by a second Ctrl-C\n\
Start with `cookie-audit demo`, then `cookie-audit init` writes a commented settings file.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Record, judge and report: the main job
    Audit(audit::AuditArgs),
    /// Record evidence only
    Record(audit::AuditArgs),
    /// Judge stored evidence again (other policy, other settings; no browser)
    Judge(judge::JudgeArgs),
    /// Audit an embedded demo site, and check that what was planted is found
    Demo(demo::DemoArgs),
    /// Check that an audit's evidence is what was recorded
    Verify(verify::VerifyArgs),
    /// Check that a browser and its driver are there
    Doctor(doctor::DoctorArgs),
    /// Install the browser that is driven
    Browser(browser::BrowserArgs),
    #[command(name = "__watchdog", hide = true)]
    Watchdog,
    /// Say what cookies are for, with reasons
    Classify(classify::ClassifyArgs),
    /// Show what a policy is understood to disclose
    Policy(policy::PolicyArgs),
    /// Compare two audits: what came, went and changed
    Diff(diff::DiffArgs),
    /// Write the cookie table that the policy should contain
    Declare(declare::DeclareArgs),
    /// Keep the findings that are known, so that only new ones fail
    Baseline(baseline::BaselineArgs),
    /// Put every audit below a folder on one page
    Summary(summary::SummaryArgs),
    /// Explain a rule, or all of them
    Explain(explain::ExplainArgs),
    /// List the rules
    Rules(explain::RulesArgs),
    /// Write a commented settings file
    Init(init::InitArgs),
    /// Print a completion script for a shell
    Completions(shell::CompletionsArgs),
    /// Print the manual page (roff)
    Man(shell::ManArgs),
}

/// An error on its way to the user: printed by miette with its cause chain and hint.
pub(crate) type CliError = miette::Report;

/// Parses the arguments, runs the command, answers the exit status.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    quiet_panics();
    match panics::caught(|| run(cli.command)) {
        Ok(status) => ExitCode::from(status.code()),
        Err(report) => {
            console::note(&format!("{report:?}"));
            ExitCode::from(ExitStatus::CouldNot.code())
        }
    }
}

fn run(command: Command) -> Result<ExitStatus, CliError> {
    match command {
        Command::Audit(args) => audit::audit(&args),
        Command::Record(args) => audit::record(&args),
        Command::Judge(args) => judge::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Browser(args) => browser::run(&args),
        Command::Watchdog => Ok(browser::watchdog()),
        Command::Classify(args) => classify::run(&args),
        Command::Policy(args) => policy::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Declare(args) => declare::run(&args),
        Command::Baseline(args) => baseline::run(&args),
        Command::Summary(args) => summary::run(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Rules(args) => explain::rules(&args),
        Command::Init(args) => init::run(&args),
        Command::Completions(args) => shell::completions(&args, &mut Cli::command()),
        Command::Man(args) => shell::man(&args, Cli::command()),
    }
}

/// Idents of all rules, for the settings file.
pub(crate) fn rule_idents() -> Vec<&'static str> {
    explain::metas().into_iter().map(|meta| meta.ident).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_hold_for_every_command() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_graver_status_wins() {
        use ExitStatus::{Clean, CouldNot, Incomplete, Stopped, Violation};
        assert_eq!(Clean.or_worse(Incomplete).or_worse(Violation), Violation);
        assert_eq!(Violation.or_worse(Incomplete), Violation);
        assert_eq!(Violation.or_worse(CouldNot), CouldNot);
        assert_eq!(Stopped.or_worse(CouldNot), Stopped);
    }
}
