//! `browser install`, the hidden watchdog, and how settings become browser options for every command that needs one.

use clap::{Args, Subcommand};
use miette::{IntoDiagnostic, WrapErr};

use super::flags::SettingsFlags;
use super::{CliError, ExitStatus, console};
use crate::config::settle::Settings;
use crate::gather::browser::options::Install;
use crate::gather::browser::{BrowserKind, BrowserOptions, find, sweep};

/// Manages the browser that is driven.
#[derive(Debug, Args)]
pub(crate) struct BrowserArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Install a browser and its driver, if none is found
    Install(InstallArgs),
}

/// Chrome for Testing goes into the tool's own cache; the package manager is used only with --install-browser or CI=true.
#[derive(Debug, Args)]
pub(crate) struct InstallArgs {
    #[command(flatten)]
    flags: SettingsFlags,
}

pub(crate) fn run(args: &BrowserArgs) -> Result<ExitStatus, CliError> {
    let Action::Install(args) = &args.action;
    let settings = args.flags.load(&[]).map_err(|error| miette::Report::new(*error))?.base;
    let found = runtime()?.block_on(find::obtain(&options(&settings))).into_diagnostic()?;
    console::out(format!("browser {}\n        {}\n", found.browser_version, found.browser.display()).as_bytes())?;
    console::out(format!("driver  {}\n        {}\n", found.driver_version, found.driver.display()).as_bytes())?;
    Ok(ExitStatus::Clean)
}

/// Waits until the tool that started it is gone, then removes what that left behind.
pub(crate) fn watchdog() -> ExitStatus {
    sweep::watch(std::io::stdin().lock(), sweep::WATCHDOG_PATIENCE);
    ExitStatus::Clean
}

/// What the settings say about browser and driver.
pub(crate) fn options(settings: &Settings) -> BrowserOptions {
    let firefox = settings.text("browser").as_deref() == Some(BrowserKind::Firefox.word());
    BrowserOptions {
        kind: if firefox { BrowserKind::Firefox } else { BrowserKind::Chrome },
        browser: settings.path("binary"),
        driver: settings.path("driver"),
        webdriver: settings.url("webdriver"),
        install: if settings.on("install_browser") || in_ci() { Install::System } else { Install::Cache },
        watchdog: std::env::current_exe().ok(),
        ..BrowserOptions::default()
    }
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| matches!(value.as_str(), "true" | "1"))
}

/// A runtime for commands that wait for one thing.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.into_diagnostic().wrap_err("failed to start the async runtime")
}
