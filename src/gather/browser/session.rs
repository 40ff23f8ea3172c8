//! One browser session: WebDriver opens it (fantoccini), BiDi steers it, CDP adds what BiDi lacks.
//!
//! A session is one browser with one cookie jar, used by one visit at a time. Not here: finding and starting a driver,
//! and what a visit records.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use url::Url;

use super::bidi::{Bidi, BidiError};
use super::options::BrowserKind;
use super::rest::Rest;
use super::{capabilities, devtools, headers, third_party, user_agent};
use crate::evidence::model::BrowserInfo;

/// Limit of an ordinary command.
pub const COMMAND_LIMIT: Duration = Duration::from_secs(15);
/// Limit for starting a browser: a cold start on a busy machine is slow.
const OPEN_LIMIT: Duration = Duration::from_secs(90);
/// Limit for ending it.
const CLOSE_LIMIT: Duration = Duration::from_secs(10);

/// A name and a password for one origin.
#[derive(Clone)]
pub struct OriginHeaders {
    /// The exact origin (scheme, host, port) that gets them; nobody else does.
    pub origin: Url,
    /// Header names and values, `Authorization` among them.
    pub headers: Vec<(String, String)>,
}

impl std::fmt::Debug for OriginHeaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "OriginHeaders({}, {names:?})", self.origin)
    }
}

/// How to open a session.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// Browser asked for.
    pub browser: BrowserKind,
    /// Its executable, where the driver should not look for one.
    pub binary: Option<PathBuf>,
    /// Profile folder of our own, ended and removed by whoever made it.
    pub user_data_dir: Option<PathBuf>,
    /// Without a window.
    pub headless: bool,
    /// Say that a tool drives the browser, instead of looking like an ordinary visitor's.
    pub announce: bool,
    /// Accept certificates that do not verify.
    pub accept_invalid_certs: bool,
    /// `HOST[:PORT]:ADDR` entries.
    pub resolve: Vec<String>,
    /// Extra request headers, each set for one origin.
    pub headers: Vec<OriginHeaders>,
    /// Proxy URL.
    pub proxy: Option<String>,
    /// A [`Guard`](crate::gather::guard::Guard) that everything has to go through, loopback too; in place of a proxy.
    pub guard: Option<SocketAddr>,
    /// User agent string to send.
    pub user_agent: Option<String>,
    /// Width and height of the window.
    pub viewport: (u32, u32),
    /// Accept-Language, e.g. `de-DE,de`.
    pub language: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Run without the sandbox: needed, and only done by default, as root.
    pub no_sandbox: bool,
    /// Keep no cookie and no storage of any site: for looking what stops working.
    pub block_cookies: bool,
    /// Speak CDP through the driver even where the browser itself is within reach, as has to be done on a Grid.
    pub through_driver: bool,
    /// A process for each site, so that a site that breaks out of its page's process finds no other's secrets there. The
    /// same cookies are set without, at a good third less processor time.
    pub isolate_sites: bool,
    /// Further browser switches.
    pub extra_switches: Vec<String>,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            browser: BrowserKind::Chrome,
            binary: None,
            user_data_dir: None,
            headless: true,
            announce: false,
            accept_invalid_certs: false,
            resolve: Vec::new(),
            headers: Vec::new(),
            proxy: None,
            guard: None,
            user_agent: None,
            viewport: (1366, 900),
            language: None,
            time_zone: None,
            no_sandbox: false,
            block_cookies: false,
            through_driver: false,
            isolate_sites: false,
            extra_switches: Vec::new(),
        }
    }
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The driver refused or could not be reached.
    #[error("failed to open a browser session at {url}")]
    Open {
        /// The WebDriver URL.
        url: String,
        /// What it said.
        #[source]
        source: fantoccini::error::NewSessionError,
    },
    /// The driver did not answer in time.
    #[error("no browser session at {url} within {} s", OPEN_LIMIT.as_secs())]
    Slow {
        /// The WebDriver URL.
        url: String,
    },
    /// The driver granted no BiDi connection.
    #[error("the driver at {url} offers no WebDriver BiDi; use a newer driver and browser")]
    NoBidi {
        /// The WebDriver URL.
        url: String,
    },
    /// Certificates of this machine could not be read.
    #[error("failed to load this machine's certificates")]
    Certificates(#[source] std::io::Error),
    /// The connection opened and failed.
    #[error("failed to set the browser session up")]
    Bidi(#[from] BidiError),
}

/// An open session.
pub struct Session {
    client: Client,
    bidi: Bidi,
    info: BrowserInfo,
    chromium: bool,
    process: Option<u32>,
    devtools: Option<Bidi>,
    time_zone: Option<String>,
    isolates_sites: bool,
    headless: bool,
    /// The user agent is set by BiDi, tab by tab.
    agent_by_bidi: bool,
    pub(super) rest: Rest,
}

impl Session {
    /// Opens a session at a driver or a Grid.
    pub async fn open(webdriver_url: &str, options: &SessionOptions) -> Result<Self, SessionError> {
        let planned = user_agent::planned(webdriver_url, options).await;
        let asked = capabilities::capabilities(options, planned.as_deref());
        let opening = new_session(webdriver_url, asked);
        let client = tokio::time::timeout(OPEN_LIMIT, opening)
            .await
            .map_err(|_| SessionError::Slow { url: webdriver_url.to_owned() })??;
        let granted = client.capabilities().cloned().unwrap_or_default();
        let Some(socket) = granted.get("webSocketUrl").and_then(Value::as_str) else {
            let _ = client.close().await;
            return Err(SessionError::NoBidi { url: webdriver_url.to_owned() });
        };
        let bidi = Bidi::connect(&same_host(socket, webdriver_url)).await?;
        let mut session = Self {
            chromium: is_chromium(&granted),
            process: granted.get("goog:processID").and_then(Value::as_u64).and_then(|p| u32::try_from(p).ok()),
            info: browser_info(&granted, options),
            devtools: None,
            time_zone: options.time_zone.clone(),
            isolates_sites: options.isolate_sites,
            headless: options.headless,
            agent_by_bidi: false,
            rest: Rest::new(false),
            client,
            bidi,
        };
        if !options.through_driver {
            session.devtools = devtools(&granted, webdriver_url, session.process).await;
        }
        session.set_up(options).await?;
        session.rest = Rest::new(session.may_rest(options));
        Ok(session)
    }

    async fn set_up(&mut self, options: &SessionOptions) -> Result<(), BidiError> {
        self.settle_user_agent(options).await?;
        if let Some(zone) = &options.time_zone {
            self.send("emulation.setTimezoneOverride", json!({"timezone": zone, "userContexts": ["default"]})).await?;
        }
        if self.chromium {
            // Downloads are recorded as such and never written to disk.
            let deny = json!({"behavior": "deny", "eventsEnabled": false});
            self.cdp(None, "Browser.setDownloadBehavior", deny).await?;
            if options.accept_invalid_certs && self.devtools.is_some() {
                // BiDi does the same tab by tab, but may rest.
                self.cdp(None, "Security.setIgnoreCertificateErrors", json!({"ignore": true})).await?;
            }
        }
        third_party::state(self).await?.clone_into(&mut self.info.third_party_cookies);
        if !options.headers.is_empty() {
            headers::install(&self.bidi, &options.headers).await?;
        }
        Ok(())
    }

    /// Whether CDP does all that pages need: what BiDi does with requests and settings of tabs ends when it rests.
    fn may_rest(&self, options: &SessionOptions) -> bool {
        let settings = options.time_zone.is_some() || !options.headers.is_empty();
        self.devtools.is_some() && !settings && !self.agent_by_bidi
    }

    /// Reads the user agent that is really sent, and takes "Headless" out of it where no switch could.
    async fn settle_user_agent(&mut self, options: &SessionOptions) -> Result<(), BidiError> {
        if self.chromium {
            let version = self.cdp(None, "Browser.getVersion", json!({})).await?;
            version["userAgent"].as_str().unwrap_or_default().clone_into(&mut self.info.user_agent);
            if let Some((name, number)) = version["product"].as_str().and_then(|p| p.split_once('/')) {
                number.clone_into(&mut self.info.version);
                self.info.name = if name.contains("Headless") { "chromium".to_owned() } else { name.to_lowercase() };
            }
        }
        if let Some(agent) = &options.user_agent {
            self.info.user_agent.clone_from(agent);
        } else if !options.announce && self.info.user_agent.contains("Headless") {
            let agent = self.info.user_agent.replace("Headless", "");
            let asked = json!({"userAgent": agent, "userContexts": ["default"]});
            self.send("emulation.setUserAgentOverride", asked).await?;
            self.info.user_agent = agent;
            self.agent_by_bidi = true;
        }
        Ok(())
    }

    /// Whether every site has a process of its own (Chromium).
    #[must_use]
    pub fn isolates_sites(&self) -> bool {
        self.isolates_sites
    }

    /// Whether there is no window that somebody could look at.
    #[must_use]
    pub fn is_headless(&self) -> bool {
        self.headless
    }

    /// The connection.
    #[must_use]
    pub fn bidi(&self) -> &Bidi {
        &self.bidi
    }

    /// The browser, for the evidence's header.
    #[must_use]
    pub fn info(&self) -> &BrowserInfo {
        &self.info
    }

    /// Whether CDP extras are there.
    #[must_use]
    pub fn is_chromium(&self) -> bool {
        self.chromium
    }

    /// The time zone asked for: a new user context does not have it by itself.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    /// The browser's own debugging connection, where this machine can reach it. CDP sessions are its own: those that BiDi
    /// grants mean nothing here.
    #[must_use]
    pub fn devtools(&self) -> Option<&Bidi> {
        self.devtools.as_ref()
    }

    /// Process id of the browser, where the driver says it.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.process
    }

    /// A BiDi command with the ordinary limit.
    pub async fn send(&self, method: &str, params: Value) -> Result<Value, BidiError> {
        self.send_within(method, params, COMMAND_LIMIT).await
    }

    /// The same with a limit of its own.
    pub async fn send_within(&self, method: &str, params: Value, limit: Duration) -> Result<Value, BidiError> {
        self.rest.end(&self.bidi, false).await?;
        self.bidi.send(method, params, limit).await
    }

    /// A CDP command (Chromium only) to a target's session, or to the browser itself.
    pub async fn cdp(&self, target: Option<&str>, method: &str, params: Value) -> Result<Value, BidiError> {
        self.cdp_within(target, method, params, COMMAND_LIMIT).await
    }

    /// The same with a limit of its own.
    pub async fn cdp_within(
        &self,
        target: Option<&str>,
        method: &str,
        params: Value,
        limit: Duration,
    ) -> Result<Value, BidiError> {
        if let Some(devtools) = &self.devtools {
            return devtools.send_to(target, method, params, limit).await;
        }
        let mut asked = json!({"method": method, "params": params});
        if let (Some(target), Some(map)) = (target, asked.as_object_mut()) {
            map.insert("session".into(), json!(target));
        }
        let mut answer = self.send_within("goog:cdp.sendCommand", asked, limit).await?;
        Ok(answer.get_mut("result").map(Value::take).unwrap_or_default())
    }

    /// Runs a function in a frame, in a world of its own that the page cannot touch. The function answers a string.
    pub async fn call(
        &self,
        context: &str,
        function: &str,
        argument: &str,
        limit: Duration,
    ) -> Result<String, BidiError> {
        let asked = json!({
            "functionDeclaration": function,
            "awaitPromise": true,
            "arguments": [{"type": "string", "value": argument}],
            "target": {"context": context, "sandbox": "cookie-audit"},
        });
        let answer = self.send_within("script.callFunction", asked, limit).await?;
        if answer["type"] == "exception" {
            return Err(BidiError::Refused {
                method: "script.callFunction".to_owned(),
                error: "exception".to_owned(),
                message: answer["exceptionDetails"]["text"].as_str().unwrap_or_default().to_owned(),
            });
        }
        Ok(answer["result"]["value"].as_str().unwrap_or_default().to_owned())
    }

    /// Ends the session and its browser.
    pub async fn close(self) {
        let _ = tokio::time::timeout(CLOSE_LIMIT, self.client.close()).await;
    }
}

/// Whether CDP is spoken there. The client asks every browser for `goog:chromeOptions`, and geckodriver hands back what
/// it does not know.
fn is_chromium(granted: &Map<String, Value>) -> bool {
    let google = granted.contains_key("goog:chromeOptions") || granted.contains_key("ms:edgeOptions");
    google && granted.get("browserName").and_then(Value::as_str) != Some("firefox")
}

async fn new_session(url: &str, asked: Map<String, Value>) -> Result<Client, SessionError> {
    let failed = |source| SessionError::Open { url: url.to_owned(), source };
    if url.starts_with("https:") {
        // Several crates of the tree bring a provider; without a named one TLS would panic. Set already is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots = HttpsConnectorBuilder::new().with_native_roots().map_err(SessionError::Certificates)?;
        let mut builder = ClientBuilder::new(roots.https_or_http().enable_http1().build());
        return builder.capabilities(asked).connect(url).await.map_err(failed);
    }
    // A local driver speaks plain http: a machine without any certificate store must do.
    ClientBuilder::new(HttpConnector::new()).capabilities(asked).connect(url).await.map_err(failed)
}

/// The browser's debugging connection: passed on by a Grid, or of a browser beside us.
async fn devtools(granted: &Map<String, Value>, webdriver: &str, process: Option<u32>) -> Option<Bidi> {
    if let Some(socket) = granted.get("se:cdp").and_then(Value::as_str) {
        return devtools::connect_to(&same_host(socket, webdriver), process).await;
    }
    devtools::connect(&debugger_address(granted, webdriver)?, process).await
}

/// A browser beside us listens on loopback; that of a Grid does so on a machine of its own.
fn debugger_address(granted: &Map<String, Value>, webdriver: &str) -> Option<String> {
    let address = granted.get("goog:chromeOptions")?["debuggerAddress"].as_str()?;
    let local =
        Url::parse(webdriver).is_ok_and(|url| matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")));
    // A Grid on this machine has browsers beside us too, but its `se:` capabilities say that it need not.
    let grid = granted.keys().any(|key| key.starts_with("se:"));
    (local && !grid).then(|| address.to_owned())
}

/// A Grid behind another name may grant an address only it can reach: keep its path, take our way to it.
fn same_host(socket: &str, webdriver: &str) -> String {
    let (Ok(mut granted), Ok(asked)) = (Url::parse(socket), Url::parse(webdriver)) else { return socket.to_owned() };
    let unreachable = matches!(granted.host_str(), Some("0.0.0.0" | "[::]"));
    if unreachable && granted.set_host(asked.host_str()).is_ok() {
        return granted.to_string();
    }
    socket.to_owned()
}

fn browser_info(granted: &Map<String, Value>, options: &SessionOptions) -> BrowserInfo {
    let word = |key: &str| granted.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let driver = granted.get("chrome").and_then(|c| c["chromedriverVersion"].as_str());
    let driver = driver.map(|v| format!("chromedriver {}", v.split(' ').next().unwrap_or(v)));
    let gecko = || format!("geckodriver {}", word("moz:geckodriverVersion"));
    BrowserInfo {
        name: word("browserName"),
        version: word("browserVersion"),
        driver: driver.unwrap_or_else(gecko),
        announce: options.announce,
        user_agent: word("userAgent"),
        language: options.language.clone().unwrap_or_default(),
        switches: shown_switches(options),
        ..BrowserInfo::default()
    }
}

/// Switches for the evidence: without paths of this machine, and without the guard's port, which is another every time.
fn shown_switches(options: &SessionOptions) -> Vec<String> {
    if options.browser != BrowserKind::Chrome {
        return Vec::new();
    }
    let switches = capabilities::chrome_switches(options, None);
    switches.into_iter().filter(|s| !s.starts_with("--user-data-dir") && !s.starts_with("--proxy-server")).collect()
}
