//! Recording one site: folder, browsers, a crawl per phase, the policies, the end and the seal.
//!
//! Everything is appended as it is seen, so that a killed run keeps its finished pages and `--resume` goes on from
//! there. Not here: judging (`judging`), and what any of it means.

mod browsers;
mod consent;
mod journeys;
mod stop;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use miette::{Context, IntoDiagnostic, miette};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

pub(crate) use self::browsers::{Browsers, OpenError};
pub(crate) use self::stop::Stop;
pub(crate) use self::watch::Watch;
use super::{CliError, browser, convert};
use crate::config::Settings;
use crate::config::keys::KEYS;
use crate::evidence::log::{Writer, read_log};
use crate::evidence::model::{BrowserInfo, End, Evidence, Header, Phase, Record, SCHEMA, ToolInfo};
use crate::evidence::store::{AuditFolder, LOG, write_file};
use crate::evidence::values::Redactor;
use crate::evidence::{har, manifest};
use crate::gather::Visits as _;
use crate::gather::crawl::fetch::Fetcher;
use crate::gather::crawl::{self, CrawlError, CrawlSummary, Earlier, Sink, Workers};
use crate::gather::journey::consent::ConsentPlan;
use crate::gather::journey::login::Access;
use crate::gather::policy_pages::{self, Store, render::Reader};
use crate::gather::record::{Album, PageTime, RecorderOptions};

/// Holds the key of the values' hashes while a recording can still be resumed; no evidence, and never sealed.
const KEY_FILE: &str = ".recording-key";

/// How long `--wait-for` waits.
const WAIT_FOR: Duration = Duration::from_secs(300);

/// What lies on disk now.
pub(crate) struct Recorded {
    /// The audit's folder.
    pub(crate) folder: AuditFolder,
    /// Digest of the evidence.
    pub(crate) head: String,
    /// Why the recording ended early, if it did.
    pub(crate) cut_short: Option<String>,
}

/// What to record besides what the settings say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan<'a> {
    /// The folder of a recording to go on with.
    pub(crate) resume: Option<&'a Path>,
    /// `flag` or `config`: who named the policies.
    pub(crate) policy_by: &'static str,
    /// Sessions that it may have, where it goes side by side with other sites.
    pub(crate) share: Option<Workers>,
}

/// Records one site.
pub(crate) async fn record(settings: &Settings, plan: Plan<'_>, stop: &Stop) -> Result<Recorded, CliError> {
    let started = Timestamp::now();
    let among = plan.share.as_ref().map(|_| settings.name.as_str());
    let watch = Watch::new(settings.on("quiet"), settings.int("max_pages"), among);
    let (folder, key) = folder_and_key(settings, plan.resume, started)?;
    let access = convert::access(settings, started)?.map(Arc::new);
    let earlier = match plan.resume {
        Some(_) => read_log(&folder.path().join(LOG)).into_diagnostic()?,
        None => Evidence::default(),
    };
    let browsers = start_browsers(settings, access.as_deref(), (&folder, &earlier), key, started).await?;
    let first = browsers.open().await.into_diagnostic()?;
    let header = header(settings, started, first.info());
    first.close().await;
    let writer = match plan.resume {
        Some(_) => {
            let mut writer = Writer::resume(folder.path()).into_diagnostic()?;
            writer.append(&Record::Header(Box::new(header))).into_diagnostic()?;
            writer
        }
        None => Writer::create(folder.path(), &header).into_diagnostic()?,
    };
    let deadline = Instant::now() + settings.duration("max_time");
    let mut run = Run { settings, plan, folder, writer, browsers, watch, stop, access, deadline };
    let ended = run.all(&earlier).await;
    run.watch.finish();
    run.browsers.close().await;
    ended.and_then(|cut_short| run.seal(cut_short))
}

struct Run<'a> {
    settings: &'a Settings,
    plan: Plan<'a>,
    folder: AuditFolder,
    writer: Writer,
    browsers: Arc<Browsers>,
    watch: Watch,
    stop: &'a Stop,
    access: Option<Arc<Access>>,
    deadline: Instant,
}

impl Run<'_> {
    /// Every phase, then the policies; answers why it was cut short, if it was.
    async fn all(&mut self, earlier: &Evidence) -> Result<Option<String>, CliError> {
        self.wait().await?;
        let (mut cut_short, mut walk_short, mut first) = (None, None, true);
        for phase in convert::phases(self.settings) {
            let plan = ConsentPlan::new(phase, convert::consent(self.settings)?);
            // Looked at once; a choice has to be made again, since what carries it is not written down.
            let looked = phase == Phase::BeforeConsent && earlier.consent.iter().any(|c| c.phase == phase);
            if !looked && !self.choose(&plan, phase).await? {
                continue;
            }
            let summary = self.crawl(phase, &plan, earlier).await?;
            self.outcomes(&plan)?;
            if summary.walk_short {
                self.watch.say("the returning visitor's walk lost its browser twice: its pages are missing");
                walk_short = Some("browser_lost".to_owned());
            }
            cut_short = cut_short.or(summary.cut_short);
            if cut_short.is_some() {
                break;
            }
            if !self.stop.is_asked() {
                if first {
                    self.journeys(&plan, phase).await?;
                } else {
                    self.trials_of_the_choice(&plan, phase).await?;
                }
            }
            first = false;
        }
        if !self.stop.is_asked() && !self.policies().await? {
            cut_short = cut_short.or(Some("browser_lost".to_owned()));
        }
        Ok(cut_short.or(walk_short))
    }

    /// Until the address of `--wait-for` answers.
    async fn wait(&self) -> Result<(), CliError> {
        let Some(url) = self.settings.url("wait_for") else { return Ok(()) };
        self.watch.say(&format!("waiting for {url}"));
        let fetcher = Fetcher::new(&convert::fetch(self.settings, self.browsers.guard())?).into_diagnostic()?;
        if fetcher.wait_for(&url, WAIT_FOR).await { Ok(()) } else { Err(CrawlError::NeverUp(url)).into_diagnostic() }
    }

    async fn crawl(
        &mut self,
        phase: Phase,
        plan: &Arc<ConsentPlan>,
        earlier: &Evidence,
    ) -> Result<CrawlSummary, CliError> {
        let mut options = convert::crawl(self.settings, phase, self.browsers.guard())?;
        options.deadline = Some(self.deadline);
        if let Some(share) = &self.plan.share {
            options.workers = share.clone();
        }
        options.earlier = Earlier { pages: earlier.pages.clone(), skipped: earlier.skipped.clone() };
        let (browsers, plan) = (Arc::clone(&self.browsers), Arc::clone(plan));
        let make = move || {
            let (browsers, plan) = (Arc::clone(&browsers), Arc::clone(&plan));
            async move { browsers.open_for(&plan).await.map_err(|error| chain(&error)) }
        };
        let mut sink = LogSink(&mut self.writer);
        let crawled = crawl::run(&options, make, &mut sink, &self.watch, self.stop.asked.clone()).await;
        crawled.into_diagnostic()
    }

    /// False where there was no browser to read them with: what was recorded before is kept all the same.
    async fn policies(&mut self) -> Result<bool, CliError> {
        let Some(options) = convert::policies(self.settings, self.plan.policy_by) else { return Ok(true) };
        let pages = read_log(&self.folder.path().join(LOG)).into_diagnostic()?.pages;
        let fetcher = Fetcher::new(&convert::fetch(self.settings, self.browsers.guard())?).into_diagnostic()?;
        let mut reader = match self.browsers.open().await {
            Ok(reader) => reader,
            Err(error) => {
                self.watch.say(&format!("the policies could not be read: {}", chain(&error)));
                return Ok(false);
            }
        };
        let mut store = FolderStore(&self.folder);
        let recorder = reader.recorder().into_diagnostic()?;
        let mut shown = Reader { session: recorder.session(), redactor: Some(recorder.redactor()) };
        let found = policy_pages::collect(&options, &pages, &fetcher, &mut shown, &mut store).await;
        reader.close().await;
        for document in found.into_diagnostic()? {
            self.writer.append(&Record::Policy(document)).into_diagnostic()?;
        }
        Ok(true)
    }

    /// Writes the end and seals the folder; the key goes, unless the recording may be gone on with.
    fn seal(mut self, cut_short: Option<String>) -> Result<Recorded, CliError> {
        let end = End { finished_at: millis(Timestamp::now()), cut_short: cut_short.clone() };
        self.writer.append(&Record::End(end)).into_diagnostic()?;
        if cut_short.is_none() {
            let _ = std::fs::remove_file(self.folder.path().join(KEY_FILE));
        }
        let recorded = read_log(&self.folder.path().join(LOG)).into_diagnostic()?;
        write_file(&self.folder.path().join(har::FILE), &har::har(&recorded).into_diagnostic()?).into_diagnostic()?;
        let head = manifest::seal(self.folder.path()).into_diagnostic()?;
        Ok(Recorded { folder: self.folder, head, cut_short })
    }
}

/// The log as a crawl's sink.
struct LogSink<'a>(&'a mut Writer);

impl Sink for LogSink<'_> {
    fn append(&mut self, record: Record) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.append(&record)?)
    }
}

/// The audit's folder as a place for policies.
struct FolderStore<'a>(&'a AuditFolder);

impl Store for FolderStore<'_> {
    fn keep(&mut self, bytes: &[u8], ending: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.add_policy(bytes, ending)?)
    }

    fn keep_picture(&mut self, of: &str, picture: &[u8]) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let stem = of.trim_start_matches("policies/").split('.').next().unwrap_or_default();
        Ok(self.0.add_screenshot(&format!("policy-{stem}"), picture)?)
    }
}

/// A new folder with a new key, or the resumed one with its own.
fn folder_and_key(
    settings: &Settings,
    resume: Option<&Path>,
    started: Timestamp,
) -> Result<(AuditFolder, [u8; 32]), CliError> {
    let site = settings.urls.first().ok_or_else(|| {
        miette!(help = "cookie-audit audit https://www.example.com", "no address was given to start from")
    })?;
    if let Some(dir) = resume {
        let folder = AuditFolder::open(dir).into_diagnostic()?;
        let key = kept_key(&folder.path().join(KEY_FILE))?;
        return Ok((folder, key));
    }
    let out = settings.path("out").unwrap_or_else(|| PathBuf::from("reports"));
    let folder = AuditFolder::create(&out, site, started).into_diagnostic()?;
    let mut key = [0u8; 32];
    getrandom::fill(&mut key).map_err(|error| miette!("failed to get random bytes for a key: {error}"))?;
    let text = key.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    write_file(&folder.path().join(KEY_FILE), text.as_bytes()).into_diagnostic()?;
    Ok((folder, key))
}

fn kept_key(path: &Path) -> Result<[u8; 32], CliError> {
    let text = std::fs::read_to_string(path).into_diagnostic().wrap_err(
        "this recording cannot be resumed: it ran to its end, or its key is gone (start a new one without --resume)",
    )?;
    let byte = |at: usize| text.get(2 * at..2 * at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    let mut key = [0u8; 32];
    for (at, slot) in key.iter_mut().enumerate() {
        *slot = byte(at).ok_or_else(|| miette!("the key of this recording is damaged: {}", path.display()))?;
    }
    Ok(key)
}

async fn start_browsers(
    settings: &Settings,
    access: Option<&Access>,
    (folder, earlier): (&AuditFolder, &Evidence),
    key: [u8; 32],
    started: Timestamp,
) -> Result<Arc<Browsers>, CliError> {
    let mut secrets = convert::secrets(settings)?;
    secrets.extend(access.map(Access::secrets).unwrap_or_default());
    let redactor = Redactor::new(key).at(started.as_second()).keep_values(settings.on("keep_values")).hide(&secrets);
    let page_time = PageTime { total: settings.duration("page_time"), ..PageTime::default() };
    let album = Album::new(folder.clone());
    album.remember(&earlier.pages);
    let recorder = RecorderOptions { page_time, album: Some(album), ..RecorderOptions::new(redactor) };
    let options = browser::options(settings);
    let guard = convert::guard(settings).await?;
    let logins = convert::http_auth(settings)?;
    let started = Browsers::start(&options, recorder, logins, guard, |binary, guard| {
        convert::session(settings, binary, guard).map_err(StartError::Settings)
    });
    started.await.map_err(|error| match error {
        StartError::Settings(report) => report,
        StartError::Open(error) => miette::Report::msg(chain(&error)),
    })
}

/// Either kind of trouble at the start.
enum StartError {
    Settings(CliError),
    Open(OpenError),
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text
}

fn header(settings: &Settings, started: Timestamp, browser: BrowserInfo) -> Header {
    let site = settings.urls.first().map(|url| url.origin().ascii_serialization());
    Header {
        schema: SCHEMA.to_owned(),
        tool: ToolInfo { name: "cookie-audit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        browser,
        site: site.unwrap_or_default(),
        seeds: settings.urls.iter().map(ToString::to_string).collect(),
        started_at: millis(started),
        flags: settings.differing(),
        settings_digest: digest(settings),
        phases: convert::phases(settings),
        scope: settings.text("scope").unwrap_or_default(),
        robots_obeyed: !settings.on("ignore_robots"),
        max_pages: settings.int("max_pages"),
        max_failed_percent: settings.percent("max_failed").to_string(),
    }
}

/// Over every setting but those that say only where output goes.
fn digest(settings: &Settings) -> String {
    let mut hash = Sha256::new();
    for key in KEYS.iter().filter(|key| key.section != "report") {
        hash.update(format!("{}={}\n", key.name, settings.texts(key.name).join("\u{1f}")));
    }
    for url in &settings.urls {
        hash.update(format!("{url}\n"));
    }
    let hex = hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    format!("sha256:{hex}")
}

fn millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
