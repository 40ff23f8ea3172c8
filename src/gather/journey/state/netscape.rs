//! Netscape's `cookies.txt`, as curl, wget and browser extensions write it.

use super::{Row, StateError};
use crate::gather::record::Held;

pub(super) fn read(text: &str) -> Result<Vec<Held>, StateError> {
    let mut cookies = Vec::new();
    for (number, line) in text.lines().enumerate() {
        // Curl's way of marking what scripts may not read looks like a remark.
        let (line, http_only) = match line.strip_prefix("#HttpOnly_") {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        cookies.push(cookie(line, http_only).ok_or(StateError::Line { line: number + 1 })?);
    }
    Ok(cookies)
}

fn cookie(line: &str, http_only: bool) -> Option<Held> {
    let fields: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
    let [domain, below, path, secure, expires, name, rest @ ..] = fields.as_slice() else { return None };
    let value = rest.first().copied().unwrap_or_default();
    let expires: f64 = expires.trim().parse().ok()?;
    let row = Row {
        name,
        value,
        domain,
        host_only: !below.eq_ignore_ascii_case("TRUE") && !domain.starts_with('.'),
        path,
        expires: Some(expires).filter(|e| *e > 0.0),
        secure: secure.eq_ignore_ascii_case("TRUE"),
        http_only,
        same_site: None,
    };
    Some(row.cookie())
}
