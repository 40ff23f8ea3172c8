//! Finding the site's policies and storing them as a visitor sees them; reading them is judging.
//!
//! What the user gives comes first; else links that visited pages offer (footer first, in many languages), then what
//! the privacy policy itself links to, then well-known paths. Pages are rendered by a browser, files stored as they are.

mod files;
mod links;
pub mod render;
mod words;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub use self::files::{DocumentKind, kind_of};
use self::links::{Candidate, Kind, choose};
pub use self::render::{Rendered, Renders};
use self::words::words;
use crate::evidence::model::{Link, Note, PageVisit, PolicyDocument, Visitor};
use crate::gather::crawl::fetch::Fetcher;

/// Most bytes of one document.
const LARGEST: usize = 20 << 20;
/// A page with less text than this that also has no list is no policy.
const LEAST_TEXT: usize = 200;

/// A policy named by the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// On the web.
    Url(Url),
    /// On disk.
    File(PathBuf),
}

/// What to look for and where.
#[derive(Debug, Clone)]
pub struct PolicyOptions {
    /// Policies named by the user; where there are any nothing is searched.
    pub given: Vec<Given>,
    /// `flag` or `config`: who named them.
    pub given_by: String,
    /// First seed.
    pub site: Url,
}

/// Where documents are kept; answers the name under which the document lies in the audit folder.
pub trait Store {
    /// Keeps one document.
    fn keep(&mut self, bytes: &[u8], ending: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>>;

    /// Keeps a picture of the document that is kept under this name; answers the picture's name.
    fn keep_picture(&mut self, of: &str, picture: &[u8]) -> Result<String, Box<dyn std::error::Error + Send + Sync>>;
}

/// A document could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("cannot store a policy document; is the disk full?")]
pub struct StoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Finds, renders and stores the policies. Failures are records, as the judge must know of them.
pub async fn collect<R: Renders>(
    options: &PolicyOptions,
    pages: &[PageVisit],
    fetcher: &Fetcher,
    browser: &mut R,
    store: &mut dyn Store,
) -> Result<Vec<PolicyDocument>, StoreError> {
    let mut taker = Taker { fetcher, browser, store, taken: Vec::new() };
    for given in &options.given {
        taker.take_given(given, &options.given_by).await?;
    }
    if !options.given.is_empty() {
        return Ok(taker.taken);
    }
    let offered = offered(pages);
    for candidate in choose(&options.site, &offered) {
        let links = taker.take(&candidate.url, "link", Some(&candidate)).await?;
        if candidate.kind != Kind::Cookie {
            taker.take_linked_cookie_policy(&options.site, &links).await?;
        }
    }
    if taker.taken.iter().all(|d| d.failure.is_some()) {
        taker.take_well_known(&options.site).await?;
    }
    Ok(taker.taken)
}

/// Links of all pages in the order of the crawl; a page that several visitors saw counts once.
fn offered(pages: &[PageVisit]) -> Vec<Link> {
    let mut fresh = pages.iter().filter(|p| p.visitor == Visitor::Fresh).collect::<Vec<_>>();
    fresh.sort_by_key(|p| (p.phase, p.sequence));
    fresh.into_iter().flat_map(|p| p.links.iter().cloned()).collect()
}

struct Taker<'a, R> {
    fetcher: &'a Fetcher,
    browser: &'a mut R,
    store: &'a mut dyn Store,
    taken: Vec<PolicyDocument>,
}

impl<R: Renders> Taker<'_, R> {
    async fn take_given(&mut self, given: &Given, by: &str) -> Result<(), StoreError> {
        let path = match given {
            Given::Url(url) => return self.take(url, by, None).await.map(drop),
            Given::File(path) => path,
        };
        let mut document = blank(&path.to_string_lossy(), by, None);
        match tokio::fs::read(path).await {
            Ok(bytes) if bytes.len() > LARGEST => document.failure = Some(too_large()),
            Ok(bytes) => self.keep(&mut document, &path.to_string_lossy(), "", &bytes)?,
            Err(error) => document.failure = Some(format!("cannot read the file: {error}")),
        }
        self.taken.push(document);
        Ok(())
    }

    /// Takes a page or file from the web; answers the links it offers.
    async fn take(&mut self, url: &Url, by: &str, link: Option<&Candidate>) -> Result<Vec<Link>, StoreError> {
        if self.taken.iter().any(|d| d.url == url.as_str()) {
            return Ok(Vec::new());
        }
        let mut document = blank(url.as_str(), by, link.map(|l| l.text.clone()));
        let plain = self.fetcher.get(url, LARGEST + 1).await;
        let file = plain.ok().filter(|f| f.status == 200 && !is_page(&f.media_type, &f.body));
        let links = match file {
            Some(file) if file.body.len() > LARGEST => {
                document.failure = Some(too_large());
                Vec::new()
            }
            Some(file) => {
                self.keep(&mut document, url.path(), &file.media_type, &file.body)?;
                Vec::new()
            }
            None => self.render(&mut document, url).await?,
        };
        self.taken.push(document);
        Ok(links)
    }

    async fn render(&mut self, document: &mut PolicyDocument, url: &Url) -> Result<Vec<Link>, StoreError> {
        let rendered = match self.browser.render(url).await {
            Ok(rendered) => rendered,
            Err(error) => {
                document.failure = Some(format!("cannot be shown: {error}"));
                return Ok(Vec::new());
            }
        };
        if let Some(status) = rendered.status.filter(|s| *s >= 400) {
            document.failure = Some(format!("answers with status {status}"));
            return Ok(Vec::new());
        }
        let note = |list: &String| Note { code: "list_empty".to_owned(), detail: list.clone() };
        document.notes.extend(rendered.empty_lists.iter().map(note));
        document.notes.extend(rendered.notes.iter().cloned());
        self.keep(document, "page.html", "text/html", rendered.html.as_bytes())?;
        if let (Some(file), Some(picture)) = (&document.file, &rendered.picture) {
            document.screenshot = Some(self.store.keep_picture(file, picture).map_err(StoreError)?);
        }
        Ok(rendered.links)
    }

    fn keep(&mut self, document: &mut PolicyDocument, name: &str, media: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let Some(kind) = kind_of(name, media, bytes) else {
            document.failure = Some("is neither text nor PDF".to_owned());
            return Ok(());
        };
        kind.media_type.clone_into(&mut document.media_type);
        document.file = Some(self.store.keep(bytes, kind.ending).map_err(StoreError)?);
        Ok(())
    }

    /// A privacy policy often names the cookie policy that no footer does.
    async fn take_linked_cookie_policy(&mut self, site: &Url, links: &[Link]) -> Result<(), StoreError> {
        let own = |l: &&Link| Url::parse(&l.url).is_ok_and(|u| same_site(site, &u));
        let cookie = choose(site, links.iter().filter(own)).into_iter().find(|c| c.kind == Kind::Cookie);
        match cookie {
            Some(candidate) => self.take(&candidate.url, "link", Some(&candidate)).await.map(drop),
            None => Ok(()),
        }
    }

    async fn take_well_known(&mut self, site: &Url) -> Result<(), StoreError> {
        // A site that answers anything with a page would offer twenty policies.
        let Ok(nonsense) = site.join("/no-such-page-7d1f0c/") else { return Ok(()) };
        if self.fetcher.get(&nonsense, 1).await.map_or(true, |f| f.status == 200) {
            return Ok(());
        }
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        for path in &words().well_known {
            pause.tick().await;
            let Ok(url) = site.join(path) else { continue };
            let Ok(answer) = self.fetcher.get(&url, LARGEST).await else { return Ok(()) };
            if answer.status == 200 && answer.body.len() >= LEAST_TEXT {
                self.take(&url, "well_known", None).await?;
                return Ok(());
            }
        }
        Ok(())
    }
}

fn same_site(site: &Url, url: &Url) -> bool {
    matches!((site.host_str(), url.host_str()), (Some(a), Some(b)) if crate::site::same_site(a, b))
}

fn is_page(media_type: &str, body: &[u8]) -> bool {
    let html = matches!(media_type, "text/html" | "application/xhtml+xml");
    let head = body.get(..512.min(body.len())).map(|b| String::from_utf8_lossy(b).to_lowercase()).unwrap_or_default();
    html || (media_type.is_empty() && (head.contains("<html") || head.contains("<!doctype html")))
}

fn too_large() -> String {
    format!("is larger than {} MB", LARGEST >> 20)
}

fn blank(url: &str, by: &str, link_text: Option<String>) -> PolicyDocument {
    PolicyDocument {
        url: url.to_owned(),
        file: None,
        media_type: String::new(),
        found_by: by.to_owned(),
        link_text,
        failure: None,
        notes: Vec::new(),
        screenshot: None,
    }
}

#[cfg(test)]
mod tests;
