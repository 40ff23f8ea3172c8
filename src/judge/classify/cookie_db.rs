//! A cookie database that the user brings: the Open Cookie Database as CSV or JSON, dirt and all. A lower-trust source.
//!
//! Byte-order mark, free-text domains (`youtube.com (3rd party)`), bare prefixes as wildcards, retention in words. Its
//! category "Functional" says little, so its description is read for what function is meant.

use std::collections::HashMap;

use serde::Deserialize;

use super::candidates::within;
use super::{ClassifyError, Subject};
use crate::cookie::Lifetime;
use crate::judge::model::Purpose;

/// One entry that fits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// Name or prefix.
    pub(super) name: String,
    prefix: bool,
    /// Platform.
    pub(super) platform: String,
    /// Category in the database's words.
    pub(super) category: String,
    /// What it may be for, with shares of one.
    pub(super) purposes: Vec<(Purpose, f64)>,
    domains: Vec<String>,
    lifetime: Option<Lifetime>,
}

/// The database, indexed.
#[derive(Debug)]
pub(super) struct CookieDb {
    exact: HashMap<String, Vec<Entry>>,
    /// Longest first.
    prefixes: Vec<Entry>,
}

#[derive(Deserialize)]
struct JsonEntry {
    #[serde(default)]
    category: String,
    cookie: String,
    #[serde(default)]
    domain: String,
    #[serde(default)]
    description: String,
    #[serde(default, rename = "retentionPeriod")]
    retention: String,
    #[serde(default, rename = "wildcardMatch")]
    wildcard: serde_json::Value,
}

impl CookieDb {
    /// Reads a file's text: JSON where it begins with a brace, else CSV.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, ClassifyError> {
        let broken = |message: String| ClassifyError::CookieDb { file: file.to_owned(), message };
        let text = text.trim_start_matches('\u{feff}');
        let entries = if text.trim_start().starts_with('{') { json(text) } else { csv(text) }.map_err(broken)?;
        if entries.is_empty() {
            return Err(broken("it holds no entry".to_owned()));
        }
        let mut exact: HashMap<String, Vec<Entry>> = HashMap::new();
        let mut prefixes = Vec::new();
        for entry in entries {
            if entry.prefix { prefixes.push(entry) } else { exact.entry(entry.name.clone()).or_default().push(entry) }
        }
        prefixes.sort_by(|a, b| b.name.len().cmp(&a.name.len()).then_with(|| a.name.cmp(&b.name)));
        Ok(Self { exact, prefixes })
    }

    /// The entry that fits best: domain before none, exact before prefix, a lifetime that agrees before one that does not.
    pub(super) fn look_up(&self, subject: &Subject) -> Option<&Entry> {
        let host = subject.host();
        let fit = |e: &&Entry| {
            let known_place = host.as_deref().is_some_and(|h| e.domains.iter().any(|d| within(h, d)));
            let same_life = e.lifetime.is_some() && e.lifetime == subject.lifetime;
            (known_place, !e.prefix, same_life)
        };
        let names = [subject.name.as_str(), subject.bare_name()];
        let exact = names.iter().filter_map(|n| self.exact.get(*n)).flatten();
        let wild = self.prefixes.iter().filter(|e| names.iter().any(|n| n.starts_with(&e.name)) && e.name.len() >= 2);
        // The first of equals wins, so that the order of the file decides and not chance.
        exact.chain(wild).fold(None, |best: Option<&Entry>, e| match best {
            Some(b) if fit(&b) >= fit(&e) => Some(b),
            _ => Some(e),
        })
    }
}

fn json(text: &str) -> Result<Vec<Entry>, String> {
    let all: std::collections::BTreeMap<String, Vec<JsonEntry>> =
        serde_json::from_str(text).map_err(|e| e.to_string())?;
    let entry = |platform: &str, e: JsonEntry| {
        let wild = e.wildcard == 1 || e.wildcard == "1" || e.wildcard == true;
        made(&e.cookie, wild, platform, &e.category, &e.domain, &e.description, &e.retention)
    };
    Ok(all
        .into_iter()
        .flat_map(|(p, list)| list.into_iter().map(move |e| entry(&p, e)).collect::<Vec<_>>())
        .flatten()
        .collect())
}

fn csv(text: &str) -> Result<Vec<Entry>, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| e.to_string())?.clone();
    let column = |wanted: &str| head.iter().position(|h| h.trim().to_ascii_lowercase().contains(wanted));
    let name = column("key name").or_else(|| column("cookie")).ok_or("no column for cookie names")?;
    let category = column("category").ok_or("no column `Category`")?;
    let others = ["platform", "domain", "description", "retention", "wildcard"].map(column);
    let mut out = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| e.to_string())?;
        let cell = |at: Option<usize>| at.and_then(|i| row.get(i)).unwrap_or_default().trim();
        let [platform, domain, description, retention, wildcard] = others.map(cell);
        let entry =
            made(cell(Some(name)), wildcard == "1", platform, cell(Some(category)), domain, description, retention);
        out.extend(entry);
    }
    Ok(out)
}

fn made(
    name: &str,
    wild: bool,
    platform: &str,
    category: &str,
    domain: &str,
    description: &str,
    retention: &str,
) -> Option<Entry> {
    let name = name.trim();
    let prefix = wild || name.ends_with('*');
    let name = name.trim_end_matches('*').to_owned();
    if name.is_empty() {
        return None;
    }
    let purposes = purposes(category, description);
    Some(Entry {
        name,
        prefix,
        platform: platform.trim().to_owned(),
        category: category.trim().to_owned(),
        purposes,
        domains: domains(domain),
        lifetime: lifetime(retention),
    })
}

/// Host names in free text.
fn domains(text: &str) -> Vec<String> {
    let is_host = |w: &&str| {
        w.contains('.') && w.len() > 3 && w.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    };
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '/'));
    words.map(|w| w.trim_matches('.')).filter(is_host).map(str::to_ascii_lowercase).collect()
}

/// Words of a description that tell a function, most telling first.
const FUNCTIONS: [(&str, Purpose); 22] = [
    ("consent", Purpose::Consent),
    ("cookie preferences", Purpose::Consent),
    ("load balanc", Purpose::Security),
    ("csrf", Purpose::Security),
    ("cross-site request", Purpose::Security),
    ("fraud", Purpose::Security),
    ("bot", Purpose::Security),
    ("security", Purpose::Security),
    ("language", Purpose::Language),
    ("locale", Purpose::Language),
    ("shopping cart", Purpose::Cart),
    ("cart", Purpose::Cart),
    ("basket", Purpose::Cart),
    ("dark mode", Purpose::Theme),
    ("theme", Purpose::Theme),
    ("logged in", Purpose::Login),
    ("login", Purpose::Login),
    ("authenticat", Purpose::Login),
    ("session", Purpose::Login),
    ("currency", Purpose::Preferences),
    ("preference", Purpose::Preferences),
    ("settings", Purpose::Preferences),
];

fn purposes(category: &str, description: &str) -> Vec<(Purpose, f64)> {
    match category.trim().to_ascii_lowercase().as_str() {
        "analytics" | "statistics" | "performance" => vec![(Purpose::Analytics, 1.0)],
        "marketing" | "advertising" | "targeting" => vec![(Purpose::Advertising, 1.0)],
        "security" => vec![(Purpose::Security, 1.0)],
        "personalization" | "preferences" => vec![(Purpose::Preferences, 1.0)],
        "functional" | "necessary" => {
            let text = description.to_ascii_lowercase();
            match FUNCTIONS.iter().find(|(word, _)| text.contains(word)) {
                Some((_, purpose)) => vec![(*purpose, 0.9), (Purpose::OtherFunctional, 0.4)],
                None => vec![(Purpose::OtherFunctional, 0.7), (Purpose::Preferences, 0.3), (Purpose::Login, 0.3)],
            }
        }
        _ => Vec::new(),
    }
}

/// Retention in words: the longest span the text names.
fn lifetime(text: &str) -> Option<Lifetime> {
    let text = text.to_ascii_lowercase();
    let mut longest: Option<i64> = None;
    let mut number: Option<i64> = None;
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    for word in words.flat_map(glued) {
        if let Ok(n) = word.parse::<i64>() {
            number = Some(n);
        } else if let (Some(n), Some(unit)) = (number.take(), unit(word)) {
            longest = longest.max(n.checked_mul(unit));
        }
    }
    match longest {
        Some(seconds) => Some(Lifetime::Seconds(seconds)),
        None if text.contains("session") => Some(Lifetime::Session),
        None => None,
    }
}

/// `3w` → `3`, `w`.
fn glued(word: &str) -> Vec<&str> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = word.split_at(digits);
    [number, unit].into_iter().filter(|w| !w.is_empty()).collect()
}

fn unit(word: &str) -> Option<i64> {
    const DAY: i64 = 24 * 60 * 60;
    Some(match word.trim_end_matches('s') {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" | "h" => 3600,
        "day" | "d" => DAY,
        "week" | "w" => 7 * DAY,
        "month" => 30 * DAY,
        "year" | "y" => 365 * DAY,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "\u{feff}ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Wildcard match\n\
        1,Numbers,Analytics,_num,numbers.test (3rd party),counts,2 years,0\n\
        2,Numbers,Analytics,_num_,,counts,session,1\n\
        3,Shop,Functional,tongue,,Keeps the chosen language.,1 year,0\n\
        4,Ads,Marketing,_num,ads.test (3rd party),sells,90 days,0\n";

    fn subject(name: &str, domain: &str) -> Subject {
        Subject { name: name.into(), domain: Some(domain.into()), ..Subject::default() }
    }

    #[test]
    fn csv_as_published() {
        let db = CookieDb::read("ocd.csv", CSV).unwrap();
        assert_eq!(db.look_up(&subject("_num", "x.numbers.test")).unwrap().platform, "Numbers");
        assert_eq!(db.look_up(&subject("_num", "ads.test")).unwrap().platform, "Ads");
        assert_eq!(db.look_up(&subject("_num_77", "shop.test")).unwrap().name, "_num_");
        assert_eq!(db.look_up(&subject("tongue", "shop.test")).unwrap().purposes[0].0, Purpose::Language);
        assert_eq!(db.look_up(&subject("other", "shop.test")), None);
    }

    #[test]
    fn json_as_published() {
        let text = r#"{"Numbers":[{"id":"1","category":"Analytics","cookie":"_num","domain":"","description":"",
            "retentionPeriod":"2 years","dataController":"N","privacyLink":"","wildcardMatch":"0"}]}"#;
        let db = CookieDb::read("ocd.json", text).unwrap();
        assert_eq!(db.look_up(&subject("_num", "shop.test")).unwrap().lifetime, Some(Lifetime::Seconds(63_072_000)));
    }

    #[test]
    fn spellings_of_retention() {
        let day = 24 * 60 * 60;
        for (text, want) in [
            ("session cookie", Some(Lifetime::Session)),
            ("30 secs", Some(Lifetime::Seconds(30))),
            ("30 minutes, 3w or 1y depending on value", Some(Lifetime::Seconds(365 * day))),
            ("60 days till 3650 days", Some(Lifetime::Seconds(3650 * day))),
            ("14 days if you tick it. Otherwise, Session.", Some(Lifetime::Seconds(14 * day))),
            ("forever", None),
        ] {
            assert_eq!(lifetime(text), want, "{text}");
        }
    }

    #[test]
    fn faults_are_told() {
        assert!(CookieDb::read("x.csv", "a,b\n1,2\n").unwrap_err().to_string().contains("x.csv"));
        assert!(CookieDb::read("x.json", "{").is_err());
    }
}
