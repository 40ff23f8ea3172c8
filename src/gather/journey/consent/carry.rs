//! What carries a choice: of all that a visitor gained by making it, the part that tells the site next time.
//!
//! Too little and the dialog comes back, which is noticed; too much would bring a tracker's cookie along, and the pages
//! would seem not to set it. So the narrowest guess is tried first, and whether it holds is seen in the browser.

use globset::Glob;

use super::words::Manager;
use crate::gather::record::{Belonging, Carried};
use crate::site::same_site;

/// Parts of names that only a choice has.
const NAMES: &[&str] = &[
    "consent",
    "cookie",
    "gdpr",
    "dsgvo",
    "rgpd",
    "lgpd",
    "ccpa",
    "cmp",
    "privacy",
    "optin",
    "opt-in",
    "opt_in",
    "optout",
    "opt-out",
    "opt_out",
    "tcf",
    "gpp",
    "euconsent",
    "usprivacy",
    "banner",
    "notice",
    "choice",
    "agree",
    "accept",
    "reject",
    "refuse",
    "zustimmung",
    "einwilligung",
    "datenschutz",
];

/// Words in values that only a choice has.
const VALUES: &[&str] = &[
    "necessary",
    "essential",
    "marketing",
    "statistics",
    "analytics",
    "functional",
    "accepted",
    "rejected",
    "refused",
    "declined",
    "denied",
    "granted",
    "consent",
    "allow",
    "deny",
    "dismiss",
];

/// What was gained by a choice.
#[derive(Debug, Default)]
pub(super) struct Gained {
    /// While the press was handled, before the page had time for anything else.
    pub(super) at_once: Carried,
    /// Until the page had reacted.
    pub(super) all: Carried,
}

/// Guesses at what carries the choice, the narrowest first.
pub(super) fn guesses(gained: &Gained, manager: Option<&Manager>, host: &str) -> Vec<Carried> {
    let globs = manager.map(|m| m.cookies.as_slice()).unwrap_or_default();
    let matchers = globs.iter().filter_map(|g| Some(Glob::new(g).ok()?.compile_matcher())).collect::<Vec<_>>();
    let listed = gained.all.only(|b| matchers.iter().any(|m| m.is_match(b.name)));
    let telling = gained.all.only(is_telling);
    let mut wider = telling.clone();
    wider.merge(gained.at_once.only(|b| is_own(b, host)));
    let mut guesses = Vec::<Carried>::new();
    for guess in [listed, telling, wider] {
        let known = guesses.last().is_some_and(|last| last.names() == guess.names());
        if !guess.is_empty() && !known {
            guesses.push(guess);
        }
    }
    guesses
}

fn is_telling(belonging: &Belonging<'_>) -> bool {
    let (name, value) = (belonging.name.to_lowercase(), belonging.value.to_lowercase());
    let words = |list: &[&str], text: &str| list.iter().any(|word| text.contains(word));
    words(NAMES, &name) || (value.len() < 4000 && words(VALUES, &value))
}

/// Belongs to the site itself.
fn is_own(belonging: &Belonging<'_>, host: &str) -> bool {
    let owner = belonging.owner;
    let owner = url::Url::parse(owner).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or(owner.to_owned());
    same_site(&owner, host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_a_choice() {
        let telling = |name, value| is_telling(&Belonging { name, value, owner: "shop.test" });
        assert!(telling("site_consent", "1") && telling("prefs", "necessary,statistics"));
        assert!(!telling("_id", "8f2a77c1") && !telling("theme", "dark"));
    }

    #[test]
    fn whose_it_is() {
        let own = |owner| is_own(&Belonging { name: "a", value: "b", owner }, "www.shop.test");
        assert!(own("shop.test") && own("http://www.shop.test:8080") && !own("tracker.test"));
    }
}
