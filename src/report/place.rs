//! Where a finding points: the line of the declaration when the policy is a file, the first row of its table when a
//! declaration is missing, else the line of the configuration.

use std::path::Path;

use url::Url;

use crate::judge::model::{Audit, Finding};
use crate::report::RenderOptions;

/// A place a reader can open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// A path as given, with `/`, or a URL.
    pub uri: String,
    /// True for a file on this machine, most likely in the repository.
    pub file: bool,
    /// 1-based line; 0 when not known.
    pub line: u32,
    /// 1-based column in characters; 0 when not known.
    pub column: u32,
}

/// The best place for a finding.
#[must_use]
pub fn of(audit: &Audit, finding: &Finding, options: &RenderOptions) -> Option<Location> {
    let in_policy = in_policy(audit, finding);
    if let Some(location) = in_policy.as_ref().filter(|l| l.file) {
        return Some(location.clone());
    }
    let config =
        options.config.as_ref().map(|c| Location { uri: slashes(&c.path), file: true, line: c.line, column: 0 });
    config.or(in_policy)
}

/// The place in the policy itself, even where that is a web page.
#[must_use]
pub fn in_policy(audit: &Audit, finding: &Finding) -> Option<Location> {
    let policy = audit.policies.get(finding.policy?)?;
    let place = finding.place.as_ref().or(policy.first_row.as_ref());
    let (line, column) = place.map_or((0, 0), |p| (p.line, p.column));
    let file = file_path(&policy.url);
    Some(Location { uri: file.clone().unwrap_or_else(|| policy.url.clone()), file: file.is_some(), line, column })
}

/// The path, where a policy's address is a file and no web address.
fn file_path(address: &str) -> Option<String> {
    match Url::parse(address) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok().map(|p| slashes(&p)),
        // A one-letter scheme is a drive.
        Ok(url) if url.scheme().len() > 1 => None,
        _ => Some(slashes(Path::new(address))),
    }
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map_or_else(|| text.clone(), str::to_owned)
}
