//! Telling what sites ended with, in the order of the list, on a thread of its own: whoever reads stdout slowly holds up
//! no crawl. Not here: what there is to tell (`judging`, `audit`).

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, Sender};

use miette::{Context, IntoDiagnostic, miette};
use tokio::sync::oneshot;

use super::judging::Judged;
use super::{CliError, ExitStatus, console};

/// What a site ended with.
pub(crate) struct Ended {
    /// Its place in the list.
    pub(crate) number: usize,
    /// What it is called.
    pub(crate) name: String,
    /// What there is to tell of it.
    pub(crate) judged: Judged,
    /// Why it went no further, where it did not.
    pub(crate) failed: Option<CliError>,
}

/// Tells.
pub(crate) struct Teller {
    to: Sender<Ended>,
    all: oneshot::Receiver<Result<ExitStatus, CliError>>,
}

impl Teller {
    /// For so many sites.
    pub(crate) fn start(sites: usize) -> Result<Self, CliError> {
        let (to, from) = mpsc::channel();
        let (done, all) = oneshot::channel();
        let telling = move || drop(done.send(tell(&from, sites > 1)));
        std::thread::Builder::new()
            .name("telling".to_owned())
            .spawn(telling)
            .into_diagnostic()
            .wrap_err("failed to start a thread")?;
        Ok(Self { to, all })
    }

    /// A site has ended.
    pub(crate) fn take(&self, ended: Ended) {
        // Nobody listens any more only where telling failed, which `all` answers.
        let _ = self.to.send(ended);
    }

    /// No site will end any more: waits until everything is told; the worst of all.
    pub(crate) async fn all(self) -> Result<ExitStatus, CliError> {
        drop(self.to);
        self.all.await.unwrap_or_else(|_| Err(miette!("what was found could not be told; this is a bug")))
    }
}

/// Each when its turn comes; after the last, also those whose predecessors never ended.
fn tell(from: &Receiver<Ended>, several: bool) -> Result<ExitStatus, CliError> {
    let (mut worst, mut next, mut waiting) = (ExitStatus::Clean, 0, BTreeMap::new());
    for ended in from {
        waiting.insert(ended.number, ended);
        while let Some(ended) = waiting.remove(&next) {
            worst = worst.or_worse(told(ended, several)?);
            next += 1;
        }
    }
    for ended in waiting.into_values() {
        worst = worst.or_worse(told(ended, several)?);
    }
    Ok(worst)
}

/// With several sites one that cannot be audited does not take the others along.
fn told(ended: Ended, several: bool) -> Result<ExitStatus, CliError> {
    match ended.judged.tell().and_then(|status| ended.failed.map_or(Ok(status), Err)) {
        Err(report) if several => {
            console::note(&format!("{}: {report:?}", ended.name));
            Ok(ExitStatus::CouldNot)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(number: usize, status: ExitStatus) -> Ended {
        Ended { number, name: String::new(), judged: Judged { status, ..Judged::nothing() }, failed: None }
    }

    #[tokio::test]
    async fn the_worst_counts_also_where_a_site_before_it_never_ended() {
        let teller = Teller::start(3).unwrap();
        teller.take(ended(2, ExitStatus::Violation));
        teller.take(ended(0, ExitStatus::Clean));
        assert_eq!(teller.all().await.unwrap(), ExitStatus::Violation);
    }

    #[tokio::test]
    async fn a_site_that_failed_is_an_error_only_where_it_is_alone() {
        for (sites, could_not) in [(1, None), (2, Some(ExitStatus::CouldNot))] {
            let teller = Teller::start(sites).unwrap();
            teller.take(Ended { failed: Some(miette!("no browser")), ..ended(0, ExitStatus::Clean) });
            assert_eq!(teller.all().await.ok(), could_not);
        }
    }
}
