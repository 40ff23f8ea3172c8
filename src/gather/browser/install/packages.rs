//! Installing with the system's package manager: Debian's, as root, and only when asked for.
//!
//! Not here: other systems. There the advice names the packages, and the user installs them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::super::options::{BrowserKind, BrowserOptions, is_root};

/// Why the package manager did not help.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// Only root can install packages.
    #[error("packages can only be installed as root")]
    NotRoot,
    /// No package manager that this tool knows.
    #[error("this system has no package manager known to cookie-audit")]
    Unknown,
    /// It failed.
    #[error("`{command}` {what}")]
    Failed {
        /// The command line.
        command: String,
        /// Its status and last words.
        what: String,
    },
}

/// Whether this is Debian, whose `chromium` and `chromium-driver` belong together. (Ubuntu's are another thing.)
pub(super) fn debian() -> bool {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line.trim() == "ID=debian")
}

/// Installs browser and driver for the whole system.
pub(super) async fn install(options: &BrowserOptions) -> Result<(), PackageError> {
    if !is_root() {
        return Err(PackageError::NotRoot);
    }
    let manager = options.search_dirs().into_iter().map(|dir| dir.join("apt-get")).find(|path| path.is_file());
    let manager = manager.filter(|_| debian()).ok_or(PackageError::Unknown)?;
    let packages: &[&str] = match options.kind {
        // Without a font a page has no text to photograph.
        BrowserKind::Chrome => &["chromium", "chromium-driver", "fonts-liberation"],
        BrowserKind::Firefox => &["firefox-esr", "fonts-liberation"],
    };
    run(&manager, &["update"]).await?;
    let install = ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
    run(&manager, &[&install, packages].concat()).await
}

async fn run(program: &PathBuf, arguments: &[&str]) -> Result<(), PackageError> {
    let line = format!("{} {}", program.display(), arguments.join(" "));
    tracing::info!("running {line}");
    let mut command = Command::new(program);
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.map_err(std::io::Error::other).flatten();
    let what = match output {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            let last = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned();
            format!("ended with {}: {last}", output.status)
        }
        Err(error) => format!("did not start: {error}"),
    };
    Err(PackageError::Failed { command: line, what })
}
