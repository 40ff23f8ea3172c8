//! One entry out of everything seen of it.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::{longer, weakest};
use super::writers::Writers;
use super::{GroupKey, Observation, Site, What};
use crate::cookie::{CookieKey, Lifetime, SentAttributes};
use crate::evidence::model::{
    CookieWrite, Evidence, Fate, Leak, PageVisit, Phase, ValueFacts, Visitor, WriteOp, Writer, WriterKind,
};
use crate::judge::lens::{Identified, Lens};
use crate::judge::model::{Classification, Confidence, ConsentExempt, CookieEntry, Disclosure, Purpose, TrialVerdict};
use crate::judge::trials;
use crate::site;

/// Visits whose values are compared for one key: more would tell nothing new and cost time.
const COMPARED_VISITS: usize = 12;

/// What every entry is built with.
pub(super) struct Context<'a> {
    site: &'a Site,
    lens: &'a dyn Lens,
    leaks: BTreeMap<&'a str, Vec<(&'a PageVisit, &'a Leak)>>,
    trials: BTreeMap<&'a CookieKey, Vec<TrialVerdict>>,
    renewals: BTreeMap<&'a CookieKey, bool>,
}

impl<'a> Context<'a> {
    pub(super) fn new(evidence: &'a Evidence, pages: &[&'a PageVisit], site: &'a Site, lens: &'a dyn Lens) -> Self {
        let mut leaks: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for page in pages {
            for leak in &page.leaks {
                leaks.entry(leak.name.as_str()).or_default().push((*page, leak));
            }
        }
        let mut verdicts: BTreeMap<&CookieKey, Vec<TrialVerdict>> = BTreeMap::new();
        for trial in &evidence.trials {
            verdicts.entry(&trial.key).or_default().extend(trials::verdict(trial));
        }
        verdicts.values_mut().for_each(|of_one| trials::agree(of_one));
        Self { site, lens, leaks, trials: verdicts, renewals: renewals(pages) }
    }
}

/// Keys that a returning visitor brought along, and whether the site moved their expiry on.
fn renewals<'a>(pages: &[&'a PageVisit]) -> BTreeMap<&'a CookieKey, bool> {
    let mut first: BTreeMap<&CookieKey, Lifetime> = BTreeMap::new();
    let mut renewed = BTreeMap::new();
    for page in pages.iter().filter(|page| page.visitor == Visitor::Returning) {
        for old in page.jar.iter().filter(|cookie| !cookie.new) {
            renewed.entry(&old.key).or_insert(false);
        }
        for write in page.writes.iter().filter(|write| write.op == WriteOp::Set && !is_refused(write)) {
            match first.get(&write.key) {
                // A fixed expiry is sent with what is left of it; the full life again moves it on.
                Some(Lifetime::Seconds(before)) => {
                    if write.sent.lifetime.seconds().is_some_and(|now| now >= *before) {
                        renewed.insert(&write.key, true);
                    }
                }
                Some(Lifetime::Session) => {}
                None => {
                    first.insert(&write.key, write.sent.lifetime);
                }
            }
        }
    }
    renewed
}

fn is_refused(write: &CookieWrite) -> bool {
    matches!(write.fate, Fate::Refused { .. })
}

/// Builds the entry of one group.
pub(super) fn build(key: &GroupKey, all: &[Observation<'_>], context: &Context<'_>) -> CookieEntry {
    let accepted = all.iter().any(|seen| seen.accepted);
    // What was refused says nothing about a cookie that was also accepted, but for the refusal itself.
    let counted: Vec<&Observation<'_>> = all.iter().filter(|seen| seen.accepted == accepted).collect();
    let mut entry = empty(key, accepted, context.site);
    for seen in &counted {
        add_place(&mut entry, seen);
        add_attributes(&mut entry, seen);
    }
    entry.withdrawn = accepted && counted.iter().all(|seen| seen.withdrawn);
    entry.refused = all.iter().filter_map(Observation::write).flat_map(refusal).collect();
    entry.name = commonest(counted.iter().map(|seen| seen.key().name.as_str()));
    entry.path = commonest(counted.iter().map(|seen| seen.key().path.as_str()));
    entry.writers = writers(&counted);
    let values = values_by_visitor(&counted);
    let compared = identified(&values, context.lens);
    entry.identifier = compared.identifier;
    entry.identifier_length = compared.length;
    entry.value = typical(&counted);
    add_leaks(&mut entry, context);
    entry.trials = entry.keys.iter().filter_map(|key| context.trials.get(key)).flatten().cloned().collect();
    entry.renewed = entry.keys.iter().filter_map(|key| context.renewals.get(key).copied()).max();
    let shown: Vec<&ValueFacts> = values.values().flatten().flatten().copied().take(COMPARED_VISITS).collect();
    entry.class = context.lens.cookie(&entry, &context.site.host, &shown);
    entry
}

fn empty(key: &GroupKey, accepted: bool, site: &Site) -> CookieEntry {
    CookieEntry {
        name: String::new(),
        pattern: key.pattern.clone(),
        names: BTreeSet::new(),
        domain: key.domain.clone(),
        host_only: true,
        path: String::new(),
        paths: BTreeSet::new(),
        partition: key.partition.clone(),
        party: site::party(&site.host, &key.domain),
        class: unclassified(),
        identifier: None,
        identifier_length: None,
        lifetime: None,
        stored_lifetime: None,
        sent: None,
        same_site: None,
        secure: true,
        http_only: true,
        writers: Vec::new(),
        pages: BTreeSet::new(),
        phases: BTreeSet::new(),
        visitors: BTreeSet::new(),
        pages_by_phase: BTreeMap::new(),
        value: ValueFacts::default(),
        stored: false,
        withdrawn: false,
        accepted,
        refused: BTreeSet::new(),
        leaks: Vec::new(),
        leak_pages: BTreeMap::new(),
        trials: Vec::new(),
        renewed: None,
        disclosure: Disclosure::None,
        covered_by: None,
        keys: BTreeSet::new(),
    }
}

/// The classification of something nobody has looked at yet.
pub(crate) fn unclassified() -> Classification {
    Classification {
        purpose: Purpose::Unknown,
        confidence: Confidence::Low,
        reasons: Vec::new(),
        vendor: None,
        consent_exempt: ConsentExempt::Unknown,
    }
}

fn add_place(entry: &mut CookieEntry, seen: &Observation<'_>) {
    let (key, page) = (seen.key(), seen.page);
    entry.names.insert(key.name.clone());
    entry.paths.insert(key.path.clone());
    entry.host_only &= key.host_only;
    entry.keys.insert(key.clone());
    entry.pages.insert(page.url.clone());
    entry.phases.insert(page.phase);
    entry.visitors.insert(page.visitor);
    entry.pages_by_phase.entry(page.phase).or_default().insert(page.url.clone());
    entry.stored |= seen.accepted && seen.jar.is_some();
}

fn add_attributes(entry: &mut CookieEntry, seen: &Observation<'_>) {
    let jar = seen.jar.map(|jar| &jar.stored).filter(|_| seen.accepted);
    // Counted from the write where one is known: from when the jar was read it depends on how busy the machine was.
    let as_of_writing = seen.write().filter(|_| jar.is_some()).and_then(|write| write.stored.as_ref());
    entry.stored_lifetime = longer(entry.stored_lifetime, as_of_writing.or(jar).map(|stored| stored.lifetime));
    let sent = seen.write().filter(|write| write.writer.kind != WriterKind::Unattributed).map(|write| &write.sent);
    if let Some(sent) = sent {
        let combined: SentAttributes = entry.sent.as_ref().map_or_else(|| sent.clone(), |had| weakest(had, sent));
        entry.lifetime = Some(combined.lifetime);
        entry.same_site = combined.same_site;
        entry.secure &= sent.secure;
        entry.http_only &= sent.http_only;
        entry.sent = Some(combined);
    } else {
        entry.secure &= jar.is_some_and(|stored| stored.secure);
        entry.http_only &= jar.is_some_and(|stored| stored.http_only);
    }
}

fn refusal(write: &CookieWrite) -> Vec<String> {
    match &write.fate {
        Fate::Refused { reasons } if reasons.is_empty() => vec!["refused".to_owned()],
        Fate::Refused { reasons } => reasons.clone(),
        Fate::Accepted | Fate::Unknown => Vec::new(),
    }
}

fn writers(counted: &[&Observation<'_>]) -> Vec<Writer> {
    let mut writers = Writers::default();
    for seen in counted {
        match seen.what {
            What::Write(write) => writers.add(&write.writer, seen.page),
            What::JarOnly(_) => writers.add(&nobody(), seen.page),
        }
    }
    writers.into_sorted()
}

fn nobody() -> Writer {
    Writer {
        kind: WriterKind::Unattributed,
        url: None,
        hop: None,
        status: None,
        initiator: None,
        frame: None,
        stack: Vec::new(),
        api: None,
    }
}

fn value<'a>(seen: &Observation<'a>) -> &'a ValueFacts {
    match seen.what {
        What::Write(write) => &write.value,
        What::JarOnly(jar) => &jar.value,
    }
}

/// Values by key and visitor: a fresh visit is a visitor and shows the last value it saw, since only visitors without a
/// past can be compared; the visits of one who came back show whether a value is made anew each time.
fn values_by_visitor<'a>(counted: &[&Observation<'a>]) -> BTreeMap<&'a CookieKey, Vec<Vec<&'a ValueFacts>>> {
    let mut last: BTreeMap<&CookieKey, BTreeMap<Visit, &ValueFacts>> = BTreeMap::new();
    // Signing in renews values by design, so that visitor shows nothing about others.
    for seen in counted.iter().filter(|seen| seen.page.visitor != Visitor::SignedIn) {
        let visits = last.entry(seen.key()).or_default();
        let visit = (seen.page.visitor, seen.page.phase, seen.page.sequence);
        if visits.len() < COMPARED_VISITS || visits.contains_key(&visit) {
            visits.insert(visit, value(seen));
        }
    }
    last.into_iter().map(|(key, visits)| (key, by_visitor(visits))).collect()
}

/// As whom, in which phase, in which place of the frontier.
type Visit = (Visitor, Phase, u64);

fn by_visitor(visits: BTreeMap<Visit, &ValueFacts>) -> Vec<Vec<&ValueFacts>> {
    let mut visitors: BTreeMap<(Visitor, Phase, Option<u64>), Vec<&ValueFacts>> = BTreeMap::new();
    for ((visitor, phase, sequence), value) in visits {
        let own = (visitor == Visitor::Fresh).then_some(sequence);
        visitors.entry((visitor, phase, own)).or_default().push(value);
    }
    visitors.into_values().collect()
}

/// One key that tells visitors apart makes the whole entry an identifier.
fn identified(values: &BTreeMap<&CookieKey, Vec<Vec<&ValueFacts>>>, lens: &dyn Lens) -> Identified {
    let mut best = Identified::default();
    for seen in values.values().filter(|seen| seen.len() > 1) {
        let answer = lens.identifier(seen);
        if answer.identifier > best.identifier {
            best = answer;
        } else if answer.identifier == best.identifier {
            best.length = best.length.max(answer.length);
        }
    }
    best
}

/// The longest value, without what differs in every recording or was kept at the user's wish only.
fn typical(counted: &[&Observation<'_>]) -> ValueFacts {
    let facts =
        counted.iter().map(|seen| value(seen)).max_by_key(|facts| (facts.length, facts.parts.len(), &facts.shape));
    let mut facts = facts.cloned().unwrap_or_default();
    facts.raw = None;
    for part in &mut facts.parts {
        part.hmac = None;
        if matches!(part.kind.as_str(), "timestamp" | "date") {
            part.text = None;
        }
    }
    facts
}

fn add_leaks(entry: &mut CookieEntry, context: &Context<'_>) {
    let mut kept = BTreeMap::new();
    for (page, leak) in entry.names.iter().filter_map(|name| context.leaks.get(name.as_str())).flatten() {
        if leak.domain.trim_start_matches('.') == entry.domain {
            let how = (leak.name.clone(), leak.to.clone(), leak.how.clone(), leak.place.clone());
            kept.entry(how).or_insert_with(|| (*leak).clone());
            entry.leak_pages.entry(leak.to.clone()).or_default().insert(page.url.clone());
        }
    }
    entry.leaks = kept.into_values().collect();
}

/// The most frequent of several texts, the smaller one where two are equally frequent.
pub(super) fn commonest<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let best = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
    best.map(|(text, _)| text.to_owned()).unwrap_or_default()
}
