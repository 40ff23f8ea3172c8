//! `report.json`: written, read back, and its JSON Schema.
//!
//! The structs stand in `model` (and `policy`, `words`), the copying in `build`.

mod build;
pub mod model;
pub mod policy;
pub mod words;

use crate::judge::model::Audit;
use crate::report::{ReportError, escape};

pub use model::{Report, SCHEMA};

/// The bytes of `report.json`.
pub fn render(audit: &Audit) -> Result<Vec<u8>, ReportError> {
    Ok(escape::json(&Report::from(audit))?)
}

/// Reads a `report.json` back, of this schema only.
pub fn read(bytes: &[u8]) -> Result<Report, ReportError> {
    #[derive(serde::Deserialize)]
    struct Named {
        schema: String,
    }
    let named: Named = serde_json::from_slice(bytes).map_err(ReportError::Unreadable)?;
    if named.schema != SCHEMA {
        return Err(ReportError::Schema { found: named.schema });
    }
    serde_json::from_slice(bytes).map_err(ReportError::Unreadable)
}

/// The JSON Schema of `report.json`, made from the structs.
pub fn schema() -> Result<Vec<u8>, ReportError> {
    Ok(escape::json(&schemars::schema_for!(Report))?)
}
