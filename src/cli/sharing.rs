//! Sites side by side: how many at once, and how many of the sessions each of them has.
//!
//! All have the same share, so that a large site keeps no small one waiting; towards the end, when no other site is left
//! to begin, those that still go on have more. Not here: what becomes of a site (`audit`).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::convert;
use crate::config::{Config, Settings};
use crate::gather::crawl::Workers;

/// Shares the sessions among the sites of one run.
pub(crate) struct Sharing {
    sessions: usize,
    at_once: usize,
    /// Sites that have not ended.
    left: Cell<usize>,
    share: Workers,
    hosts: RefCell<BTreeMap<String, Arc<Mutex<()>>>>,
}

impl Sharing {
    /// As the settings say, or as many as fit.
    pub(crate) fn new(config: &Config) -> Self {
        let base = &config.base;
        let asked = base.int("sites_at_once") as usize;
        Self::among(config.sites.len(), convert::sessions(base), asked, base.url("webdriver").is_some())
    }

    fn among(sites: usize, sessions: usize, asked: usize, on_a_grid: bool) -> Self {
        let fitting = match (asked, on_a_grid) {
            // What a site does besides its crawl may need two.
            (0, true) => sessions / 2,
            (0, false) => 1,
            (asked, _) => asked.min(sessions),
        };
        let at_once = fitting.min(sites).max(1);
        let share = Workers::new(sessions / at_once);
        Self { sessions, at_once, left: Cell::new(sites), share, hosts: RefCell::default() }
    }

    /// Sites at once.
    pub(crate) fn at_once(&self) -> usize {
        self.at_once
    }

    /// A site's sessions: its share, or fewer where its own settings say so; `None` where it is the only one at a time.
    pub(crate) fn share_of(&self, site: &Settings) -> Option<Workers> {
        let own = convert::sessions(site);
        let share = if own < self.sessions { Workers::new(own.min(self.share.get())) } else { self.share.clone() };
        (self.at_once > 1).then_some(share)
    }

    /// Waits until no other site of its host is under way, in their order: the host's rate is for all of them.
    pub(crate) async fn turn(&self, site: &Settings) -> OwnedMutexGuard<()> {
        let host = site.urls.first().and_then(|url| url.host_str()).unwrap_or_default().to_owned();
        let turns = Arc::clone(self.hosts.borrow_mut().entry(host).or_default());
        turns.lock_owned().await
    }

    /// A site has ended.
    pub(crate) fn one_ended(&self) {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        self.share.set(self.sessions / left.clamp(1, self.at_once));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_sites_as_fit() {
        let at_once = |sites, sessions, asked, grid| Sharing::among(sites, sessions, asked, grid).at_once();
        assert_eq!([at_once(9, 2, 0, false), at_once(9, 8, 0, true), at_once(3, 8, 0, true)], [1, 4, 3]);
        assert_eq!([at_once(9, 1, 0, true), at_once(9, 2, 5, false), at_once(1, 8, 5, true)], [1, 2, 1]);
    }

    #[test]
    fn the_last_sites_have_more_sessions() {
        let sharing = Sharing::among(5, 7, 3, true);
        let mut seen = vec![sharing.share.get()];
        for _ in 0..5 {
            sharing.one_ended();
            seen.push(sharing.share.get());
        }
        assert_eq!(seen, [2, 2, 2, 3, 7, 7]);
    }
}
