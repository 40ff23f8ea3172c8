//! The bench: a copy of a visitor's state, and looks at one page with it, without parts of it, or with parts altered.
//!
//! Each look starts from an empty browser that is given the copy, so that no look leaves anything to the next. What the
//! unchanged page renews (rotating tokens) is taken over. Not here: which cookie is tried when (`plan`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use url::Url;

use super::super::login::{self, Access};
use super::super::look::{Look, beyond_noise, differences, look, noise};
use super::super::request;
use super::super::steps::JourneyError;
use super::{Case, TrialOptions};
use crate::cookie::CookieKey;
use crate::evidence::model::{Difference, Visitor};
use crate::evidence::values::SecretPart;
use crate::evidence::values::leaks::{Owner, Scanner};
use crate::gather::VisitError;
use crate::gather::browser::bidi::Listener;
use crate::gather::record::{Carried, Held, Recorder};

/// Counts the errors that pages write to their console, by tab.
#[derive(Default)]
pub(super) struct Ears {
    errors: Mutex<BTreeMap<String, u32>>,
}

impl Ears {
    /// Listens from now on.
    pub(super) async fn install(recorder: &Recorder) -> Result<Arc<Self>, VisitError> {
        let ears = Arc::new(Self::default());
        let awake = recorder.session().stay_awake().await;
        awake.map_err(|error| VisitError::BrowserLost(error.to_string()))?;
        recorder.session().bidi().listen(Arc::clone(&ears) as Arc<dyn Listener>);
        let asked = json!({"events": ["log.entryAdded"]});
        match recorder.session().send("session.subscribe", asked).await {
            Err(error) if error.is_lost() => Err(VisitError::BrowserLost(error.to_string())),
            _ => Ok(ears),
        }
    }

    fn take(&self, tab: &str) -> u32 {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).remove(tab).unwrap_or_default()
    }
}

impl Listener for Ears {
    fn event(&self, method: &str, params: &Value) {
        if method == "log.entryAdded" && params["level"] == "error" {
            let tab = params["source"]["context"].as_str().unwrap_or_default().to_owned();
            *self.errors.lock().unwrap_or_else(PoisonError::into_inner).entry(tab).or_default() += 1;
        }
    }
}

/// One page on the bench.
pub(super) struct Bench<'a> {
    recorder: &'a mut Recorder,
    options: &'a TrialOptions,
    ears: Arc<Ears>,
    url: Url,
    visitor: Visitor,
    /// The state as the unchanged page keeps it.
    pub(super) base: Carried,
    access: Option<&'a Arc<Access>>,
    unchanged: Vec<Look>,
}

impl<'a> Bench<'a> {
    /// Looks at the unchanged page twice: what differs is noise.
    pub(super) async fn new(
        recorder: &'a mut Recorder,
        options: &'a TrialOptions,
        ears: Arc<Ears>,
        url: &Url,
        case: &'a Case,
    ) -> Result<Self, VisitError> {
        let (visitor, base) = (case.visitor, case.carried.clone());
        let access = case.access.as_ref();
        let unchanged = Vec::new();
        let mut bench = Self { recorder, options, ears, url: url.clone(), visitor, base, access, unchanged };
        bench.same().await?;
        bench.same().await?;
        Ok(bench)
    }

    /// The page with a state.
    async fn with(&mut self, state: &Carried, renew: bool) -> Result<Look, VisitError> {
        let asked = request(&self.url, self.options.phase, self.visitor, 0, true);
        let page = self.recorder.open(asked, Some(state)).await?;
        let mut seen = if page.arrived() { look(self.recorder, &page).await? } else { Look::default() };
        seen.errors = self.ears.take(page.tab());
        if renew {
            let later = self.recorder.carry(&page).await?;
            self.base.renew(&later);
        }
        self.recorder.shut(page).await?;
        Ok(seen)
    }

    /// Looks at the unchanged page once more.
    pub(super) async fn same(&mut self) -> Result<(), VisitError> {
        let state = self.base.clone();
        let seen = self.with(&state, true).await?;
        self.unchanged.push(seen);
        Ok(())
    }

    /// Looks at the page with another state.
    pub(super) async fn changed(&mut self, state: &Carried) -> Result<Look, VisitError> {
        self.with(state, false).await
    }

    /// The first look at the unchanged page.
    pub(super) fn first(&self) -> Option<&Look> {
        self.unchanged.first()
    }

    /// What differs beyond the noise.
    pub(super) fn differences(&self, changed: &Look) -> Vec<Difference> {
        let same: Vec<&Look> = self.unchanged.iter().collect();
        beyond_noise(&same, changed)
    }

    /// What differs between the looks at the unchanged page.
    pub(super) fn noise(&self) -> Vec<Difference> {
        noise(&self.unchanged.iter().collect::<Vec<_>>())
    }

    /// The difference that a change makes, looked at again: the unchanged page once more must be as it was.
    pub(super) async fn confirmed(&mut self, changed: &Look) -> Result<(Vec<Difference>, Option<bool>), VisitError> {
        let found = self.differences(changed);
        if found.is_empty() {
            return Ok((found, None));
        }
        let before = self.unchanged.clone();
        self.same().await?;
        let again = self.unchanged.last().cloned().unwrap_or_default();
        let same: Vec<&Look> = before.iter().collect();
        let stayed = beyond_noise(&same, &again);
        // What the unchanged page now shows too was no effect of the change.
        let real: Vec<Difference> =
            self.differences(changed).into_iter().filter(|d| !stayed.iter().any(|s| s.aspect == d.aspect)).collect();
        let reverted = !real.is_empty();
        if !reverted && stayed.is_empty() {
            return Ok((Vec::new(), None));
        }
        Ok((if reverted { real } else { found }, Some(reverted)))
    }

    /// Whether the visitor's state still is what it was. A trial may have ended the session on the server, which knows
    /// nothing of copies: then one signs in again.
    pub(super) async fn revive(&mut self) -> Result<bool, VisitError> {
        let Some(first) = self.unchanged.first().cloned() else { return Ok(true) };
        let stranger = |look: &Look| differences(&first, look).iter().any(|d| d.aspect == "signed_in");
        if !self.unchanged.last().is_some_and(stranger) {
            return Ok(true);
        }
        // What a stranger sees is no noise of the page.
        self.unchanged.retain(|look| !stranger(look));
        let Some(access) = self.access else { return Ok(false) };
        match login::enter(self.recorder, access, self.options.phase).await.1 {
            Ok(entered) => {
                self.base.renew(&entered.carried);
                Ok(true)
            }
            Err(JourneyError::Lost(error)) => Err(error),
            Err(JourneyError::Failed { .. }) => Ok(false),
        }
    }

    /// Whether a cookie may well be the session: kept from scripts, and of some length.
    pub(super) fn is_session_like(&self, key: &CookieKey) -> bool {
        let cookie = self.base.cookies.iter().find(|c| c.key == *key);
        cookie.is_some_and(|c| c.stored.http_only && c.value.len() >= 16)
    }

    /// Why the page cannot be tried at all, if so.
    pub(super) fn unfit(&self) -> Option<String> {
        match self.first() {
            None => Some("the page was not looked at".to_owned()),
            Some(look) if look.is_blank() => Some("the page did not open".to_owned()),
            Some(look) if look.status >= 400 => Some(format!("the page answers with status {}", look.status)),
            Some(_) => None,
        }
    }

    /// Languages that the page offers.
    pub(super) fn offered(&self) -> Vec<String> {
        self.first().map(|l| l.offered.clone()).unwrap_or_default()
    }

    /// Knows every value of the state, so that none is written down.
    fn scanner(&self) -> Scanner {
        let redactor = self.recorder.redactor();
        let parts = |c: &Held| -> (Owner, Vec<SecretPart>) {
            let owner = Owner { name: c.key.name.clone(), domain: c.key.domain.clone() };
            (owner, redactor.secrets(&c.value))
        };
        Scanner::new(&self.base.cookies.iter().map(parts).collect::<Vec<_>>())
    }

    /// Differences as they may be written down: no value of the state, nothing hidden, nothing that looks random.
    pub(super) fn clean(&self, found: Vec<Difference>) -> Vec<Difference> {
        let scanner = self.scanner();
        let text = |t: &str| self.recorder.redactor().text(&scanner.mask(t));
        found.into_iter().map(|d| Difference { before: text(&d.before), after: text(&d.after), ..d }).collect()
    }

    /// The page's address as it may be written down.
    pub(super) fn page(&self) -> String {
        self.scanner().mask_url(&self.recorder.redactor().url_without_hidden(self.url.as_str()))
    }

    /// As whom it is looked at.
    pub(super) fn visitor(&self) -> Visitor {
        self.visitor
    }

    /// Whether a cookie is there to be taken away.
    pub(super) fn holds(&self, key: &CookieKey) -> bool {
        self.base.value(key).is_some()
    }
}
