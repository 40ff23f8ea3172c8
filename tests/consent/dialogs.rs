//! One dialog a test: its shape, its language, what is pressed in it and what never.

use cookie_audit::evidence::model::Phase;

use crate::pages::{chosen, floating, outcome, plain, pressed, shop, with_dialog};
use crate::support::Reply;

#[tokio::test]
async fn an_own_dialog_refused() {
    let site = shop(|_| with_dialog(&plain())).await;
    let chosen = chosen(&site, Phase::Rejected).await;
    let got = outcome(&chosen);
    assert_eq!((got.dialog.as_str(), got.manager.as_deref()), ("operated", Some("own")), "{got:?}");
    assert_eq!((got.clicks, got.refuse_clicks, got.accept_clicks), (Some(1), Some(1), Some(1)));
    assert_eq!(got.shown_again, Some(false));
    assert_eq!(got.buttons, ["Reject all", "Accept all"]);
    assert_eq!(pressed(&site), ["refuse"]);
    assert!(chosen.before.as_ref().unwrap().starts_with(b"\x89PNG") && chosen.after.is_some());
    assert_ne!(chosen.before, chosen.after);
}
