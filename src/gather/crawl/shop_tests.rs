//! Spending the budget: a shop of 5,000 pages from ten templates, seen by a fake browser.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use super::worker::failed;
use super::*;
use crate::cookie::{CookieKey, Lifetime, StoredAttributes};
use crate::evidence::model::{FailureReason, JarCookie, Link, Outcome, ValueFacts};
use crate::gather::{VisitError, VisitRequest, Visits};

/// Addresses of a template, how many there are, and the structures and cookies its pages have: the first is that of
/// most, the last that of every sixth.
struct Template {
    path: fn(usize) -> String,
    pages: usize,
    variants: &'static [(&'static str, &'static [&'static str])],
}

const WORDS: [&str; 7] = ["red", "woollen", "summer", "garden", "oak", "silver", "round"];

/// A title with words that say nothing about its template.
fn title(n: usize) -> String {
    format!("{}-{}-{}-{}", WORDS[n % 7], WORDS[n / 7 % 7], WORDS[n / 49 % 7], ["one", "two"][n / 343 % 2])
}

const TEMPLATES: [Template; 10] = [
    Template {
        path: |n| format!("/product/{}-{n}", title(n)),
        pages: 2600,
        variants: &[("product", &["recent"]), ("video", &["recent", "player"])],
    },
    Template {
        path: |n| format!("/category/{}?page={}", WORDS[n % 7], n / 7),
        pages: 70,
        variants: &[("list", &["sort"])],
    },
    Template {
        path: |n| format!("/brand/{}", "abcdefgh".repeat(n % 3 + 1) + WORDS[n % 7]),
        pages: 14,
        variants: &[("brand", &["brand"])],
    },
    Template {
        path: |n| format!("/blog/20{:02}/{:02}/{}", n % 20, n % 12 + 1, title(n)),
        pages: 800,
        variants: &[("post", &["reads"]), ("embed", &["reads", "embed"])],
    },
    Template { path: |n| format!("/review/{n}"), pages: 900, variants: &[("review", &["vote"])] },
    Template { path: |n| format!("/help/article-{n}.html"), pages: 120, variants: &[("help", &["helpful"])] },
    Template {
        path: |n| format!("/user/{:032x}", (n as u128 + 1) * 0x9e37_79b9_7f4a_7c15_f39c),
        pages: 400,
        variants: &[("user", &["seen_user"])],
    },
    Template {
        path: |n| format!("/shops/{}/{}", WORDS[n % 7], title(n)),
        pages: 60,
        variants: &[("store", &["map_tiles"])],
    },
    Template {
        path: |n| format!("/index.php?route=compare&left={n}&right={}", n + 1),
        pages: 20,
        variants: &[("compare", &["compare"])],
    },
    Template {
        path: |n| ["/cart", "/about", "/contact", "/imprint", "/jobs", "/press"][n].to_owned(),
        pages: 6,
        variants: &[("plain", &["form_token"])],
    },
];

/// Structure, cookies and links of every page by its path.
type Pages = BTreeMap<String, (&'static str, Vec<String>, Vec<String>)>;

fn shop() -> Pages {
    let mut pages = Pages::new();
    let mut all = Vec::new();
    for template in &TEMPLATES {
        let start = all.len();
        for n in 0..template.pages {
            let path = (template.path)(n);
            let variant = if n % 6 == 5 { template.variants.last() } else { template.variants.first() };
            let (structure, cookies) = *variant.unwrap();
            let cookies = cookies.iter().map(|c| (*c).to_owned()).chain(["session".to_owned(), format!("_track_{n}")]);
            pages.insert(path.clone(), (structure, cookies.collect(), Vec::new()));
            all.push(path);
        }
        // Chains of pages and lists: a page leads to its neighbours, and to some of another template.
        for n in start..all.len() {
            let links = (n + 1..n + 30).chain([n * 7 % all.len()]).filter_map(|to| all.get(to).cloned());
            let links: Vec<String> = links.collect();
            pages.get_mut(&all[n]).unwrap().2 = links;
        }
    }
    let entries = TEMPLATES.iter().flat_map(|t| (0..t.pages.min(6)).map(|n| (t.path)(n)));
    pages.insert("/".to_owned(), ("home", vec!["session".to_owned(), "welcome".to_owned()], entries.collect()));
    pages
}

struct Fake(Arc<Pages>);

impl Visits for Fake {
    async fn visit(&mut self, request: VisitRequest) -> Result<PageVisit, VisitError> {
        // Pages end in an order of their own.
        tokio::time::sleep(Duration::from_micros(request.url.path().bytes().map(u64::from).sum::<u64>() % 700)).await;
        let mut record = failed(&request, FailureReason::NotFound, String::new());
        let Some((structure, cookies, links)) = self.0.get(&request.url[url::Position::BeforePath..]) else {
            return Ok(record);
        };
        record.outcome = Outcome::Loaded { status: 200, media_type: None };
        record.structure = Some((*structure).to_owned());
        record.jar = cookies.iter().map(|name| cookie(name)).collect();
        let link = |l: &String| Link {
            url: request.url.join(l).unwrap().into(),
            kind: "a".to_owned(),
            text: String::new(),
            rel: String::new(),
            in_footer: false,
        };
        record.links = links.iter().map(link).collect();
        Ok(record)
    }
}

fn cookie(name: &str) -> JarCookie {
    let stored = StoredAttributes { lifetime: Lifetime::Session, secure: false, http_only: false, same_site: None };
    let (domain, path) = ("shop.test".to_owned(), "/".to_owned());
    let key = CookieKey { name: name.to_owned(), domain, host_only: true, path, partition: None };
    JarCookie { key, stored, value: ValueFacts::default(), new: true }
}

/// Pages visited in their order, cookies found (tracks without their numbers), and addresses left by reason.
type Seen = (Vec<String>, BTreeSet<String>, BTreeMap<String, usize>);

async fn crawl(pages: &Arc<Pages>, options: CrawlOptions) -> Seen {
    let (_stop, asked) = watch::channel(false);
    let (mut records, fakes) = (Vec::new(), Arc::clone(pages));
    let make = move || {
        let fake = Fake(Arc::clone(&fakes));
        async move { Ok::<_, String>(fake) }
    };
    let options = CrawlOptions {
        seeds: vec![Url::parse("http://127.0.0.1:1/").unwrap()],
        interval: Duration::ZERO,
        returning_pages: 0,
        max_depth: 1000,
        ..options
    };
    run(&options, make, &mut records, &(), asked).await.unwrap();
    let (mut visited, mut cookies, mut left) = (Vec::new(), BTreeSet::new(), BTreeMap::new());
    for record in records {
        match record {
            Record::Page(page) => {
                let names =
                    page.jar.iter().map(|c| c.key.name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned());
                cookies.extend(names);
                visited.push((page.sequence, page.url));
            }
            Record::Skipped(skipped) => *left.entry(skipped.reason).or_default() += 1,
            _ => {}
        }
    }
    visited.sort();
    (visited.into_iter().map(|(_, url)| url).collect(), cookies, left)
}

fn all_cookies() -> BTreeSet<String> {
    let own = TEMPLATES.iter().flat_map(|t| t.variants.iter().flat_map(|v| v.1.iter()));
    own.copied().chain(["session", "welcome", "_track_"]).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cookie_with_under_five_percent_of_the_pages() {
    let pages = Arc::new(shop());
    assert!((4900..=5100).contains(&pages.len()), "{} pages", pages.len());
    let mut runs = Vec::new();
    for workers in [1, 3, 8] {
        let options = CrawlOptions {
            workers: Workers::new(workers),
            max_pages: 100_000,
            spending: Spending::Sampled,
            ..CrawlOptions::default()
        };
        runs.push(crawl(&pages, options).await);
    }
    let (visited, cookies, left) = &runs[0];
    assert_eq!(cookies, &all_cookies());
    println!("{} of {} pages", visited.len(), pages.len());
    assert!(visited.len() * 20 < pages.len(), "{} of {} pages", visited.len(), pages.len());
    assert!(left["sampled"] > 500 && !left.contains_key("budget"), "{left:?}");
    assert!(runs.windows(2).all(|pair| pair[0] == pair[1]), "the same with any number of workers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_budget_is_spent_on_every_kind_of_page() {
    let pages = Arc::new(shop());
    let mut runs = Vec::new();
    for workers in [1, 5] {
        runs.push(crawl(&pages, CrawlOptions { workers: Workers::new(workers), ..CrawlOptions::default() }).await);
    }
    let (visited, cookies, left) = &runs[0];
    assert_eq!(visited.len(), 200, "the budget is used up");
    assert_eq!(cookies, &all_cookies());
    assert!(left["budget"] > 500 && !left.contains_key("sampled"), "{left:?}");
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn where_the_budget_reaches_every_page_is_visited_in_order() {
    let pages: Pages = shop().into_iter().filter(|(path, _)| path.len() < 14).collect();
    let pages = Arc::new(pages);
    let visit = |spending| crawl(&pages, CrawlOptions { max_pages: 4000, spending, ..CrawlOptions::default() });
    let (fairly, in_order) = (visit(Spending::Fairly).await, visit(Spending::InOrder).await);
    assert!(fairly.0.len() > 900 && !fairly.2.contains_key("sampled"), "{:?}", fairly.2);
    assert_eq!(fairly, in_order);
}
