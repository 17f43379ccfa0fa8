//! Relations in the draft: each source's word on one, and the weight that follows.

use super::licences::ANY_LICENCE;
use super::{Draft, Slot};
use crate::graph::Graph;
use crate::import::open_data::draft::attributes::{self, data_set};
use crate::import::open_data::draft::edition::cites_a_row;
use crate::import::open_data::draft::weights::rounded;
use crate::model::{Admission, Award, Edge, EdgeId, Key, Relation, Statement, Weight, Year};

impl Draft<'_> {
    /// States a relation.
    pub fn relate(&mut self, relation: Relation, from: &Key, to: &Key, weight: f64, source: &Key, row: &str) {
        self.relate_if(relation, from, to, weight, source, row, None);
    }

    /// States a relation that holds under a condition.
    #[allow(clippy::too_many_arguments)]
    pub fn relate_if(
        &mut self,
        relation: Relation,
        from: &Key,
        to: &Key,
        weight: f64,
        source: &Key,
        row: &str,
        condition: Option<&str>,
    ) {
        if from == to {
            return;
        }
        let Ok(weight) = Weight::new(rounded(weight)) else { return };
        let id = EdgeId::new(relation, from.clone(), to.clone());
        let statement = Statement { source: source.clone(), row: Some(row.into()), weight: Some(weight) };
        self.index_offer(&id);
        let slot = self.edge_slot(&id);
        let added = slot.before.is_none() && slot.by.is_empty();
        if added {
            slot.now.weight = weight;
        }
        let edge = &mut slot.now;
        // A weaker word with a condition says nothing of a stronger one without.
        match condition {
            Some(_)
                if edge.condition.is_some() || !edge.statements.iter().all(|known| known.weight <= Some(weight)) => {}
            Some(condition) => edge.condition = Some(condition.into()),
            None if edge.condition.as_deref() == Some(ANY_LICENCE) => edge.condition = None,
            // Nor does it stay when the stronger one comes later.
            None if edge
                .statements
                .iter()
                .all(|known| cites_a_row(known.row.as_deref()) && known.weight < Some(weight)) =>
            {
                edge.condition = None;
            }
            None => {}
        }
        if slot.by.contains(source) {
            join(edge, statement);
        } else {
            slot.by.push(source.clone());
            state(edge, statement);
        }
        if added {
            self.report.relations_added += 1;
        } else {
            self.report.relations_merged += 1;
        }
    }

    /// Says under what condition a relation holds, where this source's word is the strongest on it.
    pub fn conditioned(&mut self, relation: Relation, from: &Key, to: &Key, source: &Key, condition: &str) {
        let id = EdgeId::new(relation, from.clone(), to.clone());
        let Some(slot) = self.edges.get_mut(&id) else { return };
        let edge = &mut slot.now;
        let own = edge.statements.iter().find(|said| said.source == *source).and_then(|said| said.weight);
        let strongest = edge.statements.iter().all(|said| said.weight <= own);
        let curated = edge.statements.iter().any(|said| !cites_a_row(said.row.as_deref()));
        // Of campaigns alike, the first of an import, which is the newest, stands.
        let newest = slot.by.first() == Some(source);
        if strongest && !curated && newest {
            edge.condition = Some(condition.into());
        }
    }

    /// Adds what a source says of an award. The first word of an import, that of the newest campaign, says how it is followed,
    /// and the first of a data set that speaks of it, in which year one enters; figures of several stand side by side.
    pub fn award(&mut self, university: &Key, master: &Key, source: &Key, new: Award) {
        let id = EdgeId::new(Relation::Awards, university.clone(), master.clone());
        let Some(slot) = self.edges.get_mut(&id) else { return };
        let first = slot.by.len() < 2;
        let first_of_its_own = slot.by.iter().filter(|by| data_set(by) == data_set(source)).count() < 2;
        let mut award = slot.now.award.take().map(|award| *award).unwrap_or_default();
        if let Some(entry) = new.entry.filter(|_| first_of_its_own) {
            // The first year goes without saying.
            award.entry = Some(entry).filter(|entry| *entry != Year::M1);
        }
        if first {
            if !new.modalities.is_empty() {
                award.modalities = new.modalities;
            }
            if !new.languages.is_empty() {
                award.languages = new.languages;
            }
        }
        for figures in new.admissions {
            let same = |other: &&mut Admission| {
                (&other.source, other.session, &other.phase) == (&figures.source, figures.session, &figures.phase)
            };
            match award.admissions.iter_mut().find(same) {
                Some(known) => *known = figures,
                None => award.admissions.push(figures),
            }
        }
        attributes::sort_admissions(&mut award.admissions);
        slot.now.award = award.boxed();
    }

    /// Puts a source's figures of one session in place of those that it gave of an award before.
    pub fn restate_award(
        &mut self,
        university: &Key,
        master: &Key,
        source: &Key,
        session: u16,
        figures: Vec<Admission>,
    ) {
        let id = EdgeId::new(Relation::Awards, university.clone(), master.clone());
        let award = self.edge_slot(&id).now.award.get_or_insert_default();
        attributes::restate(&mut award.admissions, source, session, figures);
    }

    /// Whether a node has relations of a kind.
    pub fn relations_from(&self, relation: Relation, from: &Key) -> bool {
        self.graph.find(from.as_str()).is_some_and(|ix| !self.graph.out(ix, relation).is_empty())
    }

    /// Puts a relation as it is.
    pub fn put_edge(&mut self, edge: Edge) {
        let slot = self.edge_slot(&edge.id.clone());
        slot.now = edge;
    }

    /// Puts what a person curated beside what data sets state of the same relation.
    pub fn state_whole(&mut self, mut edge: Edge) {
        let id = edge.id.clone();
        self.index_offer(&id);
        let known = std::mem::take(&mut self.edge_slot(&id).now.statements);
        let others = known.into_iter().filter(|known| {
            cites_a_row(known.row.as_deref()) && edge.statements.iter().all(|ours| ours.source != known.source)
        });
        let others: Vec<Statement> = others.collect();
        let slot = self.edge_slot(&id);
        // A condition that a data set sets is of its own, weaker word: beside a curated one it says nothing, in either order.
        edge.level = edge.level.or(slot.now.level.take());
        edge.award = edge.award.or(slot.now.award.take());
        if !others.is_empty() {
            weigh(&mut edge);
            edge.statements.extend(others);
            settle(&mut edge);
        }
        slot.now = edge;
    }

    pub(super) fn edge_slot(&mut self, id: &EdgeId) -> &mut Slot<Edge> {
        let graph = self.graph;
        self.edges.entry(id.clone()).or_insert_with(|| match find_edge(graph, id) {
            Some(edge) => Slot { now: edge.clone(), before: Some(Box::new(edge)), by: Vec::new() },
            None => {
                let edge = Edge::unstated(id.clone(), Weight::FULL);
                Slot { now: edge, before: None, by: Vec::new() }
            }
        })
    }

    /// The relations of a kind, as they stand.
    pub fn relations(&self, relation: Relation) -> Vec<Edge> {
        let known = self.graph.edges().filter(|edge| edge.relation() == relation).map(|edge| edge.to_edge());
        let known = known.filter(|edge| !self.edges.contains_key(&edge.id));
        let now = self.edges.values().map(|slot| &slot.now).filter(|edge| edge.id.relation == relation).cloned();
        let mut all: Vec<Edge> = known.chain(now).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    }
}

fn find_edge(graph: &Graph, id: &EdgeId) -> Option<Edge> {
    let (from, to) = (graph.find(id.from.as_str())?, graph.find(id.to.as_str())?);
    graph.edge_between(id.relation, from, to).map(|ix| graph.edge(ix).to_edge())
}

/// Puts one source's statement on a relation. A statement that a person curated from the same source stays.
fn state(edge: &mut Edge, statement: Statement) {
    let known = edge.statements.iter().find(|known| known.source == statement.source);
    if known.is_some_and(|known| !cites_a_row(known.row.as_deref())) {
        return;
    }
    put(edge, statement);
}

/// Puts a statement on a relation of which its source may have spoken already in the same edition: the greater weight
/// stands, and of two alike the row that comes first. What a person curated stays.
pub fn join(edge: &mut Edge, statement: Statement) {
    let place = |statement: &Statement| statement.row.as_deref().and_then(first_number).unwrap_or(u64::MAX);
    let stands = |known: &Statement| {
        !cites_a_row(known.row.as_deref())
            || known.weight > statement.weight
            || (known.weight == statement.weight && place(known) <= place(&statement))
    };
    if edge.statements.iter().any(|known| known.source == statement.source && stands(known)) {
        return;
    }
    put(edge, statement);
}

/// Puts a statement in place of what its source said before.
fn put(edge: &mut Edge, statement: Statement) {
    weigh(edge);
    match edge.statements.iter_mut().find(|known| known.source == statement.source) {
        Some(known) => *known = statement,
        None => edge.statements.push(statement),
    }
    settle(edge);
}

fn first_number(row: &str) -> Option<u64> {
    row.split(|c: char| !c.is_ascii_digit()).find(|number| !number.is_empty())?.parse().ok()
}

/// Statements without a weight of their own get the relation's, before another source speaks.
fn weigh(edge: &mut Edge) {
    if edge.statements.iter().all(|known| known.weight.is_none()) {
        let weight = edge.weight;
        edge.statements.iter_mut().for_each(|known| known.weight = Some(weight));
    }
}

/// The weight of a relation is the greatest that a source gives it.
pub fn settle(edge: &mut Edge) {
    let greatest = edge.statements.iter().filter_map(|statement| statement.weight).map(Weight::get).reduce(f64::max);
    let unsaid = edge.statements.iter().any(|statement| statement.weight.is_none());
    if let Some(weight) = greatest.filter(|_| !unsaid).and_then(|weight| Weight::new(weight).ok()) {
        edge.weight = weight;
    }
    edge.normalise();
}
