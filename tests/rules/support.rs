//! A made-up site: pages, cookies, a policy, and a classifier that knows exactly what it is told.

use std::collections::{BTreeMap, BTreeSet};

use cookie_audit::cookie::{Lifetime, Party, SameSite};
use cookie_audit::evidence::model::*;
use cookie_audit::judge::judge_with;
use cookie_audit::judge::lens::{Identified, Lens, Vendor};
use cookie_audit::judge::model::*;
use cookie_audit::judge::settings::{Allow, JudgeSettings, RuleSetting};

#[path = "support/records.rs"]
mod records;

pub(crate) use records::{dialog, visit};
use records::{jar, write};

pub(crate) const HOME: &str = "https://shop.test/";
pub(crate) const DAY: i64 = 86_400;

/// What the fake classifier is told.
#[derive(Debug, Default)]
pub(crate) struct Known {
    cookies: BTreeMap<String, Classification>,
    vendors: BTreeMap<String, Vendor>,
}

impl Lens for Known {
    fn cookie(&self, entry: &CookieEntry, _: &str, _: &[&ValueFacts]) -> Classification {
        self.class(&entry.name)
    }
    fn storage(&self, item: &StorageItem, _: &str, _: &[&ValueFacts]) -> Classification {
        self.class(&item.key)
    }
    /// `name_123` folds to `name_*` where two such names were seen.
    fn fold(&self, names: &BTreeMap<String, BTreeSet<u64>>) -> BTreeMap<String, String> {
        let stem =
            |name: &str| name.rsplit_once('_').filter(|(_, end)| end.parse::<u32>().is_ok()).map(|s| s.0.to_owned());
        let mut stems: BTreeMap<String, usize> = BTreeMap::new();
        for stem in names.keys().filter_map(|name| stem(name)) {
            *stems.entry(stem).or_default() += 1;
        }
        let folded = |name: &String| match stem(name) {
            Some(stem) if stems[&stem] > 1 => format!("{stem}_*"),
            _ => name.clone(),
        };
        names.keys().map(|name| (name.clone(), folded(name))).collect()
    }
    fn identifier(&self, visitors: &[Vec<&ValueFacts>]) -> Identified {
        let values: Vec<&ValueFacts> = visitors.iter().flatten().copied().collect();
        let parts: BTreeSet<_> = values.iter().map(|value| value.parts.first().and_then(|p| p.hmac.clone())).collect();
        let opaque = values.iter().all(|value| value.shape == "opaque");
        Identified { identifier: Some(opaque && parts.len() > 1), length: Some(16) }
    }
    fn vendor(&self, host: &str) -> Option<Vendor> {
        let mut rest = host;
        loop {
            if let Some(vendor) = self.vendors.get(rest) {
                return Some(vendor.clone());
            }
            rest = rest.split_once('.')?.1;
        }
    }
    fn same_vendor(&self, named: &str, vendor: &str) -> bool {
        named.to_lowercase().contains(&vendor.to_lowercase())
    }
    fn known_vendor(&self, named: &str) -> bool {
        self.vendors.values().any(|vendor| self.same_vendor(named, &vendor.name))
    }
}

impl Known {
    fn class(&self, name: &str) -> Classification {
        self.cookies.get(name).cloned().unwrap_or(Classification {
            purpose: Purpose::Unknown,
            confidence: Confidence::Low,
            reasons: Vec::new(),
            vendor: None,
            consent_exempt: ConsentExempt::Unknown,
        })
    }
}

/// One cookie to be set. Fields are public: a test changes what it is about.
#[derive(Debug, Clone)]
pub(crate) struct Cookie {
    pub(crate) name: &'static str,
    pub(crate) domain: &'static str,
    pub(crate) lifetime: Lifetime,
    pub(crate) page: String,
    pub(crate) phase: Phase,
    pub(crate) visitor: Visitor,
    pub(crate) fate: Fate,
    pub(crate) writer: (WriterKind, &'static str),
    pub(crate) purpose: Purpose,
    pub(crate) confidence: Confidence,
    pub(crate) vendor: Option<&'static str>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) same_site: Option<SameSite>,
    pub(crate) value: ValueFacts,
    pub(crate) in_jar: bool,
}

/// A session cookie that keeps visitors signed in, set by the home page's response.
pub(crate) fn cookie(name: &'static str) -> Cookie {
    Cookie {
        name,
        domain: "shop.test",
        lifetime: Lifetime::Session,
        page: HOME.to_owned(),
        phase: Phase::BeforeConsent,
        visitor: Visitor::Fresh,
        fate: Fate::Accepted,
        writer: (WriterKind::Response, HOME),
        purpose: Purpose::Login,
        confidence: Confidence::High,
        vendor: None,
        secure: true,
        http_only: true,
        same_site: Some(SameSite::Lax),
        value: opaque("a"),
        in_jar: true,
    }
}

/// A first-party analytics cookie of two years, written by a vendor's script.
pub(crate) fn tracker(name: &'static str) -> Cookie {
    Cookie {
        lifetime: Lifetime::Seconds(730 * DAY),
        writer: (WriterKind::Script, "https://cdn.counter.test/c.js"),
        purpose: Purpose::Analytics,
        vendor: Some("Counter"),
        http_only: false,
        ..cookie(name)
    }
}

/// A value nobody can guess; `seed` tells one visitor's from another's.
pub(crate) fn opaque(seed: &str) -> ValueFacts {
    let part = ValuePart { kind: "opaque".into(), text: None, length: 16, hmac: Some(seed.into()) };
    ValueFacts { length: 16, shape: "opaque".into(), parts: vec![part], ..ValueFacts::default() }
}

/// A value of one part of a kind.
pub(crate) fn facts(kind: &str, text: Option<&str>) -> ValueFacts {
    let part = ValuePart { kind: kind.into(), text: text.map(str::to_owned), length: 8, hmac: None };
    ValueFacts { length: 8, shape: kind.into(), parts: vec![part], ..ValueFacts::default() }
}

/// The site under test.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) evidence: Evidence,
    pub(crate) policies: Vec<PolicyReading>,
    pub(crate) known: Known,
    pub(crate) settings: JudgeSettings,
}

/// One page that loaded, and nothing else.
pub(crate) fn site() -> Site {
    let mut evidence = Evidence {
        header: Header { site: "https://shop.test".into(), seeds: vec![HOME.into()], ..Header::default() },
        end: Some(End { finished_at: "2026-05-01T10:00:00.000Z".into(), cut_short: None }),
        head: "sha256:0".into(),
        ..Evidence::default()
    };
    evidence.header.started_at = "2026-05-01T09:00:00.000Z".into();
    let mut site = Site { evidence, policies: Vec::new(), known: Known::default(), settings: JudgeSettings::default() };
    site.page(HOME, Phase::BeforeConsent, Visitor::Fresh);
    site
}

impl Site {
    /// The visit of a page, made where it is not there yet.
    pub(crate) fn page(&mut self, url: &str, phase: Phase, visitor: Visitor) -> &mut PageVisit {
        let same = |page: &PageVisit| page.url == url && page.phase == phase && page.visitor == visitor;
        let at = self.evidence.pages.iter().position(same).unwrap_or_else(|| {
            let sequence = self.evidence.pages.len() as u64;
            self.evidence.pages.push(visit(url, phase, visitor, sequence));
            self.evidence.pages.len() - 1
        });
        &mut self.evidence.pages[at]
    }

    pub(crate) fn with(mut self, cookie: Cookie) -> Self {
        let class = Classification {
            purpose: cookie.purpose,
            confidence: cookie.confidence,
            reasons: Vec::new(),
            vendor: cookie.vendor.map(str::to_owned),
            consent_exempt: match cookie.purpose {
                Purpose::Analytics | Purpose::Advertising | Purpose::Social => ConsentExempt::No,
                _ => ConsentExempt::Yes,
            },
        };
        self.known.cookies.insert(cookie.name.to_owned(), class);
        let page = self.page(&cookie.page, cookie.phase, cookie.visitor);
        let write = write(&cookie);
        if cookie.in_jar && write.fate == Fate::Accepted {
            page.jar.retain(|had| had.key != write.key);
            page.jar.push(jar(&cookie));
        }
        page.writes.push(write);
        self
    }

    pub(crate) fn with_storage(mut self, kind: StorageKind, key: &'static str, purpose: Purpose) -> Self {
        let entry = StorageEntry {
            kind,
            origin: "https://shop.test".into(),
            key: key.into(),
            value: Some(opaque("a")),
            writers: Vec::new(),
            present: true,
        };
        self.page(HOME, Phase::BeforeConsent, Visitor::Fresh).storage.push(entry);
        let class = Classification {
            purpose,
            confidence: Confidence::High,
            reasons: Vec::new(),
            vendor: None,
            consent_exempt: ConsentExempt::Unknown,
        };
        self.known.cookies.insert(key.to_owned(), class);
        self
    }

    pub(crate) fn contacted(mut self, host: &str, phase: Phase, kind: &str) -> Self {
        let contact = HostContact {
            host: host.into(),
            requests: 1,
            kinds: vec![kind.into()],
            examples: vec![format!("https://{host}/x?id=1")],
            cookies_sent: Vec::new(),
        };
        self.page(HOME, phase, Visitor::Fresh).hosts.push(contact);
        self
    }

    pub(crate) fn vendor(mut self, domain: &str, name: &str, purpose: Purpose) -> Self {
        self.known.vendors.insert(domain.into(), Vendor { name: name.into(), purpose });
        self
    }

    /// A policy of this state, spoken of by what follows.
    pub(crate) fn policy(mut self, state: PolicyState) -> Self {
        self.policies.push(PolicyReading {
            url: format!("https://shop.test/policy/{}", self.policies.len()),
            language: "en".into(),
            state,
            problem: (state == PolicyState::Unreadable).then(|| "the list never appeared".into()),
            declarations: Vec::new(),
            purposes: Vec::new(),
            services: Vec::new(),
            claims: Vec::new(),
            passed: Vec::new(),
            first_row: None,
        });
        self
    }

    /// A row of the policy.
    pub(crate) fn row(mut self, name: &str, change: impl FnOnce(&mut Declaration)) -> Self {
        let mut row = Declaration {
            name: name.into(),
            provider: None,
            purpose: None,
            purpose_text: None,
            lifetime: None,
            lifetimes: Vec::new(),
            storage: DeclaredStorage::Cookie,
            party: None,
            quote: format!("{name} row"),
            place: Place { line: 7, column: 1, words: "table 1, row 1".into() },
        };
        change(&mut row);
        self.ensure_policy(PolicyState::Lists).declarations.push(row);
        self
    }

    fn ensure_policy(&mut self, state: PolicyState) -> &mut PolicyReading {
        if self.policies.is_empty() {
            self.policies = site().policy(state).policies;
        }
        let policy = self.policies.last_mut().expect("one was just made");
        if policy.state != PolicyState::Unreadable {
            policy.state = policy.state.min(state);
        }
        policy
    }

    pub(crate) fn service(mut self, name: &str) -> Self {
        let quote = format!("we use {name}");
        let service =
            NamedService { name: name.into(), purpose: None, quote, denied: false, listed: false, partner: false };
        self.ensure_policy(PolicyState::Mentions).services.push(service);
        self
    }

    pub(crate) fn change(mut self, change: impl FnOnce(&mut Evidence)) -> Self {
        change(&mut self.evidence);
        self
    }

    pub(crate) fn allow(mut self, allow: Allow) -> Self {
        self.settings.allow.push(allow);
        self
    }

    pub(crate) fn rule(mut self, ident: &str, setting: RuleSetting) -> Self {
        self.settings.rules.insert(ident.into(), setting);
        self
    }

    pub(crate) fn consent(mut self, outcome: ConsentOutcome) -> Self {
        self.evidence.consent.push(outcome);
        self
    }

    pub(crate) fn judge(&self) -> Audit {
        judge_with(&self.evidence, self.policies.clone(), &self.settings, &self.known)
    }
}

/// Violations of a rule.
pub(crate) fn found<'a>(audit: &'a Audit, rule: &str) -> Vec<&'a Finding> {
    let violation = |f: &&Finding| f.rule == rule && f.outcome == FindingOutcome::Violation;
    audit.findings.iter().filter(violation).collect()
}

/// The one violation of a rule.
pub(crate) fn only<'a>(audit: &'a Audit, rule: &str) -> &'a Finding {
    let all = found(audit, rule);
    assert_eq!(all.len(), 1, "findings of {rule}: {all:#?}");
    all[0]
}

/// What a rule could not test.
pub(crate) fn incomplete<'a>(audit: &'a Audit, rule: &str) -> Vec<&'a Finding> {
    let untested = |f: &&Finding| f.rule == rule && f.outcome == FindingOutcome::Incomplete;
    audit.findings.iter().filter(untested).collect()
}

pub(crate) fn assert_passes(audit: &Audit, rule: &str) {
    assert!(audit.passes.contains(&rule), "{rule} does not pass: {:#?}", audit.findings);
    assert!(found(audit, rule).is_empty() && incomplete(audit, rule).is_empty());
}

pub(crate) fn assert_inapplicable(audit: &Audit, rule: &str) {
    assert!(audit.inapplicable.contains(&rule), "{rule} applies: {:#?}", audit.findings);
    assert!(found(audit, rule).is_empty() && incomplete(audit, rule).is_empty());
}

pub(crate) fn assert_incomplete(audit: &Audit, rule: &str) {
    assert!(!incomplete(audit, rule).is_empty(), "{rule} is not incomplete");
    assert!(found(audit, rule).is_empty() && !audit.passes.contains(&rule));
}

/// First party, for rows.
pub(crate) const FIRST: Option<Party> = Some(Party::First);
