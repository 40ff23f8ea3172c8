//! One visit of one page: how it was found, what became of it, and where its observations hang.

use super::exchange::Exchange;
use super::header::{Phase, Visitor};
use super::write::{CookieWrite, HostContact, JarCookie, Leak, Note, StorageEntry};
use serde::{Deserialize, Serialize};

/// One visit of one page, with everything seen during it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageVisit {
    /// Place in the frontier's order: the report sorts by it, whatever worker finished first.
    pub sequence: u64,
    /// URL asked for.
    pub url: String,
    /// URL of the document at the end.
    pub final_url: Option<String>,
    /// Clicks from a seed.
    pub depth: u32,
    /// How the URL was found.
    pub found: Found,
    /// Consent phase.
    pub phase: Phase,
    /// As whom.
    pub visitor: Visitor,
    /// Step of a journey (`login`, `switch language to fr`, …) that this visit records, if any.
    pub step: Option<String>,
    /// RFC 3339, UTC, milliseconds.
    pub started_at: String,
    /// RFC 3339, UTC, milliseconds.
    pub finished_at: String,
    /// Loaded, failed or non-HTML.
    pub outcome: Outcome,
    /// Redirect hops of the navigation, the final response last.
    pub hops: Vec<Hop>,
    /// Document title (escaped only when shown).
    pub title: Option<String>,
    /// Document language (`html lang`).
    pub language: Option<String>,
    /// Cookie writes in the order they happened.
    pub writes: Vec<CookieWrite>,
    /// The jar when the page ended.
    pub jar: Vec<JarCookie>,
    /// Web storage when the page ended, and writes seen.
    pub storage: Vec<StorageEntry>,
    /// Hosts contacted, first party too.
    pub hosts: Vec<HostContact>,
    /// Requests that carried cookies, and answers that set some.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
    /// Unguessable value parts that went to another registrable domain.
    pub leaks: Vec<Leak>,
    /// Links found in the rendered page, for the frontier and for resume.
    pub links: Vec<Link>,
    /// Service-worker script URLs registered.
    pub service_workers: Vec<String>,
    /// What limits this visit's evidence (`hooks_frozen`, `quiet_cap_reached`, …).
    pub notes: Vec<Note>,
    /// Screenshot file inside the audit folder.
    pub screenshot: Option<String>,
    /// Hash of the rendered structure (tag skeleton), for clustering.
    pub structure: Option<String>,
}

impl PageVisit {
    /// A visit of which nothing was seen: whoever knows only a part of one says that part and takes the rest from here.
    #[must_use]
    pub fn unseen(url: impl Into<String>, outcome: Outcome) -> Self {
        Self {
            sequence: 0,
            url: url.into(),
            final_url: None,
            depth: 0,
            found: Found::Seed,
            phase: Phase::BeforeConsent,
            visitor: Visitor::Fresh,
            step: None,
            started_at: String::new(),
            finished_at: String::new(),
            outcome,
            hops: Vec::new(),
            title: None,
            language: None,
            writes: Vec::new(),
            jar: Vec::new(),
            storage: Vec::new(),
            hosts: Vec::new(),
            exchanges: Vec::new(),
            leaks: Vec::new(),
            links: Vec::new(),
            service_workers: Vec::new(),
            notes: Vec::new(),
            screenshot: None,
            structure: None,
        }
    }
}

/// How a URL came to be known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Found {
    /// Given by the user.
    Seed,
    /// A link on a page.
    Link {
        /// That page.
        on: String,
    },
    /// A sitemap.
    Sitemap {
        /// Its URL.
        on: String,
    },
    /// A step of a journey.
    Journey,
}

/// What became of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// The page loaded.
    Loaded {
        /// HTTP status of the final response.
        status: u16,
        /// MIME type.
        media_type: Option<String>,
    },
    /// It did not count as seen.
    Failed {
        /// Why, as one of a closed list.
        reason: FailureReason,
        /// In words, redacted.
        detail: String,
        /// HTTP status if there was one.
        status: Option<u16>,
    },
}

/// Why a page failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is its own word")]
pub enum FailureReason {
    NotFound,
    Gone,
    ClientError,
    ServerError,
    Dns,
    Connection,
    Tls,
    Timeout,
    Empty,
    BotWall,
    LoginWall,
    RedirectLoop,
    OutOfScope,
    Crash,
    BrowserLost,
    Download,
    Interrupted,
    Other,
}

impl FailureReason {
    /// The word used in evidence and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Gone => "gone",
            Self::ClientError => "client_error",
            Self::ServerError => "server_error",
            Self::Dns => "dns",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Empty => "empty",
            Self::BotWall => "bot_wall",
            Self::LoginWall => "login_wall",
            Self::RedirectLoop => "redirect_loop",
            Self::OutOfScope => "out_of_scope",
            Self::Crash => "crash",
            Self::BrowserLost => "browser_lost",
            Self::Download => "download",
            Self::Interrupted => "interrupted",
            Self::Other => "other",
        }
    }
}

/// One response of a redirected navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// Its URL.
    pub url: String,
    /// Its status.
    pub status: u16,
}

/// A link of the rendered page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// Absolute URL without fragment.
    pub url: String,
    /// `a`, `area`, `frame`, `canonical`, `next`, `prev`, `data-href`, …
    pub kind: String,
    /// Visible text, shortened; what sign-out detection reads.
    pub text: String,
    /// `rel` words.
    pub rel: String,
    /// Whether it stands in a footer-like region.
    pub in_footer: bool,
}
