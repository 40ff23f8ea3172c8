//! Policies that were found and could not be read.

use super::macros::rule;
use super::make::untested;
use super::{Case, Checked};
use crate::judge::model::{Finding, PolicyState};

rule! {
    /// A policy was found and could not be read: an error page, a document without text, a list that never appeared.
    ///
    /// Nothing is known about what it discloses, so the audit is incomplete (exit status 3) and rules that compare with
    /// a policy have nothing to compare with. Never taken for a policy that says nothing.
    ///
    /// ## What to do
    /// Open the stored copy under `policies/` and look; give a readable version with `--policy`.
    UnreadablePolicy = "unreadable-policy", "CA902";
    summary: "a policy was found and could not be read",
    severity: Warning,
    confidence: High,
    needs: [],
    references: ["Regulation (EU) 2016/679 (GDPR) Art. 12(1) (easily accessible form)"],
}

fn check(case: &Case<'_>) -> Checked {
    if case.audit.policies.is_empty() {
        return Checked::inapplicable();
    }
    let unreadable =
        case.audit.policies.iter().enumerate().filter(|(_, policy)| policy.state == PolicyState::Unreadable);
    let untested = unreadable
        .map(|(index, policy)| {
            let why = policy.problem.as_deref().unwrap_or("its text could not be understood");
            Finding {
                severity: META.severity,
                policy: Some(index),
                advice: "look at the stored copy; give a readable version with --policy".to_owned(),
                ..untested(&META, &policy.url, format!("the policy {} could not be read: {why}", policy.url))
            }
        })
        .collect();
    Checked { applicable: true, findings: Vec::new(), untested }
}
