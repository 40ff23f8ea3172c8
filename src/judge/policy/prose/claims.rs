//! Claims of running text: rules tried on each sentence, what it is about filled in, the same said twice kept once.
//!
//! Not here: the rules (`rules`), and when a sentence is no claim (`context`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::about;
use super::context::{self, Context};
use super::passages::Kind;
use super::rules::{Rule, Subject, rules};
use super::tagged::Tagged;
use super::{Prose, Read, Understood, lexicon};
use crate::judge::model::{Claim, Passed};
use crate::judge::policy::document::Document;

/// Most claims of one document; a document with more is no policy.
const MOST: usize = 400;

/// A sentence with all that is known around it.
pub(crate) struct Scene<'a> {
    /// The sentence.
    pub(crate) sentence: &'a Understood,
    /// Where it stands.
    pub(crate) context: Context,
    /// Its passage.
    pub(crate) read: &'a Read<'a>,
}

pub(super) fn read(document: &Document, read: &[Read<'_>], prose: &mut Prose) {
    let titled = is_titled(document, read);
    let sections = sections_about_cookies(read);
    let mut seen = BTreeSet::new();
    let speaks = |kind: Kind| !matches!(kind, Kind::Heading | Kind::Declared);
    for passage in read.iter().filter(|read| speaks(read.passage.kind)) {
        let Some(lexicon) = lexicon::of(passage.language) else { continue };
        let tagged: Vec<Tagged> = passage.sentences.iter().map(|s| s.tagged.clone()).collect();
        let whole = titled || sections.contains(&passage.passage.headings);
        let of_passage = context::of_passage(&passage.passage, &tagged, lexicon, whole);
        for (index, sentence) in passage.sentences.iter().enumerate() {
            let before = &tagged[index.saturating_sub(2)..index];
            let cookies_before = of_passage.cookies_before || before.iter().any(|s| s.has("cookie"));
            let scene = Scene { sentence, context: Context { cookies_before, ..of_passage }, read: passage };
            if prose.claims.len() < MOST {
                of_sentence(&scene, document, &mut seen, prose);
            }
        }
    }
}

/// Whether a document as a whole is about cookies: its title or first heading says so.
fn is_titled(document: &Document, read: &[Read<'_>]) -> bool {
    let heading = read.iter().find(|read| read.passage.kind == Kind::Heading);
    let headed = heading.is_some_and(|read| read.sentences.iter().any(|s| s.tagged.has("cookie")));
    headed || document.title.to_lowercase().contains("cookie")
}

/// Sections, by their headings, of which many sentences name cookies.
fn sections_about_cookies<'a>(read: &'a [Read<'_>]) -> BTreeSet<Vec<&'a str>> {
    let mut counts: BTreeMap<Vec<&str>, (usize, usize)> = BTreeMap::new();
    let told = |read: &&Read<'_>| matches!(read.passage.kind, Kind::Text | Kind::Item);
    for passage in read.iter().filter(told) {
        let count = counts.entry(passage.passage.headings.clone()).or_default();
        count.0 += passage.sentences.iter().filter(|s| s.tagged.has("cookie")).count();
        count.1 += passage.sentences.len();
    }
    counts.into_iter().filter(|(_, (cookies, all))| cookies * 5 > *all).map(|(headings, _)| headings).collect()
}

fn of_sentence(
    scene: &Scene<'_>,
    document: &Document,
    seen: &mut BTreeSet<(String, Option<String>)>,
    prose: &mut Prose,
) {
    let sentence = &scene.sentence.tagged;
    let found: Vec<(&Rule, Range<usize>)> = rules()
        .iter()
        .filter(|rule| !rule.topic || scene.context.about_cookies)
        .filter_map(|rule| Some((rule, rule.find(sentence)?)))
        .filter(|(rule, words)| speaks_of(rule.subject, scene, words))
        .collect();
    let kinds: Vec<&str> = found.iter().map(|(rule, _)| rule.kind.as_str()).collect();
    for (rule, words) in &found {
        if is_said_better(&rule.kind, &kinds) {
            continue;
        }
        let Some(quote) = scene.read.quote(document, scene.sentence, words) else { continue };
        if let Some(why) = context::no_claim(sentence, scene.context) {
            prose.passed.push(Passed { quote, why: format!("{why} ({})", rule.kind) });
            continue;
        }
        let claim = about::claim(document, scene, rule, words, quote);
        if seen.insert((claim.kind.clone(), claim.about.clone())) || claim_is_wider(&claim, &prose.claims) {
            prose.claims.push(claim);
        }
    }
}

/// Whether another claim of the same sentence says it more exactly.
fn is_said_better(kind: &str, kinds: &[&str]) -> bool {
    let better: &[&str] = match kind {
        // Where there are no cookies, nothing is said of what they hold.
        "no-personal-data" | "no-data-collected" => &["no-cookies"],
        "no-sharing" => &["no-third-party-use"],
        "only-categories" => &["only-necessary", "session-only", "first-party-only", "sole-purpose"],
        "no-tracking-or-ads" => &["no-third-party-cookies", "no-cross-site"],
        "no-third-party-requests" => &["ip-not-sent"],
        "no-profiling" => &["no-tracking-or-ads"],
        _ => &[],
    };
    better.iter().any(|other| kinds.contains(other))
}

/// The same kind about the same, but for other purposes or another bound, is another claim.
fn claim_is_wider(claim: &Claim, had: &[Claim]) -> bool {
    let same = |other: &&Claim| other.kind == claim.kind && other.about == claim.about;
    had.iter().filter(same).all(|other| other.purposes != claim.purposes || other.lifetime != claim.lifetime)
}

/// Whether a sentence speaks of what the rule is for.
fn speaks_of(subject: Subject, scene: &Scene<'_>, words: &Range<usize>) -> bool {
    let sentence = &scene.sentence.tagged;
    let clause = sentence.clauses.get(words.start).copied().unwrap_or(0);
    let in_clause = |concept: &str| sentence.clause_has(clause, concept);
    match subject {
        Subject::Any | Subject::Site => true,
        Subject::Other => !leads_with_ours(sentence, words),
        Subject::Cookie => {
            let pointed = in_clause("this") || clause > 0;
            in_clause("cookie") || (pointed && (sentence.has("cookie") || scene.context.cookies_before))
        }
        Subject::Particular => {
            let pointed = sentence.of("this").any(|tag| tag.words.start <= 2);
            let item = scene.read.passage.kind == Kind::Item;
            pointed || item || (sentence.has("cookie") && sentence.has("ours"))
        }
    }
}

/// Whether `we` stands before the words of a claim, in its clause.
fn leads_with_ours(sentence: &Tagged, words: &Range<usize>) -> bool {
    let clause = sentence.clauses.get(words.start).copied().unwrap_or(0);
    sentence.of("ours").any(|tag| sentence.clause_of(tag) == clause && tag.words.start <= words.start)
}
