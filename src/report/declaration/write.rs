//! The declaration to paste: an HTML fragment, Markdown, CSV; and JSON.
//!
//! Names and the policy's words come from pages: every one of them goes through `escape`.

use std::fmt::Write as _;

use super::words::Words;
use super::{Declaration, Row};
use crate::report::{ReportError, banner, escape};

/// Columns of the tables to read, besides what is to do.
const COLUMNS: [&str; 6] = ["name", "provider", "purpose", "lifetime", "kind", "party"];

/// JSON.
pub fn json(declaration: &Declaration) -> Result<Vec<u8>, ReportError> {
    Ok(escape::json(declaration)?)
}

/// A cell: its words, and the gaps that belong to it.
struct Cell {
    text: String,
    code: bool,
    gaps: Vec<String>,
}

fn cells(row: &Row, words: &Words) -> [Cell; 6] {
    let cell = |text: &str, field: &str| Cell {
        text: text.to_owned(),
        code: false,
        gaps: row.gaps_of(field).map(str::to_owned).collect(),
    };
    let party = row.party.map_or(String::new(), |party| words.get(&format!("party.{}", party.word())).to_owned());
    [
        Cell { code: true, ..cell(&row.name, "row") },
        cell(&row.provider, "provider"),
        cell(&row.purpose_text, "purpose"),
        cell(&row.lifetime, "lifetime"),
        cell(words.get(&format!("kind.{}", row.kind)), "kind"),
        cell(&party, "party"),
    ]
}

/// Rows by banner category, empty ones left out.
fn by_category(rows: &[Row]) -> Vec<(&'static str, Vec<&Row>)> {
    let groups = banner::ORDER.map(|category| (category, rows.iter().filter(|r| r.category == category).collect()));
    groups.into_iter().filter(|(_, rows): &(&str, Vec<&Row>)| !rows.is_empty()).collect()
}

/// An HTML fragment without styles and scripts, for any page.
#[must_use]
pub fn html(declaration: &Declaration, words: &Words) -> String {
    let text = |text: &str| escape::html(&escape::visible(text));
    let mut out = format!("<section class=\"cookie-declaration\" lang=\"{}\">\n", declaration.language);
    let _ = writeln!(out, "<h2>{}</h2>", text(&title(declaration, words)));
    let _ = writeln!(out, "<p>{}</p>", text(&recorded(declaration, words)));
    for (category, rows) in by_category(&declaration.rows) {
        html_table(&mut out, words.get(&format!("category.{category}")), &rows, words);
    }
    if !declaration.not_seen.is_empty() {
        let rows: Vec<&Row> = declaration.not_seen.iter().collect();
        html_table(&mut out, words.get("section.not_seen"), &rows, words);
    }
    out.push_str("</section>\n");
    out
}

fn title(declaration: &Declaration, words: &Words) -> String {
    words.say("section.title", &[("site", &super::build::host(&declaration.site))])
}

fn recorded(declaration: &Declaration, words: &Words) -> String {
    words.say("section.seen_on", &[("date", &declaration.recorded)])
}

fn html_table(out: &mut String, caption: &str, rows: &[&Row], words: &Words) {
    let text = |text: &str| escape::html(&escape::visible(text));
    let _ = write!(out, "<table>\n<caption>{}</caption>\n<thead><tr>", text(caption));
    for column in COLUMNS {
        let _ = write!(out, "<th scope=\"col\">{}</th>", text(words.get(&format!("column.{column}"))));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (at, cell) in cells(row, words).into_iter().enumerate() {
            let (open, close) = if at == 0 { ("<th scope=\"row\">", "</th>") } else { ("<td>", "</td>") };
            let shown = text(&cell.text);
            let shown = if cell.code { format!("<code>{shown}</code>") } else { shown };
            let marks = cell.gaps.iter().map(|gap| format!("<mark>[{}]</mark>", text(gap)));
            let parts: Vec<String> = Some(shown).filter(|s| !s.is_empty()).into_iter().chain(marks).collect();
            let _ = write!(out, "{open}{}{close}", parts.join(" "));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Markdown.
#[must_use]
pub fn markdown(declaration: &Declaration, words: &Words) -> String {
    let host = super::build::host(&declaration.site);
    let title: Vec<String> = words.get("section.title").split("{site}").map(escape::markdown).collect();
    let mut out = format!("## {}\n\n", title.join(&escape::markdown_code(&host)));
    let _ = writeln!(out, "{}", escape::markdown(&recorded(declaration, words)));
    for (category, rows) in by_category(&declaration.rows) {
        markdown_table(&mut out, words.get(&format!("category.{category}")), &rows, words, &host);
    }
    if !declaration.not_seen.is_empty() {
        let rows: Vec<&Row> = declaration.not_seen.iter().collect();
        markdown_table(&mut out, words.get("section.not_seen"), &rows, words, &host);
    }
    out
}

fn markdown_table(out: &mut String, caption: &str, rows: &[&Row], words: &Words, host: &str) {
    let heads: Vec<String> = COLUMNS.iter().map(|c| escape::markdown(words.get(&format!("column.{c}")))).collect();
    let _ =
        writeln!(out, "\n### {}\n\n| {} |\n|---|---|---|---|---|---|", escape::markdown(caption), heads.join(" | "));
    for row in rows {
        let shown = cells(row, words).map(|cell| {
            let text = match (cell.code, cell.text.is_empty()) {
                (_, true) => String::new(),
                (true, _) => escape::markdown_code(&cell.text),
                // A host in prose would become a link.
                _ if cell.text == row.domain || cell.text == host => escape::markdown_code(&cell.text),
                (false, _) => escape::markdown(&cell.text),
            };
            let marks = cell.gaps.iter().map(|gap| format!("**\\[{}\\]**", escape::markdown(gap)));
            Some(text).filter(|t| !t.is_empty()).into_iter().chain(marks).collect::<Vec<_>>().join(" ")
        });
        let _ = writeln!(out, "| {} |", shown.join(" | "));
    }
}

/// CSV for a spreadsheet: safe against formulas, gaps in a column of their own.
pub fn csv(declaration: &Declaration, words: &Words) -> Result<Vec<u8>, ReportError> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let columns = ["category", "name", "domain", "provider", "purpose", "lifetime", "kind", "party", "to_do"];
    writer.write_record(columns.map(|column| words.get(&format!("column.{column}")).to_owned()))?;
    for row in declaration.rows.iter().chain(&declaration.not_seen) {
        let [name, provider, purpose, lifetime, kind, party] = cells(row, words).map(|cell| cell.text);
        let gaps: Vec<&str> = row.gaps.iter().map(|gap| gap.text.as_str()).collect();
        let category = words.get(&format!("category.{}", row.category)).to_owned();
        let cells = [category, name, row.domain.clone(), provider, purpose, lifetime, kind, party, gaps.join("; ")];
        writer.write_record(cells.map(|cell| escape::csv_cell(&cell)))?;
    }
    writer.into_inner().map_err(|error| ReportError::Csv(error.into_error().into()))
}
