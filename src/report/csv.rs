//! The inventory as CSV: one row for each cookie and storage key, safe to open in a spreadsheet.

use std::collections::BTreeSet;

use crate::evidence::model::Writer;
use crate::judge::model::{Audit, Classification, CookieEntry, StorageItem};
use crate::report::json::words;
use crate::report::{ReportError, escape, units};

const HEADER: [&str; 27] = [
    "storage",
    "pattern",
    "names",
    "domain",
    "path",
    "partition",
    "party",
    "category",
    "purpose",
    "confidence",
    "consent_exempt",
    "vendor",
    "identifier",
    "lifetime",
    "lifetime_s",
    "stored_lifetime_s",
    "secure",
    "http_only",
    "same_site",
    "policy",
    "accepted",
    "refused",
    "phases",
    "pages",
    "first_page",
    "set_by",
    "findings",
];

/// The whole file.
pub fn render(audit: &Audit) -> Result<Vec<u8>, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for (index, cookie) in audit.cookies.iter().enumerate() {
        let rules = audit.findings.iter().filter(|f| f.cookies.contains(&index)).map(|f| f.rule);
        writer.write_record(safe(cookie_row(cookie, rules.collect())))?;
    }
    for (index, item) in audit.storage.iter().enumerate() {
        let rules = audit.findings.iter().filter(|f| f.storage.contains(&index)).map(|f| f.rule);
        writer.write_record(safe(storage_row(item, rules.collect())))?;
    }
    writer.into_inner().map_err(|e| ReportError::Csv(e.into_error().into()))
}

fn safe(row: [String; 27]) -> [String; 27] {
    row.map(|cell| escape::csv_cell(&cell))
}

fn cookie_row(c: &CookieEntry, rules: BTreeSet<&str>) -> [String; 27] {
    let [category, purpose, confidence, exempt, vendor] = class_cells(&c.class);
    [
        "cookie".to_owned(),
        c.pattern.clone(),
        join(&c.names),
        c.domain.clone(),
        c.path.clone(),
        c.partition.clone().unwrap_or_default(),
        words::Party::from(c.party).word().to_owned(),
        category,
        purpose,
        confidence,
        exempt,
        vendor,
        c.identifier.map_or_else(String::new, |i| i.to_string()),
        c.lifetime.map_or_else(String::new, units::lifetime),
        seconds(c.lifetime),
        seconds(c.stored_lifetime),
        c.secure.to_string(),
        c.http_only.to_string(),
        c.same_site.map_or_else(String::new, |s| words::SameSite::from(s).word().to_owned()),
        c.disclosure.word().to_owned(),
        c.accepted.to_string(),
        join(&c.refused),
        phases(&c.phases),
        c.pages.len().to_string(),
        c.pages.first().cloned().unwrap_or_default(),
        writers(&c.writers),
        rules.into_iter().collect::<Vec<_>>().join(" "),
    ]
}

fn storage_row(s: &StorageItem, rules: BTreeSet<&str>) -> [String; 27] {
    let [category, purpose, confidence, exempt, vendor] = class_cells(&s.class);
    let mut row: [String; 27] = std::array::from_fn(|_| String::new());
    let known = [
        words::StorageKind::from(s.kind).word().to_owned(),
        s.pattern.clone(),
        s.key.clone(),
        s.origin.clone(),
        String::new(),
        String::new(),
        words::Party::from(s.party).word().to_owned(),
        category,
        purpose,
        confidence,
        exempt,
        vendor,
        s.identifier.map_or_else(String::new, |i| i.to_string()),
    ];
    let last = [
        phases(&s.phases),
        s.pages.len().to_string(),
        s.pages.first().cloned().unwrap_or_default(),
        writers(&s.writers),
        rules.into_iter().collect::<Vec<_>>().join(" "),
    ];
    // Attributes of cookies stay empty for a storage key; only `policy` (19) stands between.
    for (at, text) in known.into_iter().enumerate().chain([(19, s.disclosure.word().to_owned())]) {
        row[at] = text;
    }
    for (at, text) in last.into_iter().enumerate() {
        row[22 + at] = text;
    }
    row
}

fn class_cells(class: &Classification) -> [String; 5] {
    [
        class.purpose.category().word().to_owned(),
        class.purpose.word().to_owned(),
        class.confidence.word().to_owned(),
        class.consent_exempt.word().to_owned(),
        class.vendor.clone().unwrap_or_default(),
    ]
}

fn seconds(lifetime: Option<crate::cookie::Lifetime>) -> String {
    match lifetime {
        None => String::new(),
        Some(l) => l.seconds().map_or_else(|| "session".to_owned(), |s| s.to_string()),
    }
}

fn join(set: &BTreeSet<String>) -> String {
    set.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn phases(set: &BTreeSet<crate::evidence::model::Phase>) -> String {
    set.iter().map(|p| words::Phase::from(*p).word()).collect::<Vec<_>>().join(" ")
}

fn writers(writers: &[Writer]) -> String {
    let each: BTreeSet<String> = writers
        .iter()
        .map(|w| {
            let kind = words::WriterKind::from(w.kind).word();
            w.url.as_ref().map_or_else(|| kind.to_owned(), |url| format!("{kind} {url}"))
        })
        .collect();
    join(&each)
}
