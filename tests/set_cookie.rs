//! Set-Cookie lines as our code reads them, against what a real browser does with the same lines.
//!
//! The large set, and Firefox, are for `cargo bench --bench set_cookie`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]
#![allow(unreachable_pub, clippy::cast_possible_truncation, reason = "tests share their helpers")]

mod agreement;
mod support;

use cookie_audit::gather::browser::BrowserKind;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chromium_does_what_our_code_says() {
    let cases = agreement::generate::cases(11, 1000);
    let differing = agreement::compare(BrowserKind::Chrome, cases).await;
    let told: Vec<String> = differing.iter().map(agreement::Disagreement::told).collect();
    assert!(told.is_empty(), "{} of 1000:\n{}", told.len(), told.join("\n"));
}
