//! Layers into settings: who wins, what is checked across settings, and typed getters.
//!
//! Every text was checked when its layer was read, so the getters here cannot fail.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::error::{ConfigError, Fault};
use super::file::{self, FileSettings, TextTable};
use super::keys::{self, FORMATS};
use super::layer::{Entry, Layer, Origin};
use super::value;

/// Name looked for in the current folder when no `--config` is given.
pub const FILE_NAME: &str = "cookie-audit.toml";

/// Words that other rooms know and a file may use.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Idents of rules.
    pub rules: &'a [&'a str],
    /// Purposes.
    pub purposes: &'a [&'a str],
}

/// Settings of one site.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name given, else host of the first URL.
    pub name: String,
    /// Seeds.
    pub urls: Vec<Url>,
    /// 1-based line of its `[[site]]`; 1 where there is none.
    pub line: u32,
    layer: Layer,
}

/// An `[[allow]]` or `[[override]]` entry, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Entries by name.
    pub entries: BTreeMap<String, String>,
    /// `cookie-audit.toml:12`
    pub place: String,
    /// 1-based line.
    pub line: u32,
}

impl Exception {
    /// An entry's text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(String::as_str)
    }
}

/// Everything a command may ask for.
#[derive(Debug, Clone)]
pub struct Config {
    /// One or several sites; none where a command needs no URL.
    pub sites: Vec<Settings>,
    /// Settings without a site.
    pub base: Settings,
    /// Rule → level.
    pub rules: BTreeMap<String, String>,
    /// Allowances.
    pub allow: Vec<Exception>,
    /// Purpose overrides.
    pub overrides: Vec<Exception>,
    /// File that was read.
    pub file: Option<PathBuf>,
}

/// Reads the file (given, or `cookie-audit.toml` where there is one) and lays environment and flags over it.
///
/// # Errors
/// Every fault of file, environment and flags at once.
pub fn load(
    path: Option<&Path>,
    variables: &BTreeMap<String, String>,
    flags: Layer,
    urls: &[String],
    known: Known<'_>,
) -> Result<Config, Box<ConfigError>> {
    let mut faults = Vec::new();
    let path = path.map(Path::to_owned).or_else(|| Path::new(FILE_NAME).exists().then(|| PathBuf::from(FILE_NAME)));
    let name = path.as_ref().map_or_else(|| FILE_NAME.to_owned(), |p| p.display().to_string());
    let text = path.as_ref().map(|p| read_text(p, &mut faults)).unwrap_or_default();
    let file = file::read(&text, &mut faults);
    let upper = flags.over(&Layer::from_variables(variables, &mut faults));
    let config = settle(&file, &upper, urls, known, (&name, &text), path.clone(), &mut faults);
    if faults.is_empty() { Ok(config) } else { Err(Box::new(ConfigError::new(&name, &text, faults))) }
}

/// 1 MiB is far more than anyone writes by hand; more is refused instead of parsed.
fn read_text(path: &Path, faults: &mut Vec<Fault>) -> String {
    match std::fs::read_to_string(path) {
        Ok(text) if text.len() <= 1 << 20 => text,
        Ok(_) => {
            faults.push(Fault::outside(format!("{} is larger than 1 MiB", path.display())));
            String::new()
        }
        Err(error) => {
            faults.push(Fault::outside(format!("failed to read {}: {error}", path.display())));
            String::new()
        }
    }
}

fn settle(
    file: &FileSettings,
    upper: &Layer,
    urls: &[String],
    known: Known<'_>,
    source: (&str, &str),
    path: Option<PathBuf>,
    faults: &mut Vec<Fault>,
) -> Config {
    let base = upper.clone().over(&file.base);
    let seeds: Vec<Url> =
        urls.iter().filter_map(|u| value::web_url(u).map_err(|m| faults.push(Fault::outside(m))).ok()).collect();
    let mut sites = Vec::new();
    if seeds.is_empty() && urls.is_empty() {
        for site in &file.sites {
            let layer = upper.clone().over(&site.layer).over(&file.base);
            let urls = site.urls.iter().filter_map(|u| Url::parse(u).ok()).collect();
            let line = line_of(source.1, site.span.start);
            sites.push(Settings { line, ..Settings::new(site.name.clone(), urls, layer) });
        }
    } else {
        sites.push(Settings::new(None, seeds, base.clone()));
    }
    for settings in &sites {
        cross_check(&settings.layer, faults);
    }
    for (rule, (_, span)) in &file.rules {
        if !known.rules.contains(&rule.as_str()) {
            let fault = Fault::at(span.clone(), format!("unknown rule `{rule}`"));
            faults.push(fault.did_you_mean(rule, known.rules.iter().copied()));
        }
    }
    Config {
        sites,
        base: Settings::new(None, Vec::new(), base),
        rules: file.rules.iter().map(|(k, (v, _))| (k.clone(), v.clone())).collect(),
        allow: file.allow.iter().map(|t| exception(t, known, source, faults)).collect(),
        overrides: file.overrides.iter().map(|t| exception(t, known, source, faults)).collect(),
        file: path,
    }
}

fn exception(table: &TextTable, known: Known<'_>, (name, text): (&str, &str), faults: &mut Vec<Fault>) -> Exception {
    check_word(table, "rule", "rule", known.rules, faults);
    check_word(table, "purpose", "purpose", known.purposes, faults);
    if let Some((date, span)) = table.entries.get("expires")
        && date.parse::<jiff::civil::Date>().is_err()
    {
        faults.push(Fault::at(span.clone(), format!("`{date}` is no date")).hint("write it like 2027-06-30"));
    }
    let line = line_of(text, table.span.start);
    Exception {
        entries: table.entries.iter().map(|(k, (v, _))| (k.clone(), v.clone())).collect(),
        place: format!("{name}:{line}"),
        line,
    }
}

/// 1-based line of a byte.
fn line_of(text: &str, at: usize) -> u32 {
    let before = text.get(..at).map_or(0, |t| t.matches('\n').count());
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

/// A word must be known, unless it is a glob.
fn check_word(table: &TextTable, entry: &str, what: &str, known: &[&str], faults: &mut Vec<Fault>) {
    if let Some((word, span)) = table.entries.get(entry)
        && !word.contains('*')
        && !known.contains(&word.as_str())
    {
        let fault = Fault::at(span.clone(), format!("unknown {what} `{word}`"));
        faults.push(fault.did_you_mean(word, known.iter().copied()));
    }
}

fn cross_check(layer: &Layer, faults: &mut Vec<Fault>) {
    for (name, check) in [
        ("format", check_format as fn(&str) -> Result<(), String>),
        ("resolve", check_resolve),
        ("header", check_header),
        ("header_env", check_header_env),
        ("viewport", check_viewport),
        ("login_steps", check_step),
        ("extra_steps", check_step),
        ("include", check_glob),
        ("exclude", check_glob),
    ] {
        let Some(entry) = layer.get(name) else { continue };
        for message in entry.texts.iter().filter_map(|t| check(t).err()) {
            faults.push(located(entry, format!("`{name}`: {message}")));
        }
    }
    check_guard(layer, faults);
}

/// Where somebody else resolves the names, nobody here can say which addresses they lead to.
fn check_guard(layer: &Layer, faults: &mut Vec<Fault>) {
    let Some(guard) = layer.get("deny_private_addresses").filter(|entry| entry.texts == ["true"]) else { return };
    let reasons = [
        ("webdriver", "a Grid's browsers stand in a network of their own, where this machine can refuse nothing"),
        ("proxy", "that proxy would resolve the names, and may lead to any address"),
    ];
    for (name, why) in reasons {
        if layer.get(name).is_some_and(|entry| entry.texts.iter().any(|text| !text.is_empty())) {
            let fault = located(guard, format!("`deny_private_addresses` and `{name}` exclude each other: {why}"));
            faults.push(fault.hint("leave one of the two out"));
        }
    }
}

fn located(entry: &Entry, message: String) -> Fault {
    let span: Option<Range<usize>> = match &entry.origin {
        Origin::File(span) => Some(span.clone()),
        Origin::Variable(_) | Origin::Flag(_) => None,
    };
    Fault { message, span, hint: None }
}

fn check_format(text: &str) -> Result<(), String> {
    let word = text.split('=').next().unwrap_or_default();
    if FORMATS.contains(&word) {
        return Ok(());
    }
    let near = super::error::nearest(word, FORMATS.iter().copied()).map(|n| format!("; did you mean `{n}`?"));
    Err(format!("unknown format `{word}`, known are {}{}", FORMATS.join(", "), near.unwrap_or_default()))
}

fn check_resolve(text: &str) -> Result<(), String> {
    let fits = text.split_once(':').is_some_and(|(host, rest)| {
        let address = rest.split_once(':').filter(|(port, _)| port.parse::<u16>().is_ok()).map_or(rest, |(_, a)| a);
        !host.is_empty() && address.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
    });
    if fits { Ok(()) } else { Err(format!("`{text}` is not HOST[:PORT]:ADDR, e.g. staging.example:10.0.0.5")) }
}

fn check_header(text: &str) -> Result<(), String> {
    match text.split_once(':') {
        Some((name, value)) if is_token(name.trim()) && !value.contains(['\r', '\n']) => Ok(()),
        _ => Err("a header is NAME:VALUE".to_owned()),
    }
}

fn check_header_env(text: &str) -> Result<(), String> {
    match text.split_once('=') {
        Some((name, variable)) if is_token(name.trim()) && !variable.trim().is_empty() => Ok(()),
        _ => Err(format!("`{text}` is not NAME=ENVVAR")),
    }
}

/// RFC 9110 token, as far as header names go.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

/// The first word and that something follows; the steps' own room reads the rest.
fn check_step(text: &str) -> Result<(), String> {
    const VERBS: [&str; 7] = ["open", "fill", "choose", "click", "press", "wait", "expect"];
    let (verb, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    if !VERBS.contains(&verb) {
        return Err(format!("`{verb}` is no step; known are {}", VERBS.join(", ")));
    }
    let parts = if matches!(verb, "fill" | "choose") { 2 } else { 1 };
    if rest.split_whitespace().count() >= parts { Ok(()) } else { Err(format!("`{text}` lacks what it is about")) }
}

fn check_viewport(text: &str) -> Result<(), String> {
    let size = text.split_once('x').and_then(|(w, h)| Some((w.parse::<u32>().ok()?, h.parse::<u32>().ok()?)));
    match size {
        Some((100..=10_000, 100..=10_000)) => Ok(()),
        _ => Err(format!("`{text}` is no window size like 1280x900")),
    }
}

fn check_glob(text: &str) -> Result<(), String> {
    globset::Glob::new(text).map(drop).map_err(|e| format!("`{text}` is no glob: {}", e.kind()))
}

/// A step for the evidence's header: without what may stand in an address's query, and without what is typed.
fn shown_step(text: &str) -> String {
    match text.trim().split_once(char::is_whitespace) {
        Some(("open", address)) => format!("open {}", address.split(['?', '#']).next().unwrap_or_default()),
        Some(("fill", rest)) => match rest.trim_end().rsplit_once(char::is_whitespace) {
            Some((field, what)) if what.starts_with('$') => format!("fill {field} {what}"),
            _ => format!("fill {}", rest.split_whitespace().next().unwrap_or_default()),
        },
        _ => text.to_owned(),
    }
}

impl Settings {
    fn new(name: Option<String>, urls: Vec<Url>, layer: Layer) -> Self {
        let host = urls.first().and_then(Url::host_str).unwrap_or("site").to_owned();
        Self { name: name.unwrap_or(host), urls, line: 1, layer }
    }

    /// Whether a setting was given at all, wherever.
    #[must_use]
    pub fn given(&self, name: &str) -> bool {
        self.layer.get(name).is_some()
    }

    /// Whether a setting stands in the file, and nothing above it says otherwise.
    #[must_use]
    pub fn in_file(&self, name: &str) -> bool {
        matches!(self.layer.get(name), Some(Entry { origin: Origin::File(_), .. }))
    }

    /// The same settings for other seeds.
    #[must_use]
    pub fn with_urls(&self, urls: Vec<Url>) -> Self {
        Self { line: self.line, ..Self::new(None, urls, self.layer.clone()) }
    }

    /// The same settings with other texts for one of them.
    #[must_use]
    pub fn with(&self, name: &str, texts: Vec<String>) -> Self {
        let mut layer = self.layer.clone();
        layer.replace(name, texts);
        Self { layer, ..self.clone() }
    }

    /// The texts of a list, defaults included.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.layer.get(name) {
            Some(entry) => entry.texts.clone(),
            None => keys::find(name)
                .filter(|k| !k.default.is_empty())
                .map(|k| vec![k.default.to_owned()])
                .unwrap_or_default(),
        }
    }

    /// One text, `None` where neither given nor defaulted.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.texts(name).into_iter().next().filter(|t| !t.is_empty())
    }

    /// A switch.
    #[must_use]
    pub fn on(&self, name: &str) -> bool {
        self.text(name).as_deref() == Some("true")
    }

    /// A whole number.
    #[must_use]
    pub fn int(&self, name: &str) -> u32 {
        self.text(name).and_then(|t| t.parse().ok()).unwrap_or(0)
    }

    /// A number.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        self.text(name).and_then(|t| t.parse().ok()).unwrap_or(0.0)
    }

    /// A duration.
    #[must_use]
    pub fn duration(&self, name: &str) -> Duration {
        self.text(name).and_then(|t| value::duration(&t).ok()).unwrap_or_default()
    }

    /// A percentage.
    #[must_use]
    pub fn percent(&self, name: &str) -> f64 {
        self.text(name).and_then(|t| value::percent(&t).ok()).unwrap_or(0.0)
    }

    /// An address.
    #[must_use]
    pub fn url(&self, name: &str) -> Option<Url> {
        self.text(name).and_then(|t| value::web_url(&t).ok())
    }

    /// A path.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// `name=value` of every setting that differs from its default, secrets left out, for the evidence's header.
    #[must_use]
    pub fn differing(&self) -> Vec<String> {
        let secret = ["header", "proxy"];
        let given = keys::KEYS.iter().filter_map(|k| Some((k, self.layer.get(k.name)?)));
        given
            .filter(|(k, entry)| entry.texts.join(",") != k.default)
            .map(|(k, entry)| {
                let plain = |text: &String| if k.name.ends_with("_steps") { shown_step(text) } else { text.clone() };
                let shown = entry.texts.iter().map(plain).collect::<Vec<_>>().join(",");
                format!("{}={}", k.name, if secret.contains(&k.name) { "(given)" } else { &shown })
            })
            .collect()
    }
}
