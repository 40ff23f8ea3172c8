//! What a policy is understood to say.

use super::purpose::Purpose;
use crate::cookie::{Lifetime, Party};

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
    /// True where only rows of declared cookies name it: then it covers no cookie beyond those rows.
    pub listed: bool,
    /// True where only a roster of advertising partners names it: whom a visitor may meet, which is less than use.
    pub partner: bool,
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
