//! How large a tab is painted: a tenth of its size while nobody looks, since painting is most of what a page's time and a
//! scroll cost; and in a window that fills the screen, since a tab strip shows by moving that something loads, which costs
//! as much as a small page's own frames.
//!
//! The page sees none of it: its viewport, screen, window and pixels stay what they were, and its display mode is that of
//! an ordinary tab (a switch has it so); only what is painted of it is scaled down on its way to the window. A window put
//! away would cost less still, but what moves in it is drawn once a second. A tab that the page opens by itself does see
//! that it fills the screen. Headless Chromium on our own connection only. Not here: taking pictures (`portrait`).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::tab::Tab;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const SCALE: f64 = 0.1;
/// The page's own process answers as well.
const LIMIT: Duration = Duration::from_secs(5);
/// How long a page may take to be told of its window, and how often it is asked meanwhile.
const TELLING: Duration = Duration::from_secs(1);
const TRIES: u32 = 50;
/// Sizes of the viewport and the screen, and where the window stands, which an override would change if it were not told;
/// and what else a page sees of its window.
const SEEN: &str = "[innerWidth, innerHeight, screen.width, screen.height, screenX, screenY, outerWidth, outerHeight,
    document.visibilityState, ...['display-mode: browser', 'display-state: normal', 'display-state: fullscreen']
        .map((feature) => matchMedia('(' + feature + ')').matches)]";
/// How many of these are sizes.
const SIZES: usize = 6;

/// The screen and the window of a session. The same for all of its tabs: one that was just opened may not know them yet.
pub(super) struct Screen {
    /// Where tabs can be painted small.
    sizes: Option<[i64; SIZES]>,
    /// Where it can fill the screen.
    window: Option<i64>,
    fills: AtomicBool,
}

impl Screen {
    /// Asks the session's first tab, which is empty: a page's answer would be the page's.
    pub(super) async fn of(session: &Session, tab: &Tab) -> Result<Self, BidiError> {
        let unknown = Self { sizes: None, window: None, fills: AtomicBool::new(false) };
        let Some(ears) = tab.heard_by.as_deref().filter(|_| session.is_headless()) else { return Ok(unknown) };
        match Self::asked(session, &tab.context, ears).await {
            Err(error) if !error.is_lost() => {
                tracing::debug!(%error, "sizes are not known; tabs are painted as they are");
                Ok(unknown)
            }
            answer => answer,
        }
    }

    async fn asked(session: &Session, tab: &str, ears: &str) -> Result<Self, BidiError> {
        let found = session.cdp_within(None, "Browser.getWindowForTarget", json!({"targetId": tab}), LIMIT).await?;
        let bounds = &found["bounds"];
        let told = [&bounds["left"], &bounds["top"], &bounds["width"], &bounds["height"]];
        let seen = seen_once(session, ears, |seen| (4_usize..).zip(told).all(|(at, told)| seen[at] == *told)).await?;
        // A frame in a process of its own would see where the window has gone.
        let window = found["windowId"].as_i64().filter(|_| !session.isolates_sites());
        let mut screen = Self { sizes: sizes(&seen), window, fills: AtomicBool::new(false) };
        if screen.window.is_some() && !screen.fills_unseen(session, ears, &seen).await? {
            screen.window = None;
        }
        Ok(screen)
    }

    /// Tries out whether a page sees that its window fills the screen by anything but its sizes.
    async fn fills_unseen(&self, session: &Session, ears: &str, before: &Value) -> Result<bool, BidiError> {
        self.fill(session, true).await?;
        let filled = seen_once(session, ears, |seen| seen[1] != before[1]).await;
        self.fill(session, false).await?;
        let filled = filled?;
        let after = seen_once(session, ears, |seen| seen == before).await?;
        let rest = |seen: &Value| seen.as_array().and_then(|all| all.get(SIZES..)).map(<[Value]>::to_vec);
        Ok(filled[1] != before[1] && rest(&filled) == rest(before) && after == *before)
    }

    /// Paints a tab small or in full.
    pub(super) async fn paint(&self, session: &Session, tab: &mut Tab, small: bool) -> Result<(), BidiError> {
        // The ears' session lasts as long as the tab does; ours is given up between pages.
        let (Some(sizes), Some(ears)) = (self.sizes, tab.heard_by.clone()) else { return Ok(()) };
        if !small {
            self.fill(session, false).await?;
        }
        if tab.small != Some(small) {
            // Not known until it is answered.
            tab.small = None;
            let (method, asked) = if small {
                ("Emulation.setDeviceMetricsOverride", scaled(sizes))
            } else {
                ("Emulation.clearDeviceMetricsOverride", json!({}))
            };
            if let Err(error) = session.cdp_within(Some(&ears), method, asked, LIMIT).await {
                // Without its sizes a page would see that the window fills the screen.
                self.fill(session, false).await?;
                return Err(error);
            }
            tab.small = Some(small);
        }
        if small { self.fill(session, true).await } else { Ok(()) }
    }

    /// Has the window fill the screen or not, where that is not so yet. One that will not fill it works as it is; that it
    /// is back in its place is certain only once it was answered.
    async fn fill(&self, session: &Session, fills: bool) -> Result<(), BidiError> {
        let Some(window) = self.window.filter(|_| self.fills.load(Ordering::Relaxed) != fills) else { return Ok(()) };
        self.fills.store(true, Ordering::Relaxed);
        let state = if fills { "fullscreen" } else { "normal" };
        let asked = json!({"windowId": window, "bounds": {"windowState": state}});
        match session.cdp_within(None, "Browser.setWindowBounds", asked, LIMIT).await {
            Err(error) if fills && !error.is_lost() => tracing::debug!(%error, "the window stays as it is"),
            answer => {
                answer?;
                self.fills.store(fills, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

/// What a page sees, as soon as it is as awaited; what it saw last where that does not come.
async fn seen_once(session: &Session, ears: &str, awaited: impl Fn(&Value) -> bool) -> Result<Value, BidiError> {
    let asked = json!({"expression": SEEN, "returnByValue": true});
    let mut seen = Value::Null;
    for _ in 0..TRIES {
        let mut answer = session.cdp_within(Some(ears), "Runtime.evaluate", asked.clone(), LIMIT).await?;
        seen = answer["result"]["value"].take();
        if awaited(&seen) {
            break;
        }
        tokio::time::sleep(TELLING / TRIES).await;
    }
    Ok(seen)
}

fn sizes(answer: &Value) -> Option<[i64; SIZES]> {
    let numbers: Vec<i64> = answer.as_array()?.get(..SIZES)?.iter().filter_map(Value::as_i64).collect();
    let sizes = <[i64; SIZES]>::try_from(numbers).ok()?;
    let [width, height, screen_width, screen_height, x, y] = sizes;
    // The browser refuses the override of a window that stands beside the screen.
    let on_screen = (0..=screen_width).contains(&x) && (0..=screen_height).contains(&y);
    (width > 0 && height > 0 && screen_width > 0 && screen_height > 0 && on_screen).then_some(sizes)
}

fn scaled([width, height, screen_width, screen_height, x, y]: [i64; SIZES]) -> Value {
    json!({
        "width": width, "height": height, "screenWidth": screen_width, "screenHeight": screen_height,
        "positionX": x, "positionY": y, "deviceScaleFactor": 0, "mobile": false, "scale": SCALE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_answers_are_sizes() {
        assert_eq!(sizes(&json!([1366, 757, 1366, 900, 10, 0, "visible"])), Some([1366, 757, 1366, 900, 10, 0]));
        assert_eq!(sizes(&json!([1366, 757, 1366, 900, -2000, 0])), None, "beside the screen");
        for answer in
            [json!([0, 757, 1366, 900, 10, 10]), json!([1366, 757, 1366, 900, 10]), json!("wide"), json!(null)]
        {
            assert_eq!(sizes(&answer), None, "{answer}");
        }
    }
}
