//! Rows from a report: what was observed, the policy's own words kept where no finding speaks against them.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{Words, primary};
use super::{Declaration, Gap, Row, SCHEMA};
use crate::cookie::Lifetime;
use crate::report::banner;
use crate::report::json::model::{Cookie, Report, Storage};
use crate::report::json::policy::{Declaration as Declared, Policy};
use crate::report::json::words::{Confidence, Party, Purpose, StorageKind};

/// Makes the declaration of a site.
#[must_use]
pub fn declaration(report: &Report, words: &'static Words) -> Declaration {
    let context = Context { report, words, against: against(report) };
    let mut rows: BTreeMap<(usize, usize, String, String, &'static str), Row> = BTreeMap::new();
    let cookies = report.cookies.iter().enumerate().filter(|(_, c)| c.accepted);
    let seen = cookies
        .map(|(index, c)| context.cookie(index, c))
        .chain(report.storage.iter().enumerate().map(|(index, s)| context.storage(index, s)));
    for row in seen {
        let order = banner::ORDER.iter().position(|c| *c == row.category).unwrap_or(banner::ORDER.len());
        let party = usize::from(row.party == Some(Party::Third));
        // A cookie in several partitions is one row.
        rows.entry((order, party, row.name.clone(), row.domain.clone(), row.kind)).or_insert(row);
    }
    let rows: Vec<Row> = rows.into_values().collect();
    let not_seen = context.not_seen();
    Declaration {
        schema: SCHEMA,
        site: report.site.clone(),
        language: words.tag(),
        recorded: report.started_at.get(..10).unwrap_or_default().to_owned(),
        gaps: rows.iter().chain(&not_seen).map(|row| row.gaps.len()).sum(),
        rows,
        not_seen,
    }
}

/// Findings that speak against a declaration's words, by rule and index of the cookie or key.
#[derive(Debug, Default)]
struct Against {
    cookies: BTreeSet<(String, usize)>,
    storage: BTreeSet<(String, usize)>,
}

fn against(report: &Report) -> Against {
    let mut against = Against::default();
    for finding in &report.findings {
        against.cookies.extend(finding.cookies.iter().map(|c| (finding.rule.clone(), *c)));
        against.storage.extend(finding.storage.iter().map(|s| (finding.rule.clone(), *s)));
    }
    against
}

struct Context<'a> {
    report: &'a Report,
    words: &'static Words,
    against: Against,
}

/// What was observed, cookie and key alike.
struct Seen<'a> {
    name: &'a str,
    domain: &'a str,
    vendor: Option<&'a str>,
    purpose: Purpose,
    confidence: Confidence,
    lifetime: Option<Lifetime>,
    kind: &'static str,
    party: Party,
    declared: Option<(&'a Policy, &'a Declared)>,
    /// Rules that found the declared words wrong.
    wrong: Vec<&'static str>,
}

/// Rules that speak against a field.
const AGAINST: [&str; 3] = ["misdeclared-purpose", "understated-lifetime", "misdeclared-party"];

impl<'a> Context<'a> {
    fn declared(&self, policy: Option<usize>, item: Option<usize>) -> Option<(&'a Policy, &'a Declared)> {
        let policy = self.report.policies.get(policy?)?;
        Some((policy, policy.declarations.get(item?)?))
    }

    fn cookie(&self, index: usize, c: &'a Cookie) -> Row {
        let wrong = |rule: &&&'static str| self.against.cookies.contains(&((**rule).to_owned(), index));
        self.row(&Seen {
            name: &c.pattern,
            domain: &c.domain,
            vendor: c.vendor.as_deref(),
            purpose: c.purpose,
            confidence: c.confidence,
            lifetime: c.lifetime_s.or(c.stored_lifetime_s),
            kind: "cookie",
            party: c.party,
            declared: self.declared(c.disclosed_by, c.declaration),
            wrong: AGAINST.iter().filter(wrong).copied().collect(),
        })
    }

    fn storage(&self, index: usize, s: &'a Storage) -> Row {
        let wrong = |rule: &&&'static str| self.against.storage.contains(&((**rule).to_owned(), index));
        let mut row = self.row(&Seen {
            name: &s.pattern,
            domain: &s.origin,
            vendor: s.vendor.as_deref(),
            purpose: s.purpose,
            confidence: s.confidence,
            lifetime: None,
            kind: s.kind.word(),
            party: s.party,
            declared: self.declared(s.disclosed_by, s.declaration),
            wrong: AGAINST.iter().filter(wrong).copied().collect(),
        });
        if !row.kept.contains(&"lifetime") {
            let key = if s.kind == StorageKind::SessionStorage { "lifetime.tab" } else { "lifetime.kept" };
            self.words.get(key).clone_into(&mut row.lifetime);
            row.gaps.retain(|gap| gap.field != "lifetime");
        }
        row
    }

    fn row(&self, seen: &Seen<'_>) -> Row {
        let mut row = Row {
            category: banner::category(seen.purpose),
            name: seen.name.to_owned(),
            domain: seen.domain.to_owned(),
            provider: String::new(),
            purpose: seen.purpose,
            purpose_text: String::new(),
            lifetime_s: seen.lifetime,
            lifetime: String::new(),
            kind: seen.kind,
            party: Some(seen.party),
            kept: Vec::new(),
            gaps: Vec::new(),
        };
        self.provider(&mut row, seen);
        self.purpose(&mut row, seen);
        self.lifetime(&mut row, seen);
        row
    }

    fn gap(&self, row: &mut Row, field: &'static str, key: &str, values: &[(&str, &str)]) {
        row.gaps.push(Gap { field, text: self.words.say(key, values) });
    }

    fn provider(&self, row: &mut Row, seen: &Seen<'_>) {
        let kept = seen.declared.and_then(|(_, d)| d.provider.as_deref()).filter(|p| !p.trim().is_empty());
        match (kept, seen.vendor, seen.party) {
            (Some(words), ..) => {
                words.clone_into(&mut row.provider);
                row.kept.push("provider");
            }
            (_, Some(vendor), _) => vendor.clone_into(&mut row.provider),
            (.., Party::First) => row.provider = host(&self.report.site),
            (.., Party::Third) => {
                seen.domain.clone_into(&mut row.provider);
                self.gap(row, "provider", "gap.provider", &[]);
            }
        }
    }

    fn purpose(&self, row: &mut Row, seen: &Seen<'_>) {
        let key = format!("purpose.{}", seen.purpose.word());
        let known = self.words.get(&key).to_owned();
        let kept = seen.declared.and_then(|(policy, d)| Some((policy, d.purpose_text.as_deref()?)));
        if let Some((policy, words)) = kept.filter(|(_, words)| !words.trim().is_empty()) {
            words.clone_into(&mut row.purpose_text);
            row.kept.push("purpose");
            if seen.wrong.contains(&"misdeclared-purpose") {
                self.gap(row, "purpose", "gap.differs", &[("observed", &known)]);
            }
            self.other_language(row, policy);
            return;
        }
        row.purpose_text = known;
        match (seen.purpose, seen.confidence) {
            (Purpose::Unknown, _) => self.gap(row, "purpose", "gap.purpose", &[]),
            (_, Confidence::Low) => self.gap(row, "purpose", "gap.unsure", &[]),
            _ => {}
        }
    }

    /// Words in another language than the declaration's are kept, and marked.
    fn other_language(&self, row: &mut Row, policy: &Policy) {
        let language = primary(&policy.language);
        if language != self.words.tag() && language != "und" && !language.is_empty() {
            self.gap(row, "purpose", "gap.language", &[("language", &language)]);
        }
    }

    fn lifetime(&self, row: &mut Row, seen: &Seen<'_>) {
        let true_words = seen.declared.filter(|_| !seen.wrong.contains(&"understated-lifetime"));
        if let Some(declared) = true_words.and_then(|(_, d)| d.lifetime_s.map(|lifetime| (lifetime, d))) {
            row.lifetime_s = Some(declared.0);
            row.lifetime = self.with_conditions(declared.1, declared.0);
            row.kept.push("lifetime");
            return;
        }
        match seen.lifetime {
            Some(lifetime) => row.lifetime = self.words.lifetime(lifetime),
            None => self.gap(row, "lifetime", "gap.lifetime", &[]),
        }
    }

    fn with_conditions(&self, declared: &Declared, longest: Lifetime) -> String {
        let each: Vec<String> = declared
            .lifetimes
            .iter()
            .filter_map(|l| Some((self.words.lifetime(l.lifetime_s?), l.condition.as_deref())))
            .map(|(lifetime, condition)| match condition {
                Some(condition) => {
                    self.words.say("lifetime.condition", &[("lifetime", &lifetime), ("condition", condition)])
                }
                None => lifetime,
            })
            .collect();
        if each.is_empty() { self.words.lifetime(longest) } else { each.join("; ") }
    }

    /// Declarations that cover nothing that was seen.
    fn not_seen(&self) -> Vec<Row> {
        let cookies = self.report.cookies.iter().filter_map(|c| Some((c.disclosed_by?, c.declaration?)));
        let storage = self.report.storage.iter().filter_map(|s| Some((s.disclosed_by?, s.declaration?)));
        let used: BTreeSet<(usize, usize)> = cookies.chain(storage).collect();
        let mut rows = Vec::new();
        for (p, policy) in self.report.policies.iter().enumerate() {
            let unused = policy.declarations.iter().enumerate().filter(|(d, _)| !used.contains(&(p, *d)));
            rows.extend(unused.map(|(_, declared)| self.only_declared(policy, declared)));
        }
        rows
    }

    fn only_declared(&self, policy: &Policy, declared: &Declared) -> Row {
        let purpose = declared.purpose.unwrap_or(Purpose::Unknown);
        let mut row = Row {
            category: banner::category(purpose),
            name: declared.name.clone(),
            domain: String::new(),
            provider: declared.provider.clone().unwrap_or_default(),
            purpose,
            purpose_text: declared.purpose_text.clone().unwrap_or_default(),
            lifetime_s: declared.lifetime_s,
            lifetime: declared.lifetime_s.map(|l| self.with_conditions(declared, l)).unwrap_or_default(),
            kind: declared.storage.word(),
            party: declared.party,
            kept: vec!["provider", "purpose", "lifetime"],
            gaps: Vec::new(),
        };
        self.gap(&mut row, "row", "gap.not_seen", &[]);
        if !row.purpose_text.is_empty() {
            self.other_language(&mut row, policy);
        }
        row
    }
}

/// The host of a site, as visitors know it.
pub(super) fn host(site: &str) -> String {
    let url = url::Url::parse(site).ok();
    url.as_ref().and_then(url::Url::host_str).unwrap_or(site).to_owned()
}
