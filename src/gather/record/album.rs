//! Pictures of pages, taken at the end of a visit where the page brought something that no earlier page did.
//!
//! Findings are told on the first page that shows them, so these are the pages whose picture somebody will ask for.
//! Which pages they are is known without an opinion: a new cookie, storage key or host, or a new kind of failure.
//! Not here: hiding what a picture must not show (`portrait`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::evidence::model::{PageVisit, Phase, Visitor};
use crate::evidence::pictured::{MOST_SHOWN, brought};
use crate::evidence::store::AuditFolder;

/// Pictures of one audit at most: those that are shown, and as many that were taken since a worker was faster.
const MOST: usize = 2 * MOST_SHOWN;

/// Where pictures are kept, and what was pictured already. Clones are the same album.
#[derive(Clone)]
pub struct Album(Arc<Inner>);

struct Inner {
    folder: AuditFolder,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// What pages brought, with the lowest place in the crawl's order that a pictured page of it has.
    first: BTreeMap<(Phase, String), u64>,
    pictures: usize,
}

impl Album {
    /// An album in an audit's folder.
    #[must_use]
    pub fn new(folder: AuditFolder) -> Self {
        Self(Arc::new(Inner { folder, seen: Mutex::default() }))
    }

    /// Takes note of what an earlier run pictured.
    pub fn remember(&self, pages: &[PageVisit]) {
        for page in pages.iter().filter(|page| page.screenshot.is_some()) {
            self.is_wanted(page);
        }
    }

    /// Whether this page is to be pictured; asked once for each page. Workers finish in any order: a page that comes
    /// before the pictured one in the crawl's order is pictured too.
    ///
    /// Pages seen signed in show somebody's account and are never pictured.
    pub(super) fn is_wanted(&self, page: &PageVisit) -> bool {
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if page.visitor == Visitor::SignedIn || seen.pictures >= MOST {
            return false;
        }
        let mut wanted = false;
        for thing in brought(page) {
            let first = seen.first.entry((page.phase, thing)).or_insert(u64::MAX);
            wanted |= *first > page.sequence;
            *first = page.sequence.min(*first);
        }
        seen.pictures += usize::from(wanted);
        wanted
    }

    /// Keeps a picture; a disk that has no room for it costs the picture alone.
    pub(super) fn keep(&self, page: &PageVisit, picture: &[u8]) -> Option<String> {
        let kept = self.0.folder.add_screenshot(&name(page), picture);
        kept.map_err(|error| tracing::warn!(%error, "a picture could not be kept")).ok()
    }
}

/// The same in every run, whoever of the workers came first: phase, visitor, and a short digest of the address.
fn name(page: &PageVisit) -> String {
    let phase = match page.phase {
        Phase::BeforeConsent => "before",
        Phase::Rejected => "rejected",
        Phase::Accepted => "accepted",
    };
    let again = if page.visitor == Visitor::Returning { "-again" } else { "" };
    let digest = Sha256::digest(page.url.as_bytes());
    let digest = digest.iter().take(6).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    format!("{phase}{again}-{digest}")
}

#[cfg(test)]
#[path = "album_tests.rs"]
mod tests;
