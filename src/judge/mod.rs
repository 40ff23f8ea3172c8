//! Judging: evidence in, [`model::Audit`] out. Synchronous and pure: the same bytes in give the same bytes out.
//!
//! `classify` says what a cookie is for, `policy` what a policy discloses, `inventory` folds observations into entries,
//! `matching` lays the two side by side, `rules` find where they differ. Here the rules are run, and here only are
//! severities, allowances and baselines applied. No clock, no network, no browser.

pub mod baseline;
pub mod classify;
pub mod coverage;
pub mod fingerprint;
pub mod glob;
pub mod lens;
pub mod matching;
pub mod model;
pub mod policy;
pub mod rules;
pub mod settings;
pub mod unseen;
pub mod verdict;

mod allow;
mod inventory;
mod pictures;
mod reader;
mod third_parties;
mod trials;

use crate::evidence::model::{Evidence, Outcome};
use crate::judge::inventory::Site;
use crate::judge::lens::Lens;
use crate::judge::matching::Matches;
use crate::judge::model::{Audit, Finding, FindingOutcome, PolicyReading, PolicyState};
use crate::judge::rules::{Case, Need, Rule, RuleMeta, make};
use crate::judge::settings::{JudgeSettings, RuleSetting};

/// Judges a recording: inventory, policies, rules, allowances, baseline.
#[must_use]
pub fn judge(evidence: &Evidence, settings: &JudgeSettings) -> Audit {
    let lens = reader::lens(settings);
    let policies = evidence.policies.iter().map(reader::policy).collect();
    judge_with(evidence, policies, settings, lens.as_ref())
}

/// The same with policies already read and a classifier of one's own.
#[must_use]
pub fn judge_with(
    evidence: &Evidence,
    policies: Vec<PolicyReading>,
    settings: &JudgeSettings,
    lens: &dyn Lens,
) -> Audit {
    let mut audit = assemble(evidence, policies, lens);
    let matches = disclose(&mut audit, lens);
    let case = Case { audit: &audit, evidence, matches: &matches, lens, thresholds: &settings.thresholds };
    let ran = run(&case, settings);
    conclude(&mut audit, ran, settings);
    audit
}

/// Everything but findings.
fn assemble(evidence: &Evidence, policies: Vec<PolicyReading>, lens: &dyn Lens) -> Audit {
    let site = Site::of(evidence);
    let cookies = inventory::cookies(evidence, &site, lens);
    let end = evidence.end.as_ref().map(|end| end.finished_at.clone());
    Audit {
        header: evidence.header.clone(),
        finished_at: end.unwrap_or_else(|| evidence.header.started_at.clone()),
        evidence_head: evidence.head.clone(),
        coverage: coverage::coverage(evidence, &cookies),
        cookies,
        storage: inventory::storage(evidence, &site, lens),
        third_parties: third_parties::third_parties(evidence, &site, lens),
        consent: evidence.consent.clone(),
        trials: evidence.trials.clone(),
        pictures: pictures::pictures(evidence),
        policies,
        findings: Vec::new(),
        passes: Vec::new(),
        inapplicable: Vec::new(),
        suppressed: Vec::new(),
    }
}

/// Finds what covers each cookie and storage item, and writes it into the entries.
pub(crate) fn disclose(audit: &mut Audit, lens: &dyn Lens) -> Matches {
    let matches = matching::matches(&audit.cookies, &audit.storage, &audit.policies, lens);
    for (entry, cover) in audit.cookies.iter_mut().zip(&matches.cookies) {
        (entry.disclosure, entry.covered_by) = (cover.disclosure(), cover.best());
    }
    for (item, cover) in audit.storage.iter_mut().zip(&matches.storage) {
        (item.disclosure, item.covered_by) = (cover.disclosure(), cover.best());
    }
    matches
}

/// What the rules answered.
#[derive(Debug, Default)]
struct Ran {
    findings: Vec<Finding>,
    passes: Vec<&'static str>,
    inapplicable: Vec<&'static str>,
}

fn run(case: &Case<'_>, settings: &JudgeSettings) -> Ran {
    let mut ran = Ran::default();
    for rule in rules::ALL.iter().copied().filter(|rule| !is_off(rule.meta(), settings)) {
        run_one(rule, case, settings, &mut ran);
    }
    ran
}

fn run_one(rule: &dyn Rule, case: &Case<'_>, settings: &JudgeSettings, ran: &mut Ran) {
    let meta = rule.meta();
    match missing(meta, case) {
        Some(Missing::NothingToSay) => ran.inapplicable.push(meta.ident),
        Some(Missing::Input(why)) => ran.findings.push(make::untested(meta, "input is missing", why)),
        None => {
            let checked = rule.check(case);
            if !checked.applicable {
                ran.inapplicable.push(meta.ident);
            } else if checked.findings.is_empty() && checked.untested.is_empty() {
                ran.passes.push(meta.ident);
            }
            let found = checked.findings.into_iter().map(|finding| with_setting(finding, settings));
            ran.findings.extend(found);
            ran.findings.extend(checked.untested);
        }
    }
}

fn is_off(meta: &RuleMeta, settings: &JudgeSettings) -> bool {
    settings.rules.get(meta.ident) == Some(&RuleSetting::Off)
}

fn with_setting(mut finding: Finding, settings: &JudgeSettings) -> Finding {
    if let Some(RuleSetting::Severity(severity)) = settings.rules.get(finding.rule) {
        finding.severity = *severity;
    }
    finding
}

/// Why a rule is not run.
enum Missing {
    /// There is nothing it could speak of; another finding says why.
    NothingToSay,
    /// It would have something to say, had it what it needs.
    Input(&'static str),
}

fn missing(meta: &RuleMeta, case: &Case<'_>) -> Option<Missing> {
    meta.needs.iter().find_map(|need| missing_need(*need, case))
}

fn missing_need(need: Need, case: &Case<'_>) -> Option<Missing> {
    use crate::evidence::model::Phase;
    let audit = case.audit;
    let phase = |phase: Phase| {
        case.evidence.pages.iter().any(|page| page.phase == phase && matches!(page.outcome, Outcome::Loaded { .. }))
    };
    let readable = || audit.policies.iter().any(|policy| policy.state != PolicyState::Unreadable);
    match need {
        Need::Pages if audit.coverage.pages_visited == 0 => Some(Missing::Input("no page was visited")),
        Need::ReadablePolicy if audit.policies.is_empty() => Some(Missing::NothingToSay),
        Need::ReadablePolicy if !readable() => Some(Missing::Input("no policy could be read")),
        Need::RejectedPhase if !phase(Phase::Rejected) => {
            Some(Missing::Input("what the site does after a refusal was not looked at (--phase rejected or all)"))
        }
        Need::AcceptedPhase if !phase(Phase::Accepted) => {
            Some(Missing::Input("what the site does after consent was not looked at (--phase accepted or all)"))
        }
        Need::ConsentDialog if audit.consent.is_empty() => {
            Some(Missing::Input("no consent dialog was looked for (--phase all)"))
        }
        Need::Trials if audit.trials.is_empty() => {
            Some(Missing::Input("no cookie was taken away to see what stops working (--trial all)"))
        }
        _ => None,
    }
}

/// Allowances, baseline, order.
fn conclude(audit: &mut Audit, ran: Ran, settings: &JudgeSettings) {
    let allowed = allow::apply(ran.findings, audit, settings);
    audit.findings = allowed.findings;
    audit.suppressed = allowed.suppressed;
    audit.passes = ran.passes;
    audit.inapplicable = ran.inapplicable;
    if let Some(baseline) = &settings.baseline {
        for finding in &mut audit.findings {
            finding.new = !baseline.fingerprints.contains(&finding.fingerprint);
        }
    }
    audit.findings.sort_by(|a, b| rank(a).cmp(&rank(b)));
}

/// Violations before what could not be tested, errors first, then by code and subject.
fn rank(finding: &Finding) -> (FindingOutcome, std::cmp::Reverse<model::Severity>, &str, &str) {
    (finding.outcome, std::cmp::Reverse(finding.severity), finding.code, &finding.subject)
}
