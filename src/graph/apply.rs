//! The next graph: changes are applied in order to a copy that shares all they don't touch. All or nothing.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use smallvec::SmallVec;

use super::build::group;
use super::step_cache::invalidate::{Shift, rests_on_name};
use super::{EdgeIx, Graph, Half, Halves, NodeIx, NodeRow};
use crate::model::{Change, Edge, EdgeId, French, Key, Kind, Node, Relation, Violation};

/// A graph with changes applied.
pub struct Applied {
    /// The graph after them, one version later if anything changed.
    pub graph: Graph,
    /// The changes that changed something, in order, as the log keeps them.
    pub effective: Vec<Change>,
    /// Where each of them stood among those that were given, from 0.
    pub places: Vec<usize>,
    /// Nodes whose row or relations changed, for caches derived from the graph.
    pub touched: Vec<NodeIx>,
}

/// Why a change cannot be applied.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("change {}: {subject}: {violation}", index + 1)]
pub struct ChangeFault {
    /// Its place in the list, from 0.
    pub index: usize,
    /// The node or relation it is about.
    pub subject: String,
    /// The rule that it breaks.
    pub violation: Violation,
}

impl French for ChangeFault {
    fn french(&self) -> String {
        format!("changement {} : {} : {}", self.index + 1, self.subject, self.violation.french())
    }
}

impl Graph {
    /// The graph after these changes; this one stays as it is. O(changes × degree of what they touch).
    ///
    /// # Errors
    /// Every change that breaks a rule, each judged as if those before it had been applied. Nothing is applied then.
    pub fn apply(&self, changes: &[Change]) -> Result<Applied, Vec<ChangeFault>> {
        self.apply_each(changes, |_, change| Some(Cow::Borrowed(change)))
    }

    /// As [`Graph::apply`], of changes that nobody needs afterwards: they are moved, where that one copies them.
    ///
    /// # Errors
    /// As [`Graph::apply`].
    pub fn apply_all(&self, changes: Vec<Change>) -> Result<Applied, Vec<ChangeFault>> {
        self.apply_each(changes, |_, change| Some(Cow::Owned(change)))
    }

    /// As [`Graph::apply`], of changes that are worked out one by one, each from the graph as those before it leave it; `None`
    /// leaves one out.
    ///
    /// # Errors
    /// As [`Graph::apply`].
    pub fn apply_each<'c, I>(
        &self,
        inputs: impl IntoIterator<Item = I>,
        mut resolve: impl FnMut(&Draft, I) -> Option<Cow<'c, Change>>,
    ) -> Result<Applied, Vec<ChangeFault>> {
        let mut draft = Draft::new(self);
        let inputs = inputs.into_iter();
        // All at once: a list of millions that grows by doubling is copied on the way, and both copies stand for a while.
        let most = inputs.size_hint().0;
        let (mut effective, mut places) = (Vec::with_capacity(most), Vec::with_capacity(most));
        let mut faults = Vec::new();
        for (index, input) in inputs.enumerate() {
            let Some(change) = resolve(&draft, input) else { continue };
            match draft.change(change) {
                Ok(Some(change)) => {
                    effective.push(change);
                    places.push(index);
                }
                Ok(None) => {}
                Err((subject, violation)) => faults.push(ChangeFault { index, subject, violation }),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let shift = std::mem::take(&mut draft.shift);
        let (mut graph, touched) = draft.finish();
        if !effective.is_empty() {
            graph.version = self.version + 1;
            graph.step_cache = self.step_cache.after(self, &graph, &shift);
        }
        Ok(Applied { graph, effective, places, touched })
    }

    /// This graph at another version, as a store that replays its log counts them.
    #[must_use]
    pub fn at_version(mut self, version: u64) -> Graph {
        self.version = version;
        self
    }
}

/// What a change is about, and the rule that it breaks.
type Fault = (String, Violation);

/// A graph while changes are applied to it. Its maps hash quickly, not against chosen keys: they live for one list of changes, which
/// is bounded where a client sends it.
pub struct Draft {
    graph: Graph,
    /// Nodes whose names are new or changed.
    renamed: Vec<NodeIx>,
    /// Keys of nodes made here: the index learns of them at the end.
    fresh: HashMap<Key, NodeIx>,
    /// Relations of the nodes touched so far, to be grouped again at the end.
    loose: HashMap<NodeIx, Loose>,
    shift: Shift,
}

struct Loose {
    out: HashMap<(Relation, NodeIx), EdgeIx>,
    incoming: HashMap<(Relation, NodeIx), EdgeIx>,
}

impl Draft {
    fn new(graph: &Graph) -> Draft {
        Draft {
            graph: graph.clone(),
            renamed: Vec::new(),
            fresh: HashMap::new(),
            loose: HashMap::new(),
            shift: Shift::default(),
        }
    }

    /// A node as the changes so far leave it.
    pub fn node(&self, key: &Key) -> Option<&Node> {
        self.find(key).map(|ix| self.graph.node(ix))
    }

    /// A relation as the changes so far leave it.
    pub fn edge(&self, id: &EdgeId) -> Option<Edge> {
        self.linked(id).map(|ix| self.graph.edge(ix).to_edge())
    }

    fn find(&self, key: &Key) -> Option<NodeIx> {
        self.fresh.get(key).copied().or_else(|| self.graph.find(key.as_str()))
    }

    fn change(&mut self, change: Cow<'_, Change>) -> Result<Option<Change>, Fault> {
        match change.into_owned() {
            Change::PutNode(node) => self.put_node(node),
            Change::DeleteNode(key) => self.delete_node(&key),
            Change::MergeNodes { from, into } => self.merge(&from, &into),
            Change::PutEdge(edge) => self.put_edge(edge),
            Change::DeleteEdge(id) => self.delete_edge(&id),
        }
    }

    fn put_node(&mut self, mut node: Node) -> Result<Option<Change>, Fault> {
        node.normalise();
        // A source may cite itself as it is put.
        node.check(|key| *key == node.key || self.find(key).is_some())
            .map_err(|fault| (node.key.to_string(), fault))?;
        if let Some(other) = &node.replaced_by {
            let mut end = self.find(other);
            while let Some(ix) = end {
                if *self.graph.key(ix) == node.key {
                    return Err((node.key.to_string(), Violation::CircularReplacement(other.clone())));
                }
                end = self.graph.node(ix).replaced_by.as_ref().and_then(|key| self.find(key));
            }
        }
        match self.find(&node.key) {
            Some(ix) if *self.graph.node(ix) == node => return Ok(None),
            Some(ix) => self.set(ix, node.clone()),
            None => {
                let ix = NodeIx::at(self.graph.nodes.len());
                let kind = node.key.kind() as usize;
                self.graph.nodes.push(NodeRow::new(node.clone(), Arc::default(), Arc::default()));
                self.fresh.insert(node.key.clone(), ix);
                Arc::make_mut(&mut self.graph.by_kind[kind]).push(ix);
                self.renamed.push(ix);
            }
        }
        Ok(Some(Change::PutNode(node)))
    }

    fn set(&mut self, ix: NodeIx, node: Node) {
        let row = self.graph.nodes.get_mut(ix.get());
        let old = row.put(node);
        let new = &row.node;
        let access = |node: &Node| (node.attributes().regulated, node.attributes().beyond_master);
        let bears = rests_on_name(row.kind) && (old.name != new.name || access(&old) != access(new));
        if old.retired != new.retired || bears {
            self.shift.flipped.push(ix);
        }
        if old.name != new.name || old.aliases != new.aliases || old.codes != new.codes {
            self.renamed.push(ix);
        }
    }

    fn delete_node(&mut self, key: &Key) -> Result<Option<Change>, Fault> {
        let ix = self.known(key)?;
        if self.graph.is_retired(ix) {
            return Ok(None);
        }
        let node = Node { retired: true, ..self.graph.node(ix).clone() };
        self.set(ix, node);
        Ok(Some(Change::DeleteNode(key.clone())))
    }

    fn merge(&mut self, from: &Key, into: &Key) -> Result<Option<Change>, Fault> {
        let (old, new) = (self.known(from)?, self.known(into)?);
        let fault = |violation| Err((from.to_string(), violation));
        if self.graph.node(old).replaced_by.as_ref() == Some(into) {
            return Ok(None);
        }
        if from.kind() != into.kind() {
            return fault(Violation::MergedKinds(into.clone()));
        }
        if old == new || self.graph.node(old).replaced_by.is_some() || self.graph.is_retired(new) {
            return fault(Violation::MergedRetired(into.clone()));
        }
        if from.kind() == Kind::Source {
            return fault(Violation::MergedSources);
        }
        let gone = self.graph.node(old).clone();
        let mut kept = self.graph.node(new).clone();
        kept.aliases.extend(gone.names().map(Into::into));
        kept.codes.extend(gone.codes.iter().cloned());
        kept.sources.extend(gone.sources.iter().cloned());
        kept.description = kept.description.or_else(|| gone.description.clone());
        kept.attributes = kept.attributes.or_else(|| gone.attributes.clone());
        kept.normalise();
        self.set(new, kept);
        self.set(old, Node { retired: true, replaced_by: Some(into.clone()), ..gone });

        let edges: Vec<EdgeIx> = {
            let loose = self.loosen(old);
            let mut edges: Vec<EdgeIx> = loose.out.values().chain(loose.incoming.values()).copied().collect();
            edges.sort_unstable();
            edges
        };
        for ix in edges {
            let mut edge = self.graph.edge(ix).to_edge();
            self.unlink(ix);
            let swap = |key: &Key| if key == from { into.clone() } else { key.clone() };
            edge.id = EdgeId::new(edge.id.relation, swap(&edge.id.from), swap(&edge.id.to));
            if edge.id.from == edge.id.to {
                continue;
            }
            let there = self.linked(&edge.id);
            if let Some(there) = there {
                let other = self.graph.edge(there).to_edge();
                edge = joined(other, edge);
            }
            self.link(&edge, there);
        }
        Ok(Some(Change::MergeNodes { from: from.clone(), into: into.clone() }))
    }

    fn put_edge(&mut self, mut edge: Edge) -> Result<Option<Change>, Fault> {
        edge.normalise();
        edge.check(|key| self.find(key).is_some()).map_err(|fault| (edge.id.to_string(), fault))?;
        let there = self.linked(&edge.id);
        if there.is_some_and(|there| self.graph.edge(there).to_edge() == edge) {
            return Ok(None);
        }
        self.link(&edge, there);
        Ok(Some(Change::PutEdge(edge)))
    }

    fn delete_edge(&mut self, id: &EdgeId) -> Result<Option<Change>, Fault> {
        let id = EdgeId::new(id.relation, id.from.clone(), id.to.clone());
        self.known(&id.from)?;
        self.known(&id.to)?;
        match self.linked(&id) {
            Some(ix) => {
                self.unlink(ix);
                Ok(Some(Change::DeleteEdge(id)))
            }
            None => Err((id.to_string(), Violation::UnknownRelation)),
        }
    }

    fn known(&self, key: &Key) -> Result<NodeIx, Fault> {
        self.find(key).ok_or_else(|| (key.to_string(), Violation::UnknownNode))
    }

    /// The node's relations, taken out of their frozen order to be changed.
    fn loosen(&mut self, ix: NodeIx) -> &mut Loose {
        match self.loose.entry(ix) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let row = &self.graph.nodes[ix.get()];
                let map = |halves: &Halves| {
                    let groups = halves.groups.iter();
                    groups
                        .flat_map(|&(relation, start, end)| {
                            let halves = &halves.halves[start as usize..end as usize];
                            halves.iter().map(move |half| ((relation, half.node), half.edge))
                        })
                        .collect()
                };
                entry.insert(Loose { out: map(&row.out), incoming: map(&row.incoming) })
            }
        }
    }

    fn linked(&self, id: &EdgeId) -> Option<EdgeIx> {
        let (from, to) = (self.find(&id.from)?, self.find(&id.to)?);
        if let Some(loose) = self.loose.get(&from) {
            return loose.out.get(&(id.relation, to)).copied();
        }
        if let Some(loose) = self.loose.get(&to) {
            return loose.incoming.get(&(id.relation, from)).copied();
        }
        self.graph.edge_between(id.relation, from, to)
    }

    /// Puts a relation, in place of the one that is there between its nodes.
    fn link(&mut self, edge: &Edge, there: Option<EdgeIx>) {
        let Graph { nodes, names, edges, .. } = &mut self.graph;
        let (fresh, names, nodes) = (&self.fresh, &*names, &*nodes);
        let node = |key: &Key| {
            let found = fresh.get(key).copied().or_else(|| names.key(key.as_str(), nodes));
            found.expect("checked before it is linked")
        };
        let (relation, from, to) = (edge.id.relation, node(&edge.id.from), node(&edge.id.to));
        let slot = match there {
            Some(there) => {
                edges.set(there.get(), Some((edge, &node)));
                there
            }
            None => {
                edges.push(edge, node);
                self.graph.edge_count += 1;
                EdgeIx::at(self.graph.edges.len() - 1)
            }
        };
        self.shift.edges.push((relation, from, to));
        self.loosen(from).out.insert((relation, to), slot);
        self.loosen(to).incoming.insert((relation, from), slot);
    }

    fn unlink(&mut self, ix: EdgeIx) {
        let edge = self.graph.edge(ix);
        let (relation, from, to) = (edge.relation(), edge.from(), edge.to());
        self.shift.edges.push((relation, from, to));
        self.loosen(from).out.remove(&(relation, to));
        self.loosen(to).incoming.remove(&(relation, from));
        self.graph.edges.set(ix.get(), None);
        self.graph.edge_count -= 1;
    }

    fn finish(mut self) -> (Graph, Vec<NodeIx>) {
        let graph = &self.graph;
        let by_key = |a: NodeIx, b: NodeIx| graph.key(a).cmp(graph.key(b));
        let regroup = |loose: HashMap<(Relation, NodeIx), EdgeIx>| {
            let list = loose.into_iter().map(|((relation, node), edge)| {
                let weight = graph.edge(edge).weight().get();
                (relation, Half { node, edge, weight })
            });
            Arc::new(group(list.collect(), by_key))
        };
        let regrouped: Vec<_> = std::mem::take(&mut self.loose)
            .into_iter()
            .map(|(ix, loose)| (ix, regroup(loose.out), regroup(loose.incoming)))
            .collect();
        let mut touched: SmallVec<[NodeIx; 8]> = regrouped.iter().map(|(ix, ..)| *ix).collect();
        for (ix, out, incoming) in regrouped {
            let row = self.graph.nodes.get_mut(ix.get());
            (row.out, row.incoming) = (out, incoming);
        }
        for kind in Kind::ALL {
            if self.fresh.keys().any(|key| key.kind() == kind) {
                let mut list = (*self.graph.by_kind[kind as usize]).clone();
                list.sort_by(|a, b| self.graph.key(*a).cmp(self.graph.key(*b)));
                self.graph.by_kind[kind as usize] = Arc::new(list);
            }
        }
        touched.extend(self.renamed.iter().copied());
        if !self.renamed.is_empty() {
            let renamed = self.renamed.iter().map(|ix| (*ix, self.graph.node(*ix)));
            let all = (0..self.graph.nodes.len()).map(|slot| (NodeIx::at(slot), &*self.graph.nodes[slot].node));
            self.graph.names = self.graph.names.changed(renamed, all);
        }
        touched.sort_unstable();
        touched.dedup();
        (self.graph, touched.into_vec())
    }
}

/// One relation stated twice: the greater weight, all sources.
pub fn joined(mut one: Edge, other: Edge) -> Edge {
    if other.weight > one.weight {
        one.weight = other.weight;
    }
    one.statements.extend(other.statements);
    one.condition = one.condition.or(other.condition);
    one.level = one.level.or(other.level);
    one.award = one.award.or(other.award);
    one.normalise();
    one
}
