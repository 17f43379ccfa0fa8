//! A pathway in French, for the student who is to walk it: what one studies where, why it leads on, on whose word, what
//! is weak and what is old. Each sentence knows the evidence that it rests on and says no more than that.

use crate::graph::outlets::TOLERANCE;
use crate::graph::{EdgeIx, Graph, NodeIx};
use crate::model::{Kind, Relation};

use super::french::{Case, at_university, date, list, number, of_date, phrase, upper_first};
use super::query::{EvidenceKind, Retired};
use super::{Evidence, Pathway, Step, first_host};

/// A number of evidence as a word; the scale is the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Below 0.45.
    Fragile,
    /// From 0.45.
    Probable,
    /// From 0.75.
    Solide,
}

impl Strength {
    /// The word for a strength, score or weight.
    pub fn of(value: f64) -> Strength {
        if value >= 0.75 - TOLERANCE {
            Strength::Solide
        } else if value >= 0.45 - TOLERANCE {
            Strength::Probable
        } else {
            Strength::Fragile
        }
    }

    /// In French.
    pub const fn name(self) -> &'static str {
        match self {
            Strength::Solide => "solide",
            Strength::Probable => "probable",
            Strength::Fragile => "fragile",
        }
    }
}

/// Which piece of evidence of a pathway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The step, from 0.
    pub step: usize,
    /// The piece among the step's evidence, from 0.
    pub piece: usize,
}

/// One sentence and what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// In French, with its full stop.
    pub text: String,
    /// The pieces of evidence.
    pub grounds: Vec<Ground>,
    /// Relations that it states beyond them: where a parcours is hosted.
    pub edges: Vec<EdgeIx>,
}

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
    let dates: Vec<Option<&str>> =
        pathway.steps.iter().flat_map(|step| &step.evidence).map(|piece| dated(graph, piece)).collect();
    Freshness {
        oldest: dates.iter().flatten().min().map(|date| (*date).to_owned()),
        weakest: pathway.weakest().and_then(|(_, piece)| dated(graph, piece)).map(str::to_owned),
        undated: dates.iter().filter(|date| date.is_none()).count(),
    }
}

fn dated<'g>(graph: &'g Graph, piece: &Evidence) -> Option<&'g str> {
    let source_date = |source: NodeIx| graph.node(source).attributes().date.as_deref();
    // One undated relation leaves the piece undated.
    let dates = piece.edges.iter().map(|edge| graph.edge(*edge).sources().filter_map(source_date).max());
    dates.collect::<Option<Vec<&str>>>()?.into_iter().min()
}

/// The whole paragraph.
pub fn paragraph(graph: &Graph, pathway: &Pathway, retired: Retired) -> String {
    let sentences = sentences(graph, pathway, retired);
    sentences.into_iter().map(|sentence| sentence.text).collect::<Vec<_>>().join(" ")
}

/// The paragraph, sentence by sentence: one a step, then the weakest point, then the age.
pub fn sentences(graph: &Graph, pathway: &Pathway, retired: Retired) -> Vec<Sentence> {
    let mut cited = Cited::default();
    let steps = 0..pathway.steps.len();
    let mut sentences: Vec<Sentence> = steps.map(|at| step(graph, pathway, at, retired, &mut cited)).collect();
    sentences.extend(weak_point(graph, pathway));
    sentences.extend(age(graph, pathway));
    sentences
}

fn step(graph: &Graph, pathway: &Pathway, at: usize, retired: Retired, cited: &mut Cited) -> Sentence {
    let step = &pathway.steps[at];
    let follows = at > 0;
    let word = Strength::of(step.strength).name();
    let grounds = (0..step.evidence.len()).map(|piece| Ground { step: at, piece }).collect();
    let mut edges = Vec::new();
    let sources = || step.evidence.iter().flat_map(|piece| piece.sources.iter().copied());
    let from = |case| match (follows, graph.kind(step.from), case) {
        (true, Kind::Master, Case::Plain) => "ce master".to_owned(),
        (true, Kind::Master, _) => "de ce master".to_owned(),
        (true, Kind::Parcours, Case::Plain) => "ce parcours".to_owned(),
        (true, Kind::Parcours, _) => "de ce parcours".to_owned(),
        (true, Kind::Job, _) => "de ce métier".to_owned(),
        _ => phrase(graph, step.from, case),
    };
    let to = |case| phrase(graph, step.to, case);
    let body = match step.relation {
        Relation::Bridges => {
            format!(
                "{}, une passerelle conduit {} ({word}){}",
                from(Case::Of),
                to(Case::To),
                cited.say(graph, sources())
            )
        }
        Relation::Opens => format!(
            "{} est une voie d'accès {} ({word}){}",
            from(Case::Plain),
            to(Case::To),
            cited.say(graph, sources())
        ),
        Relation::Offers => {
            let mut sources: Vec<NodeIx> = sources().collect();
            let host = first_host(graph, step.to, retired).and_then(|host| {
                let edge = graph.edge_between(Relation::Hosts, host, step.to)?;
                edges.push(edge);
                sources.extend(graph.edge(edge).sources());
                Some(format!(", {}", at_university(&graph.node(host).name)))
            });
            let host = host.unwrap_or_default();
            format!("{} propose {}{host} ({word}){}", from(Case::Plain), to(Case::Plain), cited.say(graph, sources))
        }
        Relation::EvolvesTo => format!(
            "{}, on peut évoluer vers {} ({word}){}",
            from(Case::Of),
            to(Case::Plain),
            cited.say(graph, sources())
        ),
        _ if graph.kind(step.from) == Kind::Master => {
            format!(
                "{} est un débouché annoncé {} ({word}){}",
                to(Case::Plain),
                from(Case::Of),
                cited.say(graph, sources())
            )
        }
        _ => {
            let reasons = step.evidence.iter().map(|piece| reason(graph, step, piece, retired, cited));
            let reasons: Vec<String> = reasons.collect();
            format!("{} peut mener {} ({word}) : {}", from(Case::Plain), to(Case::To), reasons.join(" ; "))
        }
    };
    let mut text = format!("{}.", upper_first(&body));
    let conditions = step.evidence.iter().flat_map(|piece| &piece.edges).filter_map(|edge| {
        let edge = graph.edge(*edge);
        edge.condition().filter(|_| edge.relation() == step.relation)
    });
    for condition in conditions {
        text.push_str(&format!(" Condition indiquée : {}.", condition.trim_end_matches('.')));
    }
    Sentence { text, grounds, edges }
}

/// Why a parcours leads to a job or study, after a colon.
fn reason(graph: &Graph, step: &Step, piece: &Evidence, retired: Retired, cited: &mut Cited) -> String {
    let word = Strength::of(piece.strength).name();
    let said = cited.say(graph, piece.sources.iter().copied());
    match piece.kind {
        EvidenceKind::Stated => format!("c'est un de ses débouchés annoncés ({word}){said}"),
        EvidenceKind::Inherited => {
            format!("c'est un débouché annoncé de son master, sans précision de parcours ({word}){said}")
        }
        EvidenceKind::Skills => {
            let required = graph.incoming(step.to, Relation::RequiredBy).iter();
            let current = |skill: NodeIx| retired == Retired::Included || !graph.node(skill).retired;
            let required = required.filter(|half| current(half.node)).count();
            let named: Vec<String> =
                piece.skills.iter().take(3).map(|skill| format!("« {} »", graph.node(*skill).name)).collect();
            let which = if piece.skills.len() > named.len() {
                format!(", dont {}", list(&named))
            } else {
                format!(" : {}", list(&named))
            };
            let of = match (piece.skills.len(), required) {
                (1, 1) => "la compétence demandée".to_owned(),
                (count, required) if count == required => format!("les {} compétences demandées", number(required)),
                (1, required) => format!("une des {} compétences demandées", number(required)),
                (count, required) => format!("{} des {} compétences demandées", number(count), number(required)),
            };
            format!("on y développe {of}{which} ({word}){said}")
        }
    }
}

/// The sources cited last, so that they are not said over and over.
#[derive(Default)]
struct Cited(Vec<NodeIx>);

impl Cited {
    /// `, selon « A » (2025) et « B » (sans date)`; three sources by name, the others by number.
    fn say(&mut self, graph: &Graph, sources: impl IntoIterator<Item = NodeIx>) -> String {
        let mut sources: Vec<NodeIx> = sources.into_iter().collect();
        sources.sort_unstable_by(|a, b| graph.by_key(*a, *b));
        sources.dedup();
        if !sources.is_empty() && sources == self.0 {
            return if sources.len() == 1 { ", selon la même source" } else { ", selon les mêmes sources" }.to_owned();
        }
        let mut named: Vec<String> = sources.iter().take(3).map(|source| source_name(graph, *source)).collect();
        match sources.len().saturating_sub(3) {
            0 => {}
            1 => named.push("une autre source".to_owned()),
            more => named.push(format!("{more} autres sources")),
        }
        self.0 = sources;
        if named.is_empty() { String::new() } else { format!(", selon {}", list(&named)) }
    }
}

fn source_name(graph: &Graph, source: NodeIx) -> String {
    let node = graph.node(source);
    match node.attributes().date.as_deref() {
        Some(iso) => format!("« {} » ({})", node.name, date(iso)),
        None => format!("« {} » (sans date)", node.name),
    }
}

fn weak_point(graph: &Graph, pathway: &Pathway) -> Option<Sentence> {
    let (step, piece) = pathway.weakest()?;
    let grounds = ground_of(pathway, step, piece).into_iter().collect();
    let word = Strength::of(step.strength);
    let text = if pathway.steps.len() == 1 {
        if step.evidence.len() == 1 {
            return None;
        }
        format!("Ce chemin tient surtout {}.", kind_of(step, piece))
    } else if word == Strength::Solide {
        "D'après ces sources, chaque étape est solide.".to_owned()
    } else {
        let (from, to) = (phrase(graph, step.from, Case::Of), phrase(graph, step.to, Case::To));
        format!(
            "L'étape la plus incertaine est celle qui va {from} {to} ({}) ; elle tient surtout {}.",
            word.name(),
            kind_of(step, piece)
        )
    };
    let grounds = if word == Strength::Solide && pathway.steps.len() > 1 { all(pathway) } else { grounds };
    Some(Sentence { text, grounds, edges: Vec::new() })
}

fn kind_of(step: &Step, piece: &Evidence) -> &'static str {
    match piece.kind {
        EvidenceKind::Stated => "à ce qu'une source en dit",
        EvidenceKind::Inherited => "à ce qui est dit du master entier",
        EvidenceKind::Skills if step.evidence.len() == 1 => "aux compétences en commun, sans qu'une source l'annonce",
        EvidenceKind::Skills => "aux compétences en commun",
    }
}

fn age(graph: &Graph, pathway: &Pathway) -> Option<Sentence> {
    let Freshness { oldest, undated, .. } = freshness(graph, pathway);
    let undated = match undated {
        0 => None,
        1 => Some("une information n'est pas datée".to_owned()),
        more => Some(format!("{more} informations ne sont pas datées")),
    };
    let oldest = oldest.map(|iso| format!("l'information la plus ancienne date {}", of_date(&iso)));
    let said: Vec<String> = oldest.into_iter().chain(undated).collect();
    (!said.is_empty()).then(|| Sentence {
        text: format!("{}.", upper_first(&said.join(" ; "))),
        grounds: all(pathway),
        edges: Vec::new(),
    })
}

fn ground_of(pathway: &Pathway, step: &Step, piece: &Evidence) -> Option<Ground> {
    let at = pathway.steps.iter().position(|other| std::ptr::eq(other, step))?;
    let piece = step.evidence.iter().position(|other| std::ptr::eq(other, piece))?;
    Some(Ground { step: at, piece })
}

fn all(pathway: &Pathway) -> Vec<Ground> {
    let of = |(step, pieces): (usize, &Step)| (0..pieces.evidence.len()).map(move |piece| Ground { step, piece });
    pathway.steps.iter().enumerate().flat_map(of).collect()
}
