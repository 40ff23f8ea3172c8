//! Everything a journey does after the crawl, in one call: sign-in, switches, further steps, and trials in each state that
//! these led to.
//!
//! ```text
//! let round = round(&mut recorder, &RoundOptions { seeds, phase, access, extra, switches: true, trials: true, deadline },
//!                   &pages, &|key| wanted(key)).await?;
//! for record in round.records { log.append(record)? }          // Record::Page and Record::Trial
//! ```
//! The pages behind a sign-in are a crawl of their own, over [`login::Members`](super::login::Members); pages without
//! cookies need a second browser ([`trials::blocked`](super::trials::blocked)).

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::Instant;
use url::Url;

use super::login::{self, Access};
use super::steps::{JourneyError, Steps};
use super::switches::{self, State, SwitchOptions};
use super::trials::{self, Case, Subject, TrialOptions};
use crate::cookie::CookieKey;
use crate::evidence::model::{Outcome, PageVisit, Phase, Record, Visitor};
use crate::gather::VisitError;
use crate::gather::record::{Carried, Recorder};

/// Pages on which switches are looked for, and which a returning visitor walks for trials.
const FEW_PAGES: usize = 3;

/// What is to be done.
#[derive(Clone)]
pub struct RoundOptions {
    /// Where to begin.
    pub seeds: Vec<Url>,
    /// Phase that the records belong to.
    pub phase: Phase,
    /// How one gets in, where there is a sign-in.
    pub access: Option<Arc<Access>>,
    /// Further steps of the settings.
    pub extra: Steps,
    /// Find and work switches.
    pub switches: bool,
    /// Take cookies away.
    pub trials: bool,
    /// When to stop.
    pub deadline: Option<Instant>,
}

/// What was done.
#[derive(Default)]
pub struct Round {
    /// Pages and trials, in order.
    pub records: Vec<Record>,
    /// Steps that did not work, in words.
    pub failures: Vec<String>,
}

/// Does it. `pages` are what the crawl has recorded; `wanted` says which cookies are tried.
pub async fn round(
    recorder: &mut Recorder,
    options: &RoundOptions,
    pages: &[PageVisit],
    wanted: &(dyn Fn(&CookieKey) -> bool + Sync),
) -> Result<Round, VisitError> {
    let mut tour = Tour { recorder, options, done: Round::default(), pages: pages.to_vec(), cases: Vec::new() };
    tour.switches(None, &options.seeds, wanted).await?;
    tour.extra(wanted).await?;
    tour.member(wanted).await?;
    tour.trials(wanted).await?;
    Ok(tour.done)
}

struct Tour<'a> {
    recorder: &'a mut Recorder,
    options: &'a RoundOptions,
    done: Round,
    pages: Vec<PageVisit>,
    cases: Vec<Case>,
}

impl Tour<'_> {
    fn is_over(&self) -> bool {
        self.options.deadline.is_some_and(|d| Instant::now() >= d)
    }

    fn keep(&mut self, pages: Vec<PageVisit>) {
        self.pages.extend(pages.iter().cloned());
        self.done.records.extend(pages.into_iter().map(|page| Record::Page(Box::new(page))));
    }

    /// A state to try cookies in, without those that another state shows better.
    fn case(&mut self, visitor: Visitor, carried: Carried, mut subjects: Vec<Subject>) {
        let taken: BTreeSet<&CookieKey> =
            self.cases.iter().flat_map(|c| c.subjects.iter()).map(|subject| &subject.key).collect();
        subjects.retain(|subject| !taken.contains(&subject.key));
        if !subjects.is_empty() {
            self.cases.push(Case { visitor, carried, subjects });
        }
    }

    async fn switches(
        &mut self,
        signed_in: Option<&Carried>,
        urls: &[Url],
        wanted: &(dyn Fn(&CookieKey) -> bool + Sync),
    ) -> Result<(), VisitError> {
        if !self.options.switches || self.is_over() {
            return Ok(());
        }
        let urls = urls.get(..urls.len().min(FEW_PAGES)).unwrap_or_default();
        let first_sequence = if signed_in.is_some() { 1_000 } else { 0 };
        let asked = SwitchOptions { phase: self.options.phase, signed_in: signed_in.cloned(), first_sequence };
        let worked = switches::work(self.recorder, urls, &asked).await?;
        let visitor = if signed_in.is_some() { Visitor::SignedIn } else { Visitor::Fresh };
        for State { url, set, carried, .. } in worked.states {
            let new = set.into_iter().filter(|key| wanted(key) && signed_in.is_none_or(|s| s.value(key).is_none()));
            let subjects = new.map(|key| Subject { key, pages: vec![url.clone()] }).collect();
            self.case(visitor, carried, subjects);
        }
        self.keep(worked.pages);
        Ok(())
    }

    async fn extra(&mut self, wanted: &(dyn Fn(&CookieKey) -> bool + Sync)) -> Result<(), VisitError> {
        let Some(seed) = self.options.seeds.first() else { return Ok(()) };
        if self.options.extra.is_empty() || self.is_over() {
            return Ok(());
        }
        let (pages, done) = switches::extra(self.recorder, &self.options.extra, seed, self.options.phase).await;
        match done {
            Ok(carried) => {
                let subjects = trials::subjects(&pages, &carried, wanted);
                self.case(Visitor::Returning, carried, subjects);
            }
            Err(JourneyError::Lost(error)) => return Err(error),
            Err(error) => self.done.failures.push(error.to_string()),
        }
        self.keep(pages);
        Ok(())
    }

    async fn member(&mut self, wanted: &(dyn Fn(&CookieKey) -> bool + Sync)) -> Result<(), VisitError> {
        let Some(access) = self.options.access.clone() else { return Ok(()) };
        if self.is_over() {
            return Ok(());
        }
        let installed = login::install_http_auth(self.recorder.session(), &access.http_auth).await;
        installed.map_err(|error| VisitError::BrowserLost(error.to_string()))?;
        let (pages, done) = login::enter(self.recorder, &access, self.options.phase).await;
        let entered = match done {
            Ok(entered) => entered,
            Err(JourneyError::Lost(error)) => return Err(error),
            Err(error) => {
                self.done.failures.push(error.to_string());
                self.keep(pages);
                return Ok(());
            }
        };
        self.keep(pages);
        self.switches(Some(&entered.carried), std::slice::from_ref(&entered.home), wanted).await?;
        let mut subjects = trials::subjects(&self.pages, &entered.carried, wanted);
        for subject in &mut subjects {
            // Where one arrives after signing in, the session shows best.
            subject.pages.retain(|url| *url != entered.home);
            subject.pages.insert(0, entered.home.clone());
            subject.pages.truncate(FEW_PAGES);
        }
        self.case(Visitor::SignedIn, entered.carried, subjects);
        Ok(())
    }

    async fn trials(&mut self, wanted: &(dyn Fn(&CookieKey) -> bool + Sync)) -> Result<(), VisitError> {
        if !self.options.trials || self.is_over() {
            return Ok(());
        }
        let walk = self.walk();
        let carried = trials::walk(self.recorder, &walk, self.options.phase).await?;
        let subjects = trials::subjects(&self.pages, &carried, wanted);
        self.case(Visitor::Returning, carried, subjects);
        let asked = TrialOptions { phase: self.options.phase, deadline: self.options.deadline };
        let made = trials::run(self.recorder, &self.cases, &asked).await?;
        self.done.records.extend(made.into_iter().map(|trial| Record::Trial(Box::new(trial))));
        Ok(())
    }

    /// Seeds, then pages of the crawl.
    fn walk(&self) -> Vec<Url> {
        let loaded = |p: &&PageVisit| matches!(p.outcome, Outcome::Loaded { .. }) && p.step.is_none();
        let crawled = self.pages.iter().filter(loaded).filter_map(|p| Url::parse(&p.url).ok());
        let mut seen = BTreeSet::new();
        let all = self.options.seeds.iter().cloned().chain(crawled);
        all.filter(|url| seen.insert(url.clone())).take(FEW_PAGES).collect()
    }
}
