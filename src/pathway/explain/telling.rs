//! The sentence of one step: what it is, how well attested, on what grounds, on whose word.

use super::super::french::{Case, at_university, list, lower_first, number, phrase, upper_first};
use super::super::query::{EvidenceKind, Retired};
use super::super::{Evidence, Step};
use super::access::Access;
use super::age::last_confirmed;
use super::citations::Citations;
use super::{Ground, Host, Sentence, Strength};
use crate::graph::{EdgeIx, EdgeView, Graph, Half, NodeIx};
use crate::model::{Kind, Relation};

/// What the sentences of steps are told with.
pub(super) struct Telling<'g> {
    pub(super) graph: &'g Graph,
    pub(super) retired: Retired,
    pub(super) citations: Citations<'g>,
}

impl Telling<'_> {
    /// The sentence of the step at this place of a pathway.
    pub(super) fn step(&mut self, step: &Step, at: usize, host: Option<Host>) -> Sentence {
        let graph = self.graph;
        // What the sentence before named.
        let again = match graph.kind(step.from) {
            Kind::Licence => Some("cette licence"),
            Kind::Master => Some("ce master"),
            Kind::Parcours => Some("ce parcours"),
            Kind::Job => Some("ce métier"),
            Kind::Source
            | Kind::Course
            | Kind::University
            | Kind::Skill
            | Kind::Sector
            | Kind::Study
            | Kind::Family => None,
        };
        let from = |case| match (again.filter(|_| at > 0), case) {
            (Some(again), Case::Plain) => again.to_owned(),
            (Some(again), Case::Of | Case::To) => format!("de {again}"),
            (None, _) => phrase(graph, step.from, case),
        };
        let to = |case| phrase(graph, step.to, case);
        let word = Strength::of(step.strength);
        let mainstay = step.mainstay();
        let worth = worth(Some(word), mainstay.map(|piece| self.remarks(step, piece)).unwrap_or_default());
        let diploma = graph.kind(step.from).is_offer();
        let body = match step.relation {
            Relation::LeadsTo if diploma => {
                let outlet = format!("{} peut mener {} ({})", from(Case::Plain), to(Case::To), word.name());
                format!("{outlet} : {}", self.reasons(step, word))
            }
            Relation::Bridges => format!("{}, une passerelle conduit {}{worth}", from(Case::Of), to(Case::To)),
            Relation::EvolvesTo => format!("{}, on peut évoluer vers {}{worth}", from(Case::Of), to(Case::Plain)),
            Relation::Offers => {
                let offer = format!("{} propose {}", from(Case::Plain), to(Case::Plain));
                host.map_or_else(|| format!("{offer}{worth}"), |host| self.hosted(&offer, word, &worth, host))
            }
            Relation::LeadsTo
            | Relation::Opens
            | Relation::Hosts
            | Relation::Awards
            | Relation::Teaches
            | Relation::Develops
            | Relation::RequiredBy
            | Relation::Groups
            | Relation::WorksIn
            | Relation::Broader
            | Relation::Near => format!("{} peut mener {}{worth}", from(Case::Plain), to(Case::To)),
        };
        let mark = if step.relation == Relation::LeadsTo {
            String::new()
        } else {
            let stated = step.evidence.iter().flat_map(|piece| piece.edges.iter().copied());
            self.citations.mark(stated.chain(host.map(|host| host.edge)))
        };
        Sentence {
            text: format!("{}{mark}.", upper_first(&body)),
            grounds: (0..step.evidence.len()).map(|piece| Ground { step: at, piece }).collect(),
            edges: host.into_iter().map(|host| host.edge).collect(),
            ..Sentence::default()
        }
    }

    /// What the law asks for.
    pub(super) fn access(&mut self, Access { text, sources }: Access) -> Sentence {
        let mark = self.citations.mark_sources(sources.iter().copied());
        Sentence { text: format!("{text}{mark}"), sources, ..Sentence::default() }
    }

    /// Where a master is awarded: how many universities, some of them by name.
    pub(super) fn awarded(&mut self, awards: &[Half]) -> Sentence {
        const NAMED: usize = 3;
        let graph = self.graph;
        let name = |half: &Half| at_university(&graph.node(half.node).name);
        let named = list(&awards.iter().take(NAMED).map(name).collect::<Vec<_>>());
        let text = match awards.len() {
            0 => "Aucune source ne dit quelle université propose ce master".to_owned(),
            count if count <= NAMED => format!("Ce master est proposé {named}"),
            count => format!("Ce master est proposé par {count} universités, dont {}", plain(graph, &awards[..NAMED])),
        };
        let edges: Vec<EdgeIx> = awards.iter().map(|half| half.edge).collect();
        let mark = self.citations.mark(edges.iter().copied());
        Sentence { text: format!("{text}{mark}."), edges, ..Sentence::default() }
    }

    /// One word of strength for the offer and its place, or one each where the place is another matter.
    fn hosted(&self, offer: &str, word: Strength, worth_of_offer: &str, host: Host) -> String {
        let at = at_university(&self.graph.node(host.university).name);
        let hosting = self.graph.edge(host.edge);
        let strength = Strength::of(hosting.weight().get());
        let remarks: Vec<String> = reserve(hosting).into_iter().collect();
        // The offer's word alone, or the same word: once is enough.
        if strength == word && (remarks.is_empty() || worth_of_offer == worth(Some(word), Vec::new())) {
            let worth = if remarks.is_empty() { worth_of_offer.to_owned() } else { worth(Some(word), remarks) };
            return format!("{offer}, {at}{worth}");
        }
        format!("{offer}{worth_of_offer}, {at}{}", worth(Some(strength), remarks))
    }

    /// Why a diploma leads to a job or study: its strongest ground, then the others in passing, each with its own sources.
    fn reasons(&mut self, step: &Step, word: Strength) -> String {
        let Some(first) = step.mainstay() else { return String::new() };
        let own = Strength::of(first.strength);
        let worth_of_first = worth((own != word).then_some(own), self.remarks(step, first));
        let mut said = format!("{}{worth_of_first}{}", self.ground(step, first), self.mark(first));
        let others: Vec<&Evidence> = step.evidence.iter().filter(|piece| !std::ptr::eq(*piece, first)).collect();
        let in_passing: Vec<String> = others
            .into_iter()
            .map(|piece| {
                let ground = self.in_passing(step, piece, first.kind);
                format!("{ground}{}", self.mark(piece))
            })
            .collect();
        if !in_passing.is_empty() {
            said.push_str(" ; ");
            said.push_str(&list(&in_passing));
        }
        said
    }

    /// The sources that speak of the outlet: who says merely that the master offers the parcours has been cited before.
    fn mark(&mut self, piece: &Evidence) -> String {
        let graph = self.graph;
        let speaks = |edge: &EdgeIx| graph.edge(*edge).relation() != Relation::Offers;
        self.citations.mark(piece.edges.iter().copied().filter(speaks))
    }

    fn ground(&self, step: &Step, piece: &Evidence) -> String {
        match piece.kind {
            EvidenceKind::Stated => "débouché annoncé".to_owned(),
            EvidenceKind::Family => self.as_example(step, piece),
            EvidenceKind::Inherited if piece.family.is_some() => {
                format!("{}, annoncée pour son master, sans précision de parcours", self.as_example(step, piece))
            }
            EvidenceKind::Inherited => "débouché annoncé de son master, sans précision de parcours".to_owned(),
            EvidenceKind::Skills => {
                let named = piece.skills.iter().take(2).map(|skill| format!("« {} »", self.graph.node(*skill).name));
                let named = list(&named.collect::<Vec<_>>());
                let which = if piece.skills.len() > 2 { "dont " } else { "" };
                let alone = if self.announced(step) { "" } else { ", mais aucune source ne l'annonce" };
                format!("on y acquiert {}, {which}{named}{alone}", self.share(step, piece))
            }
        }
    }

    /// The family that a source states, of which the job is an example: no source names the job itself.
    fn as_example(&self, step: &Step, piece: &Evidence) -> String {
        let name = |node: NodeIx| &*self.graph.node(node).name;
        let family = piece.family.map(name).unwrap_or_default();
        format!("famille de métiers « {family} », par exemple « {} »", name(step.to))
    }

    /// A ground that comes after the first.
    fn in_passing(&self, step: &Step, piece: &Evidence, first: EvidenceKind) -> String {
        let ground = match piece.kind {
            EvidenceKind::Stated => "c'est aussi un débouché annoncé".to_owned(),
            EvidenceKind::Family => format!("une source annonce aussi la {}", self.as_example(step, piece)),
            EvidenceKind::Inherited if piece.family.is_some() => {
                format!("une source annonce pour son master la {}", self.as_example(step, piece))
            }
            EvidenceKind::Inherited if first == EvidenceKind::Stated => "son master l'annonce aussi".to_owned(),
            EvidenceKind::Inherited => "son master l'annonce".to_owned(),
            EvidenceKind::Skills => format!("on y acquiert {}", self.share(step, piece)),
        };
        let word = Strength::of(piece.strength);
        // What is said of this very parcours settles what is said of its master; what is weak is under reserve anyway.
        let settled = first == EvidenceKind::Stated || word == Strength::Weak;
        let reserved = !settled && self.condition(step, piece).is_some();
        format!("{ground}{}", worth(Some(word), reserved.then(|| RESERVE.to_owned()).into_iter().collect()))
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

    /// The relation of a piece that is the step itself, or the same said of the master.
    fn own_edge(&self, step: &Step, piece: &Evidence) -> Option<EdgeIx> {
        piece.edges.iter().copied().find(|edge| self.graph.edge(*edge).relation() == step.relation)
    }

    /// What the sources add about the step itself.
    fn condition(&self, step: &Step, piece: &Evidence) -> Option<String> {
        reserve(self.graph.edge(self.own_edge(step, piece)?))
    }

    /// The condition, and when the relation was last confirmed if that is long ago.
    fn remarks(&self, step: &Step, piece: &Evidence) -> Vec<String> {
        let age = self.own_edge(step, piece).and_then(|edge| last_confirmed(self.graph, edge));
        self.condition(step, piece).into_iter().chain(age).collect()
    }
}

/// Universities by name.
fn plain(graph: &Graph, universities: &[Half]) -> String {
    list(&universities.iter().map(|half| graph.node(half.node).name.to_string()).collect::<Vec<_>>())
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

/// ` (attesté ; selon le projet)`.
fn worth(word: Option<Strength>, remarks: Vec<String>) -> String {
    let word = word.map(|word| word.name().to_owned());
    let said: Vec<String> = word.into_iter().chain(remarks).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(" ; ")) }
}
