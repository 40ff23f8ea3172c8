//! The rules on made-up sites: for each a violation, a pass, an incomplete and an inapplicable case.
//!
//! No browser and no knowledge tables: the classifier here knows exactly what a test tells it.

#![allow(clippy::expect_used, reason = "a test that cannot go on should stop")]

#[path = "rules/consent_not_remembered.rs"]
mod consent_not_remembered;
#[path = "rules/contradictory_declaration.rs"]
mod contradictory_declaration;
#[path = "rules/excessive_lifetime.rs"]
mod excessive_lifetime;
#[path = "rules/expired_allowance.rs"]
mod expired_allowance;
#[path = "rules/failed_page.rs"]
mod failed_page;
#[path = "rules/function_not_observed.rs"]
mod function_not_observed;
#[path = "rules/identifier_shared.rs"]
mod identifier_shared;
#[path = "rules/insecure_attributes.rs"]
mod insecure_attributes;
#[path = "rules/mentioned_only_cookie.rs"]
mod mentioned_only_cookie;
#[path = "rules/misdeclared_party.rs"]
mod misdeclared_party;
#[path = "rules/misdeclared_purpose.rs"]
mod misdeclared_purpose;
#[path = "rules/missing_policy.rs"]
mod missing_policy;
#[path = "rules/missing_refusal.rs"]
mod missing_refusal;
#[path = "rules/overbroad_declaration.rs"]
mod overbroad_declaration;
#[path = "rules/personal_data_in_cookie.rs"]
mod personal_data_in_cookie;
#[path = "rules/policy_faults.rs"]
mod policy_faults;
#[path = "rules/prior_consent_cookie.rs"]
mod prior_consent_cookie;
#[path = "rules/prior_consent_request.rs"]
mod prior_consent_request;
#[path = "rules/prior_consent_storage.rs"]
mod prior_consent_storage;
#[path = "rules/refusal_harder_than_acceptance.rs"]
mod refusal_harder_than_acceptance;
#[path = "rules/refusal_ignored.rs"]
mod refusal_ignored;
#[path = "rules/stale_declaration.rs"]
mod stale_declaration;
#[path = "rules/support.rs"]
mod support;
#[path = "rules/unclassified_cookie.rs"]
mod unclassified_cookie;
#[path = "rules/understated_lifetime.rs"]
mod understated_lifetime;
#[path = "rules/undisclosed_cookie.rs"]
mod undisclosed_cookie;
#[path = "rules/undisclosed_storage.rs"]
mod undisclosed_storage;
#[path = "rules/undisclosed_vendor.rs"]
mod undisclosed_vendor;
#[path = "rules/unreadable_policy.rs"]
mod unreadable_policy;
#[path = "rules/unused_allowance.rs"]
mod unused_allowance;
