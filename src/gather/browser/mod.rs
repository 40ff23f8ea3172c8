//! The browser: finding, installing, starting and stopping a driver, and the session with it.
//!
//! `find` looks for a browser and its driver, `install` fetches them, `driver` runs one in a folder of its own, `sweep`
//! removes what a killed run left, `doctor` says what is wrong. `session` opens a browser and steers it over `bidi`, which
//! may `rest` where the browser's own connection does.
//! Not here: what a page did (`record`).

pub mod bidi;
mod capabilities;
mod devtools;
pub mod doctor;
pub mod driver;
pub mod find;
mod headers;
pub mod install;
pub mod options;
mod pdf;
mod rest;
pub mod session;
pub mod sweep;
mod third_party;
mod user_agent;

pub use driver::{Driver, DriverError};
pub use options::{BrowserKind, BrowserOptions};
pub use pdf::{PdfError, print_pdf};
pub use session::{OriginHeaders, Session, SessionError, SessionOptions};
