//! Whole phases: the choice is made once and every fresh visitor has made it.

use cookie_audit::evidence::model::Phase;
use cookie_audit::gather::journey::consent::ConsentOptions;

use crate::pages::{Phased, outcome, plain, pressed, shop, with_dialog};
use crate::support::browser::{jar, names};

#[tokio::test]
async fn the_choice_goes_along() {
    let site = shop(|_| with_dialog(&plain())).await;
    for (phase, word) in [(Phase::Rejected, "refuse"), (Phase::Accepted, "accept")] {
        let mut phased = Phased::start(phase, ConsentOptions::default()).await;
        let url = site.http("www.shop.localhost", "/");
        let chosen = phased.choose(&url).await;
        assert_eq!(outcome(&chosen).dialog, "operated");
        let page = phased.visit(&url).await;
        assert_eq!(pressed(&site, "/"), [word], "once, and then carried");
        let expected: &[&str] = if phase == Phase::Accepted { &["_tracker"] } else { &[] };
        assert_eq!(names(&page), expected);
        assert!(jar(&page).iter().any(|k| k.name.starts_with("shop_consent")));
        assert!(page.jar.iter().filter(|c| c.key.name.starts_with("shop_consent")).all(|c| !c.new));
        assert!(phased.plan.outcomes().is_empty());
        assert!(
            !page.notes.iter().any(|n| n.code.starts_with("consent") || n.code == "jar_not_empty"),
            "{:?}",
            page.notes
        );
        site.forget();
    }
}
