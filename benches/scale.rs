//! What a very large site costs this process: a fake browser behind the trait, the real crawl and the real log.
//!
//! `cargo bench --bench scale`: a million addresses queued, then ten thousand pages visited; peak and growth of memory and
//! pages a second. `tests/scale.rs` holds smaller numbers of the same. Linux only, where the kernel tells memory.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench prints, and stops on errors"
)]
#![allow(unreachable_pub, dead_code, reason = "shared with a test that uses less of it")]

#[path = "../tests/scale/made_up.rs"]
mod made_up;

use made_up::{Way, crawl, memory};

#[tokio::main]
async fn main() {
    let pages = crawl(Way { links: 40, pages: 10_000, known: 10_000, workers: 2 }).await;
    let (early, late) = (pages.at(1_000), pages.at(9_000));
    println!("10,000 pages visited of as many known");
    println!("  resident MiB at page 1,000: {:.1}, at page 9,000: {:.1}", early.resident, late.resident);
    println!("  pages a second up to there: {:.0}, and {:.0} since page 8,000", early.rate, late.rate);
    for spending in made_up::SPENDING {
        let before = memory();
        let queued = made_up::queue(1_000_000, spending).await;
        println!("{queued} addresses queued ({spending:?}): {:.1} MiB, {:.1} before", memory().peak, before.resident);
    }
}
