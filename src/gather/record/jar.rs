//! The cookie jar as the browser holds it: read whole, with partitions.
//!
//! Not here: which write explains which cookie (`reconcile`).

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::tab::Tab;
use crate::cookie::{CookieKey, Lifetime, SameSite, StoredAttributes};
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

/// One cookie with its value. Lives in memory only.
#[derive(Clone, PartialEq)]
pub struct Held {
    /// Its identity.
    pub key: CookieKey,
    /// Its value, in the clear.
    pub value: String,
    /// Attributes as stored.
    pub stored: StoredAttributes,
    /// Seconds since 1970; `None` for a session cookie.
    pub expires: Option<f64>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Held({:?})", self.key)
    }
}

/// Reads the whole jar, sorted by identity.
pub(super) async fn read(session: &Session, tab: &Tab) -> Result<Vec<Held>, BidiError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let mut held: Vec<Held> = if let Some(own) = tab.cdp.as_deref() {
        let answer = session.cdp(Some(own), "Network.getAllCookies", json!({})).await?;
        answer["cookies"].as_array().into_iter().flatten().map(|c| of_cdp(c, now)).collect()
    } else {
        let answer = session.send("storage.getCookies", tab.partition()).await?;
        answer["cookies"].as_array().into_iter().flatten().map(|c| of_bidi(c, now)).collect()
    };
    held.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(held)
}

fn of_cdp(cookie: &Value, now: f64) -> Held {
    let partition = &cookie["partitionKey"];
    let partition = partition["topLevelSite"].as_str().or_else(|| partition.as_str()).map(str::to_owned);
    let expires = cookie["expires"].as_f64().filter(|e| *e >= 0.0 && cookie["session"] != true);
    Held {
        key: key_of(cookie, partition),
        value: cookie["value"].as_str().unwrap_or_default().to_owned(),
        stored: StoredAttributes {
            lifetime: lifetime(expires, now),
            secure: cookie["secure"] == true,
            http_only: cookie["httpOnly"] == true,
            same_site: same_site(cookie),
        },
        expires,
    }
}

fn of_bidi(cookie: &Value, now: f64) -> Held {
    let partition = cookie["goog:partitionKey"]["topLevelSite"].as_str().map(str::to_owned);
    Held {
        key: key_of(cookie, partition),
        value: cookie["value"]["value"].as_str().unwrap_or_default().to_owned(),
        stored: StoredAttributes {
            lifetime: lifetime(cookie["expiry"].as_f64(), now),
            secure: cookie["secure"] == true,
            http_only: cookie["httpOnly"] == true,
            same_site: same_site(cookie),
        },
        expires: cookie["expiry"].as_f64(),
    }
}

fn key_of(cookie: &Value, partition: Option<String>) -> CookieKey {
    let domain = cookie["domain"].as_str().unwrap_or_default();
    CookieKey {
        name: cookie["name"].as_str().unwrap_or_default().to_owned(),
        // The leading dot says that a Domain attribute was given.
        domain: domain.trim_start_matches('.').to_ascii_lowercase(),
        host_only: !domain.starts_with('.'),
        path: cookie["path"].as_str().unwrap_or("/").to_owned(),
        partition,
    }
}

/// What an expiry amounts to for a write at this moment.
pub(super) fn lifetime(expires: Option<f64>, now: f64) -> Lifetime {
    #[allow(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
    expires.map_or(Lifetime::Session, |e| Lifetime::Seconds((e - now).round() as i64))
}

fn same_site(cookie: &Value) -> Option<SameSite> {
    match cookie["sameSite"].as_str()?.to_ascii_lowercase().as_str() {
        "strict" => Some(SameSite::Strict),
        "lax" => Some(SameSite::Lax),
        "none" => Some(SameSite::None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partitioned_cookie_of_cdp() {
        let cookie = json!({"name": "p", "value": "v", "domain": "t.test", "path": "/", "expires": 1060.2, "session": false,
            "secure": true, "httpOnly": false, "sameSite": "None",
            "partitionKey": {"topLevelSite": "https://shop.test", "hasCrossSiteAncestor": true}});
        let held = of_cdp(&cookie, 1000.0);
        assert_eq!(held.key.partition.as_deref(), Some("https://shop.test"));
        assert!(held.key.host_only);
        assert_eq!(held.stored.lifetime, Lifetime::Seconds(60));
        assert_eq!(held.stored.same_site, Some(SameSite::None));
    }

    #[test]
    fn a_session_cookie_of_a_domain() {
        let cookie =
            json!({"name": "s", "value": "", "domain": ".Shop.test", "path": "/a", "expires": -1, "session": true});
        let held = of_cdp(&cookie, 1000.0);
        assert_eq!((held.key.domain.as_str(), held.key.host_only), ("shop.test", false));
        assert_eq!((held.stored.lifetime, held.stored.same_site), (Lifetime::Session, None));
    }
}
