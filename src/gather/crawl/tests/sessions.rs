//! A crawl whose sessions are lost, or cannot be had.

use super::*;

#[tokio::test]
async fn a_session_that_cannot_be_had_holds_no_page() {
    let (_stop, asked) = watch::channel(false);
    let site = Arc::new(tree());
    let shared = Arc::clone(&site);
    let make = move || {
        let first = shared.sessions.fetch_add(1, Ordering::SeqCst) == 0;
        let fake = Fake(Arc::clone(&shared));
        async move {
            if first {
                return Ok(fake);
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
            Err("no free slot")
        }
    };
    let options = CrawlOptions { workers: Workers::new(3), max_pages: 60, ..options(QUIET) };
    let mut records = Vec::new();
    let summary = run(&options, make, &mut records, &(), asked).await.unwrap();
    assert_eq!((summary.visited, summary.cut_short.as_deref()), (60, None));
    let alone = crawl(&Arc::new(tree()), &CrawlOptions { workers: Workers::new(1), ..options }).await;
    assert_eq!(Crawled { summary, records }.fresh(), alone.fresh());
    assert!(site.sessions.load(Ordering::SeqCst) > 2, "others were asked for");
}

#[tokio::test]
async fn where_all_sessions_are_lost_and_none_can_be_had_the_rest_is_skipped() {
    let (_stop, asked) = watch::channel(false);
    let site = tree().with("/p1", |p| p.lose_browser = 9).with("/p2", |p| p.lose_browser = 9);
    let site = Arc::new(site.with("/p3", |p| p.lose_browser = 9));
    let made = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&made);
    let make = move || {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        let fake = Fake(Arc::clone(&site));
        async move { if number < 3 { Ok(fake) } else { Err("no driver") } }
    };
    // Long enough that hardly an attempt falls into the time of a page that is still being visited.
    let pause = Duration::from_millis(20);
    let options = CrawlOptions { workers: Workers::new(3), max_pages: 60, pause, ..options(QUIET) };
    let mut records = Vec::new();
    let summary = run(&options, make, &mut records, &(), asked).await.unwrap();
    let crawled = Crawled { summary, records };
    assert_eq!(crawled.summary.cut_short.as_deref(), Some("browser_lost"));
    // A page may be met by two browsers that are lost; which one is chance.
    let loaded = crawled.fresh().into_iter().filter(|(_, _, end)| matches!(end, Outcome::Loaded { .. }));
    assert_eq!(loaded.map(|(_, path, _)| path).collect::<Vec<_>>(), ["/"]);
    assert!(crawled.skipped().iter().filter(|(_, reason)| reason == "browser_lost").count() >= 3);
    let made = made.load(Ordering::SeqCst);
    assert!((9..=15).contains(&made), "three sessions, and three attempts for each afterwards: {made}");
}

#[tokio::test]
async fn two_seeds_without_any_session_are_told_too() {
    let (_stop, asked) = watch::channel(false);
    let seeds = [QUIET, "http://127.0.0.1:1/b"].map(|seed| Url::parse(seed).unwrap()).to_vec();
    let options = CrawlOptions { seeds, ..options(QUIET) };
    let make = || async { Err::<Fake, _>("no chromedriver") };
    let error = run(&options, make, &mut Vec::new(), &(), asked).await.unwrap_err();
    assert!(error.to_string().contains("no chromedriver"));
}

#[tokio::test]
async fn without_any_session_there_is_nothing_to_report() {
    let (_stop, asked) = watch::channel(false);
    let make = || async { Err::<Fake, _>("no chromedriver") };
    let error = run(&options(QUIET), make, &mut Vec::new(), &(), asked).await.unwrap_err();
    assert!(error.to_string().contains("no chromedriver"));
}

#[tokio::test]
async fn a_session_lost_on_the_first_page_is_no_crawl_without_sessions() {
    let (_stop, asked) = watch::channel(false);
    let site = Arc::new(tree().with("/", |p| p.lose_browser = 1));
    let made = Arc::new(AtomicU32::new(0));
    let make = move || {
        let refused = made.fetch_add(1, Ordering::SeqCst) == 1;
        let fake = Fake(Arc::clone(&site));
        async move { if refused { Err("the node is still counted on") } else { Ok(fake) } }
    };
    let options = CrawlOptions { workers: Workers::new(1), max_pages: 5, ..options(QUIET) };
    let summary = run(&options, make, &mut Vec::new(), &(), asked).await.unwrap();
    assert_eq!((summary.visited, summary.cut_short), (5, None));
}

/// Whether the walk was short, and its pages, of a crawl whose second page loses the browser in so many walks; sessions are
/// had so often.
async fn walked(lost: u32, sessions: u32) -> (bool, usize) {
    let (_stop, asked) = watch::channel(false);
    let site = Arc::new(tree().with("/p1", |p| (p.spares, p.lose_browser) = (1, lost)));
    let made = Arc::new(AtomicU32::new(0));
    let make = move || {
        let number = made.fetch_add(1, Ordering::SeqCst);
        let fake = Fake(Arc::clone(&site));
        async move { if number < sessions { Ok(fake) } else { Err("no driver") } }
    };
    let options = CrawlOptions { workers: Workers::new(1), max_pages: 5, returning_pages: 2, ..options(QUIET) };
    let mut records = Vec::new();
    let summary = run(&options, make, &mut records, &(), asked).await.unwrap();
    assert_eq!((summary.visited, summary.cut_short.as_deref()), (5, None));
    (summary.walk_short, Crawled { summary, records }.pages(Visitor::Returning).len())
}

#[tokio::test]
async fn a_returning_walk_that_lost_its_browser_begins_anew_once_and_is_told_otherwise() {
    assert_eq!(walked(0, 1).await, (false, 4));
    assert_eq!(walked(1, 2).await, (false, 4));
    assert_eq!(walked(1, 1).await, (true, 1));
    assert_eq!(walked(9, 9).await, (true, 1));
}
