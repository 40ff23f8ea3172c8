//! The points of the scoring, from `configs/knowledge/weights.toml`: what each kind of evidence is worth.
//!
//! Kept as data so that a person can read, question and change them; what they mean is said there.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::ClassifyError;
use crate::judge::model::Purpose;

static FILE: &str = "weights.toml";
static TEXT: &str = include_str!("../../../configs/knowledge/weights.toml");

/// All points.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    /// Points of rules about names.
    pub(super) knowledge: Knowledge,
    /// Points of vendors and lists.
    pub(super) vendor: Vendors,
    /// Points of words in names.
    pub(super) names: Names,
    /// From how sure on an answer is called what.
    pub(super) confidence: Thresholds,
    /// Points before anything is known.
    #[serde(deserialize_with = "points")]
    pub(super) prior: Vec<(Purpose, f64)>,
    /// What behaviour is worth.
    pub(super) cue: BTreeMap<String, CueRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Knowledge {
    pub(super) high: f64,
    pub(super) medium: f64,
    pub(super) low: f64,
    pub(super) second: f64,
    pub(super) domain_fits: f64,
    pub(super) domain_first: f64,
    pub(super) domain_differs: f64,
    /// The rule names domains, and of the cookie only that it is the site's own is known.
    pub(super) domain_unknown: f64,
    pub(super) party_differs: f64,
    pub(super) value_differs: f64,
    pub(super) kind_differs: f64,
    pub(super) case_differs: f64,
    pub(super) choice: f64,
    pub(super) elsewhere: f64,
    pub(super) short_glob: f64,
    pub(super) short_name: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vendors {
    pub(super) domain: f64,
    /// Where the domain's owner does not track but serves a function.
    pub(super) domain_function: f64,
    /// Factor, where a product's rules know the cookie and say something else.
    pub(super) domain_of_known: f64,
    /// Against functions, where the domain is a tracker's.
    pub(super) domain_against: f64,
    pub(super) writer: f64,
    pub(super) cookie_db: f64,
    pub(super) tracker_list: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    /// Factor of all words' points.
    pub(super) factor: f64,
    /// Factor of a word found inside a longer run of letters.
    pub(super) inside: f64,
    /// Factor of each further word for the same purpose.
    pub(super) further: f64,
    /// Factor of words that are keys inside a value.
    pub(super) keys: f64,
    /// Factor of words of sign-in, basket and choices in another site's cookie.
    pub(super) third: f64,
    /// Factor of words for another purpose than the rules of a known product say.
    pub(super) foreign: f64,
    /// Points of a vendor's name in a cookie's name.
    pub(super) brand: f64,
    /// Most that a name of three letters gets.
    pub(super) short: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    /// Points ahead of the next purpose.
    pub(super) high: f64,
    /// The same.
    pub(super) medium: f64,
    /// Share of the probability; below this an answer is `unknown`.
    pub(super) answer: f64,
}

/// One cue: the sentence shown, and its points.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CueRow {
    pub(super) says: String,
    #[serde(default, deserialize_with = "points")]
    pub(super) points: Vec<(Purpose, f64)>,
}

/// Points by purpose; a word that is no purpose is a fault of the table.
fn points<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(Purpose, f64)>, D::Error> {
    let read = BTreeMap::<String, f64>::deserialize(from)?;
    let unknown = |word: &str| D::Error::custom(format!("{word} is no purpose"));
    read.iter().map(|(word, x)| Ok((Purpose::from_word(word).ok_or_else(|| unknown(word))?, *x))).collect()
}

/// The weights. Parsed on first use.
pub(super) fn weights() -> Result<&'static Weights, ClassifyError> {
    static READ: OnceLock<Result<Weights, ClassifyError>> = OnceLock::new();
    READ.get_or_init(|| {
        let broken = |e: toml::de::Error| ClassifyError::Table { file: FILE.to_owned(), message: e.to_string() };
        toml::from_str(TEXT).map_err(broken)
    })
    .as_ref()
    .map_err(Clone::clone)
}
