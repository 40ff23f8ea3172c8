//! The program itself, against loopback sites and with a real browser: what a run leaves on disk, prints and answers.
//!
//! `LARGE_TESTS=1` makes the site large and repeats what is repeated ten times: for acceptance, too slow for
//! every commit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]
#![allow(clippy::print_stdout, reason = "tables for whoever runs them with --nocapture")]
#![allow(unreachable_pub, clippy::cast_possible_truncation, reason = "tests share their helpers; counts are small")]

mod support;

#[path = "audit/disk.rs"]
mod disk;
#[path = "audit/ends.rs"]
mod ends;
#[path = "audit/faults.rs"]
mod faults;
#[path = "audit/gate.rs"]
mod gate;
#[path = "audit/guard.rs"]
mod guard;
#[path = "audit/identifiers.rs"]
mod identifiers;
#[path = "audit/lost.rs"]
mod lost;
#[path = "audit/maze.rs"]
mod maze;
#[path = "audit/promises.rs"]
mod promises;
#[path = "audit/resume.rs"]
mod resume;
#[path = "audit/run.rs"]
mod run;
#[path = "audit/sampled.rs"]
mod sampled;
#[path = "audit/scope.rs"]
mod scope;
#[path = "audit/sealed.rs"]
mod sealed;
#[path = "audit/secrets.rs"]
mod secrets;
#[path = "audit/sites.rs"]
mod sites;
#[path = "audit/tls.rs"]
mod tls;
#[path = "audit/whole_site.rs"]
mod whole_site;
