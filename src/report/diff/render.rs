//! A difference as a table for the terminal, as Markdown for a merge request, as JSON.

use std::fmt::Write as _;

use super::{Changed, Diff, Field, FindingItem, Group};
use crate::report::json::words::Outcome;
use crate::report::terminal::{Style, plain_table, wrap};
use crate::report::{ReportError, escape, units};

/// Longest text of one cell.
const CELL: usize = 300;

/// JSON.
pub fn json(diff: &Diff) -> Result<Vec<u8>, ReportError> {
    Ok(escape::json(diff)?)
}

/// What happened, in a sentence.
fn sentence(diff: &Diff) -> String {
    if diff.is_empty() {
        return "Nothing differs.".to_owned();
    }
    let mut parts = Vec::new();
    for (title, came, went, changed) in counts(diff) {
        let words = [(came, "came"), (went, "went"), (changed, "changed")];
        let told: Vec<String> =
            words.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if !told.is_empty() {
            parts.push(format!("{}: {}", title.to_lowercase(), told.join(", ")));
        }
    }
    let lead = if diff.anything_new { "Something is new" } else { "Nothing is new" };
    format!("{lead}. {}.", capital(&parts.join("; ")))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn counts(diff: &Diff) -> Vec<(&'static str, usize, usize, usize)> {
    let findings = &diff.findings;
    let mut counts = vec![("Findings", findings.came.len(), findings.went.len(), findings.changed.len())];
    counts.extend(diff.groups().map(|(title, g)| (title, g.came.len(), g.went.len(), g.changed.len())));
    counts
}

/// A table for the terminal.
#[must_use]
pub fn table(diff: &Diff, width: usize, colour: bool) -> String {
    let style = Style { colour };
    let width = width.max(60);
    let mut out = format!("{}\n", style.bold(&escape::line(&diff.new.site, width)));
    let _ = writeln!(out, "{} → {}", escape::line(&diff.old.started_at, 40), escape::line(&diff.new.started_at, 40));
    if diff.old.site != diff.new.site {
        let _ = writeln!(out, "the old report is of another site: {}", escape::line(&diff.old.site, width));
    }
    for line in wrap(&sentence(diff), width) {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
    finding_table(&mut out, diff, width, style);
    for (title, group) in diff.groups() {
        group_table(&mut out, title, group, width, style);
    }
    out
}

fn finding_table(out: &mut String, diff: &Diff, width: usize, style: Style) {
    let found = &diff.findings;
    if found.is_empty() {
        return;
    }
    let mut table = plain_table(width, &["", "rule", "finding"]);
    let row = |sign: &str, f: &FindingItem, extra: &str| {
        let what = if f.outcome == Outcome::Incomplete { "not tested" } else { f.severity.word() };
        [
            sign.to_owned(),
            format!("{what}\n{}\n{}", f.code, escape::line(&f.rule, 40)),
            format!("{}{extra}", escape::line(&f.message, CELL)),
        ]
    };
    for f in &found.came {
        table.add_row(row("+", f, ""));
    }
    for f in &found.went {
        table.add_row(row("-", f, ""));
    }
    for c in &found.changed {
        table.add_row(row("~", &c.finding, &format!("\n{}", lines(&c.fields))));
    }
    let _ = writeln!(out, "{}\n{}\n", style.bold("Findings"), table.trim_fmt());
}

fn group_table(out: &mut String, title: &str, group: &Group, width: usize, style: Style) {
    if group.is_empty() {
        return;
    }
    let mut table = plain_table(width, &["", "name", "what"]);
    let named = |name: &str, of: &str| {
        let of = if of.is_empty() { String::new() } else { format!("\n{}", escape::line(of, 60)) };
        format!("{}{of}", escape::line(name, 60))
    };
    for (sign, items) in [("+", &group.came), ("-", &group.went)] {
        for item in items {
            table.add_row([sign.to_owned(), named(&item.name, &item.of), escape::line(&item.detail, CELL)]);
        }
    }
    for changed in &group.changed {
        table.add_row(["~".to_owned(), named(&changed.name, &changed.of), lines(&changed.fields)]);
    }
    let _ = writeln!(out, "{}\n{}\n", style.bold(title), table.trim_fmt());
}

fn lines(fields: &[Field]) -> String {
    let each = fields.iter().map(|f| {
        let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { escape::line(text, CELL) };
        format!("{}: {} → {}", f.field, or_none(&f.old), or_none(&f.new))
    });
    each.collect::<Vec<_>>().join("\n")
}

/// Markdown, as for a merge request.
#[must_use]
pub fn markdown(diff: &Diff) -> String {
    let mut out =
        format!("## Cookies of {}: what changed\n\n", escape::markdown_code(&escape::line(&diff.new.site, 120)));
    let _ = writeln!(out, "{}\n", escape::markdown(&sentence(diff)));
    let (old, new) = (&diff.old, &diff.new);
    let _ = writeln!(out, "{} → {}\n", escape::markdown(&old.started_at), escape::markdown(&new.started_at));
    markdown_findings(&mut out, diff);
    for (title, group) in diff.groups() {
        markdown_group(&mut out, title, group);
    }
    out
}

fn markdown_findings(out: &mut String, diff: &Diff) {
    let found = &diff.findings;
    if found.is_empty() {
        return;
    }
    let _ = writeln!(out, "### Findings\n\n| | rule | what | to do |\n|---|---|---|---|");
    let row = |out: &mut String, sign: &str, f: &FindingItem, extra: &str| {
        let what = if f.outcome == Outcome::Incomplete { "not tested" } else { f.severity.word() };
        let message = escape::markdown_sentence(&escape::cut(&f.message, CELL));
        let advice = escape::markdown_sentence(&escape::cut(&f.advice.replace('\n', " "), CELL));
        let rule = escape::markdown_code(&escape::line(&f.rule, 60));
        let _ = writeln!(out, "| {sign} {what} | {} {rule} | {message}{extra} | {advice} |", escape::markdown(&f.code));
    };
    for f in &found.came {
        row(out, "**new**", f, "");
    }
    for f in &found.went {
        row(out, "gone", f, "");
    }
    for c in &found.changed {
        row(out, "changed", &c.finding, &format!(" ({})", markdown_fields(&c.fields)));
    }
    out.push('\n');
}

fn markdown_group(out: &mut String, title: &str, group: &Group) {
    if group.is_empty() {
        return;
    }
    let _ = writeln!(out, "### {title}\n\n| | name | of | what |\n|---|---|---|---|");
    let code =
        |text: &str| if text.is_empty() { String::new() } else { escape::markdown_code(&escape::line(text, 120)) };
    for (sign, items) in [("**new**", &group.came), ("gone", &group.went)] {
        for item in items {
            let detail = escape::markdown(&escape::line(&item.detail, CELL));
            let _ = writeln!(out, "| {sign} | {} | {} | {detail} |", code(&item.name), code(&item.of));
        }
    }
    for Changed { name, of, fields } in &group.changed {
        let _ = writeln!(out, "| changed | {} | {} | {} |", code(name), code(of), markdown_fields(fields));
    }
    out.push('\n');
}

fn markdown_fields(fields: &[Field]) -> String {
    let each = fields.iter().map(|f| {
        let or_none = |text: &str| {
            if text.is_empty() { "none".to_owned() } else { escape::markdown(&escape::line(text, CELL)) }
        };
        format!("{}: {} → {}", f.field, or_none(&f.old), or_none(&f.new))
    });
    each.collect::<Vec<_>>().join("; ")
}

/// `3 came, 1 went`, for the last line on stderr.
#[must_use]
pub fn summary(diff: &Diff) -> String {
    let total: usize = counts(diff).iter().map(|(_, came, went, changed)| came + went + changed).sum();
    match total {
        0 => sentence(diff),
        _ => format!("{} ({})", sentence(diff), units::count(total, "difference")),
    }
}
