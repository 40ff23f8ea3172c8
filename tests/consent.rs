//! Consent dialogs, in a real browser on loopback pages: found, worked as asked, and never worked wrongly.
//!
//! Every press on a page is told to the server, so that what was pressed is known from the page and not from the tool.

#![allow(unreachable_pub, reason = "tests share their helpers")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

#[path = "consent/pages.rs"]
mod pages;

#[path = "consent/dialogs.rs"]
mod dialogs;

#[path = "consent/phases.rs"]
mod phases;

#[path = "consent/recipes.rs"]
mod recipes;
