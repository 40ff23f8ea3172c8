//! A `Set-Cookie` line, or a string given to `document.cookie`, read as RFC 6265bis section 5 reads it, and as Chromium
//! does where it goes its own way (`tests/set_cookie.rs` holds the two together).
//!
//! Also the checks by which a browser refuses a cookie: they name the likely reason where the browser keeps silent
//! (script writes). Not here: what the browser really did; that is observed.

use url::{Host, Url};

use super::date::parse_cookie_date;
use super::{CookieKey, Lifetime, SameSite, SentAttributes};

/// Longest name and value together, in bytes.
const MAX_PAIR: usize = 4096;
/// Longest value of an attribute; a longer one is as if it were not there.
const MAX_ATTRIBUTE: usize = 1024;

/// A line taken apart. Holds the value: never leaves the recording boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCookie {
    /// Name; empty for a line without `=`.
    pub name: String,
    /// Value.
    pub value: String,
    /// The attributes.
    pub sent: SentAttributes,
    /// Whether the lifetime was given as a maximum age.
    pub by_max_age: bool,
    /// Whether a control character stands in an attribute, which spoils the whole line.
    pub spoilt: bool,
}

impl SetCookie {
    /// Reads a line. `now` is the writer's clock in seconds since 1970; it turns Expires into a lifetime.
    #[must_use]
    pub fn parse(line: &str, now: i64) -> Self {
        let mut pieces = line.split(';');
        let (name, value) = name_and_value(pieces.next().unwrap_or_default());
        let (mut attributes, mut spoilt) = (Attributes::default(), false);
        for piece in pieces {
            let (key, text) = piece.split_once('=').unwrap_or((piece, ""));
            let text = trim(text);
            spoilt |= has_control(text);
            if text.len() <= MAX_ATTRIBUTE {
                attributes.take(&trim(key).to_ascii_lowercase(), text);
            }
        }
        let by_max_age = attributes.max_age.is_some();
        Self { name, value, sent: attributes.finish(now), by_max_age, spoilt }
    }

    /// Identity that the browser would give it, coming from `url` while `top_level_site` is visited.
    #[must_use]
    pub fn key(&self, url: &Url, top_level_site: Option<&str>) -> CookieKey {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let attribute = self.sent.domain.as_deref().map(normal_domain).filter(|d| !d.is_empty());
        // A Domain attribute equal to a bare host such as `localhost` or an address makes a host-only cookie.
        let host_only = match (&attribute, url.host()) {
            (None, _) => true,
            (Some(domain), Some(Host::Ipv4(_) | Host::Ipv6(_))) => *domain == host,
            (Some(domain), _) => *domain == host && psl::domain_str(&host).is_none(),
        };
        let domain = if host_only { host } else { attribute.unwrap_or_default() };
        CookieKey {
            name: self.name.clone(),
            domain,
            host_only,
            path: self
                .sent
                .path
                .as_deref()
                .filter(|p| p.starts_with('/'))
                .map_or_else(|| default_path(url), str::to_owned),
            partition: if self.sent.partitioned { top_level_site.map(str::to_owned) } else { None },
        }
    }

    /// Whether the line deletes: an expiry at or before the writer's now.
    #[must_use]
    pub fn deletes(&self) -> bool {
        matches!(self.sent.lifetime, Lifetime::Seconds(s) if s <= 0)
    }

    /// Why a browser following RFC 6265bis refuses it, in Chromium's words; empty where nothing speaks against it.
    #[must_use]
    pub fn refusals(&self, url: &Url, by_script: bool) -> Vec<String> {
        let mut reasons = Vec::new();
        let secure_origin = url.scheme() == "https" || is_local(url);
        if self.name.is_empty() && self.value.is_empty() {
            reasons.push("NoCookieContent");
        }
        if self.name.len() + self.value.len() > MAX_PAIR {
            reasons.push("NameValuePairExceedsMaxSize");
        }
        if self.spoilt || has_control(&self.name) || has_control(&self.value) {
            reasons.push("DisallowedCharacter");
        }
        if self.sent.secure && !secure_origin {
            reasons.push("SecureOnly");
        }
        if by_script && self.sent.http_only {
            reasons.push("HttpOnly");
        }
        if self.sent.same_site == Some(SameSite::None) && !self.sent.secure {
            reasons.push("SameSiteNoneInsecure");
        }
        if self.sent.partitioned && !self.sent.secure {
            reasons.push("InvalidPartitioned");
        }
        if !self.domain_fits(url) {
            reasons.push("InvalidDomain");
        }
        if !self.prefix_holds(by_script) {
            reasons.push("InvalidPrefix");
        }
        reasons.into_iter().map(str::to_owned).collect()
    }

    fn domain_fits(&self, url: &Url) -> bool {
        let Some(domain) = self.sent.domain.as_deref().map(normal_domain) else { return true };
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        if domain == host {
            return true;
        }
        let beneath = host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'));
        beneath && host.parse::<std::net::IpAddr>().is_err() && !is_public_suffix(&domain)
    }

    fn prefix_holds(&self, by_script: bool) -> bool {
        const PREFIXES: [&str; 4] = ["__secure-", "__host-", "__http-", "__host-http-"];
        let (name, value) = (self.name.to_ascii_lowercase(), self.value.to_ascii_lowercase());
        // A nameless cookie whose value imitates a prefix is refused as well.
        let disguised = self.name.is_empty() && PREFIXES.iter().any(|prefix| value.starts_with(prefix));
        let secure = self.sent.secure;
        let host = secure && self.sent.domain.is_none() && self.sent.path.as_deref() == Some("/");
        let http = secure && self.sent.http_only && !by_script;
        let rules = [secure, host, http, host && http];
        !disguised && PREFIXES.iter().zip(rules).all(|(prefix, holds)| holds || !name.starts_with(prefix))
    }
}

#[derive(Default)]
struct Attributes {
    max_age: Option<i64>,
    expires: Option<i64>,
    domain: Option<String>,
    path: Option<String>,
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
    partitioned: bool,
    priority: Option<String>,
}

impl Attributes {
    /// The last attribute of a name wins, even where nothing can be made of it.
    fn take(&mut self, key: &str, text: &str) {
        match key {
            "expires" => self.expires = parse_cookie_date(text),
            "max-age" => self.max_age = parse_max_age(text),
            "domain" => self.domain = (!text.is_empty()).then(|| text.to_owned()),
            "path" => self.path = text.starts_with('/').then(|| text.to_owned()),
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => self.same_site = parse_same_site(text),
            "partitioned" => self.partitioned = true,
            "priority" => self.priority = parse_priority(text),
            _ => {}
        }
    }

    fn finish(self, now: i64) -> SentAttributes {
        let lifetime = match (self.max_age, self.expires) {
            (Some(seconds), _) => Lifetime::Seconds(seconds),
            (None, Some(at)) => Lifetime::Seconds(at.saturating_sub(now)),
            (None, None) => Lifetime::Session,
        };
        SentAttributes {
            lifetime,
            domain: self.domain,
            path: self.path,
            secure: self.secure,
            http_only: self.http_only,
            same_site: self.same_site,
            partitioned: self.partitioned,
            priority: self.priority,
        }
    }
}

fn name_and_value(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    (trim(name).to_owned(), trim(value).to_owned())
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// `None` where the attribute is to be ignored: anything but digits, after a sign or none.
fn parse_max_age(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -size } else { size })
}

fn parse_same_site(text: &str) -> Option<SameSite> {
    match text.to_ascii_lowercase().as_str() {
        "strict" => Some(SameSite::Strict),
        "lax" => Some(SameSite::Lax),
        "none" => Some(SameSite::None),
        _ => None,
    }
}

fn parse_priority(text: &str) -> Option<String> {
    let word = text.to_ascii_lowercase();
    matches!(word.as_str(), "low" | "medium" | "high").then_some(word)
}

fn normal_domain(domain: &str) -> String {
    domain.strip_prefix('.').unwrap_or(domain).to_ascii_lowercase()
}

/// RFC 6265bis section 5.1.4.
fn default_path(url: &Url) -> String {
    let path = url.path();
    match path.rfind('/') {
        Some(at) if at > 0 && path.starts_with('/') => path.get(..at).unwrap_or("/").to_owned(),
        _ => "/".to_owned(),
    }
}

/// Controls of ASCII, the tab among them: Chromium takes none of them but around names and values.
fn has_control(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_control())
}

/// Whether whoever sets cookies for this domain sets them for strangers' sites. A wildcard of the list (`*.kobe.jp`)
/// makes what it stands below (`kobe.jp`) a suffix too.
fn is_public_suffix(domain: &str) -> bool {
    let below = format!("x.{domain}");
    psl::domain_str(domain).is_none() || psl::suffix_str(&below) == Some(below.as_str())
}

/// Loopback names and addresses count as trustworthy over http.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
#[path = "set_cookie_tests.rs"]
mod tests;
