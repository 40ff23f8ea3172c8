//! The binary: parse, run, exit status. Everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cookie_audit::cli::main()
}
