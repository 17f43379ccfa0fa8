//! From the graph as it was to the draft: the changes, and what a newer edition no longer says.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Slot, settle};
use crate::import::open_data::edition::cites_a_row;
use crate::import::open_data::offers;
use crate::import::open_data::report::Totals;
use crate::import::open_data::review::Reviews;
use crate::model::{Change, Edge, EdgeId, Key, Kind, Statement};

impl Draft<'_> {
    /// The changes that lead from the graph to the draft, nodes first, by key.
    pub fn changes(mut self) -> (Vec<Change>, Totals, Totals, Reviews) {
        self.drop_superseded();
        offers::settle(&mut self);
        let (mut nodes, mut edges) = (Totals::default(), Totals::default());
        let mut changes = Vec::new();
        let order = |kind: Kind| u8::from(kind != Kind::Source);
        let by_key: BTreeMap<_, _> =
            self.nodes.into_iter().map(|(key, slot)| ((order(key.kind()), key), slot)).collect();
        let mut retired = Vec::new();
        for ((_, key), slot) in by_key {
            match slot.before {
                None => nodes.added += 1,
                Some(before) if *before == slot.now => continue,
                Some(before) if slot.now.retired && !before.retired => {
                    nodes.retired += 1;
                    retired.push(Change::DeleteNode(key));
                    continue;
                }
                Some(_) => nodes.changed += 1,
            }
            changes.push(Change::PutNode(slot.now));
        }
        let by_id: BTreeMap<EdgeId, Slot<Edge>> = self.edges.into_iter().collect();
        for (id, slot) in by_id {
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
            changes.push(Change::PutEdge(slot.now));
        }
        changes.extend(retired);
        for (from, into) in self.merges {
            nodes.retired += 1;
            changes.push(Change::MergeNodes { from, into });
        }
        (changes, nodes, edges, self.reviews)
    }

    /// Takes away what only older editions of the imported data sets state.
    fn drop_superseded(&mut self) {
        let gone: BTreeSet<Key> = self.older.difference(&self.damaged).cloned().collect();
        if gone.is_empty() {
            return;
        }
        for edge in self.graph.edges() {
            let id = edge.id();
            if !edge.sources().any(|source| gone.contains(self.graph.key(source))) {
                continue;
            }
            let slot = self.edges.entry(id).or_insert_with(|| {
                let edge = edge.to_edge();
                Slot { now: edge.clone(), before: Some(Box::new(edge)), by: Vec::new() }
            });
            let kept: Vec<Statement> = slot
                .now
                .statements
                .drain(..)
                .filter(|statement| !gone.contains(&statement.source) || !cites_a_row(statement.row.as_deref()))
                .collect();
            slot.now.statements = kept;
            settle(&mut slot.now);
        }
        let graph = self.graph;
        for (_, node) in graph.nodes().filter(|(_, node)| !node.retired && node.key.kind() != Kind::Source) {
            let superseded = !node.sources.is_empty() && node.sources.iter().all(|source| gone.contains(source));
            if superseded && self.nodes.get(&node.key).is_none_or(|slot| slot.by.is_empty()) {
                self.slot(&node.key, &node.name).now.retired = true;
            } else if node.sources.iter().any(|source| gone.contains(source)) {
                self.slot(&node.key, &node.name).now.sources.retain(|source| !gone.contains(source));
            }
        }
    }
}
