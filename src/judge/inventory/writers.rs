//! Writers of a cookie, deduplicated and made the same in every recording of an unchanged site.
//!
//! One script that writes on four hundred pages is one writer. What changes with every request (the page's own URL in
//! the initiator, cache busters in the query) does not make a new one.

use std::collections::BTreeMap;

use crate::evidence::model::{PageVisit, Writer, WriterKind};

/// What makes two writes the same writer.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sameness {
    kind: WriterKind,
    url: Option<String>,
    hop: Option<u32>,
    initiator: Option<String>,
    frame: Option<String>,
    api: Option<String>,
}

/// Collects writers.
#[derive(Debug, Default)]
pub(crate) struct Writers(BTreeMap<Sameness, Writer>);

impl Writers {
    /// Adds the writer of a write seen on a page.
    pub(crate) fn add(&mut self, writer: &Writer, page: &PageVisit) {
        let sameness = Sameness {
            kind: writer.kind,
            url: writer.url.as_deref().map(|url| without_query(url).to_owned()),
            hop: writer.hop,
            initiator: writer.initiator.as_deref().map(|text| without_page(text, page)),
            frame: writer.frame.as_deref().filter(|frame| !is_page(frame, page)).map(|f| without_query(f).to_owned()),
            api: writer.api.clone(),
        };
        if let Some(kept) = self.0.get_mut(&sameness) {
            merge(kept, writer);
        } else {
            let mut first = writer.clone();
            first.url = first.url.map(|url| settle(&url));
            self.0.insert(sameness, first);
        }
    }

    /// The writers in stable order.
    pub(crate) fn into_sorted(self) -> Vec<Writer> {
        let mut all: Vec<Writer> = self.0.into_values().collect();
        all.sort();
        all
    }
}

/// Keeps what both share, and of the rest the smaller, so that the order of pages does not matter.
fn merge(kept: &mut Writer, other: &Writer) {
    if let (Some(a), Some(b)) = (&kept.url, &other.url) {
        kept.url = Some(common_url(a, &settle(b)));
    }
    if other.initiator < kept.initiator {
        kept.initiator.clone_from(&other.initiator);
    }
    if other.frame < kept.frame {
        kept.frame.clone_from(&other.frame);
    }
    if other.stack < kept.stack {
        kept.stack.clone_from(&other.stack);
    }
    kept.status = kept.status.min(other.status);
}

fn is_page(url: &str, page: &PageVisit) -> bool {
    url == page.url || page.final_url.as_deref() == Some(url)
}

/// The initiator's text with the page's own address taken out.
fn without_page(text: &str, page: &PageVisit) -> String {
    let text = match page.final_url.as_deref() {
        Some(url) if !url.is_empty() => text.replace(url, "page"),
        _ => text.to_owned(),
    };
    if page.url.is_empty() { text } else { text.replace(&page.url, "page") }
}

/// The URL up to its query.
pub(crate) fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// Replaces query values that are a time or a random number by `*`: they differ in every recording.
fn settle(url: &str) -> String {
    map_query(url, |_, value| if is_cache_buster(value) { "*".to_owned() } else { value.to_owned() })
}

/// The part two URLs of one writer share: query values that differ become `*`.
fn common_url(a: &str, b: &str) -> String {
    if a == b {
        return a.to_owned();
    }
    let other: BTreeMap<&str, &str> = pairs(b).collect();
    map_query(a, |name, value| if other.get(name) == Some(&value) { value.to_owned() } else { "*".to_owned() })
}

fn pairs(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn map_query(url: &str, value: impl Fn(&str, &str) -> String) -> String {
    let Some((base, _)) = url.split_once('?') else { return url.to_owned() };
    let shown: Vec<String> = pairs(url)
        .map(|(name, old)| {
            let new = value(name, old);
            if new.is_empty() && !url.contains(&format!("{name}=")) { name.to_owned() } else { format!("{name}={new}") }
        })
        .collect();
    format!("{base}?{}", shown.join("&"))
}

/// A long number or a fraction: `1763811239123`, `0.8374628374`.
fn is_cache_buster(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 9 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cache_busters_settle_and_the_rest_stays() {
        assert_eq!(settle("https://t.test/p?id=UA-1&r=0.837462837"), "https://t.test/p?id=UA-1&r=*");
        assert_eq!(settle("https://t.test/p?flag&v=2"), "https://t.test/p?flag&v=2");
        assert_eq!(settle("https://t.test/p"), "https://t.test/p");
    }

    #[test]
    fn differing_values_become_a_star() {
        assert_eq!(common_url("https://t.test/p?a=1&b=2", "https://t.test/p?a=1&b=3"), "https://t.test/p?a=1&b=*");
    }
}
