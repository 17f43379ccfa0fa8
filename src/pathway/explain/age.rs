//! How old the evidence of a pathway is, and whether that is worth a sentence. No clock: old is what lies more than
//! two years before the newest source of the graph.

use super::super::french::{number, upper_first};
use super::super::{Evidence, Pathway};
use super::{Ground, Sentence};
use crate::graph::{EdgeIx, Graph, NodeIx};
use crate::model::Kind;

/// The age of a pathway's evidence. A relation is as old as the latest of the sources that state it; a piece of evidence
/// as the oldest of its relations. Dates are ISO 8601, as precise as their source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// The oldest piece, of those that are dated.
    pub oldest: Option<String>,
    /// The piece that the pathway hangs on most.
    pub weakest: Option<String>,
    /// How many pieces rest on a relation that no dated source states.
    pub undated: usize,
}

/// How old the evidence is.
pub fn freshness(graph: &Graph, pathway: &Pathway) -> Freshness {
    let pieces = pathway.steps.iter().flat_map(|step| &step.evidence);
    let dates: Vec<Option<&str>> = pieces.map(|piece| dated(graph, piece)).collect();
    Freshness {
        oldest: dates.iter().flatten().min().map(|date| (*date).to_owned()),
        weakest: pathway.weakest().and_then(|(_, piece)| dated(graph, piece)).map(str::to_owned),
        undated: dates.iter().filter(|date| date.is_none()).count(),
    }
}

fn source_date(graph: &Graph, source: NodeIx) -> Option<&str> {
    graph.node(source).attributes().date.as_deref()
}

fn dated<'g>(graph: &'g Graph, piece: &Evidence) -> Option<&'g str> {
    // One undated relation leaves the piece undated.
    let dates = piece.edges.iter().map(|edge| {
        let sources = graph.edge(*edge).sources();
        sources.filter_map(|source| source_date(graph, source)).max()
    });
    dates.collect::<Option<Vec<&str>>>()?.into_iter().min()
}

/// What is undated; nothing where each source tells its date or its edition. What is old is said where it is used, by
/// [`last_confirmed`].
pub(super) fn sentence(graph: &Graph, pathway: &Pathway) -> Option<Sentence> {
    let all = super::all(pathway);
    let placed = |source: NodeIx| {
        let attributes = graph.node(source).attributes();
        attributes.date.is_some() || attributes.edition.is_some()
    };
    let undated = |ground: &Ground| {
        let edges = &pathway.steps[ground.step].evidence[ground.piece].edges;
        !edges.iter().all(|edge| graph.edge(*edge).sources().any(placed))
    };
    let grounds: Vec<Ground> = all.iter().filter(|ground| undated(ground)).copied().collect();
    let text = match grounds.len() {
        0 => return None,
        count if count == all.len() => "Aucune preuve n'est datée.".to_owned(),
        1 => "Une preuve est sans date.".to_owned(),
        count => format!("{} preuves sont sans date.", upper_first(&number(count))),
    };
    Some(Sentence { text, grounds, ..Sentence::default() })
}

/// `confirmé en dernier en 2020`: the newest of the sources that state a relation, where all of them are old.
pub(super) fn last_confirmed(graph: &Graph, edge: EdgeIx) -> Option<String> {
    let newest = graph.edge(edge).sources().filter_map(|source| source_date(graph, source)).max()?;
    is_old(graph, newest).then(|| format!("confirmé en dernier en {}", year(newest)))
}

/// The year of an ISO date; the text itself where it is none.
pub(super) fn year(date: &str) -> &str {
    date.split_once('-').map_or(date, |(year, _)| year)
}

/// More than two years before the newest source, as far as both dates are precise.
fn is_old(graph: &Graph, date: &str) -> bool {
    let sources = graph.nodes_of(Kind::Source).iter();
    let newest =
        sources.filter_map(|source| source_date(graph, *source)).filter(|date| year_number(date).is_some()).max();
    let (Some(newest), Some(_)) = (newest, year_number(date)) else { return false };
    let Some(limit) = year_number(newest).and_then(|year| year.checked_sub(2)) else { return false };
    let limit = format!("{limit:04}{}", newest.get(4..).unwrap_or_default());
    let precise = limit.len().min(date.len());
    date.as_bytes()[..precise] < limit.as_bytes()[..precise]
}

fn year_number(date: &str) -> Option<u16> {
    let year = year(date);
    if year.len() == 4 { year.parse().ok() } else { None }
}
