//! Whole phases: the choice is made once and every fresh visitor has made it; what came before it counts for no phase.

use cookie_audit::evidence::model::Phase::{Accepted, Rejected};
use cookie_audit::gather::journey::consent::ConsentOptions;

use crate::pages::{Phased, floating, outcome, page, plain, pressed, shop, with_dialog};
use crate::support::browser::{jar, names};
use crate::support::{Asked, Reply};

fn options() -> ConsentOptions {
    ConsentOptions::default()
}

#[tokio::test]
async fn the_choice_goes_along() {
    let site = shop(|_| with_dialog(&plain())).await;
    for (phase, word) in [(Rejected, "refuse"), (Accepted, "accept")] {
        let mut phased = Phased::start(phase, options()).await;
        let url = site.http("www.shop.localhost", "/");
        let chosen = phased.choose(&url).await;
        assert_eq!(outcome(&chosen).dialog, "operated");
        let page = phased.visit(&url).await;
        assert_eq!(pressed(&site, "/"), [word], "once, and then carried");
        let expected: &[&str] = if phase == Accepted { &["_tracker"] } else { &[] };
        assert_eq!(names(&page), expected);
        assert!(jar(&page).iter().any(|k| k.name.starts_with("shop_consent")));
        assert!(page.jar.iter().filter(|c| c.key.name.starts_with("shop_consent")).all(|c| !c.new));
        assert!(phased.plan.outcomes().is_empty());
        let odd = |code: &str| code.starts_with("consent") || code == "jar_not_empty";
        assert!(!page.notes.iter().any(|n| odd(&n.code)), "{:?}", page.notes);
        site.forget();
    }
}

/// Sets things before any choice, and keeps the choice in local storage.
fn early(asked: &Asked) -> Reply {
    let page = page(&format!(
        "if (!localStorage.getItem('privacy-choice')) {{
           localStorage.setItem('early-key', '1'); document.cookie = 'early=1; Path=/';
           show({}); save = (choice) => localStorage.setItem('privacy-choice', choice); }}",
        serde_json::to_string(&plain()).unwrap()
    ));
    if asked.cookies().contains("sid=") { page } else { page.cookie("sid=1; Path=/") }
}

#[tokio::test]
async fn what_came_before_the_choice_is_not_of_its_phase() {
    let site = shop(early).await;
    let mut phased = Phased::start(Rejected, options()).await;
    let url = site.http("www.shop.localhost", "/");
    let chosen = phased.choose(&url).await;
    assert_eq!(outcome(&chosen).shown_again, Some(false), "{:#?}", outcome(&chosen));
    let first = chosen.page.unwrap();
    assert_eq!(names(&first), [""; 0], "the site's cookies were there before");
    let keys = |page: &cookie_audit::evidence::model::PageVisit| {
        page.storage.iter().map(|s| s.key.clone()).collect::<Vec<_>>()
    };
    assert_eq!(keys(&first), ["privacy-choice"]);
    assert!(first.hosts.iter().any(|h| h.host == "www.shop.localhost"));
    let page = phased.visit(&url).await;
    assert_eq!(names(&page), ["sid"], "a fresh visitor who has refused");
    assert!(keys(&page).is_empty(), "what was brought along is not the page's: {:?}", keys(&page));
    assert_eq!(pressed(&site, "/"), ["refuse"]);
}

/// The choice is kept where no visitor can be given it; and one page cannot be refused.
fn kept_by_the_tab(asked: &Asked) -> Reply {
    let dialog = match asked.path.as_str() {
        "/stuck" => floating("<p>We use cookies.</p><button>Reject all</button>"),
        _ => plain(),
    };
    page(&format!(
        "show({}); save = () => {{ window.name = 'done'; }}; if (window.name === 'done') gone();",
        serde_json::to_string(&dialog).unwrap()
    ))
}

#[tokio::test]
async fn where_nothing_carries_it_each_page_is_worked() {
    let site = shop(kept_by_the_tab).await;
    let mut phased = Phased::start(Rejected, options()).await;
    let chosen = phased.choose(&site.http("www.shop.localhost", "/a")).await;
    assert_eq!(outcome(&chosen).dialog, "operated");
    let page = phased.visit(&site.http("www.shop.localhost", "/b")).await;
    assert_eq!(pressed(&site, "/b"), ["refuse"]);
    assert!(page.notes.iter().any(|n| n.code == "consent_chosen_here"), "{:?}", page.notes);

    let page = phased.visit(&site.http("www.shop.localhost", "/stuck")).await;
    assert!(page.notes.iter().any(|n| n.code == "consent_not_operable"), "{:?}", page.notes);
    assert!(page.hosts.is_empty() && page.jar.is_empty() && !page.links.is_empty());
    let outcomes = phased.plan.outcomes();
    assert_eq!(outcomes.len(), 1);
    assert!(outcomes[0].url.ends_with("/stuck") && outcomes[0].dialog == "not_operable");
}

#[tokio::test]
async fn what_the_frameworks_interfaces_say() {
    let site = shop(|_| {
        page(&format!(
            "let agreed = false; show({});
             window.__tcfapi = (command, version, done) => done({{cmpId: 7, eventStatus: agreed ? 'useractioncomplete' : 'cmpuishown',
               gdprApplies: true, purpose: {{consents: {{1: agreed, 2: false}}}}, vendor: {{consents: {{9: agreed}}}}}}, true);
             document.querySelectorAll('.dialog button').forEach((b) => b.addEventListener('click', () => {{ agreed = b.textContent === 'Accept all'; }}));",
            serde_json::to_string(&plain()).unwrap()
        ))
    })
    .await;
    let mut phased = Phased::start(Accepted, options()).await;
    let chosen = phased.choose(&site.http("www.shop.localhost", "/")).await;
    assert_eq!(
        outcome(&chosen).tcf.as_deref(),
        Some(
            "TCF: CMP 7, useractioncomplete, GDPR applies, purposes agreed to: 1, vendors agreed to: 1, \
             vendors by legitimate interest: 0"
        )
    );
}
