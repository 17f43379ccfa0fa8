//! Parcours side by side: one row an aspect, one cell a parcours, differences marked.
//!
//! A fact that a parcours does not state is its master's, where that states it: the cell says so. What nobody states
//! stays unknown; a row is the same only where all cells say the same.

pub mod facts;

use std::collections::BTreeSet;

use crate::graph::{EdgeIx, Graph, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::skills;

/// The fewest and the most that are compared.
pub const BOUNDS: std::ops::RangeInclusive<usize> = 2..=6;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// The *mention* that it is part of.
    Master,
    /// Who hosts it.
    University,
    Place,
    /// How it can be followed.
    Modalities,
    /// Languages of teaching.
    Languages,
    /// ECTS credits.
    Credits,
    /// Courses, its own and its master's.
    Courses,
    /// Skills developed, as coverage counts them.
    Skills,
    Internships,
    /// The thesis asked for.
    Thesis,
    /// Jobs that a source states for the parcours itself.
    StatedJobs,
    /// Jobs that a source states for its master only.
    InheritedJobs,
    /// Further studies, stated for it or its master.
    Studies,
    /// Admission figures of the latest session.
    Admission,
    /// What became of graduates: share in work, median pay.
    Outlook,
}

impl Aspect {
    /// Every aspect, in the order of the rows.
    pub const ALL: [Aspect; 15] = [
        Aspect::Master,
        Aspect::University,
        Aspect::Place,
        Aspect::Modalities,
        Aspect::Languages,
        Aspect::Credits,
        Aspect::Courses,
        Aspect::Skills,
        Aspect::Internships,
        Aspect::Thesis,
        Aspect::StatedJobs,
        Aspect::InheritedJobs,
        Aspect::Studies,
        Aspect::Admission,
        Aspect::Outlook,
    ];
}

/// One aspect of all parcours.
#[derive(Clone, Debug, PartialEq)]
pub struct AspectRow {
    /// What it is about.
    pub aspect: Aspect,
    /// One cell a parcours, in their order.
    pub cells: Vec<Cell>,
    /// Whether all cells say the same.
    pub same: bool,
    /// The nodes that all cells hold, in the order of the first.
    pub common: Vec<NodeIx>,
}

/// What is said of one parcours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Nodes, where the aspect is a relation; by weight where one relation makes the cell, otherwise by key.
    pub entities: Vec<NodeIx>,
    /// Facts in French, where it is not.
    pub values: Vec<String>,
    /// Whether the master says so, not the parcours.
    pub inherited: bool,
    /// Who says so, by key.
    pub sources: Vec<NodeIx>,
}

impl Cell {
    /// Whether anything is said.
    pub fn known(&self) -> bool {
        !(self.entities.is_empty() && self.values.is_empty())
    }
}

/// All rows. O(what is said of the parcours and their masters).
pub fn compare(graph: &Graph, parcours: &[NodeIx]) -> Vec<AspectRow> {
    Aspect::ALL.into_iter().map(|aspect| row(graph, parcours, aspect)).collect()
}

fn row(graph: &Graph, parcours: &[NodeIx], aspect: Aspect) -> AspectRow {
    let cells: Vec<Cell> = parcours.iter().map(|parcours| cell(graph, *parcours, aspect)).collect();
    let said = |cell: &Cell| (cell.entities.iter().copied().collect::<BTreeSet<_>>(), cell.values.clone());
    let same = cells.windows(2).all(|pair| said(&pair[0]) == said(&pair[1]));
    let held = |node: &NodeIx| cells.iter().all(|cell| cell.entities.contains(node));
    let common = cells[0].entities.iter().copied().filter(|node| held(node)).collect();
    AspectRow { aspect, cells, same, common }
}

fn cell(graph: &Graph, parcours: NodeIx, aspect: Aspect) -> Cell {
    let mut cell = match aspect {
        Aspect::Master => before(graph, parcours, Relation::Offers),
        Aspect::University => before(graph, parcours, Relation::Hosts),
        Aspect::Courses => after(graph, &own_and_masters(graph, parcours), Relation::Teaches, Kind::Course),
        Aspect::Skills => developed(graph, parcours),
        Aspect::StatedJobs => after(graph, &[parcours], Relation::LeadsTo, Kind::Job),
        Aspect::InheritedJobs => inherited_jobs(graph, parcours),
        Aspect::Outlook => facts::outlook(graph, parcours),
        Aspect::Studies => after(graph, &own_and_masters(graph, parcours), Relation::LeadsTo, Kind::Study),
        Aspect::Place
        | Aspect::Modalities
        | Aspect::Languages
        | Aspect::Credits
        | Aspect::Internships
        | Aspect::Thesis
        | Aspect::Admission => facts::cell(graph, parcours, aspect),
    };
    cell.sources.sort_by(|a, b| graph.by_key(*a, *b));
    cell.sources.dedup();
    cell
}

/// The parcours and the current masters that offer it.
fn own_and_masters(graph: &Graph, parcours: NodeIx) -> Vec<NodeIx> {
    let masters = graph.incoming(parcours, Relation::Offers).iter().map(|half| half.node);
    std::iter::once(parcours).chain(masters.filter(|master| !graph.is_retired(*master))).collect()
}

fn sources(graph: &Graph, edges: impl IntoIterator<Item = EdgeIx>) -> Vec<NodeIx> {
    edges.into_iter().flat_map(|edge| graph.edge(edge).sources()).collect()
}

fn before(graph: &Graph, node: NodeIx, relation: Relation) -> Cell {
    let halves = graph.incoming(node, relation).iter().filter(|half| !graph.is_retired(half.node));
    let (entities, edges): (Vec<NodeIx>, Vec<EdgeIx>) = halves.map(|half| (half.node, half.edge)).unzip();
    Cell { entities, sources: sources(graph, edges), ..Cell::default() }
}

fn after(graph: &Graph, nodes: &[NodeIx], relation: Relation, kind: Kind) -> Cell {
    let halves = nodes.iter().flat_map(|node| graph.out(*node, relation));
    let current = halves.filter(|half| graph.kind(half.node) == kind && !graph.is_retired(half.node));
    let (mut entities, edges): (Vec<NodeIx>, Vec<EdgeIx>) = current.map(|half| (half.node, half.edge)).unzip();
    let own = graph.out(nodes[0], relation).iter().any(|half| entities.contains(&half.node));
    if nodes.len() > 1 {
        entities.sort_by(|a, b| graph.by_key(*a, *b));
        entities.dedup();
    }
    let inherited = !entities.is_empty() && !own;
    Cell { entities, inherited, sources: sources(graph, edges), ..Cell::default() }
}

fn developed(graph: &Graph, parcours: NodeIx) -> Cell {
    let developed = skills::developed(graph, parcours, false);
    let mut entities: Vec<NodeIx> = developed.keys().copied().collect();
    entities.sort_by(|a, b| graph.by_key(*a, *b));
    let edges = developed.into_values().flat_map(|grounds| grounds.edges);
    Cell { entities, sources: sources(graph, edges), ..Cell::default() }
}

fn inherited_jobs(graph: &Graph, parcours: NodeIx) -> Cell {
    let masters = &own_and_masters(graph, parcours)[1..];
    if masters.is_empty() {
        return Cell::default();
    }
    let mut cell = after(graph, masters, Relation::LeadsTo, Kind::Job);
    let stated = |job: &NodeIx| graph.edge_between(Relation::LeadsTo, parcours, *job).is_some();
    cell.entities.retain(|job| !stated(job));
    cell.inherited = !cell.entities.is_empty();
    if cell.entities.is_empty() {
        cell.sources.clear();
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Relation::{Develops, Hosts, LeadsTo, Offers};
    use crate::pathway::world::World;

    #[test]
    fn an_outlook_is_told_with_its_population_and_as_not_the_parcours_own() {
        let outcome = crate::model::Outcome {
            year: 2018,
            months: 30,
            population: "Lettres, langues, arts".into(),
            answers: Some(120),
            response_rate: None,
            employed: Some(0.87),
            stable: None,
            salaried: None,
            qualified: None,
            median_salary: Some(1650),
            source: "source/s".parse().unwrap(),
            row: None,
        };
        let graph = World::default()
            .with(Offers, "master/m", "parcours/p", 1.0)
            .with(Offers, "master/m", "parcours/q", 1.0)
            .with_outcome("master/m", outcome)
            .graph();
        let at = |key: &str| graph.find(key).unwrap();
        let rows = compare(&graph, &[at("parcours/p"), at("parcours/q")]);
        let row = rows.iter().find(|row| row.aspect == Aspect::Outlook).unwrap();
        assert!(row.same && row.cells[0].inherited && row.cells[0].sources == [at("source/s")]);
        assert_eq!(
            row.cells[0].values,
            [
                "Insertion à 30 mois : 87 % (diplômés de 2018 : « Lettres, langues, arts », 30 mois après ; 120 réponses)",
                "Salaire médian à 30 mois : 1650 euros nets par mois (diplômés de 2018 : « Lettres, langues, arts », 30 mois \
                 après ; 120 réponses)"
            ]
        );
    }

    #[test]
    fn what_differs_is_marked_and_what_is_shared_named() {
        let graph = World::default()
            .with(Offers, "master/m", "parcours/p", 1.0)
            .with(Offers, "master/m", "parcours/q", 1.0)
            .with(Hosts, "university/u", "parcours/p", 1.0)
            .with(Develops, "master/m", "skill/shared", 1.0)
            .with(Develops, "parcours/p", "skill/own", 1.0)
            .with(LeadsTo, "master/m", "job/j", 1.0)
            .with(LeadsTo, "parcours/p", "job/j", 1.0)
            .placed("parcours/p", "Caen")
            .graph();
        let at = |key: &str| graph.find(key).unwrap();
        let rows = compare(&graph, &[at("parcours/p"), at("parcours/q")]);
        let row = |aspect| rows.iter().find(|row| row.aspect == aspect).unwrap();
        assert!(row(Aspect::Master).same);
        assert_eq!(row(Aspect::Master).common, [at("master/m")]);
        let skills = row(Aspect::Skills);
        assert!(!skills.same);
        assert_eq!(skills.common, [at("skill/shared")]);
        assert_eq!(skills.cells[0].entities.len(), 2);
        assert_eq!(row(Aspect::StatedJobs).cells[0].entities, [at("job/j")]);
        assert!(row(Aspect::InheritedJobs).cells[0].entities.is_empty(), "stated for the parcours itself");
        let inherited = &row(Aspect::InheritedJobs).cells[1];
        assert!(inherited.inherited && inherited.entities == [at("job/j")] && inherited.sources.len() == 1);
        let place = row(Aspect::Place);
        assert_eq!(
            (place.cells[0].values.clone(), place.cells[1].known(), place.same),
            (vec!["Caen".to_owned()], false, false)
        );
        assert!(row(Aspect::Outlook).same && !row(Aspect::Outlook).cells[0].known());
        assert!(row(Aspect::Thesis).same && !row(Aspect::Thesis).cells[0].known(), "alike in that nothing is said");
    }
}
