//! Recording: one visit of one page, and everything the browser did with cookies and storage meanwhile.
//!
//! A visit is a tab of its own: begin (fresh visitor), go, page time, look, reduce. Events land on the `tape` while it
//! happens; `writes`, `reconcile` and `reduce` turn them into evidence afterwards. Not here: where to go next.

mod carried;
mod chromium_events;
mod firefox_events;
mod hooks;
mod jar;
mod open;
mod outcome;
mod page_time;
mod reconcile;
mod reduce;
mod snapshot;
mod tab;
mod tape;
mod visit;
mod writes;

pub use carried::{Carried, CarriedCookie};
pub use open::OpenPage;
pub use page_time::PageTime;
pub use visit::{Recorder, RecorderOptions};
