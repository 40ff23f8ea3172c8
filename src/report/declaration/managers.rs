//! The declaration for consent managers whose format is public: Klaro's services, and the translation file of
//! vanilla-cookieconsent.
//!
//! Both show their texts as HTML, so nothing that a page could choose may hold markup here.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words::Words;
use super::{Declaration, Row};
use crate::report::{ReportError, banner, escape};

/// Klaro (0.7): `services` and `translations` to merge into its configuration.
#[derive(Debug, Serialize)]
struct Klaro {
    version: u8,
    services: Vec<Service>,
    translations: BTreeMap<&'static str, Translation>,
}

#[derive(Debug, Serialize)]
struct Service {
    name: String,
    title: String,
    description: String,
    purposes: Vec<&'static str>,
    required: bool,
    default: bool,
    /// Pattern, path and domain.
    cookies: Vec<[String; 3]>,
}

#[derive(Debug, Serialize)]
struct Translation {
    purposes: BTreeMap<&'static str, Purpose>,
}

#[derive(Debug, Serialize)]
struct Purpose {
    title: String,
}

/// One service for each provider and category.
pub fn klaro(declaration: &Declaration, words: &Words) -> Result<Vec<u8>, ReportError> {
    let mut services: Vec<Service> = Vec::new();
    for row in declaration.rows.iter().filter(|row| row.kind == "cookie") {
        let name = slug(&format!("{} {}", row.provider, row.category));
        if let Some(service) = services.iter_mut().find(|service| service.name == name) {
            service.cookies.push(pattern(row));
        } else {
            let necessary = row.category == "necessary";
            services.push(Service {
                name,
                title: plain(&row.provider),
                description: plain(&row.purpose_text),
                purposes: vec![row.category],
                required: necessary,
                default: necessary,
                cookies: vec![pattern(row)],
            });
        }
    }
    let title = |category: &str| Purpose { title: words.get(&format!("category.{category}")).to_owned() };
    let purposes = banner::ORDER.map(|category| (category, title(category))).into();
    let translations = [(declaration.language, Translation { purposes })].into();
    Ok(escape::json(&Klaro { version: 1, services, translations })?)
}

/// Klaro reads a text that starts with `^` as a regular expression and any other as a name.
fn pattern(row: &Row) -> [String; 3] {
    let name = if row.name.contains('*') || row.name.starts_with('^') {
        let parts: Vec<String> = row.name.split('*').map(regex::escape).collect();
        format!("^{}$", parts.join(".*"))
    } else {
        row.name.clone()
    };
    [name, "/".to_owned(), row.domain.clone()]
}

/// Letters, digits and dashes.
fn slug(text: &str) -> String {
    let dashed: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Text in which nothing is markup, whether it is shown as HTML or as it is.
fn plain(text: &str) -> String {
    escape::visible(text).replace('<', "‹").replace('>', "›").replace('&', "＆")
}

/// vanilla-cookieconsent (3): the part of a translation file that lists cookies.
#[derive(Debug, Serialize)]
struct CookieConsent {
    #[serde(rename = "preferencesModal")]
    modal: Modal,
}

#[derive(Debug, Serialize)]
struct Modal {
    sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Section {
    title: String,
    linked_category: &'static str,
    cookie_table: CookieTable,
}

#[derive(Debug, Serialize)]
struct CookieTable {
    headers: BTreeMap<&'static str, String>,
    body: Vec<BTreeMap<&'static str, String>>,
}

/// One section for each category, with its table.
pub fn cookieconsent(declaration: &Declaration, words: &Words) -> Result<Vec<u8>, ReportError> {
    let columns = ["name", "provider", "purpose", "lifetime"];
    let headers: BTreeMap<&str, String> =
        columns.map(|column| (column, words.get(&format!("column.{column}")).to_owned())).into();
    let body = |category: &str| -> Vec<BTreeMap<&'static str, String>> {
        let rows = declaration.rows.iter().filter(|row| row.category == category);
        rows.map(|row| {
            let cells = [&row.name, &row.provider, &row.purpose_text, &row.lifetime];
            columns.into_iter().zip(cells.map(|cell| plain(cell))).collect()
        })
        .collect()
    };
    let sections = banner::ORDER.into_iter().map(|category| Section {
        title: words.get(&format!("category.{category}")).to_owned(),
        linked_category: category,
        cookie_table: CookieTable { headers: headers.clone(), body: body(category) },
    });
    let sections = sections.filter(|section| !section.cookie_table.body.is_empty()).collect();
    Ok(escape::json(&CookieConsent { modal: Modal { sections } })?)
}
