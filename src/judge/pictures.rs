//! Which pictures the evidence holds, and which of them shows a finding's first page.
//!
//! Names of files only: judging opens no picture.

use crate::evidence::model::{Evidence, Phase};
use crate::evidence::pictured::first_to_bring;
use crate::judge::model::{Audit, Finding, Picture, Shows};
use crate::judge::rules::{self, Need};

/// Pages that brought something first, in the order of the visits, then dialogs, then policies.
pub(crate) fn pictures(evidence: &Evidence) -> Vec<Picture> {
    let picture = |file: &Option<String>, shows, url: &str, phase| {
        file.as_ref().map(|file| Picture { file: file.clone(), shows, url: url.to_owned(), phase })
    };
    let pages = first_to_bring(&evidence.pages)
        .into_iter()
        .filter_map(|p| picture(&p.screenshot, Shows::Page, &p.url, Some(p.phase)));
    let dialogs = evidence.consent.iter().flat_map(|c| {
        let before = picture(&c.screenshot, Shows::Dialog, &c.url, Some(c.phase));
        let after = picture(&c.screenshot_after, Shows::Chosen, &c.url, Some(c.phase));
        before.into_iter().chain(after)
    });
    let policies = evidence.policies.iter().enumerate().filter_map(|(at, policy)| {
        let document = &policy.document;
        picture(&document.screenshot, Shows::Policy(at), &document.url, None)
    });
    pages.chain(dialogs).chain(policies).collect()
}

impl Audit {
    /// The first picture of a page of the finding, from the phase that its rule is about where there is one.
    #[must_use]
    pub fn picture_of(&self, finding: &Finding) -> Option<usize> {
        let of_page = |picture: &Picture| picture.shows == Shows::Page && finding.pages.contains(&picture.url);
        let phase = phase_of(finding.rule);
        let first = |fits: &dyn Fn(&Picture) -> bool| self.pictures.iter().position(|p| of_page(p) && fits(p));
        phase.and_then(|phase| first(&|p| p.phase == Some(phase))).or_else(|| first(&|_| true))
    }

    /// The picture of a policy.
    #[must_use]
    pub fn picture_of_policy(&self, policy: usize) -> Option<usize> {
        self.pictures.iter().position(|picture| picture.shows == Shows::Policy(policy))
    }
}

fn phase_of(rule: &str) -> Option<Phase> {
    let meta = rules::ALL.iter().map(|rule| rule.meta()).find(|meta| meta.ident == rule)?;
    meta.needs.iter().find_map(|need| match need {
        Need::RejectedPhase => Some(Phase::Rejected),
        Need::AcceptedPhase => Some(Phase::Accepted),
        _ => None,
    })
}
