//! Attributes of one entry, where its writers differ: the weakest protection and the longest life.

use crate::cookie::{Lifetime, SameSite, SentAttributes};

/// Takes two sets of attributes as sent, and answers the weaker of each.
pub(super) fn weakest(a: &SentAttributes, b: &SentAttributes) -> SentAttributes {
    SentAttributes {
        lifetime: a.lifetime.max(b.lifetime),
        domain: a.domain.clone().or_else(|| b.domain.clone()),
        path: smaller(a.path.as_ref(), b.path.as_ref()),
        secure: a.secure && b.secure,
        http_only: a.http_only && b.http_only,
        same_site: weaker_same_site(a.same_site, b.same_site),
        partitioned: a.partitioned && b.partitioned,
        priority: smaller(a.priority.as_ref(), b.priority.as_ref()),
    }
}

/// The longer of two lifetimes, where either may be unknown.
pub(super) fn longer(a: Option<Lifetime>, b: Option<Lifetime>) -> Option<Lifetime> {
    a.max(b)
}

/// `None` opens a cookie to other sites, an absent one is left to the browser, `Lax` and `Strict` protect.
fn weaker_same_site(a: Option<SameSite>, b: Option<SameSite>) -> Option<SameSite> {
    let strength = |value: Option<SameSite>| match value {
        Some(SameSite::None) => 0,
        None => 1,
        Some(SameSite::Lax) => 2,
        Some(SameSite::Strict) => 3,
    };
    if strength(a) <= strength(b) { a } else { b }
}

fn smaller(a: Option<&String>, b: Option<&String>) -> Option<String> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b).clone()),
        (one, other) => one.or(other).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_same_site_is_weaker_than_lax_and_stronger_than_none() {
        assert_eq!(weaker_same_site(None, Some(SameSite::Lax)), None);
        assert_eq!(weaker_same_site(Some(SameSite::None), None), Some(SameSite::None));
        assert_eq!(weaker_same_site(Some(SameSite::Strict), Some(SameSite::Lax)), Some(SameSite::Lax));
    }

    #[test]
    fn any_seconds_outlive_a_session() {
        assert_eq!(longer(Some(Lifetime::Session), Some(Lifetime::Seconds(60))), Some(Lifetime::Seconds(60)));
        assert_eq!(longer(None, Some(Lifetime::Session)), Some(Lifetime::Session));
    }
}
