//! The ground: registrable domains and sites (public suffix list; loopback names by their last labels).
//!
//! Not here: anything about cookies or policies.

use crate::cookie::Party;

/// The registrable domain of a host: `shop.example.co.uk` → `example.co.uk`.
///
/// An IP address, a single label and a bare public suffix are their own site. `localhost` and `test` count as public
/// suffixes, as browsers treat `a.localhost` and `b.localhost` as different sites.
#[must_use]
pub fn registrable_domain(host: &str) -> String {
    let host = host.trim_start_matches('.').trim_end_matches('.').to_ascii_lowercase();
    if host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') {
        return host;
    }
    psl::domain_str(&host).map_or_else(|| host.clone(), str::to_owned)
}

/// Same registrable domain, whatever the scheme and port (cookies know neither).
#[must_use]
pub fn same_site(a: &str, b: &str) -> bool {
    registrable_domain(a) == registrable_domain(b)
}

/// Party of a cookie's domain on a page of `site_host`.
#[must_use]
pub fn party(site_host: &str, cookie_domain: &str) -> Party {
    if same_site(site_host, cookie_domain) { Party::First } else { Party::Third }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registrable_domains() {
        assert_eq!(registrable_domain("www.shop.example.co.uk"), "example.co.uk");
        assert_eq!(registrable_domain(".example.com"), "example.com");
        assert_eq!(registrable_domain("www.shop.localhost"), "shop.localhost");
        assert_eq!(registrable_domain("tracker.test"), "tracker.test");
        assert_eq!(registrable_domain("127.0.0.1"), "127.0.0.1");
        assert_eq!(registrable_domain("localhost"), "localhost");
    }

    #[test]
    fn parties() {
        assert_eq!(party("www.shop.localhost", "shop.localhost"), Party::First);
        assert_eq!(party("www.shop.localhost", "tracker.localhost"), Party::Third);
    }
}
