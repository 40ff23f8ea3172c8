//! Trials judged: what a page did differently without a cookie, put into a purpose and a sentence.
//!
//! Only a difference beyond the page's own noise counts, and only if it went away when the cookie came back.

use std::collections::BTreeSet;

use crate::evidence::model::{Difference, Trial};
use crate::judge::model::{Purpose, TrialVerdict};

/// Aspects in order of what they prove: a page that signs the visitor out also changes its text.
const PROOFS: [(&str, Purpose); 9] = [
    ("signed_in", Purpose::Login),
    ("basket", Purpose::Cart),
    ("language", Purpose::Language),
    ("text_language", Purpose::Language),
    ("direction", Purpose::Language),
    ("theme_attribute", Purpose::Theme),
    ("colors", Purpose::Theme),
    ("dialog", Purpose::Consent),
    ("popup", Purpose::OtherFunctional),
];
/// Aspects that show a choice of display or input.
const CHOICES: [&str; 4] = ["controls", "layout", "folded", "text"];

/// What a trial shows; `None` where it could not be made.
pub(crate) fn verdict(trial: &Trial) -> Option<TrialVerdict> {
    if trial.failure.is_some() {
        return None;
    }
    let proof = if trial.reverted == Some(false) { None } else { proof(&trial.differences) };
    let change = match &trial.altered_to {
        Some(value) => format!("altered to {value}"),
        None => "removed".to_owned(),
    };
    let verdict = match proof {
        Some((_, difference)) => sentence(trial, difference),
        None => format!("without `{}`, {} shows no visible change", trial.key.name, trial.page),
    };
    let vague = proof.is_some_and(|(purpose, difference)| is_vague(purpose, &difference.aspect));
    Some(TrialVerdict { purpose: proof.map(|(purpose, _)| purpose), vague, verdict, change, page: trial.page.clone() })
}

/// Another text, or another page without a sign-in, has many reasons.
fn is_vague(purpose: Purpose, aspect: &str) -> bool {
    matches!(aspect, "text" | "popup" | "final_url") || aspect == "status" && purpose != Purpose::Login
}

/// One cookie that holds the language on one page and other choices on another is a record of preferences.
pub(crate) fn agree(verdicts: &mut [TrialVerdict]) {
    let choices = [Purpose::Language, Purpose::Theme, Purpose::Preferences];
    let sure = |v: &&TrialVerdict| !v.vague;
    let shown: BTreeSet<Purpose> = verdicts.iter().filter(sure).filter_map(|v| v.purpose).collect();
    if shown.len() > 1 && shown.iter().all(|purpose| choices.contains(purpose)) {
        for verdict in verdicts.iter_mut().filter(|v| v.purpose.is_some()) {
            verdict.purpose = Some(Purpose::Preferences);
        }
    }
}

fn proof(differences: &[Difference]) -> Option<(Purpose, &Difference)> {
    let of = |aspect: &str| differences.iter().find(|difference| difference.aspect == aspect);
    let forbidden = of("status").filter(|d| matches!(d.after.as_str(), "401" | "403") && !d.before.starts_with('4'));
    if let Some(difference) = forbidden {
        return Some((Purpose::Login, difference));
    }
    let known = PROOFS.iter().find_map(|(aspect, purpose)| of(aspect).map(|difference| (*purpose, difference)));
    if let Some((Purpose::Language, _)) = known
        && let Some(choices) = of("controls").filter(|d| holds_more_than_language(d))
    {
        // A server-side record of several choices, the language among them.
        return Some((Purpose::Preferences, choices));
    }
    let choice = || CHOICES.iter().find_map(|aspect| of(aspect)).map(|difference| (Purpose::Preferences, difference));
    let elsewhere =
        || of("final_url").or_else(|| of("status")).map(|difference| (Purpose::OtherFunctional, difference));
    known.or_else(elsewhere).or_else(choice)
}

/// Whether fields that were filled in for the visitor are empty without the cookie: no language does that.
fn holds_more_than_language(controls: &Difference) -> bool {
    controls.before.contains(": filled") && controls.after.contains(": empty")
}

fn sentence(trial: &Trial, difference: &Difference) -> String {
    let (name, page) = (&trial.key.name, &trial.page);
    let how = match (&trial.altered_to, trial.also_removed.as_slice()) {
        (Some(value), _) => format!("with `{name}` set to {value}"),
        (None, []) => format!("without `{name}`"),
        (None, others) => format!("without `{name}` and `{}`", others.join("` and `")),
    };
    let aspect = difference.aspect.replace('_', " ");
    format!("{how}, {page} changes its {aspect} from \"{}\" to \"{}\"", difference.before, difference.after)
}
