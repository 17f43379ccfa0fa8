//! What was given on the command line and in the environment, joined with the file and the defaults.

use std::fmt;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::{ALL, Options, file};
use crate::import::fault::nearest;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A flag of the command line.
    Flag,
    /// The environment.
    Environment,
    /// The configuration file.
    File,
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Origin::Flag => "command line",
            Origin::Environment => "environment",
            Origin::File => "file",
            Origin::Default => "default",
        })
    }
}

/// The flags and variables that were given; by `clap`, one argument a setting.
#[derive(Clone, Debug, Default)]
pub struct Given {
    config: Option<PathBuf>,
    /// Setting, text, where from.
    values: Vec<(usize, String, Origin)>,
}

/// What counts in the end.
pub struct Resolved {
    /// The options.
    pub options: Options,
    /// Where each setting came from, in the order of [`ALL`].
    pub from: Vec<Origin>,
}

impl Given {
    /// Joins what was given with the file, if one is named, and the defaults.
    ///
    /// # Errors
    /// What is wrong with a value or the file.
    pub fn resolve(self) -> anyhow::Result<Resolved> {
        let mut values: Vec<(usize, String, Origin)> = Vec::new();
        if let Some(path) = &self.config {
            values.extend(file::read(path)?.into_iter().map(|(index, text, _)| (index, text, Origin::File)));
        }
        values.extend(self.values);
        let mut resolved = Resolved { options: Options::default(), from: vec![Origin::Default; ALL.len()] };
        // The file is behind the command line and the environment, of which each setting has one value.
        for (index, text, origin) in values {
            let setting = &ALL[index];
            setting.set(&mut resolved.options, &text).map_err(|why| anyhow::anyhow!("`{}`: {why}", setting.name))?;
            resolved.from[index] = origin;
        }
        let options = &mut resolved.options;
        options.requests.answer_bytes = options.response_cache << 20;
        Ok(resolved)
    }
}

impl Resolved {
    /// The settings of an origin, as `name=value`, for the log.
    pub fn listed(&self, origin: &Origin) -> String {
        let of = ALL.iter().zip(&self.from).filter(|(_, from)| *from == origin);
        let texts: Vec<String> =
            of.map(|(setting, _)| format!("{}={}", setting.name, setting.get(&self.options))).collect();
        texts.join(" ")
    }

    /// Every origin that any setting has, the strongest first.
    pub fn origins(&self) -> Vec<Origin> {
        let mut origins = self.from.clone();
        origins.sort();
        origins.dedup();
        origins
    }
}

/// The names of the variables, and the help with the default; for as long as the program runs, as `clap` wants them.
static TEXTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let options = Options::default();
    let text = |setting: &super::Setting| {
        let help = match setting.get(&options) {
            none if none.is_empty() || setting.value.is_empty() => setting.help.to_owned(),
            default => format!("{} [par défaut : {default}]", setting.help),
        };
        (setting.variable(), help)
    };
    ALL.iter().map(text).collect()
});

/// Variables that are no settings: those that this program, its tests and its scripts read, and those that Docker and Kubernetes
/// make of the name of a service.
const OTHERS: [&str; 4] = ["CONFIG", "LOG", "TOKEN", "HISTORIES"];
/// How others of them begin.
const FAMILIES: [&str; 4] = ["CRASH_", "DURABILITY_", "PORT", "SERVICE_"];

/// Refuses a variable that is misspelt: what it was to set would be left as it is, a server open to all. One that is near no setting is
/// somebody else's, and told to the log.
///
/// # Errors
/// The first of these names that is nearly a setting's.
pub fn check_variables(names: impl Iterator<Item = String>) -> anyhow::Result<()> {
    for name in names {
        let Some(rest) = name.strip_prefix("PASSERELLE_") else { continue };
        let other = OTHERS.contains(&rest) || FAMILIES.iter().any(|family| rest.starts_with(family));
        if other || TEXTS.iter().any(|(variable, _)| *variable == name) {
            continue;
        }
        match nearest(rest, TEXTS.iter().filter_map(|(variable, _)| variable.strip_prefix("PASSERELLE_"))) {
            Some(near) => {
                anyhow::bail!("il n'y a pas de variable `{name}` : vouliez-vous dire `PASSERELLE_{near}` ?")
            }
            None => tracing::warn!("the variable {name} sets nothing here: docs/configuration.md has those that do"),
        }
    }
    Ok(())
}

/// How many of the settings, from the first, `-h` shows; the others are in `--help`.
const USUAL: usize = 6;

impl Args for Given {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new("config")
            .long("config")
            .value_name("FICHIER")
            .env("PASSERELLE_CONFIG")
            .value_parser(clap::value_parser!(PathBuf))
            .help("Lit des réglages dans ce fichier TOML ; une option ou une variable compte avant lui");
        let command = command.arg(config);
        ALL.iter().zip(TEXTS.iter()).enumerate().fold(command, |command, (index, (setting, (variable, help)))| {
            let check = move |text: &str| match setting.set(&mut Options::default(), text) {
                Ok(()) => Ok(text.to_owned()),
                Err(why) => Err(why),
            };
            let arg = Arg::new(setting.name).long(setting.name).env(variable.as_str()).help(help.as_str());
            let arg = arg.value_parser(check).hide_env_values(true).hide_short_help(index >= USUAL);
            command.arg(match setting.name {
                _ if setting.value.is_empty() => arg
                    .action(ArgAction::Set)
                    .num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value("true")
                    .value_name("true|false"),
                "allow-origin" | "allow-host" => arg.action(ArgAction::Append).value_name(setting.value),
                // `-1` is a value that is told to be none, not an unknown option.
                _ => arg.action(ArgAction::Set).value_name(setting.value).allow_negative_numbers(true),
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Given::augment_args(command)
    }
}

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Given, clap::Error> {
        let mut given = Given { config: matches.get_one::<PathBuf>("config").cloned(), values: Vec::new() };
        for (index, setting) in ALL.iter().enumerate() {
            let Some(texts) = matches.get_many::<String>(setting.name) else { continue };
            let origin = match matches.value_source(setting.name) {
                Some(ValueSource::EnvVariable) => Origin::Environment,
                _ => Origin::Flag,
            };
            given.values.push((index, texts.cloned().collect::<Vec<String>>().join(","), origin));
        }
        Ok(given)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Given::from_arg_matches(matches)?;
        Ok(())
    }
}
