//! Journeys in a real browser on loopback pages: signing in, working switches, taking cookies away.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

mod support;

#[path = "journey/login.rs"]
mod login;
#[path = "journey/switches.rs"]
mod switches;
#[path = "journey/trials.rs"]
mod trials;
