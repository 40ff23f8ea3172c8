//! What the page says, as plain words: the head, the facts of the first screen, and everything after the inventory.
//!
//! Findings and cookies have files of their own beside this one.

use serde::Serialize;

use super::charts::{self, Chart};
use super::cookies::{self, CookieView, StorageView};
use super::findings::{self, FindingView, RuleView};
use super::pictures::{self, PictureView};
use super::{flow, rows, since};
use crate::judge::model::{Audit, FindingOutcome, PolicyReading, PolicyState, UrlReason};
use crate::report::json::words;
use crate::report::tally::Tally;
use crate::report::texts::Texts;
use crate::report::{RenderOptions, escape, units};

/// Findings named on the first screen.
const FIRST: usize = 5;
/// URLs listed in the appendix for each reason.
const URLS: usize = 100;

/// Everything the template sees.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    site: &'a str,
    status: &'static str,
    verdict: String,
    basis: String,
    gaps: Vec<String>,
    counts: [(&'static str, String, usize); 3],
    coverage: Vec<String>,
    policy_facts: Vec<String>,
    changes: Option<since::ChangesView>,
    purposes: Chart,
    lifetimes: Option<Chart>,
    flow: Option<Chart>,
    first: Vec<FirstView>,
    first_more: usize,
    findings: Vec<FindingView>,
    untested: Vec<FindingView>,
    allowed: Vec<(String, String, String)>,
    cookies: Vec<CookieView>,
    cookies_accepted: usize,
    cookies_refused: usize,
    choices: cookies::Choices,
    storage: Vec<StorageView>,
    hosts: Vec<HostView>,
    policies: Vec<PolicyView>,
    consent: Vec<[String; 5]>,
    failed: UrlList,
    gone: UrlList,
    skipped: UrlList,
    pictures: Vec<PictureView>,
    rules: Vec<RuleView>,
    passes: &'a [&'static str],
    inapplicable: &'a [&'static str],
    environment: Vec<(&'static str, String)>,
    evidence: &'a str,
}

/// The worst finding of a rule, and how many there are of its kind.
#[derive(Debug, Serialize)]
struct FirstView {
    finding: FindingView,
    more: Option<String>,
}

#[derive(Debug, Serialize)]
struct HostView {
    host: String,
    vendor: String,
    purpose: String,
    pages: usize,
    kinds: String,
}

#[derive(Debug, Serialize)]
struct PolicyView {
    url: String,
    link: Option<String>,
    state: String,
    language: String,
    problem: Option<String>,
    picture: Option<String>,
    declarations: Vec<DeclarationView>,
    claims: Vec<(String, String)>,
    services: Vec<(String, String)>,
    denied: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct DeclarationView {
    name: String,
    provider: String,
    purpose: String,
    purpose_text: String,
    lifetime: String,
    place: String,
    quote: String,
    seen: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct UrlList {
    shown: Vec<(String, String)>,
    more: usize,
}

/// Builds it.
pub(super) fn view<'a>(audit: &'a Audit, options: &RenderOptions, texts: &Texts) -> View<'a> {
    let verdict = Tally::of(audit);
    let of = |outcome| audit.findings.iter().filter(move |f| f.outcome == outcome);
    let findings: Vec<FindingView> =
        of(FindingOutcome::Violation).map(|f| findings::view(audit, f, options, texts)).collect();
    let (first, first_more) = first(&findings, texts);
    View {
        site: &audit.header.site,
        status: status(&verdict),
        verdict: sentence(audit, &verdict, texts),
        basis: basis(audit, &verdict, texts),
        gaps: verdict.gaps.clone(),
        counts: [("error", verdict.errors), ("warning", verdict.warnings), ("note", verdict.notes)]
            .map(|(word, n)| (word, texts.count(word, n), n)),
        coverage: coverage(audit, texts),
        policy_facts: audit.policies.iter().map(|p| policy_fact(audit, p, texts)).collect(),
        changes: options.previous.as_ref().map(|previous| since::view(previous, audit, texts)),
        purposes: charts::purposes(audit, texts),
        lifetimes: charts::lifetimes(audit, texts),
        flow: flow::flow(audit, texts),
        first,
        first_more,
        findings,
        untested: of(FindingOutcome::Incomplete).map(|f| findings::view(audit, f, options, texts)).collect(),
        allowed: audit.suppressed.iter().map(|s| (s.finding.message.clone(), s.reason.clone(), s.by.clone())).collect(),
        cookies: cookies::all(audit, texts),
        cookies_accepted: audit.cookies.iter().filter(|c| c.accepted).count(),
        cookies_refused: audit.cookies.iter().filter(|c| !c.accepted).count(),
        choices: cookies::choices(audit, texts),
        storage: cookies::storage(audit, texts),
        hosts: hosts(audit, texts),
        policies: audit.policies.iter().enumerate().map(|(i, p)| policy(audit, i, p, texts)).collect(),
        consent: consent(audit, texts),
        failed: urls(audit, &audit.coverage.failed),
        gone: urls(audit, &audit.coverage.broken_links),
        skipped: urls(audit, &audit.coverage.skipped),
        pictures: pictures::all(audit, options, texts),
        rules: findings::rules(audit, options, texts),
        passes: &audit.passes,
        inapplicable: &audit.inapplicable,
        environment: environment(audit, texts),
        evidence: &audit.evidence_head,
    }
}

/// One entry a rule, so that many cookies of one kind do not hide a finding of another; and how many are not named.
fn first(findings: &[FindingView], texts: &Texts) -> (Vec<FirstView>, usize) {
    let fresh: Vec<&FindingView> = findings.iter().filter(|f| f.is_new()).collect();
    let mut groups: Vec<(&FindingView, usize)> = Vec::new();
    for finding in &fresh {
        match groups.iter_mut().find(|(first, _)| first.rule() == finding.rule()) {
            Some((_, more)) => *more += 1,
            None => groups.push((finding, 0)),
        }
    }
    let told: usize = groups.iter().take(FIRST).map(|(_, more)| more + 1).sum();
    let entries = groups.into_iter().take(FIRST).map(|(finding, more)| FirstView {
        finding: finding.clone(),
        more: (more > 0).then(|| texts.say("summary.alike", &[("n", &more.to_string())])),
    });
    (entries.collect(), fresh.len() - told)
}

fn status(verdict: &Tally) -> &'static str {
    match (verdict.errors + verdict.warnings, verdict.gaps.is_empty()) {
        (0, true) => "clean",
        (0, false) => "incomplete",
        _ if verdict.errors > 0 => "errors",
        _ => "warnings",
    }
}

fn sentence(audit: &Audit, verdict: &Tally, texts: &Texts) -> String {
    let notes = texts.count("note", verdict.notes);
    let counts = match (verdict.errors, verdict.warnings) {
        (0, warnings) => texts.count("warning", warnings),
        (errors, 0) => texts.count("error", errors),
        (errors, warnings) => {
            let (errors, warnings) = (texts.count("error", errors), texts.count("warning", warnings));
            format!("{errors} {} {warnings}", texts.get("verdict.and"))
        }
    };
    let gaps = !verdict.gaps.is_empty();
    match (verdict.errors + verdict.warnings, verdict.notes, gaps) {
        (0, _, true) => texts.get("verdict.incomplete").to_owned(),
        (0, 0, false) => texts.get("verdict.clean").to_owned(),
        (0, _, false) => texts.say("verdict.notes", &[("counts", &notes)]),
        (_, _, gaps) => {
            let key = if audit.policies.is_empty() { "verdict.no_policy" } else { "verdict.differs" };
            let differs = texts.say(key, &[("counts", &counts)]);
            if gaps { format!("{differs} {}", texts.get("verdict.also_incomplete")) } else { differs }
        }
    }
}

fn basis(audit: &Audit, verdict: &Tally, texts: &Texts) -> String {
    let accepted = audit.cookies.iter().filter(|c| c.accepted).count();
    let browser = &audit.header.browser;
    let mut text = texts.say(
        "verdict.basis",
        &[
            ("cookies", &texts.count("cookie", accepted)),
            ("pages", &texts.count("page", pages(audit))),
            ("when", &minute(&audit.header.started_at)),
            ("browser", &format!("{} {}", browser.name, browser.version)),
        ],
    );
    if verdict.known > 0 {
        text.push(' ');
        text.push_str(&texts.say("verdict.known", &[("n", &verdict.known.to_string())]));
    }
    text
}

fn pages(audit: &Audit) -> usize {
    usize::try_from(audit.coverage.pages_visited).unwrap_or(usize::MAX)
}

/// `2026-03-02T09:00:00.000Z` to `2026-03-02 09:00 UTC`; anything else as it is.
pub(in crate::report) fn minute(time: &str) -> String {
    match (time.get(..10), time.get(10..11), time.get(11..16)) {
        (Some(day), Some("T"), Some(minute)) => format!("{day} {minute} UTC"),
        _ => time.to_owned(),
    }
}

fn coverage(audit: &Audit, texts: &Texts) -> Vec<String> {
    let c = &audit.coverage;
    let phases: Vec<&str> = c.phases.iter().map(|p| phase(*p, texts)).collect();
    let visited = texts.say("summary.visited", &[("pages", &texts.count("page", pages(audit)))]);
    let mut facts = vec![format!("{visited} ({})", phases.join(", "))];
    facts.push(texts.get(if c.complete { "summary.complete" } else { "summary.partial" }).to_owned());
    for (list, key) in [(&c.failed, "failed"), (&c.broken_links, "gone"), (&c.skipped, "skipped")] {
        if !list.is_empty() {
            facts.push(texts.say(&format!("summary.{key}"), &[("n", &list.len().to_string())]));
        }
    }
    if let Some(unseen) = c.unseen.filter(|u| u.high >= 1.0) {
        let (low, high) = (format!("{:.0}", unseen.low), format!("{:.0}", unseen.high));
        facts.push(texts.say("summary.unseen", &[("low", &low), ("high", &high)]));
    }
    facts
}

pub(super) fn phase(phase: crate::evidence::model::Phase, texts: &Texts) -> &str {
    let key = match words::Phase::from(phase) {
        words::Phase::BeforeConsent => "words.before_consent",
        words::Phase::Rejected => "words.rejected",
        words::Phase::Accepted => "words.accepted",
    };
    texts.get(key)
}

fn policy_fact(audit: &Audit, policy: &PolicyReading, texts: &Texts) -> String {
    format!("{}: {}", units::short_url(&audit.header.site, &policy.url), policy_state(policy, texts))
}

fn policy_state(policy: &PolicyReading, texts: &Texts) -> String {
    match policy.state {
        PolicyState::Lists => {
            texts.say("summary.policy_lists", &[("cookies", &texts.count("cookie", policy.declarations.len()))])
        }
        PolicyState::Mentions => texts.get("summary.policy_mentions").to_owned(),
        PolicyState::Silent => texts.get("summary.policy_silent").to_owned(),
        PolicyState::Unreadable => texts.get("summary.policy_unreadable").to_owned(),
    }
}

fn hosts(audit: &Audit, texts: &Texts) -> Vec<HostView> {
    let host = |h: &crate::judge::model::ThirdParty| HostView {
        host: h.host.clone(),
        vendor: h.vendor.clone().unwrap_or_else(|| "–".to_owned()),
        purpose: texts.get(&format!("purpose.{}", h.purpose.word())).to_owned(),
        pages: h.pages.len(),
        kinds: h.kinds.iter().cloned().collect::<Vec<_>>().join(", "),
    };
    audit.third_parties.iter().map(host).collect()
}

fn policy(audit: &Audit, index: usize, policy: &PolicyReading, texts: &Texts) -> PolicyView {
    let quoted = |denied: bool| {
        policy.services.iter().filter(move |s| s.denied == denied).map(|s| (s.name.clone(), s.quote.clone())).collect()
    };
    PolicyView {
        url: policy.url.clone(),
        link: findings::web_link(&policy.url),
        state: policy_state(policy, texts),
        language: texts.say("policy.language", &[("language", &policy.language)]),
        problem: policy.problem.clone(),
        picture: audit.picture_of_policy(index).map(pictures::id),
        declarations: (0..policy.declarations.len()).map(|item| declaration(audit, index, item, texts)).collect(),
        claims: policy.claims.iter().map(|c| (c.kind.clone(), c.quote.clone())).collect(),
        services: quoted(false),
        denied: quoted(true),
    }
}

fn declaration(audit: &Audit, policy: usize, item: usize, texts: &Texts) -> DeclarationView {
    let d = &audit.policies[policy].declarations[item];
    let covered = |c: &&crate::judge::model::CookieEntry| {
        c.disclosure == crate::judge::model::Disclosure::Listed
            && c.covered_by.is_some_and(|by| by.policy == policy && by.item == item)
    };
    DeclarationView {
        name: escape::cut(&d.name, rows::NAME),
        provider: d.provider.clone().unwrap_or_else(|| "–".to_owned()),
        purpose: d.purpose.map_or("–", |p| texts.get(cookies::purpose_key(p))).to_owned(),
        purpose_text: d.purpose_text.clone().unwrap_or_default(),
        lifetime: texts.lifetime(d.lifetime),
        place: findings::place_words(&d.place, texts),
        quote: escape::cut(&d.quote, 300),
        seen: audit
            .cookies
            .iter()
            .filter(covered)
            .map(|c| (cookies::id(c), escape::cut(&c.pattern, rows::NAME)))
            .collect(),
    }
}

fn consent(audit: &Audit, texts: &Texts) -> Vec<[String; 5]> {
    let row = |c: &crate::evidence::model::ConsentOutcome| {
        let dialog =
            if c.dialog == "none" { "–" } else { texts.find(&format!("words.{}", c.dialog)).unwrap_or(&c.dialog) };
        [
            phase(c.phase, texts).to_owned(),
            dialog.to_owned(),
            c.manager.clone().unwrap_or_else(|| "–".to_owned()),
            c.clicks.map_or_else(|| "–".to_owned(), |n| n.to_string()),
            c.detail.clone(),
        ]
    };
    audit.consent.iter().map(row).collect()
}

fn urls(audit: &Audit, list: &[UrlReason]) -> UrlList {
    let shown = list.iter().take(URLS).map(|r| {
        let reason = if r.detail.is_empty() { r.reason.clone() } else { format!("{}: {}", r.reason, r.detail) };
        (units::short_url(&audit.header.site, &r.url).to_owned(), reason)
    });
    UrlList { shown: shown.collect(), more: list.len().saturating_sub(URLS) }
}

fn environment(audit: &Audit, texts: &Texts) -> Vec<(&'static str, String)> {
    let (header, browser) = (&audit.header, &audit.header.browser);
    let recorded = format!("{} – {}", minute(&header.started_at), minute(&audit.finished_at));
    let third = texts.find(&format!("words.{}", browser.third_party_cookies)).unwrap_or(&browser.third_party_cookies);
    let all = [
        ("methods.recorded", recorded),
        ("methods.tool", format!("{} {}", header.tool.name, header.tool.version)),
        ("methods.browser", format!("{} {}", browser.name, browser.version)),
        ("methods.driver", browser.driver.clone()),
        ("methods.third_party", third.to_owned()),
        ("methods.agent", browser.user_agent.clone()),
        ("methods.settings", header.flags.join("  ")),
        ("methods.digest", header.settings_digest.clone()),
    ];
    all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}
