//! What a visitor carries: cookies and web storage with their values, taken from one visit and given to another.
//!
//! This is how a choice made once reaches every fresh visitor of its phase. Values stay in memory and never become
//! evidence. Not here: which of it carries a choice (`journey::consent`).

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};

use super::jar::{self, Held};
use super::tab::Tab;
use crate::cookie::SameSite;
use crate::evidence::model::StorageKind;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const READ: &str = include_str!("belongings.js");
const PLANT: &str = include_str!("plant.js");
const LIMIT: Duration = Duration::from_secs(5);

/// One item of web storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) kind: StorageKind,
    pub(super) origin: String,
    pub(super) key: String,
    value: String,
}

impl Item {
    fn place(&self) -> Place {
        (self.kind, self.origin.clone(), self.key.clone())
    }
}

/// The stores of one frame.
#[derive(Debug, Default, Deserialize)]
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

/// Cookies and web storage of a visitor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Belongings {
    pub(super) cookies: Vec<Held>,
    pub(super) items: Vec<Item>,
}

/// Where something that belongs to a visitor lies.
pub(super) type Place = (StorageKind, String, String);

/// A cookie or an item of storage, as a filter sees it.
pub(crate) struct Belonging<'a> {
    /// Name or key.
    pub(crate) name: &'a str,
    /// Its value, in the clear.
    pub(crate) value: &'a str,
    /// Domain of a cookie, origin of an item.
    pub(crate) owner: &'a str,
}

impl Belongings {
    /// Reads everything that is there now, in these frames.
    pub(super) async fn read(session: &Session, tab: &Tab, frames: &[(String, String)]) -> Result<Self, BidiError> {
        let cookies = jar::read(session, tab).await?;
        let mut items = Vec::new();
        let looks = frames.iter().map(|(frame, _)| session.call(frame, READ, "", LIMIT));
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
        Ok(Self { cookies, items })
    }

    /// What is not in `earlier`, or has another value there.
    pub(super) fn since(mut self, earlier: &Self) -> Self {
        self.cookies.retain(|now| !earlier.cookies.iter().any(|was| was.key == now.key && was.value == now.value));
        self.items.retain(|now| !earlier.items.contains(now));
        self
    }

    /// What passes a test.
    pub(crate) fn only(&self, test: impl Fn(&Belonging<'_>) -> bool) -> Self {
        let cookie =
            |held: &&Held| test(&Belonging { name: &held.key.name, value: &held.value, owner: &held.key.domain });
        let item = |item: &&Item| test(&Belonging { name: &item.key, value: &item.value, owner: &item.origin });
        Self {
            cookies: self.cookies.iter().filter(cookie).cloned().collect(),
            items: self.items.iter().filter(item).cloned().collect(),
        }
    }

    /// Takes over what another has; its values count.
    pub(crate) fn merge(&mut self, other: Self) {
        self.cookies.retain(|had| !other.cookies.iter().any(|new| new.key == had.key));
        self.cookies.extend(other.cookies);
        let same = |a: &Item, b: &Item| a.kind == b.kind && a.origin == b.origin && a.key == b.key;
        self.items.retain(|had| !other.items.iter().any(|new| same(new, had)));
        self.items.extend(other.items);
    }

    /// Nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.cookies.is_empty() && self.items.is_empty()
    }

    /// Names and keys, sorted, each once.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        let cookies = self.cookies.iter().map(|held| held.key.name.as_str());
        cookies.chain(self.items.iter().map(|item| item.key.as_str())).collect()
    }

    /// Places of the items.
    pub(super) fn places(&self) -> BTreeSet<Place> {
        self.items.iter().map(Item::place).collect()
    }

    /// Gives it to the visitor of a tab that has gone nowhere yet. Answers the script that must be taken away again.
    pub(super) async fn plant(&self, session: &Session, tab: &Tab) -> Result<Option<String>, BidiError> {
        for held in &self.cookies {
            let planted = match tab.cdp.as_deref() {
                Some(own) => session.cdp(Some(own), "Network.setCookie", cdp_cookie(held)).await,
                None => session.send("storage.setCookie", bidi_cookie(held, tab)).await,
            };
            // One that the browser does not take back only means that the dialog is worked again.
            if let Err(error) = planted
                && error.is_lost()
            {
                return Err(error);
            }
        }
        if self.items.is_empty() {
            return Ok(None);
        }
        let items: Vec<_> = self
            .items
            .iter()
            .map(|i| json!([i.kind == StorageKind::SessionStorage, i.origin, i.key, i.value]))
            .collect();
        let script = PLANT.replace("@ITEMS@", &json!(items).to_string());
        let asked = json!({"functionDeclaration": script, "contexts": [tab.context], "sandbox": "cookie-audit"});
        let added = session.send("script.addPreloadScript", asked).await?;
        Ok(added["script"].as_str().map(str::to_owned))
    }
}

/// Takes a planting script away.
pub(super) async fn uproot(session: &Session, script: &str) -> Result<(), BidiError> {
    match session.bidi().send("script.removePreloadScript", json!({"script": script}), LIMIT).await {
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
        if let Some(site) = &key.partition {
            map.insert("partitionKey".into(), json!({"topLevelSite": site, "hasCrossSiteAncestor": false}));
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
    });
    if let Some(map) = cookie.as_object_mut() {
        if let Some(word) = same_site_word(held) {
            map.insert("sameSite".into(), json!(word.to_lowercase()));
        }
        if let Some(expires) = held.expires {
            #[allow(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
            let seconds = expires as i64;
            map.insert("expiry".into(), json!(seconds));
        }
    }
    let mut asked = tab.partition();
    if let Some(map) = asked.as_object_mut() {
        map.insert("cookie".into(), cookie);
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(key: &str, value: &str) -> Item {
        Item {
            kind: StorageKind::LocalStorage,
            origin: "http://a.test".to_owned(),
            key: key.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn what_is_new_or_has_changed() {
        let earlier = Belongings { items: vec![item("kept", "1"), item("moved", "1")], ..Belongings::default() };
        let now = Belongings {
            items: vec![item("kept", "1"), item("moved", "2"), item("new", "1")],
            ..Belongings::default()
        };
        let gained = now.since(&earlier);
        assert_eq!(gained.names().into_iter().collect::<Vec<_>>(), ["moved", "new"]);
        let mut merged = earlier;
        merged.merge(gained.only(|b| b.name == "moved"));
        assert_eq!(merged.items, [item("kept", "1"), item("moved", "2")]);
    }
}
