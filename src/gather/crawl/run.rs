//! The crawl's heart: keeps workers busy, takes their pages in, and commits them in the frontier's order.
//!
//! Pages are written down when they are done, in whatever order; their links are considered only when all pages
//! before them were, so that what is visited is the same with any number of workers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};
use url::Url;

use super::fetch::Fetcher;
use super::frontier::{Frontier, Job, Limits, Offer};
use super::landed::Landed;
use super::polite::Pace;
use super::robots::Rules;
use super::scope::{Globs, Scope};
use super::sessions::Sessions;
use super::sitemap::{self, Named};
use super::waiting::Spending;
use super::worker::{Done, Shared, Turn, work};
use super::{CrawlError, CrawlEvent, CrawlOptions, CrawlSummary, Progress, Sink};
use crate::evidence::model::{FailureReason, Found, Outcome, PageVisit, Record, Visitor};
use crate::gather::{InScope, Visits};

/// Time that pages under way get to end by themselves.
const GRACE_WHEN_ASKED: Duration = Duration::from_secs(8);
const GRACE_AT_DEADLINE: Duration = Duration::from_secs(40);
const SITEMAPS_AT_MOST: Duration = Duration::from_secs(60);
/// Attempts in a row, for each session that is missing, before a crawl without any gives up.
pub(super) const PATIENCE: usize = 3;

/// Crawls, appending every page and every skipped address to `sink`. `make` opens a session, again where one is lost;
/// `stop` turning true lets pages under way end and writes the rest down as skipped.
pub async fn run<V, F, Fut, E>(
    options: &CrawlOptions,
    make: F,
    sink: &mut dyn Sink,
    progress: &dyn Progress,
    stop: watch::Receiver<bool>,
) -> Result<CrawlSummary, CrawlError>
where
    V: Visits + 'static,
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<V, E>> + Send + 'static,
    E: Display + 'static,
{
    let fetcher = Fetcher::new(&options.fetch)?;
    if let Some((url, at_most)) = &options.wait_for {
        progress.event(CrawlEvent::WaitingFor(url));
        if !fetcher.wait_for(url, *at_most).await {
            return Err(CrawlError::NeverUp(url.clone()));
        }
    }
    let pace = Pace::new(options.interval);
    let shared = Arc::new(Shared { pace, phase: options.phase, page_limit: options.page_limit });
    let mut crawl = Crawl::new(options, make, (fetcher, shared), sink, progress, stop)?;
    crawl.start().await;
    crawl.pages().await?;
    crawl.finish()?;
    if crawl.summary.cut_short.is_none() {
        crawl.returning_walk().await?;
    }
    crawl.sessions.close().await;
    Ok(crawl.summary)
}

pub(super) struct Crawl<'a, V, F> {
    pub(super) options: &'a CrawlOptions,
    /// Opens a session.
    pub(super) make: F,
    pub(super) sessions: Sessions<V>,
    pub(super) shared: Arc<Shared>,
    pub(super) frontier: Frontier,
    pub(super) sink: &'a mut dyn Sink,
    pub(super) progress: &'a dyn Progress,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) summary: CrawlSummary,
    fetcher: Fetcher,
    tasks: JoinSet<Done<V>>,
    /// Pages whose turn it is, waiting for a session.
    ready: VecDeque<Turn>,
    running: BTreeMap<u64, Job>,
    landed: BTreeMap<u64, Landed>,
    committed: u64,
    seeds: u64,
    sitemaps: Option<JoinHandle<Vec<Named>>>,
    from_sitemaps: VecDeque<Named>,
    earlier: BTreeMap<String, &'a PageVisit>,
    /// First pages that loaded, for the returning walk.
    pub(super) first: BTreeMap<u64, Url>,
}

impl<'a, V, F, Fut, E> Crawl<'a, V, F>
where
    V: Visits + 'static,
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<V, E>> + Send + 'static,
    E: Display + 'static,
{
    fn new(
        options: &'a CrawlOptions,
        make: F,
        (fetcher, shared): (Fetcher, Arc<Shared>),
        sink: &'a mut dyn Sink,
        progress: &'a dyn Progress,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, CrawlError> {
        let globs = Globs::new(&options.include, &options.exclude)?;
        let limits = Limits { pages: options.max_pages, depth: options.max_depth, spending: options.spending };
        let scope = Scope::new(options.scope, &options.seeds);
        let mut frontier = Frontier::new(options.phase, scope, globs, limits);
        frontier.already_skipped(&options.earlier.skipped);
        options.seeds.iter().for_each(|s| frontier.seed(s));
        let seeds = u64::from(frontier.admitted());
        if seeds == 0 {
            return Err(CrawlError::NoSeed);
        }
        Ok(Self {
            options,
            make,
            sessions: Sessions::new(options.pause),
            shared,
            frontier,
            sink,
            progress,
            stop,
            summary: CrawlSummary::default(),
            fetcher,
            tasks: JoinSet::new(),
            ready: VecDeque::new(),
            running: BTreeMap::new(),
            landed: BTreeMap::new(),
            committed: 0,
            seeds,
            sitemaps: None,
            from_sitemaps: VecDeque::new(),
            earlier: kept(options),
            first: BTreeMap::new(),
        })
    }

    /// Asks the seeds' origins for robots.txt, and begins to read sitemaps.
    async fn start(&mut self) {
        let mut maps = Vec::new();
        for seed in &self.options.seeds {
            let rules = self.ask_robots(seed).await;
            maps.extend(rules.sitemaps());
            maps.extend(["/sitemap.xml", "/sitemap_index.xml"].iter().filter_map(|p| seed.join(p).ok()));
        }
        if self.options.sitemaps {
            let fetcher = self.fetcher.clone();
            let all = async move { timeout(SITEMAPS_AT_MOST, sitemap::collect(&fetcher, maps)).await };
            self.sitemaps = Some(tokio::spawn(async move { all.await.unwrap_or_default() }));
        }
    }

    async fn ask_robots(&mut self, url: &Url) -> Rules {
        let origin = url.origin().ascii_serialization();
        if let Some(known) = self.frontier.robots.0.get(&origin) {
            return known.clone();
        }
        let rules = Rules::fetch(&self.fetcher, url).await;
        if let (Some(delay), Some(host), true) = (rules.delay(), url.host_str(), self.options.obey_robots) {
            self.shared.pace.slow_down(host, delay);
        }
        let obeyed = if self.options.obey_robots { rules.clone() } else { Rules::Open };
        self.frontier.robots.0.insert(origin, obeyed);
        rules
    }

    async fn pages(&mut self) -> Result<(), CrawlError> {
        let mut grace: Option<Instant> = None;
        loop {
            if grace.is_none() {
                self.dispatch();
                while self.commit().await? {
                    self.dispatch();
                }
                if self.tasks.is_empty() && self.ready.is_empty() {
                    if self.more()? {
                        continue;
                    }
                    return Ok(());
                }
            } else if self.tasks.is_empty() {
                return Ok(());
            }
            let end = grace;
            tokio::select! {
                Some(done) = self.tasks.join_next() => {
                    // Panics end inside the task, so only a task that was told to stop gives no page.
                    if let Ok(done) = done { self.absorb(done)?; }
                }
                Some(opened) = self.sessions.opened(), if end.is_none() => {
                    if let Err(why) = opened && self.is_stranded(why)? {
                        grace = Some(self.cut("browser_lost", Duration::ZERO));
                    }
                }
                why = cut_short(self.stop.clone(), self.options.deadline), if end.is_none() => {
                    let time = if why == "max_time" { GRACE_AT_DEADLINE } else { GRACE_WHEN_ASKED };
                    grace = Some(self.cut(why, time));
                }
                () = sleep_until(end.unwrap_or_else(Instant::now)), if end.is_some() => {
                    self.tasks.shutdown().await;
                    return Ok(());
                }
            }
        }
    }

    fn cut(&mut self, why: &str, grace: Duration) -> Instant {
        self.progress.event(CrawlEvent::Stopping(why));
        self.summary.cut_short = Some(why.to_owned());
        Instant::now() + grace
    }

    /// Gives pages whose turn it is to free workers; pages of an earlier run land at once.
    fn dispatch(&mut self) {
        let workers = self.options.workers.get();
        // Where the order depends on what pages brought, every turn is taken before the next page is considered, whether
        // a worker is free or not: so it is the same with any number of them.
        while self.options.spending.by_kind() || self.ready.len() + self.tasks.len() < workers {
            let Some(job) = self.frontier.next() else { break };
            if let Some(page) = self.earlier.get(job.url.as_str()).copied() {
                self.summary.kept += 1;
                self.progress.event(CrawlEvent::PageKept(page));
                self.land(&job, page);
            } else {
                self.ready.push_back(Turn { job, before: None });
            }
        }
        while self.tasks.len() < workers && !self.ready.is_empty() {
            let Some(session) = self.sessions.take() else { break };
            let Some(turn) = self.ready.pop_front() else { break };
            let job = turn.job.clone();
            self.progress.event(CrawlEvent::PageStarted { url: &job.url, visitor: Visitor::Fresh });
            let scope = self.scope_of(job.found == Found::Seed);
            self.running.insert(job.sequence, job);
            self.tasks.spawn(work(Arc::clone(&self.shared), session, turn, scope, Visitor::Fresh));
        }
        let without_session = self.ready.len().min(workers.saturating_sub(self.tasks.len()));
        while self.sessions.opening() < without_session {
            self.sessions.open(&self.make);
        }
    }

    /// Whether no session lives, and none can be had. With none at all from the start there is nothing to report.
    fn is_stranded(&self, why: String) -> Result<bool, CrawlError> {
        let (never, others) = (!self.sessions.ever(), self.sessions.opening());
        let patience = if never && others == 0 { 1 } else { PATIENCE * (others + 1) };
        let stranded = self.tasks.is_empty() && self.sessions.in_vain() >= patience;
        if stranded && never { Err(CrawlError::NoSession(why)) } else { Ok(stranded) }
    }

    /// A seed may lead anywhere on its own site (`shop.example` → `www2.shop.example`), a link only within the scope.
    pub(super) fn scope_of(&self, seed: bool) -> InScope {
        let scope = Arc::clone(&self.frontier.scope);
        InScope(Arc::new(move |url| scope.holds(url) || (seed && scope.holds_site(url))))
    }

    fn absorb(&mut self, done: Done<V>) -> Result<(), CrawlError> {
        let Some(job) = self.running.remove(&done.sequence) else { return Ok(()) };
        if let Some(session) = done.session {
            self.sessions.give_back(session);
        }
        let page = match done.result {
            Ok(page) => page,
            Err(before) => {
                self.ready.push_front(Turn { job, before: Some(before) });
                return Ok(());
            }
        };
        self.summary.visited += 1;
        self.summary.failed += u32::from(matches!(page.outcome, Outcome::Failed { .. }));
        self.land(&job, &page);
        self.progress.event(CrawlEvent::PageFinished {
            page: &page,
            done: self.summary.visited + self.summary.kept,
            known: self.frontier.admitted(),
            budget: self.options.max_pages,
        });
        self.sink.append(Record::Page(page)).map_err(CrawlError::Sink)
    }

    fn land(&mut self, job: &Job, page: &PageVisit) {
        if matches!(page.outcome, Outcome::Loaded { .. }) {
            self.first.insert(job.sequence, job.url.clone());
            if self.first.len() > self.options.returning_pages as usize {
                self.first.pop_last();
            }
        }
        self.landed.insert(job.sequence, Landed::new(job.kind, page));
    }

    /// Considers the page whose turn has come, if it is there: its links, and what it says about its kind.
    async fn commit(&mut self) -> Result<bool, CrawlError> {
        let Some(landed) = self.landed.remove(&self.committed) else { return Ok(false) };
        self.frontier.learn(landed.kind, &landed.brought);
        if self.committed < self.seeds {
            self.follow_seed(&landed);
        }
        if landed.loaded {
            self.consider(&landed).await;
        }
        self.committed += 1;
        if self.committed == self.seeds {
            self.take_sitemaps().await;
        }
        self.write_skipped()?;
        Ok(true)
    }

    fn follow_seed(&mut self, landed: &Landed) {
        if let Some(end) = landed.final_url.as_ref().filter(|u| self.frontier.scope.holds_site(u)) {
            self.frontier.extend_scope(end);
        }
    }

    async fn consider(&mut self, landed: &Landed) {
        let found = Found::Link { on: landed.url.clone() };
        let links = landed.links.iter().filter_map(|l| Some((Url::parse(&l.url).ok()?, l.text.as_str())));
        let links = links.collect::<Vec<_>>();
        self.meet_origins(links.iter().map(|(u, _)| u)).await;
        for (url, text) in &links {
            self.frontier.offer(Offer { url, text, depth: landed.depth + 1, found: &found });
        }
    }

    async fn meet_origins<'u>(&mut self, urls: impl Iterator<Item = &'u Url>) {
        let scope = Arc::clone(&self.frontier.scope);
        let mut met = BTreeSet::new();
        let new = urls.filter(|u| scope.holds(u) && met.insert(u.origin().ascii_serialization()));
        for url in new.cloned().collect::<Vec<_>>() {
            self.ask_robots(&url).await;
        }
    }

    /// Pages that only a sitemap names come after the seeds' own links: a quarter of the budget at once, so that a
    /// long sitemap does not keep deep pages out; the others when no link is left to follow. Where kinds of pages take
    /// turns anyway, all of them at once.
    async fn take_sitemaps(&mut self) {
        let Some(task) = self.sitemaps.take() else { return };
        let named = task.await.unwrap_or_default();
        self.meet_origins(named.iter().map(|(u, _)| u)).await;
        let spending = self.options.spending;
        let turns = spending == Spending::Sampled || named.len() > self.frontier.left_of_budget() as usize;
        let all = spending.by_kind() && turns;
        self.from_sitemaps = named.into();
        self.offer_from_sitemaps(if all { u32::MAX } else { (self.options.max_pages / 4).max(1) });
    }

    fn offer_from_sitemaps(&mut self, at_most: u32) -> bool {
        let before = self.frontier.admitted();
        while self.frontier.admitted() < before.saturating_add(at_most) {
            let Some((url, on)) = self.from_sitemaps.pop_front() else { break };
            self.frontier.offer(Offer { url: &url, text: "", depth: 1, found: &Found::Sitemap { on } });
        }
        self.frontier.admitted() > before
    }

    /// Whether the rest of the sitemaps gives more to visit.
    fn more(&mut self) -> Result<bool, CrawlError> {
        let more = self.offer_from_sitemaps(u32::MAX);
        self.write_skipped()?;
        Ok(more)
    }

    fn write_skipped(&mut self) -> Result<(), CrawlError> {
        for skipped in self.frontier.take_skipped() {
            self.summary.skipped += 1;
            self.progress.event(CrawlEvent::Skipped(&skipped));
            self.sink.append(Record::Skipped(skipped)).map_err(CrawlError::Sink)?;
        }
        Ok(())
    }

    /// Accounts for pages that were let in and not visited.
    fn finish(&mut self) -> Result<(), CrawlError> {
        let cut_short = self.summary.cut_short.clone();
        if let Some(why) = &cut_short {
            let waiting = self.ready.drain(..).map(|turn| turn.job);
            for job in std::mem::take(&mut self.running).into_values().chain(waiting) {
                self.frontier.skip(job.url.as_str(), why, "the run was cut short before its turn".to_owned());
            }
        }
        self.frontier.leave(cut_short.as_deref());
        self.write_skipped()?;
        for skipped in self.frontier.take_uncounted() {
            self.sink.append(Record::Skipped(skipped)).map_err(CrawlError::Sink)?;
        }
        Ok(())
    }
}

/// Pages of an earlier run that need no second visit.
fn kept(options: &CrawlOptions) -> BTreeMap<String, &PageVisit> {
    let unfinished = |page: &PageVisit| {
        matches!(&page.outcome, Outcome::Failed { reason: FailureReason::Interrupted | FailureReason::BrowserLost, .. })
    };
    let own = |p: &&PageVisit| p.phase == options.phase && p.visitor == Visitor::Fresh && p.step.is_none();
    options.earlier.pages.iter().filter(own).filter(|p| !unfinished(p)).map(|p| (p.url.clone(), p)).collect()
}

/// Ends when the crawl must stop, and says why.
pub(super) async fn cut_short(mut stop: watch::Receiver<bool>, deadline: Option<Instant>) -> &'static str {
    let asked = async {
        if stop.wait_for(|s| *s).await.is_err() {
            // Nobody is left who could ask.
            std::future::pending::<()>().await;
        }
    };
    let late = async {
        match deadline {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = asked => "interrupted",
        () = late => "max_time",
    }
}
