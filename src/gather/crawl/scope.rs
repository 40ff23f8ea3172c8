//! Scope: which addresses belong to what is audited. Origins, hosts or the registrable domain, then globs.
//!
//! Pure. Robots, budgets and traps are other rooms.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use url::Url;

use crate::site::registrable_domain;

/// How far the audited site reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScopeKind {
    /// The seeds' origins, each with its `www.` twin, and http beside https on the usual ports.
    #[default]
    Origin,
    /// The seeds' hosts on any port.
    Host,
    /// The seeds' registrable domains.
    Site,
}

impl ScopeKind {
    /// The word of the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Host => "host",
            Self::Site => "site",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Origin, Self::Host, Self::Site].into_iter().find(|k| k.word() == word)
    }
}

/// A glob that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("glob `{glob}` cannot be read; write `*` for any run of characters, as in `/shop/*`")]
pub struct GlobError {
    /// As given.
    pub glob: String,
    /// What is wrong.
    #[source]
    pub source: globset::Error,
}

/// The audited addresses.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    kind: ScopeKind,
    places: BTreeSet<String>,
    sites: BTreeSet<String>,
}

impl Scope {
    /// The scope of the seeds.
    pub(super) fn new<'a>(kind: ScopeKind, seeds: impl IntoIterator<Item = &'a Url>) -> Self {
        let mut scope = Self { kind, places: BTreeSet::new(), sites: BTreeSet::new() };
        for seed in seeds {
            scope.extend(seed);
        }
        scope
    }

    /// Takes another place in: a seed's own redirect, such as `shop.example` → `www2.shop.example`.
    pub(super) fn extend(&mut self, url: &Url) {
        if let Some(host) = url.host_str() {
            self.sites.insert(registrable_domain(host));
        }
        self.places.extend(place(self.kind, url));
    }

    /// Whether an address belongs to it.
    pub(super) fn holds(&self, url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https") && place(self.kind, url).is_some_and(|p| self.places.contains(&p))
    }

    /// Whether an address is at least of the same registrable domain: as far as a seed's own redirect may lead.
    pub(super) fn holds_site(&self, url: &Url) -> bool {
        let host = url.host_str().map(registrable_domain);
        matches!(url.scheme(), "http" | "https") && host.is_some_and(|h| self.sites.contains(&h))
    }
}

fn place(kind: ScopeKind, url: &Url) -> Option<String> {
    let host = url.host_str()?.to_ascii_lowercase();
    let bare = host.strip_prefix("www.").unwrap_or(&host);
    Some(match kind {
        ScopeKind::Origin => match url.port() {
            // http and https of one name are one site to its visitors; another port is another server.
            None => bare.to_owned(),
            Some(port) => format!("{}://{bare}:{port}", url.scheme()),
        },
        ScopeKind::Host => bare.to_owned(),
        ScopeKind::Site => registrable_domain(&host),
    })
}

/// Include and exclude globs. A glob with `://` is matched against the whole address, others against path and query.
#[derive(Debug, Clone, Default)]
pub(super) struct Globs {
    include: Option<GlobSet>,
    exclude: Option<GlobSet>,
}

impl Globs {
    /// Reads both lists.
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Self, GlobError> {
        Ok(Self { include: set(include)?, exclude: set(exclude)? })
    }

    /// Why an address is left out, if it is.
    pub(super) fn refuse(&self, url: &Url) -> Option<&'static str> {
        let local = &url[url::Position::BeforePath..];
        let hits = |set: &GlobSet| set.is_match(local) || set.is_match(url.as_str());
        if self.exclude.as_ref().is_some_and(hits) {
            return Some("matches an exclude glob");
        }
        (!self.include.as_ref().is_none_or(hits)).then_some("matches no include glob")
    }
}

fn set(globs: &[String]) -> Result<Option<GlobSet>, GlobError> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut builder = GlobSetBuilder::new();
    let failed = |glob: &str| {
        let glob = glob.to_owned();
        move |source| GlobError { glob, source }
    };
    for glob in globs {
        // A bare word such as `forum` is meant anywhere in the address.
        let pattern =
            if glob.starts_with(['/', '*']) || glob.contains("://") { glob.clone() } else { format!("*{glob}*") };
        builder.add(GlobBuilder::new(&pattern).literal_separator(false).build().map_err(failed(glob))?);
    }
    builder.build().map(Some).map_err(failed(&globs.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn origin_has_its_www_twin() {
        let scope = Scope::new(ScopeKind::Origin, [&url("http://shop.test/")]);
        for inside in ["http://shop.test/a", "https://shop.test/", "http://www.shop.test/"] {
            assert!(scope.holds(&url(inside)), "{inside}");
        }
        for outside in ["http://shop.test:8080/", "http://blog.shop.test/", "http://other.test/", "ftp://shop.test/"] {
            assert!(!scope.holds(&url(outside)), "{outside}");
        }
        let port = Scope::new(ScopeKind::Origin, [&url("http://www.shop.test:8080/")]);
        assert!(port.holds(&url("http://shop.test:8080/")) && !port.holds(&url("https://shop.test:8080/")));
    }

    #[test]
    fn host_and_site() {
        let host = Scope::new(ScopeKind::Host, [&url("http://a.shop.test/"), &url("http://b.shop.test:81/")]);
        assert!(host.holds(&url("https://b.shop.test/")) && !host.holds(&url("http://c.shop.test/")));
        let site = Scope::new(ScopeKind::Site, [&url("http://a.shop.test/")]);
        assert!(site.holds(&url("http://c.shop.test:9/")) && !site.holds(&url("http://shop.example/")));
    }

    #[test]
    fn globs() {
        let globs = Globs::new(&["/shop/*".to_owned()], &["*/old/*".to_owned(), "forum".to_owned()]).unwrap();
        assert_eq!(globs.refuse(&url("http://a.test/shop/a/b?x=1")), None);
        assert!(globs.refuse(&url("http://a.test/news")).is_some());
        assert!(globs.refuse(&url("http://a.test/shop/old/b")).is_some());
        assert!(globs.refuse(&url("http://a.test/shop/forum7")).is_some());
        assert!(Globs::new(&["/a[".to_owned()], &[]).is_err());
        let whole = Globs::new(&["http://b.test/*".to_owned()], &[]).unwrap();
        assert!(whole.refuse(&url("http://a.test/x")).is_some() && whole.refuse(&url("http://b.test/x")).is_none());
    }
}
