//! Trials: a page with and without a cookie, in a copy of the visitor's state.
//!
//! ```text
//! let cases = vec![Case { visitor, carried, subjects: subjects(&stops, &pages, &carried, &|key| wanted(key)), access }];
//! let trials = trials::run(&mut recorder, &cases, &TrialOptions { phase, .. }).await?;            // Vec<Trial>
//! let blocked = trials::blocked(&mut recorder, &mut recorder_without_cookies, &urls, phase).await?; // Vec<BlockedPage>
//! ```
//! Twice unchanged (noise), without the cookie, with another plausible value where values can be enumerated, then
//! unchanged again. Cookies that stand in for one another are found by taking pairs away. An opaque value is removed,
//! never altered. A state to try in comes from the sign-in (`login::Members::carried`), from worked switches
//! (`switches::Worked::states`) or from [`walk`]. Not here: what a difference means (judge).

mod alternatives;
mod bench;
mod blocked;
mod plan;

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::Instant;
use url::Url;

pub use self::blocked::blocked;
pub use self::plan::tells;

use super::login::Access;
use super::request;
use super::trail::{Stop, is_whole};
use crate::cookie::CookieKey;
use crate::evidence::model::{PageVisit, Phase, Trial, Visitor, WriteOp};
use crate::gather::VisitError;
use crate::gather::record::{Carried, Recorder};

/// Pages on which one cookie is tried.
const MOST_PAGES: usize = 3;

/// A cookie to be tried, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The cookie.
    pub key: CookieKey,
    /// Pages to try it on, the likeliest first.
    pub pages: Vec<Url>,
}

/// A visitor's state, and what of it is to be tried.
#[derive(Clone)]
pub struct Case {
    /// As whom.
    pub visitor: Visitor,
    /// The state that is copied for each look.
    pub carried: Carried,
    /// The cookies.
    pub subjects: Vec<Subject>,
    /// How to sign in again, where a trial ends the session on the server's side.
    pub access: Option<Arc<Access>>,
}

/// How to try.
#[derive(Debug, Clone)]
pub struct TrialOptions {
    /// Phase that page loads belong to.
    pub phase: Phase,
    /// When to stop; what was not tried until then has no record.
    pub deadline: Option<Instant>,
}

/// Tries every case; one record for each cookie and page that says something, else one for each page tried.
pub async fn run(recorder: &mut Recorder, cases: &[Case], options: &TrialOptions) -> Result<Vec<Trial>, VisitError> {
    let ears = bench::Ears::install(recorder).await?;
    let mut trials: Vec<Trial> = Vec::new();
    for case in cases {
        // What one state has shown needs no other.
        let told = |key: &CookieKey| trials.iter().any(|t| t.key == *key && plan::tells(t));
        let left = case.subjects.iter().filter(|s| !told(&s.key)).cloned().collect();
        let made = plan::case(recorder, &ears, &Case { subjects: left, ..case.clone() }, options).await?;
        trials.retain(|old| plan::tells(old) || !made.iter().any(|new| new.key == old.key && plan::tells(new)));
        trials.extend(made);
    }
    Ok(trials)
}

/// The cookies of a state that are wanted, each with the places where it was set: the stops of the journey that led to
/// the state, and pages that the crawl loaded.
#[must_use]
pub fn subjects(
    stops: &[Stop],
    pages: &[PageVisit],
    carried: &Carried,
    wanted: &dyn Fn(&CookieKey) -> bool,
) -> Vec<Subject> {
    let keys = carried.cookies.iter().map(|c| &c.key).filter(|key| wanted(key));
    keys.map(|key| Subject { key: key.clone(), pages: places(stops, pages, key) })
        .filter(|s| !s.pages.is_empty())
        .collect()
}

fn places(stops: &[Stop], pages: &[PageVisit], key: &CookieKey) -> Vec<Url> {
    // Addresses of recorded steps have values taken out; the stops have them whole.
    let loads = || pages.iter().filter(|p| p.step.is_none());
    let sets = |page: &&PageVisit| page.writes.iter().any(|w| w.key == *key && w.op == WriteOp::Set);
    let whole = |text: &str| Url::parse(text).ok().filter(|_| is_whole(text));
    let address = |p: &PageVisit| p.final_url.as_deref().and_then(whole).or_else(|| whole(&p.url));
    // The last step that set it knows best what it is for, and then the rest of the way that led to the state.
    let set_here = stops.iter().rev().filter(|s| s.set.contains(key)).map(|s| s.url.clone());
    let held_here = stops.iter().rev().filter(|s| s.held.contains(key)).map(|s| s.url.clone());
    let set_on_load = loads().filter(sets).filter_map(address);
    let held_on_load = loads().filter(|p| p.jar.iter().any(|held| held.key == *key)).filter_map(address);
    let mut seen = BTreeSet::new();
    let urls = set_here.chain(held_here).chain(set_on_load).chain(held_on_load);
    urls.filter(|u| seen.insert(u.clone())).take(MOST_PAGES).collect()
}

/// Visits pages in one jar, and answers the state at the end: what a returning visitor carries, who may have brought
/// something along.
pub async fn walk(
    recorder: &mut Recorder,
    urls: &[Url],
    phase: Phase,
    brought: Option<&Carried>,
) -> Result<Carried, VisitError> {
    let Some((first, rest)) = urls.split_first() else { return Ok(Carried::default()) };
    let mut page = recorder.open(request(first, phase, Visitor::Returning, 0, true), brought).await?;
    for url in rest {
        recorder.go_to(&mut page, url).await?;
    }
    let carried = recorder.carry(&page).await?;
    recorder.shut(page).await?;
    Ok(carried)
}
