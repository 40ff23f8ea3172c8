//! Credentials that must not be written anywhere, whatever they look like: each of their spellings becomes `[hidden]`.
//!
//! Unlike values of the visit these are known before anything is seen. Lives in memory only: no `Debug`.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// What stands for a credential.
const MARK: &str = "[hidden]";
/// Shorter ones cannot be told from chance.
const SHORTEST: usize = 4;

/// Finds credentials in texts.
#[derive(Clone, Default)]
pub(super) struct Hidden(Option<Arc<Finders>>);

struct Finders {
    all: AhoCorasick,
    /// Without those that are a plain word, which may well stand in a path for another reason.
    unusual: AhoCorasick,
}

impl Hidden {
    pub(super) fn new(secrets: &[String]) -> Self {
        let long: Vec<&String> = secrets.iter().filter(|s| is_long_enough(s)).collect();
        let forms = |keep: &dyn Fn(&str) -> bool| {
            let texts: Vec<String> = long.iter().filter(|s| keep(s)).flat_map(|s| forms_of(s)).collect();
            AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest).build(texts).ok()
        };
        if long.is_empty() {
            return Self(None);
        }
        let finders = forms(&|_| true).zip(forms(&|s| !is_plain_word(s)));
        Self(finders.map(|(all, unusual)| Arc::new(Finders { all, unusual })))
    }

    /// A text without them.
    pub(super) fn mask(&self, text: &str) -> String {
        self.0.as_ref().map_or_else(|| text.to_owned(), |f| replaced(&f.all, text))
    }

    /// An address without them. A path keeps what is also a plain word, so that `/default/` stays a page.
    pub(super) fn mask_url(&self, url: &str) -> String {
        let Some(finders) = &self.0 else { return url.to_owned() };
        let cut = url.find(['?', '#']).unwrap_or(url.len());
        let (path, rest) = url.split_at(cut);
        format!("{}{}", replaced(&finders.unusual, path), replaced(&finders.all, rest))
    }
}

/// Whether a credential can be told from chance.
pub(super) fn is_long_enough(secret: &str) -> bool {
    secret.chars().count() >= SHORTEST
}

fn replaced(finder: &AhoCorasick, text: &str) -> String {
    finder.replace_all(text, &vec![MARK; finder.patterns_len()])
}

fn is_plain_word(secret: &str) -> bool {
    secret.len() <= 12 && secret.chars().all(|c| c.is_ascii_lowercase())
}

/// As typed, in addresses, in forms, and as HTTP authentication carries it.
fn forms_of(secret: &str) -> Vec<String> {
    let encoded = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut forms =
        vec![secret.to_owned(), encoded.clone(), encoded.to_lowercase(), form, STANDARD_NO_PAD.encode(secret)];
    forms.sort();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_goes() {
        let hidden = Hidden::new(&["p@ss word".to_owned(), "x".to_owned()]);
        for text in ["a p@ss word b", "?q=p%40ss%20word", "?q=p%40ss+word", "cEBzcyB3b3Jk"] {
            let masked = hidden.mask(text);
            assert!(masked.contains(MARK) && !masked.contains("ss"), "{masked}");
        }
        assert_eq!(hidden.mask("x marks"), "x marks", "too short to be told from chance");
    }

    #[test]
    fn a_plain_word_stays_in_paths_only() {
        let hidden = Hidden::new(&["default".to_owned()]);
        assert_eq!(hidden.mask_url("http://a.test/default/?p=default"), "http://a.test/default/?p=[hidden]");
        assert_eq!(hidden.mask("Welcome default"), "Welcome [hidden]");
        assert_eq!(Hidden::default().mask("default"), "default");
    }
}
