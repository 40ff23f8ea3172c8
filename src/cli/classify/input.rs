//! What is asked: `NAME=VALUE` arguments and JSON lines, with every fault told by its line.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::cookie::{Lifetime, Party, SameSite};
use crate::evidence::values::Redactor;
use crate::judge::classify::{SetBy, Subject};

/// One question: the object to give back, and what to classify.
pub(super) struct Asked {
    pub(super) given: Map<String, Value>,
    pub(super) subject: Subject,
}

/// One line. Fields we do not know are given back and otherwise passed over.
#[derive(Deserialize)]
struct Line {
    name: String,
    value: Option<String>,
    domain: Option<String>,
    site: Option<String>,
    party: Option<Party>,
    lifetime_s: Option<Lifetime>,
    http_only: Option<bool>,
    host_only: Option<bool>,
    secure: Option<bool>,
    same_site: Option<SameSite>,
    set_by: Option<Setter>,
    writer_urls: Option<Vec<String>>,
    later_values: Option<Vec<String>>,
    storage: Option<Storage>,
    identifier: Option<bool>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Setter {
    Response,
    Script,
    Unattributed,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::enum_variant_names, reason = "the words of the public format")]
enum Storage {
    Cookie,
    LocalStorage,
    SessionStorage,
    IndexedDb,
    CacheStorage,
}

impl Storage {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Cookie => None,
            Self::LocalStorage => Some("local_storage"),
            Self::SessionStorage => Some("session_storage"),
            Self::IndexedDb => Some("indexed_db"),
            Self::CacheStorage => Some("cache_storage"),
        }
    }
}

/// `NAME` or `NAME=VALUE`.
pub(super) fn argument(text: &str, redactor: &Redactor) -> Asked {
    let (name, value) = text.split_once('=').map_or((text, None), |(n, v)| (n, Some(v)));
    let mut given = Map::new();
    given.insert("name".to_owned(), Value::from(name));
    if let Some(value) = value {
        given.insert("value".to_owned(), Value::from(value));
    }
    let subject = Subject { name: name.to_owned(), value: value.map(|v| redactor.facts(v)), ..Subject::default() };
    Asked { given, subject }
}

/// All lines that can be read, and a sentence for each that cannot. Empty lines are passed over.
pub(super) fn lines(text: &str, redactor: &Redactor) -> (Vec<Asked>, Vec<String>) {
    let (mut asked, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match self::line(line, redactor) {
            Ok(one) => asked.push(one),
            Err(fault) => faults.push(format!("line {}: {fault}", number + 1)),
        }
    }
    (asked, faults)
}

fn line(text: &str, redactor: &Redactor) -> Result<Asked, String> {
    // The second reading is of the same text, so that serde tells the column of a wrong field.
    let Value::Object(given) = serde_json::from_str(text).map_err(|e| plain(&e))? else {
        return Err("not a JSON object".to_owned());
    };
    let line: Line = serde_json::from_str(text).map_err(|e| plain(&e))?;
    Ok(Asked { given, subject: subject(line, redactor) })
}

/// serde says "at line 1 column 7" of each line on its own; only the column is of use.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let cut = text.rfind(" at line ").unwrap_or(text.len());
    format!("{} (column {})", text.get(..cut).unwrap_or(&text), error.column())
}

fn subject(line: Line, redactor: &Redactor) -> Subject {
    Subject {
        value: line.value.as_deref().map(|v| redactor.facts(v)),
        later_values: line.later_values.unwrap_or_default().iter().map(|v| redactor.facts(v)).collect(),
        name: line.name,
        domain: line.domain,
        host_only: line.host_only,
        site: line.site,
        party: line.party,
        lifetime: line.lifetime_s,
        http_only: line.http_only,
        secure: line.secure,
        same_site: line.same_site,
        set_by: match line.set_by {
            Some(Setter::Response) => Some(SetBy::Response),
            Some(Setter::Script) => Some(SetBy::Script),
            Some(Setter::Unattributed) | None => None,
        },
        writer_urls: line.writer_urls.unwrap_or_default(),
        storage: line.storage.and_then(Storage::word),
        identifier: line.identifier,
        trials: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Asked>, Vec<String>) {
        lines(text, &Redactor::new([1; 32]))
    }

    #[test]
    fn every_field_of_the_format_is_read() {
        let (asked, faults) = read(concat!(
            r#"{"name":"lang","value":"en","domain":"shop.test","site":"shop.test","party":"first","lifetime_s":31536000,"#,
            r#""http_only":false,"secure":true,"same_site":"lax","set_by":"script","later_values":["en"],"extra":1}"#,
            "\n\n",
            r#"{"name":"sid","lifetime_s":"session","value":null}"#,
        ));
        assert_eq!(faults, Vec::<String>::new());
        let subject = &asked[0].subject;
        assert_eq!(subject.lifetime, Some(Lifetime::Seconds(31_536_000)));
        assert_eq!((subject.party, subject.same_site), (Some(Party::First), Some(SameSite::Lax)));
        assert_eq!(subject.set_by, Some(SetBy::Script));
        assert_eq!(subject.value.as_ref().unwrap().shape, "locale");
        assert_eq!(asked[0].given["extra"], 1);
        assert_eq!(asked[1].subject.lifetime, Some(Lifetime::Session));
        assert_eq!(asked[1].subject.value, None);
    }

    #[test]
    fn faults_are_told_by_line() {
        let (asked, faults) =
            read("{\"name\":\"a\"}\nnonsense\n{\"value\":\"x\"}\n[1]\n{\"name\":\"b\",\"party\":\"second\"}");
        assert_eq!(asked.len(), 1);
        assert_eq!(faults.len(), 4);
        assert!(faults[0].starts_with("line 2:"), "{}", faults[0]);
        assert!(faults[1].starts_with("line 3: missing field `name`"), "{}", faults[1]);
        assert_eq!(faults[2], "line 4: not a JSON object");
        assert!(faults[3].contains("second") && !faults[3].contains("line 1"), "{}", faults[3]);
    }
}
