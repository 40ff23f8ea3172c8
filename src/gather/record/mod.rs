//! Recording: one visit of one page, and everything the browser did with cookies and storage meanwhile.
//!
//! A visit begins (fresh visitor), goes there (`navigate`), gives the page its time (`page_time`), looks (`look`), and is
//! reduced. Its tab is emptied for the next one (`tab`), or handed over where the page is at rest (`handover`). Events land
//! on the `tape` while it happens; `writes`, `reconcile` and `reduce` turn them into evidence afterwards. Not here: where to
//! go next.

mod album;
mod assemble;
mod carried;
mod chromium_events;
mod ears;
mod exchanges;
mod firefox_events;
mod frames;
#[cfg(fuzzing)]
pub mod fuzzing;
mod give;
mod handover;
mod hooks;
mod jar;
mod leash;
mod look;
mod navigate;
mod open;
mod outcome;
mod page_time;
mod paint;
mod reconcile;
mod reduce;
mod snapshot;
mod staged;
mod tab;
mod tape;
mod times;
mod visit;
mod writes;

pub use album::Album;
pub(crate) use carried::Belonging;
pub use carried::{Carried, Item};
pub(crate) use frames::Frame;
pub use jar::Held;
pub use open::OpenPage;
pub use page_time::PageTime;
pub(crate) use staged::Staged;
pub use times::StageTimes;
pub use visit::{Recorder, RecorderOptions};
