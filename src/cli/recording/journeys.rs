//! What visitors do besides looking: signing in and going on inside, switches, further steps, trials.
//!
//! After the crawl of the first phase, each where the settings ask for it. A journey that fails is told and leaves its
//! records; it takes nothing from what the crawl saw.

use std::sync::{Arc, Mutex, PoisonError};

use miette::{IntoDiagnostic, miette};
use url::Url;

use super::{CliError, LogSink, Run, chain, convert};
use crate::cookie::CookieKey;
use crate::evidence::log::{read_dir, read_log};
use crate::evidence::model::{Evidence, Found, Outcome, PageVisit, Phase, Record, Visitor};
use crate::gather::crawl::{self, Workers};
use crate::gather::journey::consent::ConsentPlan;
use crate::gather::journey::login::Members;
use crate::gather::journey::switches::{self, State, SwitchOptions};
use crate::gather::journey::trials::{self, Case, TrialOptions};
use crate::gather::record::{Carried, Recorder};
use crate::gather::{VisitError, Visits as _};
use crate::judge::glob::Glob;
use crate::judge::model::{Category, Purpose};
use crate::judge::{self};

/// Pages on which switches are looked for, and that are tried with every cookie blocked.
const FEW_PAGES: usize = 5;

/// A state that a journey led to, and as whom.
struct Reached {
    visitor: Visitor,
    state: State,
}

impl Run<'_> {
    /// Everything asked for, in order; what each gains is what the trials are made with.
    pub(super) async fn journeys(&mut self, plan: &ConsentPlan, phase: Phase) -> Result<(), CliError> {
        let pages = self.first_pages(phase, Visitor::Fresh)?;
        let mut reached = Vec::new();
        reached.extend(self.signed_in(phase).await?.map(|state| Reached { visitor: Visitor::SignedIn, state }));
        if self.settings.on("switches") {
            self.watch.say("working the site's switches");
            let inside = reached.first().map(|r| r.state.clone());
            reached.extend(self.switches(&pages, phase, None).await?);
            if let Some(State { stops, carried }) = inside {
                // Where the sign-in has led to, before what lies behind it.
                let home = stops.last().map(|stop| stop.url.clone());
                let mut within = self.first_pages(phase, Visitor::SignedIn)?;
                within.retain(|url| Some(url) != home.as_ref());
                let places: Vec<Url> = home.into_iter().chain(within).take(FEW_PAGES).collect();
                reached.extend(self.switches(&places, phase, Some(carried)).await?);
            }
        }
        reached.extend(self.extra_steps(phase).await?.map(|state| Reached { visitor: Visitor::Returning, state }));
        if self.tries() {
            self.trials(reached, &pages, plan, phase).await?;
            self.without_cookies(&pages, phase).await?;
        }
        Ok(())
    }

    /// What a choice in the dialog brings, tried in the phases after the first: its own cookie, and those that come with
    /// it. What was shown already is not tried again.
    pub(super) async fn trials_of_the_choice(&mut self, plan: &ConsentPlan, phase: Phase) -> Result<(), CliError> {
        if !self.tries() {
            return Ok(());
        }
        let pages = self.first_pages(phase, Visitor::Fresh)?;
        self.trials(Vec::new(), &pages, plan, phase).await
    }

    fn tries(&self) -> bool {
        self.settings.texts("trial").iter().any(|word| word != "none")
    }

    /// The first pages that loaded, in the crawl's order.
    fn first_pages(&self, phase: Phase, visitor: Visitor) -> Result<Vec<Url>, CliError> {
        let mut pages = self.log()?.pages;
        pages.retain(|p| p.phase == phase && p.visitor == visitor && p.step.is_none());
        pages.retain(|p| matches!(p.outcome, Outcome::Loaded { .. }));
        pages.sort_by_key(|p| p.sequence);
        Ok(pages.iter().filter_map(|p| Url::parse(&p.url).ok()).take(FEW_PAGES).collect())
    }

    /// Signs in and goes through the site as a member; answers the state of a member, and the way there.
    async fn signed_in(&mut self, phase: Phase) -> Result<Option<State>, CliError> {
        let Some(access) = self.access.clone() else { return Ok(None) };
        self.watch.say("signing in");
        let recorder = self.borrowed().await?;
        let (members, pages) = match Members::new(recorder, Arc::clone(&access), phase).await {
            Ok(entered) => entered,
            Err(failed) => {
                self.keep(failed.pages.clone())?;
                return Err(miette!(
                    help = "check the login_steps and the credentials' variables; nothing else was lost",
                    "{}",
                    chain(&*failed)
                ));
            }
        };
        self.keep(pages)?;
        let signed_in = members.signed_in();
        let (home, stops, carried) = (signed_in.home.clone(), signed_in.stops.clone(), signed_in.carried.clone());
        self.crawl_inside(members, home, phase).await?;
        Ok(Some(State { stops, carried }))
    }

    async fn crawl_inside(&mut self, members: Members, home: Url, phase: Phase) -> Result<(), CliError> {
        let mut options = convert::crawl(self.settings, phase, self.browsers.guard())?;
        // The member's own page first: it links to what only members see.
        options.seeds.insert(0, home);
        (options.returning_pages, options.deadline) = (0, Some(self.deadline));
        options.workers = Workers::new(1);
        let ready = Arc::new(Mutex::new(Some(members)));
        let (browsers, access) = (Arc::clone(&self.browsers), self.access.clone());
        let make = move || {
            let (browsers, access) = (Arc::clone(&browsers), access.clone());
            let ready = ready.lock().unwrap_or_else(PoisonError::into_inner).take();
            async move {
                if let Some(members) = ready {
                    return Ok(members);
                }
                let access = access.ok_or_else(|| "no way to sign in".to_owned())?;
                let lent = browsers.open().await.map_err(|error| chain(&error))?;
                let recorder = lent.into_recorder().map_err(|error| chain(&error))?;
                let entered = Members::new(recorder, access, phase).await;
                entered.map(|(members, _)| members).map_err(|failed| chain(&*failed))
            }
        };
        let mut sink = LogSink(&mut self.writer);
        crawl::run(&options, make, &mut sink, &self.watch, self.stop.asked.clone()).await.into_diagnostic()?;
        Ok(())
    }

    /// Works the switches of a few pages; answers the states they led to.
    async fn switches(
        &mut self,
        pages: &[Url],
        phase: Phase,
        signed_in: Option<Carried>,
    ) -> Result<Vec<Reached>, CliError> {
        let visitor = if signed_in.is_some() { Visitor::SignedIn } else { Visitor::Returning };
        let first_sequence = if signed_in.is_some() { 1000 } else { 0 };
        let options = SwitchOptions { phase, signed_in, first_sequence };
        let mut recorder = self.borrowed().await?;
        let worked = switches::work(&mut recorder, pages, &options).await;
        let worked = self.given_back(recorder, worked).await;
        let Some(worked) = worked else { return Ok(Vec::new()) };
        self.watch.say(&format!("{} switches worked", worked.states.len()));
        self.keep(worked.pages)?;
        Ok(worked.states.into_iter().map(|state| Reached { visitor, state }).collect())
    }

    async fn extra_steps(&mut self, phase: Phase) -> Result<Option<State>, CliError> {
        let Some(start) = self.settings.urls.first().cloned() else { return Ok(None) };
        let steps = convert::steps(self.settings, "extra_steps", &start)?;
        if steps.is_empty() {
            return Ok(None);
        }
        self.watch.say("doing the further steps");
        let mut recorder = self.borrowed().await?;
        let (pages, done) = switches::extra(&mut recorder, &steps, &start, phase).await;
        self.keep(pages)?;
        recorder.close().await;
        match done {
            Ok(state) => Ok(Some(state)),
            Err(error) => {
                self.watch.say(&format!("the further steps ended early: {}", chain(&error)));
                Ok(None)
            }
        }
    }

    async fn trials(
        &mut self,
        reached: Vec<Reached>,
        few: &[Url],
        plan: &ConsentPlan,
        phase: Phase,
    ) -> Result<(), CliError> {
        self.watch.say("trying what the cookies do");
        let mut recorder = self.borrowed().await?;
        let brought = plan.carry();
        let mut reached = reached;
        match trials::walk(&mut recorder, few, phase, Some(&brought)).await {
            Ok(carried) => {
                let state = State { stops: Vec::new(), carried };
                reached.push(Reached { visitor: Visitor::Returning, state });
            }
            Err(error) => tracing::warn!(%error, "no state to try in from a walk"),
        }
        let cases = self.cases(reached)?;
        let options = TrialOptions { phase, deadline: Some(self.deadline) };
        let made = trials::run(&mut recorder, &cases, &options).await;
        for trial in self.given_back(recorder, made).await.unwrap_or_default() {
            self.writer.append(&Record::Trial(Box::new(trial))).into_diagnostic()?;
        }
        Ok(())
    }

    fn cases(&self, reached: Vec<Reached>) -> Result<Vec<Case>, CliError> {
        let mut wanted = self.wanted()?;
        let log = self.log()?;
        wanted.retain(|key| !log.trials.iter().any(|trial| trial.key == *key && trials::tells(trial)));
        let case = |Reached { visitor, state: State { stops, carried } }: Reached| {
            let subjects = trials::subjects(&stops, &log.pages, &carried, &|key| wanted.contains(key));
            let access = self.access.clone().filter(|_| visitor == Visitor::SignedIn);
            Case { visitor, carried, subjects, access }
        };
        Ok(reached.into_iter().map(case).collect())
    }

    /// The same pages in a browser that keeps no cookie.
    async fn without_cookies(&mut self, pages: &[Url], phase: Phase) -> Result<(), CliError> {
        let mut with = self.borrowed().await?;
        let mut without = match self.browsers.open_blocking().await {
            Ok(without) => without,
            Err(error) => {
                self.watch.say(&format!("no second browser, without cookies: {}", chain(&error)));
                with.close().await;
                return Ok(());
            }
        };
        let looked = trials::blocked(&mut with, &mut without, pages, phase).await;
        without.close().await;
        for page in self.given_back(with, looked).await.unwrap_or_default() {
            self.writer.append(&Record::BlockedPage(page)).into_diagnostic()?;
        }
        Ok(())
    }

    /// Cookies to try: those named, or with `all` the first-party ones that are functional or of unknown purpose.
    fn wanted(&self) -> Result<Vec<CookieKey>, CliError> {
        let words = self.settings.texts("trial");
        let globs: Vec<Glob> = words.iter().filter(|word| *word != "all").map(|word| Glob::new(word)).collect();
        let all = words.iter().any(|word| word == "all");
        let evidence = read_dir(self.folder.path()).into_diagnostic()?;
        let audit = judge::judge(&evidence, &judge::settings::JudgeSettings::default());
        let functional = |purpose: Purpose| purpose.category() == Category::Functional || purpose == Purpose::Unknown;
        let chosen = audit.cookies.iter().filter(|entry| {
            let named = entry.names.iter().any(|name| globs.iter().any(|glob| glob.matches(name)));
            let first = entry.party == crate::cookie::Party::First;
            named || (all && first && functional(entry.class.purpose))
        });
        let names: Vec<(&str, &str)> =
            chosen.flat_map(|e| e.names.iter().map(|n| (n.as_str(), e.domain.as_str()))).collect();
        let keys = evidence.pages.iter().flat_map(|p| p.jar.iter().map(|held| held.key.clone()));
        let mut keys: Vec<CookieKey> =
            keys.filter(|key| names.contains(&(key.name.as_str(), key.domain.as_str()))).collect();
        keys.sort();
        keys.dedup();
        Ok(keys)
    }

    /// What was written down until now.
    fn log(&self) -> Result<Evidence, CliError> {
        read_log(&self.folder.path().join(super::LOG)).into_diagnostic()
    }

    fn keep(&mut self, pages: Vec<PageVisit>) -> Result<(), CliError> {
        let step = |page: PageVisit| Record::Page(Box::new(PageVisit { found: Found::Journey, ..page }));
        pages.into_iter().try_for_each(|page| self.writer.append(&step(page))).into_diagnostic()
    }

    /// A recorder of our own for as long as a journey takes.
    async fn borrowed(&self) -> Result<Recorder, CliError> {
        let lent = self.browsers.open().await.map_err(|error| miette!("{}", chain(&error)))?;
        lent.into_recorder().into_diagnostic()
    }

    /// Ends a journey's session; a browser that was lost is told, and what it would have brought is missing.
    async fn given_back<T>(&self, recorder: Recorder, result: Result<T, VisitError>) -> Option<T> {
        recorder.close().await;
        result.map_err(|error| self.watch.say(&format!("a journey ended early: {}", chain(&error)))).ok()
    }
}
