//! How large a tab is painted: a tenth of its size while nobody looks, since painting is most of what a page's time and a
//! scroll cost; and in a window that fills the screen, since a tab strip shows by moving that something loads, which costs
//! as much as a small page's own frames.
//!
//! The page sees none of it: its viewport, screen, window and pixels stay what they were, and its display mode is that of
//! an ordinary tab (a switch has it so); only what is painted of it is scaled down on its way to the window. Headless
//! Chromium on our own connection only. Not here: taking pictures (`portrait`).

use std::time::Duration;

use serde_json::{Value, json};

use super::tab::Tab;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const SCALE: f64 = 0.1;
/// The page's own process answers as well.
const LIMIT: Duration = Duration::from_secs(5);
/// Sizes of the viewport and the screen, and where the window stands, which an override would change if it were not told;
/// and what else a page sees of its window.
const SIZES: &str = "[innerWidth, innerHeight, screen.width, screen.height, screenX, screenY, outerWidth, outerHeight,
    document.visibilityState, ...['display-mode: browser', 'display-state: normal', 'display-state: fullscreen']
        .map((feature) => matchMedia('(' + feature + ')').matches)]";

/// Paints a tab small or in full; one that is new, and so empty, is looked at first.
pub(super) async fn paint(session: &Session, tab: &mut Tab, small: bool) -> Result<(), BidiError> {
    // The ears' session lasts as long as the tab does; ours is given up between pages.
    let Some(ears) = tab.heard_by.clone().filter(|_| session.is_headless() && tab.small != Some(small)) else {
        return Ok(());
    };
    if small {
        shrink(session, tab, &ears).await?;
    } else {
        grow(session, tab, &ears).await?;
    }
    tab.small = Some(small);
    Ok(())
}

async fn grow(session: &Session, tab: &mut Tab, ears: &str) -> Result<(), BidiError> {
    if tab.small.is_none() {
        // An earlier tab may have left the window as large as the screen.
        let asked = json!({"targetId": tab.context});
        let found = session.cdp_within(None, "Browser.getWindowForTarget", asked, LIMIT).await?;
        // A frame in a process of its own would see where the window has gone.
        tab.window = found["windowId"].as_i64().filter(|_| !session.isolates_sites());
    }
    put(session, tab.window, "normal").await?;
    session.cdp_within(Some(ears), "Emulation.clearDeviceMetricsOverride", json!({}), LIMIT).await.map(drop)
}

async fn shrink(session: &Session, tab: &mut Tab, ears: &str) -> Result<(), BidiError> {
    let mut before = Value::Null;
    if tab.small.is_none() {
        grow(session, tab, ears).await?;
        before = ask(session, ears).await?;
        tab.sizes = sizes(&before);
    }
    let Some(sizes) = tab.sizes else { return Ok(()) };
    session.cdp_within(Some(ears), "Emulation.setDeviceMetricsOverride", scaled(sizes), LIMIT).await?;
    put(session, tab.window, "fullscreen").await?;
    // Tried out once: where the page would see it, the window stays as it was.
    if tab.small.is_none() && ask(session, ears).await? != before {
        put(session, tab.window.take(), "normal").await?;
    }
    Ok(())
}

async fn ask(session: &Session, ears: &str) -> Result<Value, BidiError> {
    let asked = json!({"expression": SIZES, "returnByValue": true});
    let mut answer = session.cdp_within(Some(ears), "Runtime.evaluate", asked, LIMIT).await?;
    Ok(answer["result"]["value"].take())
}

async fn put(session: &Session, window: Option<i64>, state: &str) -> Result<(), BidiError> {
    let Some(window) = window else { return Ok(()) };
    let bounds = json!({"windowId": window, "bounds": {"windowState": state}});
    session.cdp_within(None, "Browser.setWindowBounds", bounds, LIMIT).await.map(drop)
}

fn sizes(answer: &Value) -> Option<[i64; 6]> {
    let numbers: Vec<i64> = answer.as_array()?.get(..6)?.iter().filter_map(Value::as_i64).collect();
    let sizes = <[i64; 6]>::try_from(numbers).ok()?;
    let [width, height, screen_width, screen_height, x, y] = sizes;
    // The browser refuses the override of a window that stands beside the screen.
    let on_screen = (0..=screen_width).contains(&x) && (0..=screen_height).contains(&y);
    (width > 0 && height > 0 && screen_width > 0 && screen_height > 0 && on_screen).then_some(sizes)
}

fn scaled([width, height, screen_width, screen_height, x, y]: [i64; 6]) -> Value {
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
