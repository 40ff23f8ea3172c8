//! A made-up site of any size: its pages are computed from their number, its browser is a fake.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cookie_audit::cookie::{CookieKey, Lifetime, StoredAttributes};
use cookie_audit::evidence::log::Writer;
use cookie_audit::evidence::model::{
    BrowserInfo, Header, JarCookie, Link, Outcome, PageVisit, Phase, Record, ToolInfo, ValueFacts,
};
use cookie_audit::gather::crawl::{CrawlOptions, Sink, Spending, Workers, run};
use cookie_audit::gather::{VisitError, VisitRequest, Visits};
use tokio::sync::watch;

/// Ways that queue differently.
pub const SPENDING: [Spending; 3] = [Spending::InOrder, Spending::Fairly, Spending::Sampled];

/// How large.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// Links on each page.
    pub links: usize,
    /// Pages visited.
    pub pages: usize,
    /// Addresses the site has.
    pub known: usize,
    pub workers: usize,
}

/// Memory of this process in MiB.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    pub resident: f64,
    pub peak: f64,
}

pub fn memory() -> Memory {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        line.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or_default() / 1024.0
    };
    Memory { resident: of("VmRSS:"), peak: of("VmHWM:") }
}

/// One look while a crawl goes on.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub page: usize,
    pub resident: f64,
    /// Pages a second since the look before.
    pub rate: f64,
}

/// Looks after every thousandth page.
pub struct Looks(Vec<Look>);

impl Looks {
    pub fn at(&self, page: usize) -> Look {
        *self.0.iter().find(|look| look.page == page).expect("a look at that page")
    }
}

/// The site, and how many of its pages were visited.
struct Site {
    way: Way,
    visited: AtomicUsize,
    /// Set after so many pages.
    stop: watch::Sender<bool>,
    stop_after: usize,
}

struct Fake(Arc<Site>);

impl Visits for Fake {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        tokio::task::yield_now().await;
        let site = &self.0;
        let visited = site.visited.fetch_add(1, Ordering::Relaxed) + 1;
        if visited >= site.stop_after {
            let _ = site.stop.send(true);
        }
        let number = request.url.path().rsplit('-').next().and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
        // How many pages are still visited before the stop is noticed is chance; they name nothing more.
        let named = if visited > site.stop_after { 0 } else { site.way.links };
        let links = (number * site.way.links + 1..).take(named).filter(|n| *n < site.way.known);
        Ok(page(&request, links.map(|n| address(&request, n)).collect(), number))
    }
}

/// Some sections hold numbered pages, others titles.
fn address(request: &VisitRequest, n: usize) -> String {
    let title = ["garden-table-of-oak", "summer-shirt-in-red", "silver-ring-for-two"][n % 3];
    let path = if n.is_multiple_of(2) { format!("/s{}/p-{n}", n % 11) } else { format!("/t{}/{title}-{n}", n % 7) };
    request.url.join(&path).map(String::from).unwrap_or_default()
}

fn page(request: &VisitRequest, links: Vec<String>, number: usize) -> PageVisit {
    let link = |url: String| Link {
        url,
        kind: "a".to_owned(),
        text: "Have a look at this".to_owned(),
        rel: String::new(),
        in_footer: false,
    };
    PageVisit {
        sequence: request.sequence,
        final_url: Some(request.url.to_string()),
        depth: request.depth,
        found: request.found.clone(),
        phase: request.phase,
        visitor: request.visitor,
        started_at: "2026-01-01T00:00:00.000Z".to_owned(),
        finished_at: "2026-01-01T00:00:00.000Z".to_owned(),
        title: Some(format!("Page {number}")),
        language: Some("en".to_owned()),
        jar: (0..12).map(|n| cookie(&format!("cookie_{}", (number % 50) * 12 + n))).collect(),
        links: links.into_iter().map(link).collect(),
        structure: Some(format!("{:x}", number % 5)),
        ..PageVisit::unseen(
            request.url.as_str(),
            Outcome::Loaded { status: 200, media_type: Some("text/html".to_owned()) },
        )
    }
}

fn cookie(name: &str) -> JarCookie {
    let stored = StoredAttributes { lifetime: Lifetime::Session, secure: true, http_only: false, same_site: None };
    let (domain, path) = ("127.0.0.1".to_owned(), "/".to_owned());
    let key = CookieKey { name: name.to_owned(), domain, host_only: true, path, partition: None };
    JarCookie { key, stored, value: ValueFacts::default(), new: true }
}

/// Writes to a real log, and looks at this process now and then.
struct Watched {
    writer: Writer,
    pages: usize,
    looks: Vec<Look>,
    since: Instant,
}

impl Sink for Watched {
    fn append(&mut self, record: Record) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let is_page = matches!(record, Record::Page(_));
        self.writer.append(&record)?;
        self.pages += usize::from(is_page);
        if is_page && self.pages.is_multiple_of(1000) {
            let rate = 1000.0 / self.since.elapsed().as_secs_f64();
            self.looks.push(Look { page: self.pages, resident: memory().resident, rate });
            self.since = Instant::now();
        }
        Ok(())
    }
}

fn header() -> Header {
    Header {
        schema: String::new(),
        tool: ToolInfo { name: "bench".to_owned(), version: "0".to_owned() },
        browser: BrowserInfo::default(),
        site: "http://127.0.0.1:1".to_owned(),
        seeds: Vec::new(),
        started_at: "2026-01-01T00:00:00.000Z".to_owned(),
        flags: Vec::new(),
        settings_digest: String::new(),
        phases: vec![Phase::BeforeConsent],
        scope: "origin".to_owned(),
        robots_obeyed: true,
        max_pages: 0,
        max_failed_percent: "5".to_owned(),
    }
}

/// Nothing listens there: robots.txt and sitemaps are absent.
fn options(pages: usize, workers: usize, spending: Spending) -> CrawlOptions {
    CrawlOptions {
        seeds: vec!["http://127.0.0.1:1/".parse().unwrap()],
        max_pages: u32::try_from(pages).unwrap(),
        max_depth: u32::MAX - 1,
        workers: Workers::new(workers),
        interval: Duration::ZERO,
        returning_pages: 0,
        spending,
        ..CrawlOptions::default()
    }
}

async fn run_until(way: Way, stop_after: usize, options: CrawlOptions, sink: &mut dyn Sink) {
    let (stop, asked) = watch::channel(false);
    let site = Arc::new(Site { way, visited: AtomicUsize::new(0), stop, stop_after });
    let make = move || {
        let site = Arc::clone(&site);
        async move { Ok::<_, String>(Fake(site)) }
    };
    run(&options, make, sink, &(), asked).await.unwrap();
}

/// Visits pages; answers what was seen of this process meanwhile.
pub async fn crawl(way: Way) -> Looks {
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::create(folder.path(), &header()).unwrap();
    let mut watched = Watched { writer, pages: 0, looks: Vec::new(), since: Instant::now() };
    run_until(way, usize::MAX, options(way.pages, way.workers, Spending::InOrder), &mut watched).await;
    assert_eq!(watched.pages, way.pages);
    Looks(watched.looks)
}

/// Counts, and keeps nothing.
#[derive(Default)]
struct Counted {
    links: usize,
}

impl Sink for Counted {
    fn append(&mut self, record: Record) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if let Record::Page(page) = record {
            self.links += page.links.len();
        }
        Ok(())
    }
}

/// Queues about so many addresses and visits only the pages that name them; answers how many there were.
pub async fn queue(addresses: usize, spending: Spending) -> usize {
    let links = 2_500;
    let way = Way { links, pages: addresses, known: usize::MAX, workers: 2 };
    let mut counted = Counted::default();
    run_until(way, addresses / links, options(addresses * 2, 2, spending), &mut counted).await;
    counted.links
}
