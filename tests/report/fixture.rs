//! Audits to report on: a shop of our own invention, the same with hostile names, and a large one.

use std::collections::{BTreeMap, BTreeSet};

use cookie_audit::cookie::{CookieKey, Lifetime, Party, SameSite, SentAttributes};
use cookie_audit::evidence::model::{
    BrowserInfo, ConsentOutcome, Header, Leak, Phase, StorageKind, ToolInfo, ValueFacts, ValuePart, Visitor, Writer,
    WriterKind,
};
use cookie_audit::judge::fingerprint::fingerprint;
use cookie_audit::judge::model::{
    Audit, Claim, Classification, Confidence, ConsentExempt, CookieEntry, Coverage, CoveredBy, Declaration,
    DeclaredLifetime, DeclaredStorage, Disclosure, Finding, FindingOutcome, NamedPurpose, NamedService, Place,
    PolicyReading, PolicyState, Purpose, Reason, Severity, Source, StorageItem, Suppressed, ThirdParty, TrialVerdict,
    Unseen, UrlReason,
};

/// The audited site.
pub(crate) const SITE: &str = "https://shop.example";
const YEAR: i64 = 365 * 86_400;

fn set(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|i| (*i).to_owned()).collect()
}

fn pages(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|p| format!("{SITE}{p}")).collect()
}

/// A writer.
fn writer(kind: WriterKind, url: &str) -> Writer {
    let script = kind == WriterKind::Script;
    Writer {
        kind,
        url: (kind != WriterKind::Unattributed).then(|| url.to_owned()),
        hop: (kind == WriterKind::Response).then_some(0),
        status: (kind == WriterKind::Response).then_some(200),
        initiator: Some(if script { "script" } else { "document" }.to_owned()),
        frame: Some(format!("{SITE}/")),
        stack: if script { vec![format!("setId {url}:12:5"), format!("boot {url}:40:1")] } else { Vec::new() },
        api: script.then(|| "document.cookie".to_owned()),
    }
}

struct Spec<'a> {
    name: &'a str,
    domain: &'a str,
    purpose: Purpose,
    confidence: Confidence,
    vendor: Option<&'a str>,
    lifetime: Lifetime,
    kind: WriterKind,
    url: &'a str,
    pages: &'a [&'a str],
    disclosure: Disclosure,
    item: usize,
    identifier: Option<bool>,
}

/// One cookie of the inventory.
fn cookie(spec: &Spec<'_>) -> CookieEntry {
    let party = if spec.domain.ends_with("shop.example") { Party::First } else { Party::Third };
    let seen = pages(spec.pages);
    let functional = spec.purpose.category().word() == "functional";
    CookieEntry {
        name: spec.name.to_owned(),
        pattern: spec.name.to_owned(),
        names: set(&[spec.name]),
        domain: spec.domain.to_owned(),
        host_only: party == Party::First,
        path: "/".to_owned(),
        paths: set(&["/"]),
        partition: None,
        party,
        class: Classification {
            purpose: spec.purpose,
            confidence: spec.confidence,
            reasons: vec![Reason { source: Source::Knowledge, detail: format!("`{}` is a known name", spec.name) }],
            vendor: spec.vendor.map(str::to_owned),
            consent_exempt: if functional { ConsentExempt::Likely } else { ConsentExempt::No },
        },
        identifier: spec.identifier,
        identifier_length: spec.identifier.filter(|i| *i).map(|_| 20),
        lifetime: Some(spec.lifetime),
        stored_lifetime: Some(match spec.lifetime {
            Lifetime::Seconds(s) => Lifetime::Seconds(s.min(400 * 86_400)),
            Lifetime::Session => Lifetime::Session,
        }),
        sent: Some(SentAttributes {
            lifetime: spec.lifetime,
            domain: None,
            path: Some("/".to_owned()),
            secure: true,
            http_only: spec.kind == WriterKind::Response,
            same_site: Some(SameSite::Lax),
            partitioned: false,
            priority: None,
        }),
        same_site: Some(SameSite::Lax),
        secure: true,
        http_only: spec.kind == WriterKind::Response,
        writers: vec![writer(spec.kind, spec.url)],
        pages: seen.clone(),
        phases: [Phase::BeforeConsent].into(),
        visitors: [Visitor::Fresh].into(),
        pages_by_phase: [(Phase::BeforeConsent, seen)].into(),
        value: ValueFacts {
            length: 26,
            shape: "opaque".to_owned(),
            parts: vec![ValuePart { kind: "hex".to_owned(), text: None, length: 26, hmac: Some("k".repeat(16)) }],
            ..ValueFacts::default()
        },
        stored: true,
        withdrawn: false,
        accepted: true,
        refused: BTreeSet::new(),
        leaks: Vec::new(),
        leak_pages: BTreeMap::new(),
        trials: Vec::new(),
        renewed: Some(false),
        disclosure: spec.disclosure,
        covered_by: (spec.disclosure != Disclosure::None).then_some(CoveredBy { policy: 0, item: spec.item }),
        keys: [CookieKey {
            name: spec.name.to_owned(),
            domain: spec.domain.to_owned(),
            host_only: party == Party::First,
            path: "/".to_owned(),
            partition: None,
        }]
        .into(),
    }
}

const ALL_PAGES: &[&str] = &["/", "/account", "/cart", "/products/lamp", "/products/table"];

fn first_party() -> Vec<CookieEntry> {
    let base = Spec {
        name: "sid",
        domain: "shop.example",
        purpose: Purpose::Login,
        confidence: Confidence::High,
        vendor: None,
        lifetime: Lifetime::Session,
        kind: WriterKind::Response,
        url: "https://shop.example/",
        pages: ALL_PAGES,
        disclosure: Disclosure::Listed,
        item: 0,
        identifier: Some(true),
    };
    let mut session = cookie(&base);
    session.trials = vec![TrialVerdict {
        vague: false,
        purpose: Some(Purpose::Login),
        verdict: "without `sid`, /account redirects to /login".to_owned(),
        change: "removed".to_owned(),
        page: format!("{SITE}/account"),
    }];
    let lang = Spec { name: "lang", purpose: Purpose::Language, lifetime: Lifetime::Seconds(YEAR), item: 1, ..base };
    let lang = Spec { identifier: Some(false), ..lang };
    let theme = Spec { name: "theme", purpose: Purpose::Theme, kind: WriterKind::Script, item: 2, ..lang };
    let theme = Spec { url: "https://shop.example/app.js", ..theme };
    let basket = Spec { name: "basket", purpose: Purpose::Cart, lifetime: Lifetime::Seconds(14 * 86_400), ..base };
    let basket = Spec { pages: &["/cart"], item: 3, ..basket };
    let measure = Spec {
        name: "_vid",
        purpose: Purpose::Analytics,
        vendor: Some("Countwell"),
        lifetime: Lifetime::Seconds(2 * YEAR),
        kind: WriterKind::Script,
        url: "https://cdn.countwell.example/count.js",
        item: 4,
        ..base
    };
    let mut measured = cookie(&measure);
    measured.leaks = vec![Leak {
        name: "_vid".to_owned(),
        domain: "shop.example".to_owned(),
        to: "collect.countwell.example".to_owned(),
        how: "raw".to_owned(),
        place: "url".to_owned(),
        url: "https://collect.countwell.example/c?v=[20]".to_owned(),
        part: "h".repeat(16),
    }];
    measured.leak_pages = [("collect.countwell.example".to_owned(), pages(&["/", "/cart"]))].into();
    let mut session_part = cookie(&Spec { name: "_vid_part", disclosure: Disclosure::None, ..measure });
    session_part.pattern = "_vid_*".to_owned();
    session_part.names = set(&["_vid_a81c", "_vid_b2"]);
    let unknown = Spec { name: "zq", purpose: Purpose::Unknown, confidence: Confidence::Low, pages: &["/"], ..base };
    let unknown = Spec { disclosure: Disclosure::None, identifier: None, ..unknown };
    vec![session, cookie(&lang), cookie(&theme), cookie(&basket), measured, session_part, cookie(&unknown)]
}

fn third_party_cookies() -> Vec<CookieEntry> {
    let ad = Spec {
        name: "uid",
        domain: "ads.adwide.example",
        purpose: Purpose::Advertising,
        confidence: Confidence::High,
        vendor: Some("Adwide"),
        lifetime: Lifetime::Seconds(390 * 86_400),
        kind: WriterKind::Response,
        url: "https://ads.adwide.example/pixel.gif",
        pages: &["/", "/products/lamp"],
        disclosure: Disclosure::None,
        item: 0,
        identifier: Some(true),
    };
    let mut refused = cookie(&Spec { name: "probe", ..ad });
    refused.accepted = false;
    refused.stored = false;
    refused.refused = set(&["InvalidDomain"]);
    let mut embedded = cookie(&Spec {
        name: "player",
        domain: "video.viewtube.example",
        purpose: Purpose::Preferences,
        confidence: Confidence::Medium,
        vendor: Some("Viewtube"),
        disclosure: Disclosure::Mentioned,
        url: "https://video.viewtube.example/embed/1",
        ..ad
    });
    embedded.partition = Some(SITE.to_owned());
    vec![cookie(&ad), refused, embedded]
}

fn declaration(name: &str, purpose: Purpose, lifetime: Lifetime, line: u32) -> Declaration {
    Declaration {
        name: name.to_owned(),
        provider: Some("shop.example".to_owned()),
        purpose: Some(purpose),
        purpose_text: Some(format!("Serves {} on this shop", purpose.word())),
        lifetime: Some(lifetime),
        lifetimes: vec![DeclaredLifetime { lifetime: Some(lifetime), condition: None }],
        storage: DeclaredStorage::Cookie,
        party: Some(Party::First),
        quote: format!("{name} Serves {} on this shop", purpose.word()),
        place: Place { line, column: 5, words: format!("table 1, row {}", line - 20) },
    }
}

fn policy() -> PolicyReading {
    PolicyReading {
        url: format!("{SITE}/cookies"),
        language: "en".to_owned(),
        state: PolicyState::Lists,
        problem: None,
        declarations: vec![
            declaration("sid", Purpose::Login, Lifetime::Session, 21),
            declaration("lang", Purpose::Language, Lifetime::Seconds(YEAR), 22),
            declaration("theme", Purpose::Theme, Lifetime::Seconds(YEAR), 23),
            declaration("basket", Purpose::Cart, Lifetime::Seconds(14 * 86_400), 24),
            declaration("_vid", Purpose::Analytics, Lifetime::Seconds(30 * 86_400), 25),
            declaration("old_promo", Purpose::Preferences, Lifetime::Seconds(YEAR), 26),
        ],
        purposes: vec![NamedPurpose { purpose: Purpose::Login, quote: "for signing in".to_owned() }],
        services: vec![
            NamedService {
                name: "Viewtube".to_owned(),
                purpose: None,
                quote: "videos by Viewtube".to_owned(),
                denied: false,
                listed: false,
                partner: false,
            },
            NamedService {
                name: "Faceline".to_owned(),
                purpose: Some(Purpose::Social),
                quote: "no Faceline".to_owned(),
                denied: true,
                listed: false,
                partner: false,
            },
        ],
        claims: vec![Claim {
            kind: "no-third-party-cookies".to_owned(),
            quote: "No other company sets cookies in our shop.".to_owned(),
            about: None,
            lifetime: None,
            purposes: Vec::new(),
            place: Place { line: 12, column: 1, words: "paragraph 3".to_owned() },
        }],
        passed: Vec::new(),
        first_row: Some(Place { line: 21, column: 5, words: "table 1, row 1".to_owned() }),
    }
}

/// A finding; the rest is filled in by its maker.
pub(crate) fn finding(rule: &'static str, code: &'static str, severity: Severity, subject: &str) -> Finding {
    Finding {
        rule,
        code,
        severity,
        confidence: Confidence::High,
        outcome: FindingOutcome::Violation,
        message: String::new(),
        cookies: Vec::new(),
        storage: Vec::new(),
        pages: Vec::new(),
        policy_quote: None,
        policy: Some(0),
        place: None,
        evidence: Vec::new(),
        advice: String::new(),
        subject: subject.to_owned(),
        fingerprint: fingerprint(rule, subject),
        new: true,
    }
}

fn findings() -> Vec<Finding> {
    let listed: Vec<String> = pages(ALL_PAGES).into_iter().collect();
    vec![
        Finding {
            message: "`_vid_*` is set and the policy's list does not name it".to_owned(),
            cookies: vec![5],
            pages: listed.clone(),
            place: Some(Place { line: 21, column: 5, words: "table 1, row 1".to_owned() }),
            evidence: vec![
                "_vid_a81c=[opaque, 26 characters]; Max-Age=63072000; Path=/; Secure".to_owned(),
                "written by https://cdn.countwell.example/count.js:12:5 (document.cookie)".to_owned(),
            ],
            advice: "Add the row: _vid_* | Countwell | measures visits | 2 years | first party".to_owned(),
            ..finding("undisclosed-cookie", "CA101", Severity::Error, "_vid_* shop.example")
        },
        Finding {
            message: "`uid` of ads.adwide.example is set although the policy says that no other company sets cookies"
                .to_owned(),
            cookies: vec![7],
            pages: vec![format!("{SITE}/"), format!("{SITE}/products/lamp")],
            policy_quote: Some("No other company sets cookies in our shop.".to_owned()),
            place: Some(Place { line: 12, column: 1, words: "paragraph 3".to_owned() }),
            evidence: vec!["https://ads.adwide.example/pixel.gif answered with uid=[opaque, 26 characters]".to_owned()],
            advice: "Remove the image of ads.adwide.example, or withdraw the sentence and list the cookie.".to_owned(),
            ..finding("contradicted-claim", "CA301", Severity::Error, "no-third-party-cookies uid")
        },
        Finding {
            message: "`_vid` lives 2 years, the policy says 30 days".to_owned(),
            cookies: vec![4],
            pages: listed,
            policy_quote: Some("_vid Serves analytics on this shop".to_owned()),
            place: Some(Place { line: 25, column: 5, words: "table 1, row 5".to_owned() }),
            evidence: vec!["Max-Age=63072000 sent by https://cdn.countwell.example/count.js".to_owned()],
            advice: "Change the lifetime in the row of `_vid` to 2 years, or send Max-Age=2592000.".to_owned(),
            ..finding("understated-lifetime", "CA202", Severity::Warning, "_vid shop.example")
        },
        Finding {
            message: "the policy lists `old_promo`, and no page set it".to_owned(),
            policy_quote: Some("old_promo Serves preferences on this shop".to_owned()),
            place: Some(Place { line: 26, column: 5, words: "table 1, row 6".to_owned() }),
            advice: "Remove the row if the cookie is gone.".to_owned(),
            new: false,
            ..finding("stale-declaration", "CA204", Severity::Note, "old_promo")
        },
        Finding {
            message: "whether the site asks first could not be tested: no phase after consent was recorded".to_owned(),
            outcome: FindingOutcome::Incomplete,
            ..finding("claim-not-tested", "CA302", Severity::Note, "consent-first")
        },
    ]
}

fn header() -> Header {
    Header {
        schema: "cookie-audit/evidence/1".to_owned(),
        tool: ToolInfo { name: "cookie-audit".to_owned(), version: "0.1.0".to_owned() },
        browser: BrowserInfo {
            name: "chromium".to_owned(),
            version: "156.0.1".to_owned(),
            driver: "chromedriver 156.0.1".to_owned(),
            third_party_cookies: "allowed".to_owned(),
            announce: false,
            user_agent: "Mozilla/5.0 (X11; Linux x86_64)".to_owned(),
            language: "en-GB".to_owned(),
            switches: vec!["--headless=new".to_owned()],
        },
        site: SITE.to_owned(),
        seeds: vec![format!("{SITE}/")],
        started_at: "2026-03-02T09:00:00.000Z".to_owned(),
        flags: vec!["max_pages=50".to_owned()],
        settings_digest: format!("sha256:{}", "5".repeat(64)),
        phases: vec![Phase::BeforeConsent],
        scope: "origin".to_owned(),
        robots_obeyed: true,
        max_pages: 50,
        max_failed_percent: "5".to_owned(),
    }
}

fn coverage() -> Coverage {
    let reason = |path: &str, reason: &str, detail: &str| UrlReason {
        url: format!("{SITE}{path}"),
        reason: reason.to_owned(),
        detail: detail.to_owned(),
        found_on: Some(format!("{SITE}/")),
    };
    Coverage {
        pages_visited: 5,
        visited: pages(ALL_PAGES),
        failed: Vec::new(),
        broken_links: vec![reason("/gone", "not_found", "the server answered 404")],
        skipped: vec![reason("/logout", "sign_out", "it would sign the visitor out")],
        phases: [Phase::BeforeConsent].into(),
        visitors: [Visitor::Fresh].into(),
        unseen: Some(Unseen { value: 1.2, low: 0.0, high: 4.0 }),
        complete: true,
        seed_failed: false,
        cut_short: None,
    }
}

/// A shop with a list that leaves out two cookies, understates one lifetime and claims too much.
pub(crate) fn shop() -> Audit {
    let mut cookies = first_party();
    cookies.extend(third_party_cookies());
    let analytics = cookies[4].class.clone();
    Audit {
        header: header(),
        finished_at: "2026-03-02T09:01:30.000Z".to_owned(),
        evidence_head: format!("sha256:{}", "e".repeat(64)),
        coverage: coverage(),
        storage: vec![StorageItem {
            kind: StorageKind::LocalStorage,
            origin: SITE.to_owned(),
            key: "cw_queue".to_owned(),
            pattern: "cw_queue".to_owned(),
            party: Party::First,
            class: analytics,
            identifier: Some(false),
            writers: vec![writer(WriterKind::Script, "https://cdn.countwell.example/count.js")],
            pages: pages(&["/"]),
            phases: [Phase::BeforeConsent].into(),
            leaks: Vec::new(),
            disclosure: Disclosure::None,
            covered_by: None,
        }],
        third_parties: vec![ThirdParty {
            host: "ads.adwide.example".to_owned(),
            vendor: Some("Adwide".to_owned()),
            purpose: Purpose::Advertising,
            pages: pages(&["/", "/products/lamp"]),
            phases: [Phase::BeforeConsent].into(),
            kinds: set(&["image"]),
            examples: set(&["https://ads.adwide.example/pixel.gif"]),
        }],
        consent: vec![ConsentOutcome {
            phase: Phase::BeforeConsent,
            url: format!("{SITE}/"),
            dialog: "none".to_owned(),
            manager: None,
            clicks: None,
            refuse_clicks: None,
            accept_clicks: None,
            shown_again: None,
            text: None,
            buttons: Vec::new(),
            screenshot: None,
            screenshot_after: None,
            tcf: None,
            detail: "no dialog was shown".to_owned(),
        }],
        trials: Vec::new(),
        policies: vec![policy()],
        findings: findings(),
        passes: vec!["misdeclared-purpose", "insecure-attributes"],
        inapplicable: vec!["missing-policy"],
        suppressed: vec![Suppressed {
            finding: Finding {
                message: "`zq` is set and the policy's list does not name it".to_owned(),
                cookies: vec![6],
                ..finding("undisclosed-cookie", "CA101", Severity::Error, "zq shop.example")
            },
            reason: "goes away with release 12".to_owned(),
            by: "allow undisclosed-cookie zq".to_owned(),
        }],
        cookies,
    }
}

/// Names and words a hostile page could choose.
pub(crate) const HOSTILE: [&str; 9] = [
    "\"><img src=x onerror=document.title='hacked'>",
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "\u{1b}[2J\u{1b}]0;hacked\u{7}\u{9b}31m",
    "abc\u{202e}gpj.exe\u{2066}",
    "</script><script>document.title='hacked'</script>",
    "a\r\n::error file=x,line=1::forged\n| x | `y` |",
    "{{ 7*7 }}{% raw %}${alert(1)}",
    "javascript:document.title='hacked'",
    "]]>\u{0}\u{ffff}&lt;&#x26;",
];

/// The shop with every page-chosen text hostile, and a name of 4 KiB.
pub(crate) fn hostile() -> Audit {
    with_words(HOSTILE)
}

/// The same with harmless words in the same places.
pub(crate) fn harmless_twin() -> Audit {
    with_words(std::array::from_fn(|i| ["a0", "a1", "a2", "a3", "a4", "a5 `y`", "a6", "a7", "a8"][i]))
}

fn with_words(words: [&str; 9]) -> Audit {
    let mut audit = shop();
    let long = "n".repeat(4096);
    for (i, cookie) in audit.cookies.iter_mut().enumerate() {
        let name = words.get(i).map_or(long.as_str(), |n| n);
        cookie.name = name.to_owned();
        cookie.pattern = name.to_owned();
        cookie.names = set(&[name]);
        cookie.path = name.to_owned();
        cookie.paths = set(&[name]);
        cookie.class.vendor = Some(name.to_owned());
        cookie.class.reasons[0].detail = name.to_owned();
        cookie.writers[0].url = Some(format!("https://evil.example/{name}"));
        cookie.writers[0].stack = vec![name.to_owned()];
        cookie.pages.insert(format!("{SITE}/{name}"));
        cookie.refused.insert(name.to_owned());
        cookie.value.shape = name.to_owned();
    }
    for (i, finding) in audit.findings.iter_mut().enumerate() {
        let text = words[i];
        finding.message = format!("`{text}` differs");
        finding.pages.push(format!("{SITE}/{text}"));
        finding.policy_quote = Some(text.to_owned());
        finding.evidence = words.iter().map(|h| (*h).to_owned()).collect();
        finding.advice = text.replace('`', "");
    }
    let policy = &mut audit.policies[0];
    policy.url = words[0].to_owned();
    policy.claims[0].quote = words[4].to_owned();
    for (declaration, text) in policy.declarations.iter_mut().zip(words) {
        declaration.name = text.to_owned();
        declaration.purpose_text = Some(text.to_owned());
        declaration.provider = Some(text.to_owned());
        declaration.quote = text.to_owned();
    }
    audit.storage[0].key = words[0].to_owned();
    audit.storage[0].pattern = words[0].to_owned();
    audit.third_parties[0].vendor = Some(words[4].to_owned());
    audit.suppressed[0].reason = words[4].to_owned();
    audit.coverage.broken_links[0].url = words[7].to_owned();
    audit
}

/// The shop with so many cookies.
pub(crate) fn large(count: usize) -> Audit {
    let mut audit = shop();
    let pattern = audit.cookies.clone();
    audit.cookies = (0..count)
        .map(|i| {
            let mut cookie = pattern[i % pattern.len()].clone();
            cookie.name = format!("{}_{i}", cookie.name);
            cookie.pattern.clone_from(&cookie.name);
            cookie
        })
        .collect();
    audit
}
