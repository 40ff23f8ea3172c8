//! The usual four categories of consent banners, and one for what is not known.
//!
//! They are shown beside our own purposes; whether consent is needed is a separate judgement.

use super::json::words::Purpose;

/// All five, in the order banners show them.
pub const ORDER: [&str; 5] = ["necessary", "preferences", "statistics", "marketing", "unclassified"];

/// The category of a purpose.
#[must_use]
pub fn category(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Login | Purpose::Security | Purpose::Cart | Purpose::Consent => "necessary",
        Purpose::Preferences | Purpose::Language | Purpose::Theme | Purpose::OtherFunctional => "preferences",
        Purpose::Analytics => "statistics",
        Purpose::Advertising | Purpose::Social => "marketing",
        Purpose::Unknown => "unclassified",
    }
}
