//! Lets the driver's BiDi rest while nobody needs it: a page of the driver's hears of everything that happens in any tab,
//! and that costs a third of what a small page costs itself.
//!
//! Only where CDP is spoken to the browser directly. A command wakes it; a tab that it knew before it rested it knows
//! wrongly afterwards, so such a tab is not used again. Not here: when there is time to rest (`record`).

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::bidi::{Bidi, BidiError};
use super::session::Session;

const LIMIT: Duration = Duration::from_secs(15);
/// How long BiDi may take to know a tab.
const KNOWN_LIMIT: Duration = Duration::from_secs(5);

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

    /// Wakes it, if it rests; `for_good` has it never rest again.
    pub(super) async fn end(&self, bidi: &Bidi, for_good: bool) -> Result<(), BidiError> {
        let mut state = self.state.lock().await;
        if *state == State::Resting {
            hears(bidi, true).await?;
            *state = State::Awake;
        }
        if for_good {
            *state = State::Needed;
        }
        Ok(())
    }
}

impl Session {
    /// Lets BiDi rest until the next command, where CDP does; answers whether it was awake. Tabs that were open then are
    /// not to be used any more.
    pub(crate) async fn rest(&self) -> Result<bool, BidiError> {
        self.rest.begin(self.bidi()).await
    }

    /// Waits until BiDi, woken, knows a tab: it finds those that were opened meanwhile one after the other.
    pub(crate) async fn make_known(&self, context: &str) -> Result<(), BidiError> {
        let deadline = Instant::now() + KNOWN_LIMIT;
        while Instant::now() < deadline {
            match self.send("browsingContext.getTree", json!({"root": context, "maxDepth": 0})).await {
                Err(error) if error.is_lost() => return Err(error),
                Ok(tree) if tree["contexts"][0].is_object() => return Ok(()),
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
        Ok(())
    }

    /// Keeps BiDi from resting: for those who listen to its events.
    pub(crate) async fn stay_awake(&self) -> Result<(), BidiError> {
        self.rest.end(self.bidi(), true).await
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
