//! What dialogs and their buttons say, and facts about well-known consent managers, read once from `configs/knowledge`.
//!
//! A button is told by the longest phrase in it; where that does not decide it has no role, and nobody presses it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let raw =
        toml::from_str(include_str!("../../../../configs/knowledge/consent-words.toml")).unwrap_or_else(|error| {
            // Broken only by an edit of the embedded file, which a test reads: then no button is pressed at all.
            tracing::error!(%error, "the embedded consent-words.toml cannot be read");
            RawWords::default()
        });
    Words::from(raw)
});

/// What a control does, as far as its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Accept,
    Refuse,
    Settings,
    Save,
    Close,
    /// Nothing we know, or two things at once.
    Unclear,
}

/// The words of all languages.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// What a dialog is about.
    pub(super) topics: Vec<String>,
    phrases: BTreeMap<String, (Role, bool)>,
    finder: Option<AhoCorasick>,
    guards: Vec<String>,
    guards_unspaced: Vec<String>,
    vague: BTreeSet<String>,
}

/// The embedded words.
pub(super) fn words() -> &'static Words {
    &WORDS
}

/// A button with a longer text is a sentence, not a button.
const LONGEST: usize = 90;

impl Words {
    /// What a button with this text does.
    pub(super) fn role(&self, text: &str) -> Role {
        let text = plain(text);
        if text.is_empty() || text.chars().count() > LONGEST {
            return Role::Unclear;
        }
        let mut best = (0, Role::Unclear);
        for found in self.finder.iter().flat_map(|f| f.find_overlapping_iter(&text)) {
            let phrase = &text[found.range()];
            let Some((role, whole)) = self.phrases.get(phrase) else { continue };
            let hit = if *whole { text == phrase } else { at_borders(&text, found.start(), phrase) };
            let length = phrase.chars().count();
            if hit && length > best.0 {
                best = (length, *role);
            } else if hit && length == best.0 && *role != best.1 {
                best.1 = Role::Unclear;
            }
        }
        let listed = self.phrases.contains_key(&text);
        if best.1 == Role::Accept && !listed && self.is_guarded(&text) { Role::Unclear } else { best.1 }
    }

    /// Whether a text is one that buttons of any dialog have: "OK", "Continue".
    pub(super) fn is_generic(&self, text: &str) -> bool {
        self.phrases.get(&plain(text)).is_some_and(|(_, whole)| *whole)
    }

    /// Whether newsletters and sign-up forms speak of this topic as well.
    pub(super) fn is_vague(&self, topic: &str) -> bool {
        self.vague.contains(topic)
    }

    /// Every phrase that alone, as the text of a button, agrees.
    pub(super) fn agreeing(&self) -> Vec<&str> {
        self.phrases.iter().filter(|(_, (role, _))| *role == Role::Accept).map(|(phrase, _)| phrase.as_str()).collect()
    }

    fn is_guarded(&self, text: &str) -> bool {
        self.guards.iter().any(|g| stands_in(text, g)) || self.guards_unspaced.iter().any(|g| text.contains(g.as_str()))
    }
}

fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace(['’', '‘', '`', '´'], "'").replace(['\u{a0}', '\u{200b}', '\u{ad}'], " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let edge = |c: char| !(c.is_alphanumeric() || matches!(c, '×' | '✕' | '✖' | '&' | '\''));
    text.trim_matches(edge).to_owned()
}

/// Whether a phrase stands in a text at word borders; in scripts without spaces anywhere.
fn stands_in(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| at_borders(text, at, phrase))
}

fn at_borders(text: &str, at: usize, phrase: &str) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + phrase.len()..].chars().next();
    let free = |outer: Option<char>, inner: Option<char>| {
        outer.is_none_or(|o| !o.is_alphanumeric() || unspaced(o)) || inner.is_some_and(unspaced)
    };
    free(before, phrase.chars().next()) && free(after, phrase.chars().next_back())
}

fn unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    guards: Vec<String>,
    guards_unspaced: Vec<String>,
    vague: BTreeSet<String>,
    language: Vec<RawLanguage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLanguage {
    #[allow(dead_code, reason = "names the entry for whoever edits the file")]
    tag: String,
    topic: Vec<String>,
    accept: Vec<String>,
    refuse: Vec<String>,
    settings: Vec<String>,
    save: Vec<String>,
    close: Vec<String>,
}

impl From<RawWords> for Words {
    fn from(raw: RawWords) -> Self {
        let RawWords { guards, guards_unspaced, vague, .. } = raw;
        let mut words = Self { guards, guards_unspaced, vague, ..Self::default() };
        for language in raw.language {
            words.topics.extend(language.topic);
            let lists = [
                (Role::Accept, language.accept),
                (Role::Refuse, language.refuse),
                (Role::Settings, language.settings),
                (Role::Save, language.save),
                (Role::Close, language.close),
            ];
            for (role, phrase) in lists.into_iter().flat_map(|(role, list)| list.into_iter().map(move |p| (role, p))) {
                words.add(role, &phrase);
            }
        }
        words.finder = AhoCorasick::new(words.phrases.keys()).ok();
        words.topics.sort();
        words.topics.dedup();
        words
    }
}

impl Words {
    fn add(&mut self, role: Role, phrase: &str) {
        let (text, whole) = phrase.strip_prefix('=').map_or((phrase, false), |p| (p, true));
        let entry = self.phrases.entry(text.to_owned()).or_insert((role, whole));
        // Two languages that mean different things by one word leave it without a role.
        entry.1 &= whole;
        if entry.0 != role {
            entry.0 = Role::Unclear;
        }
    }
}

static MANAGERS: LazyLock<Vec<Manager>> = LazyLock::new(|| {
    toml::from_str::<RawManagers>(include_str!("../../../../configs/knowledge/consent.toml")).map_or_else(
        |error| {
            // As above: dialogs are then worked by their words alone.
            tracing::error!(%error, "the embedded consent.toml cannot be read");
            Vec::new()
        },
        |raw| raw.manager,
    )
});

/// The consent managers we know.
pub(super) fn managers() -> &'static [Manager] {
    &MANAGERS
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManagers {
    manager: Vec<Manager>,
}

/// Facts about one consent manager; selectors are alternatives, the first visible one counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the table's key in consent.toml")]
pub(super) struct Manager {
    /// Its name.
    #[serde(rename = "manager")]
    pub(super) name: String,
    /// Elements of which one is visible while the dialog is.
    pub(super) detect: Vec<String>,
    /// Agrees to everything.
    pub(super) accept: Vec<String>,
    /// Refuses everything on the first layer.
    pub(super) refuse: Vec<String>,
    /// Opens the second layer.
    pub(super) settings: Vec<String>,
    /// Keeps the choices of the second layer.
    pub(super) save: Vec<String>,
    /// Refuses everything on the second layer.
    pub(super) second_refuse: Vec<String>,
    /// Part of the address of the frame it lives in.
    pub(super) frame: Vec<String>,
    /// Names of cookies and storage keys that carry the choice.
    pub(super) cookies: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_reads() {
        let raw: RawWords = toml::from_str(include_str!("../../../../configs/knowledge/consent-words.toml")).unwrap();
        assert!(raw.language.len() >= 20);
        for language in &raw.language {
            for phrase in language.accept.iter().chain(&language.refuse).chain(&language.save).chain(&language.settings)
            {
                assert_eq!(*phrase, phrase.to_lowercase(), "{}", language.tag);
            }
        }
        // What the file says a phrase does is what a button with that text is taken to do.
        for language in &raw.language {
            for (role, list) in
                [(Role::Accept, &language.accept), (Role::Refuse, &language.refuse), (Role::Save, &language.save)]
            {
                for phrase in list {
                    assert_eq!(words().role(phrase.trim_start_matches('=')), role, "{} {phrase}", language.tag);
                }
            }
        }
    }

    #[test]
    fn buttons() {
        let all = |role, texts: &[&str]| texts.iter().for_each(|t| assert_eq!(words().role(t), role, "{t}"));
        all(
            Role::Accept,
            &[
                "Accept all",
                "ACCEPT ALL COOKIES",
                "I agree",
                "OK",
                "Got it!",
                "Alle akzeptieren",
                "Tout accepter",
                "すべて同意する",
                "Zaakceptuj wszystkie",
                "Yes, I accept",
            ],
        );
        all(
            Role::Refuse,
            &[
                "Reject all",
                "Accept only necessary cookies",
                "Continue without accepting",
                "Nur notwendige Cookies",
                "Continuer sans accepter →",
                "Odrzuć wszystkie",
                "拒否する",
                "不同意",
                "I do not accept",
                "Don’t accept",
            ],
        );
        all(
            Role::Settings,
            &["Cookie settings", "Manage preferences", "Einstellungen", "設定", "Paramétrer les cookies"],
        );
        all(Role::Save, &["Save preferences", "Accept selected", "Auswahl speichern", "Confirm my choices"]);
        all(
            Role::Unclear,
            &[
                "Subscribe",
                "Read our policy",
                "",
                "Accept the minimum only",
                "Buy now",
                "Accept nothing that is not needed",
            ],
        );
    }

    #[test]
    fn an_agreement_with_a_guard_is_none() {
        assert_ne!(words().role("Agree to nothing but necessary"), Role::Accept);
        assert_ne!(words().role("Akzeptieren nicht"), Role::Accept);
        assert_ne!(words().role("未接受"), Role::Accept);
    }

    #[test]
    fn the_embedded_managers_read() {
        let raw: RawManagers = toml::from_str(include_str!("../../../../configs/knowledge/consent.toml")).unwrap();
        assert!(raw.manager.len() >= 40, "{}", raw.manager.len());
        let names: std::collections::BTreeSet<_> = raw.manager.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names.len(), raw.manager.len());
        for manager in &raw.manager {
            assert!(!manager.detect.is_empty() && !manager.cookies.is_empty(), "{}", manager.name);
            let lists = [
                &manager.detect,
                &manager.accept,
                &manager.refuse,
                &manager.settings,
                &manager.save,
                &manager.second_refuse,
            ];
            for selector in lists.into_iter().flatten() {
                assert!(scraper::Selector::parse(selector).is_ok(), "{}: {selector}", manager.name);
            }
            assert!(manager.accept.iter().all(|s| !manager.refuse.contains(s) && !manager.second_refuse.contains(s)));
            assert!(manager.cookies.iter().all(|c| globset::Glob::new(c).is_ok()));
        }
    }
}
