//! Which concepts together make which claim (`configs/knowledge/policy/claims.toml`), and finding them in a sentence.
//!
//! A rule is the same for every language: the languages differ in the words of each concept (`lexicon`). Not here:
//! whether the sentence is meant as a claim at all (`context`), and what the claim is about (`about`).

use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;

use super::tagged::{Tag, Tagged};

static TEXT: &str = include_str!("../../../../configs/knowledge/policy/claims.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

/// How much of a sentence a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    /// One clause.
    #[default]
    Clause,
    /// The whole sentence.
    Sentence,
}

/// Whom or what a rule's clause must speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Subject {
    /// Anything.
    #[default]
    Any,
    /// The site, not a service.
    Site,
    /// Cookies, named or pointed at.
    Cookie,
    /// Particular cookies: this one, these, one named; not the kind in general.
    Particular,
    /// Somebody else.
    Other,
}

/// One way to make a claim.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Ident of the claim.
    pub(crate) kind: String,
    has: Vec<String>,
    #[serde(default)]
    order: Vec<String>,
    #[serde(default = "far")]
    near: usize,
    #[serde(default)]
    lacks: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    scope: Scope,
    /// Whom it must speak of.
    #[serde(default)]
    pub(crate) subject: Subject,
    /// The sentence, or its section, must be about cookies.
    #[serde(default)]
    pub(crate) topic: bool,
    opening: Option<String>,
}

fn far() -> usize {
    14
}

/// Every rule, in the order of the table.
pub(crate) fn rules() -> &'static [Rule] {
    static READ: OnceLock<Vec<Rule>> = OnceLock::new();
    READ.get_or_init(|| toml::from_str::<File>(TEXT).map(|file| file.rule).unwrap_or_default())
}

impl Rule {
    /// The words with which a sentence makes this claim.
    pub(crate) fn find(&self, sentence: &Tagged) -> Option<Range<usize>> {
        if self.needs.iter().any(|concept| !sentence.has(concept)) {
            return None;
        }
        let begins = |tag: &Tag| tag.words.start - sentence.clause_words(sentence.clause_of(tag)).start <= 1;
        let opens = |concept: &String| sentence.of(concept).any(begins);
        if self.opening.as_ref().is_some_and(|concept| !opens(concept)) {
            return None;
        }
        let groups: Vec<Vec<&Tag>> = self.has.iter().map(|group| members(group, sentence)).collect();
        if groups.iter().any(Vec::is_empty) {
            return None;
        }
        let found = self.search(sentence, &groups, &mut Vec::new())?;
        let start = found.iter().map(|tag| tag.words.start).min()?;
        Some(start..found.iter().map(|tag| tag.words.end).max()?)
    }

    /// One tag of each group, within reach of each other, in order where order counts, and nothing that spoils it.
    fn search<'a>(
        &self,
        sentence: &Tagged,
        groups: &[Vec<&'a Tag>],
        chosen: &mut Vec<&'a Tag>,
    ) -> Option<Vec<&'a Tag>> {
        let Some((group, rest)) = groups.split_first() else {
            return (self.in_order(chosen) && !self.is_spoilt(sentence, chosen)).then(|| chosen.clone());
        };
        for tag in group {
            let together = chosen.first().is_none_or(|first| self.together(sentence, first, tag));
            // `cannot` both denies and speaks of what is allowed; else one word plays one part.
            let apart = chosen.iter().all(|other| other.concept == "not" || other.words != tag.words);
            chosen.push(tag);
            let fits = together && apart && self.is_near(chosen);
            if let Some(found) = fits.then(|| self.search(sentence, rest, chosen)).flatten() {
                return Some(found);
            }
            chosen.pop();
        }
        None
    }

    fn together(&self, sentence: &Tagged, a: &Tag, b: &Tag) -> bool {
        self.scope == Scope::Sentence || sentence.clause_of(a) == sentence.clause_of(b)
    }

    fn is_near(&self, chosen: &[&Tag]) -> bool {
        let start = chosen.iter().map(|tag| tag.words.start).min();
        let end = chosen.iter().map(|tag| tag.words.start).max();
        matches!((start, end), (Some(start), Some(end)) if end - start <= self.near)
    }

    fn in_order(&self, chosen: &[&Tag]) -> bool {
        let place = |concept: &String| {
            let of = self.has.iter().position(|group| group == concept || group.split('|').any(|c| c == concept))?;
            chosen.get(of).map(|tag| tag.words.start)
        };
        let places: Vec<usize> = self.order.iter().filter_map(place).collect();
        places.is_sorted()
    }

    /// Whether something stands beside it that makes it mean something else.
    fn is_spoilt(&self, sentence: &Tagged, chosen: &[&Tag]) -> bool {
        let clause = chosen.first().map_or(0, |tag| sentence.clause_of(tag));
        let chose = |tag: &Tag| chosen.iter().any(|c| c.concept == tag.concept && c.words == tag.words);
        self.lacks.iter().any(|concept| {
            sentence.of(concept).any(|tag| {
                let beside = self.scope == Scope::Sentence || sentence.clause_of(tag) == clause;
                // A condition at the beginning governs the whole sentence, an exception wherever it stands.
                let opens = matches!(concept.as_str(), "cond" | "block") && tag.words.start == 0;
                let governs = opens || concept == "unless";
                (beside || governs) && !chose(tag)
            })
        })
    }
}

fn members<'a>(group: &str, sentence: &'a Tagged) -> Vec<&'a Tag> {
    sentence.tags.iter().filter(|tag| group.split('|').any(|concept| concept == tag.concept)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::lexicon;
    use super::*;
    use crate::judge::rules::claims;

    #[test]
    fn the_table_can_be_read_and_knows_every_kind() {
        let file: File = toml::from_str(TEXT).unwrap();
        for rule in &file.rule {
            assert!(claims::kind(&rule.kind).is_some(), "{} is no kind of the public table", rule.kind);
        }
        let known =
            |concept: &str| concept == "service" || concept == "duration" || lexicon::of("en").unwrap().knows(concept);
        for rule in &file.rule {
            let groups = rule.has.iter().chain(&rule.lacks).chain(&rule.needs).chain(&rule.order).chain(&rule.opening);
            for concept in groups.flat_map(|group| group.split('|')) {
                assert!(known(concept), "{}: no language knows the concept {concept}", rule.kind);
            }
        }
        let derived = ["no-cookies-app", "service-sets-no-cookies"];
        for kind in claims::KINDS {
            let known = derived.contains(&kind.ident) || file.rule.iter().any(|rule| rule.kind == kind.ident);
            assert!(known, "no rule makes {}", kind.ident);
        }
    }
}
