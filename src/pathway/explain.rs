//! A pathway in French, for the student who is to walk it: what one studies where, why it leads on, on whose word, what
//! is weak and what is old. Each sentence knows the evidence that it rests on and says no more than that; the paragraph
//! is short, each source named once and cited by its number.

pub mod access;
mod age;
mod citations;
mod telling;

use crate::graph::{EdgeIx, Graph, Half, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::TOLERANCE;

use super::french::{Case, list, phrase};
use super::offers::offers;
use super::query::Query;
use super::{Pathway, Step, first_host};
use citations::Citations;
use telling::Telling;

pub use age::{Freshness, freshness};

/// How well something is attested, as a word; the scale is the same everywhere. No word of probability: the numbers say how
/// strongly sources state a thing, not how likely it is. docs/weights.md has the frequencies behind the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Below [`FAIR`].
    Weak,
    /// From [`FAIR`].
    Fair,
    /// From [`STRONG`].
    Strong,
}

/// From here on, something is attested.
pub const FAIR: f64 = 0.45;
/// From here on, something is well attested.
pub const STRONG: f64 = 0.75;

impl Strength {
    /// The word for a strength, score or weight.
    pub fn of(value: f64) -> Strength {
        if value >= STRONG - TOLERANCE {
            Strength::Strong
        } else if value >= FAIR - TOLERANCE {
            Strength::Fair
        } else {
            Strength::Weak
        }
    }

    /// In French.
    pub const fn name(self) -> &'static str {
        match self {
            Strength::Strong => "bien attesté",
            Strength::Fair => "attesté",
            Strength::Weak => "peu attesté",
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence {
    /// In French, with its full stop.
    pub text: String,
    /// The pieces of evidence.
    pub grounds: Vec<Ground>,
    /// Relations that it states beyond them: where a parcours is hosted, who awards a master.
    pub edges: Vec<EdgeIx>,
    /// Sources of what it says of a node itself: how one comes to a job.
    pub sources: Vec<NodeIx>,
}

/// The whole paragraph.
pub fn paragraph(graph: &Graph, query: &Query, pathway: &Pathway) -> String {
    let sentences = sentences(graph, query, pathway);
    sentences.into_iter().map(|sentence| sentence.text).collect::<Vec<_>>().join(" ")
}

/// The paragraph, sentence by sentence: what the job legally asks for, one a step and where one studies it, then the weakest
/// point, the age and the sources.
pub fn sentences(graph: &Graph, query: &Query, pathway: &Pathway) -> Vec<Sentence> {
    let hosts: Vec<Option<Host>> = pathway.steps.iter().map(|step| host(graph, query, step)).collect();
    let awards = awards(graph, query, pathway);
    let access = pathway.nodes().next_back().and_then(|end| access::of(graph, end));
    let evidence = pathway.steps.iter().flat_map(|step| &step.evidence).flat_map(|piece| piece.edges.iter().copied());
    let beside = hosts.iter().flatten().map(|host| host.edge).chain(awards.iter().flatten().map(|half| half.edge));
    let beside: Vec<EdgeIx> = beside.collect();
    let known: Vec<NodeIx> = access.iter().flat_map(|access| access.sources.iter().copied()).collect();
    let citations = Citations::new(graph, evidence.chain(beside.iter().copied()), known.iter().copied());
    let mut telling = Telling { graph, retired: query.filter.retired, citations };
    let mut sentences = Vec::new();
    sentences.extend(access.map(|access| telling.access(access)));
    let called = query.called.iter().filter(|called| pathway.nodes().next_back() == Some(called.node));
    sentences.extend(called.map(|called| Sentence { text: called.sentence(), ..Sentence::default() }));
    for (at, (step, host)) in pathway.steps.iter().zip(&hosts).enumerate() {
        let at_master = graph.kind(step.from) == Kind::Master;
        if let Some(awards) = awards.as_ref().filter(|_| at == 0 && at_master) {
            sentences.push(telling.awarded(awards));
        }
        sentences.push(telling.step(step, at, *host));
        if let Some(awards) = awards.as_ref().filter(|_| graph.kind(step.to) == Kind::Master) {
            sentences.push(telling.awarded(awards));
        }
    }
    sentences.extend(weak_point(graph, pathway));
    sentences.extend(age::sentence(graph, pathway));
    let listed = telling.citations.listed();
    sentences.extend(listed.map(|text| Sentence { text, grounds: all(pathway), edges: beside, sources: known }));
    sentences
}

/// The universities that a pathway through a master alone stands for; `None` for any other.
fn awards(graph: &Graph, query: &Query, pathway: &Pathway) -> Option<Vec<Half>> {
    let alone = pathway.first(graph, Kind::Master).is_some() && pathway.first(graph, Kind::Parcours).is_none();
    alone.then(|| offers(graph, query, pathway))
}

/// Where the parcours of an `offers` step is.
#[derive(Clone, Copy)]
struct Host {
    university: NodeIx,
    edge: EdgeIx,
}

fn host(graph: &Graph, query: &Query, step: &Step) -> Option<Host> {
    let hosted = (step.relation == Relation::Offers).then(|| first_host(graph, step.to, query.filter.retired));
    let university = hosted.flatten()?;
    // A parcours may bear its university's name already.
    let said = graph.node(step.to).name.contains(&*graph.node(university).name);
    let edge = graph.edge_between(Relation::Hosts, university, step.to).filter(|_| !said)?;
    Some(Host { university, edge })
}

/// The step that is less well attested than all others, or several that are equally so. Nothing where it is the last step,
/// whose sentence has just said it, or where none stands out.
fn weak_point(graph: &Graph, pathway: &Pathway) -> Option<Sentence> {
    let word = |step: &Step| Strength::of(step.strength);
    let least = pathway.steps.iter().map(word).min()?;
    let weak: Vec<(usize, &Step)> = pathway.steps.iter().enumerate().filter(|(_, step)| word(step) == least).collect();
    if weak.len() == pathway.steps.len() || weak.iter().all(|(at, _)| at + 1 == pathway.steps.len()) {
        return None;
    }
    let named: Vec<String> = weak.iter().map(|(_, step)| passage(graph, step)).collect();
    let ground = |(at, step): &(usize, &Step)| {
        let best = step.mainstay()?;
        let piece = step.evidence.iter().position(|piece| std::ptr::eq(piece, best))?;
        Some(Ground { step: *at, piece })
    };
    let grounds = weak.iter().filter_map(ground).collect();
    let text = match &named[..] {
        [one] => format!("Le moins sûr : {one}."),
        several => format!("Les moins sûrs : {}.", list(several)),
    };
    Some(Sentence { text, grounds, ..Sentence::default() })
}

fn passage(graph: &Graph, step: &Step) -> String {
    let to = |case| phrase(graph, step.to, case);
    match step.relation {
        Relation::Bridges => format!("la passerelle vers {}", to(Case::Plain)),
        Relation::Opens => "l'accès au master".to_owned(),
        Relation::Offers => "l'offre du parcours".to_owned(),
        Relation::EvolvesTo => format!("l'évolution vers {}", to(Case::Plain)),
        Relation::LeadsTo
        | Relation::Hosts
        | Relation::Awards
        | Relation::Teaches
        | Relation::Develops
        | Relation::RequiredBy
        | Relation::Groups
        | Relation::WorksIn
        | Relation::Broader
        | Relation::Near => match graph.kind(step.to) {
            Kind::Study => "l'accès à la poursuite d'études".to_owned(),
            Kind::Source
            | Kind::Licence
            | Kind::Master
            | Kind::Parcours
            | Kind::Course
            | Kind::University
            | Kind::Skill
            | Kind::Job
            | Kind::Sector
            | Kind::Family => "l'accès au métier".to_owned(),
        },
    }
}

fn all(pathway: &Pathway) -> Vec<Ground> {
    let of = |(step, pieces): (usize, &Step)| (0..pieces.evidence.len()).map(move |piece| Ground { step, piece });
    pathway.steps.iter().enumerate().flat_map(of).collect()
}
