//! Kinds of pages: addresses of one shape, which one template is likely to make, and when enough of a kind was seen.
//!
//! The stop rule: of [`ENOUGH`] pages in a row, taken from the kind in a shuffled order, none brought a cookie or a key
//! of storage that was new. Were 15 % of the others to bring one, that would happen in less than 5 % of all cases
//! (0.85^19 = 0.046): the exact form of the "rule of three" for a count of zero (Hanley and Lippman-Hand, JAMA 249,
//! 1983, 1743–1745). A structure that was not met before asks for some more; a kind whose pages are built like others
//! that had enough needs only [`FEW`]. Deterministic: told of pages in the order of their numbers, never by who is
//! quicker. Not here: whether an address is visited at all (`frontier`).

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use sha2::{Digest as _, Sha256};
use url::Url;

use super::address::{Shape, fold, shape};
use crate::evidence::model::PageVisit;

/// Pages in a row without news that are enough of a kind.
pub(super) const ENOUGH: u32 = 19;
/// Pages that show that a kind is made by a template of which enough was seen.
const FEW: u32 = 3;
/// Pages that a structure not met before asks for at least.
const AFTER_NEW_STRUCTURE: u32 = 6;
/// Structures of one kind that ask for more. A kind whose every page is built otherwise would never come to an end.
const STRUCTURES: usize = 4;
/// Addresses side by side that count as kinds of their own; what comes after them is one kind.
const SIBLINGS: u32 = 12;
/// Kinds told apart; what comes after them is one kind.
const MOST_KINDS: usize = 5_000;
/// Cookies and keys told apart, and structures.
const MOST_KNOWN: usize = 200_000;

/// Number of a kind.
pub(super) type KindId = u32;

/// What a finished page tells about its kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Brought {
    /// Cookies it set and keys it stored, names without what varies.
    things: BTreeSet<String>,
    structure: Option<String>,
}

impl From<&PageVisit> for Brought {
    fn from(page: &PageVisit) -> Self {
        let keys = page.writes.iter().map(|w| &w.key).chain(page.jar.iter().map(|c| &c.key));
        let cookies = keys.map(|k| format!("{} {} {}", fold(&k.name), k.domain, k.partition.is_some()));
        let storage = page.storage.iter().map(|s| format!("{:?} {} {}", s.kind, s.origin, fold(&s.key)));
        Self { things: cookies.chain(storage).collect(), structure: page.structure.clone() }
    }
}

#[derive(Debug, Default)]
struct Kind {
    /// The kind of all its siblings together, to which its pages count as well.
    wide: Option<KindId>,
    picked: u32,
    /// Picked, and not heard of yet.
    flying: u32,
    /// Pages in a row without news.
    run: u32,
    structures: BTreeSet<String>,
    /// Places of the waiting, in a shuffled order that is the same every time.
    waiting: BinaryHeap<Reverse<(u64, u64)>>,
}

impl Kind {
    /// How much it had of what it should have: a kind of a thousand pages more than one of ten, not a hundred times more.
    fn share(&self) -> u64 {
        let size = self.waiting.len() as u64 + u64::from(self.picked);
        u64::from(self.picked) * 1000 / u64::from(2 + (size + 1).ilog2())
    }

    /// Pages in a row without news that are enough, by how the pages seen so far are built.
    fn needs(&self, templates: &HashMap<String, u32>) -> u32 {
        let had_enough = |s: &String| templates.get(s).is_some_and(|run| *run >= ENOUGH);
        let known = (1..=2).contains(&self.structures.len()) && self.structures.iter().all(had_enough);
        if known { FEW } else { ENOUGH }
    }

    fn learn(&mut self, news: bool, structure: Option<&String>) {
        self.run = if news { 0 } else { self.run.saturating_add(1) };
        let Some(structure) = structure else { return };
        if self.structures.len() < STRUCTURES && self.structures.insert(structure.clone()) && self.structures.len() > 1
        {
            self.run = self.run.min(ENOUGH - AFTER_NEW_STRUCTURE);
        }
    }
}

/// The kinds of a crawl.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    all: Vec<Kind>,
    by_key: HashMap<u64, KindId>,
    /// Parts of addresses that are told apart, with what they stand under, and how many stand under that.
    apart: HashSet<u64>,
    siblings: HashMap<u64, u32>,
    known: HashSet<u64>,
    /// Pages in a row without news, by their structure.
    templates: HashMap<String, u32>,
    hasher: RandomState,
}

impl Kinds {
    /// The kind of an address.
    pub(super) fn of(&mut self, url: &Url) -> KindId {
        let Shape { path, query, .. } = shape(url);
        let names = query.split('&').map(|p| p.split('=').next().unwrap_or(p)).collect::<Vec<_>>().join("&");
        let worded = query.split('&').any(|pair| !pair.is_empty() && !pair.contains('{'));
        let root = path.find("://").map_or(0, |at| at + 3);
        let (origin, rest) = path.split_at(path[root..].find('/').map_or(path.len(), |at| root + at));
        let (folders, last) = rest.rsplit_once('/').unwrap_or(("", ""));
        let mut folder = origin.to_owned();
        for part in folders.split('/').filter(|p| !p.is_empty()) {
            folder = format!("{folder}/{}", self.told_apart(&folder, part));
        }
        let general = last.is_empty() || varies(last);
        if general && !worded {
            return self.kind(&format!("{folder}/{last}?{names}"), None);
        }
        let wide = if general { format!("{folder}/{last}?{names}&") } else { format!("{folder}/*?{names}") };
        let child = format!("{last}?{query}");
        if is_title(last) || self.told_apart(&wide, &child) == "*" {
            return self.kind(&wide, None);
        }
        let own = format!("{folder}/{child}");
        let wide = self.kind(&wide, None);
        self.kind(&own, Some(wide))
    }

    /// A part of an address, or `*` where it is one of too many beside each other, or a title.
    fn told_apart<'p>(&mut self, under: &str, part: &'p str) -> &'p str {
        if varies(part) {
            return part;
        }
        let both = self.hasher.hash_one((under, part));
        if self.apart.contains(&both) {
            return part;
        }
        let siblings = self.siblings.entry(self.hasher.hash_one(under)).or_default();
        if is_title(part) || *siblings >= SIBLINGS || self.apart.len() >= MOST_KINDS {
            return "*";
        }
        *siblings += 1;
        self.apart.insert(both);
        part
    }

    fn kind(&mut self, key: &str, wide: Option<KindId>) -> KindId {
        let full = self.all.len() >= MOST_KINDS;
        let hash = self.hasher.hash_one(key);
        if let Some(known) = self.by_key.get(&hash) {
            return *known;
        }
        let hash = if full { self.hasher.hash_one("") } else { hash };
        let next = KindId::try_from(self.all.len()).unwrap_or(KindId::MAX);
        let id = *self.by_key.entry(hash).or_insert(next);
        if id == next {
            self.all.push(Kind { wide, ..Kind::default() });
        }
        id
    }

    fn at(&mut self, id: KindId) -> Option<&mut Kind> {
        self.all.get_mut(id as usize)
    }

    /// An address of a kind waits; `place` is where it lies.
    pub(super) fn wait(&mut self, id: KindId, url: &Url, place: u64) {
        // Without the origin: a test server's port must not decide.
        let digest = Sha256::digest(&url[url::Position::BeforePath..]);
        let order = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        if let Some(kind) = self.at(id) {
            kind.waiting.push(Reverse((order, place)));
        }
    }

    /// Takes the next place: from the kind that had the smallest share so far. `beyond`: when every kind has had enough,
    /// still go on. `None` too where first the pages under way must tell.
    pub(super) fn next(&mut self, beyond: bool) -> Option<(KindId, u64)> {
        let templates = &self.templates;
        let waiting = || (0..).zip(&self.all).filter(|(_, kind)| !kind.waiting.is_empty());
        let open = waiting().filter(|(_, kind)| kind.run < kind.needs(templates));
        // Whether another page would be needed even if those under way bring nothing.
        let wanted = open.clone().filter(|(_, kind)| kind.run + kind.flying < kind.needs(templates));
        let wanted = wanted.min_by_key(|(_, kind)| kind.share());
        let found = match wanted {
            Some((id, _)) => Some(id),
            None if beyond && open.count() == 0 => waiting().min_by_key(|(_, kind)| kind.share()).map(|(id, _)| id),
            None => None,
        };
        let id: KindId = found?;
        let Reverse((_, place)) = self.at(id)?.waiting.pop()?;
        Some((id, place))
    }

    /// A page of a kind is on its way.
    pub(super) fn picked(&mut self, id: KindId) {
        if let Some(kind) = self.at(id) {
            kind.picked += 1;
            kind.flying += 1;
        }
    }

    /// A page of a kind has come in.
    pub(super) fn learn(&mut self, id: KindId, brought: &Brought) {
        let mut news = false;
        for thing in &brought.things {
            if self.known.len() < MOST_KNOWN {
                news |= self.known.insert(self.hasher.hash_one(thing));
            }
        }
        if let Some(structure) = &brought.structure
            && (self.templates.len() < MOST_KNOWN || self.templates.contains_key(structure))
        {
            let run = self.templates.entry(structure.clone()).or_default();
            *run = if news { 0 } else { run.saturating_add(1) };
        }
        let Some(kind) = self.at(id) else { return };
        kind.flying = kind.flying.saturating_sub(1);
        kind.learn(news, brought.structure.as_ref());
        if let Some(wide) = kind.wide.and_then(|wide| self.at(wide)) {
            wide.learn(news, brought.structure.as_ref());
        }
    }

    /// Every place that is still waiting, in the order they came, and whether enough of its kind was seen.
    pub(super) fn take_rest(&mut self) -> Vec<(u64, bool)> {
        let templates = &self.templates;
        let rest = self.all.iter_mut().flat_map(|kind| {
            let enough = kind.run >= kind.needs(templates);
            std::mem::take(&mut kind.waiting).into_iter().map(move |Reverse((_, place))| (place, enough))
        });
        let mut rest: Vec<_> = rest.collect();
        rest.sort_unstable();
        rest
    }
}

/// Words that join a title.
fn joints(part: &str) -> usize {
    part.bytes().filter(|b| matches!(b, b'-' | b'_' | b'+' | b'%')).count()
}

/// A title rather than a word: hardly another page has it.
fn is_title(part: &str) -> bool {
    joints(part) >= 2 || part.len() > 24
}

/// A part in which numbers or ids vary, and little else.
fn varies(part: &str) -> bool {
    part.contains('{') && joints(part) < 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse(&format!("http://a.test:1{path}")).unwrap()
    }

    fn brought(things: &[&str], structure: &str) -> Brought {
        let structure = Some(structure.to_owned());
        Brought { things: things.iter().map(|t| (*t).to_owned()).collect(), structure }
    }

    /// Visits whatever is wanted; `tell` says what a page brings. Answers how many pages it took.
    fn visit(kinds: &mut Kinds, paths: impl Iterator<Item = String>, tell: impl Fn(&str) -> Brought) -> usize {
        let paths: Vec<String> = paths.collect();
        for (place, path) in (0..).zip(&paths) {
            let id = kinds.of(&url(path));
            kinds.wait(id, &url(path), place);
        }
        let mut visited = 0;
        while let Some((id, place)) = kinds.next(false) {
            kinds.picked(id);
            kinds.learn(id, &tell(&paths[usize::try_from(place).unwrap()]));
            visited += 1;
        }
        visited
    }

    #[test]
    fn enough_is_what_the_stated_confidence_asks_for() {
        let missed = |share: f64, pages: u32| (1.0 - share).powi(i32::try_from(pages).unwrap());
        assert!(missed(0.15, ENOUGH) < 0.05 && missed(0.15, ENOUGH - 1) > 0.05);
    }

    #[test]
    fn a_kind_that_brings_nothing_new_is_left() {
        let pages = (0..900).map(|n| format!("/p/{n}"));
        assert_eq!(visit(&mut Kinds::default(), pages, |_| brought(&["a"], "s")), 1 + ENOUGH as usize);
    }

    #[test]
    fn news_and_new_structures_ask_for_more() {
        let rare = |path: &str| if path.ends_with('7') { brought(&["a", "b"], "s") } else { brought(&["a"], "s") };
        let mut kinds = Kinds::default();
        let visited = visit(&mut kinds, (0..900).map(|n| format!("/p/{n}")), rare);
        assert!((ENOUGH as usize + 1..=3 * ENOUGH as usize).contains(&visited) && kinds.known.len() == 2, "{visited}");
        let other = |path: &str| brought(&["a"], if path.ends_with('7') { "t" } else { "s" });
        let visited = visit(&mut Kinds::default(), (0..900).map(|n| format!("/p/{n}")), other);
        assert!((20..=26).contains(&visited), "{visited}");
        let each = |path: &str| brought(&["a"], path);
        let visited = visit(&mut Kinds::default(), (0..900).map(|n| format!("/p/{n}")), each);
        assert!((20..=26).contains(&visited), "every page another structure: {visited}");
    }

    #[test]
    fn few_pages_are_all_visited_and_pages_under_way_count() {
        assert_eq!(visit(&mut Kinds::default(), (0..15).map(|n| format!("/p/{n}")), |_| Brought::default()), 15);
        let mut kinds = Kinds::default();
        let id = kinds.of(&url("/p/1"));
        (0..100).for_each(|n| kinds.wait(id, &url(&format!("/p/{n}")), n));
        let mut flying = 0;
        while let Some((id, _)) = kinds.next(true) {
            kinds.picked(id);
            flying += 1;
        }
        assert_eq!(flying, ENOUGH, "more are not needed before these have told");
    }

    #[test]
    fn titles_and_many_siblings_are_one_kind() {
        let mut kinds = Kinds::default();
        let title = kinds.of(&url("/shop/a-blue-suede-shoe"));
        assert_eq!(title, kinds.of(&url("/shop/the-other-one-in-red")));
        assert_eq!(title, kinds.of(&url("/shop/with-its-number-17")));
        assert_ne!(title, kinds.of(&url("/shop/article-17.html")));
        let words: BTreeSet<KindId> =
            ["about", "contact", "cart", "imprint"].iter().map(|w| kinds.of(&url(&format!("/{w}")))).collect();
        assert_eq!(words.len(), 4);
        let many: BTreeSet<KindId> = (0..90_u8)
            .map(|n| {
                kinds.of(&url(&format!(
                    "/wiki/{}",
                    "x".repeat(usize::from(n) % 9 + 1) + &"y".repeat(usize::from(n) / 9)
                )))
            })
            .collect();
        assert_eq!(many.len(), SIBLINGS as usize + 1);
        assert_ne!(kinds.of(&url("/?route=cart")), kinds.of(&url("/?route=product&id=3")));
        assert_eq!(kinds.of(&url("/?route=product&id=4")), kinds.of(&url("/?route=product&id=3")));
    }

    #[test]
    fn pages_built_like_others_that_had_enough_need_only_a_few() {
        let mut kinds = Kinds::default();
        let first = visit(&mut kinds, (0..100).map(|n| format!("/red/{n}")), |_| brought(&["a"], "s"));
        let second = visit(&mut kinds, (0..100).map(|n| format!("/blue/{n}")), |_| brought(&["a"], "s"));
        let other = visit(&mut kinds, (0..100).map(|n| format!("/help/{n}")), |_| brought(&["a"], "t"));
        assert_eq!((first, second, other), (1 + ENOUGH as usize, FEW as usize, ENOUGH as usize));
    }

    #[test]
    fn folders_of_many_names_are_one() {
        let mut kinds = Kinds::default();
        let many: BTreeSet<KindId> =
            (0..200).map(|n| kinds.of(&url(&format!("/shop/{}/x-{n}", "c".repeat(n % 20 + 1))))).collect();
        assert_eq!(many.len(), SIBLINGS as usize + 1);
    }

    #[test]
    fn fewest_pages_first_whatever_the_port() {
        let order = |port: u16| {
            let mut kinds = Kinds::default();
            let paths: Vec<String> = (0..30).map(|n| format!("/{}/{n}", ["a", "b"][n % 2])).collect();
            for (place, path) in (0..).zip(&paths) {
                let url = Url::parse(&format!("http://a.test:{port}{path}")).unwrap();
                let id = kinds.of(&url);
                kinds.wait(id, &url, place);
            }
            std::iter::from_fn(|| kinds.next(false).inspect(|(id, _)| kinds.picked(*id)).map(|(_, place)| place))
                .collect::<Vec<u64>>()
        };
        let first = order(1000);
        assert_eq!(first, order(2000));
        assert!(first.windows(2).take(20).all(|pair| pair[0] % 2 != pair[1] % 2), "in turns: {first:?}");
        assert!(first[..10].windows(2).any(|pair| pair[0] > pair[1]), "shuffled: {first:?}");
    }

    #[test]
    fn hostile_addresses_make_no_end_of_kinds() {
        let mut kinds = Kinds::default();
        for n in 0..MOST_KINDS + 3000 {
            kinds.of(&url(&format!("/{}/{}/x", "a".repeat(n % 150 + 1), "b".repeat(n / 150 + 1))));
        }
        assert!(kinds.all.len() <= MOST_KINDS + 1, "{}", kinds.all.len());
    }
}
