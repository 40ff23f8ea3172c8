//! Which cookie is tried on which page, and what is written down of it.
//!
//! Page by page, so that the looks at the unchanged page serve all cookies tried there. Not here: the looks (`bench`).

use std::sync::Arc;

use tokio::time::Instant;
use url::Url;

use super::alternatives::alternatives;
use super::bench::{Bench, Ears};
use super::{Case, Subject, TrialOptions};
use crate::cookie::CookieKey;
use crate::evidence::model::{Difference, Trial};
use crate::gather::VisitError;
use crate::gather::record::Recorder;

/// Cookies that are tried in pairs: with more it would take too long.
const MOST_PAIRED: usize = 6;

/// All trials of one case.
pub(super) async fn case(
    recorder: &mut Recorder,
    ears: &Arc<Ears>,
    case: &Case,
    options: &TrialOptions,
) -> Result<Vec<Trial>, VisitError> {
    let mut telling: Vec<Trial> = Vec::new();
    let mut silent: Vec<Trial> = Vec::new();
    for url in pages(&case.subjects) {
        let told = |key: &CookieKey| telling.iter().any(|t| t.key == *key && is_settled(t, case));
        let here: Vec<&CookieKey> =
            case.subjects.iter().filter(|s| s.pages.contains(&url) && !told(&s.key)).map(|s| &s.key).collect();
        if here.is_empty() || over(options.deadline) {
            continue;
        }
        let mut bench = Bench::new(recorder, options, Arc::clone(ears), &url, case).await?;
        for trial in on_page(&mut bench, &here, options).await? {
            if tells(&trial) { telling.push(trial) } else { silent.push(trial) }
        }
    }
    silent.retain(|s| !telling.iter().any(|t| t.key == s.key));
    telling.extend(silent);
    telling.sort_by(|a, b| (&a.key, &a.page, &a.change).cmp(&(&b.key, &b.page, &b.change)));
    Ok(telling)
}

/// Whether a trial showed something that went away again.
#[must_use]
pub fn tells(trial: &Trial) -> bool {
    !trial.differences.is_empty() && trial.reverted != Some(false)
}

/// Whether other pages would add nothing: a session or basket is what it is, and so is a word. An opaque value may
/// stand for several choices of which one page shows one.
fn is_settled(trial: &Trial, case: &Case) -> bool {
    let plain = |aspect: &str| matches!(aspect, "signed_in" | "basket" | "dialog");
    let value = case.carried.value(&trial.key).unwrap_or_default();
    trial.differences.iter().any(|d| plain(&d.aspect)) || !alternatives(&trial.key.name, value, &[]).is_empty()
}

/// Pages in the order of how many cookies name them as likeliest.
fn pages(subjects: &[Subject]) -> Vec<Url> {
    let mut ranked: Vec<(usize, Url)> = Vec::new();
    for subject in subjects {
        for (rank, url) in subject.pages.iter().enumerate() {
            match ranked.iter_mut().find(|(_, known)| known == url) {
                Some((known, _)) => *known = rank.min(*known),
                None => ranked.push((rank, url.clone())),
            }
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, url)| url).collect()
}

fn over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|d| Instant::now() >= d)
}

async fn on_page(bench: &mut Bench<'_>, keys: &[&CookieKey], options: &TrialOptions) -> Result<Vec<Trial>, VisitError> {
    if let Some(why) = bench.unfit() {
        return Ok(keys.iter().map(|key| Trial { failure: Some(why.clone()), ..blank(bench, key) }).collect());
    }
    let mut trials = Vec::new();
    let mut quiet: Vec<&CookieKey> = Vec::new();
    let mut keys = keys.to_vec();
    // Sessions last: a server may end one for good when a part of it is missing.
    keys.sort_by_key(|key| bench.is_session_like(key));
    let mut ended: Option<String> = None;
    for key in keys {
        if let Some(by) = &ended {
            let failure = Some(format!("the session ended with the trial of `{by}`, and could not be taken up again"));
            trials.push(Trial { failure, ..blank(bench, key) });
            continue;
        }
        if over(options.deadline) {
            return Ok(trials);
        }
        if !bench.holds(key) {
            let failure = Some("the visitor does not carry it".to_owned());
            trials.push(Trial { failure, ..blank(bench, key) });
            continue;
        }
        let made = one(bench, key).await?;
        if !made.iter().any(tells) {
            quiet.push(key);
        }
        trials.extend(made);
        if !bench.revive().await? {
            ended = Some(key.name.clone());
        }
    }
    if ended.is_some() {
        return Ok(trials);
    }
    let pairs = together(bench, &quiet).await?;
    trials.retain(|t| !pairs.iter().any(|p| p.key == t.key && tells(p)));
    trials.extend(pairs);
    Ok(trials)
}

fn blank(bench: &Bench<'_>, key: &CookieKey) -> Trial {
    Trial {
        key: key.clone(),
        page: bench.page(),
        visitor: bench.visitor(),
        change: "removed".to_owned(),
        altered_to: None,
        also_removed: Vec::new(),
        noise: Vec::new(),
        differences: Vec::new(),
        reverted: None,
        failure: None,
    }
}

fn filled(bench: &Bench<'_>, trial: Trial, differences: Vec<Difference>, reverted: Option<bool>) -> Trial {
    Trial { noise: bench.clean(bench.noise()), differences: bench.clean(differences), reverted, ..trial }
}

/// One cookie: taken away, then altered where that may tell more.
async fn one(bench: &mut Bench<'_>, key: &CookieKey) -> Result<Vec<Trial>, VisitError> {
    let state = bench.base.without(&[key]);
    let seen = bench.changed(&state).await?;
    let (found, reverted) = bench.confirmed(&seen).await?;
    let shown = !found.is_empty();
    let mut trials = vec![filled(bench, blank(bench, key), found, reverted)];
    if shown {
        return Ok(trials);
    }
    let value = bench.base.value(key).unwrap_or_default().to_owned();
    for other in alternatives(&key.name, &value, &bench.offered()) {
        let state = bench.base.with_value(key, &other.value);
        let seen = bench.changed(&state).await?;
        let (found, reverted) = bench.confirmed(&seen).await?;
        if !found.is_empty() {
            let trial =
                Trial { change: "altered".to_owned(), altered_to: Some(other.shown.clone()), ..blank(bench, key) };
            trials = vec![filled(bench, trial, found, reverted)];
            break;
        }
    }
    Ok(trials)
}

/// Cookies that alone change nothing and together do: each of a pair stands in for the other.
async fn together(bench: &mut Bench<'_>, quiet: &[&CookieKey]) -> Result<Vec<Trial>, VisitError> {
    if quiet.len() < 2 {
        return Ok(Vec::new());
    }
    let all = bench.changed(&bench.base.without(quiet)).await?;
    if bench.differences(&all).is_empty() {
        return Ok(Vec::new());
    }
    let mut ranked: Vec<&CookieKey> = quiet.to_vec();
    // What scripts cannot read and what is long is likelier to matter to the server.
    ranked.sort_by_key(|key| {
        let cookie = bench.base.cookies.iter().find(|c| c.key == **key);
        cookie.map(|c| (!c.stored.http_only, std::cmp::Reverse(c.value.len().min(64))))
    });
    ranked.truncate(MOST_PAIRED);
    let mut trials: Vec<Trial> = Vec::new();
    for (at, first) in ranked.iter().enumerate() {
        for second in ranked.iter().skip(at + 1) {
            let told = |key: &CookieKey| trials.iter().any(|t| t.key == *key);
            if told(first) && told(second) {
                continue;
            }
            let seen = bench.changed(&bench.base.without(&[first, second])).await?;
            let (found, reverted) = bench.confirmed(&seen).await?;
            if !bench.revive().await? {
                return Ok(trials);
            }
            // What does not come back tells nothing, and must not stand in the way of a pair that does.
            if found.is_empty() || reverted == Some(false) {
                continue;
            }
            for (key, other) in [(first, second), (second, first)] {
                if !trials.iter().any(|t| t.key == **key) {
                    let trial = Trial { also_removed: vec![other.name.clone()], ..blank(bench, key) };
                    trials.push(filled(bench, trial, found.clone(), reverted));
                }
            }
        }
    }
    Ok(trials)
}
