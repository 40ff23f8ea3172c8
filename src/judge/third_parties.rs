//! Hosts of other sites that pages contacted, with the vendor behind each.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::model::Evidence;
use crate::judge::inventory::{Site, without_query};
use crate::judge::lens::Lens;
use crate::judge::model::{Purpose, ThirdParty};
use crate::site;

/// Example URLs kept for one host.
const EXAMPLES: usize = 5;

/// Third-party hosts, sorted by name.
pub(crate) fn third_parties(evidence: &Evidence, site: &Site, lens: &dyn Lens) -> Vec<ThirdParty> {
    let mut found: BTreeMap<&str, ThirdParty> = BTreeMap::new();
    for page in &evidence.pages {
        for contact in page.hosts.iter().filter(|contact| !site::same_site(&site.host, &contact.host)) {
            let party = found.entry(&contact.host).or_insert_with(|| unseen(&contact.host, lens));
            party.pages.insert(page.url.clone());
            party.phases.insert(page.phase);
            party.kinds.extend(contact.kinds.iter().cloned());
            party.examples.extend(contact.examples.iter().map(|url| without_query(url).to_owned()));
            while party.examples.len() > EXAMPLES {
                party.examples.pop_last();
            }
        }
    }
    found.into_values().collect()
}

fn unseen(host: &str, lens: &dyn Lens) -> ThirdParty {
    let vendor = lens.vendor(host);
    ThirdParty {
        host: host.to_owned(),
        purpose: vendor.as_ref().map_or(Purpose::Unknown, |vendor| vendor.purpose),
        vendor: vendor.map(|vendor| vendor.name),
        pages: BTreeSet::new(),
        phases: BTreeSet::new(),
        kinds: BTreeSet::new(),
        examples: BTreeSet::new(),
    }
}
