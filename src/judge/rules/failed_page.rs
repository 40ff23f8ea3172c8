//! Pages that could not be looked at.

use std::collections::BTreeMap;

use super::macros::rule;
use super::make::{pages, untested};
use super::{Case, Checked};
use crate::judge::model::{Finding, UrlReason};

rule! {
    /// Pages that failed: a server error, a time-out, a challenge for robots, a sign-in wall.
    ///
    /// A failed page is not a clean page. One finding a reason, with the pages. More of them than `--max-failed` make
    /// the audit incomplete (exit status 3); links to pages that are gone (404, 410) are listed in the coverage and not
    /// counted.
    ///
    /// ## What to do
    /// Mend the pages, exclude them, or give what they need: a sign-in, a slower rate, a longer time.
    FailedPage = "failed-page", "CA903";
    summary: "some pages could not be looked at",
    severity: Warning,
    confidence: High,
    needs: [],
    references: ["what was not seen is never called clean (docs of this tool, coverage)"],
}

fn check(case: &Case<'_>) -> Checked {
    let mut reasons: BTreeMap<&str, Vec<&UrlReason>> = BTreeMap::new();
    for failed in &case.audit.coverage.failed {
        reasons.entry(&failed.reason).or_default().push(failed);
    }
    let untested = reasons.into_iter().map(|(reason, failed)| finding(reason, &failed)).collect();
    Checked { applicable: true, findings: Vec::new(), untested }
}

fn finding(reason: &str, failed: &[&UrlReason]) -> Finding {
    let (count, words) = (failed.len(), reason.replace('_', " "));
    let noun = if count == 1 { "page" } else { "pages" };
    let detail = |failed: &&UrlReason| format!("{}: {}", failed.url, failed.detail);
    Finding {
        severity: META.severity,
        pages: pages(failed.iter().map(|failed| &failed.url)),
        evidence: failed.iter().take(10).map(detail).collect(),
        advice: "mend these pages, exclude them, or give what they need, then audit again".to_owned(),
        ..untested(&META, reason, format!("{count} {noun} could not be looked at: {words}"))
    }
}
