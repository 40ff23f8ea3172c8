//! Adding up: points of all candidates make a probability for each purpose; the best one is the answer, or `unknown`.
//!
//! The confidence is the lead of the answer over the next one, cut at thresholds that were set on labelled cookies.
//! Reasons are the candidates that speak for the answer, strongest first, then those that speak for something else.

use super::candidates::GENERIC;
use super::exempt::consent_exempt;
use super::weights::{Weights, weights};
use super::{Candidate, Subject};
use crate::judge::model::{Classification, Confidence, Purpose, Reason, Source};

/// Points from which a voice against the answer is listed.
const WORTH_SAYING: f64 = 1.0;
/// Reasons for, and against, at most.
const REASONS: (usize, usize) = (6, 3);

/// Points and probability of one purpose.
#[derive(Debug, Clone, Copy)]
struct Standing {
    purpose: Purpose,
    points: f64,
    share: f64,
}

/// The answer.
pub(super) fn decide(subject: &Subject, candidates: &[Candidate]) -> Classification {
    if let Some(decisive) = candidates.iter().find(|c| c.decisive) {
        return decided(subject, decisive, candidates);
    }
    let Ok(weights) = weights() else { return unknown(subject, candidates) };
    let standing = standings(candidates, weights);
    let Some(best) = standing.first().copied() else { return unknown(subject, candidates) };
    let informed = candidates.iter().any(|c| tells_purpose(c, best.purpose));
    if best.share < weights.confidence.answer || !informed {
        return unknown(subject, candidates);
    }
    let lead = best.points - standing.get(1).map_or(0.0, |next| next.points);
    let confidence = confidence(best, lead, candidates, weights).min(most_for_short_names(subject, best, candidates));
    finish(subject, best.purpose, confidence, candidates)
}

/// Whether a candidate says what it is for by itself, rather than that some purposes are likelier than others.
fn tells_purpose(candidate: &Candidate, purpose: Purpose) -> bool {
    candidate.points_for(purpose) >= WORTH_SAYING
}

fn standings(candidates: &[Candidate], weights: &Weights) -> Vec<Standing> {
    let mut all: Vec<Standing> = Purpose::ALL
        .into_iter()
        .filter(|p| *p != Purpose::Unknown)
        .map(|purpose| {
            let before: f64 = weights.prior.iter().filter(|(p, _)| *p == purpose).map(|(_, x)| x).sum();
            let points = before + candidates.iter().map(|c| c.points_for(purpose)).sum::<f64>();
            Standing { purpose, points, share: 0.0 }
        })
        .collect();
    let most = all.iter().map(|s| s.points).fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = all.iter().map(|s| (s.points - most).exp()).sum();
    for standing in &mut all {
        standing.share = (standing.points - most).exp() / total;
    }
    all.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.purpose.cmp(&b.purpose)));
    all
}

/// High needs a source that knows, medium one besides behaviour that fits, and both a lead over everything else.
fn confidence(best: Standing, lead: f64, candidates: &[Candidate], weights: &Weights) -> Confidence {
    let known = |c: &Candidate| {
        let names_it = matches!(c.source, Source::Knowledge | Source::Name | Source::Value | Source::Writer);
        names_it && c.points_for(best.purpose) >= 2.0 * WORTH_SAYING
    };
    let disputed = |c: &Candidate| c.disputed && c.points_for(best.purpose) > 0.0;
    // How it behaves fits many purposes: alone it is a guess, unless visitors were compared and it tells them apart.
    let compared = |c: &Candidate| c.cue == "identifier" && c.points_for(best.purpose) > 0.0;
    let told = |c: &Candidate| compared(c) || c.source != Source::Behaviour && tells_purpose(c, best.purpose);
    // What is left over when it serves a function is too wide a word to be sure of.
    let may_be_sure = best.purpose != Purpose::OtherFunctional && !candidates.iter().any(disputed);
    if lead >= weights.confidence.high && may_be_sure && candidates.iter().any(known) {
        Confidence::High
    } else if lead >= weights.confidence.medium && candidates.iter().any(told) {
        Confidence::Medium
    } else {
        Confidence::Low
    }
}

/// Three letters never decide alone: to be sure, a value, a vendor or a place must agree.
fn most_for_short_names(subject: &Subject, best: Standing, candidates: &[Candidate]) -> Confidence {
    let short = subject.bare_name().chars().filter(|c| c.is_alphanumeric()).count() <= 3;
    let agrees = |c: &Candidate| {
        matches!(c.source, Source::Value | Source::Writer) && c.points_for(best.purpose) >= 1.5 * WORTH_SAYING
    };
    let anchored = |c: &Candidate| c.source == Source::Knowledge && c.points_for(best.purpose) > 4.0 * WORTH_SAYING;
    if short && !candidates.iter().any(|c| agrees(c) || anchored(c)) { Confidence::Medium } else { Confidence::High }
}

fn decided(subject: &Subject, decisive: &Candidate, candidates: &[Candidate]) -> Classification {
    let purpose = decisive.favourite().map_or(Purpose::Unknown, |(p, _)| p);
    finish(subject, purpose, Confidence::High, candidates)
}

fn unknown(subject: &Subject, candidates: &[Candidate]) -> Classification {
    finish(subject, Purpose::Unknown, Confidence::Low, candidates)
}

fn finish(subject: &Subject, purpose: Purpose, confidence: Confidence, candidates: &[Candidate]) -> Classification {
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    let for_it = |c: &Candidate| c.points_for(purpose);
    sorted.sort_by(|a, b| {
        let by_points = for_it(b).total_cmp(&for_it(a));
        b.decisive.cmp(&a.decisive).then(by_points).then_with(|| a.detail.cmp(&b.detail))
    });
    let reason = |c: &&Candidate| Reason { source: c.source, detail: c.detail.clone() };
    let mut reasons: Vec<Reason> =
        sorted.iter().filter(|c| for_it(c) > 0.2 || c.decisive).take(REASONS.0).map(reason).collect();
    reasons.extend(against(purpose, candidates).into_iter().take(REASONS.1));
    if reasons.is_empty() {
        reasons.push(Reason { source: Source::Behaviour, detail: "nothing says what it is for".to_owned() });
    }
    // A rule for names that anybody may choose says nothing about whose it is.
    let named = |c: &Candidate| c.vendor.as_deref().is_some_and(|vendor| vendor != GENERIC);
    let vendor = sorted.iter().find(|c| named(c) && for_it(c) > 0.0);
    let vendor = vendor.or_else(|| sorted.iter().find(|c| named(c) && purpose == Purpose::Unknown));
    Classification {
        purpose,
        confidence,
        reasons,
        vendor: vendor.and_then(|c| c.vendor.clone()),
        consent_exempt: consent_exempt(subject, purpose, confidence, candidates).0,
    }
}

/// Voices for something else, strongest first.
fn against(purpose: Purpose, candidates: &[Candidate]) -> Vec<Reason> {
    let mut voices: Vec<(f64, &Candidate, Purpose)> = candidates
        .iter()
        .filter_map(|c| c.favourite().map(|(p, x)| (x - c.points_for(purpose).max(0.0), c, p)))
        .filter(|(x, _, p)| *p != purpose && *x >= WORTH_SAYING)
        .collect();
    voices.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.detail.cmp(&b.1.detail)));
    let lead = if purpose == Purpose::Unknown { "not enough for" } else { "against this, for" };
    let said = |(_, c, p): (f64, &Candidate, Purpose)| Reason {
        source: c.source,
        detail: format!("{lead} {}: {}", p.word(), c.detail),
    };
    voices.into_iter().map(said).collect()
}
