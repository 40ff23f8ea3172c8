//! Settings into the narrow options that other rooms take: session, crawl, plain fetches, judging, rendering.
//!
//! Credentials come from the environment alone; a missing variable is a fault of usage, told before any browser starts.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use miette::{Context, IntoDiagnostic, miette};
use url::Url;

use super::{CliError, baseline, browser, console};
use crate::config::Config;
use crate::config::settle::{Exception, Settings};
use crate::evidence::model::Phase;
use crate::gather::browser::options::is_root;
use crate::gather::browser::{OriginHeaders, SessionOptions};
use crate::gather::crawl::fetch::{FetchOptions, Resolved};
use crate::gather::crawl::{CrawlOptions, ScopeKind, Spending, Workers};
use crate::gather::guard::Guard;
use crate::gather::journey::consent::{Autoconsent, ConsentOptions};
use crate::gather::journey::login::{Access, HttpAuth};
use crate::gather::journey::state;
use crate::gather::journey::steps::Steps;
use crate::gather::policy_pages::{Given, PolicyOptions};
use crate::gather::record::Carried;
use crate::judge::classify::{Classifier, ClassifierOptions, Override};
use crate::judge::model::{Purpose, Severity};
use crate::judge::rules::{self, Thresholds};
use crate::judge::settings::{Allow, JudgeSettings, RuleSetting};
use crate::judge::verdict::FailOn;
use crate::report::{ConfigPlace, RenderOptions};

/// Longest text of a user's file that is read whole.
const LARGEST_FILE: u64 = 64 << 20;
/// Pages of the smoke profile, unless the user says otherwise.
const SMOKE_PAGES: u32 = 20;

/// Consent phases asked for, in the order in which they are recorded.
pub(super) fn phases(settings: &Settings) -> Vec<Phase> {
    let words = settings.texts("phase");
    let asked = |word: &str| words.iter().any(|w| w == word || w == "all");
    let all = [("before-consent", Phase::BeforeConsent), ("rejected", Phase::Rejected), ("accepted", Phase::Accepted)];
    all.into_iter().filter(|(word, _)| asked(word)).map(|(_, phase)| phase).collect()
}

/// Extra headers of the seeds' origins: `--header`, `--header-env`.
fn extra_headers(settings: &Settings) -> Result<Vec<(String, String)>, CliError> {
    let mut headers = Vec::new();
    for text in settings.texts("header") {
        if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    for text in settings.texts("header_env") {
        if let Some((name, variable)) = text.split_once('=') {
            headers.push((name.trim().to_owned(), variable_of("--header-env", variable.trim())?));
        }
    }
    Ok(headers)
}

fn basic_auth(settings: &Settings) -> Result<Option<(String, String)>, CliError> {
    let Some(variable) = settings.text("basic_auth_env") else { return Ok(None) };
    let text = variable_of("--basic-auth-env", &variable)?;
    match text.split_once(':') {
        Some((user, password)) => Ok(Some((user.to_owned(), password.to_owned()))),
        None => Err(miette!(help = "set it to user:password", "the variable {variable} holds no user:password")),
    }
}

fn variable_of(flag: &str, name: &str) -> Result<String, CliError> {
    std::env::var(name).map_err(|_| {
        miette!(help = "set the variable in the environment of this command", "{flag} names {name}, which is not set")
    })
}

/// Answers to HTTP authentication (Basic or Digest), for the seeds' exact origins.
pub(super) fn http_auth(settings: &Settings) -> Result<Vec<HttpAuth>, CliError> {
    let Some((user, password)) = basic_auth(settings)? else { return Ok(Vec::new()) };
    let pair = format!("{user}:{password}");
    Ok(origins(&settings.urls).into_iter().filter_map(|origin| HttpAuth::from_pair(origin, &pair)).collect())
}

/// Credentials that must not be written anywhere.
pub(super) fn secrets(settings: &Settings) -> Result<Vec<String>, CliError> {
    let mut secrets: Vec<String> = http_auth(settings)?.iter().flat_map(HttpAuth::secrets).collect();
    for text in settings.texts("header_env") {
        if let Some((_, variable)) = text.split_once('=') {
            secrets.push(variable_of("--header-env", variable.trim())?);
        }
    }
    Ok(secrets)
}

/// Steps of a setting, with what they take from the environment.
pub(super) fn steps(settings: &Settings, name: &str, base: &Url) -> Result<Steps, CliError> {
    let read = Steps::read(&settings.texts(name), base, &|variable| std::env::var(variable).ok());
    read.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        miette!(help = "the words are open, fill, click, wait, expect", "{name}: {}", lines.join("; "))
    })
}

/// How to sign in, where the settings say so.
pub(super) fn access(settings: &Settings, now: Timestamp) -> Result<Option<Access>, CliError> {
    let Some(start) = settings.urls.first().cloned() else { return Ok(None) };
    let steps = steps(settings, "login_steps", &start)?;
    let imported = settings.path("storage_state").map(|path| storage_state(&path, now)).transpose()?;
    if steps.is_empty() && imported.is_none() {
        return Ok(None);
    }
    Ok(Some(Access { steps, start, imported, http_auth: Vec::new() }))
}

fn storage_state(path: &Path, now: Timestamp) -> Result<Carried, CliError> {
    let text = read_text(path)?;
    let read = state::read(&text, now.as_second());
    Ok(read.into_diagnostic().wrap_err_with(|| format!("failed to read {}", path.display()))?.carried)
}

/// What a browser session is opened with; `binary` is the browser that was found.
pub(super) fn session(
    settings: &Settings,
    binary: Option<&Path>,
    guard: Option<&Guard>,
) -> Result<SessionOptions, CliError> {
    let browser = browser::options(settings);
    let headers = extra_headers(settings)?;
    let origins = origins(&settings.urls);
    let with_headers = |origin: Url| OriginHeaders { origin, headers: headers.clone() };
    Ok(SessionOptions {
        browser: browser.kind,
        binary: binary.map(Path::to_path_buf),
        headless: settings.on("headless"),
        announce: settings.on("announce"),
        accept_invalid_certs: settings.on("accept_invalid_certs"),
        resolve: settings.texts("resolve"),
        headers: if headers.is_empty() { Vec::new() } else { origins.into_iter().map(with_headers).collect() },
        proxy: settings.text("proxy"),
        guard: guard.map(Guard::address),
        user_agent: settings.text("user_agent"),
        viewport: settings.text("viewport").as_deref().and_then(viewport).unwrap_or((1280, 900)),
        language: settings.text("language"),
        time_zone: settings.text("time_zone"),
        isolate_sites: carries_secrets(settings),
        no_sandbox: is_root() && browser.webdriver.as_ref().is_none_or(is_here),
        ..SessionOptions::default()
    })
}

/// Whether pages are visited with something that others would like to have: a session, a password, a secret header.
fn carries_secrets(settings: &Settings) -> bool {
    let texts = ["login_steps", "header", "header_env"].into_iter().any(|name| !settings.texts(name).is_empty());
    texts || settings.path("storage_state").is_some() || settings.text("basic_auth_env").is_some()
}

/// A driver or Grid on this machine starts its browsers as the same user, most likely.
fn is_here(webdriver: &Url) -> bool {
    matches!(webdriver.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

fn viewport(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// The exact origins of the seeds, each once.
fn origins(seeds: &[Url]) -> Vec<Url> {
    let mut seen = BTreeSet::new();
    let bare = |url: &Url| Url::parse(&url.origin().ascii_serialization()).ok();
    seeds.iter().filter_map(bare).filter(|origin| seen.insert(origin.to_string())).collect()
}

/// Keeps browser and plain fetches out of private networks, where the settings ask for it.
pub(super) async fn guard(settings: &Settings) -> Result<Option<Guard>, CliError> {
    if !settings.on("deny_private_addresses") {
        return Ok(None);
    }
    let mapped = settings.texts("resolve").iter().filter_map(|text| resolved(text)).collect();
    Guard::start(mapped).await.map(Some).into_diagnostic().wrap_err("failed to start the proxy of our own")
}

/// Plain fetches beside the browser, with the same settings; through the guard, where there is one.
pub(super) fn fetch(settings: &Settings, guard: Option<&Guard>) -> Result<FetchOptions, CliError> {
    let mut headers = extra_headers(settings)?;
    headers
        .retain(|(name, _)| !name.eq_ignore_ascii_case("authorization") || settings.text("basic_auth_env").is_none());
    Ok(FetchOptions {
        resolve: settings.texts("resolve").iter().filter_map(|text| resolved(text)).collect(),
        accept_invalid_certs: settings.on("accept_invalid_certs"),
        headers,
        basic_auth: basic_auth(settings)?,
        credential_origins: settings.urls.iter().map(|url| url.origin().ascii_serialization()).collect(),
        proxy: guard.map(|guard| format!("http://{}", guard.address())).or_else(|| settings.text("proxy")),
        user_agent: settings.text("user_agent").unwrap_or_default(),
    })
}

/// `HOST[:PORT]:ADDR`; the address may be IPv6 in brackets.
fn resolved(text: &str) -> Option<Resolved> {
    let (host, rest) = text.split_once(':')?;
    let address = match rest.split_once(':') {
        Some((port, address)) if port.parse::<u16>().is_ok() => address,
        _ => rest,
    };
    let address: IpAddr = address.trim_matches(['[', ']']).parse().ok()?;
    Some(Resolved { host: host.to_owned(), address })
}

/// What to crawl and how, for one phase.
pub(super) fn crawl(settings: &Settings, phase: Phase, guard: Option<&Guard>) -> Result<CrawlOptions, CliError> {
    let smoke = settings.text("profile").as_deref() == Some("smoke");
    let rate = settings.number("rate");
    let pages = settings.int("max_pages");
    Ok(CrawlOptions {
        seeds: settings.urls.clone(),
        scope: settings.text("scope").as_deref().and_then(ScopeKind::from_word).unwrap_or_default(),
        include: settings.texts("include"),
        exclude: settings.texts("exclude"),
        max_pages: if smoke && !settings.given("max_pages") { SMOKE_PAGES } else { pages.max(1) },
        max_depth: settings.int("max_depth"),
        workers: Workers::new(sessions(settings)),
        obey_robots: !settings.on("ignore_robots"),
        sitemaps: !smoke,
        spending: spending(settings, smoke),
        interval: if rate > 0.0 { Duration::from_secs_f64(1.0 / rate) } else { Duration::ZERO },
        returning_pages: if smoke { 0 } else { settings.int("returning_pages") },
        phase,
        fetch: fetch(settings, guard)?,
        ..CrawlOptions::default()
    })
}

/// `exhaustive` said by name visits page after page; without a word the budget is spent fairly once it is too small.
fn spending(settings: &Settings, smoke: bool) -> Spending {
    match (smoke, settings.on("exhaustive"), settings.given("exhaustive")) {
        (true, _, _) => Spending::OneOfEach,
        (false, false, _) => Spending::Sampled,
        (false, true, true) => Spending::InOrder,
        (false, true, false) => Spending::Fairly,
    }
}

/// Sessions side by side: one per core, two at most, since more tabs than cores bring nothing; on a Grid one.
pub(super) fn sessions(settings: &Settings) -> usize {
    let asked = settings.int("sessions") as usize;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    match (asked, settings.url("webdriver")) {
        (0, None) => cores.min(2),
        (0, Some(_)) => 1,
        (n, _) => n,
    }
}

/// What the user says about consent dialogs.
pub(super) fn consent(settings: &Settings) -> Result<ConsentOptions, CliError> {
    let package = settings.path("autoconsent").map(|dir| Autoconsent::load(&dir)).transpose().into_diagnostic()?;
    Ok(ConsentOptions {
        accept_steps: settings.texts("accept_steps"),
        refuse_steps: settings.texts("refuse_steps"),
        autoconsent: package.map(Arc::new),
    })
}

/// Which policies to take.
pub(super) fn policies(settings: &Settings, by: &str) -> Option<PolicyOptions> {
    let given = settings.texts("policy").iter().map(|text| given(text)).collect();
    Some(PolicyOptions { given, given_by: by.to_owned(), site: settings.urls.first()?.clone() })
}

/// A URL, or else a file.
pub(super) fn given(text: &str) -> Given {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Given::Url(url),
        _ => Given::File(PathBuf::from(text)),
    }
}

/// Everything a judgement depends on besides the evidence; the user's files are read and checked here.
pub(super) fn judging(config: &Config, settings: &Settings) -> Result<JudgeSettings, CliError> {
    let level = |word: &str| match word {
        "off" => Some(RuleSetting::Off),
        other => Severity::from_word(other).map(RuleSetting::Severity),
    };
    let baseline = settings.path("baseline").map(|path| baseline::read(&path)).transpose()?;
    let excessive = i64::try_from(settings.duration("excessive_lifetime").as_secs()).unwrap_or(i64::MAX);
    let made = JudgeSettings {
        thresholds: Thresholds { excessive_lifetime_s: excessive },
        rules: config.rules.iter().filter_map(|(rule, word)| Some((rule.clone(), level(word)?))).collect(),
        allow: config.allow.iter().map(allow).collect(),
        baseline,
        classify: classifier(config, settings)?,
    };
    // A broken table of the user's is told here, with its name and place, before anything is judged by it.
    Classifier::new(&made.classify).into_diagnostic()?;
    Ok(made)
}

fn allow(entry: &Exception) -> Allow {
    let own = |name: &str| entry.get(name).map(str::to_owned);
    Allow {
        rule: own("rule").unwrap_or_else(|| "*".to_owned()),
        cookie: own("cookie"),
        site: own("site"),
        reason: own("reason").unwrap_or_default(),
        expires: own("expires"),
        place: entry.place.clone(),
    }
}

/// What the classifier is made from: overrides, and the user's own lists.
pub(super) fn classifier(config: &Config, settings: &Settings) -> Result<ClassifierOptions, CliError> {
    let named = |path: PathBuf| Ok::<_, CliError>((path.display().to_string(), read_text(&path)?));
    let overrides = config.overrides.iter().filter_map(|entry| {
        Some(Override {
            name: entry.get("cookie")?.to_owned(),
            domain: entry.get("domain").map(str::to_owned),
            purpose: entry.get("purpose").and_then(Purpose::from_word)?,
            reason: entry.get("reason").unwrap_or_default().to_owned(),
        })
    });
    let lists = settings.texts("filter_list").into_iter().map(|text| named(PathBuf::from(text)));
    Ok(ClassifierOptions {
        overrides: overrides.collect(),
        cookie_db: settings.path("cookie_db").map(named).transpose()?,
        filter_lists: lists.collect::<Result<_, _>>()?,
        ..ClassifierOptions::default()
    })
}

/// A user's file as text, bounded.
pub(super) fn read_text(path: &Path) -> Result<String, CliError> {
    let failed = || format!("failed to read {}", path.display());
    let size = std::fs::metadata(path).into_diagnostic().wrap_err_with(failed)?.len();
    if size > LARGEST_FILE {
        return Err(miette!("{} is larger than {} MB", path.display(), LARGEST_FILE >> 20));
    }
    std::fs::read_to_string(path).into_diagnostic().wrap_err_with(failed)
}

/// From which severity a violation fails the run.
pub(super) fn fail_on(settings: &Settings) -> FailOn {
    settings.text("fail_on").as_deref().and_then(FailOn::from_word).unwrap_or(FailOn::At(Severity::Error))
}

/// How reports are rendered.
pub(super) fn rendering(config: &Config, settings: &Settings) -> RenderOptions {
    let bound = match fail_on(settings) {
        FailOn::At(severity) => Some(severity),
        FailOn::Never => None,
    };
    RenderOptions {
        rules: rules::ALL.iter().map(|rule| rule.meta()).collect(),
        language: settings.text("lang").unwrap_or_else(|| "en".to_owned()),
        width: u16::try_from(console::columns()).unwrap_or(u16::MAX),
        colour: console::colour(),
        fail_on: bound,
        config: config.file.as_ref().map(|path| ConfigPlace { path: path.clone(), line: settings.line }),
        previous: None,
        pictures: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_names() {
        let v4 = resolved("shop.test:127.0.0.1").unwrap();
        assert_eq!((v4.host.as_str(), v4.address.to_string().as_str()), ("shop.test", "127.0.0.1"));
        assert_eq!(resolved("shop.test:8443:10.0.0.5").unwrap().address.to_string(), "10.0.0.5");
        assert_eq!(resolved("shop.test:[::1]").unwrap().address.to_string(), "::1");
        assert!(resolved("shop.test").is_none());
    }

    #[test]
    fn a_policy_is_an_address_or_else_a_file() {
        assert!(matches!(given("https://a.test/p"), Given::Url(_)));
        assert!(matches!(given("docs/policy.md"), Given::File(_)));
        assert!(matches!(given("C:policy"), Given::File(_)));
    }
}
