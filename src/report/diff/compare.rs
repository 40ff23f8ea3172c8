//! Finds what differs between two reports. Order of entries, pages and times of writing play no part.

use std::collections::BTreeMap;

use super::{Changed, Diff, Field, FindingChange, FindingGroup, FindingItem, Group, Item, SCHEMA, Side};
use crate::cookie::Lifetime;
use crate::report::json::model::{Cookie, Finding, Report, Storage, ThirdParty, Writer};
use crate::report::json::policy::{Declaration, Policy};
use crate::report::json::words;
use crate::report::units;

/// Compares an earlier report with a later one.
#[must_use]
pub fn between(old: &Report, new: &Report) -> Diff {
    let mut diff = Diff {
        schema: SCHEMA,
        old: side(old),
        new: side(new),
        anything_new: false,
        cookies: group(&cookies(old), &cookies(new), cookie_item, cookie_fields),
        storage: group(&storage(old), &storage(new), storage_item, storage_fields),
        hosts: group(&hosts(old), &hosts(new), host_item, host_fields),
        declarations: group(&declarations(old), &declarations(new), declaration_item, declaration_fields),
        policies: group(&policies(old), &policies(new), policy_item, policy_fields),
        findings: findings(old, new),
    };
    diff.anything_new = diff.groups().iter().any(|(_, group)| group.is_new()) || diff.findings.is_new();
    diff
}

fn side(report: &Report) -> Side {
    Side { site: report.site.clone(), started_at: report.started_at.clone(), evidence: report.evidence.clone() }
}

/// What makes a thing the same thing in both reports; the last part tells equal ones apart by their order.
type Key = (String, String, usize);

/// Numbers equal keys, so that two rows of one name are compared one with the other.
fn keyed<'a, T>(items: impl Iterator<Item = (String, String, &'a T)>) -> BTreeMap<Key, &'a T> {
    let mut map = BTreeMap::new();
    for (name, of, item) in items {
        let number = map.range((name.clone(), of.clone(), 0)..=(name.clone(), of.clone(), usize::MAX)).count();
        map.insert((name, of, number), item);
    }
    map
}

fn group<T>(
    old: &BTreeMap<Key, &T>,
    new: &BTreeMap<Key, &T>,
    item: fn(&Key, &T) -> Item,
    fields: fn(&T, &T) -> Vec<Field>,
) -> Group {
    let alone = |these: &BTreeMap<Key, &T>, others: &BTreeMap<Key, &T>| {
        these.iter().filter(|(key, _)| !others.contains_key(*key)).map(|(key, thing)| item(key, thing)).collect()
    };
    let both = new.iter().filter_map(|(key, thing)| Some((key, old.get(key)?, thing)));
    let changed = both
        .map(|(key, before, now)| Changed { name: key.0.clone(), of: key.1.clone(), fields: fields(before, now) })
        .filter(|changed| !changed.fields.is_empty());
    Group { came: alone(new, old), went: alone(old, new), changed: changed.collect() }
}

/// The fields that differ.
fn differing<const N: usize>(fields: [(&'static str, String, String); N]) -> Vec<Field> {
    let differs = fields.into_iter().filter(|(_, old, new)| old != new);
    differs.map(|(field, old, new)| Field { field, old, new }).collect()
}

fn cookies(report: &Report) -> BTreeMap<Key, &Cookie> {
    keyed(report.cookies.iter().filter(|c| c.accepted).map(|c| (c.pattern.clone(), place(c), c)))
}

fn place(c: &Cookie) -> String {
    c.partition.as_ref().map_or_else(|| c.domain.clone(), |partition| format!("{} in {partition}", c.domain))
}

fn cookie_item(key: &Key, c: &Cookie) -> Item {
    let policy = if c.disclosure == words::Disclosure::None { "not in the policy" } else { c.disclosure.word() };
    let detail = format!(
        "{}, {}, {} party, {policy}",
        plain(c.purpose.word()),
        units::lifetime_or_dash(c.lifetime_s),
        c.party.word()
    );
    Item { name: key.0.clone(), of: key.1.clone(), detail }
}

fn plain(word: &str) -> String {
    word.replace('_', " ")
}

fn cookie_fields(old: &Cookie, new: &Cookie) -> Vec<Field> {
    let (before, now) = lifetimes(old.lifetime_s, new.lifetime_s);
    differing([
        ("lifetime", before, now),
        ("writers", writers(&old.writers), writers(&new.writers)),
        ("purpose", plain(old.purpose.word()), plain(new.purpose.word())),
        ("vendor", old.vendor.clone().unwrap_or_default(), new.vendor.clone().unwrap_or_default()),
        ("policy", old.disclosure.word().to_owned(), new.disclosure.word().to_owned()),
        ("party", old.party.word().to_owned(), new.party.word().to_owned()),
        ("attributes", attributes(old), attributes(new)),
        ("identifies visitors", yes_no(old.identifier), yes_no(new.identifier)),
        ("before consent", seen_before(old).to_owned(), seen_before(new).to_owned()),
    ])
}

fn yes_no(known: Option<bool>) -> String {
    known.map_or("not tested", |yes| if yes { "yes" } else { "no" }).to_owned()
}

fn seen_before(c: &Cookie) -> &'static str {
    if c.phases.contains(&words::Phase::BeforeConsent) { "yes" } else { "no" }
}

/// Both lifetimes in words; the same words where they differ by no more than the noise of two clocks.
fn lifetimes(old: Option<Lifetime>, new: Option<Lifetime>) -> (String, String) {
    let before = units::lifetime_or_dash(old);
    if let (Some(Lifetime::Seconds(a)), Some(Lifetime::Seconds(b))) = (old, new) {
        let apart = a.abs_diff(b);
        if apart <= 5 || apart.saturating_mul(300) <= a.unsigned_abs().max(b.unsigned_abs()) {
            return (before.clone(), before);
        }
    }
    let now = units::lifetime_or_dash(new);
    if before == now && old != new {
        return (exact(old), exact(new));
    }
    (before, now)
}

fn exact(lifetime: Option<Lifetime>) -> String {
    lifetime.and_then(Lifetime::seconds).map_or_else(|| "–".to_owned(), |s| units::count_of(s, "second"))
}

/// Writers by kind and address; queries differ between visits and say nothing.
fn writers(writers: &[Writer]) -> String {
    let each: std::collections::BTreeSet<String> = writers
        .iter()
        .map(|w| {
            let url = w.url.as_deref().unwrap_or_default();
            let bare = url.split(['?', '#']).next().unwrap_or_default();
            format!("{} {bare}", w.kind.word()).trim_end().to_owned()
        })
        .collect();
    each.into_iter().collect::<Vec<_>>().join(", ")
}

fn attributes(c: &Cookie) -> String {
    let a = &c.attributes;
    let mut words: Vec<String> = [(a.secure, "Secure"), (a.http_only, "HttpOnly"), (a.partitioned, "Partitioned")]
        .into_iter()
        .filter(|(given, _)| *given)
        .map(|(_, word)| word.to_owned())
        .collect();
    words.extend(a.same_site.map(|s| format!("SameSite={}", s.word())));
    words.extend((!c.host_only).then(|| "Domain".to_owned()));
    words.join("; ")
}

fn storage(report: &Report) -> BTreeMap<Key, &Storage> {
    let of = |s: &Storage| format!("{} of {}", plain(s.kind.word()), s.origin);
    keyed(report.storage.iter().map(|s| (s.pattern.clone(), of(s), s)))
}

fn storage_item(key: &Key, s: &Storage) -> Item {
    let policy = if s.disclosure == words::Disclosure::None { "not in the policy" } else { s.disclosure.word() };
    let detail = format!("{}, {policy}", plain(s.purpose.word()));
    Item { name: key.0.clone(), of: key.1.clone(), detail }
}

fn storage_fields(old: &Storage, new: &Storage) -> Vec<Field> {
    differing([
        ("writers", writers(&old.writers), writers(&new.writers)),
        ("purpose", plain(old.purpose.word()), plain(new.purpose.word())),
        ("policy", old.disclosure.word().to_owned(), new.disclosure.word().to_owned()),
    ])
}

fn hosts(report: &Report) -> BTreeMap<Key, &ThirdParty> {
    keyed(report.third_parties.iter().map(|h| (h.host.clone(), h.vendor.clone().unwrap_or_default(), h)))
}

fn host_item(key: &Key, h: &ThirdParty) -> Item {
    Item { name: key.0.clone(), of: key.1.clone(), detail: plain(h.purpose.word()) }
}

fn host_fields(old: &ThirdParty, new: &ThirdParty) -> Vec<Field> {
    let before = |h: &ThirdParty| {
        if h.phases.contains(&words::Phase::BeforeConsent) { "yes".to_owned() } else { "no".to_owned() }
    };
    differing([
        ("purpose", plain(old.purpose.word()), plain(new.purpose.word())),
        ("before consent", before(old), before(new)),
    ])
}

/// Declarations by name and kind of storage: the address of a policy may change with the file it was read from.
fn declarations(report: &Report) -> BTreeMap<Key, &Declaration> {
    let all = report.policies.iter().flat_map(|p| &p.declarations);
    keyed(all.map(|d| (d.name.clone(), plain(d.storage.word()), d)))
}

fn declaration_item(key: &Key, d: &Declaration) -> Item {
    let purpose = d.purpose.map_or_else(|| "no purpose read".to_owned(), |p| plain(p.word()));
    let provider = d.provider.as_ref().map(|p| format!(", by {p}")).unwrap_or_default();
    let detail = format!("{purpose}, {}{provider}", units::lifetime_or_dash(d.lifetime_s));
    Item { name: key.0.clone(), of: key.1.clone(), detail }
}

fn declaration_fields(old: &Declaration, new: &Declaration) -> Vec<Field> {
    let (before, now) = lifetimes(old.lifetime_s, new.lifetime_s);
    let word = |p: Option<words::Purpose>| p.map(|p| plain(p.word())).unwrap_or_default();
    let party = |p: Option<words::Party>| p.map(|p| p.word().to_owned()).unwrap_or_default();
    differing([
        ("lifetime", before, now),
        ("purpose", word(old.purpose), word(new.purpose)),
        ("purpose text", old.purpose_text.clone().unwrap_or_default(), new.purpose_text.clone().unwrap_or_default()),
        ("provider", old.provider.clone().unwrap_or_default(), new.provider.clone().unwrap_or_default()),
        ("party", party(old.party), party(new.party)),
    ])
}

fn policies(report: &Report) -> BTreeMap<Key, &Policy> {
    keyed(report.policies.iter().map(|p| (p.url.clone(), String::new(), p)))
}

fn policy_item(key: &Key, p: &Policy) -> Item {
    Item { name: key.0.clone(), of: key.1.clone(), detail: p.state.word().to_owned() }
}

fn policy_fields(old: &Policy, new: &Policy) -> Vec<Field> {
    let claims = |p: &Policy| {
        let kinds: std::collections::BTreeSet<&str> = p.claims.iter().map(|c| c.kind.as_str()).collect();
        kinds.into_iter().collect::<Vec<_>>().join(", ")
    };
    let services = |p: &Policy| {
        let names: std::collections::BTreeSet<&str> = p.services.iter().map(|s| s.name.as_str()).collect();
        names.into_iter().collect::<Vec<_>>().join(", ")
    };
    differing([
        ("state", old.state.word().to_owned(), new.state.word().to_owned()),
        ("claims", claims(old), claims(new)),
        ("services", services(old), services(new)),
    ])
}

fn findings(old: &Report, new: &Report) -> FindingGroup {
    let by = |report| -> BTreeMap<&str, &Finding> {
        let report: &Report = report;
        report.findings.iter().map(|f| (f.fingerprint.as_str(), f)).collect()
    };
    let (before, now) = (by(old), by(new));
    let alone = |report: &Report, others: &BTreeMap<&str, &Finding>| {
        let kept = report.findings.iter().filter(|f| !others.contains_key(f.fingerprint.as_str()));
        kept.map(finding_item).collect()
    };
    let both = new.findings.iter().filter_map(|f| Some((before.get(f.fingerprint.as_str())?, f)));
    let changed = both
        .map(|(a, b)| FindingChange { finding: finding_item(b), fields: finding_fields(a, b) })
        .filter(|c| !c.fields.is_empty());
    FindingGroup { came: alone(new, &before), went: alone(old, &now), changed: changed.collect() }
}

fn finding_item(f: &Finding) -> FindingItem {
    FindingItem {
        rule: f.rule.clone(),
        code: f.code.clone(),
        severity: f.severity,
        outcome: f.outcome,
        message: f.message.clone(),
        advice: f.advice.clone(),
        fingerprint: f.fingerprint.clone(),
    }
}

fn finding_fields(old: &Finding, new: &Finding) -> Vec<Field> {
    differing([
        ("severity", old.severity.word().to_owned(), new.severity.word().to_owned()),
        ("outcome", old.outcome.word().to_owned(), new.outcome.word().to_owned()),
        ("message", old.message.clone(), new.message.clone()),
    ])
}
