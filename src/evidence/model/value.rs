//! What a value is, without the value.

use serde::{Deserialize, Serialize};

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
    /// The value itself, only with `--keep-values`. Nothing that judges may read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
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
