//! The curated graph put onto one that open data has filled: what both speak of is one node, with the names, codes,
//! figures and sources of both, and a relation that both state has both sources.
//!
//! The result is that of importing the two in the other order. The curated key and name stand; the key that an import
//! had made resolves to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Graph;
use crate::import::open_data::draft::attributes;
use crate::import::open_data::draft::{self, Draft};
use crate::import::open_data::naming::identity::compared;
use crate::import::open_data::review::Reviews;
use crate::import::seed::SeedGraph;
use crate::model::{Change, Edge, EdgeId, Key, Kind, Node};

/// The schemes whose codes mean one entity; others, such as SIREN, may be borne by several.
const IDENTIFYING: [&str; 7] = ["PAYSAGE", "UAI", "ROME", "RNCP", "OGR", "MONMASTER", "INMP"];

/// The changes that lead from a graph to the one that also says what the curated graph says.
///
/// # Errors
/// Never for a sound seed; else what is wrong with it.
pub fn curated(seed: SeedGraph, graph: &Graph) -> Result<Vec<Change>, String> {
    let seed = where_merged(seed, graph);
    let twins = twins(&seed, graph);
    let mut changes: Vec<Change> = Vec::new();
    let current = |key: &Key| graph.find(key.as_str()).is_some_and(|ix| !graph.is_retired(ix));
    let needed = |node: &&Node| node.key.kind() == Kind::Source || twins.contains_key(&node.key);
    let new = seed.nodes.iter().filter(|node| !current(&node.key)).filter(needed);
    changes.extend(new.cloned().map(Change::PutNode));
    for (into, others) in &twins {
        let merged = others.iter().filter(|from| *from != into);
        changes.extend(merged.map(|from| Change::MergeNodes { from: from.clone(), into: into.clone() }));
    }
    let merged = graph.apply(&changes).map_err(|faults| faults[0].to_string())?.graph;

    let mut draft = Draft::of(&merged, Reviews::default());
    let named = names(&seed);
    let ours: BTreeSet<&Key> = seed.nodes.iter().map(|node| &node.key).collect();
    for node in &seed.nodes {
        let others = twins.get(&node.key).into_iter().flatten();
        let others: Vec<&Node> = others.filter_map(|key| graph.find(key.as_str())).map(|ix| graph.node(ix)).collect();
        draft.put_whole(joined(node, &others, &named));
        if node.key.kind() != Kind::Source {
            draft.take_names(node, &ours);
        }
    }
    for edge in collisions(&twins, graph) {
        draft.put_edge(edge);
    }
    for edge in seed.edges {
        draft.state_whole(edge);
    }
    changes.extend(draft.changes().changes);
    Ok(changes)
}

/// The curated graph without the entities that somebody has since merged into another: their relations go there.
fn where_merged(mut seed: SeedGraph, graph: &Graph) -> SeedGraph {
    let home = |key: &Key| {
        let ix = graph.find(key.as_str())?;
        let current = graph.key(graph.current(ix));
        (current != key).then(|| current.clone())
    };
    seed.nodes.retain(|node| home(&node.key).is_none());
    for edge in &mut seed.edges {
        let end = |key: &Key| home(key).unwrap_or_else(|| key.clone());
        edge.id = EdgeId::new(edge.id.relation, end(&edge.id.from), end(&edge.id.to));
    }
    seed.edges.retain(|edge| edge.id.from != edge.id.to);
    seed
}

/// For each curated entity, the entities of the graph that are the same thing, itself among them where its key is known.
fn twins(seed: &SeedGraph, graph: &Graph) -> BTreeMap<Key, BTreeSet<Key>> {
    let draft = Draft::of(graph, Reviews::default());
    let entities = || seed.nodes.iter().filter(|node| node.key.kind() != Kind::Source);
    // Who claims each entity of the graph: by a code or its key, which is decisive, or by a name.
    let mut claims: BTreeMap<Key, Vec<(bool, &Node)>> = BTreeMap::new();
    for node in entities() {
        let kind = node.key.kind();
        if let Some(ix) = graph.find(node.key.as_str()) {
            claims.entry(graph.key(graph.current(ix)).clone()).or_default().push((true, node));
        }
        for code in node.codes.iter().filter(|code| IDENTIFYING.contains(&&*code.scheme)) {
            if let [one] = draft.by_code(kind, &code.scheme, &code.value) {
                claims.entry(one.clone()).or_default().push((true, node));
            }
        }
        let numbered = kind == Kind::Job && node.codes.iter().any(|code| &*code.scheme == "ROME");
        for name in node.names() {
            for known in draft.by_name(kind, name) {
                let proper = draft.node(known).is_some_and(|known| compared(kind, &known.name) == compared(kind, name));
                if proper && !numbered {
                    claims.entry(known.clone()).or_default().push((false, node));
                }
            }
        }
    }
    let mut twins: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    for (known, claims) in claims {
        if let Some(node) = winner(&draft, &known, &claims) {
            twins.entry(node.key.clone()).or_default().insert(known);
        }
    }
    twins
}

/// The one curated entity that a known one is, as an import would find it: by code, by the only bearer of its name, or by
/// the only one whose own name it is.
fn winner<'s>(draft: &Draft<'_>, known: &Key, claims: &[(bool, &'s Node)]) -> Option<&'s Node> {
    let one = |mut nodes: Vec<&'s Node>| {
        nodes.dedup_by(|a, b| a.key == b.key);
        if let [one] = nodes[..] { Some(one) } else { None }
    };
    let kind = known.kind();
    let decisive: Vec<&Node> = claims.iter().filter(|(decisive, _)| *decisive).map(|(_, node)| *node).collect();
    let name = draft.node(known).map(|node| compared(kind, &node.name))?;
    if !decisive.is_empty() {
        let bears = |node: &&Node| node.names().any(|own| compared(kind, own) == name);
        return one(decisive.clone()).or_else(|| one(decisive.into_iter().filter(bears).collect()));
    }
    let all: Vec<&Node> = claims.iter().map(|(_, node)| *node).collect();
    one(all.clone()).or_else(|| one(all.into_iter().filter(|node| compared(kind, &node.name) == name).collect()))
}

/// The curated entities that bear each name.
type Names<'s> = BTreeMap<(Kind, String), Vec<&'s Key>>;

fn names(seed: &SeedGraph) -> Names<'_> {
    let mut bearers: Names<'_> = BTreeMap::new();
    for node in &seed.nodes {
        for name in node.names() {
            let kind = node.key.kind();
            bearers.entry((kind, compared(kind, name))).or_default().push(&node.key);
        }
    }
    bearers
}

/// A curated entity with what is known of its twins added; but for the other names of these that mean another curated one.
fn joined(node: &Node, others: &[&Node], curated: &Names<'_>) -> Node {
    let mut joined = node.clone();
    if node.key.kind() == Kind::Source {
        return joined;
    }
    for other in others {
        let kind = node.key.kind();
        draft::push_alias(&mut joined, &other.name);
        for alias in &other.aliases {
            let bearers = curated.get(&(kind, compared(kind, alias)));
            if bearers.is_none_or(|bearers| bearers.contains(&&node.key)) {
                draft::push_alias(&mut joined, alias);
            }
        }
        joined.codes.extend(other.codes.iter().cloned());
        joined.sources.extend(other.sources.iter().cloned());
        if joined.description.is_none() {
            joined.description.clone_from(&other.description);
        }
        let mut known = joined.attributes.take().map(|known| *known).unwrap_or_default();
        attributes::merge(&mut known, other.attributes().clone(), false);
        joined.attributes = known.boxed();
    }
    joined.normalise();
    joined
}

/// The relations that several twins of one entity had each for itself: one relation, with the strongest word of each
/// source.
fn collisions(twins: &BTreeMap<Key, BTreeSet<Key>>, graph: &Graph) -> Vec<Edge> {
    let into: BTreeMap<&Key, &Key> =
        twins.iter().flat_map(|(into, others)| others.iter().map(move |key| (key, into))).collect();
    let mut found: BTreeMap<EdgeId, Vec<Edge>> = BTreeMap::new();
    for edge in graph.edges().map(|edge| edge.to_edge()) {
        let (from, to) = (into.get(&edge.id.from), into.get(&edge.id.to));
        if from.is_some() || to.is_some() {
            let end = |twin: Option<&&Key>, key: &Key| twin.map_or(key, |twin| *twin).clone();
            let id = EdgeId::new(edge.id.relation, end(from, &edge.id.from), end(to, &edge.id.to));
            found.entry(id).or_default().push(edge);
        }
    }
    let several = found.into_iter().filter(|(id, edges)| edges.len() > 1 && id.from != id.to);
    several
        .map(|(id, edges)| {
            let mut edges = edges.into_iter();
            let mut one = Edge { id, ..edges.next().expect("several are more than none") };
            for statement in edges.flat_map(|edge| edge.statements) {
                draft::join(&mut one, statement);
            }
            one
        })
        .collect()
}
