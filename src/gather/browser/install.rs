//! Installing a browser: Chrome for Testing into the tool's own cache, else the system's package manager, else words.
//!
//! A file lock keeps two processes from installing at once; the second finds what the first installed. The package
//! manager is used only when asked for and only as root. Not here: `find`, which says whether anything is missing.

use std::fs;
use std::path::{Path, PathBuf};

use super::find::{FindError, Found, find, major};
use super::options::{BrowserKind, BrowserOptions, Install, is_root};

mod download;
mod packages;

pub use download::DownloadError;
pub use packages::PackageError;

/// Why nothing was installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// There is no cache folder, or it cannot be written.
    #[error("failed to use the cache folder; set COOKIE_AUDIT_CACHE to a folder that can be written")]
    Cache(#[source] std::io::Error),
    /// Downloading failed, and the package manager may not be used.
    #[error("failed to download Chrome for Testing")]
    Download(#[source] DownloadError),
    /// Downloading failed, and so did the package manager.
    #[error("failed to download Chrome for Testing ({download}) and to install packages")]
    Both {
        /// What downloading said.
        download: DownloadError,
        /// What the package manager said.
        #[source]
        packages: PackageError,
    },
    /// The package manager failed.
    #[error("failed to install packages")]
    Packages(#[source] PackageError),
    /// Something was installed, and still nothing usable is there.
    #[error("what was installed does not run")]
    Unusable(#[source] Box<FindError>),
}

/// Installs what is missing, unless another process has done so meanwhile.
pub async fn install(options: &BrowserOptions) -> Result<Found, InstallError> {
    let cache = options.cache_dir().ok_or_else(|| InstallError::Cache(std::io::Error::other("HOME is not set")))?;
    fs::create_dir_all(&cache).map_err(InstallError::Cache)?;
    let lock = take_lock(cache.join("install.lock")).await.map_err(InstallError::Cache)?;
    let done = match find(options) {
        Ok(found) => Ok(found),
        Err(_) => install_missing(options, &cache).await,
    };
    drop(lock);
    done
}

async fn install_missing(options: &BrowserOptions, cache: &Path) -> Result<Found, InstallError> {
    if options.kind == BrowserKind::Firefox {
        return with_packages(options).await.map_err(InstallError::Packages)?;
    }
    let download = match download::chrome_for_testing(options, cache).await {
        Ok(()) => match find(options) {
            Ok(found) => return Ok(found),
            // Downloaded, but the system lacks libraries it needs: packages bring theirs along.
            Err(unusable) => DownloadError::Unusable(Box::new(unusable)),
        },
        Err(error) => error,
    };
    if options.install != Install::System {
        return Err(InstallError::Download(download));
    }
    tracing::info!("{download}; trying the package manager");
    with_packages(options).await.map_err(|packages| InstallError::Both { download, packages })?
}

/// Outer error: the package manager's; inner: what it installed does not do.
async fn with_packages(options: &BrowserOptions) -> Result<Result<Found, InstallError>, PackageError> {
    packages::install(options).await?;
    Ok(find(options).map_err(|error| InstallError::Unusable(Box::new(error))))
}

/// Waiting for another process may take minutes, so it happens off the async threads.
async fn take_lock(path: PathBuf) -> std::io::Result<fs::File> {
    let waiting = tokio::task::spawn_blocking(move || {
        let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok(file)
    });
    waiting.await.map_err(std::io::Error::other)?
}

/// Browsers in the cache, newest first.
#[must_use]
pub fn cached_browsers(options: &BrowserOptions) -> Vec<PathBuf> {
    cached(options, "chrome", download::BROWSER_PROGRAM)
}

/// Drivers in the cache, newest first.
#[must_use]
pub fn cached_drivers(options: &BrowserOptions) -> Vec<PathBuf> {
    cached(options, "chromedriver", "chromedriver")
}

/// `<cache>/browsers/<product>/<version>/<product>-<platform>/<program>`.
fn cached(options: &BrowserOptions, product: &str, program: &str) -> Vec<PathBuf> {
    let Some(cache) = options.cache_dir() else { return Vec::new() };
    let Ok(versions) = fs::read_dir(cache.join("browsers").join(product)) else { return Vec::new() };
    let mut found: Vec<(Option<u32>, PathBuf)> = versions
        .flatten()
        .map(|entry| (major(&entry.file_name().to_string_lossy()), entry.path()))
        .filter(|(version, _)| version.is_some())
        .map(|(version, path)| (version, path.join(format!("{product}-{}", download::PLATFORM)).join(program)))
        .filter(|(_, path)| path.is_file())
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

/// What the user should run.
#[must_use]
pub fn advice(options: &BrowserOptions) -> String {
    match options.kind {
        _ if options.browser.is_some() || options.driver.is_some() => {
            "check --binary and --driver, or leave them out to use what is found".to_owned()
        }
        BrowserKind::Chrome if packages::debian() && is_root() => {
            "run `cookie-audit browser install`, or `apt-get install chromium chromium-driver`".to_owned()
        }
        BrowserKind::Chrome if packages::debian() => {
            "run `cookie-audit browser install`, or as root `apt-get install chromium chromium-driver`".to_owned()
        }
        BrowserKind::Chrome => {
            "run `cookie-audit browser install`, or install Chromium and the chromedriver of its version and name them \
             with --binary and --driver"
                .to_owned()
        }
        BrowserKind::Firefox => {
            "install Firefox (Debian: `apt-get install firefox-esr`) and geckodriver (`cargo install geckodriver`)"
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests;
