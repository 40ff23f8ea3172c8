//! Downloading Chrome for Testing: its published index, two archives, into the cache.
//!
//! The index names no digests; the store behind it answers each file with an MD5, which is checked where given.
//! An archive is unpacked beside its place and moved there whole, so a killed download leaves nothing half there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use futures_util::StreamExt as _;
use md5::{Digest as _, Md5};
use serde::Deserialize;
use url::Url;

use super::super::find::{FindError, look, major};
use super::super::options::BrowserOptions;

/// This machine's name in the index; empty where nothing is published for it.
pub(super) const PLATFORM: &str = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
    "linux64"
} else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
    "linux-arm64"
} else if cfg!(all(target_os = "macos", target_arch = "aarch64")) {
    "mac-arm64"
} else if cfg!(all(target_os = "macos", target_arch = "x86_64")) {
    "mac-x64"
} else {
    ""
};

/// The browser's program inside its unpacked folder.
pub(super) const BROWSER_PROGRAM: &str = if cfg!(target_os = "macos") {
    "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing"
} else {
    "chrome"
};

/// Most bytes of an index, of an archive, and of what one unpacks to.
const MAX_INDEX: u64 = 32 << 20;
const MAX_ARCHIVE: u64 = 1 << 30;
const MAX_UNPACKED: u64 = 4 << 30;

/// Why Chrome for Testing could not be had.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// Nothing is published for this kind of machine.
    #[error("nothing is published for this kind of machine")]
    NoBuild,
    /// The index could not be reached or read.
    #[error("{url} cannot be had: {reason}")]
    Fetch {
        /// What was asked for.
        url: String,
        /// Why not.
        reason: String,
    },
    /// An archive is not what its store says it is.
    #[error("{url} arrived damaged (its digest differs)")]
    Damaged {
        /// The archive.
        url: String,
    },
    /// An archive could not be unpacked.
    #[error("{url} cannot be unpacked: {reason}")]
    Unpack {
        /// The archive.
        url: String,
        /// Why not.
        reason: String,
    },
    /// The cache cannot be written.
    #[error("the cache cannot be written: {0}")]
    Cache(#[from] std::io::Error),
    /// It was downloaded and does not run here.
    #[error("it was downloaded and does not run: {0}")]
    Unusable(Box<FindError>),
}

/// Downloads the stable browser and its driver, or only the driver where a browser is there that lacks one.
pub(super) async fn chrome_for_testing(options: &BrowserOptions, cache: &Path) -> Result<(), DownloadError> {
    if PLATFORM.is_empty() {
        return Err(DownloadError::NoBuild);
    }
    let web = Web::new(options)?;
    let present = look(options).browsers.iter().find_map(|program| major(program.version.as_ref().ok()?));
    if let Some(major) = present {
        let driver_only = match web.milestone(major).await {
            Ok(build) => web.fetch(&build, "chromedriver", cache).await,
            Err(error) => Err(error),
        };
        match driver_only {
            Ok(()) => return Ok(()),
            Err(error) => tracing::info!("no driver for the browser that is there ({error}); fetching both"),
        }
    }
    let build = web.stable().await?;
    web.fetch(&build, "chromedriver", cache).await?;
    web.fetch(&build, "chrome", cache).await
}

#[derive(Deserialize)]
struct Channels {
    channels: BTreeMap<String, Build>,
}

#[derive(Deserialize)]
struct Milestones {
    milestones: BTreeMap<String, Build>,
}

/// One version in the index.
#[derive(Deserialize)]
struct Build {
    version: String,
    downloads: BTreeMap<String, Vec<Offer>>,
}

#[derive(Deserialize)]
struct Offer {
    platform: String,
    url: String,
}

/// The client, bounded in time and bytes.
struct Web {
    client: reqwest::Client,
    index: Url,
}

impl Web {
    fn new(options: &BrowserOptions) -> Result<Self, DownloadError> {
        let failed = |reason: String| DownloadError::Fetch { url: options.index.clone(), reason };
        let index = Url::parse(&options.index).map_err(|error| failed(error.to_string()))?;
        // Another part of the program may have chosen already; any choice does.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(15))
            .read_timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| failed(chain(&error)))?;
        Ok(Self { client, index })
    }

    async fn stable(&self) -> Result<Build, DownloadError> {
        let file = "last-known-good-versions-with-downloads.json";
        let mut listed: Channels = self.json(file).await?;
        listed.channels.remove("Stable").ok_or(DownloadError::NoBuild)
    }

    async fn milestone(&self, major: u32) -> Result<Build, DownloadError> {
        let file = "latest-versions-per-milestone-with-downloads.json";
        let mut listed: Milestones = self.json(file).await?;
        listed.milestones.remove(&major.to_string()).ok_or(DownloadError::NoBuild)
    }

    async fn json<T: serde::de::DeserializeOwned>(&self, file: &str) -> Result<T, DownloadError> {
        let failed = |reason: String| DownloadError::Fetch { url: format!("{}{file}", self.index), reason };
        let url = self.index.join(file).map_err(|error| failed(error.to_string()))?;
        let mut bytes = Vec::new();
        self.stream(&url, MAX_INDEX, &mut bytes).await?;
        serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))
    }

    /// Fetches one product of a build into `<cache>/browsers/<product>/<version>/`, unless it is there.
    async fn fetch(&self, build: &Build, product: &str, cache: &Path) -> Result<(), DownloadError> {
        let offers = build.downloads.get(product).ok_or(DownloadError::NoBuild)?;
        let offer = offers.iter().find(|offer| offer.platform == PLATFORM).ok_or(DownloadError::NoBuild)?;
        let url = self.checked(&offer.url)?;
        let plain = build.version.chars().all(|c| c.is_ascii_digit() || c == '.');
        let home = cache.join("browsers").join(product);
        let place = home.join(if plain { &build.version } else { return Err(DownloadError::NoBuild) });
        if place.exists() {
            return Ok(());
        }
        fs::create_dir_all(&home)?;
        let work = Work(home.join(format!(".partial-{}", std::process::id())));
        let _ = fs::remove_dir_all(&work.0);
        fs::create_dir(&work.0)?;
        tracing::info!("downloading {url}");
        let archive = work.0.join("archive.zip");
        self.save(&url, &archive).await?;
        let unpacked = work.0.join("unpacked");
        unpack(&url, archive, unpacked.clone()).await?;
        fs::rename(unpacked, place)?;
        Ok(())
    }

    /// The index may not send us from https to somewhere that anybody can answer.
    fn checked(&self, url: &str) -> Result<Url, DownloadError> {
        let parsed =
            Url::parse(url).ok().filter(|parsed| parsed.scheme() == "https" || parsed.scheme() == self.index.scheme());
        parsed.ok_or_else(|| DownloadError::Fetch { url: url.to_owned(), reason: "not an https address".to_owned() })
    }

    async fn save(&self, url: &Url, path: &Path) -> Result<(), DownloadError> {
        let mut file = Hashing { file: File::create(path)?, md5: Md5::new() };
        let expected = self.stream(url, MAX_ARCHIVE, &mut file).await?;
        let found = base64::engine::general_purpose::STANDARD.encode(file.md5.finalize());
        match expected {
            Some(expected) if expected != found => Err(DownloadError::Damaged { url: url.to_string() }),
            _ => Ok(()),
        }
    }

    /// Streams a body into `sink`; answers the MD5 its store names, if any.
    async fn stream(&self, url: &Url, limit: u64, sink: &mut impl Write) -> Result<Option<String>, DownloadError> {
        let failed = |reason: String| DownloadError::Fetch { url: url.to_string(), reason };
        let response = self.client.get(url.clone()).send().await.map_err(|error| failed(chain(&error)))?;
        if !response.status().is_success() {
            return Err(failed(format!("the server answered {}", response.status())));
        }
        let digest = stored_md5(response.headers());
        let (mut total, mut body) = (0u64, response.bytes_stream());
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| failed(chain(&error)))?;
            total += chunk.len() as u64;
            if total > limit {
                return Err(failed(format!("larger than {limit} bytes")));
            }
            sink.write_all(&chunk)?;
        }
        Ok(digest)
    }
}

/// `x-goog-hash: crc32c=…,md5=…`, in one header or several.
fn stored_md5(headers: &reqwest::header::HeaderMap) -> Option<String> {
    let values = headers.get_all("x-goog-hash").iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).find_map(|part| part.trim().strip_prefix("md5=").map(str::to_owned))
}

struct Hashing {
    file: File,
    md5: Md5,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.md5.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// A folder that goes, whatever becomes of the work in it.
struct Work(PathBuf);

impl Drop for Work {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn unpack(url: &Url, archive: PathBuf, into: PathBuf) -> Result<(), DownloadError> {
    let failed = |reason: String| DownloadError::Unpack { url: url.to_string(), reason };
    let done = tokio::task::spawn_blocking(move || unpack_now(&archive, &into)).await;
    done.map_err(|error| failed(error.to_string()))?.map_err(failed)
}

fn unpack_now(archive: &Path, into: &Path) -> Result<(), String> {
    let file = File::open(archive).map_err(|error| error.to_string())?;
    let mut zip = zip::ZipArchive::new(file).map_err(|error| error.to_string())?;
    let size: u64 = (0..zip.len()).filter_map(|at| zip.by_index_raw(at).ok().map(|entry| entry.size())).sum();
    if size > MAX_UNPACKED {
        return Err(format!("unpacks to more than {MAX_UNPACKED} bytes"));
    }
    zip.extract(into).map_err(|error| error.to_string())
}

/// An error with its causes: reqwest's own text names none.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}
