//! From the internal `Audit` to the public `Report`: a plain copy in public words, nothing decided here.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    Attributes, Browser, Consent, Cookie, Coverage, Finding, Leak, Part, Reason, Report, SCHEMA, Storage, Suppressed,
    ThirdParty, Tool, Trial, Unseen, UrlReason, Value, Verdict, Writer,
};
use super::policy::Policy;
use crate::evidence::model as evidence;
use crate::judge::model as judge;
use crate::report::tally::Tally;

impl From<&judge::Audit> for Report {
    fn from(audit: &judge::Audit) -> Self {
        let header = &audit.header;
        Self {
            schema: SCHEMA.to_owned(),
            site: header.site.clone(),
            started_at: header.started_at.clone(),
            finished_at: audit.finished_at.clone(),
            evidence: audit.evidence_head.clone(),
            tool: Tool { name: header.tool.name.clone(), version: header.tool.version.clone() },
            browser: browser(&header.browser),
            settings_digest: header.settings_digest.clone(),
            settings: header.flags.clone(),
            verdict: Verdict::from(&Tally::of(audit)),
            coverage: coverage(&audit.coverage),
            cookies: audit.cookies.iter().map(cookie).collect(),
            storage: audit.storage.iter().map(storage).collect(),
            third_parties: audit.third_parties.iter().map(third_party).collect(),
            consent: audit.consent.iter().map(consent).collect(),
            policies: audit.policies.iter().enumerate().map(|(at, p)| policy(audit, at, p)).collect(),
            findings: audit.findings.iter().map(|f| finding(audit, f)).collect(),
            passes: audit.passes.iter().map(|&p| p.to_owned()).collect(),
            inapplicable: audit.inapplicable.iter().map(|&p| p.to_owned()).collect(),
            suppressed: audit.suppressed.iter().map(suppressed).collect(),
        }
    }
}

impl From<&Tally> for Verdict {
    fn from(v: &Tally) -> Self {
        Self {
            errors: v.errors,
            warnings: v.warnings,
            notes: v.notes,
            known: v.known,
            untested: v.untested,
            gaps: v.gaps.clone(),
        }
    }
}

fn browser(b: &evidence::BrowserInfo) -> Browser {
    Browser {
        name: b.name.clone(),
        version: b.version.clone(),
        driver: b.driver.clone(),
        third_party_cookies: b.third_party_cookies.clone(),
        announce: b.announce,
        user_agent: b.user_agent.clone(),
        language: b.language.clone(),
        switches: b.switches.clone(),
    }
}

fn coverage(c: &judge::Coverage) -> Coverage {
    let reasons = |list: &[judge::UrlReason]| {
        list.iter()
            .map(|r| UrlReason {
                url: r.url.clone(),
                reason: r.reason.clone(),
                detail: r.detail.clone(),
                found_on: r.found_on.clone(),
            })
            .collect()
    };
    Coverage {
        pages_visited: c.pages_visited,
        pages_failed: reasons(&c.failed),
        broken_links: reasons(&c.broken_links),
        pages_skipped: reasons(&c.skipped),
        phases: words(&c.phases),
        visitors: words(&c.visitors),
        expected_unseen_cookies: c.unseen.map(|u| Unseen { value: u.value, low: u.low, high: u.high }),
        complete: c.complete,
        cut_short: c.cut_short.clone(),
    }
}

fn words<A: Copy + Ord, B: From<A> + Ord>(set: &BTreeSet<A>) -> BTreeSet<B> {
    set.iter().map(|&w| B::from(w)).collect()
}

fn cookie(c: &judge::CookieEntry) -> Cookie {
    Cookie {
        name: c.name.clone(),
        pattern: c.pattern.clone(),
        names: c.names.clone(),
        domain: c.domain.clone(),
        host_only: c.host_only,
        path: c.path.clone(),
        paths: c.paths.clone(),
        partition: c.partition.clone(),
        party: c.party.into(),
        category: c.class.purpose.category().into(),
        purpose: c.class.purpose.into(),
        confidence: c.class.confidence.into(),
        consent_exempt: c.class.consent_exempt.into(),
        reasons: reasons(&c.class),
        vendor: c.class.vendor.clone(),
        identifier: c.identifier,
        lifetime_s: c.lifetime,
        stored_lifetime_s: c.stored_lifetime,
        renewed: c.renewed,
        attributes: attributes(c),
        writers: c.writers.iter().map(writer).collect(),
        pages: c.pages.clone(),
        phases: words(&c.phases),
        visitors: words(&c.visitors),
        value: value(&c.value),
        stored: c.stored,
        accepted: c.accepted,
        refused: c.refused.clone(),
        leaks: leaks(&c.leaks, Some(&c.leak_pages), &c.pages),
        trials: c.trials.iter().map(trial).collect(),
        disclosure: c.disclosure.into(),
        disclosed_by: c.covered_by.map(|by| by.policy),
        declaration: listed(c.disclosure, c.covered_by),
    }
}

/// `CoveredBy::item` points at a declaration only where the cookie is listed; else at a service.
fn listed(disclosure: judge::Disclosure, by: Option<judge::CoveredBy>) -> Option<usize> {
    by.filter(|_| disclosure == judge::Disclosure::Listed).map(|by| by.item)
}

fn reasons(class: &judge::Classification) -> Vec<Reason> {
    class.reasons.iter().map(|r| Reason { source: r.source.into(), detail: r.detail.clone() }).collect()
}

fn attributes(c: &judge::CookieEntry) -> Attributes {
    Attributes {
        secure: c.secure,
        http_only: c.http_only,
        same_site: c.same_site.map(Into::into),
        partitioned: c.sent.as_ref().map_or(c.partition.is_some(), |s| s.partitioned),
        priority: c.sent.as_ref().and_then(|s| s.priority.clone()),
    }
}

fn writer(w: &evidence::Writer) -> Writer {
    Writer {
        kind: w.kind.into(),
        url: w.url.clone(),
        hop: w.hop,
        status: w.status,
        initiator: w.initiator.clone(),
        frame: w.frame.clone(),
        stack: w.stack.clone(),
        api: w.api.clone(),
    }
}

fn value(v: &evidence::ValueFacts) -> Value {
    Value {
        length: v.length,
        shape: v.shape.clone(),
        parts: v.parts.iter().map(|p| Part { kind: p.kind.clone(), text: p.text.clone(), length: p.length }).collect(),
    }
}

/// One entry a receiver, encoding and place; the keyed hash of the part stays in the evidence.
fn leaks(
    leaks: &[evidence::Leak],
    by_host: Option<&BTreeMap<String, BTreeSet<String>>>,
    pages: &BTreeSet<String>,
) -> Vec<Leak> {
    let found: BTreeSet<Leak> = leaks
        .iter()
        .map(|l| Leak {
            to: l.to.clone(),
            how: l.how.clone(),
            place: l.place.clone(),
            pages: by_host.and_then(|m| m.get(&l.to)).unwrap_or(pages).clone(),
        })
        .collect();
    found.into_iter().collect()
}

fn trial(t: &judge::TrialVerdict) -> Trial {
    Trial {
        verdict: t.verdict.clone(),
        change: t.change.clone(),
        page: t.page.clone(),
        purpose: t.purpose.map(Into::into),
    }
}

fn storage(s: &judge::StorageItem) -> Storage {
    Storage {
        kind: s.kind.into(),
        origin: s.origin.clone(),
        key: s.key.clone(),
        pattern: s.pattern.clone(),
        party: s.party.into(),
        category: s.class.purpose.category().into(),
        purpose: s.class.purpose.into(),
        confidence: s.class.confidence.into(),
        consent_exempt: s.class.consent_exempt.into(),
        reasons: reasons(&s.class),
        vendor: s.class.vendor.clone(),
        identifier: s.identifier,
        writers: s.writers.iter().map(writer).collect(),
        pages: s.pages.clone(),
        phases: words(&s.phases),
        leaks: leaks(&s.leaks, None, &s.pages),
        disclosure: s.disclosure.into(),
        disclosed_by: s.covered_by.map(|by| by.policy),
        declaration: listed(s.disclosure, s.covered_by),
    }
}

fn third_party(t: &judge::ThirdParty) -> ThirdParty {
    ThirdParty {
        host: t.host.clone(),
        vendor: t.vendor.clone(),
        purpose: t.purpose.into(),
        pages: t.pages.clone(),
        phases: words(&t.phases),
        kinds: t.kinds.clone(),
        examples: t.examples.clone(),
    }
}

fn consent(c: &evidence::ConsentOutcome) -> Consent {
    Consent {
        phase: c.phase.into(),
        dialog: c.dialog.clone(),
        manager: c.manager.clone(),
        clicks: c.clicks,
        screenshot: c.screenshot.clone(),
        url: c.url.clone(),
        refuse_clicks: c.refuse_clicks,
        accept_clicks: c.accept_clicks,
        shown_again: c.shown_again,
        screenshot_after: c.screenshot_after.clone(),
        tcf: c.tcf.clone(),
        detail: c.detail.clone(),
    }
}

fn policy(audit: &judge::Audit, at: usize, reading: &judge::PolicyReading) -> Policy {
    Policy { screenshot: audit.picture_of_policy(at).map(|p| audit.pictures[p].file.clone()), ..reading.into() }
}

fn finding(audit: &judge::Audit, f: &judge::Finding) -> Finding {
    Finding {
        rule: f.rule.to_owned(),
        code: f.code.to_owned(),
        severity: f.severity.into(),
        confidence: f.confidence.into(),
        outcome: f.outcome.into(),
        message: f.message.clone(),
        cookies: f.cookies.clone(),
        storage: f.storage.clone(),
        pages: f.pages.clone(),
        policy_quote: f.policy_quote.clone(),
        policy: f.policy,
        place: f.place.as_ref().map(Into::into),
        evidence: f.evidence.clone(),
        screenshot: audit.picture_of(f).map(|p| audit.pictures[p].file.clone()),
        advice: f.advice.clone(),
        subject: f.subject.clone(),
        fingerprint: f.fingerprint.clone(),
        new: f.new,
    }
}

fn suppressed(s: &judge::Suppressed) -> Suppressed {
    Suppressed {
        fingerprint: s.finding.fingerprint.clone(),
        reason: s.reason.clone(),
        by: s.by.clone(),
        rule: s.finding.rule.to_owned(),
        message: s.finding.message.clone(),
    }
}
