//! `audit` and `record`: one site or several, each recorded and (for `audit`) judged, with its own folder and status.

use std::path::{Path, PathBuf};

use clap::Args;
use miette::miette;

use super::flags::SettingsFlags;
use super::recording::{self, Plan, Recorded, Stop};
use super::several::{self, Done};
use super::{CliError, ExitStatus, browser, console, convert, judging};
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
        let runtime = browser::runtime()?;
        runtime.block_on(async {
            let stop = Stop::listen();
            let mut worst = ExitStatus::Clean;
            for site in &self.config.sites {
                let status = tokio::select! {
                    status = self.site(site, &stop) => self.told(site, status)?,
                    () = stop.at_once() => return Ok(ExitStatus::Stopped),
                };
                worst = worst.or_worse(status);
                if stop.is_asked() {
                    break;
                }
            }
            Ok(worst)
        })
    }

    /// With several sites one that cannot be audited does not take the others along.
    fn told(&self, site: &Settings, result: Result<ExitStatus, CliError>) -> Result<ExitStatus, CliError> {
        match result {
            Err(report) if self.config.sites.len() > 1 => {
                console::note(&format!("{}: {report:?}", site.name));
                Ok(ExitStatus::CouldNot)
            }
            other => other,
        }
    }

    /// One site, in each of the browsers that are named.
    async fn site(&self, site: &Settings, stop: &Stop) -> Result<ExitStatus, CliError> {
        let (mut worst, mut done) = (ExitStatus::Clean, Vec::new());
        for alone in several::each(site)? {
            let (status, folder) = self.in_one_browser(&alone, stop).await?;
            worst = worst.or_worse(status);
            done.push(Done { browser: alone.text("browser").unwrap_or_default(), folder });
            if stop.is_asked() {
                break;
            }
        }
        if done.len() > 1 {
            several::compare(&self.config, site, &done)?;
        }
        Ok(worst)
    }

    async fn in_one_browser(&self, site: &Settings, stop: &Stop) -> Result<(ExitStatus, PathBuf), CliError> {
        let policy_by = if site.in_file("policy") { "config" } else { "flag" };
        let plan = Plan { resume: self.args.resume.as_deref(), policy_by };
        let recorded = Box::pin(recording::record(site, plan, stop)).await?;
        let folder = recorded.folder.path().to_path_buf();
        let status = if self.judged {
            judging::judge(&self.config, site, &recorded.folder, &[]).await?
        } else {
            summed_up(&recorded)
        };
        Ok((status, folder))
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
fn summed_up(recorded: &Recorded) -> ExitStatus {
    let status = match &recorded.cut_short {
        None => "recorded (0)".to_owned(),
        Some(why) => format!("incomplete (3): the recording was cut short: {why}"),
    };
    console::note(&status);
    console::note(&format!("audit {}", recorded.folder.path().display()));
    console::note(&format!("evidence {}", recorded.head));
    if recorded.cut_short.is_some() { ExitStatus::Incomplete } else { ExitStatus::Clean }
}
