//! The frontier: which addresses are visited, in which order, and why the others are not.
//!
//! Deterministic: it is told of links page by page in the order of the pages' own numbers, never in the order in which
//! workers finish, and numbers what it sends out. Of a known address it keeps two hashes and a place on disk, no more.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use url::Url;

use super::address::{Address, address};
use super::kinds::{Brought, ENOUGH, KindId};
use super::refuse::{dangerous, non_html};
use super::robots::RobotsByOrigin;
use super::scope::{Globs, Scope};
use super::traps::Traps;
use super::waiting::{Left, Spending, Waiting};
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
    /// What kind of page it is.
    pub(super) kind: KindId,
}

/// Bounds of a crawl.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) pages: u32,
    pub(super) depth: u32,
    pub(super) spending: Spending,
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
    /// By the hash of its key: the hash of the address as it is visited, and where that lies.
    seen: HashMap<u64, (u64, u64)>,
    hasher: RandomState,
    waiting: Waiting,
    admitted: u32,
    /// Pages that had their turn, and those that ended.
    sent: u64,
    ended: u64,
    seeds: u64,
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
            traps: Traps::new(limits.spending == Spending::OneOfEach),
            seen: HashMap::new(),
            hasher: RandomState::new(),
            waiting: Waiting::default(),
            admitted: 0,
            sent: 0,
            ended: 0,
            seeds: 0,
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
            if !self.seen.contains_key(&self.hasher.hash_one(&key)) {
                self.admit(&Address { visit, key }, 0, &Found::Seed);
                self.seeds += 1;
            }
        }
    }

    /// Considers a link; true where it was let in.
    pub(super) fn offer(&mut self, offer: Offer<'_>) -> bool {
        let Some(address) = address(offer.url) else { return false };
        if let Some((known, place)) = self.seen.get(&self.hasher.hash_one(&address.key)).copied() {
            if known != self.hasher.hash_one(address.visit.as_str())
                && let Some(known) = self.waiting.address(place)
            {
                let detail = format!("the same page as {known}");
                self.skip(address.visit.as_str(), "duplicate", detail);
            }
            return false;
        }
        if let Some((reason, detail)) = self.refuse(&address, offer) {
            self.skip(address.visit.as_str(), reason, detail);
            return false;
        }
        self.admit(&address, offer.depth, offer.found);
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
        if self.admitted >= self.limits.pages && !self.limits.spending.by_kind() {
            return Some(("budget", format!("the budget of {} pages was spent", self.limits.pages)));
        }
        self.traps.admit(url).err()
    }

    fn admit(&mut self, address: &Address, depth: u32, found: &Found) {
        let full = self.admitted >= self.limits.pages || self.limits.spending == Spending::Sampled;
        if full && self.limits.spending.by_kind() && *found != Found::Seed {
            self.waiting.take_turns();
        }
        let place = self.waiting.push(&address.visit, depth, found, *found == Found::Seed);
        let known = (self.hasher.hash_one(address.visit.as_str()), place);
        self.seen.insert(self.hasher.hash_one(&address.key), known);
        self.admitted += 1;
    }

    /// Takes a place in: a seed led there.
    pub(super) fn extend_scope(&mut self, url: &Url) {
        Arc::make_mut(&mut self.scope).extend(url);
    }

    /// The next page to visit. `None` also where the pages under way have to tell first, or where enough was seen.
    ///
    /// So many pages may be under way at once, whatever the number of workers: what comes next depends on what pages
    /// brought, and must not depend on who is quicker.
    pub(super) fn next(&mut self) -> Option<Job> {
        let pages = u64::from(self.limits.pages);
        let window = match self.limits.spending {
            // What is under way cannot tell yet that enough was seen.
            Spending::Sampled => 24,
            Spending::Fairly => (pages / 8).clamp(16, 512),
            Spending::InOrder | Spending::OneOfEach => u64::MAX,
        };
        // Seeds are visited whatever the budget is; all of them were let in before anything else.
        let seed = self.sent < self.seeds;
        if self.sent - self.ended >= window || (self.sent >= pages && !seed) {
            return None;
        }
        let job = self.waiting.next(self.sent, self.limits.spending != Spending::Sampled)?;
        self.sent += 1;
        Some(job)
    }

    /// A page has ended; told in the order of their numbers.
    pub(super) fn learn(&mut self, kind: KindId, brought: &Brought) {
        self.ended += 1;
        self.waiting.learn(kind, brought);
    }

    /// Takes every page that was let in and never had its turn. `why` where the run was cut short.
    pub(super) fn leave(&mut self, why: Option<&str>) {
        let mut waiting = std::mem::take(&mut self.waiting);
        for (url, left) in waiting.rest() {
            let sampled = self.limits.spending == Spending::Sampled;
            let (reason, detail) = match (why, left) {
                (Some(why), _) => (why, "the run was cut short before its turn".to_owned()),
                (None, Left::Enough) if sampled => (
                    "sampled",
                    format!(
                        "{ENOUGH} pages of its kind in a row brought nothing new: with 95% confidence less than 15% of \
                         the others would"
                    ),
                ),
                (None, _) => ("budget", format!("the budget of {} pages was spent", self.limits.pages)),
            };
            self.skip(url.as_str(), reason, detail);
        }
    }

    /// Pages that the budget still has.
    pub(super) fn left_of_budget(&self) -> u32 {
        self.limits.pages.saturating_sub(self.admitted)
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
        let mut made =
            Frontier::new(Phase::BeforeConsent, scope, globs, Limits { pages, depth: 3, spending: Spending::InOrder });
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
        assert_eq!((f.admitted(), std::iter::from_fn(|| f.next()).count()), (2, 2));
    }
}
