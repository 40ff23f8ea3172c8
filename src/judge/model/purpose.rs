//! What a cookie is for, how sure we are, and why.

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
