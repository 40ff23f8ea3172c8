//! Another plausible value of a cookie whose values can be enumerated: the other theme, another language, the other of
//! yes and no. An opaque value has none, and neither has one whose name speaks of rights, money or sessions.
//!
//! Pure. Not here: trying it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use super::super::words::words;

/// A whole value to be tried, and the part of it that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alternative {
    pub(super) value: String,
    pub(super) shown: String,
}

/// What is percent-encoded in a value that came so.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Values tried of one cookie.
const MOST: usize = 3;
/// Leaves of an object that is altered in one of them.
const MOST_LEAVES: usize = 12;
/// Words in a name after which nothing is altered: a wrong value there may do more than look different.
const NEVER: [&str; 20] = [
    "admin", "role", "auth", "user", "price", "paid", "pay", "login", "logged", "token", "sess", "csrf", "xsrf",
    "secret", "key", "sign", "verif", "bot", "fraud", "credit",
];

/// Plausible other values; `offered` are languages that the page speaks.
pub(super) fn alternatives(name: &str, value: &str, offered: &[String]) -> Vec<Alternative> {
    let name = name.to_lowercase();
    if value.len() > 512 || NEVER.iter().any(|word| name.contains(word)) {
        return Vec::new();
    }
    let decoded = percent_decode_str(value).decode_utf8_lossy().into_owned();
    let was_encoded = decoded != value;
    let encode = |text: String| if was_encoded { utf8_percent_encode(&text, &ENCODED).to_string() } else { text };
    let bare = decoded.trim_matches('"');
    let quote = |text: String| if decoded.starts_with('"') && decoded.len() > 1 { format!("\"{text}\"") } else { text };
    let whole: Vec<Alternative> =
        others(bare, offered).into_iter().map(|o| Alternative { value: encode(quote(o.clone())), shown: o }).collect();
    let mut found = if whole.is_empty() {
        let made = of_object(&decoded, offered).into_iter();
        made.map(|(text, shown)| Alternative { value: encode(text), shown }).collect()
    } else {
        whole
    };
    found.truncate(MOST);
    found
}

/// Words that can take the place of a word.
fn others(word: &str, offered: &[String]) -> Vec<String> {
    if word == "0" || word == "1" {
        return vec![if word == "0" { "1" } else { "0" }.to_owned()];
    }
    let lower = word.to_lowercase();
    let row = words().words.alternatives.iter().find(|row| row.contains(&lower));
    if let Some(row) = row {
        let first = row.iter().find(|other| **other != lower);
        return first.map(|other| cased_like(word, other)).into_iter().collect();
    }
    languages(word, offered)
}

/// `DARK` → `LIGHT`, `Dark` → `Light`.
fn cased_like(word: &str, other: &str) -> String {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let (first, second) = (letters.next(), letters.next());
    match (first.is_some_and(char::is_uppercase), second.is_some_and(char::is_uppercase)) {
        (true, true) => other.to_uppercase(),
        (true, false) => {
            let mut rest = other.chars();
            rest.next().map(|c| c.to_uppercase().collect::<String>() + rest.as_str()).unwrap_or_default()
        }
        _ => other.to_owned(),
    }
}

/// Other languages in the same spelling: `de` → `fr`, `de-DE` → `fr-FR`.
fn languages(word: &str, offered: &[String]) -> Vec<String> {
    let code = word.split(['-', '_']).next().unwrap_or_default();
    let region = word.get(code.len()..).unwrap_or_default();
    let plain = matches!(region.len(), 0 | 3) && word.is_ascii() && word.len() >= 2;
    if !plain || !words().languages.contains_key(&code.to_lowercase()) || code.len() != 2 {
        return Vec::new();
    }
    let usual = ["de", "fr", "en", "es"].map(str::to_owned);
    let mut found: Vec<String> = Vec::new();
    for other in offered.iter().chain(&usual).filter(|o| !o.eq_ignore_ascii_case(code)) {
        let code_only: String = other.chars().take(2).collect();
        let spelled = match region.chars().next() {
            None => code_only,
            Some(dash) => {
                let land = if code_only == "en" { "US".to_owned() } else { code_only.to_uppercase() };
                format!("{code_only}{dash}{land}")
            }
        };
        if !found.contains(&spelled) {
            found.push(spelled);
        }
    }
    found.truncate(2);
    found
}

/// An object of nothing but enumerable leaves: each of them changed once.
fn of_object(text: &str, offered: &[String]) -> Vec<(String, String)> {
    let Ok(Value::Object(map)) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let plain = |leaf: &Value| match leaf {
        Value::Bool(_) | Value::Null => true,
        Value::Number(n) => n.as_u64().is_some_and(|n| n < 1000),
        Value::String(s) => !others(s, offered).is_empty(),
        Value::Array(_) | Value::Object(_) => false,
    };
    if map.len() > MOST_LEAVES || !map.values().all(plain) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (key, leaf) in &map {
        let other = match leaf {
            Value::Bool(b) => Some(Value::Bool(!b)),
            Value::String(s) => others(s, offered).into_iter().next().map(Value::String),
            _ => None,
        };
        let Some(other) = other else { continue };
        let mut copy = map.clone();
        copy.insert(key.clone(), other.clone());
        let shown = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
        found.push((Value::Object(copy).to_string(), format!("{key} {shown}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(name: &str, value: &str) -> Vec<String> {
        alternatives(name, value, &[]).into_iter().map(|a| a.value).collect()
    }

    #[test]
    fn what_can_be_enumerated() {
        assert_eq!(values("theme", "dark"), ["light"]);
        assert_eq!(values("Mode", "LIGHT"), ["DARK"]);
        assert_eq!(values("lang", "de"), ["fr", "en"]);
        assert_eq!(values("locale", "en_US"), ["de_DE", "fr_FR"]);
        assert_eq!(values("collapsed", "1"), ["0"]);
        assert_eq!(values("q", "%22grid%22"), ["%22list%22"]);
        assert_eq!(
            values("prefs", "{\"density\":\"compact\",\"wide\":true}"),
            ["{\"density\":\"comfortable\",\"wide\":true}", "{\"density\":\"compact\",\"wide\":false}"]
        );
        assert_eq!(alternatives("lang", "de", &["it".to_owned()])[0].value, "it");
    }

    #[test]
    fn what_is_opaque_is_left_alone() {
        for value in ["8f3ac9d1e0", "anna", "GA1.2.3.4", "{\"theme\":\"dark\",\"id\":\"9f8a7c\"}", "", "zz", "42"] {
            assert!(values("x", value).is_empty(), "{value}");
        }
        for name in ["is_admin", "session_on", "PaidUser"] {
            assert!(values(name, "0").is_empty(), "{name}");
        }
    }
}
