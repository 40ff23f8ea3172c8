//! Settings as command-line flags: one flag for each key of `config::keys`, so that flags, variables, file and help can
//! never say different things.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::config::keys::{KEYS, Key, Kind};
use crate::config::layer::Layer;
use crate::config::{self, Config, ConfigError, Fault};
use crate::judge::model::Purpose;

/// The settings given on the command line.
#[derive(Debug, Clone, Default)]
pub(crate) struct SettingsFlags {
    /// `--config`.
    pub(crate) config: Option<PathBuf>,
    texts: BTreeMap<&'static str, Vec<String>>,
}

impl SettingsFlags {
    /// Nothing but a settings file, for commands that take no settings as flags.
    pub(crate) fn of_file(config: Option<PathBuf>) -> Self {
        Self { config, texts: BTreeMap::new() }
    }

    /// Reads file and environment below the flags, and begins the log as they ask for it.
    pub(crate) fn load(&self, urls: &[String]) -> Result<Config, Box<ConfigError>> {
        let mut faults: Vec<Fault> = Vec::new();
        let mut layer = Layer::default();
        for (name, texts) in &self.texts {
            layer.flag(name, texts.clone(), &mut faults);
        }
        if !faults.is_empty() {
            return Err(Box::new(ConfigError::new("flags", "", faults)));
        }
        let variables: BTreeMap<String, String> =
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect();
        let rules = super::rule_idents();
        let purposes: Vec<&str> = Purpose::ALL.iter().map(|p| p.word()).collect();
        let known = config::settle::Known { rules: &rules, purposes: &purposes };
        let file = self.config.clone().or_else(|| variables.get("COOKIE_AUDIT_CONFIG").map(PathBuf::from));
        let config = config::load(file.as_deref(), &variables, layer, urls, known)?;
        super::logs::start(&config.base);
        Ok(config)
    }
}

impl Args for SettingsFlags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new("config")
            .long("config")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("Settings file (default: cookie-audit.toml in the current folder, if there is one)");
        KEYS.iter().fold(command.arg(config), |command, key| command.arg(flag(key)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingsFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self { config: matches.get_one::<PathBuf>("config").cloned(), texts: BTreeMap::new() };
        for key in KEYS {
            if let Some(texts) = matches.get_many::<String>(key.name) {
                flags.texts.insert(key.name, texts.cloned().collect());
            }
        }
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn flag(key: &'static Key) -> Arg {
    let long = key.name.replace('_', "-");
    let arg =
        Arg::new(key.name).long(long).help(help(key)).help_heading(heading(key.section)).value_name(value_name(key));
    match key.kind {
        // `--announce` and `--headless=false` both read well.
        Kind::Bool => arg.num_args(0..=1).require_equals(true).default_missing_value("true").action(ArgAction::Set),
        Kind::Choices(_) => arg.action(ArgAction::Append).value_delimiter(','),
        _ if key.is_list() => arg.action(ArgAction::Append),
        _ => arg.action(ArgAction::Set),
    }
}

fn help(key: &Key) -> String {
    let mut text = key.doc.to_owned();
    if let Some(first) = text.get(..1) {
        text = first.to_uppercase() + text.get(1..).unwrap_or_default();
    }
    if let Kind::Choice(words) | Kind::Choices(words) = key.kind {
        text = format!("{text} [{}]", words.join(", "));
    }
    if key.default.is_empty() || key.kind == Kind::Bool { text } else { format!("{text} (default: {})", key.default) }
}

fn heading(section: &str) -> &'static str {
    match section {
        "crawl" => "Where to look",
        "browser" => "Browser",
        "consent" => "Consent",
        "login" => "Sign-in, switches, trials",
        "judge" => "Judging",
        _ => "Output",
    }
}

fn value_name(key: &Key) -> &'static str {
    match key.kind {
        Kind::Bool => "true|false",
        Kind::Int | Kind::Number => "N",
        Kind::Text | Kind::List => "TEXT",
        Kind::Duration => "DURATION",
        Kind::Percent => "PERCENT",
        Kind::Choice(_) | Kind::Choices(_) => "WORD",
        Kind::Url => "URL",
        Kind::Path | Kind::Paths => "PATH",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Test {
        #[command(flatten)]
        flags: SettingsFlags,
    }

    #[test]
    fn each_key_is_a_flag() {
        let test = Test::parse_from([
            "x",
            "--max-pages",
            "3",
            "--announce",
            "--headless=false",
            "--phase",
            "rejected,accepted",
        ]);
        let given = |name: &str| test.flags.texts.get(name).cloned().unwrap_or_default();
        assert_eq!(given("max_pages"), ["3"]);
        assert_eq!(given("announce"), ["true"]);
        assert_eq!(given("headless"), ["false"]);
        assert_eq!(given("phase").len(), 2);
    }

    #[test]
    fn clap_accepts_the_definitions() {
        use clap::CommandFactory;
        Test::command().debug_assert();
    }
}
