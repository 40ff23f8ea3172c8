//! What changed since the audit before, for the first screen: lists of short lines, empty ones left out.
//!
//! What a difference is says `diff`; here it is only told.

use serde::Serialize;

use super::context::minute;
use crate::judge::model::Audit;
use crate::report::diff::{self, Changed, FindingItem, Group, Item};
use crate::report::json::Report;
use crate::report::json::words::Outcome;
use crate::report::texts::Texts;

/// Entries listed in one list; the rest is in `diff`.
const MOST: usize = 100;

/// Lists with their titles.
#[derive(Debug, Serialize)]
pub(super) struct ChangesView {
    before: String,
    lists: Vec<(String, Vec<String>)>,
}

/// Compares with the earlier report.
pub(super) fn view(previous: &Report, audit: &Audit, texts: &Texts) -> ChangesView {
    let diff = diff::between(previous, &Report::from(audit));
    let lists = [
        ("changes.new", violations(&diff.findings.came)),
        ("changes.gone", violations(&diff.findings.went)),
        ("changes.came", items(&diff.cookies.came)),
        ("changes.went", items(&diff.cookies.went)),
        ("changes.changed", changed(&diff.cookies.changed)),
        ("changes.hosts", items(&diff.hosts.came)),
        ("changes.declared", declared(&diff.declarations)),
    ];
    let told = lists.into_iter().filter(|(_, list)| !list.is_empty());
    ChangesView {
        before: texts.say("changes.before", &[("when", &minute(&previous.started_at))]),
        lists: told.map(|(key, list)| (texts.get(key).to_owned(), list.into_iter().take(MOST).collect())).collect(),
    }
}

fn violations(findings: &[FindingItem]) -> Vec<String> {
    findings.iter().filter(|f| f.outcome == Outcome::Violation).map(|f| f.message.clone()).collect()
}

fn named(name: &str, of: &str) -> String {
    if of.is_empty() { name.to_owned() } else { format!("{name} ({of})") }
}

fn items(items: &[Item]) -> Vec<String> {
    items.iter().map(|item| named(&item.name, &item.of)).collect()
}

fn changed(entries: &[Changed]) -> Vec<String> {
    let line = |entry: &Changed| {
        let fields = entry.fields.iter().map(|f| format!("{}: {} → {}", f.field, dash(&f.old), dash(&f.new)));
        format!("{}: {}", named(&entry.name, &entry.of), fields.collect::<Vec<_>>().join("; "))
    };
    entries.iter().map(line).collect()
}

fn dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn declared(group: &Group) -> Vec<String> {
    let signed = |sign: &'static str, items: &[Item]| -> Vec<String> {
        items.iter().map(|item| format!("{sign} {}", item.name)).collect()
    };
    [signed("+", &group.came), signed("−", &group.went), changed(&group.changed)].concat()
}
