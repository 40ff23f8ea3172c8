//! `init`: a commented settings file, made from the table of settings; and the JSON Schema for editors.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use miette::miette;
use serde_json::{Value, json};

use super::{CliError, ExitStatus, baseline, console};
use crate::config::keys::{KEYS, Key, Kind};
use crate::config::value::web_url;

/// Writes `cookie-audit.toml` with every setting, its default and its meaning.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The site to audit
    url: Option<String>,
    /// The policy to judge by: URL or file
    #[arg(long, value_name = "URL|FILE")]
    policy: Option<String>,
    /// Where to write
    #[arg(long, value_name = "FILE", default_value = "cookie-audit.toml")]
    file: PathBuf,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
    /// Print instead of writing
    #[arg(long)]
    print: bool,
    /// Print the JSON Schema of the settings file, for editors
    #[arg(long)]
    schema: bool,
}

pub(crate) fn run(args: &InitArgs) -> Result<ExitStatus, CliError> {
    if args.schema {
        console::out(schema_text().as_bytes())?;
        return Ok(ExitStatus::Clean);
    }
    let url = args.url.as_deref().map(web_url).transpose().map_err(|m| miette!("{m}"))?;
    let text = settings_file(url.as_ref().map(url::Url::as_str), args.policy.as_deref());
    if args.print {
        console::out(text.as_bytes())?;
        return Ok(ExitStatus::Clean);
    }
    if args.file.exists() && !args.force {
        return Err(miette!(
            help = "--force overwrites it, --print shows the text",
            "{} is there already",
            args.file.display()
        ));
    }
    console::write(&args.file, text.as_bytes())?;
    console::note(&format!("wrote {}; next: cookie-audit audit", args.file.display()));
    Ok(ExitStatus::Clean)
}

/// The commented file. Settings stand at their defaults, commented out; only what was given is set.
pub(crate) fn settings_file(url: Option<&str>, policy: Option<&str>) -> String {
    let mut text = String::from(
        "# Settings of cookie-audit. Flag beats environment (COOKIE_AUDIT_*) beats this file beats default.\n\
         # Credentials never stand here: settings that end in _env name an environment variable.\n\n",
    );
    let _ = writeln!(text, "[[site]]\nurl = {}", quoted(url.unwrap_or("https://www.example.com/")));
    text.push_str("# name = \"shop\"          # shown in reports\n# crawl.max_pages = 50   # any setting below, for this site alone\n");
    let mut section = "";
    for key in KEYS {
        if key.section != section {
            section = key.section;
            let _ = writeln!(text, "\n[{section}]");
        }
        match (key.name, policy) {
            ("policy", Some(policy)) => {
                let _ = writeln!(text, "# {}\npolicy = [{}]", key.doc, quoted(policy));
            }
            _ => {
                let _ = writeln!(text, "# {}\n# {} = {}", key.doc, key.name, shown_default(key));
            }
        }
    }
    text.push_str(EXCEPTIONS);
    text
}

const EXCEPTIONS: &str = r#"
# [rules]                             # severity of a rule, or off; `cookie-audit rules` lists them
# mentioned-only-cookie = "off"

# [[allow]]                           # a finding somebody has accepted
# rule = "undisclosed-cookie"
# cookie = "legacy_*"
# site = "www.example.com"
# reason = "goes away with the old shop, ticket 123"
# expires = 2027-06-30

# [[override]]                        # what a cookie is for, where you know better
# cookie = "acme_sid"
# purpose = "login"
# reason = "our own session, see docs/sessions.md"
"#;

fn shown_default(key: &Key) -> String {
    match key.kind {
        // Where `baseline update` writes; without the setting nothing is known already.
        _ if key.name == "baseline" => quoted(baseline::FILE),
        _ if key.is_list() && key.default.is_empty() => "[]".to_owned(),
        _ if key.is_list() => format!("[{}]", quoted(key.default)),
        Kind::Bool | Kind::Int | Kind::Number => key.default.to_owned(),
        _ => quoted(key.default),
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// JSON Schema of the settings file.
pub(crate) fn schema_text() -> String {
    let mut sections = serde_json::Map::new();
    for section in ["crawl", "browser", "consent", "login", "judge", "report"] {
        let properties: serde_json::Map<String, Value> =
            KEYS.iter().filter(|k| k.section == section).map(|k| (k.name.to_owned(), key_schema(k))).collect();
        sections.insert(
            section.to_owned(),
            json!({"type": "object", "additionalProperties": false, "properties": properties}),
        );
    }
    let mut site = sections.clone();
    site.insert("name".into(), json!({"type": "string"}));
    site.insert("url".into(), json!({"type": ["string", "array"], "items": {"type": "string"}}));
    let text = json!({"type": "string"});
    let level = json!({"enum": ["off", "note", "warning", "error"]});
    let entry = |names: &[&str]| {
        let properties: serde_json::Map<String, Value> =
            names.iter().map(|n| ((*n).to_owned(), text.clone())).collect();
        json!({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["reason"], "properties": properties}})
    };
    sections.insert("site".into(), json!({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["url"], "properties": site}}));
    sections.insert("rules".into(), json!({"type": "object", "additionalProperties": level}));
    sections.insert("allow".into(), entry(&["rule", "cookie", "site", "reason", "expires"]));
    sections.insert("override".into(), entry(&["cookie", "domain", "purpose", "reason"]));
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cookie-audit.toml", "type": "object",
        "additionalProperties": false, "properties": sections,
    });
    format!("{schema:#}\n")
}

fn key_schema(key: &Key) -> Value {
    let mut schema = match key.kind {
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Int => json!({"type": "integer", "minimum": 0}),
        Kind::Number => json!({"type": "number", "minimum": 0}),
        Kind::Percent | Kind::Duration => json!({"type": ["string", "number"]}),
        Kind::Choice(words) => json!({"enum": words}),
        Kind::Choices(words) => json!({"type": ["string", "array"], "items": {"enum": words}}),
        Kind::List | Kind::Paths => json!({"type": ["string", "array"], "items": {"type": "string"}}),
        Kind::Text | Kind::Url | Kind::Path => json!({"type": "string"}),
    };
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".into(), json!(key.doc));
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file;

    #[test]
    fn what_init_writes_is_a_valid_file() {
        let text = settings_file(Some("https://a.example/"), Some("docs/\"policy\".md"));
        let mut faults = Vec::new();
        let settings = file::read(&text, &mut faults);
        assert_eq!(faults, []);
        assert_eq!(settings.sites[0].urls, ["https://a.example/"]);
        assert_eq!(settings.base.get("policy").map(|e| e.texts.clone()), Some(vec!["docs/\"policy\".md".to_owned()]));
    }

    #[test]
    fn every_commented_setting_is_valid_when_uncommented() {
        let text = settings_file(None, None);
        let open: String = text
            .lines()
            .map(|l| match l.strip_prefix("# ") {
                Some(setting) if KEYS.iter().any(|k| setting.starts_with(&format!("{} = ", k.name))) => setting,
                _ => l,
            })
            .filter(|l| !l.ends_with("= \"\""))
            .collect::<Vec<_>>()
            .join("\n");
        let mut faults = Vec::new();
        file::read(&open, &mut faults);
        assert_eq!(faults, []);
    }

    #[test]
    fn the_schema_accepts_the_file_and_refuses_a_typo() {
        let schema: Value = serde_json::from_str(&schema_text()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let file: toml::Value = toml::from_str(&settings_file(None, Some("x"))).unwrap();
        assert!(validator.is_valid(&serde_json::to_value(file).unwrap()));
        assert!(!validator.is_valid(&json!({"crawl": {"max_page": 3}})));
    }
}
