//! A visitor's state in the clear: cookies and web storage with their values, to be taken from one tab and given to another.
//!
//! This is how a sign-in, a worked switch or a choice in a consent dialog reaches another tab. It lives in memory only and
//! never becomes evidence: no `Serialize`, and `Debug` tells how much there is, not what. Not here: the browser (`give`),
//! a state that comes from a file (`journey::state`), which of it carries a choice (`journey::consent`).

use std::collections::BTreeSet;
use std::fmt;

use super::jar::Held;
use crate::cookie::CookieKey;
use crate::evidence::model::StorageKind;

/// One item of web storage.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    /// Which store.
    pub kind: StorageKind,
    /// Whose store.
    pub origin: String,
    /// Its key.
    pub key: String,
    /// Its value, in the clear.
    pub value: String,
}

impl Item {
    pub(super) fn place(&self) -> Place {
        (self.kind, self.origin.clone(), self.key.clone())
    }
}

/// Where an item lies.
pub(super) type Place = (StorageKind, String, String);

/// What a visitor carries.
#[derive(Clone, Default, PartialEq)]
pub struct Carried {
    /// Cookies, sorted by identity.
    pub cookies: Vec<Held>,
    /// Web storage.
    pub items: Vec<Item>,
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Carried({} cookies, {} items)", self.cookies.len(), self.items.len())
    }
}

/// A cookie or an item of storage, as a filter sees it.
pub(crate) struct Belonging<'a> {
    /// Name or key.
    pub(crate) name: &'a str,
    /// Its value, in the clear.
    pub(crate) value: &'a str,
    /// Domain of a cookie, origin of an item.
    pub(crate) owner: &'a str,
}

impl Carried {
    /// A copy without these cookies.
    #[must_use]
    pub fn without(&self, keys: &[&CookieKey]) -> Self {
        let cookies = self.cookies.iter().filter(|c| !keys.contains(&&c.key)).cloned().collect();
        Self { cookies, items: self.items.clone() }
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

    /// Takes over what another has, storage too; its values count.
    pub(crate) fn merge(&mut self, other: Self) {
        self.renew(&other);
        self.items.retain(|had| !other.items.iter().any(|new| new.place() == had.place()));
        self.items.extend(other.items);
    }

    /// Nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
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
        let earlier = Carried { items: vec![item("kept", "1"), item("moved", "1")], ..Carried::default() };
        let now =
            Carried { items: vec![item("kept", "1"), item("moved", "2"), item("new", "1")], ..Carried::default() };
        let gained = now.since(&earlier);
        assert_eq!(gained.names().into_iter().collect::<Vec<_>>(), ["moved", "new"]);
        let mut merged = earlier;
        merged.merge(gained.only(|b| b.name == "moved"));
        assert!(merged.items == [item("kept", "1"), item("moved", "2")]);
        assert_eq!(format!("{merged:?}"), "Carried(0 cookies, 2 items)");
    }
}
