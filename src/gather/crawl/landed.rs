//! What of a page is still needed once it is written down: where it led, its links, and what it says about its kind.
//!
//! Everything else is forgotten, so that pages which ended before their turn cost little.

use url::Url;

use super::kinds::{Brought, KindId};
use crate::evidence::model::{Link, Outcome, PageVisit};

/// A page that came in.
pub(super) struct Landed {
    pub(super) url: String,
    pub(super) final_url: Option<Url>,
    pub(super) links: Vec<Link>,
    pub(super) depth: u32,
    pub(super) loaded: bool,
    pub(super) kind: KindId,
    pub(super) brought: Brought,
}

impl Landed {
    /// Of a page of this kind.
    pub(super) fn new(kind: KindId, page: &PageVisit) -> Self {
        Self {
            url: page.url.clone(),
            final_url: page.final_url.as_deref().and_then(|u| Url::parse(u).ok()),
            links: page.links.clone(),
            depth: page.depth,
            loaded: matches!(page.outcome, Outcome::Loaded { .. }),
            kind,
            brought: Brought::from(page),
        }
    }
}
