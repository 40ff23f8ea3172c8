//! What judging produces: classifications, policy readings, findings and the `Audit` that reports show.
//!
//! Internal types. The public formats have structs of their own in `report`.

use std::collections::{BTreeMap, BTreeSet};

use crate::cookie::{CookieKey, Lifetime, Party, SameSite, SentAttributes};
use crate::evidence::model::{ConsentOutcome, Header, Leak, Phase, StorageKind, Trial, ValueFacts, Visitor, Writer};

/// What a cookie is for: the 12 words of the public format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word; meanings stand in the format's table")]
pub enum Purpose {
    Login,
    Security,
    Preferences,
    Language,
    Theme,
    Cart,
    Consent,
    OtherFunctional,
    Analytics,
    Advertising,
    Social,
    Unknown,
}

impl Purpose {
    /// All twelve, in the format's order.
    pub const ALL: [Self; 12] = [
        Self::Login,
        Self::Security,
        Self::Preferences,
        Self::Language,
        Self::Theme,
        Self::Cart,
        Self::Consent,
        Self::OtherFunctional,
        Self::Analytics,
        Self::Advertising,
        Self::Social,
        Self::Unknown,
    ];

    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Security => "security",
            Self::Preferences => "preferences",
            Self::Language => "language",
            Self::Theme => "theme",
            Self::Cart => "cart",
            Self::Consent => "consent",
            Self::OtherFunctional => "other_functional",
            Self::Analytics => "analytics",
            Self::Advertising => "advertising",
            Self::Social => "social",
            Self::Unknown => "unknown",
        }
    }

    /// The purpose of a public word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.word() == word)
    }

    /// Functional or other.
    #[must_use]
    pub fn category(self) -> Category {
        match self {
            Self::Analytics | Self::Advertising | Self::Social | Self::Unknown => Category::Other,
            _ => Category::Functional,
        }
    }
}

/// The mission's question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum Category {
    Functional,
    Other,
}

impl Category {
    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Functional => "functional",
            Self::Other => "other",
        }
    }
}

/// How sure a judgement is; ordered, low first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The confidence of a public word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Low, Self::Medium, Self::High].into_iter().find(|c| c.word() == word)
    }
}

/// Where a reason comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum Source {
    Override,
    Trial,
    Knowledge,
    Value,
    Name,
    Writer,
    TrackerList,
    Behaviour,
}

impl Source {
    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Trial => "trial",
            Self::Knowledge => "knowledge",
            Self::Value => "value",
            Self::Name => "name",
            Self::Writer => "writer",
            Self::TrackerList => "tracker_list",
            Self::Behaviour => "behaviour",
        }
    }
}

/// One reason for a classification, for a person to check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// Kind of source.
    pub source: Source,
    /// In words.
    pub detail: String,
}

/// Whether consent is needed (WP29 Opinion 04/2012): not the same as functional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum ConsentExempt {
    Yes,
    Likely,
    No,
    Unknown,
}

impl ConsentExempt {
    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Likely => "likely",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// What a cookie or storage key is for, with reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    /// Purpose.
    pub purpose: Purpose,
    /// How sure.
    pub confidence: Confidence,
    /// Strongest first.
    pub reasons: Vec<Reason>,
    /// Vendor or platform, where known.
    pub vendor: Option<String>,
    /// Consent exemption.
    pub consent_exempt: ConsentExempt,
}

/// Where in a policy something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// 1-based line in the file as stored, 0 when not known.
    pub line: u32,
    /// 1-based column in characters, 0 when not known.
    pub column: u32,
    /// In words: `table 2, row 3`, `list under "Analytics"`.
    pub words: String,
}

/// What a policy's declared thing is stored in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum DeclaredStorage {
    Cookie,
    LocalStorage,
    SessionStorage,
    IndexedDb,
    Pixel,
}

/// A lifetime with its condition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeclaredLifetime {
    /// Lifetime; `None` when the text gives none that can be read.
    pub lifetime: Option<Lifetime>,
    /// Condition in the policy's words.
    pub condition: Option<String>,
}

/// One declared cookie or key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Glob: `*` is any run of characters.
    pub name: String,
    /// Provider, vendor or domain as written.
    pub provider: Option<String>,
    /// Purpose in our words, where it can be told.
    pub purpose: Option<Purpose>,
    /// Purpose in the policy's words.
    pub purpose_text: Option<String>,
    /// Longest lifetime.
    pub lifetime: Option<Lifetime>,
    /// All of them.
    pub lifetimes: Vec<DeclaredLifetime>,
    /// Kind of storage.
    pub storage: DeclaredStorage,
    /// First or third party, where stated.
    pub party: Option<Party>,
    /// The words it rests on; stand in the document.
    pub quote: String,
    /// Where.
    pub place: Place,
}

/// A purpose the prose names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedPurpose {
    /// Purpose.
    pub purpose: Purpose,
    /// Quote.
    pub quote: String,
}

/// A service the prose names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedService {
    /// As the policy calls it (canonical where the vendor table knows it).
    pub name: String,
    /// Purpose, where told or known.
    pub purpose: Option<Purpose>,
    /// Quote.
    pub quote: String,
    /// True where the policy says that it is NOT used.
    pub denied: bool,
}

/// A testable (or at least named) claim; `kind` is an ident of the public table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// Ident such as `no-data-collected`.
    pub kind: String,
    /// Quote.
    pub quote: String,
    /// What it speaks of, where it is about less than everything: a service, a cookie glob, a number of seconds.
    pub about: Option<String>,
    /// For `max-lifetime`: the bound.
    pub lifetime: Option<Lifetime>,
    /// For `only-necessary`, `only-categories`, `sole-purpose`: the purposes allowed.
    pub purposes: Vec<Purpose>,
    /// Where.
    pub place: Place,
}

/// Something left out of the reading, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passed {
    /// The words.
    pub quote: String,
    /// Why they are no declaration.
    pub why: String,
}

/// What a policy does about cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum PolicyState {
    Lists,
    Mentions,
    Silent,
    Unreadable,
}

impl PolicyState {
    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Mentions => "mentions",
            Self::Silent => "silent",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What a policy is understood to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyReading {
    /// URL or file.
    pub url: String,
    /// Language tag, `und` when not known.
    pub language: String,
    /// What it does about cookies.
    pub state: PolicyState,
    /// Why it is unreadable, where it is.
    pub problem: Option<String>,
    /// Declarations in document order.
    pub declarations: Vec<Declaration>,
    /// Purposes named.
    pub purposes: Vec<NamedPurpose>,
    /// Services named, denied ones too.
    pub services: Vec<NamedService>,
    /// Claims.
    pub claims: Vec<Claim>,
    /// What was passed over and why.
    pub passed: Vec<Passed>,
    /// Where the first declaration table or list stands, for findings about a missing row.
    pub first_row: Option<Place>,
}

/// How a policy covers an observed cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum Disclosure {
    None,
    Mentioned,
    Listed,
}

impl Disclosure {
    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Mentioned => "mentioned",
            Self::Listed => "listed",
        }
    }
}

/// Which declaration or service mention covers a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoveredBy {
    /// Index into `policies`.
    pub policy: usize,
    /// Index into its declarations (listed) or services (mentioned).
    pub item: usize,
}

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

/// Severity, ordered: note < warning < error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    /// The public word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity of a public word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Note, Self::Warning, Self::Error].into_iter().find(|s| s.word() == word)
    }
}

/// Axe-core's outcomes that make an entry in the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum FindingOutcome {
    Violation,
    Incomplete,
}

/// One finding; one cause is one finding, however many pages show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Rule's ident, e.g. `undisclosed-cookie`.
    pub rule: &'static str,
    /// Rule's code, e.g. `CA101`.
    pub code: &'static str,
    /// Severity after rule override and config.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Violation or incomplete.
    pub outcome: FindingOutcome,
    /// One sentence: what differs from the policy. Never "unlawful".
    pub message: String,
    /// Indices into the audit's cookies.
    pub cookies: Vec<usize>,
    /// Indices into the audit's storage items.
    pub storage: Vec<usize>,
    /// Pages, sorted.
    pub pages: Vec<String>,
    /// Words of the policy.
    pub policy_quote: Option<String>,
    /// Index of the policy the finding speaks of.
    pub policy: Option<usize>,
    /// Where in that policy.
    pub place: Option<Place>,
    /// What was observed, one line each.
    pub evidence: Vec<String>,
    /// What to do, e.g. the row to add.
    pub advice: String,
    /// What makes this finding the same one in another run: stable words, no counts, no times.
    pub subject: String,
    /// Hash of rule and subject.
    pub fingerprint: String,
    /// Not in the baseline.
    pub new: bool,
}

/// A finding taken out by `[[allow]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// The given reason.
    pub reason: String,
    /// `allow` entry in words.
    pub by: String,
}

/// Everything a report shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// Header of the evidence.
    pub header: Header,
    /// End of the recording (the start where it was killed).
    pub finished_at: String,
    /// Head of the manifest.
    pub evidence_head: String,
    /// Coverage.
    pub coverage: Coverage,
    /// Cookies, sorted by domain, pattern, partition.
    pub cookies: Vec<CookieEntry>,
    /// Storage, sorted.
    pub storage: Vec<StorageItem>,
    /// Third parties, sorted.
    pub third_parties: Vec<ThirdParty>,
    /// Consent outcomes.
    pub consent: Vec<ConsentOutcome>,
    /// Raw trials.
    pub trials: Vec<Trial>,
    /// Policies read.
    pub policies: Vec<PolicyReading>,
    /// Findings: errors first, then by code and subject.
    pub findings: Vec<Finding>,
    /// Idents of rules that applied and found nothing.
    pub passes: Vec<&'static str>,
    /// Idents of rules that did not apply.
    pub inapplicable: Vec<&'static str>,
    /// Suppressed findings.
    pub suppressed: Vec<Suppressed>,
}
