//! Sentences of our own for every kind of claim, in several languages, and such as claim nothing.
//!
//! Not here: whole documents (`tests/policy_prose.rs`).

use super::*;
use crate::judge::policy::document_tests::policy;
use crate::judge::policy::source;

fn reading(text: &str) -> Prose {
    let document = source::document(&policy("policy.md", text.as_bytes())).unwrap();
    read(&document, &[])
}

fn kinds(text: &str) -> Vec<String> {
    let mut kinds: Vec<String> = reading(text).claims.into_iter().map(|claim| claim.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
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
    assert_eq!(kinds(text), ["no-data-collected", "refusal-harmful", "sole-purpose"]);
    let purposes: Vec<&str> = reading(text).purposes.iter().map(|p| p.purpose.word()).collect();
    for purpose in ["login", "preferences", "language", "theme", "other_functional"] {
        assert!(purposes.contains(&purpose), "{purpose} is missing: {purposes:?}");
    }
}
