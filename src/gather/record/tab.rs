//! Tabs: one for each visit, or one emptied so thoroughly that nothing is in it or around it that an earlier visit left,
//! or one whose page is at rest (`handover`).
//!
//! Virtual time, once granted, stays with the page's process and with the session that granted it. Where a tab keeps its
//! process, its clock goes only when it is let from then on, until it is too far ahead; elsewhere both have to go.
//! Not here: going anywhere.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::ears::Ears;
use super::tape::unix_now;
use super::{jar, navigate};
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

/// How long a page may take to go.
const EMPTY_LIMIT: Duration = Duration::from_secs(3);
/// How often an emptied tab is asked whether it is.
const EMPTY_TRIES: usize = 50;
const CLOSE_LIMIT: Duration = Duration::from_secs(5);
/// Milliseconds between the page's clock and ours from which on it is not the same time any more.
const CLOCKS_DIFFER: f64 = 250.0;
/// Milliseconds that a page's clock may be ahead of ours before the page: thirty to forty pages in one process, and less
/// than the five minutes that servers put up with from their visitors (RFC 4120, 8.2).
const MOST_AHEAD: f64 = 240_000.0;
/// Milliseconds that it may be behind: a page without page time stands while it is looked at, and is given what it lacks
/// before its picture is taken.
const MOST_BEHIND: f64 = 2_000.0;
/// Documents that a tab's process may hold. It goes through the script agents of all of them after every task, and those
/// of pages that are gone are hardly ever collected while the clock stands: pages become slower and slower.
const MOST_DOCUMENTS: u64 = 400;

/// An open tab.
#[derive(Debug, Clone, Default)]
pub(super) struct Tab {
    /// BiDi context; in Chromium also the id of its main frame.
    pub(super) context: String,
    /// CDP session, in Chromium; ours alone where CDP is spoken directly.
    pub(super) cdp: Option<String>,
    /// Session of the ears that hear it, where CDP is spoken directly.
    pub(super) heard_by: Option<String>,
    /// User context with a jar of its own, where a fresh visitor needs one (Firefox).
    pub(super) user_context: Option<String>,
    /// What its clock shows (milliseconds since 1970) where it goes only when we let it.
    pub(super) clock: Option<f64>,
    /// Address of a page at rest that is still in it.
    pub(super) resting: Option<Url>,
    /// Whether it is painted small, where that is known (`paint`).
    pub(super) small: Option<bool>,
    /// Documents that its process held when it was looked at last, gone ones and SVG images among them.
    pub(super) documents: u64,
}

/// Opens an empty tab; where visitors are told apart by user contexts, in the one that is given, or in a new one.
pub(super) async fn open(session: &Session, ears: Option<&Ears>, kept: Option<String>) -> Result<Tab, BidiError> {
    if let Some(ears) = ears {
        return open_directly(session, ears).await;
    }
    let user_context = match kept {
        Some(user) => Some(user),
        None if session.is_chromium() => None,
        None => new_visitor(session).await?,
    };
    let mut asked = json!({"type": "tab"});
    if let (Some(user), Some(map)) = (&user_context, asked.as_object_mut()) {
        map.insert("userContext".into(), json!(user));
    }
    let made = session.send("browsingContext.create", asked).await?;
    let context = made["context"].as_str().unwrap_or_default().to_owned();
    let cdp = if session.is_chromium() {
        let granted = session.send("goog:cdp.getSession", json!({"context": context})).await?;
        granted["session"].as_str().map(str::to_owned)
    } else {
        None
    };
    Ok(Tab { context, cdp, user_context, ..Tab::default() })
}

async fn new_visitor(session: &Session) -> Result<Option<String>, BidiError> {
    let made = session.send("browser.createUserContext", json!({})).await?;
    let user = made["userContext"].as_str().map(str::to_owned);
    if let (Some(zone), Some(user)) = (session.time_zone(), &user) {
        let asked = json!({"timezone": zone, "userContexts": [user]});
        session.send("emulation.setTimezoneOverride", asked).await?;
    }
    Ok(user)
}

/// Removes a user context with its jar and storage.
pub(super) async fn forget(session: &Session, user: &str) -> Result<(), BidiError> {
    match session.send_within("browser.removeUserContext", json!({"userContext": user}), CLOSE_LIMIT).await {
        Err(error) if error.is_lost() => Err(error),
        _ => Ok(()),
    }
}

/// A session of our own to a tab, beside the one that listens: what it changes in the tab ends with it.
async fn attach(session: &Session, target: &str) -> Result<String, BidiError> {
    let attached = session.cdp(None, "Target.attachToTarget", json!({"targetId": target, "flatten": true})).await?;
    Ok(attached["sessionId"].as_str().unwrap_or_default().to_owned())
}

async fn open_directly(session: &Session, ears: &Ears) -> Result<Tab, BidiError> {
    let made = session.cdp(None, "Target.createTarget", json!({"url": "about:blank"})).await?;
    let context = made["targetId"].as_str().unwrap_or_default().to_owned();
    let heard_by = Some(ears.wait_for(&context).await?);
    let cdp = Some(attach(session, &context).await?);
    Ok(Tab { context, cdp, heard_by, ..Tab::default() })
}

/// Closes tabs; one that is gone already is no error.
pub(super) async fn close(session: &Session, contexts: &[String]) -> Result<(), BidiError> {
    let closing = contexts.iter().map(|context| async move {
        if session.devtools().is_some() {
            let target = json!({"targetId": context});
            session.cdp_within(None, "Target.closeTarget", target, CLOSE_LIMIT).await
        } else {
            session.send_within("browsingContext.close", json!({"context": context}), CLOSE_LIMIT).await
        }
    });
    for answer in futures_util::future::join_all(closing).await {
        if let Err(error) = answer
            && error.is_lost()
        {
            return Err(error);
        }
    }
    Ok(())
}

/// Whether a clock that shows this may go on from there, instead of being replaced with its tab.
pub(super) fn may_go_on(clock: f64) -> bool {
    (-MOST_BEHIND..=MOST_AHEAD).contains(&(clock - unix_now() * 1000.0))
}

/// Why a tab cannot serve the next visit.
fn unusable(error: &str) -> BidiError {
    BidiError::Refused { method: "Page.navigate".to_owned(), error: error.to_owned(), message: String::new() }
}

impl Tab {
    #[cfg(any(test, fuzzing))]
    pub(super) fn for_tests(context: &str) -> Self {
        Self { context: context.to_owned(), ..Self::default() }
    }

    /// Whether a new tab, with a process of its own, makes up for what it costs.
    pub(super) fn is_worn(&self) -> bool {
        self.documents > MOST_DOCUMENTS
    }

    /// Empties the tab for the next visit, which costs less than a new one: the page goes, and everything that our session
    /// set; where every site has a process of its own, that process goes too. `virtual_time` says whether some was granted.
    /// `None` where a new tab is needed.
    pub(super) async fn emptied(&self, session: &Session, virtual_time: bool) -> Result<Option<Self>, BidiError> {
        let (Some(own), Some(_)) = (self.cdp.as_deref(), session.devtools()) else { return Ok(None) };
        // First our session: while it lasts, a clock that it stopped is stopped for the next page as well.
        session.cdp(None, "Target.detachFromTarget", json!({"sessionId": own})).await?;
        let fresh = Self { cdp: Some(attach(session, &self.context).await?), resting: None, ..self.clone() };
        let keeps_clock = virtual_time && !session.isolates_sites();
        match fresh.empty(session, keeps_clock).await {
            Ok(clock) => Ok(Some(Self { clock: keeps_clock.then_some(clock), ..fresh })),
            Err(error) if error.is_lost() => Err(error),
            // A page that will not go, or a tab whose process crashed.
            Err(error) => {
                tracing::debug!(%error, "a tab could not be emptied; a new one is opened");
                Ok(None)
            }
        }
    }

    /// Answers what the clock shows; an error where that is not ours, nor one that may go on.
    async fn empty(&self, session: &Session, keeps_clock: bool) -> Result<f64, BidiError> {
        let own = self.cdp.as_deref();
        let gone = session.cdp_within(own, "Page.navigate", json!({"url": "about:blank"}), EMPTY_LIMIT).await?;
        if let Some(error) = navigate::refused(&gone) {
            return Err(error);
        }
        // The window's name outlives its pages. The answer says which page gave it: the old one may still be going.
        let unnamed = json!({"expression": "window.name = ''; [location.href, Date.now()]", "returnByValue": true});
        let mut there = Value::Null;
        for _ in 0..EMPTY_TRIES {
            let answer = session.cdp_within(own, "Runtime.evaluate", unnamed.clone(), EMPTY_LIMIT).await?;
            there = answer["result"]["value"].clone();
            if there[0] == "about:blank" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if there[0] != "about:blank" {
            return Err(unusable("the old page is still there"));
        }
        // Where the process stays, so does its clock.
        let clock = there[1].as_f64().unwrap_or_default();
        let is_ours = (unix_now() * 1000.0 - clock).abs() <= CLOCKS_DIFFER;
        if !(is_ours || keeps_clock && may_go_on(clock)) {
            return Err(unusable("the process of the old page is still there, and its clock is another"));
        }
        session.cdp_within(own, "Page.resetNavigationHistory", json!({}), EMPTY_LIMIT).await?;
        Ok(clock)
    }

    /// Makes the visitor a fresh one: empty jar (partitions too), empty storage, no service worker, nothing cached.
    /// `only_cookies` says that the last page left nothing but cookies, which is cheaper to remove.
    ///
    /// Answers what the jar still holds, which is nothing.
    pub(super) async fn make_fresh(&self, session: &Session, only_cookies: bool) -> Result<Vec<jar::Held>, BidiError> {
        let Some(own) = self.cdp.as_deref() else {
            session.send("network.setCacheBehavior", json!({"cacheBehavior": "bypass"})).await?;
            return jar::read(session, self).await;
        };
        let own = Some(own);
        for attempt in 0..3 {
            let data = async {
                if only_cookies && attempt == 0 {
                    return session.cdp(own, "Network.clearBrowserCookies", json!({})).await;
                }
                // The origin `*` stands for every one, and takes partitions and the tab's own storage along.
                let everything = json!({"origin": "*", "storageTypes": "all"});
                session.cdp(own, "Storage.clearDataForOrigin", everything).await
            };
            let (data, cache) = tokio::join!(data, session.cdp(own, "Network.clearBrowserCache", json!({})));
            data?;
            cache?;
            let left = jar::read(session, self).await?;
            if left.is_empty() {
                return Ok(left);
            }
            // A late answer to the last page: its cookies have to go as well.
            session.cdp(own, "Network.clearBrowserCookies", json!({})).await?;
        }
        jar::read(session, self).await
    }

    /// Where `storage.getCookies` has to look.
    pub(super) fn partition(&self) -> Value {
        match &self.user_context {
            Some(user) => json!({"partition": {"type": "storageKey", "userContext": user}}),
            None => json!({}),
        }
    }
}
