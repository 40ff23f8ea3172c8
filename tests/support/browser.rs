//! A driver of our own and a recorder on it.

use cookie_audit::cookie::CookieKey;
use cookie_audit::evidence::model::{CookieWrite, Found, PageVisit, Phase, Visitor};
use cookie_audit::evidence::values::Redactor;
use cookie_audit::gather::browser::{BrowserKind, BrowserOptions, Driver, Session, SessionOptions};
use cookie_audit::gather::record::{Recorder, RecorderOptions};
use cookie_audit::gather::{VisitRequest, Visits as _};

/// The browser under test: Chromium, or with `TEST_BROWSER=firefox` the other one. No setting of the tool's, whose
/// variables are checked.
pub fn kind() -> BrowserKind {
    match std::env::var("TEST_BROWSER").as_deref() {
        Ok("firefox") => BrowserKind::Firefox,
        _ => BrowserKind::Chrome,
    }
}

/// Whether Firefox is under test, which does this differently: told, so that a run says what it did not look at.
pub fn firefox(how: &str) -> bool {
    let firefox = kind() == BrowserKind::Firefox;
    if firefox {
        eprintln!("Firefox: {how}");
    }
    firefox
}

/// A driver for the browser under test.
pub async fn driver() -> Driver {
    Driver::start(&BrowserOptions { kind: kind(), ..BrowserOptions::default() }).await.expect("a driver")
}

/// A browser that records. Ends with its handle, also when a test panics.
pub struct Browser {
    pub recorder: Recorder,
    // After the recorder: the driver takes what is left of its browser along.
    driver: Driver,
    sequence: u64,
}

impl Browser {
    pub async fn start() -> Self {
        Self::with(SessionOptions::default()).await
    }

    /// With options of its own; certificate, names and sandbox are set as the test site needs them.
    pub async fn with(options: SessionOptions) -> Self {
        Self::with_both(options, RecorderOptions::new(Redactor::new([7; 32]))).await
    }

    /// With a recorder of these options.
    pub async fn recording(options: RecorderOptions) -> Self {
        Self::with_both(SessionOptions::default(), options).await
    }

    /// With options of its own for session and recorder.
    pub async fn with_both(session: SessionOptions, recorder: RecorderOptions) -> Self {
        let driver = driver().await;
        let session = Self::session(&driver, session).await;
        let recorder = Recorder::new(session, recorder).await.expect("a recorder");
        Self { recorder, driver, sequence: 0 }
    }

    /// The recorder, and the driver to be kept as long as it works.
    pub fn into_parts(self) -> (Recorder, Driver) {
        (self.recorder, self.driver)
    }

    pub async fn session(driver: &Driver, mut options: SessionOptions) -> Session {
        // Firefox knows no wildcards there.
        options.resolve.extend(["*.test:127.0.0.1", "www.shop.test:127.0.0.1"].map(str::to_owned));
        options.accept_invalid_certs = true;
        if kind() == BrowserKind::Firefox {
            options.browser = BrowserKind::Firefox;
        }
        options.no_sandbox = cookie_audit::gather::browser::options::is_root();
        options.binary = driver.browser().map(std::path::Path::to_path_buf);
        Session::open(driver.webdriver_url.as_str(), &options).await.expect("a session")
    }

    pub fn request(url: &str, visitor: Visitor) -> VisitRequest {
        VisitRequest {
            sequence: 0,
            url: url.parse().unwrap(),
            depth: 0,
            found: Found::Seed,
            phase: Phase::BeforeConsent,
            visitor,
            starts_walk: false,
            scope: None,
        }
    }

    pub async fn visit(&mut self, url: &str) -> PageVisit {
        self.visit_as(url, Visitor::Fresh).await
    }

    pub async fn visit_as(&mut self, url: &str, visitor: Visitor) -> PageVisit {
        let request = VisitRequest { sequence: self.sequence, ..Self::request(url, visitor) };
        self.sequence += 1;
        self.recorder.visit(request).await.expect("a visit")
    }
}

/// All writes of a cookie, in order.
pub fn writes<'a>(page: &'a PageVisit, name: &str) -> Vec<&'a CookieWrite> {
    page.writes.iter().filter(|w| w.key.name == name).collect()
}

/// The only write of a cookie.
pub fn write<'a>(page: &'a PageVisit, name: &str) -> &'a CookieWrite {
    let found = writes(page, name);
    assert_eq!(found.len(), 1, "writes of {name}: {found:#?}\nall: {:?}\nnotes {:?}", names(page), page.notes);
    found[0]
}

/// Names of all cookies that were written, sorted, each once.
pub fn names(page: &PageVisit) -> Vec<&str> {
    let mut names: Vec<&str> = page.writes.iter().map(|w| w.key.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Keys of the jar.
pub fn jar(page: &PageVisit) -> Vec<&CookieKey> {
    page.jar.iter().map(|c| &c.key).collect()
}
