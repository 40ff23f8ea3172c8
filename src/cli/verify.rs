//! `verify`: is the evidence what was recorded?

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use miette::IntoDiagnostic;

use super::{CliError, ExitStatus, console};
use crate::evidence::manifest::{self, Verified};
use crate::evidence::store::AuditFolder;

/// Compares an audit folder with its manifest and lists what differs.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// An audit's folder, or a site's (then its newest audit)
    dir: PathBuf,
    /// Digest of the evidence as a report names it (`sha256:…`), to be sure that it is that recording
    #[arg(long, value_name = "DIGEST")]
    head: Option<String>,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<ExitStatus, CliError> {
    let folder = AuditFolder::open(&args.dir).into_diagnostic()?;
    let verified = manifest::verify(folder.path()).into_diagnostic()?;
    let faults = faults(&verified, args.head.as_deref());
    let mut text = format!("{}\n", folder.path().display());
    for fault in &faults {
        let _ = writeln!(text, "  {fault}");
    }
    let _ = writeln!(text, "{} {}", if faults.is_empty() { "intact" } else { "NOT intact" }, verified.head);
    console::out(text.as_bytes())?;
    Ok(if faults.is_empty() { ExitStatus::Clean } else { ExitStatus::Violation })
}

/// Names of files come from a folder that anybody may have filled: control characters do not reach the terminal.
fn faults(verified: &Verified, expected: Option<&str>) -> Vec<String> {
    let mut faults = Vec::new();
    if verified.sealed_head.is_none() {
        faults.push("not sealed: the recording was killed, or is still going on".to_owned());
    }
    faults.extend(verified.differences.iter().map(|found| format!("{}: {}", found.path.escape_debug(), found.kind)));
    if let Some(expected) = expected.filter(|expected| *expected != verified.head) {
        faults.push(format!("the digest is not the expected {}", expected.escape_debug()));
    }
    faults
}
