//! Evidence: facts only, written once, sealed. The only thing both wings (gather and judge) know.
//!
//! `model` says what a record is, `values` reduces a value to facts at the recording boundary, `log` writes and reads
//! `evidence.jsonl`, `manifest` seals the folder, `pictured` says which pages a picture is shown of. No category, no
//! opinion lives here.

pub mod error;
pub mod har;
pub mod log;
pub mod manifest;
pub mod model;
pub mod pictured;
pub mod store;
pub mod values;

pub use error::EvidenceError;
