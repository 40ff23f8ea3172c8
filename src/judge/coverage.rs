//! What was looked at: pages visited, failed and skipped, phases, visitors, and whether that was everything.
//!
//! Not here: what that means for the exit status (`verdict`), and the arithmetic of the estimate (`unseen`).

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::evidence::model::{Evidence, FailureReason, Found, Outcome, PageVisit, Phase, Skipped, Visitor};
use crate::judge::model::{CookieEntry, Coverage, UrlReason};
use crate::judge::unseen::unseen;

/// Reasons that leave a page of the audited site unseen. What is outside the scope, excluded, the same page, no page
/// at all, or would end the session is none of it.
const UNSEEN: &[&str] =
    &["budget", "depth", "sampled", "trap", "robots", "max_time", "interrupted", "browser_lost", "killed"];

/// Reasons that only say that a run ended early: a later run may have found a better one.
const PASSING: &[&str] = &["max_time", "interrupted", "browser_lost"];

/// Coverage of a recording.
#[must_use]
pub fn coverage(evidence: &Evidence, cookies: &[CookieEntry]) -> Coverage {
    let mut coverage = Coverage {
        phases: evidence.pages.iter().map(|p| p.phase).collect(),
        visitors: evidence.pages.iter().map(|p| p.visitor).collect(),
        cut_short: match &evidence.end {
            Some(end) => end.cut_short.clone(),
            None => Some("the recording has no end".to_owned()),
        },
        ..Coverage::default()
    };
    for (key, pages) in by_page(evidence) {
        add(&mut coverage, &key, &pages);
    }
    coverage.skipped.extend(skipped(evidence, &coverage.visited));
    for list in [&mut coverage.failed, &mut coverage.broken_links, &mut coverage.skipped] {
        list.sort();
        list.dedup();
    }
    coverage.pages_visited = u32::try_from(coverage.visited.len()).unwrap_or(u32::MAX);
    coverage.seed_failed |= !seeds_seen(evidence, &coverage);
    coverage.complete = coverage.cut_short.is_none()
        && coverage.failed.is_empty()
        && !coverage.skipped.iter().any(|s| UNSEEN.contains(&s.reason.as_str()));
    coverage.unseen = estimate(evidence, cookies);
    coverage
}

type PageKey<'a> = (&'a str, Phase, Visitor);

/// Visits of one page in one phase as one kind of visitor; several where a run was resumed.
fn by_page(evidence: &Evidence) -> BTreeMap<PageKey<'_>, Vec<&PageVisit>> {
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    // The returning walk repeats pages that were seen before: its failures are no failed pages.
    for page in evidence.pages.iter().filter(|p| p.visitor != Visitor::Returning) {
        groups.entry((page.url.as_str(), page.phase, page.visitor)).or_default().push(page);
    }
    groups
}

fn add(coverage: &mut Coverage, (url, phase, _): &PageKey<'_>, visits: &[&PageVisit]) {
    if visits.iter().any(|p| matches!(p.outcome, Outcome::Loaded { .. })) {
        coverage.visited.insert((*url).to_owned());
        return;
    }
    let Some(page) = visits.last() else { return };
    let Outcome::Failed { reason, detail, .. } = &page.outcome else { return };
    let (found_on, seed) = match &page.found {
        Found::Link { on } | Found::Sitemap { on } => (Some(on.clone()), false),
        Found::Seed => (None, true),
        Found::Journey => (None, false),
    };
    let detail = if *phase == Phase::BeforeConsent { detail.clone() } else { format!("{detail} ({})", words(*phase)) };
    let entry = |reason: &str| UrlReason { url: (*url).to_owned(), reason: reason.to_owned(), detail, found_on };
    match reason {
        FailureReason::NotFound | FailureReason::Gone if !seed => coverage.broken_links.push(entry(reason.word())),
        FailureReason::OutOfScope if !seed => coverage.skipped.push(entry("scope")),
        FailureReason::Download if !seed => coverage.skipped.push(entry("non_html")),
        _ => {
            coverage.seed_failed |= seed;
            coverage.failed.push(entry(reason.word()));
        }
    }
}

fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::BeforeConsent => "before a choice",
        Phase::Rejected => "after refusing",
        Phase::Accepted => "after accepting",
    }
}

/// Skipped addresses, without those that were visited after all and without outdated reasons.
fn skipped(evidence: &Evidence, visited: &BTreeSet<String>) -> Vec<UrlReason> {
    let settled = |s: &&Skipped| !PASSING.contains(&s.reason.as_str());
    let settled = evidence.skipped.iter().filter(settled).map(|s| s.url.as_str()).collect::<BTreeSet<_>>();
    let failed = evidence.pages.iter().map(|p| p.url.as_str()).collect::<BTreeSet<_>>();
    let counts = |s: &&Skipped| {
        let outdated = settled.contains(s.url.as_str()) || failed.contains(s.url.as_str());
        !(visited.contains(&s.url) || PASSING.contains(&s.reason.as_str()) && outdated)
    };
    let entry = |s: &Skipped| UrlReason {
        url: s.url.clone(),
        reason: s.reason.clone(),
        detail: s.detail.clone(),
        found_on: None,
    };
    evidence.skipped.iter().filter(counts).map(entry).collect()
}

/// Whether every seed was at least tried: a run killed early never came to some.
fn seeds_seen(evidence: &Evidence, coverage: &Coverage) -> bool {
    let same = |a: &str, b: &str| match (Url::parse(a), Url::parse(b)) {
        (Ok(mut a), Ok(mut b)) => {
            a.set_fragment(None);
            b.set_fragment(None);
            a == b
        }
        _ => a == b,
    };
    let failed = coverage.failed.iter().map(|f| f.url.as_str());
    let tried = coverage.visited.iter().map(String::as_str).chain(failed).collect::<Vec<_>>();
    // A seed whose address was redacted differently is still told by its kind.
    let by_kind = evidence.pages.iter().filter(|p| p.found == Found::Seed).map(|p| p.url.as_str());
    let by_kind = by_kind.collect::<BTreeSet<_>>().len();
    let missing = evidence.header.seeds.iter().filter(|s| !tried.iter().any(|t| same(s, t))).count();
    missing == 0 || by_kind >= evidence.header.seeds.len()
}

/// From the pages that fresh visitors saw before any choice, and the cookies the browser took on them.
fn estimate(evidence: &Evidence, cookies: &[CookieEntry]) -> Option<crate::judge::model::Unseen> {
    let fresh = |p: &&PageVisit| p.visitor == Visitor::Fresh && p.phase == Phase::BeforeConsent;
    let loaded = |p: &&PageVisit| matches!(p.outcome, Outcome::Loaded { .. });
    let pages = evidence.pages.iter().filter(fresh).filter(loaded).map(|p| &p.url).collect::<BTreeSet<_>>();
    let shown = |c: &CookieEntry| c.pages.iter().filter(|p| pages.contains(p)).count();
    let incidences = cookies.iter().filter(|c| c.accepted).map(shown).collect::<Vec<_>>();
    unseen(pages.len(), &incidences)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::model::End;

    fn visit(url: &str, found: Found, failure: Option<FailureReason>) -> PageVisit {
        let outcome = match failure {
            Some(reason) => serde_json::json!({"result": "failed", "reason": reason, "detail": "why", "status": null}),
            None => serde_json::json!({"result": "loaded", "status": 200, "media_type": null}),
        };
        serde_json::from_value(serde_json::json!({
            "sequence": 0, "url": url, "final_url": null, "depth": 0, "found": found, "phase": "before_consent",
            "visitor": "fresh", "step": null, "started_at": "", "finished_at": "", "outcome": outcome, "hops": [],
            "title": null, "language": null, "writes": [], "jar": [], "storage": [], "hosts": [], "leaks": [],
            "links": [], "service_workers": [], "notes": [], "screenshot": null, "structure": null,
        }))
        .unwrap()
    }

    fn link() -> Found {
        Found::Link { on: "http://a.test/".to_owned() }
    }

    fn skip(url: &str, reason: &str) -> Skipped {
        let (url, reason) = (url.to_owned(), reason.to_owned());
        Skipped { url, reason, detail: String::new(), phase: Phase::BeforeConsent }
    }

    fn evidence(pages: Vec<PageVisit>, skipped: Vec<Skipped>) -> Evidence {
        let end = Some(End { finished_at: String::new(), cut_short: None });
        let mut evidence = Evidence { pages, skipped, end, ..Evidence::default() };
        evidence.header.seeds = vec!["http://a.test".to_owned()];
        evidence
    }

    #[test]
    fn everything_seen() {
        let pages = vec![visit("http://a.test/", Found::Seed, None), visit("http://a.test/b", link(), None)];
        let got = coverage(&evidence(pages, vec![skip("http://b.test/", "scope")]), &[]);
        assert!(got.complete && !got.seed_failed);
        assert_eq!((got.pages_visited, got.failed.len(), got.skipped.len()), (2, 0, 1));
    }

    #[test]
    fn failures_by_what_they_mean() {
        use FailureReason::{BotWall, Download, Gone, NotFound, OutOfScope};
        let page = |n: u32, reason| visit(&format!("http://a.test/{n}"), link(), Some(reason));
        let mut pages = vec![visit("http://a.test/", Found::Seed, None)];
        pages.extend([page(1, NotFound), page(2, Gone), page(3, OutOfScope), page(4, Download), page(5, BotWall)]);
        let got = coverage(&evidence(pages, vec![]), &[]);
        let words = |l: &[UrlReason]| l.iter().map(|u| u.reason.clone()).collect::<Vec<_>>();
        assert_eq!(words(&got.broken_links), ["not_found", "gone"]);
        assert_eq!(words(&got.skipped), ["scope", "non_html"]);
        assert_eq!(words(&got.failed), ["bot_wall"]);
        assert!(!got.complete && !got.seed_failed);
    }

    #[test]
    fn a_seed_that_fails_or_was_never_tried() {
        let gone = visit("http://a.test/", Found::Seed, Some(FailureReason::NotFound));
        assert!(coverage(&evidence(vec![gone], vec![]), &[]).seed_failed);
        assert!(coverage(&evidence(vec![], vec![]), &[]).seed_failed);
    }

    #[test]
    fn a_resumed_run_forgets_why_the_first_one_stopped() {
        let lost = visit("http://a.test/", Found::Seed, Some(FailureReason::BrowserLost));
        let pages = vec![lost, visit("http://a.test/", Found::Seed, None)];
        let skips = vec![
            skip("http://a.test/", "interrupted"),
            skip("http://a.test/x", "interrupted"),
            skip("http://a.test/x", "budget"),
        ];
        let got = coverage(&evidence(pages, skips), &[]);
        assert_eq!(got.skipped.iter().map(|s| s.reason.as_str()).collect::<Vec<_>>(), ["budget"]);
        assert!(got.failed.is_empty() && !got.seed_failed && !got.complete);
    }

    #[test]
    fn a_recording_without_an_end_is_cut_short() {
        let mut evidence = evidence(vec![visit("http://a.test/", Found::Seed, None)], vec![]);
        evidence.end = None;
        let got = coverage(&evidence, &[]);
        assert!(got.cut_short.is_some() && !got.complete);
    }
}
