//! One layer of settings (file, `[[site]]`, environment, flags): names to texts, each text checked and with its origin.
//!
//! Not here: which layer wins (`settle`).

use std::collections::BTreeMap;
use std::ops::Range;

use super::error::Fault;
use super::keys::{self, Key};
use super::value;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Bytes of the file.
    File(Range<usize>),
    /// An environment variable.
    Variable(String),
    /// A command-line flag.
    Flag(String),
}

/// A value as written: one text, or several for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Texts in order.
    pub texts: Vec<String>,
    /// Where from.
    pub origin: Origin,
}

/// Settings of one layer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    entries: BTreeMap<&'static str, Entry>,
}

impl Layer {
    /// The entry of a setting.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// Adds a checked entry; a fault where a text does not fit.
    pub fn put(&mut self, key: &'static Key, texts: Vec<String>, origin: Origin, faults: &mut Vec<Fault>) {
        for text in &texts {
            if let Err(message) = value::check(key, text) {
                faults.push(fault_at(&origin, format!("`{}`: {message}", key.name)));
                return;
            }
        }
        self.entries.insert(key.name, Entry { texts, origin });
    }

    /// Adds a flag's texts, if it was given.
    pub fn flag(&mut self, name: &str, texts: Vec<String>, faults: &mut Vec<Fault>) {
        if texts.is_empty() {
            return;
        }
        if let Some(key) = keys::find(name) {
            self.put(key, texts, Origin::Flag(format!("--{}", name.replace('_', "-"))), faults);
        }
    }

    /// Puts checked texts in the place of what was given, or of the default.
    pub(super) fn replace(&mut self, name: &str, texts: Vec<String>) {
        if let Some(key) = keys::find(name) {
            let origin = self.get(name).map_or_else(|| Origin::Flag(name.to_owned()), |entry| entry.origin.clone());
            self.entries.insert(key.name, Entry { texts, origin });
        }
    }

    /// Reads `COOKIE_AUDIT_*` variables; lists are separated by commas.
    pub fn from_variables(variables: &BTreeMap<String, String>, faults: &mut Vec<Fault>) -> Self {
        let mut layer = Self::default();
        for key in keys::KEYS {
            let name = key.variable();
            if let Some(text) = variables.get(&name) {
                let texts = if key.is_list() {
                    text.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect()
                } else {
                    vec![text.clone()]
                };
                layer.put(key, texts, Origin::Variable(name), faults);
            }
        }
        unknown_variables(variables, faults);
        layer
    }

    /// `self` where it has a value, else `below`.
    #[must_use]
    pub fn over(mut self, below: &Self) -> Self {
        for (name, entry) in &below.entries {
            self.entries.entry(name).or_insert_with(|| entry.clone());
        }
        self
    }
}

/// A fault that names its origin.
fn fault_at(origin: &Origin, message: String) -> Fault {
    match origin {
        Origin::File(span) => Fault::at(span.clone(), message),
        Origin::Variable(name) => Fault::outside(format!("environment variable {name}: {message}")),
        Origin::Flag(name) => Fault::outside(format!("flag {name}: {message}")),
    }
}

fn unknown_variables(variables: &BTreeMap<String, String>, faults: &mut Vec<Fault>) {
    let known: Vec<String> = keys::KEYS.iter().map(Key::variable).chain(["COOKIE_AUDIT_CONFIG".into()]).collect();
    for name in variables.keys().filter(|n| n.starts_with("COOKIE_AUDIT_") && !known.contains(n)) {
        let fault = Fault::outside(format!("environment variable {name} is no setting"));
        faults.push(fault.did_you_mean(name, known.iter().map(String::as_str)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn variables_are_checked_and_named() {
        let mut faults = Vec::new();
        let layer = Layer::from_variables(
            &variables(&[
                ("COOKIE_AUDIT_MAX_PAGES", "many"),
                ("COOKIE_AUDIT_INCLUDE", "/a*, /b*"),
                ("COOKIE_AUDIT_MAX_PAGE", "3"),
                ("HOME", "/"),
            ]),
            &mut faults,
        );
        assert_eq!(layer.get("include").map(|e| e.texts.clone()), Some(vec!["/a*".into(), "/b*".into()]));
        assert_eq!(faults.len(), 2);
        assert!(faults[0].message.contains("COOKIE_AUDIT_MAX_PAGES"));
        assert_eq!(faults[1].hint.as_deref(), Some("did you mean `COOKIE_AUDIT_MAX_PAGES`?"));
    }

    #[test]
    fn upper_layers_win() {
        let mut faults = Vec::new();
        let (mut flags, mut file) = (Layer::default(), Layer::default());
        flags.flag("max_pages", vec!["5".into()], &mut faults);
        file.flag("max_pages", vec!["9".into()], &mut faults);
        file.flag("max_depth", vec!["2".into()], &mut faults);
        let both = flags.over(&file);
        assert_eq!(both.get("max_pages").map(|e| e.texts[0].as_str()), Some("5"));
        assert_eq!(both.get("max_depth").map(|e| e.texts[0].as_str()), Some("2"));
        assert!(faults.is_empty());
    }
}
