//! What can go wrong with an audit folder: one enum for storing, reading and sealing.
//!
//! Each variant says which file and, inside the log, which line. Nothing here quotes a record's content.

use std::path::{Path, PathBuf};

/// Why evidence could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The file system refused: no space, no permission, no such folder.
    #[error("failed to {what} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A line of the log is not a record.
    #[error("{} line {line} is not a record of this log: {reason}; try `cookie-audit verify` on the folder", path.display())]
    Corrupt {
        /// The log.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// What the parser said.
        reason: String,
    },
    /// The log was written by another version.
    #[error(
        "evidence of schema {found:?} cannot be read, this version reads {:?}; use the version that recorded it",
        super::model::SCHEMA
    )]
    UnknownSchema {
        /// What the first record names (shortened).
        found: String,
    },
    /// There is no first record.
    #[error("{} has no header: nothing was recorded in it", path.display())]
    NoHeader {
        /// The log.
        path: PathBuf,
    },
    /// More than this version is ready to read or write.
    #[error("{} is larger than the {limit} bytes allowed for it", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The bound.
        limit: u64,
    },
    /// A name in the evidence leads out of its folder, or to something that is not a plain file.
    #[error("{name:?} is not a file name allowed inside an audit folder")]
    UnsafeName {
        /// The name (shortened).
        name: String,
    },
    /// An earlier write failed and its remains could not be taken back.
    #[error("{} cannot be written any further after a failed write", path.display())]
    Broken {
        /// The log.
        path: PathBuf,
    },
    /// A manifest that is not one.
    #[error("{} is not a manifest: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
}

impl EvidenceError {
    /// Wraps an I/O error with what was tried where; for `map_err`.
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Io { what, path, source }
    }

    /// An unsafe name, cut to what fits on a line.
    pub(crate) fn unsafe_name(name: &str) -> Self {
        Self::UnsafeName { name: name.chars().take(80).collect() }
    }
}
