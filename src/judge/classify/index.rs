//! Finding the rules that fit a name: exact names by hash, prefixes by one anchored automaton, the rest by a RegexSet.
//!
//! Not here: which of them to believe (`candidates`).

use std::collections::HashMap;

use aho_corasick::automaton::OverlappingState;
use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};
use regex::RegexSet;

use super::ClassifyError;
use super::knowledge::{Pattern, Rule};

/// Rules, ready to be asked for a name. Case of names and globs is ignored in finding and weighed afterwards.
#[derive(Debug)]
pub(crate) struct Index {
    rules: Vec<Rule>,
    exact: HashMap<String, Vec<usize>>,
    prefixes: AhoCorasick,
    /// By pattern number of `prefixes`: rule, and what must follow the prefix.
    tails: Vec<(usize, Tail)>,
    rest: RegexSet,
    /// By pattern number of `rest`.
    rest_rules: Vec<usize>,
}

/// What follows a glob's literal beginning.
#[derive(Debug)]
enum Tail {
    /// Anything.
    Any,
    /// Anything, then this (lower-case).
    Ends(String),
}

impl Index {
    /// Indexes the rules.
    pub(crate) fn new(rules: Vec<Rule>) -> Result<Self, ClassifyError> {
        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        let (mut heads, mut tails, mut rest, mut rest_rules) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, rule) in rules.iter().enumerate() {
            match &rule.pattern {
                Pattern::Exact(name) => exact.entry(name.to_lowercase()).or_default().push(at),
                Pattern::Glob(glob) => {
                    if let Some((head, tail)) = simple(&glob.to_lowercase()) {
                        heads.push(head);
                        tails.push((at, tail));
                    } else {
                        rest.push(glob_regex(glob));
                        rest_rules.push(at);
                    }
                }
                Pattern::Regex(regex) => {
                    rest.push(regex.clone());
                    rest_rules.push(at);
                }
            }
        }
        let broken = |message: String| ClassifyError::Table { file: "patterns".to_owned(), message };
        let prefixes = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Anchored)
            .build(&heads)
            .map_err(|e| broken(e.to_string()))?;
        let rest = RegexSet::new(&rest).map_err(|e| broken(e.to_string()))?;
        Ok(Self { rules, exact, prefixes, tails, rest, rest_rules })
    }

    /// Number of rules.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.rules.len()
    }

    /// Rules whose pattern fits the name, in table order. Names and globs fit whatever their case; an expression says
    /// itself which case it means.
    pub(crate) fn fitting(&self, name: &str) -> Vec<&Rule> {
        let lower = name.to_lowercase();
        let mut found: Vec<usize> = self.exact.get(&lower).cloned().unwrap_or_default();
        self.by_prefix(&lower, &mut found);
        found.extend(self.rest.matches(name).into_iter().filter_map(|m| self.rest_rules.get(m).copied()));
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.rules.get(at)).collect()
    }

    fn by_prefix(&self, lower: &str, found: &mut Vec<usize>) {
        let mut state = OverlappingState::start();
        let input = Input::new(lower).anchored(Anchored::Yes);
        while self.prefixes.try_find_overlapping(input.clone(), &mut state).is_ok() {
            let Some(hit) = state.get_match() else { break };
            let Some((rule, tail)) = self.tails.get(hit.pattern().as_usize()) else { continue };
            let rest = lower.get(hit.end()..).unwrap_or_default();
            let fits = match tail {
                Tail::Any => true,
                Tail::Ends(end) => rest.ends_with(end.as_str()),
            };
            if fits {
                found.push(*rule);
            }
        }
    }
}

/// A glob with one `*` behind a literal beginning.
fn simple(glob: &str) -> Option<(String, Tail)> {
    let (head, tail) = glob.split_once('*')?;
    if head.is_empty() || tail.contains('*') {
        return None;
    }
    Some((head.to_owned(), if tail.is_empty() { Tail::Any } else { Tail::Ends(tail.to_owned()) }))
}

fn glob_regex(glob: &str) -> String {
    let parts: Vec<String> = glob.split('*').map(regex::escape).collect();
    format!("(?i:^{}$)", parts.join(".*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::model::{Confidence, Purpose};

    fn rule(pattern: Pattern) -> Rule {
        Rule {
            pattern,
            vendor: String::new(),
            purpose: Purpose::Analytics,
            confidence: Confidence::High,
            party: None,
            domains: Vec::new(),
            value: None,
            lifetime: None,
            kind: None,
            exempt: None,
            disputed: false,
            source: "test",
        }
    }

    #[test]
    fn every_kind_of_pattern_is_found() {
        let glob = |t: &str| rule(Pattern::Glob(t.into()));
        let index = Index::new(vec![
            rule(Pattern::Exact("_ga".into())),
            glob("_ga_*"),
            glob("ph_*_posthog"),
            glob("*_session"),
            rule(Pattern::Regex("^S?SESS[0-9a-f]{32}$".into())),
            glob("_g*"),
        ])
        .unwrap();
        let texts = |name: &str| index.fitting(name).iter().map(|r| r.pattern.text().to_owned()).collect::<Vec<_>>();
        assert_eq!(texts("_ga"), ["_ga", "_g*"]);
        assert_eq!(texts("_ga_ABC123"), ["_ga_*", "_g*"]);
        assert_eq!(texts("PH_x_POSTHOG"), ["ph_*_posthog"]);
        assert_eq!(texts("ph_x"), Vec::<String>::new());
        assert_eq!(texts("_myapp_session"), ["*_session"]);
        assert_eq!(texts("SESS0123456789abcdef0123456789abcdef"), ["^S?SESS[0-9a-f]{32}$"]);
        assert_eq!(texts("sess0123456789ABCDEF0123456789abcdef"), Vec::<String>::new());
    }
}
