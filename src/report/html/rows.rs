//! The row of the policy's table that a finding advises, cell by cell, so that a reader sees which word is what.
//!
//! Only where the advice ends in exactly the rows its rule made; any other advice stays the sentence it is.

use serde::Serialize;

use super::cookies::purpose_key;
use crate::cookie::{Lifetime, Party};
use crate::evidence::model::StorageKind;
use crate::judge::model::{Audit, CookieEntry, Finding, StorageItem};
use crate::judge::rules::words as said;
use crate::report::escape;
use crate::report::json::words;
use crate::report::texts::Texts;

/// Characters of a name that are shown.
pub(super) const NAME: usize = 160;

/// One row, in the language of the page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RowView {
    name: String,
    provider: String,
    purpose: String,
    lifetime: String,
    kind: String,
    party: String,
}

/// The advice without its rows, and the rows.
pub(super) fn split(audit: &Audit, f: &Finding, texts: &Texts) -> (String, Vec<RowView>) {
    let cookies = f.cookies.iter().filter_map(|&c| audit.cookies.get(c)).map(|c| (said::row(c), of_cookie(c, texts)));
    let storage =
        f.storage.iter().filter_map(|&s| audit.storage.get(s)).map(|s| (said::storage_row(s), of_storage(s, texts)));
    let known: Vec<(String, RowView)> = cookies.chain(storage).collect();
    let all = known.iter().map(|(row, _)| row.as_str()).collect::<Vec<_>>().join("; ");
    if let Some(lead) = lead(&f.advice, &all) {
        return (lead, known.into_iter().map(|(_, view)| view).collect());
    }
    for (row, view) in known {
        if let Some(lead) = lead(&f.advice, &row) {
            return (lead, vec![view]);
        }
    }
    (f.advice.clone(), Vec::new())
}

fn lead(advice: &str, rows: &str) -> Option<String> {
    advice.strip_suffix(rows).filter(|lead| lead.ends_with(": ")).map(|lead| lead.trim_end().to_owned())
}

fn of_cookie(c: &CookieEntry, texts: &Texts) -> RowView {
    RowView {
        name: escape::cut(&c.pattern, NAME),
        provider: said::provider(c),
        purpose: texts.get(purpose_key(c.class.purpose)).to_owned(),
        lifetime: texts.lifetime(said::lifetime_of(c)),
        kind: texts.get("words.cookie").to_owned(),
        party: party(c.party, texts),
    }
}

fn of_storage(s: &StorageItem, texts: &Texts) -> RowView {
    let lifetime = if s.kind == StorageKind::SessionStorage {
        texts.lifetime(Some(Lifetime::Session))
    } else {
        texts.get("words.until_deleted").to_owned()
    };
    RowView {
        name: escape::cut(&s.pattern, NAME),
        provider: said::origin_host(&s.origin),
        purpose: texts.get(purpose_key(s.class.purpose)).to_owned(),
        lifetime,
        kind: texts.get(&format!("words.{}", words::StorageKind::from(s.kind).word())).to_owned(),
        party: party(s.party, texts),
    }
}

fn party(party: Party, texts: &Texts) -> String {
    texts.get(if party == Party::First { "words.first" } else { "words.third" }).to_owned()
}
