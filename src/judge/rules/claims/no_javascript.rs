//! `no-javascript`: a script ran.

use std::collections::BTreeSet;

use super::{Against, Answer};
use crate::evidence::model::{PageVisit, WriterKind};
use crate::judge::model::Claim;
use crate::judge::rules::Case;

pub(super) fn test(case: &Case<'_>, _: &Claim) -> Answer {
    let pages: BTreeSet<&String> = case.evidence.pages.iter().filter(|page| ran(page)).map(|page| &page.url).collect();
    let against = Against {
        words: format!("scripts ran on {} pages", pages.len()),
        pages: pages.into_iter().cloned().collect(),
        ..Against::default()
    };
    against.unless_empty()
}

fn ran(page: &PageVisit) -> bool {
    let loaded = page.hosts.iter().any(|host| host.kinds.iter().any(|kind| kind == "script"));
    loaded || page.writes.iter().any(|write| write.writer.kind == WriterKind::Script)
}
