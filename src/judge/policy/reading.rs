//! From a stored policy to what it is understood to say, and in which of the four states it is.
//!
//! The steps have their own rooms: `source` (blocks), `declarations` (lists), `prose` (claims, services, purposes).

use super::declarations::{self, words::words};
use super::document::Document;
use super::{prose, source};
use crate::evidence::model::PolicyText;
use crate::judge::model::{PolicyReading, PolicyState};

/// A page with fewer letters is none that could be a policy.
const LEAST_LETTERS: usize = 40;

/// Reads one policy.
#[must_use]
pub fn read(text: &PolicyText) -> PolicyReading {
    if let Some(failure) = &text.document.failure {
        return unreadable(text, failure.clone());
    }
    match source::document(text) {
        Ok(document) => understood(text, &document),
        Err(problem) => unreadable(text, problem),
    }
}

fn understood(text: &PolicyText, document: &Document) -> PolicyReading {
    let found = declarations::find(document);
    let problem = if found.declarations.is_empty() { problem(text, document) } else { None };
    if let Some(problem) = problem {
        return PolicyReading {
            language: document.language.clone(),
            passed: found.passed,
            ..unreadable(text, problem)
        };
    }
    let said = prose::read(document, &found.declarations, &text.document.url);
    let uses = said.services.iter().any(|s| !s.denied);
    let state = match found.declarations.is_empty() {
        false => PolicyState::Lists,
        true if uses || talks_of_cookies(document) => PolicyState::Mentions,
        true => PolicyState::Silent,
    };
    PolicyReading {
        url: text.document.url.clone(),
        language: document.language.clone(),
        state,
        problem: None,
        declarations: found.declarations,
        purposes: said.purposes,
        services: said.services,
        claims: said.claims,
        passed: found.passed.into_iter().chain(said.passed).collect(),
        first_row: found.first_row,
    }
}

fn talks_of_cookies(document: &Document) -> bool {
    words().begins("cookie", "words", &format!("{} {}", document.title, document.own_text()).to_lowercase())
}

/// Why a document without a list is no policy that could be judged.
fn problem(text: &PolicyText, document: &Document) -> Option<String> {
    let own = document.own_text().to_lowercase();
    if own.chars().filter(|c| c.is_alphanumeric()).count() < LEAST_LETTERS {
        return Some("it holds next to no text".to_owned());
    }
    if let Some(note) = text.document.notes.iter().find(|n| n.code == "list_empty") {
        return Some(format!("its list of cookies never appeared: {}", note.detail));
    }
    if !words().begins("policy", "words", &own) {
        return Some("it is a page about something else than cookies or personal data".to_owned());
    }
    let source = document.source().to_lowercase();
    let filled = words().holds("filled_by_script", "marks", &source);
    filled.then(|| "its list of cookies is filled in by a script and is not in this file".to_owned())
}

fn unreadable(text: &PolicyText, problem: String) -> PolicyReading {
    PolicyReading {
        url: text.document.url.clone(),
        language: "und".to_owned(),
        state: PolicyState::Unreadable,
        problem: Some(problem),
        declarations: Vec::new(),
        purposes: Vec::new(),
        services: Vec::new(),
        claims: Vec::new(),
        passed: Vec::new(),
        first_row: None,
    }
}
