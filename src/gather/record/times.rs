//! Where a visit's wall time went, stage by stage: for benches, and for whoever wonders why a page was slow.
//!
//! Not evidence: times of this machine say nothing about a site.

use std::time::{Duration, Instant};

/// Wall time of each stage of one visit, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// Making the visitor fresh.
    pub begin: Duration,
    /// From the navigation to the page's load event.
    pub go: Duration,
    /// The page's own time.
    pub page_time: Duration,
    /// Reading the page and the jar.
    pub look: Duration,
    /// Closing the tab and opening the next.
    pub end: Duration,
    /// Taking a picture, where the page has one.
    pub picture: Duration,
    /// Turning what was heard into evidence.
    pub reduce: Duration,
}

impl StageTimes {
    /// All stages together.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.stages().iter().map(|(_, time)| *time).sum()
    }

    /// Each stage with its name.
    #[must_use]
    pub fn stages(&self) -> [(&'static str, Duration); 7] {
        [
            ("begin", self.begin),
            ("go", self.go),
            ("page time", self.page_time),
            ("look", self.look),
            ("end", self.end),
            ("picture", self.picture),
            ("reduce", self.reduce),
        ]
    }
}

/// Measures one stage after the other.
pub(super) struct StopWatch(Instant);

impl StopWatch {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the last lap.
    pub(super) fn lap(&mut self) -> Duration {
        let now = Instant::now();
        let lap = now.duration_since(self.0);
        self.0 = now;
        lap
    }
}
