//! From the graph as it was to the draft: the changes, and what a newer edition no longer says.

use std::collections::{BTreeMap, BTreeSet};

use super::shrinking::Subject;
use super::{Draft, Slot, settle};
use crate::graph::EdgeView;
use crate::import::open_data::draft::edition::cites_a_row;
use crate::import::open_data::draft::offers;
use crate::import::open_data::draft::outlets;
use crate::import::open_data::report::{HeldBack, Totals};
use crate::import::open_data::review::Reviews;
use crate::model::{Change, Edge, EdgeId, Key, Kind, Node, Relation, Statement, clean, text};

/// What leads from a graph to a draft.
pub struct Changed {
    /// The changes, nodes first.
    pub changes: Vec<Change>,
    /// What became of nodes.
    pub nodes: Totals,
    /// What became of relations.
    pub relations: Totals,
    /// The near matches.
    pub reviews: Reviews,
    /// What newer editions would have taken away.
    pub held_back: Vec<HeldBack>,
    /// Texts, dates and links that were made what may be stored.
    pub tidied: u64,
}

impl Draft<'_> {
    /// The changes that lead from the graph to the draft, nodes first, by key.
    pub fn changes(mut self) -> Changed {
        self.keep_figures();
        let superseded = self.drop_superseded();
        self.drop_derived();
        let mut held_back = std::mem::take(&mut self.held_back);
        held_back.extend(superseded);
        offers::settle(&mut self);
        let (mut nodes, mut edges) = (Totals::default(), Totals::default());
        let mut changes = Vec::new();
        let order = |kind: Kind| u8::from(kind != Kind::Source);
        let by_key: BTreeMap<_, _> =
            self.nodes.into_iter().map(|(key, slot)| ((order(key.kind()), key), slot)).collect();
        let (mut retired, mut tidied) = (Vec::new(), 0);
        for ((_, key), mut slot) in by_key {
            // Compared as it is stored: else a row with a control character would change its node with each import.
            let texts = match &slot.before {
                Some(before) if **before == slot.now => 0,
                _ => clean::tidy_node(&mut slot.now),
            };
            match slot.before {
                None => nodes.added += 1,
                Some(before) if *before == slot.now => continue,
                Some(before) if slot.now.retired && !before.retired => {
                    nodes.retired += 1;
                    retired.push(Change::DeleteNode(key));
                    // Deleting changes nothing else: what is said anew of the node is put before.
                    let current = Node { retired: false, ..slot.now };
                    if *before != current {
                        changes.push(Change::PutNode(current));
                    }
                    continue;
                }
                Some(_) => nodes.changed += 1,
            }
            tidied += texts;
            changes.push(Change::PutNode(slot.now));
        }
        let by_id: BTreeMap<EdgeId, Slot<Edge>> = self.edges.into_iter().collect();
        for (id, mut slot) in by_id {
            let texts = match &slot.before {
                Some(before) if **before == slot.now => 0,
                _ => clean::tidy_edge(&mut slot.now),
            };
            match slot.before {
                _ if slot.now.statements.is_empty() => {
                    edges.retired += 1;
                    changes.push(Change::DeleteEdge(id));
                    continue;
                }
                None => edges.added += 1,
                Some(before) if *before == slot.now => continue,
                Some(_) => edges.changed += 1,
            }
            tidied += texts;
            changes.push(Change::PutEdge(slot.now));
        }
        changes.extend(retired);
        for (from, into) in self.merges {
            nodes.retired += 1;
            changes.push(Change::MergeNodes { from, into });
        }
        let tidied = tidied as u64;
        Changed { changes, nodes, relations: edges, reviews: self.reviews, held_back, tidied }
    }

    /// Takes away what earlier editions of this program made of the imported data sets: jobs derived from a code, and
    /// requirements and skills that a ROME set, which is always whole, does not state. A set of the same edition that states
    /// fewer has a file that is not whole: a person decides.
    fn drop_derived(&mut self) {
        let mut rome: BTreeSet<Key> =
            self.begun.keys().filter(|source| source.slug().starts_with("rome-4-")).cloned().collect();
        if let Some(edition) = rome.first().map(|source| source.slug().to_owned()) {
            let (before, now) = self.requirements_of(&rome);
            if now < before {
                self.note_shrinking("rome", edition, Relation::RequiredBy.name(), before, now);
                if !self.reviews.accepts_shrinking("rome") {
                    rome.clear();
                }
            }
        }
        let begun = self.begun.clone();
        for edge in self.graph.edges() {
            let id = edge.id();
            if !matches!(id.relation, Relation::LeadsTo | Relation::RequiredBy) {
                continue;
            }
            let edge = edge.to_edge();
            let restated = self.edges.get(&id).map(|slot| slot.by.clone()).unwrap_or_default();
            let stale = |statement: &Statement| match id.relation {
                Relation::LeadsTo => begun.contains_key(&statement.source) && outlets::is_derived(&id.to, statement),
                _ => {
                    rome.contains(&statement.source)
                        && !restated.contains(&statement.source)
                        && cites_a_row(statement.row.as_deref())
                }
            };
            if !edge.statements.iter().any(stale) {
                continue;
            }
            let slot = self.edges.entry(id.clone()).or_insert_with(|| Slot {
                now: edge.clone(),
                before: Some(Box::new(edge.clone())),
                by: Vec::new(),
            });
            slot.now.statements.retain(|statement| !stale(statement));
            settle(&mut slot.now);
        }
        let graph = self.graph;
        for ix in graph.nodes_of(Kind::Skill) {
            let node = graph.node(*ix);
            let only_rome = !node.sources.is_empty() && node.sources.iter().all(|source| rome.contains(source));
            if only_rome && !node.retired && self.nodes.get(&node.key).is_none_or(|slot| slot.by.is_empty()) {
                self.slot(&node.key, &node.name).now.retired = true;
            }
        }
    }

    /// How many requirements these sources stated by a row in the graph, and how many they state now. What earlier editions of this
    /// program took a certificate for is none.
    fn requirements_of(&self, sources: &BTreeSet<Key>) -> (usize, usize) {
        let jobs = self.nodes_of(Kind::Job).filter_map(|job| job.attributes.as_ref());
        let certificates: BTreeSet<String> =
            jobs.flat_map(|known| &known.diplomas).map(|name| text::fold(name)).collect();
        let by_a_row = |said: Statement| sources.contains(&said.source) && cites_a_row(said.row.as_deref());
        let stated = |edge: &EdgeView<'_>| {
            edge.relation() == Relation::RequiredBy
                && edge.statements().any(by_a_row)
                && !certificates.contains(&text::fold(&self.graph.node(edge.from()).name))
        };
        let before = self.graph.edges().filter(stated).count();
        let now = self.edges.iter().filter(|(id, _)| id.relation == Relation::RequiredBy);
        (before, now.filter(|(_, slot)| slot.by.iter().any(|source| sources.contains(source))).count())
    }

    /// Takes away what only older editions of the imported data sets state; but where a newer edition says far less than
    /// the one it replaces, that is held back unless a person accepted it.
    fn drop_superseded(&mut self) -> Vec<HeldBack> {
        let gone: BTreeSet<Key> = self.older.keys().filter(|key| !self.damaged.contains(*key)).cloned().collect();
        if gone.is_empty() {
            return Vec::new();
        }
        let shrinking = self.shrinking(&gone);
        let lost: Vec<EdgeId> = self
            .graph
            .edges()
            .filter(|edge| edge.sources().any(|source| gone.contains(self.graph.key(source))))
            .map(|edge| edge.id())
            .collect();
        for id in lost {
            let (draft, relation) = (&*self, id.relation);
            let kept_of = |source: &Key| {
                !gone.contains(source) || shrinking.holds_back(&draft.older[source], Subject::Relation(relation))
            };
            let held: BTreeSet<Key> = gone.iter().filter(|source| kept_of(source)).cloned().collect();
            let slot = self.edge_slot(&id);
            let leaves = |statement: &Statement| {
                gone.contains(&statement.source)
                    && !held.contains(&statement.source)
                    && cites_a_row(statement.row.as_deref())
            };
            slot.now.statements.retain(|statement| !leaves(statement));
            settle(&mut slot.now);
        }
        let graph = self.graph;
        for (_, node) in graph.nodes().filter(|(_, node)| !node.retired && node.key.kind() != Kind::Source) {
            let kind = node.key.kind();
            let leaves: Vec<&Key> = node
                .sources
                .iter()
                .filter(|source| gone.contains(*source))
                .filter(|source| !shrinking.holds_back(&self.older[*source], Subject::Nodes(kind)))
                .collect();
            let superseded = !node.sources.is_empty() && leaves.len() == node.sources.len();
            if superseded && self.nodes.get(&node.key).is_none_or(|slot| slot.by.is_empty()) {
                self.slot(&node.key, &node.name).now.retired = true;
            } else if !leaves.is_empty() {
                self.slot(&node.key, &node.name).now.sources.retain(|source| !leaves.contains(&source));
            }
        }
        shrinking.held_back
    }
}
