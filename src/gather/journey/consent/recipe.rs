//! The user's own recipe: selectors to press, in order. It comes before everything we know ourselves.

use std::time::Duration;

use serde_json::json;

use super::operate::{Ground, Worked};
use crate::gather::VisitError;

const STEP: &str = include_str!("recipe.js");
/// The page's own time between two looks for an element, and how often it is looked for.
const WAIT: Duration = Duration::from_millis(500);
const LOOKS: usize = 12;

/// Whether the first element of the recipe is there to be pressed.
pub(super) async fn is_open<G: Ground>(ground: &G, steps: &[String]) -> Result<bool, VisitError> {
    match steps.first() {
        Some(step) => in_any_frame(ground, step, false).await,
        None => Ok(false),
    }
}

/// Presses everything, waiting for each element.
pub(super) async fn work<G: Ground>(ground: &G, steps: &[String]) -> Result<Worked, VisitError> {
    let mut clicks = 0;
    for step in steps {
        let mut pressed = false;
        for look in 0..LOOKS {
            if look > 0 {
                ground.pause(WAIT).await?;
            }
            pressed = in_any_frame(ground, step, true).await?;
            if pressed {
                break;
            }
        }
        if !pressed {
            let detail = format!("the recipe's `{step}` was not there to be pressed");
            return Ok(Worked { clicks, detail, ..Worked::default() });
        }
        clicks += 1;
        ground.pressed().await?;
        ground.pause(WAIT).await?;
    }
    let again = is_open(ground, steps).await?;
    let detail = if again { "the recipe's first element is still there" } else { "pressed what the recipe says" };
    Ok(Worked { done: !again, decided: true, clicks, detail: detail.to_owned() })
}

async fn in_any_frame<G: Ground>(ground: &G, step: &str, press: bool) -> Result<bool, VisitError> {
    let argument = json!([step, press]).to_string();
    for (frame, _) in ground.frames().await? {
        if ground.call(&frame, STEP, &argument).await?.as_deref() == Some("yes") {
            return Ok(true);
        }
    }
    Ok(false)
}
