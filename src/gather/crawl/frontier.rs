//! The frontier: which addresses are visited, in which order, and why the others are not.
//!
//! Deterministic: it is told of links page by page in the order of the pages' own numbers, never in the order in which
//! workers finish, and numbers what it lets in. Pure, except that nothing here forgets.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use url::Url;

use super::address::{Address, address};
use super::refuse::{dangerous, non_html};
use super::robots::RobotsByOrigin;
use super::scope::{Globs, Scope};
use super::traps::Traps;
use crate::evidence::model::{Found, Phase, Skipped};

/// Addresses written down one by one as skipped; beyond that only their number is kept.
const MOST_SKIPS: usize = 20_000;

/// A page to visit.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// Place in the order.
    pub(super) sequence: u64,
    /// What to visit.
    pub(super) url: Url,
    /// Clicks from a seed.
    pub(super) depth: u32,
    /// How it was found.
    pub(super) found: Found,
}

/// Bounds of a crawl.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) pages: u32,
    pub(super) depth: u32,
    pub(super) sample: bool,
}

/// A link to consider.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer<'a> {
    pub(super) url: &'a Url,
    pub(super) text: &'a str,
    pub(super) depth: u32,
    pub(super) found: &'a Found,
}

/// Pages waiting, known and refused.
pub(super) struct Frontier {
    phase: Phase,
    pub(super) scope: Arc<Scope>,
    globs: Globs,
    limits: Limits,
    pub(super) robots: RobotsByOrigin,
    traps: Traps,
    seen: BTreeMap<String, String>,
    queue: VecDeque<Job>,
    admitted: u32,
    skipped: Vec<Skipped>,
    refused: BTreeSet<(String, String)>,
    uncounted: BTreeMap<String, u64>,
}

impl Frontier {
    /// An empty frontier.
    pub(super) fn new(phase: Phase, scope: Scope, globs: Globs, limits: Limits) -> Self {
        Self {
            phase,
            scope: Arc::new(scope),
            globs,
            limits,
            robots: RobotsByOrigin::default(),
            traps: Traps::new(limits.sample),
            seen: BTreeMap::new(),
            queue: VecDeque::new(),
            admitted: 0,
            skipped: Vec::new(),
            refused: BTreeSet::new(),
            uncounted: BTreeMap::new(),
        }
    }

    /// Lets a seed in, whatever globs and robots.txt say: the user asked for it by name.
    pub(super) fn seed(&mut self, url: &Url) {
        if let Some(Address { key, .. }) = address(url) {
            let mut visit = url.clone();
            visit.set_fragment(None);
            if !self.seen.contains_key(&key) {
                self.admit(Address { visit, key }, 0, Found::Seed);
            }
        }
    }

    /// Considers a link; true where it was let in.
    pub(super) fn offer(&mut self, offer: Offer<'_>) -> bool {
        let Some(address) = address(offer.url) else { return false };
        if let Some(known) = self.seen.get(&address.key) {
            if *known != address.visit.as_str() {
                let detail = format!("the same page as {known}");
                self.skip(address.visit.as_str(), "duplicate", detail);
            }
            return false;
        }
        if let Some((reason, detail)) = self.refuse(&address, offer) {
            self.skip(address.visit.as_str(), reason, detail);
            return false;
        }
        self.admit(address, offer.depth, offer.found.clone());
        true
    }

    fn refuse(&mut self, address: &Address, offer: Offer<'_>) -> Option<(&'static str, String)> {
        let url = &address.visit;
        if !self.scope.holds(url) {
            return Some(("scope", "outside the audited scope".to_owned()));
        }
        if let Some(why) = self.globs.refuse(url) {
            return Some(("excluded", why.to_owned()));
        }
        // Parameters of the link as it stands count too, even those that are no part of the address.
        let refusal = dangerous(offer.url, offer.text).or_else(|| non_html(url));
        if let Some(refusal) = refusal {
            return Some((refusal.reason, refusal.detail));
        }
        if let Some(why) = self.robots.of(url).and_then(|r| r.refuse(url)) {
            return Some(("robots", why));
        }
        if offer.depth > self.limits.depth {
            return Some(("depth", format!("more than {} clicks from a seed", self.limits.depth)));
        }
        if self.admitted >= self.limits.pages {
            return Some(("budget", format!("the budget of {} pages was spent", self.limits.pages)));
        }
        self.traps.admit(url).err()
    }

    fn admit(&mut self, address: Address, depth: u32, found: Found) {
        let Address { visit, key } = address;
        self.seen.insert(key, visit.to_string());
        self.queue.push_back(Job { sequence: u64::from(self.admitted), url: visit, depth, found });
        self.admitted += 1;
    }

    /// Takes a place in: a seed led there.
    pub(super) fn extend_scope(&mut self, url: &Url) {
        Arc::make_mut(&mut self.scope).extend(url);
    }

    /// The next page to visit.
    pub(super) fn next(&mut self) -> Option<Job> {
        self.queue.pop_front()
    }

    /// A page that could not be visited yet has its turn next.
    pub(super) fn give_back(&mut self, job: Job) {
        self.queue.push_front(job);
    }

    /// Pages waiting.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Pages let in so far.
    pub(super) fn admitted(&self) -> u32 {
        self.admitted
    }

    /// Writes down that an address is not visited, once per reason.
    pub(super) fn skip(&mut self, url: &str, reason: &str, detail: String) {
        if self.refused.len() >= MOST_SKIPS {
            *self.uncounted.entry(reason.to_owned()).or_default() += 1;
        } else if self.refused.insert((url.to_owned(), reason.to_owned())) {
            let (url, reason) = (url.to_owned(), reason.to_owned());
            self.skipped.push(Skipped { url, reason, detail, phase: self.phase });
        }
    }

    /// Addresses an earlier run wrote down already.
    pub(super) fn already_skipped(&mut self, earlier: &[Skipped]) {
        let own = earlier.iter().filter(|s| s.phase == self.phase);
        self.refused.extend(own.map(|s| (s.url.clone(), s.reason.clone())));
    }

    /// What was refused since the last call.
    pub(super) fn take_skipped(&mut self) -> Vec<Skipped> {
        std::mem::take(&mut self.skipped)
    }

    /// Refusals that were only counted, as one record for each reason.
    pub(super) fn take_uncounted(&mut self) -> Vec<Skipped> {
        let counts = std::mem::take(&mut self.uncounted).into_iter();
        let record =
            |(reason, n)| Skipped { url: "*".to_owned(), reason, detail: format!("{n} more"), phase: self.phase };
        counts.map(record).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::robots::Rules;
    use super::super::scope::ScopeKind;
    use super::*;

    fn frontier(pages: u32) -> Frontier {
        let seed = Url::parse("http://a.test/").unwrap();
        let scope = Scope::new(ScopeKind::Origin, [&seed]);
        let globs = Globs::new(&[], &["/private/*".to_owned()]).unwrap();
        let mut made = Frontier::new(Phase::BeforeConsent, scope, globs, Limits { pages, depth: 3, sample: false });
        made.robots.0.insert("http://a.test".to_owned(), Rules::read(b"User-agent: *\nDisallow: /no"));
        made.seed(&seed);
        made
    }

    fn offer(frontier: &mut Frontier, address: &str, depth: u32) -> bool {
        let url = Url::parse("http://a.test/").unwrap().join(address).unwrap();
        frontier.offer(Offer { url: &url, text: "", depth, found: &Found::Seed })
    }

    #[test]
    fn every_refusal_has_its_reason_and_is_told_once() {
        let mut f = frontier(3);
        for address in ["/a", "/a?utm_source=x", "/b", "/c", "/a#x", "mailto:x@y.test"] {
            offer(&mut f, address, 1);
        }
        for address in ["/no/x", "/private/x", "/x.pdf", "http://b.test/", "/logout", "/?delete=1"] {
            offer(&mut f, address, 1);
            offer(&mut f, address, 2);
        }
        offer(&mut f, "/deep", 4);
        let order = std::iter::from_fn(|| f.next()).map(|j| (j.sequence, j.url.path().to_owned())).collect::<Vec<_>>();
        assert_eq!(order, [(0, "/".to_owned()), (1, "/a".to_owned()), (2, "/b".to_owned())]);
        let reasons = f.take_skipped().into_iter().map(|s| s.reason).collect::<Vec<_>>();
        assert_eq!(
            reasons,
            ["budget", "robots", "excluded", "non_html", "scope", "sign_out", "destructive", "depth"],
            "a tracking parameter makes no new address"
        );
    }

    #[test]
    fn seeds_are_visited_whatever_robots_say() {
        let mut f = frontier(5);
        f.seed(&Url::parse("http://a.test/no/thing#top").unwrap());
        f.seed(&Url::parse("http://a.test/no/thing").unwrap());
        assert_eq!((f.admitted(), f.waiting()), (2, 2));
    }
}
