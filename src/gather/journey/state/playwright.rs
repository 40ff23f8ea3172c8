//! Playwright's storage state: cookies, and local storage by origin.

use serde::Deserialize;

use super::{Row, StateError};
use crate::cookie::SameSite;
use crate::evidence::model::StorageKind;
use crate::gather::record::{Held, Item as Kept};

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    cookies: Vec<Cookie>,
    #[serde(default)]
    origins: Vec<Origin>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    expires: Option<f64>,
    #[serde(default)]
    http_only: bool,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    same_site: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Origin {
    origin: String,
    #[serde(default)]
    local_storage: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    name: String,
    value: String,
}

pub(super) fn read(text: &str) -> Result<(Vec<Held>, Vec<Kept>), StateError> {
    // The parser's own words would quote values.
    let state: State =
        serde_json::from_str(text).map_err(|e| StateError::Json { line: e.line(), column: e.column() })?;
    let cookies = state.cookies.iter().map(|c| row(c).cookie()).collect();
    let item = |origin: &str, i: &Item| Kept {
        kind: StorageKind::LocalStorage,
        origin: origin.to_owned(),
        key: i.name.clone(),
        value: i.value.clone(),
    };
    let items = state.origins.iter().flat_map(|o| o.local_storage.iter().map(|i| item(&o.origin, i))).collect();
    Ok((cookies, items))
}

fn row(cookie: &Cookie) -> Row<'_> {
    Row {
        name: &cookie.name,
        value: &cookie.value,
        domain: &cookie.domain,
        host_only: !cookie.domain.starts_with('.'),
        path: &cookie.path,
        expires: cookie.expires.filter(|e| *e > 0.0),
        secure: cookie.secure,
        http_only: cookie.http_only,
        same_site: match cookie.same_site.as_deref() {
            Some("Strict") => Some(SameSite::Strict),
            Some("Lax") => Some(SameSite::Lax),
            Some("None") => Some(SameSite::None),
            _ => None,
        },
    }
}
