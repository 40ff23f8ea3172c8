//! The closed word lists of the public formats, each mirrored from its internal type.
//!
//! One macro writes the enum, its words and the way from the internal type, so that the three cannot drift apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cookie;
use crate::evidence::model as evidence;
use crate::judge::model as judge;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident from $from:path { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[allow(missing_docs, reason = "each is its own word")]
        pub enum $name {
            $(#[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// The public word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl From<$from> for $name {
            fn from(value: $from) -> Self {
                match value { $(<$from>::$variant => Self::$variant),+ }
            }
        }
    };
}

words!(
    /// Purposes.
    Purpose from judge::Purpose {
        Login = "login", Security = "security", Preferences = "preferences", Language = "language", Theme = "theme",
        Cart = "cart", Consent = "consent", OtherFunctional = "other_functional", Analytics = "analytics",
        Advertising = "advertising", Social = "social", Unknown = "unknown",
    }
);
words!(
    /// Functional or other.
    Category from judge::Category { Functional = "functional", Other = "other" }
);
words!(
    /// How sure.
    Confidence from judge::Confidence { Low = "low", Medium = "medium", High = "high" }
);
words!(
    /// What a reason rests on.
    Source from judge::Source {
        Override = "override", Trial = "trial", Knowledge = "knowledge", Value = "value", Name = "name",
        Writer = "writer", TrackerList = "tracker_list", Behaviour = "behaviour",
    }
);
words!(
    /// Whether consent is needed.
    ConsentExempt from judge::ConsentExempt { Yes = "yes", Likely = "likely", No = "no", Unknown = "unknown" }
);
words!(
    /// How a policy covers a cookie.
    Disclosure from judge::Disclosure { Listed = "listed", Mentioned = "mentioned", None = "none" }
);
words!(
    /// What a policy does about cookies.
    PolicyState from judge::PolicyState {
        Lists = "lists", Mentions = "mentions", Silent = "silent", Unreadable = "unreadable",
    }
);
words!(
    /// Severity.
    Severity from judge::Severity { Error = "error", Warning = "warning", Note = "note" }
);
words!(
    /// Outcome of a finding.
    Outcome from judge::FindingOutcome { Violation = "violation", Incomplete = "incomplete" }
);
words!(
    /// What a declared thing is stored in.
    DeclaredStorage from judge::DeclaredStorage {
        Cookie = "cookie", LocalStorage = "local_storage", SessionStorage = "session_storage",
        IndexedDb = "indexed_db", Pixel = "pixel",
    }
);
words!(
    /// First or third party.
    Party from cookie::Party { First = "first", Third = "third" }
);
words!(
    /// SameSite as sent.
    SameSite from cookie::SameSite { Strict = "strict", Lax = "lax", None = "none" }
);
words!(
    /// Consent phase.
    Phase from evidence::Phase { BeforeConsent = "before_consent", Rejected = "rejected", Accepted = "accepted" }
);
words!(
    /// As whom a page was visited.
    Visitor from evidence::Visitor { Fresh = "fresh", Returning = "returning", SignedIn = "signed_in" }
);
words!(
    /// Kind of writer.
    WriterKind from evidence::WriterKind { Response = "response", Script = "script", Unattributed = "unattributed" }
);
words!(
    /// Web storage.
    StorageKind from evidence::StorageKind {
        LocalStorage = "local_storage", SessionStorage = "session_storage", IndexedDb = "indexed_db",
        CacheStorage = "cache_storage",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_agree_with_the_internal_ones() {
        for purpose in judge::Purpose::ALL {
            assert_eq!(Purpose::from(purpose).word(), purpose.word());
            assert_eq!(serde_json::to_value(Purpose::from(purpose)).unwrap(), purpose.word());
        }
        for phase in [evidence::Phase::BeforeConsent, evidence::Phase::Rejected, evidence::Phase::Accepted] {
            assert_eq!(serde_json::to_value(phase).unwrap(), Phase::from(phase).word());
        }
    }
}
