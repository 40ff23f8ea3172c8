//! What is known about one cookie or storage key when it is to be classified. Everything but the name may be missing.

use crate::cookie::{Lifetime, Party, SameSite};
use crate::evidence::model::ValueFacts;
use crate::judge::model::TrialVerdict;
use crate::site;

/// Who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// An HTTP response.
    Response,
    /// A script.
    Script,
}

/// One cookie or storage key.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subject {
    /// Name or key as seen.
    pub name: String,
    /// Its value, reduced; `None` when not known (a value known to be empty has the shape `empty`).
    pub value: Option<ValueFacts>,
    /// Values seen later, for one visitor.
    pub later_values: Vec<ValueFacts>,
    /// Its domain, or the host of its origin; a leading dot is understood.
    pub domain: Option<String>,
    /// Given without Domain attribute.
    pub host_only: Option<bool>,
    /// Host of the audited site.
    pub site: Option<String>,
    /// Party; told from domain and site when absent.
    pub party: Option<Party>,
    /// Longest lifetime as sent.
    pub lifetime: Option<Lifetime>,
    /// HttpOnly.
    pub http_only: Option<bool>,
    /// Secure.
    pub secure: Option<bool>,
    /// SameSite as sent.
    pub same_site: Option<SameSite>,
    /// Who wrote it.
    pub set_by: Option<SetBy>,
    /// URLs of the writers: responses, or scripts nearest first.
    pub writer_urls: Vec<String>,
    /// `local_storage`, `session_storage`, `indexed_db`, `cache_storage`; `None` for a cookie.
    pub storage: Option<&'static str>,
    /// Identifier test between visitors.
    pub identifier: Option<bool>,
    /// Trials about it.
    pub trials: Vec<TrialVerdict>,
}

impl Subject {
    /// Domain without its dot, small; what lists write behind it (`youtube.com (3rd party)`) is no part of it.
    pub(super) fn host(&self) -> Option<String> {
        let domain = self.domain.as_deref()?.split_whitespace().next()?;
        Some(domain.trim_start_matches('.').to_ascii_lowercase()).filter(|d| !d.is_empty())
    }

    /// Party as given, else by domain and site.
    pub(super) fn known_party(&self) -> Option<Party> {
        self.party.or_else(|| Some(site::party(self.site.as_deref()?, &self.host()?)))
    }

    /// Whether only its own host gets it back.
    pub(super) fn only_host(&self) -> Option<bool> {
        self.host_only.or_else(|| self.domain.as_deref().is_some_and(|d| d.starts_with('.')).then_some(false))
    }

    /// Name without the prefixes that a browser checks.
    pub(super) fn bare_name(&self) -> &str {
        let name = &self.name;
        name.strip_prefix("__Host-").or_else(|| name.strip_prefix("__Secure-")).unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn party_is_told_from_domain_and_site() {
        let subject = |domain: &str| Subject {
            domain: Some(domain.into()),
            site: Some("www.shop.test".into()),
            ..Subject::default()
        };
        assert_eq!(subject(".shop.test").known_party(), Some(Party::First));
        assert_eq!(subject("ads.test").known_party(), Some(Party::Third));
        assert_eq!(Subject::default().known_party(), None);
    }
}
