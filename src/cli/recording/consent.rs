//! The consent dialog of a phase: the choice made on the first page before its crawl begins, written down with pictures.

use std::sync::Arc;

use miette::IntoDiagnostic;

use super::{CliError, Run, chain};
use crate::evidence::model::{ConsentOutcome, Found, Phase, Record, Visitor};
use crate::gather::journey::consent::{Chosen, ConsentPlan, choose};
use crate::gather::{VisitError, VisitRequest, Visits as _};

/// Browsers tried before a lost one counts.
const TRIES: u32 = 2;

impl Run<'_> {
    /// Looks for the dialog and makes the phase's choice; answers whether the phase can be recorded.
    pub(super) async fn choose(&mut self, plan: &ConsentPlan, phase: Phase) -> Result<bool, CliError> {
        let Some(chosen) = self.chosen(plan, phase).await? else { return Ok(true) };
        let goes_on = chosen.goes_on();
        if let Some(mut outcome) = chosen.outcome {
            outcome.screenshot = self.picture(phase, "before", chosen.before)?;
            outcome.screenshot_after = self.picture(phase, "after", chosen.after)?;
            if !goes_on {
                self.watch.say(&format!("the consent dialog could not be operated: {}", outcome.detail));
            }
            self.writer.append(&Record::Consent(outcome)).into_diagnostic()?;
        }
        if let Some(page) = chosen.page {
            self.writer.append(&Record::Page(page)).into_diagnostic()?;
        }
        Ok(goes_on)
    }

    /// `None` where the page cannot be reached: the crawl tells why.
    async fn chosen(&mut self, plan: &ConsentPlan, phase: Phase) -> Result<Option<Chosen>, CliError> {
        let Some(seed) = self.settings.urls.first() else { return Ok(None) };
        for _ in 0..TRIES {
            let mut lent = self.browsers.open().await.map_err(|error| miette::Report::msg(chain(&error)))?;
            let request = VisitRequest {
                sequence: 0,
                url: seed.clone(),
                depth: 0,
                found: Found::Journey,
                phase,
                visitor: Visitor::Fresh,
                starts_walk: false,
                scope: None,
            };
            let chosen = choose(lent.recorder().into_diagnostic()?, plan, request).await;
            if chosen.is_err() {
                lent.give_up();
            }
            lent.close().await;
            match chosen {
                Ok(chosen) => return Ok(Some(chosen)),
                Err(VisitError::BrowserLost(why)) => tracing::warn!(%why, "lost the browser at the consent dialog"),
            }
        }
        Ok(None)
    }

    fn picture(&self, phase: Phase, when: &str, png: Option<Vec<u8>>) -> Result<Option<String>, CliError> {
        let choice = match phase {
            Phase::BeforeConsent => "none",
            Phase::Rejected => "refusing",
            Phase::Accepted => "agreeing",
        };
        let stem = format!("dialog-{choice}-{when}");
        png.map(|png| self.folder.add_screenshot(&stem, &png)).transpose().into_diagnostic()
    }

    /// Dialogs met on pages of the crawl where the choice could not be made there.
    pub(super) fn outcomes(&mut self, plan: &Arc<ConsentPlan>) -> Result<(), CliError> {
        let told: Vec<ConsentOutcome> = plan.outcomes();
        told.into_iter().try_for_each(|outcome| self.writer.append(&Record::Consent(outcome))).into_diagnostic()
    }
}
