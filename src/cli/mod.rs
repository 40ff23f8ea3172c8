//! The command line: one file per subcommand, and the only room that sees everything.

use std::process::ExitCode;

/// Parses the arguments, runs the command, answers the exit status.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(2)
}
