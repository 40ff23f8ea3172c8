//! Whole texts, and what claims are about; sentences by kind are in `kinds`, such as claim nothing in `nothing`.

mod kinds;
mod nothing;
mod promises;
mod services;

use super::{Prose, read};
use crate::cookie::Lifetime;
use crate::judge::model::{Claim, Purpose};
use crate::judge::policy::document_tests::policy;
use crate::judge::policy::source;

/// What a text in Markdown is understood to say; it is taken to be in this language.
fn reading(language: &str, text: &str) -> Prose {
    let mut document = source::document(&policy("policy.md", text.as_bytes())).unwrap();
    language.clone_into(&mut document.language);
    let prose = read(&document, &[], "https://www.shop.test/privacy");
    let services = prose.services.iter().map(|service| &service.quote);
    let quotes = prose.claims.iter().map(|c| &c.quote).chain(prose.purposes.iter().map(|p| &p.quote)).chain(services);
    quotes.for_each(|quote| assert!(document.stands(quote), "not in the document: {quote}"));
    prose
}

/// Kinds of claims that a sentence makes in a section about cookies.
fn made(language: &str, sentence: &str) -> Vec<String> {
    let claims = reading(language, &format!("# Cookies\n\n{sentence}")).claims;
    claims.into_iter().map(|claim| claim.kind).collect()
}

/// The first claim of a kind.
fn claim(language: &str, text: &str, kind: &str) -> Claim {
    reading(language, text).claims.into_iter().find(|claim| claim.kind == kind).unwrap()
}

#[test]
fn the_founding_example() {
    let text = "# About Cookies\nIn order to better understand what services are valuable to our customers, we use \
        \"cookies\". A cookie is a little text file composed of alphanumeric characters, which is created on your \
        computer when your browser accesses a website that uses cookies. The files are used to help your browser \
        navigate the website and fully use all its features like logins, preferences, language settings, themes, among \
        other common features. The cookie is used solely to help your browser process a website, it doesn't collect any \
        information from your computer or snoop on your files, and they cannot be executed as code or deliver viruses. \
        You can change the settings in your browser to prevent cookies if you do not want to have a cookie set when you \
        visit our website. However, by doing so, you may not have full access to all the web pages.";
    let prose = reading("en", text);
    let mut kinds: Vec<&str> = prose.claims.iter().map(|claim| claim.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["no-data-collected", "refusal-harmful", "sole-purpose"]);
    let purposes: Vec<&str> = prose.purposes.iter().map(|p| p.purpose.word()).collect();
    for purpose in ["login", "preferences", "language", "theme", "other_functional"] {
        assert!(purposes.contains(&purpose), "{purpose} is missing: {purposes:?}");
    }
    assert!(prose.services.is_empty());
}

#[test]
fn claims_know_what_they_are_about() {
    let bound = claim("en", "# Cookies\n\nOur cookies are kept for no longer than 13 months.", "max-lifetime");
    assert_eq!(bound.lifetime, Some(Lifetime::Seconds(13 * 2_592_000)));
    let first = claim("en", "# Cookies\n\nWith your permission, we use Google Analytics.", "consent-first");
    assert_eq!(first.about.as_deref(), Some("Google Analytics"));
    let sole = claim("en", "# Cookies\n\nThis cookie is only used to remember your language.", "sole-purpose");
    assert_eq!(sole.purposes, [Purpose::Language]);
    let section = "# Analytics cookies\n\nThese cookies do not contain any personal data.";
    assert_eq!(claim("en", section, "no-personal-data").purposes, [Purpose::Analytics]);
    let headed = "# Cookies\n\n## Matomo\n\nThis cookie expires when you close your browser.";
    assert_eq!(claim("en", headed, "session-expiry").about.as_deref(), Some("Matomo"));
    let free = claim("de", "# Cookies\n\nMatomo setzt dabei keine Cookies.", "service-sets-no-cookies");
    assert_eq!(free.about.as_deref(), Some("Matomo"));
}

#[test]
fn what_is_passed_over_is_told() {
    let passed =
        reading("en", "# Cookies\n\nAccording to Acme, this cookie does not contain any personal data.").passed;
    assert!(passed.iter().any(|passed| passed.why.contains("another company")), "{passed:?}");
}

#[test]
fn hostile_text_is_harmless() {
    for text in
        ["", "# \u{0}\u{202e}", "cookie ".repeat(50_000).as_str(), "no cookies, ".repeat(2_000).as_str(), "🍪🍪. 🍪"]
    {
        let _ = reading("en", text);
    }
}
