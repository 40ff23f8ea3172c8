//! The pages: one small shop whose dialog comes in many shapes, and the visits that work it.

use std::sync::Arc;

use cookie_audit::evidence::model::{ConsentOutcome, PageVisit, Phase, Visitor};
use cookie_audit::gather::journey::consent::{Chosen, ConsentOptions, ConsentPlan, ConsentVisits, choose};
use cookie_audit::gather::{VisitRequest, Visits as _};

use crate::support::{Asked, Browser, Reply, Site};
use cookie_audit::gather::browser::Driver;

/// What every page of the shop does: tells of presses, keeps a choice, tracks where it was agreed to. The choice of each
/// page has a cookie of its own.
const SHOP: &str = "
  const NAME = 'shop_consent' + location.pathname.replaceAll('/', '_');
  const tell = (what) => fetch('/pressed?' + what + '@' + location.pathname);
  const has = (text) => document.cookie.includes(text);
  const track = () => { document.cookie = '_tracker=' + Math.random() + '; Path=/; Max-Age=63072000'; };
  let save = (choice) => { document.cookie = NAME + '=' + choice + '; Path=/; Max-Age=86400'; };
  const gone = () => document.querySelectorAll('.dialog').forEach((e) => e.remove());
  const refuse = () => { tell('refuse'); save('no'); gone(); };
  const accept = () => { tell('accept'); save('yes'); gone(); track(); };
  if (has(NAME + '=yes')) track();
";

/// A page that runs this script where there is no choice yet. `show(html)` puts a dialog there.
pub fn page(script: &str) -> Reply {
    Reply::html(format!(
        "<html lang=en><body style='height:2000px'><script>{SHOP}
           const show = (html) => {{ document.getElementById('place').innerHTML = html; }};
         </script>
         <h1>Shop</h1><p>Wares and more wares.</p><p><a href=/a>a</a> <a href=/b>b</a></p><div id=place></div>
         <script>if (!has(NAME)) {{ {script} }}</script>"
    ))
}

/// A page with this dialog, shown until there is a choice.
pub fn with_dialog(dialog: &str) -> Reply {
    page(&format!("show({})", serde_json::to_string(dialog).unwrap()))
}

/// A box that lies over the page.
pub fn floating(inner: &str) -> String {
    format!("<div class=dialog style='position:fixed;bottom:0;left:0;right:0;background:#fff'>{inner}</div>")
}

/// A dialog with a text and its two buttons.
pub fn asking(text: &str, refuse: &str, accept: &str) -> String {
    floating(&format!(
        "<p>{text}</p><button onclick=refuse()>{refuse}</button> <button onclick=accept()>{accept}</button>"
    ))
}

/// The plain dialog.
pub fn plain() -> String {
    asking("We use cookies to measure our audience.", "Reject all", "Accept all")
}

/// A shop that answers with these pages.
pub async fn shop(page: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Site {
    Site::start(move |asked| match asked.path.as_str() {
        "/pressed" | "/favicon.ico" => Reply::status(204),
        "/robots.txt" => Reply::status(404),
        _ => page(asked),
    })
    .await
}

/// What was pressed on a page, in order.
pub fn pressed(site: &Site, path: &str) -> Vec<String> {
    let told = site.seen().into_iter().filter(|a| a.path == "/pressed");
    told.filter_map(|a| a.query.split_once('@').filter(|(_, on)| *on == path).map(|(what, _)| what.to_owned()))
        .collect()
}

pub fn request(url: &str, phase: Phase) -> VisitRequest {
    VisitRequest { phase, ..Browser::request(url, Visitor::Fresh) }
}

/// Makes the choice of a phase on a page.
pub async fn work(browser: &mut Browser, url: &str, phase: Phase) -> Chosen {
    let plan = ConsentPlan::new(phase, ConsentOptions::default());
    choose(&mut browser.recorder, &plan, request(url, phase)).await.expect("a browser")
}

pub fn outcome(chosen: &Chosen) -> &ConsentOutcome {
    chosen.outcome.as_ref().expect("the page loaded")
}

/// Works the dialog of one page, and asserts what became of it and what was pressed.
pub async fn check(
    browser: &mut Browser,
    site: &Site,
    path: &str,
    phase: Phase,
    dialog: &str,
    keys: &[&str],
) -> Chosen {
    let before = pressed(site, path).len();
    let chosen = work(browser, &site.http("www.shop.localhost", path), phase).await;
    let got = outcome(&chosen);
    assert_eq!(got.dialog, dialog, "{path} {phase:?}: {got:#?}");
    let now = pressed(site, path).split_off(before);
    assert_eq!(now, keys, "{path} {phase:?}: {got:#?}");
    assert_eq!(chosen.goes_on(), dialog != "not_operable");
    chosen
}

/// A browser that goes through a phase.
pub struct Phased {
    pub visits: ConsentVisits,
    pub plan: Arc<ConsentPlan>,
    phase: Phase,
    _rest: Driver,
}

impl Phased {
    pub async fn start(phase: Phase, options: ConsentOptions) -> Self {
        let (recorder, rest) = Browser::start().await.into_parts();
        let plan = ConsentPlan::new(phase, options);
        let visits = ConsentVisits::new(recorder, Arc::clone(&plan));
        Self { visits, plan, phase, _rest: rest }
    }

    pub async fn choose(&mut self, url: &str) -> Chosen {
        choose(self.visits.recorder(), &self.plan, request(url, self.phase)).await.expect("a browser")
    }

    pub async fn visit(&mut self, url: &str) -> PageVisit {
        self.visits.visit(request(url, self.phase)).await.expect("a browser")
    }
}
