//! Pages that wait for their turn: in the order they were found, or kind by kind. They lie on disk (`spool`).
//!
//! Not here: which addresses come to wait (`frontier`), and when enough of a kind was seen (`kinds`).

use std::collections::VecDeque;

use url::Url;

use super::frontier::Job;
use super::kinds::{Brought, KindId, Kinds};
use super::spool::Spool;
use crate::evidence::model::Found;

/// How the page budget is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spending {
    /// Page after page in the order they were found.
    InOrder,
    /// The same as long as the budget reaches for every page that is known; then on every kind of page alike, first on
    /// those that still bring something new.
    #[default]
    Fairly,
    /// On each kind of page until it brings nothing new, however large the budget is.
    Sampled,
    /// On one page of each shape (profile `smoke`).
    OneOfEach,
}

impl Spending {
    /// Whether kinds of pages take turns as soon as there are more pages than the budget has.
    pub(super) fn by_kind(self) -> bool {
        matches!(self, Self::Fairly | Self::Sampled)
    }
}

/// The pages that wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    spool: Spool,
    in_order: VecDeque<u64>,
    kinds: Kinds,
    /// Kinds take turns from now on.
    by_kind: bool,
}

/// Why a page that waited was not visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Enough of its kind was seen.
    Enough,
    /// The budget was spent.
    Budget,
}

impl Waiting {
    /// A page comes to wait; `ahead` of every kind where it was asked for by name. Answers where it lies.
    pub(super) fn push(&mut self, url: &Url, depth: u32, found: &Found, ahead: bool) -> u64 {
        let record = serde_json::to_vec(&(url.as_str(), depth, found)).unwrap_or_default();
        let place = self.spool.push(&record);
        if self.by_kind && !ahead {
            let kind = self.kinds.of(url);
            self.kinds.wait(kind, url, place);
        } else {
            self.in_order.push_back(place);
        }
        place
    }

    /// From now on kinds take turns, those that wait already too.
    pub(super) fn take_turns(&mut self) {
        if std::mem::replace(&mut self.by_kind, true) {
            return;
        }
        for place in std::mem::take(&mut self.in_order) {
            let Some((url, _, found)) = self.read(place) else { continue };
            if found == Found::Seed {
                self.in_order.push_back(place);
            } else {
                let kind = self.kinds.of(&url);
                self.kinds.wait(kind, &url, place);
            }
        }
    }

    fn read(&mut self, place: u64) -> Option<(Url, u32, Found)> {
        let (url, depth, found): (String, u32, Found) = serde_json::from_slice(&self.spool.get(place)?).ok()?;
        Some((Url::parse(&url).ok()?, depth, found))
    }

    /// Address of a page that came to wait once.
    pub(super) fn address(&mut self, place: u64) -> Option<Url> {
        self.read(place).map(|(url, _, _)| url)
    }

    /// The next page, to get this number. `beyond`: go on when every kind has had enough.
    pub(super) fn next(&mut self, sequence: u64, beyond: bool) -> Option<Job> {
        loop {
            let (kind, place) = match self.in_order.pop_front() {
                Some(place) => (None, place),
                None => self.kinds.next(beyond).map(|(kind, place)| (Some(kind), place))?,
            };
            // What the disk has lost is lost; it said so.
            let Some((url, depth, found)) = self.read(place) else { continue };
            let kind = kind.unwrap_or_else(|| self.kinds.of(&url));
            self.kinds.picked(kind);
            return Some(Job { sequence, url, depth, found, kind });
        }
    }

    /// A page has come in.
    pub(super) fn learn(&mut self, kind: KindId, brought: &Brought) {
        self.kinds.learn(kind, brought);
    }

    /// Takes every page that is still waiting, one after the other.
    pub(super) fn rest(&mut self) -> impl Iterator<Item = (Url, Left)> + '_ {
        let in_order = std::mem::take(&mut self.in_order).into_iter().map(|place| (place, Left::Budget));
        let why = |enough: bool| if enough { Left::Enough } else { Left::Budget };
        let by_kind = self.kinds.take_rest().into_iter().map(move |(place, enough)| (place, why(enough)));
        in_order.chain(by_kind).filter_map(|(place, left)| Some((self.address(place)?, left)))
    }
}
