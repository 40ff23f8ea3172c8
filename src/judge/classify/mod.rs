//! What a cookie is for: knowledge, names, values, writers, identifiers → purpose with reasons.
//!
//! Every source brings candidates, each with points for purposes and a sentence that says why (`candidates`); `score`
//! adds them up. A site's override and a trial decide outright. `knowledge` and `index` hold the embedded tables,
//! `names` reads words out of names, `cues` looks at value, lifetime and writer, `identifier` compares visitors, `fold`
//! groups dynamic names. Not here: reading policies, and anything that needs a browser.

mod candidates;
pub mod cookie_db;
mod cues;
mod exempt;
pub mod filter_list;
pub mod fold;
pub mod identifier;
mod index;
mod knowledge;
mod lens;
mod names;
mod score;
mod subject;
pub mod vendors;
mod weights;

pub use candidates::Candidate;
pub use subject::{SetBy, Subject};

use globset::{Glob, GlobMatcher};

use self::cookie_db::CookieDb;
use self::filter_list::FilterList;
use crate::judge::model::{Classification, Purpose};

/// Why a classifier could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassifyError {
    /// An embedded table is broken.
    #[error("knowledge table {file} is broken: {message}; this is a bug in cookie-audit, please report it")]
    Table {
        /// Its file.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// An override's name is no glob.
    #[error("override for {name} is no valid pattern: {message}; `*` stands for any run of characters")]
    Override {
        /// The pattern.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// The user's cookie database cannot be read.
    #[error("cookie database {file} cannot be read: {message}; expected the Open Cookie Database as CSV or JSON")]
    CookieDb {
        /// Its file.
        file: String,
        /// What is wrong.
        message: String,
    },
}

/// What the site's own people say about a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Name or glob.
    pub name: String,
    /// Domain it is about; any when absent.
    pub domain: Option<String>,
    /// Purpose.
    pub purpose: Purpose,
    /// Why; shown with every use.
    pub reason: String,
}

/// What a classifier is made from.
#[derive(Debug, Clone)]
pub struct ClassifierOptions {
    /// Overrides of the site's config, first match wins.
    pub overrides: Vec<Override>,
    /// The user's cookie database: file name and text.
    pub cookie_db: Option<(String, String)>,
    /// EasyPrivacy-format lists: file name and text.
    pub filter_lists: Vec<(String, String)>,
    /// Use the embedded rules and vendors. Off, values, attributes and names decide alone (how trials are checked).
    pub knowledge: bool,
    /// Read words out of names.
    pub names: bool,
}

impl Default for ClassifierOptions {
    fn default() -> Self {
        Self { overrides: Vec::new(), cookie_db: None, filter_lists: Vec::new(), knowledge: true, names: true }
    }
}

/// Says what cookies and storage keys are for.
pub struct Classifier {
    overrides: Vec<(GlobMatcher, Override)>,
    cookie_db: Option<CookieDb>,
    filter_list: Option<FilterList>,
    knowledge: bool,
    names: bool,
}

impl Classifier {
    /// Reads what it needs; every fault of a table or of the user's files shows here.
    pub fn new(options: &ClassifierOptions) -> Result<Self, ClassifyError> {
        knowledge::rules()?;
        vendors::check()?;
        names::check()?;
        weights::weights()?;
        let compiled = |o: &Override| match Glob::new(&o.name) {
            Ok(glob) => Ok((glob.compile_matcher(), o.clone())),
            Err(e) => Err(ClassifyError::Override { name: o.name.clone(), message: e.to_string() }),
        };
        Ok(Self {
            overrides: options.overrides.iter().map(compiled).collect::<Result<_, _>>()?,
            cookie_db: options.cookie_db.as_ref().map(|(file, text)| CookieDb::read(file, text)).transpose()?,
            filter_list: FilterList::new(&options.filter_lists),
            knowledge: options.knowledge,
            names: options.names,
        })
    }

    /// What this one is for.
    #[must_use]
    pub fn classify(&self, subject: &Subject) -> Classification {
        score::decide(subject, &self.candidates(subject))
    }

    /// The authority for the answer's `consent_exempt`.
    #[must_use]
    pub fn exempt_source(&self, subject: &Subject, class: &Classification) -> &'static str {
        exempt::consent_exempt(subject, class.purpose, class.confidence, &self.candidates(subject)).1
    }

    /// Everything that spoke for or against, strongest first.
    #[must_use]
    pub fn explain(&self, subject: &Subject) -> Vec<Candidate> {
        let mut all = self.candidates(subject);
        all.sort_by(Candidate::stronger_first);
        all
    }

    fn candidates(&self, subject: &Subject) -> Vec<Candidate> {
        let mut out = Vec::new();
        candidates::overrides(&self.overrides, subject, &mut out);
        candidates::trials(subject, &mut out);
        if self.knowledge {
            candidates::knowledge(subject, &mut out);
            let owned = candidates::owned(&out);
            candidates::vendor_of_domain(subject, &owned, &mut out);
            candidates::vendor_of_writer(subject, &mut out);
        }
        if let Some(db) = &self.cookie_db {
            candidates::cookie_db(db, subject, &mut out);
        }
        if let Some(list) = &self.filter_list {
            candidates::filter_list(list, subject, &mut out);
        }
        if self.names {
            let owned = candidates::owned(&out);
            names::candidates(subject, &owned, &mut out);
        }
        cues::candidates(subject, &mut out);
        out
    }
}

/// How many rules of the embedded tables a name fits. For measuring; [`Classifier::explain`] says which and why.
#[must_use]
pub fn rules_fitting(name: &str) -> usize {
    knowledge::rules().map_or(0, |index| index.fitting(name).len())
}

#[cfg(test)]
mod tests;
