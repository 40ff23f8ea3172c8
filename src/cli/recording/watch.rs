//! What a crawl does, told to whoever looks on.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crate::cli::console;
use crate::cookie::CookieKey;
use crate::evidence::model::{Fate, Outcome, PageVisit};
use crate::gather::crawl::{CrawlEvent, Progress};
use crate::report::escape;

/// Counts cookies on the way and shows a bar, or lines.
pub(crate) struct Watch {
    shown: console::Progress,
    cookies: RefCell<BTreeSet<CookieKey>>,
    failed: Cell<u32>,
}

impl Watch {
    /// For up to `budget` pages; `among` several sites with this one's name.
    pub(crate) fn new(quiet: bool, budget: u32, among: Option<&str>) -> Self {
        let shown = console::Progress::new(quiet, u64::from(budget), among);
        Self { shown, cookies: RefCell::default(), failed: Cell::new(0) }
    }

    /// A line of its own.
    pub(crate) fn say(&self, line: &str) {
        self.shown.say(line);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.shown.finish();
    }

    fn count(&self, page: &PageVisit) {
        let kept = page.writes.iter().filter(|w| w.fate == Fate::Accepted).map(|w| w.key.clone());
        self.cookies.borrow_mut().extend(kept);
        if let Outcome::Failed { reason, .. } = &page.outcome {
            self.failed.set(self.failed.get() + 1);
            self.shown.say(&format!("failed ({}): {}", reason.word(), escape::visible(&page.url)));
        }
    }
}

impl Progress for Watch {
    fn event(&self, event: CrawlEvent<'_>) {
        match event {
            CrawlEvent::WaitingFor(url) => self.say(&format!("waiting for {url}")),
            CrawlEvent::PageFinished { page, done, known, budget } => {
                self.count(page);
                let cookies = self.cookies.borrow().len();
                let failed = self.failed.get();
                let failed = if failed == 0 { String::new() } else { format!(", {failed} failed") };
                let known = known.min(budget);
                self.shown.page(u64::from(done), u64::from(known), &format!("{cookies} cookies{failed}"));
            }
            CrawlEvent::PageKept(page) => self.count(page),
            CrawlEvent::Stopping(why) => self.say(&format!("stopping early: {why}")),
            CrawlEvent::PageStarted { .. } | CrawlEvent::Skipped(_) => {}
        }
    }
}
