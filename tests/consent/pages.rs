//! The pages: one small shop whose dialog comes in many shapes, and the visits that work it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;

use cookie_audit::evidence::model::{ConsentOutcome, PageVisit, Phase, Visitor};
use cookie_audit::gather::journey::consent::{Chosen, ConsentOptions, ConsentPlan, ConsentVisits, choose};
use cookie_audit::gather::{VisitRequest, Visits as _};

use crate::support::{Asked, Browser, Reply, Site};

/// What every page of the shop does: tells of presses, keeps a choice, tracks where it was agreed to.
const SHOP: &str = "
  function tell(what) { fetch('/pressed?' + what); }
  function has(name) { return document.cookie.includes(name); }
  function track() { document.cookie = '_tracker=' + Math.random() + '; Path=/; Max-Age=63072000'; }
  function keep(choice) {
    document.cookie = 'shop_consent=' + choice + '; Path=/; Max-Age=86400';
    document.querySelectorAll('.dialog').forEach((e) => e.remove());
    if (choice === 'yes') track();
  }
  function refuse() { tell('refuse'); keep('no'); }
  function accept() { tell('accept'); keep('yes'); }
  if (has('shop_consent=yes')) track();
";

/// A page with this dialog, shown until there is a choice.
pub fn with_dialog(dialog: &str) -> Reply {
    Reply::html(format!(
        "<html lang=en><body><script>{SHOP}</script><h1>Shop</h1><p>Wares and more wares.</p>
         <a href=/other>other</a><div id=place></div>
         <script>if (!has('shop_consent')) document.getElementById('place').innerHTML = {};</script>",
        serde_json::to_string(dialog).unwrap()
    ))
}

/// A box that lies over the page.
pub fn floating(inner: &str) -> String {
    format!("<div class=dialog style='position:fixed;bottom:0;left:0;right:0;background:#fff'>{inner}</div>")
}

/// The plain dialog.
pub fn plain() -> String {
    floating(
        "<p>We use cookies to measure our audience.</p><button onclick=refuse()>Reject all</button>
         <button onclick=accept()>Accept all</button>",
    )
}

/// A shop that answers `/` with this page.
pub async fn shop(page: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Site {
    Site::start(move |asked| match asked.path.as_str() {
        "/pressed" | "/favicon.ico" => Reply::status(204),
        _ => page(asked),
    })
    .await
}

/// What was pressed, in order.
pub fn pressed(site: &Site) -> Vec<String> {
    site.seen().into_iter().filter(|a| a.path == "/pressed").map(|a| a.query).collect()
}

pub fn request(url: &str, phase: Phase) -> VisitRequest {
    VisitRequest { phase, ..Browser::request(url, Visitor::Fresh) }
}

/// A browser that goes through phases.
pub struct Phases {
    pub visits: ConsentVisits,
    pub plan: Arc<ConsentPlan>,
    phase: Phase,
}

impl Phases {
    pub async fn start(phase: Phase) -> (Self, Rest) {
        Self::with(phase, ConsentOptions::default()).await
    }

    pub async fn with(phase: Phase, options: ConsentOptions) -> (Self, Rest) {
        let (recorder, rest) = Browser::start().await.into_parts();
        let plan = ConsentPlan::new(phase, options);
        let visits = ConsentVisits::new(recorder, Arc::clone(&plan));
        (Self { visits, plan, phase }, rest)
    }

    pub async fn choose(&mut self, url: &str) -> Chosen {
        choose(self.visits.recorder(), &self.plan, request(url, self.phase)).await.expect("a browser")
    }

    pub async fn visit(&mut self, url: &str) -> PageVisit {
        self.visits.visit(request(url, self.phase)).await.expect("a browser")
    }
}

/// What has to live as long as the browser.
pub use crate::support::browser::Rest;

/// Works the dialog of `/` in a browser of its own.
pub async fn chosen(site: &Site, phase: Phase) -> Chosen {
    let (mut phases, _rest) = Phases::start(phase).await;
    phases.choose(&site.http("www.shop.localhost", "/")).await
}

pub fn outcome(chosen: &Chosen) -> &ConsentOutcome {
    chosen.outcome.as_ref().expect("the page loaded")
}
