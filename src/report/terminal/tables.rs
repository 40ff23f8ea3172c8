//! The tables of the terminal report: cookies, storage, policies.

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

use super::style::Style;
use crate::cookie::Party;
use crate::judge::model::{Audit, CookieEntry, Disclosure};
use crate::report::json::words::StorageKind;
use crate::report::{escape, units};

/// A table without lines but the one below its heading.
pub(crate) fn table(width: usize, header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─')));
    table.force_no_tty();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header(header.to_vec());
    table
}

/// Columns of the inventory whose words are not to be broken.
const NAME: usize = 0;
const PURPOSE: usize = 1;
const SET_BY: usize = 4;
/// `advertising??`
const LONGEST_PURPOSE: usize = 13;

/// The inventory: accepted cookies first, then the refused.
pub(super) fn cookies(audit: &Audit, width: usize, style: Style) -> String {
    if audit.cookies.is_empty() {
        return "No cookies were seen.\n\n".to_owned();
    }
    let mut out = style.bold(&format!("Cookies ({})", audit.cookies.len()));
    out.push('\n');
    let wide = width >= 110;
    let mut header = vec!["cookie", "purpose", "lifetime", "policy", "set by"];
    if wide {
        header.push("pages");
    }
    let mut table = table(width, &header);
    // What purpose, lifetime, policy (and pages) need; name and writer share the rest.
    let rest = width.saturating_sub(if wide { 58 } else { 48 });
    let (room, host) = (rest * 11 / 20, (rest * 9 / 20).max(12));
    let (accepted, refused): (Vec<_>, Vec<_>) = audit.cookies.iter().partition(|c| c.accepted);
    for cookie in accepted.into_iter().chain(refused) {
        let mut row = vec![
            Cell::new(name_cell(cookie, room)),
            Cell::new(purpose_cell(cookie)),
            Cell::new(units::lifetime_or_dash(cookie.lifetime)),
            Cell::new(policy_cell(cookie)),
            Cell::new(writer_cell(cookie, host)),
        ];
        if wide {
            row.push(Cell::new(cookie.pages.len()));
        }
        table.add_row(row);
    }
    // Shortened names keep to one line, whatever the words of the other columns want.
    let purpose = if width < 78 { 0 } else { LONGEST_PURPOSE };
    for (column, room) in [(NAME, room), (PURPOSE, purpose), (SET_BY, host)] {
        let least = Width::Fixed(u16::try_from(room + 2).unwrap_or(u16::MAX));
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::LowerBoundary(least));
        }
    }
    out.push_str(&table.trim_fmt());
    out.push_str("\n? medium, ?? low confidence; (3) third party\n\n");
    out
}

fn name_cell(cookie: &CookieEntry, room: usize) -> String {
    let third = if cookie.party == Party::Third { " (3)" } else { "" };
    let domain = escape::line(&cookie.domain, room.saturating_sub(2 + third.len()));
    format!("{}\n  {domain}{third}", escape::line(&cookie.pattern, room))
}

fn purpose_cell(cookie: &CookieEntry) -> String {
    let word = cookie.class.purpose.word().replace('_', " ");
    let identifier = if cookie.identifier == Some(true) { "\nidentifies" } else { "" };
    format!("{word}{}{identifier}", sureness(cookie))
}

fn sureness(cookie: &CookieEntry) -> &'static str {
    use crate::judge::model::Confidence;
    match cookie.class.confidence {
        Confidence::High => "",
        Confidence::Medium => "?",
        Confidence::Low => "??",
    }
}

fn policy_cell(cookie: &CookieEntry) -> &'static str {
    match (cookie.accepted, cookie.disclosure) {
        (false, _) => "refused",
        (_, Disclosure::Listed) => "listed",
        (_, Disclosure::Mentioned) => "mentioned",
        (_, Disclosure::None) => "not listed",
    }
}

fn writer_cell(cookie: &CookieEntry, room: usize) -> String {
    let Some(writer) = cookie.writers.first() else { return "–".to_owned() };
    let kind = crate::report::json::words::WriterKind::from(writer.kind).word();
    let host =
        writer.url.as_deref().and_then(|u| url::Url::parse(u).ok()).and_then(|u| u.host_str().map(str::to_owned));
    let more = cookie.writers.len() - 1;
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    host.map_or_else(|| format!("{kind}{more}"), |h| format!("{kind}{more}\n{}", escape::line(&h, room)))
}

/// Web storage, one line a key.
pub(super) fn storage(audit: &Audit, width: usize, style: Style) -> String {
    if audit.storage.is_empty() {
        return String::new();
    }
    let mut out = style.bold(&format!("Storage ({})", audit.storage.len()));
    out.push('\n');
    let mut table = table(width, &["key", "kind", "purpose", "policy"]);
    for item in &audit.storage {
        table.add_row(vec![
            format!("{}\n{}", escape::line(&item.pattern, 40), escape::line(&item.origin, 40)),
            StorageKind::from(item.kind).word().replace('_', " "),
            item.class.purpose.word().replace('_', " "),
            item.disclosure.word().replace("none", "not listed"),
        ]);
    }
    out.push_str(&table.trim_fmt());
    out.push_str("\n\n");
    out
}

/// What each policy was understood to say, one line each.
pub(super) fn policies(audit: &Audit, width: usize) -> String {
    let mut out = String::new();
    for policy in &audit.policies {
        let claims: Vec<&str> = policy.claims.iter().map(|c| c.kind.as_str()).collect();
        if claims.is_empty() {
            continue;
        }
        let text = format!(
            "claims of {}: {}",
            escape::line(units::short_url(&audit.header.site, &policy.url), 60),
            escape::line(&claims.join(", "), 400)
        );
        for piece in super::style::wrap(&text, width) {
            out.push_str(&piece);
            out.push('\n');
        }
    }
    out
}
