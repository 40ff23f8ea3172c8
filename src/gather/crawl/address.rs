//! Addresses: which two are the same page, how one is visited, and what shape it has.
//!
//! Pure. The key is only ever compared; what is visited stays as the site spelled it, without fragment, tracking
//! parameters and session ids.

use std::fmt::Write as _;

use url::Url;

use super::words::words;

/// One address of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// What is visited.
    pub(super) visit: Url,
    /// Equal for two addresses of one page.
    pub(super) key: String,
}

/// The address of a link; `None` for anything but http and https, and for addresses with a user name.
pub(super) fn address(url: &Url) -> Option<Address> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || !url.username().is_empty() {
        return None;
    }
    let mut visit = url.clone();
    visit.set_fragment(None);
    strip_session_path(&mut visit);
    strip_parameters(&mut visit);
    let key = key(&visit);
    Some(Address { visit, key })
}

/// Java servers put the session after a semicolon: `/shop;jsessionid=…`.
fn strip_session_path(url: &mut Url) {
    let path = url.path().to_owned();
    if let Some(at) = path.to_ascii_lowercase().find(";jsessionid=") {
        let end = path[at + 1..].find(['/', ';']).map_or(path.len(), |e| at + 1 + e);
        url.set_path(&format!("{}{}", &path[..at], &path[end..]));
    }
}

fn strip_parameters(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept = query
        .split('&')
        .filter(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let session = words().is_session(name) && looks_random(value);
            !(pair.is_empty() || session || words().is_tracking(name))
        })
        .collect::<Vec<_>>()
        .join("&");
    let kept = (!kept.is_empty()).then_some(kept);
    if kept.as_deref() != url.query() {
        url.set_query(kept.as_deref());
    }
}

fn key(url: &Url) -> String {
    let mut key = url.clone();
    let path = unify_escapes(url.path());
    if let Some((folder, file)) = path.rsplit_once('/') {
        let folder = format!("{folder}/");
        key.set_path(if words().is_index_page(file) { &folder } else { &path });
    }
    if let Some(query) = url.query() {
        let query = unify_escapes(query);
        let mut pairs = query.split('&').collect::<Vec<_>>();
        pairs.sort_unstable();
        key.set_query(Some(&pairs.join("&")));
    }
    key.into()
}

/// `%7e` and `~` are one; `%2f` and `%2F` are one.
fn unify_escapes(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(code) if code.is_ascii_alphanumeric() || b"-._~".contains(&code) => {
                out.push(char::from(code));
                at += 3;
            }
            Some(code) => {
                let _ = write!(out, "%{code:02X}");
                at += 3;
            }
            None => {
                // Addresses from the url crate are ASCII here; anything else is kept by character.
                let Some(c) = text[at..].chars().next() else { break };
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
    out
}

/// An address with everything that varies replaced: `/p/17?page=3` → `/p/{n}?page={n}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    /// Origin and path.
    pub(super) path: String,
    /// Parameters, sorted.
    pub(super) query: String,
    /// Number of parameters.
    pub(super) parameters: usize,
    /// A path segment, or its whole, that looks made by a machine.
    pub(super) random: bool,
    /// Ends in a date, or has one in its parameters, among words of a calendar.
    pub(super) calendar: bool,
    /// A parameter that pages.
    pub(super) paging: bool,
}

/// The shape of an address.
pub(super) fn shape(url: &Url) -> Shape {
    let mut path = url.origin().ascii_serialization();
    let segments = url.path_segments().map(|s| s.filter(|p| !p.is_empty()).collect::<Vec<_>>()).unwrap_or_default();
    let mut random = false;
    for segment in &segments {
        let kind = kind(segment);
        random |= kind == "{id}";
        let _ = write!(path, "/{kind}");
    }
    let mut pairs = Vec::new();
    let (mut paging, mut dated) = (false, false);
    for (name, value) in url.query_pairs() {
        let kind = kind(&value);
        random |= kind == "{id}";
        paging |= words().is_paging(&name) && matches!(kind.as_str(), "{n}" | "{id}");
        dated |= kind == "{date}" || (kind == "{n}" && words().is_calendar(&name));
        pairs.push(if kind == value { format!("{name}={value}") } else { format!("{name}={kind}") });
    }
    pairs.sort_unstable();
    let calendar = dated || calendar_path(&segments);
    Shape { path, query: pairs.join("&"), parameters: pairs.len(), random, calendar, paging }
}

/// `/calendar/2024/05`, `/2024/05/17`, `/events/2024-05-17`; an article under a date (`/2024/05/title`) is none.
fn calendar_path(segments: &[&str]) -> bool {
    let Some(last) = segments.last() else { return false };
    if kind(last) == "{date}" {
        return true;
    }
    let number = |s: &&str| !s.is_empty() && s.len() <= 2 && s.bytes().all(|b| b.is_ascii_digit());
    let year = |s: &&str| s.len() == 4 && (s.starts_with("19") || s.starts_with("20")) && s.parse::<u16>().is_ok();
    let run = segments.iter().rev().take_while(|s| number(s)).count();
    let before = segments.len().checked_sub(run + 1).and_then(|i| segments.get(i));
    let by_date = (1..=2).contains(&run) && before.is_some_and(year);
    let by_word = segments.iter().any(|s| words().is_calendar(s)) && (year(last) || number(last));
    by_date || by_word
}

/// A name with what varies in it replaced: `_ga_12AB` and `_ga_34AB` have one.
pub(super) fn fold(name: &str) -> String {
    kind(name)
}

fn kind(part: &str) -> String {
    if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
        return "{n}".to_owned();
    }
    if is_date(part) {
        return "{date}".to_owned();
    }
    if looks_random(part) {
        return "{id}".to_owned();
    }
    fold_digits(part)
}

/// `article17` and `article203` have one shape.
fn fold_digits(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for c in part.chars() {
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !out.ends_with("{n}") {
            out.push_str("{n}");
        }
    }
    out
}

fn is_date(part: &str) -> bool {
    let pieces = part.split(['-', '.', '_']).collect::<Vec<_>>();
    let digits = |p: &&str| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit());
    let year = |p: &&&str| p.len() == 4 && (p.starts_with("19") || p.starts_with("20"));
    (2..=3).contains(&pieces.len()) && pieces.iter().all(digits) && pieces.iter().filter(year).count() == 1
}

/// A hash, a UUID, a session id: long, of letters and digits mixed, in no word's order.
pub(super) fn looks_random(part: &str) -> bool {
    let plain = part.chars().filter(|c| *c != '-').collect::<String>();
    if plain.len() < 12 || !plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return false;
    }
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let turns =
        plain.as_bytes().windows(2).filter(|w| matches!(w, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())).count();
    let hex = plain.bytes().all(|b| b.is_ascii_hexdigit()) && plain.len() >= 16;
    (hex && digits > 0) || (digits >= 3 && turns >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Address {
        address(&Url::parse(text).unwrap()).unwrap()
    }

    fn same(a: &str, b: &str) -> bool {
        of(a).key == of(b).key
    }

    #[test]
    fn one_page_has_one_key() {
        assert!(same("http://a.test/x#top", "http://a.test/x"));
        assert!(same("http://a.test/?b=2&a=1", "http://a.test/?a=1&b=2"));
        assert!(same("http://a.test/x?utm_source=n&q=1&fbclid=z", "http://a.test/x?q=1"));
        assert!(same("http://a.test/dir/index.html", "http://a.test/dir/"));
        assert!(same("http://a.test:80/%7Eme?", "http://a.test/~me"));
        assert!(same("http://a.test/s;jsessionid=AB12CD34EF56AB78", "http://a.test/s"));
        assert!(same("http://a.test/s?PHPSESSID=9f8e7d6c5b4a39281706", "http://a.test/s"));
    }

    #[test]
    fn different_pages_keep_different_keys() {
        assert!(!same("http://a.test/x", "http://a.test/x/"));
        assert!(!same("http://a.test/?a=1", "http://a.test/?a=2"));
        assert!(!same("http://a.test/?sid=12", "http://a.test/?sid=13"), "a section's number is no session");
        assert!(!same("http://a.test/a%2Fb", "http://a.test/a/b"));
        assert!(!same("http://a.test/", "http://www.a.test/"));
    }

    #[test]
    fn what_is_visited_stays_as_the_site_spelled_it() {
        assert_eq!(
            of("http://a.test/d/index.html?b=2&a=1&utm_id=9#f").visit.as_str(),
            "http://a.test/d/index.html?b=2&a=1"
        );
        assert_eq!(of("http://a.test/?q=a%20b").visit.as_str(), "http://a.test/?q=a%20b");
    }

    #[test]
    fn other_schemes_are_no_pages() {
        for text in ["mailto:a@b.test", "javascript:void(0)", "data:text/html,x", "ftp://a.test/", "http://u:p@a.test/"]
        {
            assert_eq!(address(&Url::parse(text).unwrap()), None, "{text}");
        }
    }

    #[test]
    fn shapes() {
        let shape = |t: &str| shape(&Url::parse(t).unwrap());
        assert_eq!(shape("http://a.test/p/17?page=3"), shape("http://a.test/p/4?page=99"));
        assert_ne!(shape("http://a.test/p/17").path, shape("http://a.test/q/17").path);
        assert!(shape("http://a.test/x?page=3").paging);
        assert!(shape("http://a.test/e/5d41402abc4b2a76b9719d911017c592").random);
        assert!(!shape("http://a.test/how-to-delete-your-browser-history").random);
        for calendar in
            ["/calendar/2024/05", "/2024/05/17", "/events/2024-05-17", "/c?month=5&year=2024", "/c?d=2024-05-01"]
        {
            assert!(shape(&format!("http://a.test{calendar}")).calendar, "{calendar}");
        }
        for none in ["/2024/05/a-title", "/p/17", "/products/2024", "/v/1.2.3"] {
            assert!(!shape(&format!("http://a.test{none}")).calendar, "{none}");
        }
    }

    proptest::proptest! {
        #[test]
        fn normalising_twice_changes_nothing(path in "[ -~]{0,40}", query in "[ -~]{0,40}") {
            let url = Url::parse(&format!("http://a.test/{path}?{query}"));
            if let Some(first) = url.ok().as_ref().and_then(address) {
                let second = address(&first.visit).unwrap();
                proptest::prop_assert_eq!(&first, &second);
                let by_key = address(&Url::parse(&first.key).unwrap()).unwrap();
                proptest::prop_assert_eq!(by_key.key, first.key);
            }
        }
    }
}
