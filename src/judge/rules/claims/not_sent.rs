//! `not-sent-to-server`: the key is a cookie, which every request carries, or its value was seen in a request.

use super::{Against, Answer, facts};
use crate::judge::model::Claim;
use crate::judge::rules::{Case, words};

pub(super) fn test(case: &Case<'_>, claim: &Claim) -> Answer {
    let cookies = match &claim.about {
        Some(about) => facts::cookies(case, |entry| facts::named_by(case, about, entry)),
        // A sentence about everything the site keeps is about its cookies too, but then it is hardly meant so.
        None => Vec::new(),
    };
    let items = case.audit.storage.iter().enumerate();
    let meant =
        items.filter(|(_, item)| claim.about.as_ref().is_none_or(|about| item.key == *about || item.pattern == *about));
    let sent: Vec<(usize, String)> = meant
        .filter_map(|(index, item)| {
            let leak = item.leaks.first()?;
            Some((index, format!("`{}` of {} was sent to {}", item.pattern, words::storage_kind(item.kind), leak.to)))
        })
        .collect();
    let mut against = Against::cookies(case, cookies, "is a cookie, which requests carry");
    if let Some((_, line)) = sent.first().filter(|_| against.cookies.is_empty()) {
        against.words.clone_from(line);
    }
    against.storage = sent.iter().map(|(index, _)| *index).collect();
    against.evidence.extend(sent.into_iter().map(|(_, line)| line));
    against.unless_empty()
}
