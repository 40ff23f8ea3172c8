//! One row of a list, whatever its form: what its fields say, and the declarations that come of it.

use super::lifetime::{self, Lifetimes};
use super::names::Name;
use super::purpose;
use super::words::words;
use crate::cookie::Party;
use crate::judge::model::{Declaration, DeclaredStorage};
use crate::judge::policy::document::{Document, Text, shortened};

/// What stands around a row: headings, the words before a list, what a list says of all its rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setting {
    /// Headings and introduction, for purposes.
    pub(crate) about: String,
    /// Provider of all rows.
    pub(crate) provider: Option<String>,
    /// Storage of all rows.
    pub(crate) storage: Option<DeclaredStorage>,
    /// Party of all rows.
    pub(crate) party: Option<Party>,
    /// Lifetime of all rows.
    pub(crate) lifetime: Option<String>,
    /// For [`crate::judge::model::Place`].
    pub(crate) place: String,
}

/// The fields of a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub(crate) names: Vec<Name>,
    pub(crate) provider: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) lifetime: Option<String>,
    /// Unit of bare numbers.
    pub(crate) unit: Option<i64>,
    pub(crate) storage: Option<String>,
    pub(crate) party: Option<String>,
    /// Words it may be quoted by, best first.
    pub(crate) quotes: Vec<String>,
}

/// No purpose is kept longer.
const LONGEST_PURPOSE: usize = 1_000;
const LONGEST_PROVIDER: usize = 120;

impl Record {
    /// The declarations of this row; `text` is where its names stand.
    pub(crate) fn declare(&self, document: &Document, text: &Text, setting: &Setting) -> Vec<Declaration> {
        let lifetimes = self.lifetimes(setting);
        let purposes = parallel(self.purpose.as_deref().unwrap_or_default(), self.names.len(), false, &|_| true);
        let mut found = Vec::new();
        for (index, name) in self.names.iter().enumerate() {
            let written = text.plain.get(name.range.clone()).unwrap_or_default();
            let quotes = self.quotes.iter().map(String::as_str).chain([written]);
            let Some(quote) = document.quote(quotes) else { continue };
            let of_name = purposes.as_ref().and_then(|p| p.get(index).copied()).or(self.purpose.as_deref());
            let lifetime = lifetimes.get(index).cloned().unwrap_or_default();
            found.push(Declaration {
                name: name.glob.clone(),
                provider: self.provider(name, setting),
                purpose: self.purpose_of(of_name, name, setting),
                purpose_text: of_name.map(|p| shortened(p.trim(), LONGEST_PURPOSE)).filter(|p| !p.is_empty()),
                lifetime: lifetime.longest,
                lifetimes: lifetime.all,
                storage: self.storage_of(setting),
                party: self.party_of(setting),
                quote,
                place: document.place(text, name.range.start, &setting.place),
            });
        }
        found
    }

    fn provider(&self, name: &Name, setting: &Setting) -> Option<String> {
        let note = name.note.as_ref().filter(|n| lifetime::parse(n, None).all.is_empty());
        let own = self.provider.as_ref().or(note).or(self.domain.as_ref()).or(setting.provider.as_ref())?;
        let own = own.replace('\n', ", ");
        let own = own.trim().trim_end_matches(['.', ',']);
        let none = own.is_empty() || own == "*" || words().is_one("nothing", "words", own);
        (!none).then(|| shortened(own, LONGEST_PROVIDER))
    }

    fn purpose_of(&self, text: Option<&str>, name: &Name, setting: &Setting) -> Option<crate::judge::model::Purpose> {
        let category = self.category.as_deref().unwrap_or_default();
        let remark = name.note.as_deref().unwrap_or_default();
        let about = setting.about.as_str();
        purpose::of(&[(text.unwrap_or_default(), 2, 99), (category, 2, 6), (remark, 1, 3)], about)
    }

    fn storage_of(&self, setting: &Setting) -> DeclaredStorage {
        let fields = [&self.storage, &self.category, &self.lifetime];
        let told = fields.into_iter().flatten().find_map(|t| purpose::storage_cell(t));
        told.or(setting.storage).unwrap_or(DeclaredStorage::Cookie)
    }

    fn party_of(&self, setting: &Setting) -> Option<Party> {
        let fields = [&self.party, &self.category, &self.provider];
        fields.into_iter().flatten().find_map(|t| purpose::party(t)).or(setting.party)
    }

    /// One for each name: side by side where the lists are equally long, else the same for all.
    fn lifetimes(&self, setting: &Setting) -> Vec<Lifetimes> {
        let count = self.names.len();
        if let Some(text) = self.lifetime.as_deref().filter(|t| !t.trim().is_empty()) {
            let reads = |t: &str| !lifetime::parse(t, self.unit).all.is_empty() || is_nothing(t);
            if let Some(parts) = parallel(text, count, true, &reads) {
                return parts.into_iter().map(|p| lifetime::parse(p, self.unit)).collect();
            }
            let whole = lifetime::parse(text, self.unit);
            return vec![whole; count];
        }
        let of_all = setting.lifetime.as_deref().map(|t| lifetime::parse(t, None)).unwrap_or_default();
        self.names
            .iter()
            .map(|name| {
                let remark = name.note.as_deref().map(|n| lifetime::parse(n, None)).filter(|l| !l.all.is_empty());
                remark.or_else(|| self.told_in_purpose()).unwrap_or_else(|| of_all.clone())
            })
            .collect()
    }

    /// "… and retained for 6 hours" at the end of a purpose.
    fn told_in_purpose(&self) -> Option<Lifetimes> {
        let purpose = self.purpose.as_deref()?;
        let mut sentences = purpose.split_inclusive(['.', '\n']);
        sentences.map(lifetime::in_sentence).find(|l| l.longest.and_then(crate::cookie::Lifetime::seconds).is_some())
    }
}

fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text == "-" || text == "–" || words().is_one("nothing", "words", text)
}

/// A list of as many parts as there are names, if it is one.
fn parallel<'a>(text: &'a str, count: usize, commas: bool, reads: &dyn Fn(&str) -> bool) -> Option<Vec<&'a str>> {
    if count < 2 {
        return None;
    }
    let by = |separators: &[char]| {
        let parts: Vec<&str> = text.split(separators).map(str::trim).filter(|p| !p.is_empty()).collect();
        (parts.len() == count && parts.iter().all(|p| reads(p))).then_some(parts)
    };
    by(&['\n']).or_else(|| by(&[';', '\n'])).or_else(|| {
        // Prose has commas too: only what reads as a list of values is one.
        let listed = commas && text.split(',').all(|p| p.split_whitespace().count() <= 4);
        if listed { by(&[',', '\n']).or_else(|| by(&[',', ';', '/', '\n'])) } else { None }
    })
}
