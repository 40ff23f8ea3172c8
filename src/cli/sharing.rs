//! Sites side by side: how many at once, and how many of the sessions each of them has.
//!
//! All have the same share, so that a large site keeps no small one waiting; towards the end, when no other site is left
//! to begin, those that still go on have more. Not here: what becomes of a site (`audit`).

use std::cell::Cell;

use super::convert;
use crate::config::Config;
use crate::gather::crawl::Workers;

/// Shares the sessions among the sites of one run.
pub(crate) struct Sharing {
    sessions: usize,
    at_once: usize,
    /// Sites that have not ended.
    left: Cell<usize>,
    share: Workers,
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
        Self { sessions, at_once, left: Cell::new(sites), share: Workers::new(sessions / at_once) }
    }

    /// Sites at once.
    pub(crate) fn at_once(&self) -> usize {
        self.at_once
    }

    /// Sessions of each site; `None` where it has what its own settings say, since it is the only one at a time.
    pub(crate) fn share(&self) -> Option<&Workers> {
        (self.at_once > 1).then_some(&self.share)
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
        let share = sharing.share().unwrap();
        let mut seen = vec![share.get()];
        for _ in 0..5 {
            sharing.one_ended();
            seen.push(share.get());
        }
        assert_eq!(seen, [2, 2, 2, 3, 7, 7]);
        assert!(Sharing::among(5, 7, 1, true).share().is_none());
    }
}
