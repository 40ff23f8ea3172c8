//! What a claim is about where it is about less than everything: a service, one cookie, some purposes, a bound.
//!
//! The tests of claims read these fields; one that is left empty means "everything" or "nothing named".

use std::ops::Range;

use super::claims::Scene;
use super::purposes;
use super::rules::Rule;
use super::services;
use super::tagged::Tagged;
use crate::cookie::Lifetime;
use crate::judge::model::{Claim, Purpose};
use crate::judge::policy::document::Document;

/// Kinds that may speak of the cookies of their section only.
const OF_SECTION: [&str; 7] = [
    "no-personal-data",
    "no-data-collected",
    "session-expiry",
    "no-sharing",
    "no-third-party-use",
    "no-cross-site",
    "no-profiling",
];

/// Kinds about a service or cookie that the sentence or its heading names.
const OF_SOMETHING: [&str; 14] = [
    "no-cookies",
    "no-personal-data",
    "no-data-collected",
    "session-expiry",
    "max-lifetime",
    "fixed-lifetime",
    "consent-first",
    "conditional-trigger",
    "sole-purpose",
    "ip-not-sent",
    "not-sent-to-server",
    "service-limit",
    "no-profiling",
    "no-cross-site",
];

/// A claim with what it is about.
pub(super) fn claim(document: &Document, scene: &Scene<'_>, rule: &Rule, words: &Range<usize>, quote: String) -> Claim {
    let sentence = &scene.sentence.tagged;
    let about = OF_SOMETHING.contains(&rule.kind.as_str()).then(|| subject(scene, words)).flatten();
    let kind = match rule.kind.as_str() {
        "no-cookies" if sentence.has("app") => "no-cookies-app",
        "no-cookies" if about.is_some() && !sentence.has("ours") => "service-sets-no-cookies",
        kind => kind,
    };
    let purposes = purposes_of(scene, kind, words, about.as_deref());
    let lifetime = (kind == "max-lifetime").then(|| bound(sentence, words)).flatten();
    let first = sentence.words.get(words.start).map_or(scene.sentence.range.start, |word| word.range.start);
    let place = scene.read.passage.place(document, first);
    Claim { kind: kind.to_owned(), quote, about, lifetime, purposes, place }
}

/// The service or cookie a claim speaks of: named in the sentence, else by the heading above.
fn subject(scene: &Scene<'_>, words: &Range<usize>) -> Option<String> {
    let mentions = &scene.sentence.mentions;
    let heading = || scene.read.passage.headings.last().and_then(|heading| services::in_heading(heading));
    let near = mentions.iter().min_by_key(|m| m.words.start.abs_diff(words.start));
    // Under "Google Fonts", Google is Google Fonts.
    let exact = |m: &services::Mention| heading().filter(|name| name.starts_with(&m.name)).unwrap_or(m.name.clone());
    near.map(exact).or_else(|| cookie_name(&scene.sentence.tagged)).or_else(heading)
}

/// A word that can only be a cookie's name: it has an underscore, or capitals within.
fn cookie_name(sentence: &Tagged) -> Option<String> {
    let named = |word: &&super::text::Word| word.plain.contains('_') && !word.plain.contains(['/', '@']);
    sentence.words.iter().find(named).map(|word| word.raw.clone())
}

fn purposes_of(scene: &Scene<'_>, kind: &str, words: &Range<usize>, about: Option<&str>) -> Vec<Purpose> {
    let sentence = &scene.sentence.tagged;
    let clause = sentence.clauses.get(words.start).copied().unwrap_or(0);
    let after = words.start..sentence.clause_words(clause).end.max(words.end);
    match kind {
        "only-necessary" => FUNCTIONAL.to_vec(),
        "max-lifetime" if sentence.has("unless") && sentence.has("necessary") => TRACKING.to_vec(),
        "no-tracking-or-ads" => purposes::named(sentence, &sentence.clause_words(clause)),
        "consent-first" => {
            let named = purposes::named(sentence, &sentence.clause_words(clause));
            named.into_iter().filter(|purpose| *purpose != Purpose::Consent).collect()
        }
        "only-categories" | "sole-purpose" => purposes::named(sentence, &after),
        kind if about.is_none() && OF_SECTION.contains(&kind) && sentence.has("this") => scene
            .read
            .passage
            .headings
            .last()
            .map(|heading| purposes::in_heading(heading, scene.read.language))
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

const FUNCTIONAL: [Purpose; 8] = [
    Purpose::Login,
    Purpose::Security,
    Purpose::Preferences,
    Purpose::Language,
    Purpose::Theme,
    Purpose::Cart,
    Purpose::Consent,
    Purpose::OtherFunctional,
];

const TRACKING: [Purpose; 3] = [Purpose::Analytics, Purpose::Advertising, Purpose::Social];

/// The bound nearest to the words of the claim.
fn bound(sentence: &Tagged, words: &Range<usize>) -> Option<Lifetime> {
    let nearest = sentence.durations.iter().min_by_key(|(at, _)| at.start.abs_diff(words.start));
    nearest.map(|(_, seconds)| Lifetime::Seconds(i64::try_from(*seconds).unwrap_or(i64::MAX)))
}
