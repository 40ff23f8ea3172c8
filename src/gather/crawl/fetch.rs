//! Plain fetches beside the browser: robots.txt, sitemaps, "is it up yet".
//!
//! Bounded in time, size and redirects; credentials go to the exact origins they were given for and nowhere else. No
//! cookie jar, so nothing here can colour what the browser sees.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use tokio::time::Instant;
use url::Url;

const REDIRECTS: usize = 5;

/// A name that is asked of this address instead of DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Host, or `*.suffix`.
    pub host: String,
    /// Where it lives.
    pub address: IpAddr,
}

impl Resolved {
    /// Whether a name (lower case) is meant.
    pub(crate) fn covers(&self, host: &str) -> bool {
        match self.host.strip_prefix("*.") {
            Some(suffix) => host.strip_suffix(suffix).is_some_and(|front| front.ends_with('.')),
            None => self.host.eq_ignore_ascii_case(host),
        }
    }
}

/// How plain fetches are made; the browser has the same settings of its own.
#[derive(Debug, Clone, Default)]
pub struct FetchOptions {
    /// Names with addresses of their own.
    pub resolve: Vec<Resolved>,
    /// Take any certificate.
    pub accept_invalid_certs: bool,
    /// Further headers, for [`FetchOptions::credential_origins`] only.
    pub headers: Vec<(String, String)>,
    /// User and password, for [`FetchOptions::credential_origins`] only.
    pub basic_auth: Option<(String, String)>,
    /// Origins (`https://shop.example`) that headers and password are for.
    pub credential_origins: BTreeSet<String>,
    /// Proxy address.
    pub proxy: Option<String>,
    /// User agent; empty for this tool's own.
    pub user_agent: String,
}

/// Why a plain fetch failed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The client could not be made.
    #[error("cannot prepare plain fetches; check the proxy setting and the system's certificates")]
    Client(#[source] reqwest::Error),
    /// No answer.
    #[error("no answer from {url}")]
    Request {
        /// What was asked.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// More redirects than anybody follows.
    #[error("more than {REDIRECTS} redirects from {0}")]
    Redirects(String),
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    /// HTTP status.
    pub(crate) status: u16,
    /// Media type without parameters, lower case.
    pub(crate) media_type: String,
    /// At most as many bytes as were asked for.
    pub(crate) body: Vec<u8>,
}

/// A client for plain fetches.
#[derive(Debug, Clone)]
pub struct Fetcher {
    client: reqwest::Client,
    headers: HeaderMap,
    options: FetchOptions,
}

impl Fetcher {
    /// A client with these settings.
    pub fn new(options: &FetchOptions) -> Result<Self, FetchError> {
        // An error says that somebody installed a provider before: as good as ours.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = if options.user_agent.is_empty() { "cookie-audit" } else { &options.user_agent };
        let mut builder = reqwest::Client::builder()
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(20))
            .danger_accept_invalid_certs(options.accept_invalid_certs)
            .dns_resolver(Names(options.resolve.clone()));
        builder = match &options.proxy {
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy).map_err(FetchError::Client)?),
            None => builder.no_proxy(),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in &options.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
            {
                headers.append(name, value);
            }
        }
        Ok(Self { client: builder.build().map_err(FetchError::Client)?, headers, options: options.clone() })
    }

    /// Gets an address, following a few redirects; the body is cut off after `limit` bytes.
    pub(crate) async fn get(&self, url: &Url, limit: usize) -> Result<Fetched, FetchError> {
        let mut at = url.clone();
        for _ in 0..=REDIRECTS {
            let failed = |source| FetchError::Request { url: at.to_string(), source };
            let response = self.request(&at).send().await.map_err(failed)?;
            let target = response.headers().get(LOCATION).and_then(|l| l.to_str().ok()).and_then(|l| at.join(l).ok());
            match target {
                Some(next) if response.status().is_redirection() => at = next,
                _ => return read(response, limit).await.map_err(failed),
            }
        }
        Err(FetchError::Redirects(url.to_string()))
    }

    fn request(&self, url: &Url) -> reqwest::RequestBuilder {
        let request = self.client.get(url.clone());
        if !self.options.credential_origins.contains(&url.origin().ascii_serialization()) {
            return request;
        }
        let request = request.headers(self.headers.clone());
        match &self.options.basic_auth {
            Some((user, password)) => request.basic_auth(user, Some(password)),
            None => request,
        }
    }

    /// Waits until an address answers with anything below 500, asking every second.
    pub async fn wait_for(&self, url: &Url, at_most: Duration) -> bool {
        let until = Instant::now() + at_most;
        loop {
            if self.get(url, 1).await.is_ok_and(|f| f.status < 500) {
                return true;
            }
            if Instant::now() + Duration::from_secs(1) > until {
                return false;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn read(mut response: reqwest::Response, limit: usize) -> Result<Fetched, reqwest::Error> {
    let status = response.status().as_u16();
    let header = |name| response.headers().get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    let kind = header(reqwest::header::CONTENT_TYPE).unwrap_or_default();
    let media_type = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = limit.saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() >= limit {
            break;
        }
    }
    Ok(Fetched { status, media_type, body })
}

/// Names as the browser sees them: the given ones first, `localhost` and all below it on loopback, the rest by DNS.
#[derive(Debug)]
struct Names(Vec<Resolved>);

impl Names {
    fn fixed(&self, host: &str) -> Option<IpAddr> {
        let local = || (host == "localhost" || host.ends_with(".localhost")).then_some(Ipv4Addr::LOCALHOST.into());
        self.0.iter().find(|entry| entry.covers(host)).map(|r| r.address).or_else(local)
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_ascii_lowercase();
        let fixed = self.fixed(&host);
        Box::pin(async move {
            let found: Vec<SocketAddr> = match fixed {
                Some(address) => vec![SocketAddr::new(address, 0)],
                None => tokio::net::lookup_host((host.as_str(), 0)).await?.collect(),
            };
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gather::crawl::tests::serve;

    #[tokio::test]
    async fn credentials_stay_with_their_origin() {
        let site = serve(|host, path, head| {
            let seen = head.contains("x-key: k") && head.contains("authorization: Basic dTpw");
            match (host, path) {
                ("a.localhost", "/") => (302, "location: http://b.localhost:PORT/end\r\n".to_owned(), String::new()),
                _ => (200, "content-type: text/plain; charset=x\r\n".to_owned(), format!("{seen}{}", "x".repeat(99))),
            }
        })
        .await;
        let origin = format!("http://a.localhost:{}", site.port);
        let options = FetchOptions {
            headers: vec![("x-key".to_owned(), "k".to_owned())],
            basic_auth: Some(("u".to_owned(), "p".to_owned())),
            credential_origins: [origin.clone()].into(),
            ..FetchOptions::default()
        };
        let fetcher = Fetcher::new(&options).unwrap();
        let at = |path: &str| Url::parse(&format!("{origin}{path}")).unwrap();
        let own = fetcher.get(&at("/own"), 4).await.unwrap();
        assert_eq!((own.body.as_slice(), own.media_type.as_str()), (b"true".as_slice(), "text/plain"));
        let other = fetcher.get(&at("/"), 5).await.unwrap();
        assert_eq!(other.body, b"false");
        assert!(fetcher.wait_for(&at("/own"), Duration::from_secs(1)).await);
    }

    #[test]
    fn names() {
        let to = |h: &str, a: &str| Resolved { host: h.to_owned(), address: a.parse().unwrap() };
        let names = Names(vec![to("*.test", "127.0.0.9"), to("shop.example", "10.0.0.1")]);
        assert_eq!(names.fixed("a.test"), Some("127.0.0.9".parse().unwrap()));
        assert_eq!(names.fixed("atest"), None);
        assert_eq!(names.fixed("shop.example"), Some("10.0.0.1".parse().unwrap()));
        assert_eq!(names.fixed("x.localhost"), Some(Ipv4Addr::LOCALHOST.into()));
    }
}
