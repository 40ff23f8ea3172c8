//! The kinds of claims: the public table, with how each is tested and how much it weighs.

use super::{
    Answer, exhaustive_list, lifetimes, no_cookies, no_cross_site, no_data, no_javascript, no_requests, no_sharing,
    no_tracking, not_sent, only_categories, refusal, service, sole_purpose, third_party_cookies, timing,
};
use crate::judge::model::{Claim, Severity};
use crate::judge::rules::Case;

/// One kind of claim.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Ident of the public table.
    pub ident: &'static str,
    /// What the policy says.
    pub says: &'static str,
    /// How it is tested; where it is not, why not.
    pub how: &'static str,
    /// Severity of a contradiction.
    pub severity: Severity,
    /// The test; `None` where nothing in a browser can tell.
    pub(crate) test: Option<fn(&Case<'_>, &Claim) -> Answer>,
}

impl Kind {
    /// Whether what a browser sees can contradict it.
    #[must_use]
    pub fn testable(&self) -> bool {
        self.test.is_some()
    }
}

/// The kind of an ident.
#[must_use]
pub fn kind(ident: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.ident == ident)
}

const fn tested(
    ident: &'static str,
    says: &'static str,
    how: &'static str,
    severity: Severity,
    test: fn(&Case<'_>, &Claim) -> Answer,
) -> Kind {
    Kind { ident, says, how, severity, test: Some(test) }
}

const fn label(ident: &'static str, says: &'static str) -> Kind {
    Kind { ident, says, how: "nothing a browser can see tells", severity: Severity::Note, test: None }
}

use Severity::{Error, Note, Warning};

/// Every kind, in the order of the public table.
pub const KINDS: &[Kind] = &[
    tested("no-cookies", "sets no cookies", "any accepted cookie", Error, no_cookies::no_cookies),
    tested("nothing-stored", "stores nothing in the browser", "any cookie or storage key", Error, no_cookies::nothing),
    tested(
        "no-third-party-cookies",
        "no cookies of others",
        "a cookie of another site",
        Error,
        third_party_cookies::test,
    ),
    tested("first-party-only", "only its own cookies", "a cookie of another site", Error, third_party_cookies::test),
    tested(
        "no-tracking-or-ads",
        "no measuring, no advertising",
        "a cookie or request that does",
        Error,
        no_tracking::test,
    ),
    tested("only-necessary", "only strictly necessary ones", "a cookie that tracks", Error, only_categories::necessary),
    tested("only-categories", "only the named kinds", "a cookie of another kind", Error, only_categories::named),
    tested(
        "sole-purpose",
        "used solely to …",
        "a cookie, or a receiver, of another purpose",
        Error,
        sole_purpose::test,
    ),
    tested("exhaustive-list", "this is all of them", "a cookie that is not listed", Warning, exhaustive_list::test),
    tested(
        "no-data-collected",
        "cookies collect nothing",
        "an identifier that persists, or a beacon",
        Error,
        no_data::collected,
    ),
    tested("no-personal-data", "identifies nobody", "an e-mail address, or an identifier", Error, no_data::personal),
    tested(
        "session-only",
        "all cookies end with the session",
        "a cookie that persists",
        Error,
        lifetimes::session_only,
    ),
    tested(
        "session-expiry",
        "these cookies end with the session",
        "one of them that persists",
        Error,
        lifetimes::session_expiry,
    ),
    tested("max-lifetime", "none lives longer than …", "a longer life, sent or in its own list", Error, lifetimes::max),
    tested(
        "fixed-lifetime",
        "not renewed on new visits",
        "an expiry that moved on a second visit",
        Warning,
        lifetimes::fixed,
    ),
    tested("consent-first", "only after you agree", "such a cookie or request before", Error, timing::consent_first),
    tested("conditional-trigger", "only if you click or open …", "it is seen without that", Error, timing::conditional),
    tested("no-third-party-use", "nobody else can use them", "an identifier sent elsewhere", Error, no_sharing::test),
    tested("no-sharing", "not shared with others", "an identifier sent elsewhere", Error, no_sharing::test),
    tested("no-third-party-requests", "no outside resources", "a request to another site", Error, no_requests::none),
    tested(
        "no-cross-site",
        "cannot follow you elsewhere",
        "an identifier other sites get too",
        Error,
        no_cross_site::test,
    ),
    tested("no-profiling", "no profiles", "an identifier other sites get too", Error, no_cross_site::test),
    tested(
        "not-sent-to-server",
        "stays in your browser",
        "it is a cookie, or its value in a request",
        Error,
        not_sent::test,
    ),
    tested("service-sets-no-cookies", "that service sets none", "a cookie from its hosts", Error, service::no_cookies),
    tested("ip-not-sent", "your address does not reach …", "a direct request to it", Error, no_requests::to_service),
    tested("no-javascript", "works without scripts", "a script ran", Warning, no_javascript::test),
    tested("refusal-harmless", "works without cookies", "pages that stop working without", Warning, refusal::harmless),
    tested("refusal-harmful", "you may lose access without", "every page works without", Note, refusal::harmful),
    label("no-sale", "data is not sold"),
    label("ignores-dnt", "Do Not Track is not answered"),
    label("ip-anonymised", "addresses are shortened"),
    label("ip-not-stored", "addresses are not stored"),
    label("no-cookies-app", "the app sets no cookies"),
    label("service-limit", "what a service does with the data"),
];
