//! Lets the driver's BiDi rest while nobody needs it: a page of the driver's hears of everything that happens in any tab,
//! and that costs a third of what a small page costs itself.
//!
//! Only where CDP is spoken to the browser directly. A command wakes it; a tab that it knew before it rested it knows wrongly
//! afterwards, so such a tab is not used again. Not here: when there is time to rest (`record`).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::bidi::{Bidi, BidiError};

const LIMIT: Duration = Duration::from_secs(15);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Hears everything, and goes on doing so.
    Needed,
    Awake,
    Resting,
}

/// Whether the driver's BiDi hears of tabs.
pub(super) struct Rest {
    state: Mutex<State>,
}

impl Rest {
    /// `may_rest` says whether everything that the session needs is to be had without it.
    pub(super) fn new(may_rest: bool) -> Self {
        Self { state: Mutex::new(if may_rest { State::Awake } else { State::Needed }) }
    }

    /// Sends it to rest; answers whether it was awake.
    pub(super) async fn begin(&self, bidi: &Bidi) -> Result<bool, BidiError> {
        let mut state = self.state.lock().await;
        if *state != State::Awake {
            return Ok(false);
        }
        // Also where it fails half-way: waking then puts everything right.
        *state = State::Resting;
        hears(bidi, false).await?;
        Ok(true)
    }

    /// Wakes it, if it rests.
    pub(super) async fn end(&self, bidi: &Bidi) -> Result<(), BidiError> {
        let mut state = self.state.lock().await;
        if *state == State::Resting {
            hears(bidi, true).await?;
            *state = State::Awake;
        }
        Ok(())
    }

    /// Wakes it for good.
    pub(super) async fn forbid(&self, bidi: &Bidi) -> Result<(), BidiError> {
        let mut state = self.state.lock().await;
        if *state == State::Resting {
            hears(bidi, true).await?;
        }
        *state = State::Needed;
        Ok(())
    }
}

/// What the driver's BiDi asked of the browser when it began, or the contrary.
async fn hears(bidi: &Bidi, hears: bool) -> Result<(), BidiError> {
    let attach = if hears {
        let tabs = json!([{"type": "page", "exclude": true}, {}]);
        json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true, "filter": tabs})
    } else {
        json!({"autoAttach": false, "waitForDebuggerOnStart": false, "flatten": true})
    };
    passed_on(bidi, "Target.setDiscoverTargets", json!({"discover": hears})).await?;
    passed_on(bidi, "Target.setAutoAttach", attach).await
}

async fn passed_on(bidi: &Bidi, method: &str, params: Value) -> Result<(), BidiError> {
    bidi.send("goog:cdp.sendCommand", json!({"method": method, "params": params}), LIMIT).await.map(drop)
}
