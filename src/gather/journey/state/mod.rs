//! A session made elsewhere: Playwright's storage state (JSON) or a Netscape `cookies.txt`, told apart by their content.
//!
//! Pure. Errors name places, never values. Not here: giving it to a browser (`record`).

mod netscape;
mod playwright;

use crate::cookie::{CookieKey, Lifetime, SameSite, StoredAttributes};
use crate::gather::record::{Carried, Held};

/// Most bytes of a file.
pub const MAX_FILE: usize = 16 << 20;

/// What was read.
pub struct Imported {
    /// The session.
    pub carried: Carried,
    /// Cookies left out because they have ended.
    pub ended: usize,
}

/// Why it could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Neither of the two forms.
    #[error("neither a storage state of Playwright (JSON) nor a Netscape cookies.txt")]
    Unknown,
    /// JSON that is no storage state.
    #[error("no storage state of Playwright: line {line}, column {column}")]
    Json {
        /// Line.
        line: usize,
        /// Column.
        column: usize,
    },
    /// A line that is no cookie.
    #[error("line {line} is no cookie: seven fields, parted by tabs, are expected")]
    Line {
        /// Line.
        line: usize,
    },
    /// Nothing in it.
    #[error("it holds no cookie that is still valid, and no local storage")]
    Empty,
    /// Too large.
    #[error("it is larger than {} MiB", MAX_FILE >> 20)]
    TooLarge,
}

/// Reads a file's text; `now` in seconds since 1970 tells which cookies have ended.
///
/// # Errors
/// Where it is neither form, or holds nothing.
pub fn read(text: &str, now: i64) -> Result<Imported, StateError> {
    if text.len() > MAX_FILE {
        return Err(StateError::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}');
    let (cookies, items) =
        if text.trim_start().starts_with('{') { playwright::read(text)? } else { (netscape::read(text)?, Vec::new()) };
    let all = cookies.len();
    #[allow(clippy::cast_precision_loss, reason = "seconds since 1970")]
    let valid = |c: &Held| c.expires.is_none_or(|e| e > now as f64);
    let mut cookies: Vec<Held> = cookies.into_iter().filter(valid).collect();
    cookies.sort_by(|a, b| a.key.cmp(&b.key));
    if cookies.is_empty() && items.is_empty() {
        return Err(StateError::Empty);
    }
    Ok(Imported { ended: all - cookies.len(), carried: Carried { cookies, items } })
}

/// One cookie as both forms have it.
struct Row<'a> {
    name: &'a str,
    value: &'a str,
    domain: &'a str,
    host_only: bool,
    path: &'a str,
    expires: Option<f64>,
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
}

impl Row<'_> {
    fn cookie(&self) -> Held {
        Held {
            key: CookieKey {
                name: self.name.to_owned(),
                domain: self.domain.trim_start_matches('.').to_ascii_lowercase(),
                host_only: self.host_only,
                path: if self.path.is_empty() { "/".to_owned() } else { self.path.to_owned() },
                partition: None,
            },
            value: self.value.to_owned(),
            stored: StoredAttributes {
                lifetime: Lifetime::Session,
                secure: self.secure,
                http_only: self.http_only,
                same_site: self.same_site,
            },
            expires: self.expires,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storage_state() {
        let text = r#"{"cookies":[
            {"name":"sid","value":"abc","domain":"shop.test","path":"/","expires":-1,"httpOnly":true,"secure":true,"sameSite":"Lax"},
            {"name":"all","value":"1","domain":".shop.test","path":"/","expires":2000.5,"httpOnly":false,"secure":false,"sameSite":"None"},
            {"name":"old","value":"1","domain":"shop.test","path":"/","expires":10,"httpOnly":false,"secure":false,"sameSite":"Strict"}],
          "origins":[{"origin":"https://shop.test","localStorage":[{"name":"token","value":"t"}]}]}"#;
        let read = read(text, 1000).unwrap_or_else(|e| panic!("{e}"));
        let names: Vec<&str> = read.carried.cookies.iter().map(|c| c.key.name.as_str()).collect();
        assert_eq!((names, read.ended), (vec!["all", "sid"], 1));
        let sid = read.carried.cookies.iter().find(|c| c.key.name == "sid").unwrap();
        assert!(sid.key.host_only && sid.stored.http_only && sid.expires.is_none());
        assert_eq!(sid.stored.same_site, Some(SameSite::Lax));
        assert!(!read.carried.cookies[0].key.host_only);
        let items: Vec<_> = read.carried.items.iter().map(|i| (&*i.origin, &*i.key, &*i.value)).collect();
        assert_eq!(items, [("https://shop.test", "token", "t")]);
    }

    #[test]
    fn a_cookies_txt() {
        let text = "# Netscape HTTP Cookie File\n\n.shop.test\tTRUE\t/\tFALSE\t0\tlang\tde\n\
                    #HttpOnly_shop.test\tFALSE\t/a\tTRUE\t5000\tsid\txyz\r\nshop.test\tFALSE\t/\tFALSE\t5000\tempty\t\n";
        let read = read(text, 1000).unwrap_or_else(|e| panic!("{e}"));
        let sid = read.carried.cookies.iter().find(|c| c.key.name == "sid").unwrap();
        assert!(sid.key.host_only && sid.stored.http_only && sid.stored.secure);
        assert_eq!((sid.key.path.as_str(), sid.value.as_str(), sid.expires), ("/a", "xyz", Some(5000.0)));
        let lang = read.carried.cookies.iter().find(|c| c.key.name == "lang").unwrap();
        assert!(!lang.key.host_only && lang.expires.is_none());
        assert_eq!(read.carried.cookies.len(), 3);
    }

    #[test]
    fn what_is_neither() {
        let error = |text: &str| read(text, 1000).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error("hello").contains("line 1"));
        assert!(error("").contains("no cookie"));
        assert!(error(r#"{"cookies": 3}"#).contains("line 1"));
        assert!(!error("{\"cookies\":[{\"name\":1,\"value\":\"hunter\"}]}").contains("hunter"));
        assert!(error(r#"{"a":1}"#).contains("no cookie"));
    }
}
