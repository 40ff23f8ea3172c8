//! Configuration: `cookie-audit.toml`, environment and flags → settings, every fault at once, each pointing at its line.
//!
//! Precedence: flag > environment > `[[site]]` > file > default. Credentials are named by environment variable and never
//! written in the file. Only `cli` uses this room; every other room takes a narrow option struct.

pub mod error;
pub mod file;
pub mod keys;
pub mod layer;
pub mod settle;
pub mod value;

#[cfg(test)]
mod tests;

pub use error::{ConfigError, Fault};
pub use settle::{Config, Settings, load};
