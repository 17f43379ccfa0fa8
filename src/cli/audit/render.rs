//! The report of an audit, as text and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::terminal::line;
use crate::graph::Graph;
use crate::guidance::audit::{Audit, Bias, Dimension, Gain, Moved, Plan};

/// Lines shown of each dimension, beside those that stand out.
const SHOWN: usize = 3;

/// The report in full.
pub fn json(graph: &Graph, plan: &Plan, audit: &Audit) -> Value {
    let moved = |moved: &Moved| {
        json!({
            "moved": moved.name,
            "relationsMoved": moved.touched,
            "relationsCapped": moved.capped,
            "firstChanged": moved.first_changed,
            "firstMasterChanged": moved.master_changed,
            "overlap": moved.overlap,
            "kendall": moved.kendall,
        })
    };
    let gain = |gain: &Gain| {
        json!({
            "dimension": dimension(gain.dimension),
            "name": gain.name,
            "offers": gain.offers,
            "places": gain.places,
            "placesTiesShared": gain.fair,
            "expected": gain.expected,
            "ratio": gain.ratio(),
            "ratioError": gain.error / gain.expected,
            "ratioTiesShared": gain.fair_ratio(),
            "ratioTiesSharedError": gain.fair_error / gain.expected,
            "standsOut": gain.bias.map(bias),
        })
    };
    json!({
        "graphVersion": graph.version(),
        "plan": { "pairs": plan.pairs, "top": plan.top, "maxSteps": plan.max_steps, "seed": plan.seed, "rounds": plan.rounds },
        "answerablePairs": audit.answerable,
        "drawnPairs": audit.drawn,
        "firstByKeyAlone": audit.first_by_key,
        "contestedPairs": audit.contested,
        "moves": audit.moves.iter().map(moved).collect::<Vec<_>>(),
        "gains": audit.gains.iter().map(gain).collect::<Vec<_>>(),
    })
}

/// The report for a person.
pub fn text(graph: &Graph, plan: &Plan, audit: &Audit) -> String {
    let mut out = String::new();
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let of_drawn = |count: usize| percent(count as f64 / audit.drawn.max(1) as f64);
    let _ = writeln!(
        out,
        "graphe, version {} : {} paires d'une licence et d'un métier ont une réponse d'au plus {} étapes ; {} tirées avec la graine {}",
        graph.version(),
        audit.answerable,
        plan.max_steps,
        audit.drawn,
        plan.seed
    );
    let _ = writeln!(
        out,
        "premières par le seul ordre des clés (une autre réponse a le même score) : {} ({})",
        audit.first_by_key,
        of_drawn(audit.first_by_key)
    );
    let _ = writeln!(
        out,
        "\nce que deviennent les {} premières réponses quand les poids bougent\n{:>11} {:>9} {:>9} {:>8} {:>9}  ce qui bouge",
        plan.top, "1re autre", "master", "communes", "Kendall", "relations"
    );
    for moved in &audit.moves {
        let kendall = moved.kendall.map_or_else(|| "-".to_owned(), |tau| format!("{tau:.3}"));
        let capped = if moved.capped == 0 { String::new() } else { format!(" ({} arrêtés à 1)", moved.capped) };
        let _ = writeln!(
            out,
            "{:>11} {:>9} {:>9} {kendall:>8} {:>9}  {}{capped}",
            percent(moved.first_changed),
            percent(moved.master_changed),
            percent(moved.overlap),
            moved.touched,
            line(&moved.name)
        );
    }
    let _ = writeln!(
        out,
        "\nqui prend les {} premières places, sur les {} paires où il y a plus d'offres (1 = une part égale pour chaque offre)",
        plan.top, audit.contested
    );
    for wanted in [Dimension::Institution, Dimension::Region, Dimension::Source] {
        let gains: Vec<&Gain> = audit.gains.iter().filter(|gain| gain.dimension == wanted).collect();
        let count = gains.iter().filter(|gain| gain.bias.is_some()).count();
        let by_order = gains.iter().filter(|gain| gain.bias == Some(Bias::Order)).count();
        let _ = writeln!(
            out,
            "\n{} : {} en tout, {count} sortent du lot ({by_order} par le seul ordre des clés)\n{:>14} {:>16} {:>9}",
            in_french(wanted),
            gains.len(),
            "part",
            "ex æquo partagés",
            "attendu"
        );
        let shown = |(at, gain): &(usize, &&Gain)| gain.bias.is_some() || *at < SHOWN || at + SHOWN >= gains.len();
        for (_, gain) in gains.iter().enumerate().filter(shown) {
            let with_error = |ratio: f64, error: f64| format!("{ratio:.2} ± {:.2}", 1.96 * error / gain.expected);
            let _ = writeln!(
                out,
                "{:>14} {:>16} {:>9.1}  {}{}",
                with_error(gain.ratio(), gain.error),
                with_error(gain.fair_ratio(), gain.fair_error),
                gain.expected,
                line(&gain.name),
                gain.bias.map(|why| format!("  ← {}", why_in_french(why))).unwrap_or_default()
            );
        }
    }
    out
}

fn in_french(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Institution => "établissements",
        Dimension::Region => "régions",
        Dimension::Source => "sources",
    }
}

fn why_in_french(bias: Bias) -> &'static str {
    match bias {
        Bias::Order => "par l'ordre des clés",
        Bias::Weights => "par les poids",
    }
}

fn dimension(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Institution => "institutions",
        Dimension::Region => "regions",
        Dimension::Source => "sources",
    }
}

fn bias(bias: Bias) -> &'static str {
    match bias {
        Bias::Order => "by the order of keys",
        Bias::Weights => "by weights",
    }
}
