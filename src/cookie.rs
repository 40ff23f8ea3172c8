//! The ground: what a cookie is. Identity, lifetimes, attributes as sent and as stored (RFC 6265bis, CHIPS).
//!
//! Not here: who wrote it (evidence), what it is for (judge).

mod date;
mod set_cookie;

pub use date::parse_cookie_date;
pub use set_cookie::SetCookie;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A cookie's identity (RFC 6265bis section 5.7, with the CHIPS partition).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CookieKey {
    /// Name as sent, never trimmed of its prefix.
    pub name: String,
    /// Lower-case, without a leading dot.
    pub domain: String,
    /// True where no Domain attribute was given.
    pub host_only: bool,
    /// Path attribute or default path.
    pub path: String,
    /// Top-level site of the partition (`https://shop.example`), `None` for an unpartitioned cookie.
    pub partition: Option<String>,
}

/// How long a cookie lives, everywhere in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lifetime {
    /// Ends with the browser session.
    Session,
    /// Seconds from the moment of writing; zero or negative deletes.
    Seconds(i64),
}

impl Lifetime {
    /// Seconds, or `None` for a session cookie.
    #[must_use]
    pub fn seconds(self) -> Option<i64> {
        match self {
            Self::Session => None,
            Self::Seconds(s) => Some(s),
        }
    }
}

impl Serialize for Lifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Session => serializer.serialize_str("session"),
            Self::Seconds(s) => serializer.serialize_i64(*s),
        }
    }
}

impl<'de> Deserialize<'de> for Lifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Lifetime;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("seconds or \"session\"")
            }
            fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<Lifetime, E> {
                Ok(Lifetime::Seconds(v))
            }
            fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<Lifetime, E> {
                i64::try_from(v).map(Lifetime::Seconds).map_err(E::custom)
            }
            fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Lifetime, E> {
                // JSON written by others may hold 59.0; whole seconds are all a cookie knows.
                #[allow(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
                Ok(Lifetime::Seconds(v as i64))
            }
            fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Lifetime, E> {
                if v == "session" {
                    Ok(Lifetime::Session)
                } else {
                    Err(E::invalid_value(serde::de::Unexpected::Str(v), &self))
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// The SameSite attribute; absence is `None` of an `Option`, never [`SameSite::None`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SameSite {
    /// `SameSite=Strict`
    Strict,
    /// `SameSite=Lax`
    Lax,
    /// `SameSite=None`
    None,
}

/// What the line or the script call asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SentAttributes {
    /// By Max-Age, else Expires minus the writer's own clock.
    pub lifetime: Lifetime,
    /// The Domain attribute as given, if any.
    pub domain: Option<String>,
    /// The Path attribute as given, if any.
    pub path: Option<String>,
    /// Secure given.
    pub secure: bool,
    /// `HttpOnly` given.
    pub http_only: bool,
    /// SameSite as given.
    pub same_site: Option<SameSite>,
    /// Partitioned given.
    pub partitioned: bool,
    /// Priority (Chromium): low, medium, high.
    pub priority: Option<String>,
}

/// What the browser's jar holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StoredAttributes {
    /// Remaining lifetime when the jar was read (clamped by the browser).
    pub lifetime: Lifetime,
    /// Secure.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
    /// SameSite as the jar reports it.
    pub same_site: Option<SameSite>,
}

/// Whether a domain belongs to the audited site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// Same registrable domain as the audited page.
    First,
    /// Another registrable domain.
    Third,
}
