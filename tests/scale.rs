//! A large site costs this process no more memory than a small one: addresses and evidence lie on disk.
//!
//! With a fake browser, in a process of its own, since it is this process that is measured. `benches/scale.rs` has the
//! full numbers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]
#![allow(unreachable_pub, dead_code, reason = "shared with a bench that uses more of it")]

#[path = "scale/made_up.rs"]
mod made_up;

use made_up::{SPENDING, Way, crawl, memory, queue};

/// One after the other: memory is that of the whole process.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_does_not_grow_with_the_site() {
    let looks = crawl(Way { links: 10, pages: 2_000, known: 2_000, workers: 2 }).await;
    let (early, late) = (looks.at(1_000).resident, looks.at(2_000).resident);
    println!("resident at page 1,000: {early:.1} MiB, at page 2,000: {late:.1} MiB");
    assert!(late <= early * 1.1, "{early:.1} MiB, then {late:.1} MiB");
    for spending in SPENDING {
        let before = memory().resident;
        let queued = queue(20_000, spending).await;
        let grown = memory().peak - before;
        println!("{queued} addresses queued ({spending:?}): {grown:.1} MiB");
        assert_eq!(queued, 20_000);
        // A fiftieth of a million may have a fiftieth of 500 MiB, beside what every crawl needs.
        assert!(grown < 30.0, "{grown:.1} MiB for {queued} addresses ({spending:?})");
    }
}
