//! Finding a browser and a driver that fits it: named ones, then `PATH`, then the tool's own cache, then installing.
//!
//! A browser is only found together with its driver, since neither is of use alone. Everything that was looked at is
//! kept, with its version, so that errors and `doctor` can say what is there and why it did not do.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::install::{self, InstallError};
use super::options::{BrowserKind, BrowserOptions, Install};

/// How long a program may take to tell its version.
const VERSION_TIME: Duration = Duration::from_secs(20);

/// A browser and its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which family.
    pub kind: BrowserKind,
    /// The browser's program.
    pub browser: PathBuf,
    /// Its version as it says it, e.g. `Chromium 156.0.8078.79`.
    pub browser_version: String,
    /// The driver's program.
    pub driver: PathBuf,
    /// Its version as it says it, e.g. `ChromeDriver 156.0.8078.79`.
    pub driver_version: String,
}

/// A program that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
    /// How it came to be looked at.
    pub source: Source,
    /// Name and version as it says them, or why it does not.
    pub version: Result<String, String>,
}

impl Program {
    fn major(&self) -> Option<u32> {
        self.version.as_ref().ok().and_then(|text| major(text))
    }
}

/// Where a program was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Named by a flag or the configuration.
    Named,
    /// In a folder of `PATH`, or where systems put such programs.
    Path,
    /// In the tool's own cache.
    Cache,
}

impl Source {
    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Path => "path",
            Self::Cache => "cache",
        }
    }
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Browsers, best first.
    pub browsers: Vec<Program>,
    /// Drivers, best first.
    pub drivers: Vec<Program>,
}

/// Why there is no browser to drive.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// Nothing usable is there, and nothing may be (or could be) installed.
    #[error("found no usable {} and driver: {why}; {advice}", kind.word())]
    NotFound {
        /// Which family was looked for.
        kind: BrowserKind,
        /// What is there, and why it does not do.
        why: String,
        /// What to run.
        advice: String,
        /// Everything that was looked at.
        seen: Box<Seen>,
    },
    /// Installing failed.
    #[error("failed to install {}; {advice}", kind.word())]
    Install {
        /// Which family.
        kind: BrowserKind,
        /// What to run instead.
        advice: String,
        /// The cause.
        source: Box<InstallError>,
    },
}

/// Finds browser and driver; installs them where that is allowed and nothing is there.
pub async fn obtain(options: &BrowserOptions) -> Result<Found, FindError> {
    let missing = match find(options) {
        Err(missing) if may_install(options) => missing,
        done => return done,
    };
    tracing::info!("{missing}; installing");
    match install::install(options).await {
        Ok(found) => Ok(found),
        Err(source) => {
            Err(FindError::Install { kind: options.kind, advice: install::advice(options), source: Box::new(source) })
        }
    }
}

/// A browser or driver named by the user is never replaced by another one.
fn may_install(options: &BrowserOptions) -> bool {
    options.install != Install::Never && options.browser.is_none() && options.driver.is_none()
}

/// Finds browser and driver among what is there.
pub fn find(options: &BrowserOptions) -> Result<Found, FindError> {
    let seen = look(options);
    match pair(options.kind, &seen) {
        Some(found) => Ok(found),
        None => Err(FindError::NotFound {
            kind: options.kind,
            why: why_not(options.kind, &seen),
            advice: install::advice(options),
            seen: Box::new(seen),
        }),
    }
}

/// Looks at everything, without judging.
#[must_use]
pub fn look(options: &BrowserOptions) -> Seen {
    let (browsers, drivers) = match options.kind {
        BrowserKind::Chrome => (
            &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"][..],
            &["chromedriver", "chromium.chromedriver"][..],
        ),
        BrowserKind::Firefox => (&["firefox", "firefox-esr"][..], &["geckodriver"][..]),
    };
    Seen {
        browsers: programs(options, options.browser.as_deref(), browsers, Role::Browser),
        drivers: programs(options, options.driver.as_deref(), drivers, Role::Driver),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Browser,
    Driver,
}

fn programs(options: &BrowserOptions, given: Option<&Path>, names: &[&str], role: Role) -> Vec<Program> {
    if let Some(path) = given {
        return vec![look_at(path, Source::Named)];
    }
    let mut dirs = options.search_dirs();
    if options.search.is_none() {
        dirs.extend(WELL_KNOWN.iter().map(PathBuf::from));
    }
    let dirs = distinct(dirs);
    let paths = names.iter().flat_map(|name| dirs.iter().map(move |dir| dir.join(name)));
    let mut found: Vec<Program> =
        paths.filter(|path| runnable(path)).map(|path| look_at(&path, Source::Path)).collect();
    if options.kind == BrowserKind::Chrome {
        let cached = match role {
            Role::Browser => install::cached_browsers(options),
            Role::Driver => install::cached_drivers(options),
        };
        found.extend(cached.iter().map(|path| look_at(path, Source::Cache)));
    }
    found
}

/// `/bin` is often `/usr/bin`: one folder is looked into once.
fn distinct(dirs: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = std::collections::BTreeSet::new();
    dirs.into_iter().filter(|dir| dir.canonicalize().is_ok_and(|real| seen.insert(real))).collect()
}

/// Where systems put browsers and drivers outside of `PATH`.
const WELL_KNOWN: &[&str] = &[
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/snap/bin",
    "/opt/google/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS",
    "/Applications/Firefox.app/Contents/MacOS",
];

fn runnable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn look_at(path: &Path, source: Source) -> Program {
    Program { path: path.to_path_buf(), source, version: version(path) }
}

/// The first browser that has a fitting driver.
fn pair(kind: BrowserKind, seen: &Seen) -> Option<Found> {
    seen.browsers.iter().find_map(|browser| {
        let driver = seen.drivers.iter().find(|driver| fits(kind, browser, driver))?;
        let (browser_version, driver_version) = (browser.version.clone().ok()?, driver.version.clone().ok()?);
        Some(Found {
            kind,
            browser: browser.path.clone(),
            browser_version,
            driver: driver.path.clone(),
            driver_version,
        })
    })
}

/// chromedriver drives browsers of its own major version alone; any geckodriver drives any Firefox of its time.
pub(super) fn fits(kind: BrowserKind, browser: &Program, driver: &Program) -> bool {
    match kind {
        BrowserKind::Chrome => browser.major().is_some() && browser.major() == driver.major(),
        BrowserKind::Firefox => browser.version.is_ok() && driver.version.is_ok(),
    }
}

/// In words, why what was seen does not do.
pub(super) fn why_not(kind: BrowserKind, seen: &Seen) -> String {
    let describe = |programs: &[Program], name: &str| {
        if programs.is_empty() {
            return format!("no {name}");
        }
        let each = programs.iter().map(|program| match &program.version {
            Ok(version) => format!("{} is {version}", program.path.display()),
            Err(flaw) => format!("{} {flaw}", program.path.display()),
        });
        each.collect::<Vec<_>>().join(", ")
    };
    format!("{}; {}", describe(&seen.browsers, kind.word()), describe(&seen.drivers, kind.driver_name()))
}

/// Runs `PROGRAM --version` and answers name and number.
pub fn version(program: &Path) -> Result<String, String> {
    let output = first_output(program)?;
    let mut words = output.split_whitespace();
    let mut text = Vec::new();
    for word in words.by_ref().take(8) {
        text.push(word);
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(text.join(" "));
        }
    }
    Err("tells no version".to_owned())
}

fn first_output(program: &Path) -> Result<String, String> {
    let mut child = start(program).map_err(|error| format!("does not start ({error})"))?;
    let deadline = Instant::now() + VERSION_TIME;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("does not tell its version within {} s", VERSION_TIME.as_secs()));
            }
        }
    };
    let text = child.stdout.take().map(read_some).unwrap_or_default();
    if status.success() {
        return Ok(text);
    }
    let complaint = child.stderr.take().map(read_some).unwrap_or_default();
    let complaint = complaint.lines().find(|line| !line.trim().is_empty()).unwrap_or("nothing").to_owned();
    Err(format!("does not run ({complaint})"))
}

/// A program that was unpacked a moment ago can still count as being written to, where another thread is just forking.
fn start(program: &Path) -> std::io::Result<std::process::Child> {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for _ in 0..50 {
        match command.spawn() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(Duration::from_millis(20));
            }
            done => return done,
        }
    }
    command.spawn()
}

fn read_some(output: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = output.take(4096).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `Chromium 156.0.8078.79` → 156.
#[must_use]
pub fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split('.').next()?.parse().ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A program that tells a version and nothing else.
    pub(in crate::gather::browser) fn fake(dir: &Path, name: &str, says: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = dir.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{says}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    pub(in crate::gather::browser) fn options(dir: &Path) -> BrowserOptions {
        BrowserOptions {
            search: Some(vec![dir.to_path_buf()]),
            cache: Some(dir.join("cache")),
            install: Install::Never,
            ..BrowserOptions::default()
        }
    }

    #[test]
    fn a_browser_is_paired_with_the_driver_of_its_version() {
        let dir = tempfile::tempdir().unwrap();
        fake(dir.path(), "chromium", "echo Chromium 150.0.1 built on Debian");
        let chrome = fake(dir.path(), "google-chrome", "echo Google Chrome 157.0.8000.1");
        let driver = fake(dir.path(), "chromedriver", "echo 'ChromeDriver 157.0.8000.9 (abc)'");
        let found = find(&options(dir.path())).unwrap();
        assert_eq!((&found.browser, &found.driver), (&chrome, &driver));
        assert_eq!(found.browser_version, "Google Chrome 157.0.8000.1");
        assert_eq!(found.driver_version, "ChromeDriver 157.0.8000.9");
    }

    #[test]
    fn a_mismatch_says_what_is_there_and_what_to_run() {
        let dir = tempfile::tempdir().unwrap();
        fake(dir.path(), "chromium", "echo Chromium 150.0.1");
        fake(dir.path(), "chromedriver", "echo ChromeDriver 157.0.1");
        let error = find(&options(dir.path())).unwrap_err().to_string();
        assert!(error.contains("Chromium 150.0.1") && error.contains("ChromeDriver 157.0.1"), "{error}");
        assert!(error.contains("cookie-audit browser install"), "{error}");
    }

    #[test]
    fn a_named_program_is_the_only_one_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        fake(dir.path(), "chromium", "echo Chromium 157.0.1");
        fake(dir.path(), "chromedriver", "echo ChromeDriver 157.0.1");
        let broken = fake(dir.path(), "mine", "echo error while loading shared libraries: libnss3.so >&2; exit 127");
        let options = BrowserOptions { browser: Some(broken), ..options(dir.path()) };
        let error = find(&options).unwrap_err().to_string();
        assert!(error.contains("libnss3.so"), "{error}");
    }

    #[test]
    fn nothing_at_all_is_said_so() {
        let dir = tempfile::tempdir().unwrap();
        let error = find(&BrowserOptions { kind: BrowserKind::Firefox, ..options(dir.path()) }).unwrap_err();
        assert!(error.to_string().contains("no firefox; no geckodriver"), "{error}");
    }

    #[test]
    fn versions_are_read_from_what_programs_say() {
        assert_eq!(major("Mozilla Firefox 153.0esr"), Some(153));
        assert_eq!(major("geckodriver 0.37.0"), Some(0));
        assert_eq!(major("Chromium"), None);
    }
}
