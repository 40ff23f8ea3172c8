//! What recording costs: bare navigation against recorded visits of fresh visitors, on the same pages in the same run.
//!
//! Ratios are what to read: the machine's speed cancels out. Both sides are taken at their best parallelism, as medians
//! over rounds that take turns. Also prints where a visit's wall time goes.
//! `cargo bench --bench visits [-- ROUNDS PAGES light|heavy]`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a bench prints, and stops on errors"
)]

#[path = "visits/cpu.rs"]
mod cpu;
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cookie_audit::evidence::model::{Outcome, Visitor};
use cookie_audit::evidence::values::Redactor;
use cookie_audit::gather::Visits as _;
use cookie_audit::gather::browser::{BrowserOptions, Driver, Session, SessionOptions};
use cookie_audit::gather::record::{PageTime, Recorder, RecorderOptions, StageTimes};
use futures_util::future::join_all;
use serde_json::{Value, json};

use support::{Asked, Browser, Reply, Site};

/// Tabs, or recorders, at work at once.
const PARALLEL: [usize; 5] = [1, 2, 3, 4, 6];
const PAGES: [&str; 2] = ["light", "heavy"];

fn site(asked: &Asked) -> Reply {
    let third = |host: &str| format!("http://{host}.localhost:{}", asked.http);
    let text = "<p>Some words that fill the page a little, as pages are filled.".repeat(40);
    match asked.path.as_str() {
        "/light" => Reply::html(format!(
            "<script src={0}/tag.js></script><img src={0}/pixel.svg><iframe src={0}/frame></iframe>{text}",
            third("tracker")
        ))
        .cookie("session=k7Qz1vPw93LmXe0RtYb2; Path=/; HttpOnly"),
        "/heavy" => {
            let images: String = (0..20).map(|n| format!("<img src=/image{n}.svg>")).collect();
            let scripts: String =
                (0..10).map(|n| format!("<script src={}/tag.js?{n}></script>", third("cdn"))).collect();
            let styles: String = (0..6).map(|n| format!("<link rel=stylesheet href=/style{n}.css>")).collect();
            let frames: String = ["one", "two", "three", "four"]
                .iter()
                .map(|f| format!("<iframe src={}/frame></iframe>", third(f)))
                .collect();
            Reply::html(format!("{styles}{scripts}{images}{frames}{text}"))
                .cookie("session=k7Qz1vPw93LmXe0RtYb2; Path=/")
        }
        "/tag.js" => Reply::script("document.cookie = 'seen' + location.pathname.length + '=1; Path=/; Max-Age=86400'"),
        "/frame" => {
            Reply::html("<script>document.cookie = 'uid=9f86d081884c7d65; SameSite=None; Secure; Path=/'</script>")
                .cookie("third=1; SameSite=None; Secure; Path=/")
        }
        path if path.ends_with(".svg") => {
            Reply::new("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
        }
        path if path.ends_with(".css") => Reply::new("text/css", ".none { color: red }".repeat(50)),
        _ => Reply::status(404),
    }
}

/// A way of going through pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Bare,
    /// Bare, but as a new visitor each time: jar and cache emptied before, the page left after. The least that any tool
    /// has to do for "every cookie each page sets".
    Fresh,
    Recorded,
    WithPageTime,
}

/// Further switches to try stand in `BENCH_SWITCHES`, for both sides.
fn session_options() -> SessionOptions {
    let more = std::env::var("BENCH_SWITCHES").unwrap_or_default();
    SessionOptions { extra_switches: more.split_whitespace().map(str::to_owned).collect(), ..SessionOptions::default() }
}

struct Bench {
    driver: Driver,
    site: Site,
    bare: Session,
    recorders: Vec<Recorder>,
    options: RecorderOptions,
    pages: usize,
    /// Every page has an address of its own, as on a site: the same again would be a reload.
    number: AtomicUsize,
}

impl Bench {
    async fn start(pages: usize) -> Self {
        let driver = Driver::start(&BrowserOptions::default()).await.unwrap();
        let bare = Browser::session(&driver, session_options()).await;
        let options = RecorderOptions::new(Redactor::new([7; 32]));
        Self {
            site: Site::start(site).await,
            bare,
            recorders: Vec::new(),
            options,
            driver,
            pages,
            number: AtomicUsize::new(0),
        }
    }

    async fn bare(&self, page: &str, tabs: usize, fresh: bool) -> f64 {
        let began = Instant::now();
        let walks = (0..tabs).map(|_| async {
            let tab = self.bare.send("browsingContext.create", json!({"type": "tab"})).await.unwrap();
            let own = if fresh { Some(self.attached(&tab["context"]).await) } else { None };
            for _ in 0..self.pages / tabs {
                if let Some(own) = &own {
                    self.bare.cdp(Some(own), "Network.clearBrowserCookies", json!({})).await.unwrap();
                    self.bare.cdp(Some(own), "Network.clearBrowserCache", json!({})).await.unwrap();
                }
                let url = address(&self.site, &self.number, page);
                for url in std::iter::once(url.as_str()).chain(fresh.then_some("about:blank")) {
                    let asked = json!({"context": tab["context"], "url": url, "wait": "complete"});
                    self.bare.send("browsingContext.navigate", asked).await.unwrap();
                }
            }
            self.bare.send("browsingContext.close", json!({"context": tab["context"]})).await.unwrap();
        });
        join_all(walks).await;
        rate(self.pages / tabs * tabs, began)
    }

    async fn attached(&self, tab: &Value) -> String {
        let asked = json!({"targetId": tab, "flatten": true});
        let attached = self.bare.cdp(None, "Target.attachToTarget", asked).await.unwrap();
        attached["sessionId"].as_str().unwrap().to_owned()
    }

    /// Opens as many recorders as will be at work.
    async fn ready(&mut self, workers: usize) {
        while self.recorders.len() < workers {
            let session = Browser::session(&self.driver, session_options()).await;
            self.recorders.push(Recorder::new(session, self.options.clone()).await.unwrap());
        }
    }

    async fn recorded(&mut self, page: &str, workers: usize, time: Duration, stages: &mut Vec<StageTimes>) -> f64 {
        let (site, number) = (&self.site, &self.number);
        let each = self.pages / workers;
        let began = Instant::now();
        let walks = self.recorders.iter_mut().take(workers).map(|recorder| async move {
            let mut stages = Vec::new();
            recorder.set_page_time(PageTime { total: time, ..PageTime::default() });
            for _ in 0..each {
                let url = address(site, number, page);
                let seen = recorder.visit(Browser::request(&url, Visitor::Fresh)).await.unwrap();
                assert!(matches!(seen.outcome, Outcome::Loaded { .. }), "{:?}", seen.outcome);
                let kept: Vec<&str> = seen.jar.iter().map(|held| held.key.name.as_str()).collect();
                let all = if page == "light" { 4 } else { 10 };
                assert_eq!(kept.len(), all, "{kept:?} with {time:?}: {:?}", seen.notes);
                stages.push(recorder.times());
            }
            stages
        });
        let seen = join_all(walks).await;
        let rate = rate(each * workers, began);
        stages.extend(seen.into_iter().flatten());
        rate
    }
}

fn address(site: &Site, number: &AtomicUsize, page: &str) -> String {
    let number = number.fetch_add(1, Ordering::Relaxed);
    site.http("www.shop.localhost", &format!("/{page}?{number}"))
}

#[allow(clippy::cast_precision_loss, reason = "counts of a bench")]
fn rate(pages: usize, began: Instant) -> f64 {
    pages as f64 / began.elapsed().as_secs_f64()
}

fn median<T: Copy + PartialOrd>(values: &[T]) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
    sorted[sorted.len() / 2]
}

#[tokio::main]
async fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let (rounds, pages) = (numbers.first().copied().unwrap_or(5), numbers.get(1).copied().unwrap_or(24));
    let named = |page: &&str| std::env::args().any(|a| a == **page) || !std::env::args().any(|a| PAGES.contains(&&*a));
    let mut bench = Bench::start(pages).await;
    for page in PAGES.into_iter().filter(named) {
        let mut rates: BTreeMap<(Way, usize), Vec<f64>> = BTreeMap::new();
        let mut stages: BTreeMap<(Way, usize), Vec<StageTimes>> = BTreeMap::new();
        let mut spent: BTreeMap<(Way, usize), cpu::Used> = BTreeMap::new();
        for _ in 0..rounds {
            for workers in PARALLEL {
                for (way, time) in [(Way::Bare, 0), (Way::Fresh, 0), (Way::Recorded, 0), (Way::WithPageTime, 6)]
                    .map(|(w, s)| (w, Duration::from_secs(s)))
                {
                    bench.ready(workers).await;
                    let before = cpu::family();
                    let rate = match way {
                        Way::Bare | Way::Fresh => bench.bare(page, workers, way == Way::Fresh).await,
                        _ => bench.recorded(page, workers, time, stages.entry((way, workers)).or_default()).await,
                    };
                    rates.entry((way, workers)).or_default().push(rate);
                    for (program, time) in cpu::since(&before) {
                        *spent.entry((way, workers)).or_default().entry(program).or_default() += time;
                    }
                }
            }
        }
        show(page, &rates, &stages);
        show_cpu(&spent, rounds * pages);
    }
}

fn show(page: &str, rates: &BTreeMap<(Way, usize), Vec<f64>>, stages: &BTreeMap<(Way, usize), Vec<StageTimes>>) {
    let best = |way: Way| rates.iter().filter(|((w, _), _)| *w == way).map(|(_, r)| median(r)).fold(0.0, f64::max);
    println!("\n{page} page: pages per second, by tabs or recorders at work at once");
    for ((way, workers), rate) in rates {
        println!("  {:14} {workers}  {:6.2}", format!("{way:?}"), median(rate));
    }
    println!(
        "  fresh visitors  {:.2} x as long as bare navigation, nothing recorded",
        best(Way::Bare) / best(Way::Fresh)
    );
    println!("  recorded        {:.2} x as long as bare navigation", best(Way::Bare) / best(Way::Recorded));
    println!("  with page time  {:.2} x as long", best(Way::Bare) / best(Way::WithPageTime));
    println!("  median milliseconds per stage of a visit");
    for ((way, workers), times) in stages {
        print!("  {:14} {workers} ", format!("{way:?}"));
        for at in 0..times[0].stages().len() {
            let all: Vec<Duration> = times.iter().map(|t| t.stages()[at].1).collect();
            print!(" {} {:.0}", times[0].stages()[at].0, median(&all).as_secs_f64() * 1000.0);
        }
        let slowest = times.iter().map(|t| t.go).max().unwrap_or_default();
        println!("; slowest go {:.0}", slowest.as_secs_f64() * 1000.0);
    }
}

/// Processor time tells the same story with less noise where other programs are at work.
#[allow(clippy::cast_precision_loss, reason = "counts of a bench")]
fn show_cpu(spent: &BTreeMap<(Way, usize), cpu::Used>, pages: usize) {
    let each = |time: Duration| time.as_secs_f64() * 1000.0 / pages as f64;
    println!("  milliseconds of processor time a page");
    for ((way, workers), used) in spent {
        let whole: Duration = used.values().sum();
        print!("  {:14} {workers}  {:6.0}  ", format!("{way:?}"), each(whole));
        for (program, time) in used.iter().filter(|(_, time)| each(**time) >= 0.5) {
            print!(" {program} {:.0}", each(*time));
        }
        println!();
    }
}
