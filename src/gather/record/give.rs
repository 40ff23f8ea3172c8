//! Taking a visitor's state from a tab, and giving it to a tab that has gone nowhere yet.
//!
//! Not here: what is done with it (`carried` has the state itself, journeys its uses).

use std::time::Duration;

use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};

use super::carried::{Carried, Item};
use super::jar::{self, Held};
use super::tab::Tab;
use crate::cookie::SameSite;
use crate::evidence::model::StorageKind;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;
use crate::site;

const READ: &str = include_str!("belongings.js");
const PLANT: &str = include_str!("plant.js");
const LIMIT: Duration = Duration::from_secs(5);
/// Characters of web storage that are carried.
const MOST: usize = 4 << 20;

/// The stores of one frame.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Stores {
    origin: String,
    local: Vec<(String, String)>,
    session: Vec<(String, String)>,
}

impl Stores {
    fn items(self) -> Vec<Item> {
        let local = self.local.into_iter().map(|item| (StorageKind::LocalStorage, item));
        let session = self.session.into_iter().map(|item| (StorageKind::SessionStorage, item));
        let item = |(kind, (key, value))| Item { kind, origin: self.origin.clone(), key, value };
        local.chain(session).map(item).collect()
    }
}

impl Carried {
    /// Reads the jar, and web storage in these frames.
    pub(super) async fn take(session: &Session, tab: &Tab, frames: &[&str]) -> Result<Self, BidiError> {
        let cookies = jar::read(session, tab).await?;
        let mut items = Vec::new();
        let looks = frames.iter().map(|frame| session.call(frame, READ, "", LIMIT));
        for answer in join_all(looks).await {
            let stores = match answer {
                Err(error) if error.is_lost() => return Err(error),
                Err(_) => continue,
                Ok(text) => serde_json::from_str::<Stores>(&text).unwrap_or_default(),
            };
            items.extend(stores.items());
        }
        items.sort_by_key(Item::place);
        items.dedup();
        let mut left = MOST;
        items.retain(|item| {
            let rest = left.checked_sub(item.key.len() + item.value.len());
            left = rest.unwrap_or(left);
            rest.is_some()
        });
        Ok(Self { cookies, items })
    }

    /// Puts the cookies into the tab's jar, and the storage before the first page of its origin. Answers the script that
    /// must be taken away again.
    pub(super) async fn give(&self, session: &Session, tab: &Tab) -> Result<Option<String>, BidiError> {
        for held in &self.cookies {
            let given = match tab.cdp.as_deref() {
                Some(own) => session.cdp(Some(own), "Network.setCookie", cdp_cookie(held)).await,
                None => session.send("storage.setCookie", bidi_cookie(held, tab)).await,
            };
            // One that the browser does not take back is missed where it matters: a dialog or a sign-in form shows again.
            if let Err(error) = given
                && error.is_lost()
            {
                return Err(error);
            }
        }
        if self.items.is_empty() {
            return Ok(None);
        }
        let kept = |i: &Item| json!([i.kind == StorageKind::SessionStorage, i.origin, i.key, i.value]);
        let items: Vec<Value> = self.items.iter().map(kept).collect();
        let script = PLANT.replace("@ITEMS@", &json!(items).to_string());
        // In a world of its own, so that it does not count as a write of the page.
        let asked = json!({"functionDeclaration": script, "contexts": [tab.context], "sandbox": "cookie-audit"});
        match session.send("script.addPreloadScript", asked).await {
            Err(error) if error.is_lost() => Err(error),
            Err(_) => Ok(None),
            Ok(added) => Ok(added["script"].as_str().map(str::to_owned)),
        }
    }
}

/// Takes the script away that gave the storage.
pub(super) async fn uproot(session: &Session, script: &str) -> Result<(), BidiError> {
    match session.send_within("script.removePreloadScript", json!({"script": script}), LIMIT).await {
        Err(error) if error.is_lost() => Err(error),
        _ => Ok(()),
    }
}

fn same_site_word(held: &Held) -> Option<&'static str> {
    held.stored.same_site.map(|s| match s {
        SameSite::Strict => "Strict",
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    })
}

/// With an address and no domain the cookie is host-only; a domain makes it one of the whole domain.
fn cdp_cookie(held: &Held) -> Value {
    let key = &held.key;
    let scheme = if held.stored.secure { "https" } else { "http" };
    let mut cookie = json!({
        "name": key.name, "value": held.value, "path": key.path,
        "url": format!("{scheme}://{}{}", key.domain, key.path),
        "secure": held.stored.secure, "httpOnly": held.stored.http_only,
    });
    if let Some(map) = cookie.as_object_mut() {
        if !key.host_only {
            map.insert("domain".into(), json!(format!(".{}", key.domain)));
        }
        if let Some(word) = same_site_word(held) {
            map.insert("sameSite".into(), json!(word));
        }
        if let Some(expires) = held.expires {
            map.insert("expires".into(), json!(expires));
        }
        if let Some(top) = &key.partition {
            let host = url::Url::parse(top).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default();
            let across = !site::same_site(&host, &key.domain);
            map.insert("partitionKey".into(), json!({"topLevelSite": top, "hasCrossSiteAncestor": across}));
        }
    }
    cookie
}

fn bidi_cookie(held: &Held, tab: &Tab) -> Value {
    let key = &held.key;
    let domain = if key.host_only { key.domain.clone() } else { format!(".{}", key.domain) };
    let mut cookie = json!({
        "name": key.name, "value": {"type": "string", "value": held.value}, "domain": domain, "path": key.path,
        "secure": held.stored.secure, "httpOnly": held.stored.http_only,
        "sameSite": same_site_word(held).unwrap_or("default").to_lowercase(),
    });
    if let Some(map) = cookie.as_object_mut()
        && let Some(expires) = held.expires
    {
        #[allow(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
        let seconds = expires as i64;
        map.insert("expiry".into(), json!(seconds));
    }
    let mut asked = tab.partition();
    if let Some(map) = asked.as_object_mut() {
        map.insert("cookie".into(), cookie);
    }
    asked
}
