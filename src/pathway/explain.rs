//! A pathway in French, for the student who is to walk it: what one studies where, why it leads on, on whose word, what
//! is weak and what is old. Each sentence knows the evidence that it rests on and says no more than that; the paragraph
//! is short, each source named once and cited by its number.

mod age;
mod citations;

use crate::graph::outlets::TOLERANCE;
use crate::graph::{EdgeIx, EdgeView, Graph, NodeIx};
use crate::model::{Kind, Relation};

use super::french::{Case, at_university, list, lower_first, number, phrase, upper_first};
use super::query::{EvidenceKind, Retired};
use super::{Evidence, Pathway, Step, first_host};
use citations::Citations;

pub use age::{Freshness, freshness};

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

/// The whole paragraph.
pub fn paragraph(graph: &Graph, pathway: &Pathway, retired: Retired) -> String {
    let sentences = sentences(graph, pathway, retired);
    sentences.into_iter().map(|sentence| sentence.text).collect::<Vec<_>>().join(" ")
}

/// The paragraph, sentence by sentence: one a step, then the weakest point, the age and the sources.
pub fn sentences(graph: &Graph, pathway: &Pathway, retired: Retired) -> Vec<Sentence> {
    let hosts: Vec<Option<Host>> = pathway.steps.iter().map(|step| host(graph, step, retired)).collect();
    let citations = Citations::new(graph, pathway, &hosts);
    let telling = Telling { graph, retired, citations: &citations };
    let steps = pathway.steps.iter().zip(&hosts).enumerate();
    let mut sentences: Vec<Sentence> = steps.map(|(at, (step, host))| telling.step(step, at, *host)).collect();
    sentences.extend(weak_point(graph, pathway));
    sentences.extend(age::sentence(graph, pathway));
    let text = citations.listed(graph);
    let edges = hosts.iter().flatten().map(|host| host.edge).collect();
    sentences.extend(text.map(|text| Sentence { text, grounds: all(pathway), edges }));
    sentences
}

/// Where the parcours of an `offers` step is.
#[derive(Clone, Copy)]
struct Host {
    university: NodeIx,
    edge: EdgeIx,
}

fn host(graph: &Graph, step: &Step, retired: Retired) -> Option<Host> {
    let university = (step.relation == Relation::Offers).then(|| first_host(graph, step.to, retired)).flatten()?;
    // A parcours may bear its university's name already.
    let said = graph.node(step.to).name.contains(&*graph.node(university).name);
    let edge = graph.edge_between(Relation::Hosts, university, step.to).filter(|_| !said)?;
    Some(Host { university, edge })
}

/// The host of a parcours that its sources name after its master and host alone, since they name no parcours.
fn unnamed(graph: &Graph, parcours: NodeIx) -> Option<NodeIx> {
    let name = &*graph.node(parcours).name;
    let before = |relation| graph.incoming(parcours, relation).iter().map(|half| half.node);
    before(Relation::Hosts).find(|host| {
        let rest = name.strip_suffix(&*graph.node(*host).name).and_then(|rest| rest.strip_suffix(", "));
        rest.is_some_and(|rest| before(Relation::Offers).any(|master| *graph.node(master).name == *rest))
    })
}

/// What the sentence of a step is told with.
struct Telling<'a> {
    graph: &'a Graph,
    retired: Retired,
    citations: &'a Citations,
}

impl Telling<'_> {
    fn step(&self, step: &Step, at: usize, host: Option<Host>) -> Sentence {
        let graph = self.graph;
        let from = |case| match (at > 0, graph.kind(step.from), case) {
            (true, Kind::Licence, Case::Plain) => "cette licence".to_owned(),
            (true, Kind::Licence, _) => "de cette licence".to_owned(),
            (true, Kind::Master, Case::Plain) => "ce master".to_owned(),
            (true, Kind::Master, _) => "de ce master".to_owned(),
            (true, Kind::Parcours, case) => {
                let named = unnamed(graph, step.from).is_none();
                let plain = if named { "ce parcours" } else { "cette offre" };
                if case == Case::Plain { plain.to_owned() } else { format!("de {plain}") }
            }
            (true, Kind::Job, _) => "de ce métier".to_owned(),
            _ => phrase(graph, step.from, case),
        };
        let to = |case| phrase(graph, step.to, case);
        let word = Strength::of(step.strength);
        let worth = worth(Some(word), step.mainstay().and_then(|piece| self.condition(step, piece)));
        let body = match step.relation {
            Relation::Bridges => format!("{}, une passerelle conduit {}{worth}", from(Case::Of), to(Case::To)),
            Relation::Opens => format!("{} peut mener {}{worth}", from(Case::Plain), to(Case::To)),
            Relation::Offers if unnamed(graph, step.to).is_some() => {
                let university = unnamed(graph, step.to).map(|host| at_university(&graph.node(host).name));
                let at = university.unwrap_or_default();
                format!("{} est proposé {at}, sans parcours nommé{worth}", from(Case::Plain))
            }
            Relation::Offers => {
                let offer = format!("{} propose {}", from(Case::Plain), to(Case::Plain));
                host.map_or_else(|| format!("{offer}{worth}"), |host| self.hosted(&offer, word, &worth, host))
            }
            Relation::EvolvesTo => format!("{}, on peut évoluer vers {}{worth}", from(Case::Of), to(Case::Plain)),
            _ if graph.kind(step.from) == Kind::Master => {
                format!("{} est un débouché annoncé {}{worth}", to(Case::Plain), from(Case::Of))
            }
            _ => {
                let outlet = format!("{} peut mener {} ({})", from(Case::Plain), to(Case::To), word.name());
                format!("{outlet} : {}", self.reasons(step, word))
            }
        };
        let mark = if graph.kind(step.from) == Kind::Parcours {
            String::new()
        } else {
            let hosting = host.into_iter().flat_map(|host| graph.edge(host.edge).sources());
            self.citations.mark(step.evidence.iter().flat_map(|piece| piece.sources.iter().copied()).chain(hosting))
        };
        Sentence {
            text: format!("{}{mark}.", upper_first(&body)),
            grounds: (0..step.evidence.len()).map(|piece| Ground { step: at, piece }).collect(),
            edges: host.into_iter().map(|host| host.edge).collect(),
        }
    }

    /// One word of strength for the offer and its place, or one each where the place is another matter.
    fn hosted(&self, offer: &str, word: Strength, worth_of_offer: &str, host: Host) -> String {
        let at = at_university(&self.graph.node(host.university).name);
        let hosting = self.graph.edge(host.edge);
        let strength = Strength::of(hosting.weight().get());
        let condition = reserve(hosting);
        // The offer's word alone, or the same word: once is enough.
        if strength == word && (condition.is_none() || worth_of_offer == worth(Some(word), None)) {
            let worth = if condition.is_none() { worth_of_offer.to_owned() } else { worth(Some(word), condition) };
            return format!("{offer}, {at}{worth}");
        }
        format!("{offer}{worth_of_offer}, {at}{}", worth(Some(strength), condition))
    }

    /// Why a parcours leads to a job or study: its strongest ground, then the others in passing.
    fn reasons(&self, step: &Step, word: Strength) -> String {
        let Some(first) = step.mainstay() else { return String::new() };
        let own = Strength::of(first.strength);
        let worth_of_first = worth((own != word).then_some(own), self.condition(step, first));
        let ground = match first.kind {
            EvidenceKind::Stated => "débouché annoncé".to_owned(),
            EvidenceKind::Inherited => "débouché annoncé de son master, sans précision de parcours".to_owned(),
            EvidenceKind::Skills => {
                let named = first.skills.iter().take(2).map(|skill| format!("« {} »", self.graph.node(*skill).name));
                let named = list(&named.collect::<Vec<_>>());
                let which = if first.skills.len() > 2 { "dont " } else { "" };
                let alone = if self.announced(step) { "" } else { ", mais aucune source ne l'annonce" };
                format!("on y acquiert {}, {which}{named}{alone}", self.share(step, first))
            }
        };
        let mark = self.citations.mark(first.sources.iter().copied());
        let others = || step.evidence.iter().filter(|piece| !std::ptr::eq(*piece, first));
        let said: Vec<String> = others().map(|piece| self.in_passing(step, piece, first.kind)).collect();
        if said.is_empty() {
            return format!("{ground}{worth_of_first}{mark}");
        }
        let mark_of_others = self.citations.mark(others().flat_map(|piece| piece.sources.iter().copied()));
        let mark = if mark == mark_of_others { "" } else { &mark };
        format!("{ground}{worth_of_first}{mark} ; {}{mark_of_others}", list(&said))
    }

    /// A ground that comes after the first.
    fn in_passing(&self, step: &Step, piece: &Evidence, first: EvidenceKind) -> String {
        let ground = match piece.kind {
            EvidenceKind::Stated => "c'est aussi un débouché annoncé".to_owned(),
            EvidenceKind::Inherited if first == EvidenceKind::Stated => "son master l'annonce aussi".to_owned(),
            EvidenceKind::Inherited => "son master l'annonce".to_owned(),
            EvidenceKind::Skills => format!("on y acquiert {}", self.share(step, piece)),
        };
        let word = Strength::of(piece.strength);
        // What is said of this very parcours settles what is said of its master; what is fragile is under reserve anyway.
        let settled = first == EvidenceKind::Stated || word == Strength::Fragile;
        let condition = self.condition(step, piece).filter(|_| !settled).map(|_| RESERVE.to_owned());
        format!("{ground}{}", worth(Some(word), condition))
    }

    /// Whether any source says that the parcours, or a master of its, leads there; the question may not have counted it.
    fn announced(&self, step: &Step) -> bool {
        let leads = |from| self.graph.edge_between(Relation::LeadsTo, from, step.to).is_some();
        leads(step.from) || self.graph.incoming(step.from, Relation::Offers).iter().any(|half| leads(half.node))
    }

    /// `les sept compétences requises`, `trois des sept compétences requises`.
    fn share(&self, step: &Step, piece: &Evidence) -> String {
        let current = |skill: NodeIx| self.retired == Retired::Included || !self.graph.is_retired(skill);
        let required = self.graph.incoming(step.to, Relation::RequiredBy).iter();
        match (piece.skills.len(), required.filter(|half| current(half.node)).count()) {
            (1, 1) => "la compétence requise".to_owned(),
            (count, required) if count == required => format!("les {} compétences requises", number(required)),
            (count, required) => format!("{} des {} compétences requises", number(count), number(required)),
        }
    }

    /// What the sources add about the step itself.
    fn condition(&self, step: &Step, piece: &Evidence) -> Option<String> {
        let mut edges = piece.edges.iter().map(|edge| self.graph.edge(*edge));
        edges.find(|edge| edge.relation() == step.relation).and_then(reserve)
    }
}

const RESERVE: &str = "avec réserve";

/// The condition of a relation, to go in brackets; a long one is only announced.
fn reserve(edge: EdgeView<'_>) -> Option<String> {
    let condition = edge.condition()?.trim().trim_end_matches('.');
    match condition.chars().count() {
        0 => None,
        1..=100 => Some(lower_first(condition)),
        _ => Some(RESERVE.to_owned()),
    }
}

/// ` (probable ; selon le projet)`.
fn worth(word: Option<Strength>, condition: Option<String>) -> String {
    let word = word.map(|word| word.name().to_owned());
    let said: Vec<String> = word.into_iter().chain(condition).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(" ; ")) }
}

/// The step or, where several are equally weak, the steps that are the least sure, unless they are solid.
fn weak_point(graph: &Graph, pathway: &Pathway) -> Option<Sentence> {
    let least = pathway.steps.iter().map(|step| step.strength).reduce(f64::min)?;
    if pathway.steps.len() == 1 || Strength::of(least) == Strength::Solide {
        return None;
    }
    let weak = || pathway.steps.iter().enumerate().filter(|(_, step)| step.strength <= least + TOLERANCE);
    let named: Vec<String> = weak().map(|(_, step)| passage(graph, step)).collect();
    let grounds = weak().flat_map(|(at, step)| {
        let mainstay =
            step.mainstay().and_then(|best| step.evidence.iter().position(|piece| std::ptr::eq(piece, best)));
        mainstay.map(|piece| Ground { step: at, piece })
    });
    let text = match &named[..] {
        all if all.len() == pathway.steps.len() => "Aucune étape n'est solide ; toutes se valent.".to_owned(),
        [one] => format!("Le moins sûr : {one}."),
        several => format!("Les moins sûrs : {}.", list(several)),
    };
    Some(Sentence { text, grounds: grounds.collect(), edges: Vec::new() })
}

fn passage(graph: &Graph, step: &Step) -> String {
    let to = |case| phrase(graph, step.to, case);
    match step.relation {
        Relation::Bridges => format!("la passerelle vers {}", to(Case::Plain)),
        Relation::Opens => "l'accès au master".to_owned(),
        Relation::Offers => "l'offre du parcours".to_owned(),
        Relation::EvolvesTo => format!("l'évolution vers {}", to(Case::Plain)),
        _ if graph.kind(step.to) == Kind::Study => "l'accès à la poursuite d'études".to_owned(),
        _ => "l'accès au métier".to_owned(),
    }
}

fn all(pathway: &Pathway) -> Vec<Ground> {
    let of = |(step, pieces): (usize, &Step)| (0..pieces.evidence.len()).map(move |piece| Ground { step, piece });
    pathway.steps.iter().enumerate().flat_map(of).collect()
}
