//! Which browser to drive and where its things may lie. Read by `find`, `install` and `driver`.
//!
//! Not here: how the browser behaves once it runs (viewport, language, headers): those are options of the session.

use std::path::PathBuf;

use url::Url;

/// Where Chrome for Testing publishes what can be downloaded.
pub const DOWNLOAD_INDEX: &str = "https://googlechromelabs.github.io/chrome-for-testing/";

/// A family of browsers that one kind of driver drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum BrowserKind {
    /// Chromium, Google Chrome, Chrome for Testing; chromedriver.
    #[default]
    Chrome,
    /// Firefox; geckodriver.
    Firefox,
}

impl BrowserKind {
    /// The word used in flags and configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Firefox => "firefox",
        }
    }

    /// The driver's program name.
    #[must_use]
    pub fn driver_name(self) -> &'static str {
        match self {
            Self::Chrome => "chromedriver",
            Self::Firefox => "geckodriver",
        }
    }
}

impl std::str::FromStr for BrowserKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "chrome" | "chromium" => Ok(Self::Chrome),
            "firefox" => Ok(Self::Firefox),
            other => Err(format!("unknown browser {other:?}; chrome and firefox are known")),
        }
    }
}

/// What may be installed when no browser is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Install {
    /// Nothing: say what is missing.
    Never,
    /// Into the tool's own cache, which touches nothing else on the machine.
    #[default]
    Cache,
    /// Also with the system's package manager, when running as root.
    System,
}

/// How to come by a WebDriver server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserOptions {
    /// Which family.
    pub kind: BrowserKind,
    /// The browser's program, where the user names it.
    pub browser: Option<PathBuf>,
    /// The driver's program, where the user names it.
    pub driver: Option<PathBuf>,
    /// A server that runs already: nothing is searched, started or swept.
    pub webdriver: Option<Url>,
    /// What may be installed.
    pub install: Install,
    /// The tool's cache; `None` for the user's own (see [`BrowserOptions::cache_dir`]).
    pub cache: Option<PathBuf>,
    /// Where the folders of running drivers lie; `None` for one in the system's temporary folder.
    pub runs: Option<PathBuf>,
    /// Folders searched for programs; `None` for those of `PATH`.
    pub search: Option<Vec<PathBuf>>,
    /// Where downloads are listed: Chrome for Testing, or a mirror of it.
    pub index: String,
    /// This tool's own program, which cleans up when the tool is killed; `None` goes without.
    pub watchdog: Option<PathBuf>,
}

impl Default for BrowserOptions {
    fn default() -> Self {
        Self {
            kind: BrowserKind::default(),
            browser: None,
            driver: None,
            webdriver: None,
            install: Install::default(),
            cache: None,
            runs: None,
            search: None,
            index: DOWNLOAD_INDEX.to_owned(),
            watchdog: None,
        }
    }
}

impl BrowserOptions {
    /// The tool's cache: the one asked for, `$COOKIE_AUDIT_CACHE`, or the user's cache folder.
    #[must_use]
    pub fn cache_dir(&self) -> Option<PathBuf> {
        let named = self.cache.clone().or_else(|| set("COOKIE_AUDIT_CACHE").map(PathBuf::from));
        named.or_else(|| set("XDG_CACHE_HOME").map(|dir| PathBuf::from(dir).join("cookie-audit"))).or_else(|| {
            let home = PathBuf::from(set("HOME")?);
            let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
            Some(home.join(caches).join("cookie-audit"))
        })
    }

    /// Where programs are searched.
    #[must_use]
    pub fn search_dirs(&self) -> Vec<PathBuf> {
        self.search.clone().unwrap_or_else(|| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).filter(|dir| dir.is_absolute()).collect()
        })
    }
}

/// An environment variable that is set to something.
fn set(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether this process may do everything: installing needs it, and Chromium then refuses its sandbox.
#[must_use]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
