//! How a policy is understood, in public words: the `policies` of `report.json` and the answer of `policy --format json`.
//!
//! Reading is the judge's; here it is only written down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Place, lifetime_schema};
use super::words::{DeclaredStorage, Party, PolicyState, Purpose};
use crate::cookie::Lifetime;
use crate::judge::model as judge;

/// One policy as understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// URL or file.
    #[serde(default)]
    pub url: String,
    /// Language tag.
    pub language: String,
    /// What it does about cookies.
    pub state: PolicyState,
    /// Whether it says anything about cookies.
    #[serde(default)]
    pub discloses_cookies: bool,
    /// Why it is unreadable.
    #[serde(default)]
    pub problem: Option<String>,
    /// Picture of the policy as it was read, a file of the audit's folder.
    #[serde(default)]
    pub screenshot: Option<String>,
    /// Cookies and keys it lists.
    pub declarations: Vec<Declaration>,
    /// Purposes its prose names.
    pub purposes: Vec<NamedPurpose>,
    /// Services it says it uses.
    pub services: Vec<NamedService>,
    /// Advertising partners that it only lists, without saying what each does.
    #[serde(default)]
    pub partners: Vec<NamedService>,
    /// Services it says it does not use.
    #[serde(default)]
    pub denied_services: Vec<NamedService>,
    /// Claims.
    pub claims: Vec<Claim>,
}

/// One declared cookie or key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Declaration {
    /// Glob: `*` is any run of characters.
    pub name: String,
    /// Provider as written.
    pub provider: Option<String>,
    /// Purpose in our words.
    pub purpose: Option<Purpose>,
    /// Purpose in the policy's words.
    pub purpose_text: Option<String>,
    /// Longest lifetime: seconds, "session" or null.
    #[schemars(schema_with = "lifetime_schema")]
    pub lifetime_s: Option<Lifetime>,
    /// All lifetimes with their conditions.
    pub lifetimes: Vec<DeclaredLifetime>,
    /// What it is stored in.
    pub storage: DeclaredStorage,
    /// Party, where stated.
    pub party: Option<Party>,
    /// The words it rests on.
    pub quote: String,
    /// Where they stand.
    pub place: Place,
}

/// A lifetime with its condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredLifetime {
    /// Seconds, "session" or null.
    #[schemars(schema_with = "lifetime_schema")]
    pub lifetime_s: Option<Lifetime>,
    /// Condition in the policy's words.
    pub condition: Option<String>,
}

/// A purpose the prose names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedPurpose {
    /// Purpose.
    pub purpose: Purpose,
    /// Quote.
    pub quote: String,
}

/// A service the prose names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedService {
    /// Name.
    pub name: String,
    /// Purpose.
    pub purpose: Option<Purpose>,
    /// Quote.
    pub quote: String,
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// Ident of the public table.
    pub kind: String,
    /// Quote.
    pub quote: String,
    /// What it is about, where less than everything.
    #[serde(default)]
    pub about: Option<String>,
}

impl From<&judge::PolicyReading> for Policy {
    fn from(reading: &judge::PolicyReading) -> Self {
        let named = |denied: bool, partner: bool| {
            let wanted = move |s: &&judge::NamedService| s.denied == denied && (denied || s.partner == partner);
            reading.services.iter().filter(wanted).map(|s| NamedService {
                name: s.name.clone(),
                purpose: s.purpose.map(Into::into),
                quote: s.quote.clone(),
            })
        };
        Self {
            url: reading.url.clone(),
            language: reading.language.clone(),
            state: reading.state.into(),
            discloses_cookies: matches!(reading.state, judge::PolicyState::Lists | judge::PolicyState::Mentions),
            problem: reading.problem.clone(),
            screenshot: None,
            declarations: reading.declarations.iter().map(Into::into).collect(),
            purposes: reading
                .purposes
                .iter()
                .map(|p| NamedPurpose { purpose: p.purpose.into(), quote: p.quote.clone() })
                .collect(),
            services: named(false, false).collect(),
            partners: named(false, true).collect(),
            denied_services: named(true, false).collect(),
            claims: reading
                .claims
                .iter()
                .map(|c| Claim { kind: c.kind.clone(), quote: c.quote.clone(), about: c.about.clone() })
                .collect(),
        }
    }
}

impl From<&judge::Declaration> for Declaration {
    fn from(d: &judge::Declaration) -> Self {
        Self {
            name: d.name.clone(),
            provider: d.provider.clone(),
            purpose: d.purpose.map(Into::into),
            purpose_text: d.purpose_text.clone(),
            lifetime_s: d.lifetime,
            lifetimes: d
                .lifetimes
                .iter()
                .map(|l| DeclaredLifetime { lifetime_s: l.lifetime, condition: l.condition.clone() })
                .collect(),
            storage: d.storage.into(),
            party: d.party.map(Into::into),
            quote: d.quote.clone(),
            place: (&d.place).into(),
        }
    }
}

impl From<&judge::Place> for Place {
    fn from(p: &judge::Place) -> Self {
        Self { line: p.line, column: p.column, words: p.words.clone() }
    }
}
