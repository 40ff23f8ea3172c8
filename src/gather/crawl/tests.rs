//! The crawl against a made-up site: a fake browser for its pages, a loopback server for robots.txt and sitemaps.

mod sessions;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use super::worker::failed;
use super::*;
use crate::evidence::model::{FailureReason, Link, Note, Outcome, Visitor};
use crate::gather::{NOTE_RETRY_AFTER, VisitError, VisitRequest, Visits};

/// A server on a port of its own.
pub(crate) struct Served {
    pub(crate) port: u16,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers (status, header lines, body) for host name, path and request head; `PORT` stands for the port.
pub(crate) async fn serve<H>(answer: H) -> Served
where
    H: Fn(&str, &str, &str) -> (u16, String, String) + Send + Sync + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = Arc::new(answer);
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { return };
                    head.push(byte);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
                let lower = head.to_lowercase();
                let host = lower.split("host: ").nth(1).and_then(|h| h.split([':', '\r']).next()).unwrap_or("");
                let (status, headers, body) = answer(host, &path, &head);
                let (headers, body) =
                    (headers.replace("PORT", &port.to_string()), body.replace("PORT", &port.to_string()));
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                let _ = stream.write_all(text.as_bytes()).await;
            });
        }
    });
    Served { port, task }
}

/// What a page of the made-up site does.
#[derive(Clone, Default)]
struct Page {
    links: Vec<String>,
    /// Failures of its first attempts.
    fails: Vec<FailureReason>,
    leads_to: Option<String>,
    lose_browser: u32,
    /// Attempts before those.
    spares: u32,
    panics: bool,
    hangs: bool,
}

#[derive(Default)]
struct Site {
    pages: BTreeMap<String, Page>,
    attempts: Mutex<BTreeMap<String, u32>>,
    requests: Mutex<Vec<VisitRequest>>,
    sessions: AtomicU32,
    closed: AtomicU32,
}

impl Site {
    fn page(mut self, path: &str, links: &[&str]) -> Self {
        self.pages.entry(path.to_owned()).or_default().links = links.iter().map(|l| (*l).to_owned()).collect();
        self
    }

    fn with(mut self, path: &str, change: impl FnOnce(&mut Page)) -> Self {
        change(self.pages.entry(path.to_owned()).or_default());
        self
    }

    fn attempts(&self, path: &str) -> u32 {
        self.attempts.lock().unwrap().get(path).copied().unwrap_or(0)
    }
}

struct Fake(Arc<Site>);

impl Visits for Fake {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        self.0.requests.lock().unwrap().push(request.clone());
        let path = request.url[url::Position::BeforePath..].to_owned();
        let attempt = {
            let mut attempts = self.0.attempts.lock().unwrap();
            let count = attempts.entry(path.clone()).or_default();
            *count += 1;
            *count - 1
        };
        // Pages end in an order of their own, later ones often first.
        tokio::time::sleep(Duration::from_millis(path.bytes().map(u64::from).sum::<u64>() % 7)).await;
        let page = self.0.pages.get(&path).cloned();
        let mut record = failed(&request, FailureReason::NotFound, String::new());
        let Some(page) = page else { return Ok(record) };
        if (page.spares..page.spares + page.lose_browser).contains(&attempt) {
            return Err(VisitError::BrowserLost("killed".to_owned()));
        }
        assert!(!page.panics || attempt > 0, "planted");
        if page.hangs {
            std::future::pending::<()>().await;
        }
        if let Some(reason) = page.fails.get(attempt as usize) {
            record.outcome = Outcome::Failed { reason: *reason, detail: String::new(), status: Some(503) };
            record.notes.push(Note { code: NOTE_RETRY_AFTER.to_owned(), detail: "0".to_owned() });
            return Ok(record);
        }
        record.outcome = Outcome::Loaded { status: 200, media_type: None };
        record.final_url = page.leads_to.clone().or(Some(request.url.to_string()));
        let link = |l: &String| Link {
            url: request.url.join(l).unwrap().into(),
            kind: "a".to_owned(),
            text: String::new(),
            rel: String::new(),
            in_footer: false,
        };
        record.links = page.links.iter().map(link).collect();
        Ok(record)
    }

    async fn close(self) {
        self.0.closed.fetch_add(1, Ordering::SeqCst);
    }
}

struct Crawled {
    summary: CrawlSummary,
    records: Vec<Record>,
}

impl Crawled {
    fn fresh(&self) -> Vec<(u64, String, Outcome)> {
        let mut pages = self.pages(Visitor::Fresh);
        pages.sort_by_key(|p| p.sequence);
        pages.into_iter().map(|p| (p.sequence, path_of(&p.url), p.outcome.clone())).collect()
    }

    fn paths(&self) -> Vec<String> {
        self.fresh().into_iter().map(|(_, p, _)| p).collect()
    }

    fn pages(&self, visitor: Visitor) -> Vec<&PageVisit> {
        let pages = self.records.iter().filter_map(|r| if let Record::Page(p) = r { Some(p.as_ref()) } else { None });
        pages.filter(|p| p.visitor == visitor).collect()
    }

    fn skipped(&self) -> Vec<(String, String)> {
        let skipped =
            |r: &Record| if let Record::Skipped(s) = r { Some((path_of(&s.url), s.reason.clone())) } else { None };
        let mut all = self.records.iter().filter_map(skipped).collect::<Vec<_>>();
        all.sort();
        all
    }
}

fn path_of(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |u| u[url::Position::BeforePath..].to_owned())
}

fn options(seed: &str) -> CrawlOptions {
    CrawlOptions {
        seeds: vec![Url::parse(seed).unwrap()],
        interval: Duration::ZERO,
        pause: Duration::ZERO,
        returning_pages: 0,
        ..CrawlOptions::default()
    }
}

/// Nothing listens there, so that robots.txt and sitemaps are absent.
const QUIET: &str = "http://127.0.0.1:1/";

async fn crawl(site: &Arc<Site>, options: &CrawlOptions) -> Crawled {
    let (_stop, asked) = watch::channel(false);
    crawl_until(site, options, asked).await
}

async fn crawl_until(site: &Arc<Site>, options: &CrawlOptions, asked: watch::Receiver<bool>) -> Crawled {
    let mut records = Vec::new();
    let shared = Arc::clone(site);
    let make = move || {
        shared.sessions.fetch_add(1, Ordering::SeqCst);
        let fake = Fake(Arc::clone(&shared));
        async move { Ok::<_, String>(fake) }
    };
    let summary = run(options, make, &mut records, &(), asked).await.unwrap();
    Crawled { summary, records }
}

/// 120 pages in a tree with links across, back and out.
fn tree() -> Site {
    (0..120).fold(Site::default(), |site, n| {
        let path = |n: usize| if n == 0 { "/".to_owned() } else { format!("/p{n}") };
        let mut links = (n * 3 + 1..=n * 3 + 3).map(path).collect::<Vec<_>>();
        links.extend([
            path((n * 7) % 120),
            "http://other.test/".to_owned(),
            format!("/f{}.pdf", n % 4),
            "/logout".to_owned(),
        ]);
        let links = links.iter().map(String::as_str).collect::<Vec<_>>();
        site.page(&path(n), &links)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_with_any_number_of_workers() {
    let mut seen = Vec::new();
    for workers in [1, 2, 4, 7, 2] {
        let site = Arc::new(tree());
        let crawled =
            crawl(&site, &CrawlOptions { workers: Workers::new(workers), max_pages: 77, ..options(QUIET) }).await;
        assert_eq!(crawled.summary.cut_short, None);
        seen.push((crawled.fresh(), crawled.skipped()));
    }
    assert_eq!(seen[0].0.len(), 77);
    assert!(seen[0].1.iter().any(|(_, r)| r == "budget") && seen[0].1.iter().any(|(_, r)| r == "sign_out"));
    assert!(seen.windows(2).all(|w| w[0] == w[1]));
}

#[tokio::test]
async fn breadth_first_in_document_order_and_every_address_accounted_for() {
    let site = Site::default()
        .page("/", &["/b", "/a", "/gone"])
        .page("/b", &["/c", "/a"])
        .page("/a", &["/d"])
        .page("/d", &["/e"]);
    let site = Arc::new(site.page("/c", &[]));
    let crawled = crawl(&site, &CrawlOptions { max_depth: 2, ..options(QUIET) }).await;
    assert_eq!(crawled.paths(), ["/", "/b", "/a", "/gone", "/c", "/d"]);
    assert_eq!(crawled.skipped(), [("/e".to_owned(), "depth".to_owned())]);
    assert_eq!((crawled.summary.visited, crawled.summary.failed), (6, 1));
}

#[tokio::test]
async fn failures_that_pass_are_tried_once_more() {
    use FailureReason::{NotFound, ServerError, Timeout};
    let site = Site::default()
        .page("/", &["/slow", "/down", "/lost", "/dead", "/bug", "/none"])
        .with("/slow", |p| p.fails = vec![Timeout])
        .with("/down", |p| p.fails = vec![ServerError; 9])
        .with("/lost", |p| p.lose_browser = 1)
        .with("/dead", |p| p.lose_browser = 9)
        .with("/bug", |p| p.panics = true)
        .with("/none", |p| p.fails = vec![NotFound; 9]);
    let site = Arc::new(site);
    let crawled = crawl(&site, &CrawlOptions { workers: Workers::new(1), ..options(QUIET) }).await;
    let attempts = ["/", "/slow", "/down", "/lost", "/dead", "/bug", "/none"].map(|p| site.attempts(p));
    assert_eq!(attempts, [1, 2, 2, 2, 2, 2, 1]);
    let failed = crawled.fresh().into_iter().filter_map(|(_, p, o)| match o {
        Outcome::Failed { reason, .. } => Some((p, reason.word())),
        Outcome::Loaded { .. } => None,
    });
    let failed = failed.collect::<Vec<_>>();
    let want = [("/down", "server_error"), ("/dead", "browser_lost"), ("/none", "not_found")];
    assert_eq!(failed, want.map(|(p, r)| (p.to_owned(), r)));
    assert_eq!(site.sessions.load(Ordering::SeqCst), 5, "a new session for each lost one, and none besides");
    assert_eq!(site.closed.load(Ordering::SeqCst), 5, "every session is ended");
    let noted = crawled.pages(Visitor::Fresh).into_iter().filter(|p| p.notes.iter().any(|n| n.code == "retried"));
    assert_eq!(noted.count(), 5);
}

#[tokio::test]
async fn a_page_that_never_ends_costs_its_limit_and_no_more() {
    let site = Arc::new(Site::default().page("/", &["/hang", "/b"]).page("/b", &[]).with("/hang", |p| p.hangs = true));
    let limit = Duration::from_millis(200);
    let crawled = crawl(&site, &CrawlOptions { page_limit: limit, ..options(QUIET) }).await;
    assert_eq!(crawled.paths(), ["/", "/hang", "/b"]);
    assert_eq!(crawled.summary.failed, 1);
}

#[tokio::test]
async fn robots_and_sitemaps() {
    let server = serve(|_, path, _| match path {
        "/robots.txt" => (
            200,
            "content-type: text/plain\r\n".into(),
            "User-agent: *\nDisallow: /no\nSitemap: http://127.0.0.1:PORT/maps.xml".into(),
        ),
        "/maps.xml" => {
            (200, String::new(), "<sitemapindex><sitemap><loc>/one.xml</loc></sitemap></sitemapindex>".into())
        }
        "/one.xml" => (
            200,
            String::new(),
            "<urlset><url><loc>/only</loc></url><url><loc>/no/x</loc></url><url><loc>/a</loc></url></urlset>".into(),
        ),
        _ => (404, String::new(), String::new()),
    })
    .await;
    let site = Site::default()
        .page("/", &["/a", "/no/y"])
        .page("/a", &["/deep"])
        .page("/deep", &[])
        .page("/only", &[])
        .page("/no/y", &[]);
    let site = Arc::new(site.page("/no/x", &[]));
    let obeying = options(&format!("http://127.0.0.1:{}/", server.port));
    let crawled = crawl(&site, &obeying).await;
    assert_eq!(crawled.paths(), ["/", "/a", "/only", "/deep"]);
    assert_eq!(
        crawled.skipped(),
        [("/no/x", "robots"), ("/no/y", "robots")].map(|(p, r)| (p.to_owned(), r.to_owned()))
    );
    let found = crawled.pages(Visitor::Fresh).into_iter().find(|p| p.url.ends_with("/only")).unwrap().found.clone();
    assert!(matches!(found, crate::evidence::model::Found::Sitemap { on } if on.ends_with("/one.xml")));
    let crawled = crawl(&site, &CrawlOptions { obey_robots: false, ..obeying }).await;
    assert_eq!(crawled.paths(), ["/", "/a", "/no/y", "/only", "/no/x", "/deep"]);
}

#[tokio::test]
async fn a_seed_may_lead_to_another_host_of_its_site() {
    let end = "http://www2.shop.localhost:1/";
    let site = Site::default().with("/", |p| p.leads_to = Some(end.to_owned()));
    let site =
        Arc::new(site.page("/", &["http://www2.shop.localhost:1/x", "http://other.localhost:1/y"]).page("/x", &[]));
    let crawled = crawl(&site, &options("http://shop.localhost:1/")).await;
    assert_eq!(crawled.paths(), ["/", "/x"]);
    let requests = site.requests.lock().unwrap();
    let seed = requests[0].scope.clone().unwrap();
    let link = requests[1].scope.clone().unwrap();
    let holds = |s: &crate::gather::InScope, u: &str| s.holds(&Url::parse(u).unwrap());
    assert!(holds(&seed, end) && !holds(&seed, "http://other.localhost:1/"));
    assert!(holds(&link, end) && !holds(&link, "http://blog.shop.localhost:1/"));
}

#[tokio::test]
async fn the_returning_walk_keeps_one_jar() {
    let site = Arc::new(tree());
    let crawled = crawl(&site, &CrawlOptions { max_pages: 9, returning_pages: 3, ..options(QUIET) }).await;
    let walk = crawled.pages(Visitor::Returning).into_iter().map(|p| path_of(&p.url)).collect::<Vec<_>>();
    assert_eq!(walk, ["/", "/p1", "/p2", "/", "/p1"]);
    let starts = site.requests.lock().unwrap().iter().map(|r| r.starts_walk).collect::<Vec<_>>();
    assert_eq!(starts.iter().filter(|s| **s).count(), 1);
    assert!(starts[9]);
}

#[tokio::test]
async fn stopped_and_resumed_it_ends_as_if_undisturbed() {
    let whole = crawl(&Arc::new(tree()), &CrawlOptions { max_pages: 60, ..options(QUIET) }).await;
    let (stop, asked) = watch::channel(false);
    let site = Arc::new(tree());
    let watched = Arc::clone(&site);
    let stopper = tokio::spawn(async move {
        while watched.requests.lock().unwrap().len() < 25 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        stop.send(true).unwrap();
        // Held until the crawl is over: a stop without anybody to ask is no stop.
        stop.closed().await;
    });
    let first = crawl_until(&site, &CrawlOptions { max_pages: 60, ..options(QUIET) }, asked).await;
    stopper.await.unwrap();
    assert_eq!(first.summary.cut_short.as_deref(), Some("interrupted"));
    assert!(first.skipped().iter().any(|(_, r)| r == "interrupted"), "the rest is accounted for");
    let mut earlier = Earlier::default();
    for record in &first.records {
        match record {
            Record::Page(page) => earlier.pages.push((**page).clone()),
            Record::Skipped(s) if s.reason != "interrupted" => earlier.skipped.push(s.clone()),
            _ => {}
        }
    }
    let before = site.requests.lock().unwrap().len();
    let second = crawl(&site, &CrawlOptions { max_pages: 60, earlier, ..options(QUIET) }).await;
    let visited_again = site.requests.lock().unwrap().len() - before;
    assert_eq!(visited_again + first.fresh().len(), 60, "no finished page is visited twice");
    let mut pages = [first.fresh(), second.fresh()].concat();
    pages.sort_by_key(|p| p.0);
    assert_eq!(pages, whole.fresh());
}

#[tokio::test]
async fn a_deadline_cuts_and_says_so() {
    let site = Arc::new(tree());
    let deadline = Some(Instant::now());
    let crawled = crawl(&site, &CrawlOptions { deadline, workers: Workers::new(1), ..options(QUIET) }).await;
    assert_eq!(crawled.summary.cut_short.as_deref(), Some("max_time"));
    assert!(crawled.skipped().iter().all(|(_, r)| r == "max_time") || crawled.summary.visited > 0);
}
