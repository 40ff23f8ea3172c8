//! How large a tab is painted: a tenth of its size while nobody looks, since painting is most of what a page's time and a
//! scroll cost.
//!
//! The page sees none of it: its viewport, screen and pixels stay what they were; only what is painted of it is scaled
//! down on its way to the window. Headless Chromium on our own connection only. Not here: taking pictures (`portrait`).

use std::time::Duration;

use serde_json::{Value, json};

use super::tab::Tab;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const SCALE: f64 = 0.1;
/// The page's own process answers as well.
const LIMIT: Duration = Duration::from_secs(5);
/// What an override would change if it were not told: the sizes of viewport and screen, and where the window stands.
const SIZES: &str = "[innerWidth, innerHeight, screen.width, screen.height, screenX, screenY]";

/// Paints a tab small or in full. Its sizes are asked while it is empty, since a page's answer is the page's.
pub(super) async fn paint(session: &Session, tab: &mut Tab, small: bool) -> Result<(), BidiError> {
    // The ears' session lasts as long as the tab does; ours is given up between pages.
    let Some(ears) = tab.heard_by.as_deref().filter(|_| session.is_headless() && tab.small != small) else {
        return Ok(());
    };
    if small {
        if tab.sizes.is_none() && tab.resting.is_none() {
            let asked = json!({"expression": SIZES, "returnByValue": true});
            let answer = session.cdp_within(Some(ears), "Runtime.evaluate", asked, LIMIT).await?;
            tab.sizes = sizes(&answer["result"]["value"]);
        }
        let Some(sizes) = tab.sizes else { return Ok(()) };
        session.cdp_within(Some(ears), "Emulation.setDeviceMetricsOverride", scaled(sizes), LIMIT).await?;
    } else {
        session.cdp_within(Some(ears), "Emulation.clearDeviceMetricsOverride", json!({}), LIMIT).await?;
    }
    tab.small = small;
    Ok(())
}

fn sizes(answer: &Value) -> Option<[i64; 6]> {
    let numbers: Vec<i64> = answer.as_array()?.iter().filter_map(Value::as_i64).collect();
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
        assert_eq!(sizes(&json!([1366, 757, 1366, 900, 10, 0])), Some([1366, 757, 1366, 900, 10, 0]));
        assert_eq!(sizes(&json!([1366, 757, 1366, 900, -2000, 0])), None, "beside the screen");
        for answer in
            [json!([0, 757, 1366, 900, 10, 10]), json!([1366, 757, 1366, 900, 10]), json!("wide"), json!(null)]
        {
            assert_eq!(sizes(&answer), None, "{answer}");
        }
    }
}
