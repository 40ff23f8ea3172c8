//! `explain` and `rules`: what each rule finds, why it matters, what to do, and its limits.

use clap::{Args, ValueEnum};
use miette::miette;

use super::{CliError, ExitStatus, console};
use crate::config::error::nearest;
use crate::judge::rules::{self, RuleMeta};
use crate::report::rule_pages;

/// Explains a rule.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Rule by ident or code, e.g. undisclosed-cookie or CA101
    #[arg(required_unless_present = "all")]
    rule: Option<String>,
    /// Every rule, as one Markdown page
    #[arg(long, conflicts_with = "rule")]
    all: bool,
}

/// Lists the rules.
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// How to print them
    #[arg(long, value_enum, default_value = "table")]
    format: RulesFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RulesFormat {
    Table,
    Json,
}

/// What is known about every rule.
pub(crate) fn metas() -> Vec<&'static RuleMeta> {
    rules::ALL.iter().map(|rule| rule.meta()).collect()
}

pub(crate) fn explain(args: &ExplainArgs) -> Result<ExitStatus, CliError> {
    let Some(name) = &args.rule else {
        console::out(rule_pages::page(&metas()).as_bytes())?;
        return Ok(ExitStatus::Clean);
    };
    let rule = rules::find(name).ok_or_else(|| unknown(name))?;
    console::out(rule_pages::explain(rule.meta(), console::colour()).as_bytes())?;
    Ok(ExitStatus::Clean)
}

fn unknown(name: &str) -> CliError {
    let known = metas().into_iter().flat_map(|meta| [meta.ident, meta.code]);
    let near = nearest(name, known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    miette!(help = format!("{near}`cookie-audit rules` lists them"), "no rule `{}`", name.escape_debug())
}

pub(crate) fn rules(args: &RulesArgs) -> Result<ExitStatus, CliError> {
    let metas = metas();
    match args.format {
        RulesFormat::Table => console::out(rule_pages::table(&metas, console::columns()).as_bytes())?,
        RulesFormat::Json => {
            let json = rule_pages::json(&metas).map_err(|error| miette!("{error}"))?;
            console::out(&json)?;
        }
    }
    Ok(ExitStatus::Clean)
}
