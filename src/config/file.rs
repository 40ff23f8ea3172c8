//! `cookie-audit.toml` into layers: sections, `[[site]]`, `[rules]`, `[[allow]]`, `[[override]]`, with every fault found
//! at its place and nearby names offered for unknown ones.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::error::Fault;
use super::keys::{self, KEYS, Key, Kind};
use super::layer::{Layer, Origin};

/// What a file says.
#[derive(Debug, Clone, Default)]
pub struct FileSettings {
    /// Settings for every site.
    pub base: Layer,
    /// `[[site]]` entries.
    pub sites: Vec<SiteEntry>,
    /// `[rules]`: ident → `off`, `note`, `warning`, `error`, with its place.
    pub rules: BTreeMap<String, (String, Range<usize>)>,
    /// `[[allow]]` entries.
    pub allow: Vec<TextTable>,
    /// `[[override]]` entries.
    pub overrides: Vec<TextTable>,
}

/// One `[[site]]`.
#[derive(Debug, Clone, Default)]
pub struct SiteEntry {
    /// `name`, if given.
    pub name: Option<String>,
    /// `url`: one or several.
    pub urls: Vec<String>,
    /// Settings of its own.
    pub layer: Layer,
    /// Its place.
    pub span: Range<usize>,
}

/// A table of texts, with its place and its entries'.
#[derive(Debug, Clone, Default)]
pub struct TextTable {
    /// Entries.
    pub entries: BTreeMap<String, (String, Range<usize>)>,
    /// The table's place.
    pub span: Range<usize>,
}

const SECTIONS: &[&str] = &["crawl", "browser", "consent", "login", "judge", "report"];
const OTHERS: &[&str] = &["site", "rules", "allow", "override"];
const ALLOW_KEYS: &[&str] = &["rule", "cookie", "site", "reason", "expires"];
const OVERRIDE_KEYS: &[&str] = &["cookie", "domain", "purpose", "reason"];

/// Reads a file's text; faults are added, never thrown.
pub fn read(text: &str, faults: &mut Vec<Fault>) -> FileSettings {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        faults.push(Fault::at(span, error.message().to_owned()));
    }
    let mut settings = FileSettings::default();
    for (name, value) in table.get_ref() {
        read_top(name.get_ref(), &name.span(), value, &mut settings, faults);
    }
    settings
}

fn read_top(
    name: &str,
    span: &Range<usize>,
    value: &Spanned<DeValue<'_>>,
    into: &mut FileSettings,
    faults: &mut Vec<Fault>,
) {
    match (name, value.get_ref()) {
        ("site", DeValue::Array(sites)) => into.sites = sites.iter().filter_map(|s| read_site(s, faults)).collect(),
        ("allow", DeValue::Array(entries)) => into.allow = text_tables(entries, ALLOW_KEYS, faults),
        ("override", DeValue::Array(entries)) => into.overrides = text_tables(entries, OVERRIDE_KEYS, faults),
        ("rules", DeValue::Table(rules)) => into.rules = read_rules(rules, faults),
        (section, DeValue::Table(entries)) if SECTIONS.contains(&section) => {
            read_section(section, entries, &mut into.base, faults);
        }
        ("site" | "allow" | "override", _) => {
            faults.push(
                Fault::at(span.clone(), format!("`{name}` is a list of tables")).hint(format!("write [[{name}]]")),
            );
        }
        (section, _) if SECTIONS.contains(&section) || section == "rules" => {
            faults
                .push(Fault::at(span.clone(), format!("`{section}` is a section")).hint(format!("write [{section}]")));
        }
        (other, _) => faults.push(unknown_top(other, span)),
    }
}

fn unknown_top(name: &str, span: &Range<usize>) -> Fault {
    let fault = Fault::at(span.clone(), format!("unknown section or setting `{name}`"));
    if let Some(key) = keys::find(name) {
        return fault.hint(format!("`{name}` belongs into [{}]", key.section));
    }
    fault.did_you_mean(name, SECTIONS.iter().chain(OTHERS).copied())
}

fn read_section(section: &str, entries: &DeTable<'_>, layer: &mut Layer, faults: &mut Vec<Fault>) {
    for (name, value) in entries {
        let word = name.get_ref().as_ref();
        match KEYS.iter().find(|k| k.section == section && k.name == word) {
            Some(key) => match texts_of(key, value) {
                Ok(texts) => layer.put(key, texts, Origin::File(value.span()), faults),
                Err(message) => faults.push(Fault::at(value.span(), message)),
            },
            None => faults.push(unknown_key(section, word, name.span())),
        }
    }
}

fn unknown_key(section: &str, word: &str, span: Range<usize>) -> Fault {
    let fault = Fault::at(span, format!("unknown setting `{word}` in [{section}]"));
    match keys::find(word) {
        Some(key) => fault.hint(format!("it belongs into [{}]", key.section)),
        None => fault.did_you_mean(word, KEYS.iter().filter(|k| k.section == section).map(|k| k.name)),
    }
}

/// A value's texts, where its TOML type fits the setting's kind.
fn texts_of(key: &Key, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, String> {
    if let (DeValue::Array(items), true) = (value.get_ref(), key.is_list()) {
        return items.iter().map(|item| scalar(key, item.get_ref())).collect();
    }
    scalar(key, value.get_ref()).map(|text| vec![text])
}

fn scalar(key: &Key, value: &DeValue<'_>) -> Result<String, String> {
    let wrong = |expected: &str| Err(format!("`{}` expects {expected}, found {}", key.name, value.type_str()));
    match (key.kind, value) {
        (Kind::Bool, DeValue::Boolean(b)) => Ok(b.to_string()),
        (Kind::Bool, _) => wrong("true or false"),
        (Kind::Int | Kind::Number | Kind::Percent | Kind::Duration, DeValue::Integer(i)) => Ok(i.as_str().to_owned()),
        (Kind::Int, _) => wrong("a whole number"),
        (Kind::Number | Kind::Percent, DeValue::Float(f)) => Ok(f.as_str().to_owned()),
        (Kind::Number, _) => wrong("a number"),
        (_, DeValue::String(s)) => Ok(s.as_ref().to_owned()),
        _ => wrong("a text"),
    }
}

fn read_site(site: &Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Option<SiteEntry> {
    let Some(table) = site.get_ref().as_table() else {
        faults.push(Fault::at(site.span(), "`site` is a list of tables").hint("write [[site]]"));
        return None;
    };
    let mut entry = SiteEntry { span: site.span(), ..SiteEntry::default() };
    for (name, value) in table {
        match (name.get_ref().as_ref(), value.get_ref()) {
            ("name", DeValue::String(s)) => entry.name = Some(s.as_ref().to_owned()),
            ("url", DeValue::String(s)) => entry.urls = checked_url(s, value.span(), faults),
            ("url", DeValue::Array(items)) => {
                entry.urls = items
                    .iter()
                    .flat_map(|i| checked_url(i.get_ref().as_str().unwrap_or_default(), i.span(), faults))
                    .collect();
            }
            (section, DeValue::Table(inner)) if SECTIONS.contains(&section) => {
                read_section(section, inner, &mut entry.layer, faults);
            }
            (other, _) => {
                let known = SECTIONS.iter().copied().chain(["name", "url"]);
                let fault = Fault::at(name.span(), format!("unknown setting `{other}` in [[site]]"));
                faults.push(fault.did_you_mean(other, known));
            }
        }
    }
    if entry.urls.is_empty() {
        faults.push(Fault::at(entry.span.clone(), "this [[site]] has no `url`"));
    }
    Some(entry)
}

fn checked_url(text: &str, span: Range<usize>, faults: &mut Vec<Fault>) -> Vec<String> {
    match super::value::web_url(text) {
        Ok(url) => vec![url.to_string()],
        Err(message) => {
            faults.push(Fault::at(span, message));
            Vec::new()
        }
    }
}

fn read_rules(rules: &DeTable<'_>, faults: &mut Vec<Fault>) -> BTreeMap<String, (String, Range<usize>)> {
    const LEVELS: &[&str] = &["off", "note", "warning", "error"];
    let mut known = BTreeMap::new();
    for (name, value) in rules {
        match value.get_ref().as_str() {
            Some(level) if LEVELS.contains(&level) => {
                known.insert(name.get_ref().to_string(), (level.to_owned(), name.span()));
            }
            other => {
                let fault = Fault::at(value.span(), format!("a rule is one of {}", LEVELS.join(", ")));
                faults.push(fault.did_you_mean(other.unwrap_or_default(), LEVELS.iter().copied()));
            }
        }
    }
    known
}

fn text_tables(entries: &DeArray<'_>, known: &[&str], faults: &mut Vec<Fault>) -> Vec<TextTable> {
    entries.iter().filter_map(|entry| text_table(entry, known, faults)).collect()
}

fn text_table(entry: &Spanned<DeValue<'_>>, known: &[&str], faults: &mut Vec<Fault>) -> Option<TextTable> {
    let table = entry.get_ref().as_table()?;
    let mut texts = TextTable { span: entry.span(), ..TextTable::default() };
    for (name, value) in table {
        let word = name.get_ref().as_ref();
        if !known.contains(&word) {
            let fault = Fault::at(name.span(), format!("unknown setting `{word}`; known are {}", known.join(", ")));
            faults.push(fault.did_you_mean(word, known.iter().copied()));
            continue;
        }
        let text = match value.get_ref() {
            DeValue::String(s) => s.as_ref().to_owned(),
            DeValue::Datetime(d) => d.to_string(),
            other => {
                faults.push(Fault::at(value.span(), format!("`{word}` expects a text, found {}", other.type_str())));
                continue;
            }
        };
        texts.entries.insert(word.to_owned(), (text, value.span()));
    }
    if texts.entries.get("reason").is_none_or(|(text, _)| text.trim().is_empty()) {
        faults.push(Fault::at(entry.span(), "a `reason` is required, so that the next reader knows why"));
    }
    Some(texts)
}
