//! The embedded tables: cookie rules and vendors, read once, every fault an error with its file and line.
//!
//! A new table is a new line in [`COOKIE_FILES`]; a test reads the folder and fails when one was forgotten.

use std::sync::OnceLock;

use serde::Deserialize;

use super::ClassifyError;
use super::index::Index;
use crate::cookie::Party;
use crate::judge::model::{Confidence, ConsentExempt, Purpose};

macro_rules! tables {
    ($($file:literal),+ $(,)?) => { [$(($file, include_str!(concat!("../../../configs/knowledge/", $file)))),+] };
}

/// Tables of cookie rules.
pub(crate) static COOKIE_FILES: &[(&str, &str)] = &tables![
    "cookies/accessibility.toml",
    "cookies/ad-exchanges.toml",
    "cookies/advertising.toml",
    "cookies/affiliates.toml",
    "cookies/analytics-adobe.toml",
    "cookies/analytics-europe.toml",
    "cookies/analytics-further.toml",
    "cookies/analytics-hosted.toml",
    "cookies/analytics-regional.toml",
    "cookies/analytics.toml",
    "cookies/applications.toml",
    "cookies/audience-data.toml",
    "cookies/behaviour.toml",
    "cookies/builders.toml",
    "cookies/by-domain.toml",
    "cookies/chat.toml",
    "cookies/cms.toml",
    "cookies/community.toml",
    "cookies/consent-generic.toml",
    "cookies/consent-plugins.toml",
    "cookies/consent.toml",
    "cookies/dotnet.toml",
    "cookies/frameworks.toml",
    "cookies/generic-cart.toml",
    "cookies/generic-counting.toml",
    "cookies/generic-functions.toml",
    "cookies/generic-login.toml",
    "cookies/generic-security.toml",
    "cookies/identity-accounts.toml",
    "cookies/identity.toml",
    "cookies/infrastructure.toml",
    "cookies/java.toml",
    "cookies/language.toml",
    "cookies/layout.toml",
    "cookies/marketing-further.toml",
    "cookies/marketing.toml",
    "cookies/monitoring.toml",
    "cookies/php.toml",
    "cookies/platforms-further.toml",
    "cookies/recommendation.toml",
    "cookies/region.toml",
    "cookies/retargeting.toml",
    "cookies/shields.toml",
    "cookies/shops-platforms.toml",
    "cookies/shops.toml",
    "cookies/single-sign-on.toml",
    "cookies/social.toml",
    "cookies/theme.toml",
    "cookies/video.toml",
    "cookies/wordpress.toml",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    cookie: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: Option<String>,
    regex: Option<String>,
    vendor: String,
    purpose: String,
    confidence: String,
    party: Option<String>,
    #[serde(default)]
    domains: Vec<String>,
    value: Option<String>,
    lifetime: Option<String>,
    kind: Option<String>,
    exempt: Option<String>,
    #[serde(default)]
    disputed: bool,
}

/// How a rule's name is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// The name itself.
    Exact(String),
    /// With `*` for any run of characters.
    Glob(String),
    /// A regular expression.
    Regex(String),
}

impl Pattern {
    /// As written in the table.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Exact(t) | Self::Glob(t) | Self::Regex(t) => t,
        }
    }

    /// Characters that are fixed: the more, the more the pattern says.
    pub(crate) fn literal(&self) -> usize {
        match self {
            Self::Exact(t) => t.len() + 8,
            Self::Glob(t) => t.len() - t.matches('*').count(),
            Self::Regex(t) => t.bytes().filter(u8::is_ascii_alphanumeric).count() / 2,
        }
    }
}

/// One rule about a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Name, glob or expression.
    pub(crate) pattern: Pattern,
    /// Vendor or platform.
    pub(crate) vendor: String,
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// How sure the table is.
    pub(crate) confidence: Confidence,
    /// Party it occurs as, where only one makes sense.
    pub(crate) party: Option<Party>,
    /// Registrable domains it is known on.
    pub(crate) domains: Vec<String>,
    /// Shape of its value.
    pub(crate) value: Option<String>,
    /// Its usual lifetime, in words.
    pub(crate) lifetime: Option<String>,
    /// `cookie`, `local_storage`, …, where only one makes sense.
    pub(crate) kind: Option<String>,
    /// Consent exemption where it differs from the purpose's own.
    pub(crate) exempt: Option<ConsentExempt>,
    /// Vendor, sites and lists disagree about it: never more than medium.
    pub(crate) disputed: bool,
    /// Where it was read from: a table's file, or the user's database.
    pub(crate) source: &'static str,
}

/// The embedded rules, indexed. Parsed on first use.
pub(crate) fn rules() -> Result<&'static Index, ClassifyError> {
    static READ: OnceLock<Result<Index, ClassifyError>> = OnceLock::new();
    READ.get_or_init(|| {
        let mut all = Vec::new();
        for (file, text) in COOKIE_FILES {
            all.extend(read(file, text)?);
        }
        Index::new(all)
    })
    .as_ref()
    .map_err(Clone::clone)
}

fn read(file: &'static str, text: &str) -> Result<Vec<Rule>, ClassifyError> {
    let broken = |message: String| ClassifyError::Table { file: file.to_owned(), message };
    let table: File = toml::from_str(text).map_err(|e| broken(e.to_string()))?;
    table.cookie.into_iter().map(|row| rule(file, row).map_err(broken)).collect()
}

fn rule(file: &'static str, row: Row) -> Result<Rule, String> {
    let pattern = match (row.name, row.regex) {
        (Some(name), None) if name.contains('*') => Pattern::Glob(name),
        (Some(name), None) => Pattern::Exact(name),
        (None, Some(regex)) => Pattern::Regex(regex),
        _ => return Err(format!("a row of {} needs either name or regex", row.vendor)),
    };
    let name = pattern.text().to_owned();
    let unknown = |field: &str, word: &str| format!("{field} of {name} is not known: {word}");
    Ok(Rule {
        purpose: Purpose::from_word(&row.purpose).ok_or_else(|| unknown("purpose", &row.purpose))?,
        confidence: Confidence::from_word(&row.confidence).ok_or_else(|| unknown("confidence", &row.confidence))?,
        party: row.party.as_deref().map_or(Ok(None), |p| party(p).map_err(|()| unknown("party", p)))?,
        exempt: row.exempt.as_deref().map_or(Ok(None), |e| exempt(e).map(Some).ok_or_else(|| unknown("exempt", e)))?,
        pattern,
        vendor: row.vendor,
        domains: row.domains,
        value: row.value,
        lifetime: row.lifetime,
        kind: row.kind,
        disputed: row.disputed,
        source: file,
    })
}

/// A party, or none for `any`.
fn party(word: &str) -> Result<Option<Party>, ()> {
    match word {
        "first" => Ok(Some(Party::First)),
        "third" => Ok(Some(Party::Third)),
        "any" => Ok(None),
        _ => Err(()),
    }
}

fn exempt(word: &str) -> Option<ConsentExempt> {
    [ConsentExempt::Yes, ConsentExempt::Likely, ConsentExempt::No, ConsentExempt::Unknown]
        .into_iter()
        .find(|e| e.word() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_and_listed() {
        assert!(rules().unwrap().len() >= 900);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/knowledge/cookies");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = format!("cookies/{}", entry.unwrap().file_name().to_string_lossy());
            assert!(COOKIE_FILES.iter().any(|(file, _)| *file == name), "{name} is not listed");
        }
    }

    /// Rules of one vendor about one name hold at places that do not overlap: another party, other domains, or named
    /// domains beside anywhere. Vendors count as one by their first word (`Cloudflare`, `Cloudflare Access`).
    #[test]
    fn a_product_says_one_thing_of_a_name() {
        let mut said: std::collections::HashMap<_, Vec<Rule>> = std::collections::HashMap::new();
        for (file, text) in COOKIE_FILES {
            for rule in read(file, text).unwrap() {
                let vendor = rule.vendor.split(' ').next().unwrap_or_default().to_owned();
                let key = (vendor, rule.pattern.text().to_owned(), rule.party, rule.kind.clone(), rule.value.clone());
                let others = said.entry(key).or_default();
                let meets = |o: &&Rule| o.domains == rule.domains || o.domains.iter().any(|d| rule.domains.contains(d));
                let other = others.iter().find(meets).map(|o| o.source);
                assert_eq!(other, None, "{} of {} stands in {file} as well", rule.pattern.text(), rule.vendor);
                others.push(rule);
            }
        }
    }

    #[test]
    fn faults_name_their_file() {
        let fault =
            read("x.toml", "cookie = [ { name = \"a\", vendor = \"v\", purpose = \"fun\", confidence = \"high\" } ]");
        assert!(fault.unwrap_err().to_string().contains("x.toml"));
        let fault = read("x.toml", "cookie = [ { vendor = \"v\", purpose = \"login\", confidence = \"high\" } ]");
        assert!(fault.unwrap_err().to_string().contains("name or regex"));
        let fault = read("x.toml", "cookie = [ { nmae = \"a\", vendor = \"v\" } ]");
        assert!(fault.is_err());
    }
}
