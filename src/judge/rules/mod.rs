//! The rules: one rule, one file, one ident. This file holds what a rule is and the registry.
//!
//! A rule never sees absent data: what it needs and is missing makes the judge write `incomplete` for it.

pub mod claims;
pub(crate) mod macros;
pub(crate) mod make;
pub(crate) mod query;
pub(crate) mod words;

pub mod claim_not_tested;
pub mod consent_not_remembered;
pub mod contradicted_claim;
pub mod contradictory_declaration;
pub mod excessive_lifetime;
pub mod expired_allowance;
pub mod failed_page;
pub mod function_not_observed;
pub mod identifier_shared;
pub mod insecure_attributes;
pub mod mentioned_only_cookie;
pub mod misdeclared_party;
pub mod misdeclared_purpose;
pub mod missing_policy;
pub mod missing_refusal;
pub mod overbroad_declaration;
pub mod personal_data_in_cookie;
pub mod prior_consent_cookie;
pub mod prior_consent_request;
pub mod prior_consent_storage;
pub mod refusal_harder_than_acceptance;
pub mod refusal_ignored;
pub mod stale_declaration;
pub mod unclassified_cookie;
pub mod understated_lifetime;
pub mod undisclosed_cookie;
pub mod undisclosed_storage;
pub mod undisclosed_vendor;
pub mod unreadable_policy;
pub mod unused_allowance;

use crate::evidence::model::Evidence;
use crate::judge::lens::Lens;
use crate::judge::matching::Matches;
use crate::judge::model::{Audit, Confidence, Finding, Place, PolicyState, Severity};

/// Every rule, by code: what `rules`, `explain`, SARIF and the judge itself go through.
pub static ALL: &[&dyn Rule] = &[
    &undisclosed_cookie::UndisclosedCookie,
    &undisclosed_storage::UndisclosedStorage,
    &undisclosed_vendor::UndisclosedVendor,
    &mentioned_only_cookie::MentionedOnlyCookie,
    &unclassified_cookie::UnclassifiedCookie,
    &misdeclared_purpose::MisdeclaredPurpose,
    &understated_lifetime::UnderstatedLifetime,
    &misdeclared_party::MisdeclaredParty,
    &stale_declaration::StaleDeclaration,
    &contradictory_declaration::ContradictoryDeclaration,
    &overbroad_declaration::OverbroadDeclaration,
    &contradicted_claim::ContradictedClaim,
    &claim_not_tested::ClaimNotTested,
    &excessive_lifetime::ExcessiveLifetime,
    &insecure_attributes::InsecureAttributes,
    &personal_data_in_cookie::PersonalDataInCookie,
    &identifier_shared::IdentifierShared,
    &prior_consent_cookie::PriorConsentCookie,
    &prior_consent_storage::PriorConsentStorage,
    &prior_consent_request::PriorConsentRequest,
    &refusal_ignored::RefusalIgnored,
    &missing_refusal::MissingRefusal,
    &refusal_harder_than_acceptance::RefusalHarderThanAcceptance,
    &consent_not_remembered::ConsentNotRemembered,
    &function_not_observed::FunctionNotObserved,
    &missing_policy::MissingPolicy,
    &unreadable_policy::UnreadablePolicy,
    &failed_page::FailedPage,
    &unused_allowance::UnusedAllowance,
    &expired_allowance::ExpiredAllowance,
];

/// The rule of an ident or a code.
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.meta().ident == name || rule.meta().code.eq_ignore_ascii_case(name))
}

/// What a rule needs to be able to say anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// At least one page was visited.
    Pages,
    /// A policy was found and could be read.
    ReadablePolicy,
    /// The phase before consent and after refusing were recorded.
    RejectedPhase,
    /// The phase after accepting was recorded.
    AcceptedPhase,
    /// A consent dialog was looked for.
    ConsentDialog,
    /// Trials were made.
    Trials,
}

/// What is known about a rule: documentation is the rule's own doc text, everything else is made from this.
#[derive(Debug)]
pub struct RuleMeta {
    /// `CA101`; never reused.
    pub code: &'static str,
    /// `undisclosed-cookie`; file name with underscores.
    pub ident: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Markdown: what it finds, why it matters, how to mend it, its limits.
    pub doc: &'static str,
    /// Unless the finding or the config says otherwise.
    pub severity: Severity,
    /// Usual confidence of its findings.
    pub confidence: Confidence,
    /// What it needs.
    pub needs: &'static [Need],
    /// Legal and technical sources.
    pub references: &'static [&'static str],
}

/// What a rule answers.
#[derive(Debug, Default)]
pub struct Checked {
    /// False: nothing here that the rule speaks of.
    pub applicable: bool,
    /// Violations.
    pub findings: Vec<Finding>,
    /// What could not be tested, and why.
    pub untested: Vec<Finding>,
}

/// Everything a rule may look at: the audit before rules have run, the raw evidence, what covers what, thresholds.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The recording, for what the inventory does not hold (requests, pages without cookies).
    pub evidence: &'a Evidence,
    /// Declarations and mentions that cover each cookie and storage item.
    pub matches: &'a Matches,
    /// Vendors and services.
    pub lens: &'a dyn Lens,
    /// Inventory, policies, coverage, consent.
    pub audit: &'a Audit,
    /// Thresholds from the config.
    pub thresholds: &'a Thresholds,
}

/// Configurable numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// `excessive-lifetime`: seconds (default 13 months, CNIL).
    pub excessive_lifetime_s: i64,
}

impl RuleMeta {
    /// The documentation without the blank that a doc comment has before every line.
    #[must_use]
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        lines.join("\n").trim_end().to_owned()
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { excessive_lifetime_s: 13 * 30 * 86_400 + 5 * 86_400 }
    }
}

/// One rule.
pub trait Rule: Sync {
    /// Its metadata.
    fn meta(&self) -> &'static RuleMeta;
    /// Looks at the case.
    fn check(&self, case: &Case<'_>) -> Checked;
}

/// How the policies together disclose, and where a missing row belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disclosing {
    /// The best state of any policy that could be read.
    pub(crate) state: PolicyState,
    /// The policy that has it.
    pub(crate) index: Option<usize>,
    /// Its first declaration.
    pub(crate) place: Option<Place>,
    /// Another policy could not be read.
    pub(crate) some_unreadable: bool,
    /// No readable policy lists cookies and another one, which may, could not be read.
    pub(crate) hidden_list: bool,
}

/// Sums up the policies.
pub(crate) fn disclosing(audit: &Audit) -> Disclosing {
    // States are ordered from `lists` to `unreadable`; the first policy of the best state is the one spoken of.
    let best = audit.policies.iter().enumerate().min_by_key(|(index, policy)| (policy.state, *index));
    let state = best.map_or(PolicyState::Unreadable, |(_, policy)| policy.state);
    let some_unreadable = audit.policies.iter().any(|policy| policy.state == PolicyState::Unreadable);
    Disclosing {
        state,
        index: best.map(|(index, _)| index),
        place: best.and_then(|(_, policy)| policy.first_row.clone()),
        some_unreadable,
        hidden_list: some_unreadable && state != PolicyState::Lists,
    }
}
