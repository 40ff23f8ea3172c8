//! What was looked at: pages visited, failed and skipped, phases, visitors, and whether that was everything.
//!
//! Not here: what that means for the exit status (`verdict`).

use crate::evidence::model::{Evidence, FailureReason, Found, Outcome, PageVisit};
use crate::judge::model::{CookieEntry, Coverage, UrlReason};

/// Coverage of a recording.
#[must_use]
pub fn coverage(evidence: &Evidence, _cookies: &[CookieEntry]) -> Coverage {
    let mut coverage = Coverage::default();
    for page in &evidence.pages {
        add(&mut coverage, page);
    }
    let visited = coverage.visited.clone();
    coverage.failed.retain(|failed| !visited.contains(&failed.url));
    coverage.skipped = evidence.skipped.iter().map(skipped).collect();
    for list in [&mut coverage.failed, &mut coverage.broken_links, &mut coverage.skipped] {
        list.sort();
        list.dedup();
    }
    coverage.pages_visited = u32::try_from(coverage.visited.len()).unwrap_or(u32::MAX);
    coverage.cut_short = match &evidence.end {
        Some(end) => end.cut_short.clone(),
        None => Some("the recording has no end".to_owned()),
    };
    let left_out = |reason: &str| matches!(reason, "budget" | "depth" | "sampled" | "trap");
    coverage.complete = coverage.cut_short.is_none()
        && coverage.failed.is_empty()
        && !coverage.skipped.iter().any(|skipped| left_out(&skipped.reason));
    coverage
}

fn add(coverage: &mut Coverage, page: &PageVisit) {
    coverage.phases.insert(page.phase);
    coverage.visitors.insert(page.visitor);
    let Outcome::Failed { reason, detail, .. } = &page.outcome else {
        coverage.visited.insert(page.url.clone());
        return;
    };
    let found_on = match &page.found {
        Found::Link { on } | Found::Sitemap { on } => Some(on.clone()),
        Found::Seed | Found::Journey => None,
    };
    let seed = page.found == Found::Seed;
    let failure =
        UrlReason { url: page.url.clone(), reason: reason.word().to_owned(), detail: detail.clone(), found_on };
    if !seed && matches!(reason, FailureReason::NotFound | FailureReason::Gone) {
        coverage.broken_links.push(failure);
    } else {
        coverage.seed_failed |= seed;
        coverage.failed.push(failure);
    }
}

fn skipped(skipped: &crate::evidence::model::Skipped) -> UrlReason {
    UrlReason {
        url: skipped.url.clone(),
        reason: skipped.reason.clone(),
        detail: skipped.detail.clone(),
        found_on: None,
    }
}
