//! The HTML report: one self-contained file that runs no code but its own and asks no network for anything.
//!
//! `view` turns an audit into plain words, the template lays them out, `charts` and `flow` draw. Every string that
//! reaches the template's output is made visible and escaped by the formatter set here, whatever the template does.

mod charts;
mod context;
mod cookies;
mod findings;
mod flow;
mod pictures;
mod rows;
mod since;
mod svg;

use base64::Engine as _;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{Environment, Error, ErrorKind, Output, State};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub(in crate::report) use context::minute;
pub(in crate::report) use svg::{Anchor, Svg};

use crate::judge::model::Audit;
use crate::report::texts::Texts;
use crate::report::{RenderOptions, ReportError, escape};

const STYLE: &str = include_str!("../templates/style.css");
const SCRIPT: &str = include_str!("../templates/script.js");
const TEMPLATES: [(&str, &str); 6] = [
    ("advice.html", include_str!("../templates/advice.html")),
    ("report.html", include_str!("../templates/report.html")),
    ("findings.html", include_str!("../templates/findings.html")),
    ("inventory.html", include_str!("../templates/inventory.html")),
    ("rest.html", include_str!("../templates/rest.html")),
    ("summary.html", include_str!("../templates/summary.html")),
];

/// The whole file.
pub fn render(audit: &Audit, options: &RenderOptions) -> Result<Vec<u8>, ReportError> {
    let texts = Texts::of(&options.language);
    fill(texts, "report.html", SCRIPT, &context::view(audit, options, texts))
}

/// A self-contained page from one of the templates, the common style, and its own script.
pub(in crate::report) fn fill(
    texts: &'static Texts,
    template: &str,
    script: &str,
    view: &impl Serialize,
) -> Result<Vec<u8>, ReportError> {
    let env = environment(texts)?;
    let page = env.get_template(template)?.render(minijinja::context! {
        v => Value::from(Serde(view)),
        lang => texts.tag(),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(script.to_owned()),
        policy => Value::from_safe_string(content_policy(script)),
    })?;
    Ok(page.into_bytes())
}

/// Only this very style and this very script may act; nothing may be fetched, sent or embedded.
fn content_policy(script: &str) -> String {
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        hash(STYLE),
        hash(script)
    )
}

fn environment(texts: &'static Texts) -> Result<Environment<'static>, Error> {
    let mut env = Environment::new();
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    env.set_formatter(format_value);
    env.add_filter("sentence", |text: &str| Value::from_safe_string(escape::html_sentence(text)));
    // For text a machine reads, which holds no hidden characters by its own escapes.
    env.add_filter("exact", |text: &str| Value::from_safe_string(escape::html(text)));
    env.add_filter("drawing", |svg: &str| Value::from_safe_string(svg.to_owned()));
    env.add_function("t", move |key: &str, values: Kwargs| say(texts, key, &values));
    for (name, source) in TEMPLATES {
        env.add_template(name, source)?;
    }
    Ok(env)
}

/// A text by key, its names filled in from keyword arguments.
fn say(texts: &Texts, key: &str, values: &Kwargs) -> Result<String, Error> {
    if texts.find(key).is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, format!("no text {key}")));
    }
    let mut filled = Vec::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        filled.push((name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    }
    let pairs: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    Ok(texts.say(key, &pairs))
}

/// Escapes everything but what our own code has marked as finished HTML.
fn format_value(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = match value.as_str() {
        Some(text) if value.is_safe() => text.to_owned(),
        Some(text) => escape::html(&escape::visible_lines(text)),
        None if value.is_undefined() => return Err(Error::from(ErrorKind::UndefinedError)),
        None if value.is_none() => String::new(),
        None => escape::html(&value.to_string()),
    };
    out.write_str(&text).map_err(Error::from)
}
