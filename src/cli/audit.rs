//! `audit` and `record`: one site or several, each recorded and (for `audit`) judged, with its own folder and status.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use futures_util::stream::{self, StreamExt as _};
use miette::miette;
use tokio::time::timeout;

use super::flags::SettingsFlags;
use super::judging::Judged;
use super::recording::{self, Plan, Recorded, Stop};
use super::several::{self, Done};
use super::sharing::{self, Sharing};
use super::telling::{Ended, Teller};
use super::{CliError, ExitStatus, browser, convert, judging, panics};
use crate::config::value::web_url;
use crate::config::{Config, Settings};

/// Visits a site in a real browser, records every cookie, and reports what its policy does not say or gets wrong.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AuditArgs {
    /// Addresses to start from (default: the `[[site]]` entries of the settings file)
    #[arg(value_name = "URL")]
    urls: Vec<String>,
    /// Go on with a recording that was killed, crashed or ran out of time
    #[arg(long, value_name = "DIR", help_heading = "Where to look")]
    resume: Option<PathBuf>,
    /// A file with one address a line (`#` begins a comment): each is a site of its own, with the same settings
    #[arg(long, value_name = "FILE", conflicts_with_all = ["urls", "resume"], help_heading = "Where to look")]
    sites: Option<PathBuf>,
    #[command(flatten)]
    flags: SettingsFlags,
}

const EXAMPLES: &str = "Examples:\n  cookie-audit audit https://www.example.com --format table --format html\n  \
cookie-audit audit https://staging.example.com --profile smoke --baseline cookie-baseline.toml --format sarif=out.sarif\n\
\n  The audit lies under reports/<host>/<time>; `cookie-audit judge` judges it again without a browser.";

/// Records and judges.
pub(crate) fn audit(args: &AuditArgs) -> Result<ExitStatus, CliError> {
    Job::new(args, true)?.run()
}

/// Records.
pub(crate) fn record(args: &AuditArgs) -> Result<ExitStatus, CliError> {
    Job::new(args, false)?.run()
}

/// For what is still to be told when everything is to stop at once.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Several sites with one configuration.
struct Job<'a> {
    args: &'a AuditArgs,
    config: Config,
    judged: bool,
}

impl<'a> Job<'a> {
    fn new(args: &'a AuditArgs, judged: bool) -> Result<Self, CliError> {
        let mut config = args.flags.load(&args.urls).map_err(|error| miette::Report::new(*error))?;
        if let Some(path) = &args.sites {
            config.sites = listed(path, &config.base)?;
        }
        if config.sites.iter().all(|site| site.urls.is_empty()) {
            return Err(miette!(
                help = "cookie-audit audit https://www.example.com, or add a [[site]] to cookie-audit.toml",
                "no address was given to start from"
            ));
        }
        if args.resume.is_some() && config.sites.len() != 1 {
            return Err(miette!(help = "name its address too", "--resume goes on with one site's recording"));
        }
        if args.resume.is_some() && config.sites.iter().any(|site| site.texts("browser").len() > 1) {
            return Err(miette!(help = "name the browser it was made in", "--resume goes on in one browser"));
        }
        // A broken baseline or database is told before a browser is started.
        for site in &config.sites {
            convert::judging(&config, site)?;
        }
        Ok(Self { args, config, judged })
    }

    fn run(&self) -> Result<ExitStatus, CliError> {
        browser::runtime()?.block_on(async {
            let (stop, teller) = (Stop::listen(), Teller::start(self.config.sites.len())?);
            let stopped = tokio::select! {
                () = self.sites(&stop, &teller) => false,
                () = stop.at_once() => true,
            };
            let mut told = std::pin::pin!(teller.all());
            if !stopped {
                tokio::select! {
                    status = &mut told => return status,
                    () = stop.at_once() => {}
                }
            }
            let _ = timeout(LAST_WORDS, told).await;
            Ok(ExitStatus::Stopped)
        })
    }

    /// So many domains at once as there are sessions for, each with its sites one after the other.
    async fn sites(&self, stop: &Stop, teller: &Teller) {
        let first = self.config.sites.iter().map(|site| site.urls.first());
        let domains = sharing::by_domain(first.map(|url| url.and_then(|url| url.host_str()).unwrap_or_default()));
        let sharing = &Sharing::new(&self.config.base, domains.len());
        let each = stream::iter(domains).for_each_concurrent(sharing.at_once(), |sites| async move {
            for number in sites {
                let site = &self.config.sites[number];
                let (name, mut judged) = (site.name.clone(), Judged::nothing());
                let audited = panics::within(self.in_browsers(site, sharing, stop, &mut judged)).await;
                teller.take(Ended { number, name, judged, failed: audited.err() });
            }
            sharing.one_ended();
        });
        each.await;
    }

    /// In each of the browsers that are named; `judged` is what there is to tell so far, also where a later one fails.
    async fn in_browsers(
        &self,
        site: &Settings,
        sharing: &Sharing,
        stop: &Stop,
        judged: &mut Judged,
    ) -> Result<(), CliError> {
        let mut done = Vec::new();
        for alone in several::each(site)? {
            let browser = alone.text("browser").unwrap_or_default();
            if stop.is_asked() {
                judged.add(Judged::not_begun(&site.name, &browser));
                continue;
            }
            let (more, folder) = self.in_one_browser(&alone, sharing, stop).await?;
            judged.add(more);
            done.push(Done { browser, folder });
        }
        if done.len() > 1 {
            judged.said.extend(several::compare(&self.config, site, &done)?);
        }
        Ok(())
    }

    async fn in_one_browser(
        &self,
        site: &Settings,
        sharing: &Sharing,
        stop: &Stop,
    ) -> Result<(Judged, PathBuf), CliError> {
        let policy_by = if site.in_file("policy") { "config" } else { "flag" };
        let plan = Plan { resume: self.args.resume.as_deref(), policy_by, share: sharing.share_of(site) };
        let recorded = Box::pin(recording::record(site, plan, stop)).await?;
        let folder = recorded.folder.path().to_path_buf();
        let judged = if self.judged {
            judging::judge(&self.config, site, &recorded.folder, &[]).await?
        } else {
            summed_up(&recorded)
        };
        Ok((judged, folder))
    }
}

/// The sites of a list; every line that is no address is told at once.
fn listed(path: &Path, base: &Settings) -> Result<Vec<Settings>, CliError> {
    let text = convert::read_text(path)?;
    let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.split('#').next().unwrap_or_default().trim()));
    let (mut sites, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        match web_url(line) {
            Ok(url) => sites.push(base.with_urls(vec![url])),
            Err(why) => faults.push(format!("line {number}: {why}")),
        }
    }
    if faults.is_empty() && !sites.is_empty() {
        return Ok(sites);
    }
    faults.truncate(10);
    let why = if faults.is_empty() { "it names no address".to_owned() } else { faults.join("; ") };
    Err(miette!(help = "write one address a line, such as https://www.example.com", "{}: {why}", path.display()))
}

/// What `record` says and answers.
fn summed_up(recorded: &Recorded) -> Judged {
    let (status, word) = match &recorded.cut_short {
        None => (ExitStatus::Clean, "recorded (0)".to_owned()),
        Some(why) => (ExitStatus::Incomplete, format!("incomplete (3): the recording was cut short: {why}")),
    };
    let folder = format!("audit {}", recorded.folder.path().display());
    Judged { status, printed: Vec::new(), said: vec![word, folder, format!("evidence {}", recorded.head)] }
}
