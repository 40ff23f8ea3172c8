//! A recorded visit as the ground on which dialogs are worked.

use std::time::Duration;

use super::operate::Ground;
use crate::gather::VisitError;
use crate::gather::record::Staged;

impl Ground for Staged<'_> {
    async fn frames(&self) -> Result<Vec<(String, String)>, VisitError> {
        Staged::frames(self).await
    }

    async fn call(&self, frame: &str, function: &str, argument: &str) -> Result<Option<String>, VisitError> {
        Staged::call(self, frame, function, argument).await
    }

    async fn ask(&self, frame: &str, function: &str) -> Result<Option<String>, VisitError> {
        Staged::ask(self, Some(frame), function).await
    }

    async fn pressed(&self) -> Result<(), VisitError> {
        self.note().await
    }

    async fn pause(&self, time: Duration) -> Result<(), VisitError> {
        self.give(time).await
    }
}
