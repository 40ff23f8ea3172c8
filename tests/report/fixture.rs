//! Audits to report on: a shop of our own invention, the same with hostile names, and a large one.

use std::collections::BTreeSet;

use cookie_audit::cookie::Party;
use cookie_audit::evidence::model::{
    BrowserInfo, ConsentOutcome, Header, Phase, StorageKind, ToolInfo, Visitor, WriterKind,
};
use cookie_audit::judge::fingerprint::fingerprint;
use cookie_audit::judge::model::{
    Audit, Confidence, Coverage, Disclosure, Finding, FindingOutcome, Place, Purpose, Severity, StorageItem,
    Suppressed, ThirdParty, Unseen, UrlReason,
};

mod cookies;
mod hostile;
mod policy;

use cookies::{ALL_PAGES, first_party, third_party_cookies, writer};
use policy::policy;

pub(crate) use hostile::{HOSTILE, harmless_twin, hostile};

/// The audited site.
pub(crate) const SITE: &str = "https://shop.example";
const YEAR: i64 = 365 * 86_400;

fn set(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|i| (*i).to_owned()).collect()
}

fn pages(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|p| format!("{SITE}{p}")).collect()
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
        pictures: Vec::new(),
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
