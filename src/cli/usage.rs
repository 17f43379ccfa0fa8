//! What the parser of the command line says of arguments and of itself, in French: the library speaks English only. Its errors say what
//! is wrong as values, so each is a sentence of our own; of its help, the few words that are not ours are replaced.

use std::error::Error;
use std::num::ParseIntError;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Cli;
use crate::model::clean;

/// The library's own words in a help, and ours. The longer of two that begin alike comes first.
const WORDS: &[(&str, &str)] = &[
    ("Print this message or the help of the given subcommand(s)", "Montre cette aide, ou celle d'une commande"),
    ("Print help (see more with '--help')", "Montre l'aide en bref (--help : en entier)"),
    ("Print help (see a summary with '-h')", "Montre l'aide en entier (-h : en bref)"),
    ("Print help for the subcommand(s)", "La commande dont on veut l'aide"),
    ("Print help", "Montre l'aide"),
    ("Print version", "Montre la version"),
    ("Usage:", "Emploi :"),
    ("Commands:", "Commandes :"),
    ("Arguments:", "Arguments :"),
    ("Options:", "Options :"),
    ("[COMMAND]", "[COMMANDE]"),
    ("<COMMAND>", "<COMMANDE>"),
    ("[default: ", "[par défaut : "),
    ("[possible values: ", "[valeurs : "),
    ("Possible values:", "Valeurs :"),
    ("[env: ", "[variable : "),
];

/// The arguments of this process, or how it ends where they ask for help or make no sense: then that is told.
pub fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|error| {
        let help = || french(&error.render().ansi().to_string());
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => anstream::print!("{}", help()),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => anstream::eprint!("{}", help()),
            // Arguments may come from anywhere.
            _ => anstream::eprintln!("{}", clean::shown(&told(&error))),
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

fn french(help: &str) -> String {
    WORDS.iter().fold(help.to_owned(), |help, (theirs, ours)| help.replace(theirs, ours))
}

/// What is wrong, how the command is used, and where more is told.
fn told(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n{}", french(&usage.to_string())),
        _ => String::new(),
    };
    format!("erreur : {}\n{usage}\nPour l'aide : --help", fault(error))
}

fn fault(error: &clap::Error) -> String {
    let said = |kind| listed(error.get(kind));
    let quoted = |kind| said(kind).first().map_or_else(String::new, |text| format!("« {text} »"));
    let argument = quoted(ContextKind::InvalidArg);
    let why = error.source().map(|why| format!(" : {}", reason(why))).unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let values = said(ContextKind::ValidValue);
            let choices = if values.is_empty() { why } else { format!(" ; choisissez parmi {}", values.join(", ")) };
            match said(ContextKind::InvalidValue).first().filter(|value| !value.is_empty()) {
                Some(value) => format!("« {value} » ne convient pas pour {argument}{choices}"),
                None => format!("il manque une valeur pour {argument}{choices}"),
            }
        }
        ErrorKind::UnknownArgument => {
            format!("argument inconnu : {argument}{}", suggested(&said(ContextKind::SuggestedArg)))
        }
        ErrorKind::InvalidSubcommand => {
            let command = quoted(ContextKind::InvalidSubcommand);
            format!("commande inconnue : {command}{}", suggested(&said(ContextKind::SuggestedSubcommand)))
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {}", said(ContextKind::InvalidArg).join(", ")),
        ErrorKind::MissingSubcommand => {
            format!("il manque une commande : {}", said(ContextKind::ValidSubcommand).join(", "))
        }
        ErrorKind::ArgumentConflict if error.get(ContextKind::InvalidSubcommand).is_some() => {
            let before = said(ContextKind::PriorArg).join(", ");
            let command = quoted(ContextKind::InvalidSubcommand);
            format!("{before} est avant la commande {command} : les options d'une commande s'écrivent après elle")
        }
        ErrorKind::ArgumentConflict => {
            format!("{argument} ne va pas avec {}", said(ContextKind::PriorArg).join(", "))
        }
        ErrorKind::NoEquals => format!("écrivez {argument} avec un signe égal avant sa valeur"),
        ErrorKind::TooManyValues => format!("{} est de trop pour {argument}", quoted(ContextKind::InvalidValue)),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("{argument} n'a pas assez de valeurs"),
        ErrorKind::InvalidUtf8 => "les arguments s'écrivent en UTF-8".to_owned(),
        // The library may learn to say more.
        _ => error.to_string().trim_start_matches("error: ").trim_end().to_owned(),
    }
}

/// Why a text is no value, where the library or the standard one says it.
fn reason(why: &(dyn Error + 'static)) -> String {
    if why.is::<ParseIntError>() {
        return "ce n'est pas un nombre entier, ou il est trop grand".to_owned();
    }
    let why = why.to_string();
    match why.split_once(" is not in ") {
        Some((_, range)) => format!("il en faut un de {}", range.replace("..=", " à ")),
        None => why,
    }
}

fn suggested(texts: &[String]) -> String {
    if texts.is_empty() { String::new() } else { format!(" ; vouliez-vous dire « {} » ?", texts.join(" » ou « ")) }
}

fn listed(value: Option<&ContextValue>) -> Vec<String> {
    match value {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn refused(arguments: &[&str]) -> String {
        fault(&Cli::try_parse_from([&["passerelle"], arguments].concat()).unwrap_err())
    }

    #[test]
    fn each_mistake_is_told_in_french() {
        for (arguments, message) in [
            (&["pth"][..], "commande inconnue : « pth » ; vouliez-vous dire « path » ?"),
            (&["path", "--firt", "3", "a", "b"], "argument inconnu : « --firt » ; vouliez-vous dire « --first » ?"),
            (&["path", "SVT"], "il manque <ARRIVÉE>"),
            (
                &["--data", "x", "import", "seed"],
                "--data <DIR> est avant la commande « import » : les options d'une commande s'écrivent après elle",
            ),
            (
                &["export", "--format", "xml"],
                "« xml » ne convient pas pour « --format <FORMAT> » ; choisissez parmi jsonl, ttl, jsonld, graphml, csv",
            ),
            (
                &["serve", "--workers", "x"],
                "« x » ne convient pas pour « --workers <N> » : `x` n'est pas un nombre entier, ou est trop grand",
            ),
            (
                &["serve", "--workers", "-1"],
                "« -1 » ne convient pas pour « --workers <N> » : `-1` n'est pas un nombre entier, ou est trop grand",
            ),
            (
                &["revert", "hier"],
                "« hier » ne convient pas pour « <VERSION> » : ce n'est pas un nombre entier, ou il est trop grand",
            ),
            (
                &["path", "a", "b", "--first", "1000"],
                "« 1000 » ne convient pas pour « --first <FIRST> » : il en faut un de 1 à 100",
            ),
            (&["export", "--out"], "il manque une valeur pour « --out <FICHIER> »"),
        ] {
            assert_eq!(refused(arguments), message);
        }
    }

    /// What each command says of itself, those of `token` included.
    fn helps(command: &mut clap::Command) -> Vec<String> {
        let mut all = vec![command.render_help().to_string(), command.render_long_help().to_string()];
        all.extend(command.get_subcommands_mut().flat_map(helps));
        all
    }

    #[test]
    fn no_help_has_words_of_the_library() {
        let all = helps(&mut Cli::command());
        assert!(all.len() > 20, "{}", all.len());
        for help in all.iter().map(|help| french(help)) {
            for english in ["Usage", "Print", "default:", "possible", "Commands", "OPTIONS:", " the ", "env:", "Take "]
            {
                assert!(!help.contains(english), "« {english} » is in: {help}");
            }
        }
    }
}
