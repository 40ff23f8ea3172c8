//! What one line of `evidence.jsonl` can be. Versioned: a change that is not additive is a new schema.
//!
//! Every URL, stack and line in here is already redacted, every value already reduced to [`ValueFacts`].

use serde::{Deserialize, Serialize};

use crate::cookie::{CookieKey, SentAttributes, StoredAttributes};

/// Schema named by the first record.
pub const SCHEMA: &str = "cookie-audit/evidence/1";

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// First line.
    Header(Box<Header>),
    /// A page visit, finished or failed.
    Page(Box<PageVisit>),
    /// A URL that was found but not visited.
    Skipped(Skipped),
    /// A policy document as fetched and rendered.
    Policy(PolicyDocument),
    /// What became of the consent dialog in a phase.
    Consent(ConsentOutcome),
    /// One experiment with one cookie.
    Trial(Box<Trial>),
    /// One page with every cookie blocked.
    BlockedPage(BlockedPage),
    /// Last line of an undisturbed recording.
    End(End),
}

/// Tool, browser and settings of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name and version of this tool.
    pub tool: ToolInfo,
    /// The browser that was driven.
    pub browser: BrowserInfo,
    /// Origin of the first seed, e.g. `https://shop.example`.
    pub site: String,
    /// URLs given by the user (redacted).
    pub seeds: Vec<String>,
    /// RFC 3339, UTC, milliseconds.
    pub started_at: String,
    /// Settings that differ from the defaults, as `name=value` words, secrets left out.
    pub flags: Vec<String>,
    /// `sha256:…` over the effective settings.
    pub settings_digest: String,
    /// Phases asked for.
    pub phases: Vec<Phase>,
    /// `origin`, `host` or `site`.
    pub scope: String,
    /// Whether robots.txt was obeyed.
    pub robots_obeyed: bool,
    /// Page budget.
    pub max_pages: u32,
    /// Share of pages that may fail, in percent; text, so that records stay `Eq`.
    pub max_failed_percent: String,
}

/// This tool.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolInfo {
    /// `cookie-audit`
    pub name: String,
    /// Cargo version.
    pub version: String,
}

/// The browser driven.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BrowserInfo {
    /// `chromium`, `chrome`, `firefox`, …
    pub name: String,
    /// Browser version.
    pub version: String,
    /// Driver name and version.
    pub driver: String,
    /// `allowed` or `blocked`, as measured at the start.
    pub third_party_cookies: String,
    /// True when the browser says that it is driven by a tool.
    pub announce: bool,
    /// User agent string.
    pub user_agent: String,
    /// Language asked for (`Accept-Language`).
    pub language: String,
    /// Command-line switches given to the browser.
    pub switches: Vec<String>,
}

/// Consent phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing was touched.
    BeforeConsent,
    /// The visitor refused.
    Rejected,
    /// The visitor agreed.
    Accepted,
}

/// As whom the page was visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visitor {
    /// Empty jar, empty storage, nothing cached.
    Fresh,
    /// Keeps the jar from page to page.
    Returning,
    /// Came through the sign-in journey.
    SignedIn,
}

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

/// One write, or deletion, of a cookie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CookieWrite {
    /// Identity.
    pub key: CookieKey,
    /// Set or delete.
    pub op: WriteOp,
    /// Who.
    pub writer: Writer,
    /// Milliseconds of the page's own clock since the navigation began; negative never.
    pub at_ms: u64,
    /// As sent.
    pub sent: SentAttributes,
    /// The line or script string with its value redacted.
    pub line: String,
    /// The value, reduced.
    pub value: ValueFacts,
    /// What the browser did with it.
    pub fate: Fate,
    /// As stored, where it was in the jar when the page ended and this write was the last to touch it.
    pub stored: Option<StoredAttributes>,
}

/// Set or delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteOp {
    /// A value was given.
    Set,
    /// An expiry in the past, or `cookieStore.delete`.
    Delete,
}

/// What the browser did with a write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// Accepted: in the jar at the page's end, or accepted and replaced or deleted later.
    Accepted,
    /// Refused, with the browser's own words (`InvalidDomain`, …).
    Refused {
        /// The browser's reasons.
        reasons: Vec<String>,
    },
    /// Nothing tells; counts as accepted only if the jar shows it.
    Unknown,
}

/// Who wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Writer {
    /// Response, script or unattributed.
    pub kind: WriterKind,
    /// URL of the response, or of the script that wrote; `None` for an inline script without URL or unattributed.
    pub url: Option<String>,
    /// Redirect hop of the response: 0 is the first response of its chain.
    pub hop: Option<u32>,
    /// HTTP status of the response.
    pub status: Option<u16>,
    /// What caused the request: initiator's type and URL (`script https://…`, `parser`), resource type first
    /// (`image`, `stylesheet`, `fetch`, `worker`, …).
    pub initiator: Option<String>,
    /// URL of the frame it happened in.
    pub frame: Option<String>,
    /// Script stack, nearest first: `function url:line:column`.
    pub stack: Vec<String>,
    /// `document.cookie`, `cookieStore.set`, `cookieStore.delete` for scripts.
    pub api: Option<String>,
}

/// Kind of writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriterKind {
    /// An HTTP response.
    Response,
    /// A script.
    Script,
    /// In the jar, and no event explains it.
    Unattributed,
}

/// One cookie of the jar when the page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JarCookie {
    /// Identity.
    pub key: CookieKey,
    /// As stored.
    pub stored: StoredAttributes,
    /// The value, reduced.
    pub value: ValueFacts,
    /// False where it was there before the page (returning and signed-in visitors).
    pub new: bool,
}

/// Web storage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StorageEntry {
    /// Which store.
    pub kind: StorageKind,
    /// Origin that owns it.
    pub origin: String,
    /// Key, database or cache name.
    pub key: String,
    /// The value, reduced; `None` for databases and caches.
    pub value: Option<ValueFacts>,
    /// The script writes seen.
    pub writers: Vec<Writer>,
    /// Still there when the page ended.
    pub present: bool,
}

/// Kind of web storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is its own word")]
pub enum StorageKind {
    LocalStorage,
    SessionStorage,
    IndexedDb,
    CacheStorage,
}

/// A host the page contacted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HostContact {
    /// Host name.
    pub host: String,
    /// Requests made.
    pub requests: u32,
    /// Resource types seen, sorted.
    pub kinds: Vec<String>,
    /// Up to five example URLs, redacted, sorted.
    pub examples: Vec<String>,
    /// Names of cookies that were sent to it, sorted.
    pub cookies_sent: Vec<String>,
}

/// An unguessable part of a value in a request to another registrable domain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Leak {
    /// Name of the cookie or storage key.
    pub name: String,
    /// Domain of the cookie, or origin of the storage.
    pub domain: String,
    /// Host that received it.
    pub to: String,
    /// `raw`, `url_encoded`, `base64`, `md5`, `sha1`, `sha256`.
    pub how: String,
    /// Where in the request: `url`, `body`, `header`.
    pub place: String,
    /// Redacted URL of the request.
    pub url: String,
    /// HMAC of the part, so that equal parts can be told.
    pub part: String,
}

/// A limit of the evidence, or something odd that was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// Stable word, e.g. `hooks_frozen`.
    pub code: String,
    /// In words.
    pub detail: String,
}

/// What a value is, without the value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct ValueFacts {
    /// Characters of the whole value.
    pub length: u32,
    /// Overall shape: `empty`, `number`, `boolean`, `timestamp`, `date`, `locale`, `color_scheme`, `currency`,
    /// `time_zone`, `email`, `jwt`, `tcf`, `gpp`, `uuid`, `hex`, `base64`, `json`, `url`, `word`, `list`, `opaque`.
    pub shape: String,
    /// The parts after unwrapping and splitting, in order.
    pub parts: Vec<ValuePart>,
}

/// One part of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct ValuePart {
    /// Same words as [`ValueFacts::shape`], and `json_key`, `prefix`.
    pub kind: String,
    /// The text itself, only where harmless and guessable (a locale, a boolean, a known prefix, a vocabulary word).
    pub text: Option<String>,
    /// Its length in characters.
    pub length: u32,
    /// HMAC under the audit's own key, where the part is unguessable: equal parts are equal, nothing else is told.
    pub hmac: Option<String>,
}

/// A URL that was found and not visited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skipped {
    /// The URL.
    pub url: String,
    /// `robots`, `scope`, `excluded`, `depth`, `budget`, `trap`, `non_html`, `sign_out`, `duplicate`, `sampled`, …
    pub reason: String,
    /// In words.
    pub detail: String,
    /// Phase it belongs to.
    pub phase: Phase,
}

/// A policy as fetched and rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyDocument {
    /// URL or file name as given.
    pub url: String,
    /// File inside the audit folder (`policies/1.html`); `None` when nothing could be had.
    pub file: Option<String>,
    /// `text/html`, `text/markdown`, `text/plain`, `application/pdf`.
    pub media_type: String,
    /// `flag`, `config`, `link`, `well_known`, `dialog`.
    pub found_by: String,
    /// Text of the link that led there.
    pub link_text: Option<String>,
    /// Why it could not be had, if so.
    pub failure: Option<String>,
    /// Names of the script-filled lists seen to stay empty, and other limits.
    pub notes: Vec<Note>,
}

/// What became of the consent dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentOutcome {
    /// Phase.
    pub phase: Phase,
    /// Page it was tried on.
    pub url: String,
    /// `none`, `found`, `operated`, `not_operable`.
    pub dialog: String,
    /// Consent manager or `own`.
    pub manager: Option<String>,
    /// Clicks that were needed.
    pub clicks: Option<u32>,
    /// How many clicks refusing needs, where it can be seen.
    pub refuse_clicks: Option<u32>,
    /// How many clicks accepting needs, where it can be seen.
    pub accept_clicks: Option<u32>,
    /// Dialog shown again after a reload.
    pub shown_again: Option<bool>,
    /// Text of the dialog, shortened.
    pub text: Option<String>,
    /// Buttons as the visitor reads them.
    pub buttons: Vec<String>,
    /// Screenshot before.
    pub screenshot: Option<String>,
    /// Screenshot after.
    pub screenshot_after: Option<String>,
    /// TCF / GPP state in words, if the page offers the API.
    pub tcf: Option<String>,
    /// In words: what was done, or why not.
    pub detail: String,
}

/// One experiment: the page with and without a cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The cookie.
    pub key: CookieKey,
    /// Page it was tried on.
    pub page: String,
    /// As whom.
    pub visitor: Visitor,
    /// `removed` or `altered`.
    pub change: String,
    /// The harmless value used instead, for `altered`.
    pub altered_to: Option<String>,
    /// What differs when nothing was changed.
    pub noise: Vec<Difference>,
    /// What differed beyond the noise.
    pub differences: Vec<Difference>,
    /// Whether the effect went away when the cookie came back.
    pub reverted: Option<bool>,
    /// Why the trial could not be made, if so.
    pub failure: Option<String>,
}

/// One difference between two looks at a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Difference {
    /// `status`, `final_url`, `signed_in`, `language`, `text_language`, `direction`, `colors`, `theme_attribute`,
    /// `text`, `controls`, `basket`, `dialog`, `console_errors`, …
    pub aspect: String,
    /// With the cookie.
    pub before: String,
    /// Without it.
    pub after: String,
}

/// A page looked at with every cookie blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedPage {
    /// The page.
    pub url: String,
    /// Whether it still worked.
    pub works: bool,
    /// What differed.
    pub differences: Vec<Difference>,
}

/// How the recording ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// RFC 3339, UTC, milliseconds.
    pub finished_at: String,
    /// `None` when it ran to its end; else why it was cut short (`interrupted`, `max_time`, `browser_lost`, …).
    pub cut_short: Option<String>,
}

/// Everything a judge is given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// First record.
    pub header: Header,
    /// Visits sorted by phase, visitor, sequence.
    pub pages: Vec<PageVisit>,
    /// URLs not visited.
    pub skipped: Vec<Skipped>,
    /// Policies with their bytes.
    pub policies: Vec<PolicyText>,
    /// Consent outcomes.
    pub consent: Vec<ConsentOutcome>,
    /// Trials.
    pub trials: Vec<Trial>,
    /// Pages with cookies blocked.
    pub blocked_pages: Vec<BlockedPage>,
    /// `None` when the log stops without an end: the run was killed.
    pub end: Option<End>,
    /// Head of the manifest's chain, `sha256:…`.
    pub head: String,
    /// Whether the folder is what was sealed.
    pub seal: Seal,
}

/// State of an audit folder against its manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Seal {
    /// There is no manifest: the run was killed, or is still going on. The head is computed from what is there.
    #[default]
    Unsealed,
    /// Every byte as sealed.
    Intact,
    /// Something differs from what was sealed; `manifest::verify` says what.
    Broken,
}

/// A policy document and what lies in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyText {
    /// The record.
    pub document: PolicyDocument,
    /// The file's bytes; empty when there is none.
    pub bytes: Vec<u8>,
}
