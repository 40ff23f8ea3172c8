//! What judging produces: classifications, policy readings, findings and the `Audit` that reports show.
//!
//! Internal types. The public formats have structs of their own in `report`.

mod entry;
mod finding;
mod picture;
mod policy;
mod purpose;

pub use entry::{CookieEntry, Coverage, StorageItem, ThirdParty, TrialVerdict, Unseen, UrlReason};
pub use finding::{Audit, Finding, FindingOutcome, Severity, Suppressed};
pub use picture::{Picture, Shows};
pub use policy::{
    Claim, CoveredBy, Declaration, DeclaredLifetime, DeclaredStorage, Disclosure, NamedPurpose, NamedService, Passed,
    Place, PolicyReading, PolicyState,
};
pub use purpose::{Category, Classification, Confidence, ConsentExempt, Purpose, Reason, Source};
