//! What one line of `evidence.jsonl` can be. Versioned: a change that is not additive is a new schema.
//!
//! Every URL, stack and line in here is already redacted, every value already reduced to [`ValueFacts`].

use serde::{Deserialize, Serialize};

mod document;
mod exchange;
mod header;
mod value;
mod visit;
mod write;

pub use document::{
    BlockedPage, ConsentOutcome, Difference, End, Evidence, PolicyDocument, PolicyText, Seal, Skipped, Trial,
};
pub use exchange::Exchange;
pub use header::{BrowserInfo, Header, Phase, ToolInfo, Visitor};
pub use value::{ValueFacts, ValuePart};
pub use visit::{FailureReason, Found, Hop, Link, Outcome, PageVisit};
pub use write::{
    CookieWrite, Fate, HostContact, JarCookie, Leak, Note, StorageEntry, StorageKind, WriteOp, Writer, WriterKind,
};

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
