//! How far our reading of Set-Cookie lines agrees with real browsers: `cargo bench --bench set_cookie [-- LINES [firefox]]`.
//!
//! Prints the agreement in percent and every disagreement. Not a benchmark of time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a program for the terminal")]
#![allow(unreachable_pub, clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "shared with tests")]

#[path = "../tests/agreement/mod.rs"]
mod agreement;
#[path = "../tests/support/mod.rs"]
mod support;

use cookie_audit::gather::browser::BrowserKind;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let lines: usize = words.iter().find_map(|word| word.parse().ok()).unwrap_or(10_000);
    let firefox = words.iter().any(|word| word == "firefox");
    let kind = if firefox { BrowserKind::Firefox } else { BrowserKind::Chrome };
    let differing = agreement::compare(kind, agreement::generate::cases(2, lines)).await;
    for one in &differing {
        println!("{}", one.told());
    }
    let agreeing = lines - differing.len();
    println!("{}: {agreeing} of {lines} lines, {:.3} %", kind.word(), 100.0 * agreeing as f64 / lines as f64);
}
