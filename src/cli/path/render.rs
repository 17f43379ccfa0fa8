//! Pathways as lines of text, in French, with colour where the terminal has it.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use crate::pathway::explain::Strength;

const WIDTH: usize = 92;
const TITLE: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// The answer to a question about pathways.
pub fn pathways(answer: &Value) -> String {
    let mut out = String::new();
    let names = |end: &Value| {
        let names: Vec<&str> = end.as_array().into_iter().flatten().map(|node| text(&node["name"])).collect();
        names.join(", ")
    };
    let _ = writeln!(out, "{TITLE}{} → {}{TITLE:#}", names(&answer["from"]), names(&answer["to"]));
    let list = answer["nodes"].as_array().map_or(&[][..], Vec::as_slice);
    for (rank, pathway) in list.iter().enumerate() {
        one(&mut out, rank + 1, pathway);
    }
    if let Some(diagnosis) = answer["diagnosis"]["message"].as_str() {
        out.push('\n');
        wrap(&mut out, diagnosis, "");
    }
    if !list.is_empty() {
        let more = answer["pageInfo"]["hasNextPage"] == true;
        let proven = answer["exhaustive"] == true;
        let rest = match (proven, more) {
            (true, false) => "Aucune autre voie ne remplit ces conditions.",
            (true, true) => "Ce sont les mieux attestées ; d'autres suivent (--first).",
            (false, _) => "La recherche s'est arrêtée avant d'avoir tout examiné : d'autres voies peuvent suivre.",
        };
        let _ = writeln!(
            out,
            "\n{FAINT}{rest} La force d'une étape, de 0 à 1, dit combien les sources l'attestent ; ce n'est pas une probabilité.{FAINT:#}"
        );
    }
    out
}

fn one(out: &mut String, rank: usize, pathway: &Value) {
    let score = number(&pathway["score"]);
    // A product says nothing in a word: a pathway is as well attested as its weakest step.
    let steps = pathway["steps"].as_array().into_iter().flatten();
    let weakest = steps.map(|step| number(&step["strength"])).fold(1.0, f64::min);
    let colour = colour(weakest);
    let word = Strength::of(weakest).name();
    let _ = writeln!(out, "\n{TITLE}{rank}.{TITLE:#} {colour}{} ({word}){colour:#}", decimal(score));
    for (i, step) in pathway["steps"].as_array().into_iter().flatten().enumerate() {
        if i == 0 {
            let _ = writeln!(out, "   {}", node(&step["from"]));
        }
        let strength = number(&step["strength"]);
        let grounds: Vec<String> = step["evidence"].as_array().into_iter().flatten().map(ground).collect();
        let style = self::colour(strength);
        let _ = writeln!(
            out,
            "   {FAINT}└{FAINT:#} {style}{} {}{style:#} {FAINT}{}{FAINT:#}",
            decimal(strength),
            reading(text(&step["relation"])),
            grounds.join(" ; ")
        );
        let mut line = node(&step["to"]);
        if step["to"]["kind"] == "PARCOURS"
            && let Some(university) = pathway["university"]["name"].as_str()
            && !text(&step["to"]["name"]).contains(university)
        {
            let _ = write!(line, " — {university}");
        }
        let _ = writeln!(out, "   {line}");
    }
    out.push('\n');
    wrap(out, text(&pathway["explanation"]), "   ");
    if let Some(ties) = ties(&pathway["ties"]) {
        wrap(out, &ties, "   ");
    }
    let missing: Vec<&str> =
        pathway["skillsMissing"].as_array().into_iter().flatten().take(5).map(|skill| text(&skill["name"])).collect();
    if !missing.is_empty() {
        wrap(out, &format!("Compétences demandées que cette voie ne développe pas : {}.", missing.join(", ")), "   ");
    }
}

/// The other parcours that nothing sets apart from the one shown.
fn ties(ties: &Value) -> Option<String> {
    let count = ties["totalCount"].as_u64().filter(|count| *count > 0)?;
    let names: Vec<String> = ties["parcours"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parcours| match text(&parcours["university"]["name"]) {
            university if university.is_empty() || text(&parcours["name"]).contains(university) => {
                text(&parcours["name"]).to_owned()
            }
            university => format!("{} ({university})", text(&parcours["name"])),
        })
        .collect();
    let at_least = if ties["exhaustive"] == true { "" } else { "au moins " };
    let other = if count == 1 { "autre" } else { "autres" };
    let more = if count > names.len() as u64 { "… (--all les montre)" } else { "" };
    Some(format!("Et {at_least}{count} {other} parcours à égalité : {}{more}.", names.join(" ; ")))
}

fn node(node: &Value) -> String {
    let kind = match text(&node["kind"]) {
        "LICENCE" => "licence",
        "MASTER" => "master",
        "PARCOURS" => "parcours",
        "JOB" => "métier",
        _ => "études",
    };
    format!("{FAINT}{kind:>8}{FAINT:#} {}", text(&node["name"]))
}

fn reading(relation: &str) -> &'static str {
    match relation {
        "OPENS" => "ouvre",
        "BRIDGES" => "passerelle vers",
        "OFFERS" => "comprend",
        "EVOLVES_TO" => "évolue vers",
        _ => "peut mener à",
    }
}

fn ground(evidence: &Value) -> String {
    let sources = sources(&evidence["sources"]);
    match text(&evidence["kind"]) {
        "STATED" => format!("selon {sources}"),
        "FAMILY" => format!("une famille de métiers, selon {sources}"),
        "INHERITED" => format!("hérité du master, selon {sources}"),
        _ => {
            let count = evidence["skills"].as_array().map_or(0, Vec::len);
            format!("{count} compétence{} en commun", if count > 1 { "s" } else { "" })
        }
    }
}

/// Every source by name and date: none is summed up as « others ».
fn sources(sources: &Value) -> String {
    let name = |source: &Value| match source["date"].as_str() {
        Some(date) => format!("{} ({date})", text(&source["name"])),
        None => text(&source["name"]).to_owned(),
    };
    sources.as_array().into_iter().flatten().map(name).collect::<Vec<_>>().join(", ")
}

/// The errors of an answer.
pub fn errors(errors: &Value) -> String {
    let mut out = String::new();
    for error in errors.as_array().into_iter().flatten() {
        let _ = writeln!(out, "erreur : {}", text(&error["message"]));
        let others = error["extensions"]["suggestions"].as_array().or(error["extensions"]["candidates"].as_array());
        for node in others.into_iter().flatten() {
            let _ = writeln!(out, "  {} {FAINT}{}{FAINT:#}", text(&node["name"]), text(&node["id"]));
        }
    }
    out
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

fn decimal(value: f64) -> String {
    format!("{value:.2}").replace('.', ",")
}

fn colour(strength: f64) -> Style {
    let colour = match Strength::of(strength) {
        Strength::Strong => AnsiColor::Green,
        Strength::Fair => AnsiColor::Yellow,
        Strength::Weak => AnsiColor::Red,
    };
    colour.on_default()
}

/// Words up to the width, each line behind the margin.
fn wrap(out: &mut String, text: &str, margin: &str) {
    let mut length = 0;
    for word in text.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > WIDTH - margin.len() {
            out.push('\n');
            length = 0;
        }
        if length == 0 {
            out.push_str(margin);
        } else {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += word_length;
    }
    out.push('\n');
}
