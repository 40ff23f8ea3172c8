//! The terminal: stdout for the asked-for output alone, stderr for everything else; colour and bars only where a person
//! looks on.

use std::io::{IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use miette::{Context, IntoDiagnostic};

use super::CliError;

/// Writes to stdout. A closed pipe (`| head`) is the reader's right and no error.
pub(crate) fn out(bytes: &[u8]) -> Result<(), CliError> {
    if bytes.is_empty() {
        return Ok(());
    }
    let written = without_bars(|| {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush())
    });
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).into_diagnostic().wrap_err("failed to write to stdout")
        }
        _ => Ok(()),
    }
}

/// Writes a line to stderr; there is nobody left to tell when that fails.
pub(crate) fn note(line: &str) {
    let _ = without_bars(|| writeln!(std::io::stderr().lock(), "{line}"));
}

/// The bars that are on the terminal now.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// How many write just now.
static WRITERS: AtomicUsize = AtomicUsize::new(0);

/// Writes while no bar is drawn, which would wipe out lines; they come again below by themselves.
fn without_bars<T>(write: impl FnOnce() -> T) -> T {
    if WRITERS.fetch_add(1, Ordering::SeqCst) == 0 {
        // Not `suspend`, which panics where the terminal has gone.
        let _ = BARS.clear();
        BARS.set_draw_target(ProgressDrawTarget::hidden());
    }
    let written = write();
    if WRITERS.fetch_sub(1, Ordering::SeqCst) == 1 {
        BARS.set_draw_target(ProgressDrawTarget::stderr());
    }
    written
}

/// Writes a file, or stdout for `-`, making its folder. A new file is its owner's alone, like all that is written.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    if path == Path::new("-") {
        return out(bytes);
    }
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent)
            .into_diagnostic()
            .wrap_err_with(|| format!("failed to make {}", parent.display()))?;
    }
    let opened = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = opened.and_then(|mut file| file.write_all(bytes));
    written.into_diagnostic().wrap_err_with(|| format!("failed to write {}", path.display()))
}

/// Whether stdout may be coloured (`NO_COLOR`, a terminal).
pub(crate) fn colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::io::stdout().is_terminal()
}

/// Columns of the terminal on stdout; 80 where there is none, so that files and logs stay the same.
pub(crate) fn columns() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let size = std::io::stdout().is_terminal().then(|| rustix::termios::tcgetwinsize(std::io::stdout()).ok()).flatten();
    size.map(|s| usize::from(s.ws_col)).filter(|c| *c > 20).or(asked).unwrap_or(80)
}

/// Progress of a recording: a bar on a terminal, a plain line now and then elsewhere, nothing when quiet.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    plain: bool,
    /// Begins every line, where several sites have theirs at the same time.
    site: String,
}

impl Progress {
    /// A bar for up to `limit` pages; `among` several the site's name stands with it.
    pub(crate) fn new(quiet: bool, limit: u64, among: Option<&str>) -> Self {
        let site = among.map(|name| format!("{name}: ")).unwrap_or_default();
        let terminal = std::io::stderr().is_terminal();
        let bar = (terminal && !quiet).then(|| {
            let bar = BARS.add(ProgressBar::new(limit)).with_prefix(site.clone());
            let template = "{prefix}{bar:24} {pos}/{len} pages · {msg} · {elapsed}, about {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        Self { bar, plain: !terminal && !quiet, site }
    }

    /// `done` pages of `known`, and what to say about them.
    pub(crate) fn page(&self, done: u64, known: u64, message: &str) {
        if let Some(bar) = &self.bar {
            bar.set_length(known.max(done));
            bar.set_position(done);
            bar.set_message(message.to_owned());
        }
        if self.plain && (done <= 3 || done.is_multiple_of(10)) {
            note(&format!("{}{done}/{known} pages · {message}", self.site));
        }
    }

    /// A line of its own.
    pub(crate) fn say(&self, line: &str) {
        if self.plain || self.bar.is_some() {
            note(&format!("{}{line}", self.site));
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
            BARS.remove(bar);
        }
    }
}
