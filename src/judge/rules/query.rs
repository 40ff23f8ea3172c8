//! Questions several rules ask of a case: which cookies share a cause, which rows speak of one, who tracks, who asked.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, words};
use crate::cookie::Lifetime;
use crate::evidence::model::{ConsentOutcome, Phase};
use crate::judge::model::{
    Confidence, ConsentExempt, CookieEntry, CoveredBy, Declaration, Purpose, StorageItem, ThirdParty,
};

/// A row of a policy that speaks of an observed cookie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// Index of the policy.
    pub(crate) policy: usize,
    /// The row.
    pub(crate) declaration: &'a Declaration,
}

impl<'a> Case<'a> {
    /// Accepted cookies with their index.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = (usize, &'a CookieEntry)> + use<'a> {
        self.audit.cookies.iter().enumerate().filter(|(_, entry)| entry.accepted)
    }

    /// Accepted cookies that pass a test, by what makes them one cause.
    pub(crate) fn causes(&self, test: impl Fn(usize, &CookieEntry) -> bool) -> BTreeMap<String, Vec<usize>> {
        let mut causes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, entry) in self.accepted().filter(|(index, entry)| test(*index, entry)) {
            causes.entry(words::subject(entry)).or_default().push(index);
        }
        causes
    }

    /// The entries of some indices.
    pub(crate) fn entries(&self, cookies: &[usize]) -> Vec<&'a CookieEntry> {
        cookies.iter().filter_map(|index| self.audit.cookies.get(*index)).collect()
    }

    /// Sorted pages of some cookies.
    pub(crate) fn pages_of(&self, cookies: &[usize]) -> Vec<String> {
        super::make::pages(self.entries(cookies).into_iter().flat_map(|entry| &entry.pages))
    }

    /// The declaration at a place.
    pub(crate) fn row(&self, at: CoveredBy) -> Option<Row<'a>> {
        let declaration = self.audit.policies.get(at.policy)?.declarations.get(at.item)?;
        Some(Row { policy: at.policy, declaration })
    }

    /// The rows that fit a cookie best: those of the same name as the best one, in every policy.
    pub(crate) fn rows(&self, cookie: usize) -> Vec<Row<'a>> {
        let listed = self.matches.cookies.get(cookie).map(|cover| cover.listed.as_slice()).unwrap_or_default();
        let rows: Vec<Row<'a>> = listed.iter().filter_map(|at| self.row(*at)).collect();
        let best = rows.first().map(|row| row.declaration.name.clone());
        rows.into_iter().filter(|row| Some(&row.declaration.name) == best.as_ref()).collect()
    }

    /// A consent dialog was seen in any phase.
    pub(crate) fn dialog(&self) -> Option<&'a ConsentOutcome> {
        self.audit.consent.iter().find(|outcome| outcome.dialog != "none")
    }

    /// What became of the dialog in a phase.
    pub(crate) fn dialog_in(&self, phase: Phase) -> Option<&'a ConsentOutcome> {
        self.audit.consent.iter().find(|outcome| outcome.phase == phase)
    }

    /// Third parties known to track, by vendor, in a phase (any where `None`).
    pub(crate) fn trackers(&self, phase: Option<Phase>) -> BTreeMap<&'a str, Vec<&'a ThirdParty>> {
        let mut vendors: BTreeMap<&str, Vec<&ThirdParty>> = BTreeMap::new();
        for party in &self.audit.third_parties {
            let Some(vendor) = party.vendor.as_deref() else { continue };
            if words::is_tracking(party.purpose) && phase.is_none_or(|phase| party.phases.contains(&phase)) {
                vendors.entry(vendor).or_default().push(party);
            }
        }
        vendors
    }

    /// Vendors of some cookies: the classifier's, the domain's and the writers'.
    pub(crate) fn vendors_of(&self, cookies: impl Iterator<Item = usize>) -> BTreeSet<String> {
        let mut vendors = BTreeSet::new();
        for entry in cookies.filter_map(|index| self.audit.cookies.get(index)) {
            vendors.extend(entry.class.vendor.clone());
            vendors.extend(self.lens.vendor(&entry.domain).map(|vendor| vendor.name));
            let hosts = entry.writers.iter().filter_map(|writer| writer.url.as_deref());
            let hosts = hosts.filter_map(crate::judge::inventory::host_of);
            vendors.extend(hosts.filter_map(|host| self.lens.vendor(&host)).map(|vendor| vendor.name));
        }
        vendors
    }

    /// Whether a policy names a vendor: as a service it uses, or as the provider of a row.
    pub(crate) fn names_vendor(&self, vendor: &str, hosts: &[&str]) -> bool {
        self.audit.policies.iter().any(|policy| {
            let service = policy.services.iter().any(|s| !s.denied && self.lens.same_vendor(&s.name, vendor));
            let provider = policy.declarations.iter().filter_map(|row| row.provider.as_deref()).any(|provider| {
                let domains = crate::judge::matching::domains_in(provider);
                let near = |domain: &String| hosts.iter().any(|host| crate::site::same_site(host, domain));
                self.lens.same_vendor(provider, vendor) || domains.iter().any(near)
            });
            service || provider
        })
    }
}

/// Tracks, with high confidence, and needs consent.
pub(crate) fn surely_tracks(entry: &CookieEntry) -> bool {
    needs_consent(entry.class.purpose, entry.class.confidence, entry.class.consent_exempt)
}

/// The same of a storage item.
pub(crate) fn item_surely_tracks(item: &StorageItem) -> bool {
    needs_consent(item.class.purpose, item.class.confidence, item.class.consent_exempt)
}

fn needs_consent(purpose: Purpose, confidence: Confidence, exempt: ConsentExempt) -> bool {
    let exempt = matches!(exempt, ConsentExempt::Yes | ConsentExempt::Likely);
    words::is_tracking(purpose) && confidence == Confidence::High && !exempt
}

/// Seconds a cookie asked to live for (the jar's where nothing sent was seen); `None` for a session cookie.
pub(crate) fn seconds(entry: &CookieEntry) -> Option<i64> {
    words::lifetime_of(entry).and_then(Lifetime::seconds)
}

/// A persistent value that differs from visitor to visitor.
pub(crate) fn persistent_identifier(entry: &CookieEntry) -> bool {
    entry.identifier == Some(true) && seconds(entry).is_some_and(|seconds| seconds > 86_400)
}
