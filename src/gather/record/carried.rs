//! A visitor's state in the clear: cookies with their values and local storage, taken from one tab and given to another.
//!
//! Lives in memory only: no `Debug`, no `Serialize`, nothing of it in errors. Not here: where a state comes from when it
//! is not a tab (`journey::state`).

use std::time::Duration;

use serde_json::{Value, json};

use super::jar::{self, Held};
use super::tab::Tab;
use crate::cookie::{CookieKey, SameSite, StoredAttributes};
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const LOCAL_LIMIT: Duration = Duration::from_secs(4);
/// Characters of local storage that are carried.
const MAX_LOCAL: usize = 2 * 1024 * 1024;
const READ_LOCAL: &str = "() => { try { return JSON.stringify([location.origin, Object.entries(localStorage)]); } \
                          catch { return '[]'; } }";
const GIVE_LOCAL: &str = "() => { try { for (const [origin, entries] of STATE) if (origin === location.origin) \
                          for (const [k, v] of entries) if (localStorage.getItem(k) === null) localStorage.setItem(k, v); \
                          } catch {} }";

/// One cookie with its value.
#[derive(Clone, PartialEq)]
pub struct CarriedCookie {
    /// Its identity.
    pub key: CookieKey,
    /// Its value, in the clear.
    pub value: String,
    /// Attributes as stored.
    pub stored: StoredAttributes,
    /// Seconds since 1970; `None` for a session cookie.
    pub expires: Option<f64>,
}

/// What a visitor carries: the jar, and local storage by origin.
#[derive(Clone, Default, PartialEq)]
pub struct Carried {
    /// Cookies, sorted by identity.
    pub cookies: Vec<CarriedCookie>,
    /// Origin, and its keys with their values.
    pub local: Vec<(String, Vec<(String, String)>)>,
}

impl Carried {
    /// A copy without these cookies.
    #[must_use]
    pub fn without(&self, keys: &[&CookieKey]) -> Self {
        let cookies = self.cookies.iter().filter(|c| !keys.contains(&&c.key)).cloned().collect();
        Self { cookies, local: self.local.clone() }
    }

    /// A copy in which a cookie has another value.
    #[must_use]
    pub fn with_value(&self, key: &CookieKey, value: &str) -> Self {
        let mut copy = self.clone();
        for cookie in copy.cookies.iter_mut().filter(|c| c.key == *key) {
            value.clone_into(&mut cookie.value);
        }
        copy
    }

    /// The value of a cookie.
    #[must_use]
    pub fn value(&self, key: &CookieKey) -> Option<&str> {
        self.cookies.iter().find(|c| c.key == *key).map(|c| c.value.as_str())
    }

    /// Takes over new values and new cookies of a later jar; what is gone there stays here.
    pub fn renew(&mut self, later: &Self) {
        for cookie in &later.cookies {
            match self.cookies.iter_mut().find(|c| c.key == cookie.key) {
                Some(old) => *old = cookie.clone(),
                None => self.cookies.push(cookie.clone()),
            }
        }
        self.cookies.sort_by(|a, b| a.key.cmp(&b.key));
    }

    /// Reads a tab's jar and the local storage of its top document.
    pub(super) async fn take(session: &Session, tab: &Tab) -> Result<Self, BidiError> {
        let cookies = jar::read(session, tab).await?.into_iter().map(of_held).collect();
        let local = match session.call(&tab.context, READ_LOCAL, "", LOCAL_LIMIT).await {
            Err(error) if error.is_lost() => return Err(error),
            Err(_) => String::new(),
            Ok(text) => text,
        };
        let small = Some(local).filter(|text| text.len() <= MAX_LOCAL);
        let local = small.and_then(|text| serde_json::from_str::<(String, Vec<(String, String)>)>(&text).ok());
        Ok(Self { cookies, local: local.filter(|(_, entries)| !entries.is_empty()).into_iter().collect() })
    }

    /// Puts the cookies into the tab's jar, and the local storage before the first page of its origin.
    pub(super) async fn give(&self, session: &Session, tab: &Tab) -> Result<(), BidiError> {
        let refused = |answer: Result<Value, BidiError>| match answer {
            Err(error) if error.is_lost() => Err(error),
            // A cookie that this browser does not take; the caller reads the jar and sees.
            _ => Ok(()),
        };
        for cookie in &self.cookies {
            let answer = match tab.cdp.as_deref() {
                Some(own) => session.cdp(Some(own), "Network.setCookie", cdp_cookie(cookie)).await,
                None => session.send("storage.setCookie", bidi_cookie(cookie, &tab.partition())).await,
            };
            refused(answer)?;
        }
        if self.local.is_empty() {
            return Ok(());
        }
        let state = serde_json::to_string(&self.local).unwrap_or_default();
        // In a world of its own, so that it does not count as a write of the page.
        let asked = json!({
            "functionDeclaration": GIVE_LOCAL.replace("STATE", &state),
            "contexts": [tab.context],
            "sandbox": "cookie-audit",
        });
        refused(session.send("script.addPreloadScript", asked).await)
    }
}

fn of_held(held: Held) -> CarriedCookie {
    CarriedCookie { key: held.key, value: held.value, stored: held.stored, expires: held.expires }
}

fn same_site(cookie: &CarriedCookie, undeclared: Option<&'static str>) -> Option<&'static str> {
    match cookie.stored.same_site {
        Some(SameSite::Strict) => Some("Strict"),
        Some(SameSite::Lax) => Some("Lax"),
        Some(SameSite::None) => Some("None"),
        None => undeclared,
    }
}

/// With an address and no domain the cookie is host-only; a domain makes it one of the whole domain.
fn cdp_cookie(cookie: &CarriedCookie) -> Value {
    let key = &cookie.key;
    let scheme = if cookie.stored.secure { "https" } else { "http" };
    let mut asked = json!({
        "name": key.name, "value": cookie.value, "path": key.path,
        "url": format!("{scheme}://{}{}", key.domain, key.path),
        "secure": cookie.stored.secure, "httpOnly": cookie.stored.http_only,
    });
    let mut put = |name: &str, value: Value| {
        if let Some(map) = asked.as_object_mut() {
            map.insert(name.to_owned(), value);
        }
    };
    if !key.host_only {
        put("domain", json!(format!(".{}", key.domain)));
    }
    if let Some(word) = same_site(cookie, None) {
        put("sameSite", json!(word));
    }
    if let Some(expires) = cookie.expires {
        put("expires", json!(expires));
    }
    if let Some(site) = &key.partition {
        put("partitionKey", json!({"topLevelSite": site, "hasCrossSiteAncestor": true}));
    }
    asked
}

fn bidi_cookie(cookie: &CarriedCookie, partition: &Value) -> Value {
    let key = &cookie.key;
    let domain = if key.host_only { key.domain.clone() } else { format!(".{}", key.domain) };
    let mut fields = json!({
        "name": key.name, "value": {"type": "string", "value": cookie.value}, "domain": domain, "path": key.path,
        "secure": cookie.stored.secure, "httpOnly": cookie.stored.http_only,
        "sameSite": same_site(cookie, Some("default")).unwrap_or("default").to_lowercase(),
    });
    if let (Some(expires), Some(map)) = (cookie.expires, fields.as_object_mut()) {
        #[allow(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
        map.insert("expiry".into(), json!(expires as i64));
    }
    let mut asked = json!({"cookie": fields});
    if let (Some(partition), Some(map)) = (partition.get("partition"), asked.as_object_mut()) {
        map.insert("partition".into(), partition.clone());
    }
    asked
}
