//! Tracking that goes on after the visitor has refused.

use super::macros::rule;
use super::make::{pages, untested, violation};
use super::query::{item_surely_tracks, surely_tracks};
use super::{Case, Checked, words};
use crate::evidence::model::Phase;
use crate::judge::model::{CookieEntry, Finding};

rule! {
    /// After the visitor refused, cookies for tracking were set, tracking keys were kept, or tracking companies were
    /// contacted.
    ///
    /// Only where the dialog was really operated: a dialog that could not be worked makes this incomplete. One finding a
    /// cookie, storage key, or company without a cookie of its own.
    ///
    /// ## What to do
    /// Honour the refusal on every page.
    RefusalIgnored = "refusal-ignored", "CA504";
    summary: "tracking goes on after the visitor refused",
    severity: Error,
    confidence: High,
    needs: [Pages, RejectedPhase, ConsentDialog],
    references: [
        "Regulation (EU) 2016/679 (GDPR) Art. 7(3) and Art. 4(11)",
        "Directive 2002/58/EC (ePrivacy) Art. 5(3)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    match case.dialog_in(Phase::Rejected).map(|outcome| outcome.dialog.as_str()) {
        Some("operated") => {}
        Some("none") => return Checked::inapplicable(),
        _ => {
            let message = "the consent dialog could not be operated, so nothing was refused";
            return Checked::not_tested(vec![untested(&META, "dialog not operated", message)]);
        }
    }
    let still = |entry: &CookieEntry| surely_tracks(entry) && entry.phases.contains(&Phase::Rejected);
    let reported = case.vendors_of(case.accepted().filter(|(_, entry)| still(entry)).map(|(index, _)| index));
    let causes = case.causes(|_, entry| still(entry));
    let mut findings: Vec<Finding> =
        causes.into_iter().filter_map(|(subject, cookies)| of_cookie(case, subject, cookies)).collect();
    findings.extend(of_storage(case));
    let vendors = case.trackers(Some(Phase::Rejected));
    let others = vendors.into_iter().filter(|(vendor, _)| !reported.contains(*vendor));
    findings.extend(others.map(|(vendor, hosts)| {
        let seen = pages(hosts.iter().flat_map(|party| &party.pages));
        Finding { pages: seen, ..said(format!("vendor {vendor}"), &format!("{vendor} is contacted")) }
    }));
    Checked::found(findings)
}

fn said(subject: String, what: &str) -> Finding {
    let finding = violation(&META, subject, format!("{what} after the visitor refused"));
    Finding { advice: "honour the refusal on every page".to_owned(), ..finding }
}

fn of_cookie(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let entries = case.entries(&cookies);
    let entry = entries.first()?;
    let after = entries.iter().filter_map(|entry| entry.pages_by_phase.get(&Phase::Rejected)).flatten();
    let what = format!("{} ({}) is set", words::named(entry), words::purpose(entry.class.purpose));
    Some(Finding { pages: pages(after), evidence: words::observed(entry), cookies, ..said(subject, &what) })
}

fn of_storage(case: &Case<'_>) -> Vec<Finding> {
    let items = case.audit.storage.iter().enumerate();
    let still = items.filter(|(_, item)| item_surely_tracks(item) && item.phases.contains(&Phase::Rejected));
    still
        .map(|(index, item)| {
            let what = format!("`{}` is kept in {}", item.pattern, words::storage_kind(item.kind));
            let finding = said(words::storage_subject(item), &what);
            Finding { storage: vec![index], pages: pages(&item.pages), ..finding }
        })
        .collect()
}
