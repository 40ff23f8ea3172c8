//! Who recorded, with what browser and settings; consent phases and visitors.

use serde::{Deserialize, Serialize};

/// Tool, browser and settings of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// Name and version of the evidence's schema.
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
