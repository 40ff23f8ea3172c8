//! Trials judged: what a page did differently without a cookie, put into a purpose and a sentence.
//!
//! Only a difference beyond the page's own noise counts, and only if it went away when the cookie came back.

use crate::evidence::model::{Difference, Trial};
use crate::judge::model::{Purpose, TrialVerdict};

/// Aspects in order of what they prove: a page that signs the visitor out also changes its text.
const PROOFS: [(&str, Purpose); 10] = [
    ("signed_in", Purpose::Login),
    ("final_url", Purpose::Login),
    ("status", Purpose::Login),
    ("basket", Purpose::Cart),
    ("language", Purpose::Language),
    ("text_language", Purpose::Language),
    ("direction", Purpose::Language),
    ("theme_attribute", Purpose::Theme),
    ("colors", Purpose::Theme),
    ("dialog", Purpose::Consent),
];

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
    Some(TrialVerdict { purpose: proof.map(|(purpose, _)| purpose), verdict, change, page: trial.page.clone() })
}

fn proof(differences: &[Difference]) -> Option<(Purpose, &Difference)> {
    let known = PROOFS.iter().find_map(|(aspect, purpose)| {
        differences.iter().find(|difference| difference.aspect == *aspect).map(|difference| (*purpose, difference))
    });
    let any = || differences.iter().find(|difference| matches!(difference.aspect.as_str(), "text" | "controls"));
    known.or_else(|| any().map(|difference| (Purpose::Preferences, difference)))
}

fn sentence(trial: &Trial, difference: &Difference) -> String {
    let (name, page) = (&trial.key.name, &trial.page);
    let how = match &trial.altered_to {
        Some(value) => format!("with `{name}` set to {value}"),
        None => format!("without `{name}`"),
    };
    let aspect = difference.aspect.replace('_', " ");
    format!("{how}, {page} changes its {aspect} from \"{}\" to \"{}\"", difference.before, difference.after)
}
