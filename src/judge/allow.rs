//! `[[allow]]`: findings taken out with a reason, and allowances that no longer do anything.
//!
//! An allowance takes out a finding when its rule, its cookie and its site fit, until the day it expires. The day is
//! compared with the end of the recording, never with the clock. Allowances cannot take out findings about allowances.

use crate::judge::glob::Glob;
use crate::judge::inventory::Site;
use crate::judge::model::{Audit, Finding, FindingOutcome, Suppressed};
use crate::judge::rules::make::violation;
use crate::judge::rules::{RuleMeta, expired_allowance, unused_allowance};
use crate::judge::settings::{Allow, JudgeSettings, RuleSetting};

/// Findings that stay, and those that were taken out.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    pub(crate) findings: Vec<Finding>,
    pub(crate) suppressed: Vec<Suppressed>,
}

/// Takes out what is allowed and reports what the allowances themselves lack.
pub(crate) fn apply(findings: Vec<Finding>, audit: &Audit, settings: &JudgeSettings) -> Allowed {
    let mut allowed = Allowed::default();
    let mut used = vec![false; settings.allow.len()];
    for finding in findings {
        match settings.allow.iter().position(|allow| fits(allow, &finding, audit)) {
            Some(at) => {
                if let Some(flag) = used.get_mut(at) {
                    *flag = true;
                }
                take_out(finding, at, audit, settings, &mut allowed);
            }
            None => allowed.findings.push(finding),
        }
    }
    report(audit, settings, &used, &mut allowed.findings);
    allowed
}

fn take_out(finding: Finding, at: usize, audit: &Audit, settings: &JudgeSettings, allowed: &mut Allowed) {
    // A second entry may still hold where the first one has expired.
    let holding = settings.allow.iter().skip(at).find(|allow| !expired(allow, audit) && fits(allow, &finding, audit));
    match holding {
        Some(allow) => {
            allowed.suppressed.push(Suppressed { reason: allow.reason.clone(), by: words(allow), finding });
        }
        None => allowed.findings.push(finding),
    }
}

/// Findings about the allowances themselves.
fn report(audit: &Audit, settings: &JudgeSettings, used: &[bool], findings: &mut Vec<Finding>) {
    for (allow, used) in settings.allow.iter().zip(used) {
        if expired(allow, audit) {
            push(&expired_allowance::META, allow, &format!("expired on {}", day(allow)), settings, findings);
        } else if !used && site_fits(allow, audit) {
            push(&unused_allowance::META, allow, "fits no finding", settings, findings);
        }
    }
}

fn push(meta: &'static RuleMeta, allow: &Allow, why: &str, settings: &JudgeSettings, findings: &mut Vec<Finding>) {
    let mut finding = Finding {
        evidence: vec![format!("reason given: {}", allow.reason)],
        advice: "take the entry out of the configuration, or renew it with a reason".to_owned(),
        ..violation(meta, words_without_place(allow), format!("the allowance {} {why}", words(allow)))
    };
    match settings.rules.get(meta.ident) {
        Some(RuleSetting::Off) => return,
        Some(RuleSetting::Severity(severity)) => finding.severity = *severity,
        None => {}
    }
    findings.push(finding);
}

fn day(allow: &Allow) -> &str {
    allow.expires.as_deref().unwrap_or_default()
}

/// Dates and times in ISO form compare as text; the day named is the last one that counts.
fn expired(allow: &Allow, audit: &Audit) -> bool {
    let today = audit.finished_at.get(..10).unwrap_or_default();
    allow.expires.as_deref().is_some_and(|last| last.get(..10).unwrap_or(last) < today)
}

fn fits(allow: &Allow, finding: &Finding, audit: &Audit) -> bool {
    finding.outcome == FindingOutcome::Violation
        && Glob::new(&allow.rule).matches(finding.rule)
        && site_fits(allow, audit)
        && cookie_fits(allow, finding, audit)
}

fn site_fits(allow: &Allow, audit: &Audit) -> bool {
    let Some(site) = &allow.site else { return true };
    let host = Site::of_header(&audit.header).host;
    let glob = Glob::new(site);
    glob.matches(&host) || glob.matches(&audit.header.site)
}

/// Every cookie and key of the finding has to be meant: an exception for one does not hide another.
fn cookie_fits(allow: &Allow, finding: &Finding, audit: &Audit) -> bool {
    let Some(cookie) = &allow.cookie else { return true };
    let glob = Glob::new(cookie);
    let cookies = finding.cookies.iter().filter_map(|index| audit.cookies.get(*index));
    let items = finding.storage.iter().filter_map(|index| audit.storage.get(*index));
    let mut names = cookies
        .map(|entry| (&entry.pattern, &entry.name))
        .chain(items.map(|item| (&item.pattern, &item.key)))
        .peekable();
    names.peek().is_some() && names.all(|(pattern, name)| glob.matches(pattern) || glob.matches(name))
}

fn words_without_place(allow: &Allow) -> String {
    let cookie = allow.cookie.as_deref().map(|cookie| format!(" for {cookie}")).unwrap_or_default();
    let site = allow.site.as_deref().map(|site| format!(" on {site}")).unwrap_or_default();
    format!("of {}{cookie}{site}", allow.rule)
}

fn words(allow: &Allow) -> String {
    let place = if allow.place.is_empty() { String::new() } else { format!(" ({})", allow.place) };
    format!("{}{place}", words_without_place(allow))
}
