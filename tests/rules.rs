//! The rules on made-up sites: for each a violation, a pass, an incomplete and an inapplicable case.
//!
//! No browser and no knowledge tables: the classifier here knows exactly what a test tells it.

#[path = "rules/support.rs"]
mod support;

#[path = "rules/expired_allowance.rs"]
mod expired_allowance;
#[path = "rules/failed_page.rs"]
mod failed_page;
#[path = "rules/missing_policy.rs"]
mod missing_policy;
#[path = "rules/unclassified_cookie.rs"]
mod unclassified_cookie;
#[path = "rules/undisclosed_cookie.rs"]
mod undisclosed_cookie;
#[path = "rules/unreadable_policy.rs"]
mod unreadable_policy;
#[path = "rules/unused_allowance.rs"]
mod unused_allowance;
