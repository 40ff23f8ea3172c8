//! The inventory: one entry per cookie pattern, storage key, third party; and what was covered.

use std::collections::{BTreeMap, BTreeSet};

use super::policy::{CoveredBy, Disclosure};
use super::purpose::{Classification, Purpose};
use crate::cookie::{CookieKey, Lifetime, Party, SameSite, SentAttributes};
use crate::evidence::model::{Leak, Phase, StorageKind, ValueFacts, Visitor, Writer};

/// One cookie pattern on one domain and partition, over all pages.
#[derive(Debug, Clone, PartialEq)]
pub struct CookieEntry {
    /// Commonest name.
    pub name: String,
    /// Pattern its names fold to; equals `name` for a fixed name.
    pub pattern: String,
    /// Names seen.
    pub names: BTreeSet<String>,
    /// Domain.
    pub domain: String,
    /// Host-only.
    pub host_only: bool,
    /// Commonest path.
    pub path: String,
    /// All paths.
    pub paths: BTreeSet<String>,
    /// Partition.
    pub partition: Option<String>,
    /// Party.
    pub party: Party,
    /// What it is for.
    pub class: Classification,
    /// Identifier test; `None` when it could not be made.
    pub identifier: Option<bool>,
    /// Length of the part that differs between visitors.
    pub identifier_length: Option<u32>,
    /// Longest sent lifetime.
    pub lifetime: Option<Lifetime>,
    /// Longest stored lifetime.
    pub stored_lifetime: Option<Lifetime>,
    /// Weakest attributes as sent; `None` when only the jar showed it.
    pub sent: Option<SentAttributes>,
    /// SameSite as sent, weakest.
    pub same_site: Option<SameSite>,
    /// Secure in the jar or as sent, weakest.
    pub secure: bool,
    /// HttpOnly, weakest.
    pub http_only: bool,
    /// Writers, sorted.
    pub writers: Vec<Writer>,
    /// Pages that set it, sorted.
    pub pages: BTreeSet<String>,
    /// Phases.
    pub phases: BTreeSet<Phase>,
    /// Visitors.
    pub visitors: BTreeSet<Visitor>,
    /// Pages by phase, for the consent rules.
    pub pages_by_phase: BTreeMap<Phase, BTreeSet<String>>,
    /// A typical value.
    pub value: ValueFacts,
    /// Still in the jar at the end of at least one page.
    pub stored: bool,
    /// Every page that set it removed it again before its end, as tests of what a browser takes do.
    pub withdrawn: bool,
    /// The browser took it at least once.
    pub accepted: bool,
    /// Reasons of refusal.
    pub refused: BTreeSet<String>,
    /// Leaks.
    pub leaks: Vec<Leak>,
    /// Pages on which a leak was seen, by receiving host.
    pub leak_pages: BTreeMap<String, BTreeSet<String>>,
    /// Trials about it.
    pub trials: Vec<TrialVerdict>,
    /// Lifetime moved on when a returning visitor came again.
    pub renewed: Option<bool>,
    /// How the policies cover it.
    pub disclosure: Disclosure,
    /// What covers it.
    pub covered_by: Option<CoveredBy>,
    /// Keys seen, for evidence links.
    pub keys: BTreeSet<CookieKey>,
}

/// A trial, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialVerdict {
    /// Purpose shown, `None` for no visible function.
    pub purpose: Option<Purpose>,
    /// Only the text was another: some function, and not for sure which one.
    pub vague: bool,
    /// In words: "without `sessionid`, /account/ redirects to /login/".
    pub verdict: String,
    /// `removed` or `altered to …`.
    pub change: String,
    /// Page.
    pub page: String,
}

/// One storage key on one origin.
#[derive(Debug, Clone, PartialEq)]
pub struct StorageItem {
    /// Which store.
    pub kind: StorageKind,
    /// Origin.
    pub origin: String,
    /// Commonest key.
    pub key: String,
    /// Pattern.
    pub pattern: String,
    /// Party of the origin.
    pub party: Party,
    /// What it is for.
    pub class: Classification,
    /// Identifier test.
    pub identifier: Option<bool>,
    /// Writers.
    pub writers: Vec<Writer>,
    /// Pages.
    pub pages: BTreeSet<String>,
    /// Phases.
    pub phases: BTreeSet<Phase>,
    /// Leaks.
    pub leaks: Vec<Leak>,
    /// How the policies cover it.
    pub disclosure: Disclosure,
    /// What covers it.
    pub covered_by: Option<CoveredBy>,
}

/// A third-party host contacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThirdParty {
    /// Host.
    pub host: String,
    /// Vendor of its domain, if known.
    pub vendor: Option<String>,
    /// Vendor's purpose, `Unknown` if not known.
    pub purpose: Purpose,
    /// Pages.
    pub pages: BTreeSet<String>,
    /// Phases.
    pub phases: BTreeSet<Phase>,
    /// Resource types.
    pub kinds: BTreeSet<String>,
    /// Example URLs, redacted.
    pub examples: BTreeSet<String>,
}

/// A URL with the reason it failed or was skipped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UrlReason {
    /// URL.
    pub url: String,
    /// Stable word.
    pub reason: String,
    /// In words.
    pub detail: String,
    /// Page it was linked on, if any.
    pub found_on: Option<String>,
}

/// Chao2 estimate of cookies that exist and were not seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unseen {
    /// Estimate.
    pub value: f64,
    /// Lower end of the 95% interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coverage {
    /// Distinct page URLs visited with success.
    pub pages_visited: u32,
    /// Their URLs.
    pub visited: BTreeSet<String>,
    /// Failures that count.
    pub failed: Vec<UrlReason>,
    /// 404 and 410 of linked pages: listed, not counted.
    pub broken_links: Vec<UrlReason>,
    /// Skipped URLs.
    pub skipped: Vec<UrlReason>,
    /// Phases recorded.
    pub phases: BTreeSet<Phase>,
    /// Visitors recorded.
    pub visitors: BTreeSet<Visitor>,
    /// Estimate, where enough pages were seen.
    pub unseen: Option<Unseen>,
    /// True when every page that was found and in scope was visited.
    pub complete: bool,
    /// A seed that could not be reached.
    pub seed_failed: bool,
    /// Why the run was cut short, if it was.
    pub cut_short: Option<String>,
}
