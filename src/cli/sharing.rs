//! Sites side by side: which may be, how many at once, and how many of the sessions each of them has.
//!
//! All have the same share, so that a large site keeps no small one waiting; towards the end, when no other site is left
//! to begin, those that still go on have more. Not here: what becomes of a site (`audit`).

use std::cell::{Cell, RefCell};

use super::convert;
use crate::config::Settings;
use crate::gather::crawl::Workers;
use crate::site::registrable_domain;

/// Sites, by their places in the list, one domain's together: of those one at a time, since the rate is for all of them.
pub(crate) fn by_domain<'h>(hosts: impl Iterator<Item = &'h str>) -> Vec<Vec<usize>> {
    let mut domains: Vec<(String, Vec<usize>)> = Vec::new();
    for (number, host) in hosts.enumerate() {
        let domain = registrable_domain(host);
        match domains.iter_mut().find(|(known, _)| *known == domain) {
            Some((_, sites)) => sites.push(number),
            None => domains.push((domain, vec![number])),
        }
    }
    domains.into_iter().map(|(_, sites)| sites).collect()
}

/// Shares the sessions among the domains of one run.
pub(crate) struct Sharing {
    sessions: usize,
    at_once: usize,
    /// Domains that have not ended.
    left: Cell<usize>,
    /// What was given out, each with the most that it may be.
    shares: RefCell<Vec<(Workers, usize)>>,
}

impl Sharing {
    /// As the settings say, or as many as fit.
    pub(crate) fn new(base: &Settings, domains: usize) -> Self {
        let asked = base.int("sites_at_once") as usize;
        Self::among(domains, convert::sessions(base), asked, base.url("webdriver").is_some())
    }

    fn among(domains: usize, sessions: usize, asked: usize, on_a_grid: bool) -> Self {
        let fitting = match (asked, on_a_grid) {
            // What a site does besides its crawl may need two.
            (0, true) => sessions / 2,
            (0, false) => 1,
            (asked, _) => asked.min(sessions),
        };
        let at_once = fitting.min(domains).max(1);
        Self { sessions, at_once, left: Cell::new(domains), shares: RefCell::default() }
    }

    /// Domains at once.
    pub(crate) fn at_once(&self) -> usize {
        self.at_once
    }

    /// A site's sessions: an equal share, or fewer where its own settings say so; `None` where it is the only one at a time.
    pub(crate) fn share_of(&self, site: &Settings) -> Option<Workers> {
        (self.at_once > 1).then(|| self.share(convert::sessions(site)))
    }

    fn share(&self, most: usize) -> Workers {
        let share = Workers::new(most.min(self.equal()));
        self.shares.borrow_mut().push((share.clone(), most));
        share
    }

    fn equal(&self) -> usize {
        self.sessions / self.left.get().clamp(1, self.at_once)
    }

    /// All sites of a domain have ended.
    pub(crate) fn one_ended(&self) {
        self.left.set(self.left.get().saturating_sub(1));
        for (share, most) in self.shares.borrow().iter() {
            share.set(self.equal().min(*most));
        }
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
    fn the_last_sites_have_more_sessions_but_no_more_than_their_own() {
        let sharing = Sharing::among(5, 7, 3, true);
        let (large, small) = (sharing.share(7), sharing.share(3));
        let mut seen = vec![[large.get(), small.get()]];
        for _ in 0..5 {
            sharing.one_ended();
            seen.push([large.get(), small.get()]);
        }
        assert_eq!(seen, [[2, 2], [2, 2], [2, 2], [3, 3], [7, 3], [7, 3]]);
    }

    #[test]
    fn sites_of_one_domain_are_one_after_the_other() {
        let hosts = ["a.example.com", "other.net", "example.com", "b.localhost"];
        assert_eq!(by_domain(hosts.into_iter()), [vec![0, 2], vec![1], vec![3]]);
    }
}
