//! A loopback site with many origins, and a browser to visit it: what every browser test needs.
//!
//! Hosts are `*.localhost` over http and `*.test` over https (a certificate made on the spot), both on ports from 0.
//! The driver is our own and ends with its handle, also when a test panics.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, missing_docs, reason = "tests")]

pub mod browser;
pub mod site;

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub use browser::Browser;
#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub use site::{Asked, Reply, Site};
