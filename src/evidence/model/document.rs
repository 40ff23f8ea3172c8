//! The other records: skipped URLs, policies, consent, trials, the end; and everything together as [`Evidence`].

use super::header::{Header, Phase, Visitor};
use super::visit::PageVisit;
use super::write::Note;
use crate::cookie::CookieKey;
use serde::{Deserialize, Serialize};

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
    /// Picture of the page as it was read.
    #[serde(default)]
    pub screenshot: Option<String>,
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
    /// Other cookies that were taken away with it, because each of them stands in for the other.
    #[serde(default)]
    pub also_removed: Vec<String>,
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
    /// `text`, `folded`, `controls`, `basket`, `dialog`, `console_errors`, …
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
