//! A browser for one page: a policy shown as a visitor sees it, a report printed.
//!
//! Not here: recordings, whose browsers are kept and used again.

use miette::{IntoDiagnostic, miette};
use url::Url;

use super::recording::chain;
use super::{CliError, browser, convert};
use crate::config::Settings;
use crate::evidence::model::{PolicyDocument, PolicyText};
use crate::gather::browser::{Driver, Session, print_pdf};
use crate::gather::crawl::fetch::Fetcher;
use crate::gather::guard::Guard;
use crate::gather::policy_pages::render::Reader;
use crate::gather::policy_pages::{self, Given, PolicyOptions, Store};

/// Prints HTML as PDF.
pub(super) async fn pdf(settings: &Settings, html: &[u8]) -> Result<Vec<u8>, CliError> {
    let (driver, session) = open(settings, None).await?;
    let printed = print_pdf(&session, &String::from_utf8_lossy(html)).await;
    session.close().await;
    drop(driver);
    printed.into_diagnostic()
}

/// One policy of the web, rendered.
pub(super) async fn policy(settings: &Settings, url: &Url) -> Result<PolicyText, CliError> {
    let guard = convert::guard(settings).await?;
    let (driver, session) = open(settings, guard.as_ref()).await?;
    let fetcher = Fetcher::new(&convert::fetch(settings, guard.as_ref())?).into_diagnostic()?;
    let options =
        PolicyOptions { given: vec![Given::Url(url.clone())], given_by: "flag".to_owned(), site: url.clone() };
    let mut kept = Kept::default();
    let found =
        policy_pages::collect(&options, &[], &fetcher, &mut Reader { session: &session, redactor: None }, &mut kept)
            .await;
    session.close().await;
    drop(driver);
    let document: Option<PolicyDocument> = found.into_diagnostic()?.into_iter().next();
    let document = document.ok_or_else(|| miette!("nothing was found at {url}"))?;
    Ok(PolicyText { document, bytes: kept.bytes })
}

async fn open(settings: &Settings, guard: Option<&Guard>) -> Result<(Driver, Session), CliError> {
    let failed = |error: &dyn std::error::Error| {
        miette!(help = "`cookie-audit doctor` says what is missing", "{}", chain(error))
    };
    let driver = Driver::start(&browser::options(settings)).await.map_err(|error| failed(&error))?;
    let options = convert::session(settings, driver.browser(), guard)?;
    let session = Session::open(driver.webdriver_url.as_str(), &options).await.map_err(|error| failed(&error))?;
    Ok((driver, session))
}

/// The document in memory.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
}

impl Store for Kept {
    fn keep(&mut self, bytes: &[u8], ending: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        self.bytes = bytes.to_vec();
        Ok(format!("policy.{ending}"))
    }

    fn keep_picture(&mut self, _: &str, _: &[u8]) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok(String::new())
    }
}
