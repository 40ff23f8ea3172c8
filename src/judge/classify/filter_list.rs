//! Tracker lists that the user brings (EasyPrivacy format), read by Brave's `adblock`.
//!
//! None is shipped. A blocked writer is evidence of measuring or advertising, not a verdict.

use adblock::Engine;
use adblock::lists::{FilterSet, ParseOptions, RuleTypes};
use adblock::request::Request;

/// The compiled lists.
pub(super) struct FilterList {
    engine: Engine,
}

impl FilterList {
    /// Compiles lists given as file name and text; `None` where there is none. Lines that are no rules are passed over,
    /// as every reader of such lists does.
    pub(super) fn new(lists: &[(String, String)]) -> Option<Self> {
        if lists.is_empty() {
            return None;
        }
        let mut set = FilterSet::new(true);
        for (_, text) in lists {
            set.add_filter_list(
                text.clone(),
                ParseOptions { rule_types: RuleTypes::NetworkOnly, ..ParseOptions::default() },
            );
        }
        Some(Self { engine: Engine::new_with_filter_set(set) })
    }

    /// The rule that blocks this address on a page of that host, if any.
    pub(super) fn blocks(&self, url: &str, page_host: &str) -> Option<String> {
        let page = format!("https://{}/", page_host.trim_start_matches('.'));
        let request = Request::new(url, &page, "script", "GET").ok()?;
        let result = self.engine.check_network_request(&request);
        let blocked = result.should_block();
        result.filter.filter(|_| blocked).map(|rule| rule.raw_line.unwrap_or_else(|| "unnamed".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_blocks_what_it_names() {
        let list = FilterList::new(&[(
            "mine.txt".into(),
            "! title\n||stats.test^$third-party\n@@||stats.test/free.js\n".into(),
        )]);
        let list = list.unwrap();
        assert!(list.blocks("https://stats.test/a.js", "shop.example").is_some_and(|r| r.contains("stats.test")));
        assert_eq!(list.blocks("https://stats.test/free.js", "shop.example"), None);
        assert_eq!(list.blocks("https://stats.test/a.js", "stats.test"), None);
        assert!(FilterList::new(&[]).is_none());
    }
}
