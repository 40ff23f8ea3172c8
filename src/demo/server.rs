//! The demo's server: one listener on a free loopback port, one site for each host name below `localhost`.
//!
//! Browsers resolve `*.localhost` to loopback and count it as a secure context, so several origins need neither TLS nor
//! a change to the machine. Not here: what each site answers (`shop`, `others`).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;
use url::form_urlencoded;

use super::pages::Pages;
use super::{others, shop};

/// The shop itself.
pub(super) const SHOP: &str = "www.juniper.localhost";
/// A company that measures visits.
pub(super) const METRICS: &str = "metrics.tracklight.localhost";
/// Another house of the same company, where identifiers are matched.
pub(super) const SYNC: &str = "sync.tracklight.localhost";
/// An advertising network.
pub(super) const ADS: &str = "ads.adreach.localhost";
/// A chat window that others embed.
pub(super) const CHAT: &str = "chat.helpdesk.localhost";

/// Most bytes of a form.
const MAX_FORM: usize = 16 << 10;

/// Why the demo cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No port, or no entropy.
    #[error("failed to start the demo's server on 127.0.0.1")]
    Start(#[source] std::io::Error),
    /// An embedded page is broken.
    #[error("failed to read the demo's own pages; this is a bug in cookie-audit, please report it")]
    Pages(#[source] minijinja::Error),
}

/// The demo's sites, served until this value is dropped.
#[derive(Debug)]
pub struct Site {
    /// Where the shop begins, e.g. `http://www.juniper.localhost:40123/`.
    pub url: Url,
    port: u16,
    task: JoinHandle<()>,
}

/// What every handler knows.
pub(super) struct Demo {
    pub(super) port: u16,
    pub(super) pages: Pages,
    /// The one demo customer's token; made anew for each run.
    pub(super) login: String,
}

/// A request, as far as the demo cares.
pub(super) struct Asked {
    pub(super) post: bool,
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    pub(super) form: BTreeMap<String, String>,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) languages: String,
}

impl Site {
    /// Serves the demo on a free port of 127.0.0.1. Must be called inside a tokio runtime, which then serves it.
    pub async fn start() -> Result<Self, DemoError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(DemoError::Start)?;
        let port = listener.local_addr().map_err(DemoError::Start)?.port();
        let login = token().map_err(DemoError::Start)?;
        let demo = Arc::new(Demo { port, pages: Pages::new().map_err(DemoError::Pages)?, login });
        let router = Router::new().fallback(answer).with_state(demo);
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!(%error, "the demo's server stopped");
            }
        });
        let url = format!("http://{SHOP}:{port}/");
        let url = Url::parse(&url).map_err(|error| DemoError::Start(std::io::Error::other(error)))?;
        Ok(Self { url, port, task })
    }

    /// The port of every origin.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// 32 hex digits that nobody guesses.
pub(super) fn token() -> std::io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

async fn answer(State(demo): State<Arc<Demo>>, request: Request) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
    let asked = read(request).await;
    let answered = match host.as_str() {
        SHOP => shop::answer(&demo, &asked),
        METRICS | SYNC => others::tracklight(&demo, &asked),
        ADS => others::adreach(&demo, &asked),
        CHAT => others::helpdesk(&demo, &asked),
        _ => Ok(Answer::new(StatusCode::NOT_FOUND, "text/plain", "no such site in this demo")),
    };
    answered.unwrap_or_else(|error| Answer::new(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", error)).into_response()
}

async fn read(request: Request) -> Asked {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MAX_FORM).await.unwrap_or_default();
    Asked {
        post: head.method == axum::http::Method::POST,
        path: head.uri.path().to_owned(),
        query: pairs(head.uri.query().unwrap_or_default().as_bytes()),
        form: pairs(&body),
        cookies: cookies(&head.headers),
        languages: head.headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("en").to_owned(),
    }
}

fn pairs(text: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(text).into_owned().collect()
}

fn cookies(headers: &HeaderMap) -> BTreeMap<String, String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let each = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    each.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A response under construction.
pub(super) struct Answer {
    status: StatusCode,
    headers: Vec<(header::HeaderName, String)>,
    body: Vec<u8>,
}

/// What a handler answers; the error is a text for the page.
pub(super) type Answered = Result<Answer, String>;

impl Answer {
    pub(super) fn new(status: StatusCode, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        // Nothing is cached: each page of the demo sets what it sets for every visitor.
        let headers =
            vec![(header::CONTENT_TYPE, media_type.to_owned()), (header::CACHE_CONTROL, "no-store".to_owned())];
        Self { status, headers, body: body.into() }
    }

    pub(super) fn html(body: String) -> Self {
        Self::new(StatusCode::OK, "text/html; charset=utf-8", body)
    }

    pub(super) fn file(media_type: &str, body: &str) -> Self {
        Self::new(StatusCode::OK, media_type, body)
    }

    pub(super) fn redirect(to: &str) -> Self {
        Self::new(StatusCode::FOUND, "text/plain", "").with(header::LOCATION, to)
    }

    pub(super) fn with(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn cookie(self, line: impl Into<String>) -> Self {
        self.with(header::SET_COOKIE, line)
    }

    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            if let Ok(value) = value.parse() {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
