//! What is answered: JSON lines as `formats.md` spells them, or a table for people.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use serde_json::{Value, json};

use super::input::Asked;
use crate::cli::console;
use crate::judge::classify::{Candidate, fold};
use crate::judge::model::{Classification, Reason};

/// What `--explain` adds: all candidates, and the authority for the consent exemption.
pub(super) struct Explained {
    pub(super) candidates: Vec<Candidate>,
    pub(super) exempt: &'static str,
}

/// One question with its answer and, where asked for, what explains it.
pub(super) type Answer<'a> = (&'a Asked, Classification, Option<Explained>);

/// The line given, with the answer in it.
pub(super) fn json_line(asked: &Asked, class: &Classification, explained: Option<&Explained>) -> String {
    let mut object = asked.given.clone();
    let reason = |r: &Reason| json!({"source": r.source.word(), "detail": r.detail});
    let fields = [
        ("purpose", json!(class.purpose.word())),
        ("category", json!(class.purpose.category().word())),
        ("confidence", json!(class.confidence.word())),
        ("reasons", class.reasons.iter().map(reason).collect::<Value>()),
        ("vendor", json!(class.vendor)),
        ("pattern", json!(fold::pattern(&asked.subject.name))),
        ("consent_exempt", json!(class.consent_exempt.word())),
    ];
    object.extend(fields.into_iter().map(|(key, value)| (key.to_owned(), value)));
    if let Some(Explained { candidates, exempt }) = explained {
        object.insert("candidates".to_owned(), candidates.iter().map(candidate).collect());
        object.insert("consent_exempt_source".to_owned(), json!(exempt));
    }
    format!("{}\n", Value::Object(object))
}

fn candidate(candidate: &Candidate) -> Value {
    let points: serde_json::Map<String, Value> =
        candidate.points.iter().map(|(p, x)| (p.word().to_owned(), json!(rounded(*x)))).collect();
    json!({
        "source": candidate.source.word(),
        "cue": candidate.cue,
        "points": points,
        "detail": candidate.detail,
        "vendor": candidate.vendor,
    })
}

fn rounded(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

/// A table of all answers; with candidates, one table each.
pub(super) fn table(answers: &[Answer<'_>]) -> String {
    let mut table = plain_table(&["cookie", "purpose", "sure", "exempt", "why"]);
    for (asked, class, _) in answers {
        let why: Vec<String> =
            class.reasons.iter().take(4).map(|r| format!("{}: {}", r.source.word(), r.detail)).collect();
        table.add_row([
            shown(&asked.subject.name),
            format!("{}\n({})", class.purpose.word(), class.purpose.category().word()),
            class.confidence.word().to_owned(),
            class.consent_exempt.word().to_owned(),
            shown(&why.join("\n")),
        ]);
    }
    let mut text = format!("{table}\n");
    for (asked, class, all) in answers {
        if let Some(all) = all {
            text.push_str(&explained(&asked.subject.name, class, all));
        }
    }
    text
}

fn explained(name: &str, class: &Classification, all: &Explained) -> String {
    let mut table = plain_table(&["source", "points", "says"]);
    for candidate in &all.candidates {
        let points: Vec<String> = candidate.points.iter().map(|(p, x)| format!("{} {x:+.1}", p.word())).collect();
        let source = format!("{}\n{}", candidate.source.word(), candidate.cue);
        table.add_row([source, points.join("\n"), shown(&candidate.detail)]);
    }
    let exempt = format!("Exempt from consent: {} ({})", class.consent_exempt.word(), all.exempt);
    format!("\nEverything that spoke about {}:\n{table}\n{exempt}\n", shown(name))
}

fn plain_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─')));
    table.force_no_tty();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(console::columns()).unwrap_or(80));
    table.set_header(header.iter().map(ToString::to_string));
    table
}

/// Names come from pages: no control characters on the terminal.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
