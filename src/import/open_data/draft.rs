//! The graph to be: the current one with what the sources state put on top, kept until the end of the import.
//!
//! Finding is by official code, then by name as [`identity`](super::identity) compares it. Writing only ever adds,
//! replaces what the same data set said before, and leaves every other source's word alone. `changes` compares with
//! the graph the import began with, so that importing the same files twice changes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::edition::{Edition, cites_a_row};
use super::identity::compared;
use super::report::{SourceReport, Totals};
use super::review::{Named, Reviews, Standing, Verdict};
use super::weights::rounded;
use crate::graph::Graph;
use crate::model::{Attributes, Change, Code, Edge, EdgeId, Key, Kind, Node, Relation, Statement, Weight, text};

/// What a source says of an entity.
#[derive(Debug, Default)]
pub struct Facts {
    /// Its name, as the source writes it.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Official codes, scheme and value, by which it is recognised; the most decisive first.
    pub codes: Vec<(&'static str, String)>,
    /// Codes that it bears but that may name something else too.
    pub further_codes: Vec<(&'static str, String)>,
    /// What it is, in French.
    pub description: Option<String>,
    /// What else is known.
    pub attributes: Attributes,
}

#[derive(Clone, Debug, Default)]
struct Slot<T> {
    now: T,
    /// As the graph has it; `None` where it is new.
    before: Option<Box<T>>,
    touched: bool,
}

/// An RNCP number that Onisep alone gives for a master: what follows from it is Onisep's word, under its licence.
#[derive(Clone, Debug)]
pub struct OnisepNumber {
    /// The master.
    pub master: Key,
    /// The number, without `RNCP`.
    pub number: String,
    /// Onisep's source.
    pub source: Key,
    /// Where in it.
    pub row: String,
}

/// The graph to be.
pub struct Draft<'g> {
    graph: &'g Graph,
    nodes: HashMap<Key, Slot<Node>>,
    edges: HashMap<EdgeId, Slot<Edge>>,
    by_name: HashMap<(Kind, String), Vec<Key>>,
    by_code: HashMap<(Kind, String, String), Vec<Key>>,
    hosts: HashMap<Key, BTreeSet<Key>>,
    masters_of: HashMap<Key, BTreeSet<Key>>,
    merges: Vec<(Key, Key)>,
    older: BTreeSet<Key>,
    damaged: BTreeSet<Key>,
    /// RNCP numbers that Onisep alone gives for a master.
    pub numbers_by_onisep: Vec<OnisepNumber>,
    /// The near matches found so far, and what was decided on them.
    pub reviews: Reviews,
    /// What the source at hand did.
    pub report: SourceReport,
}

fn code_index(kind: Kind, scheme: &str, value: &str) -> (Kind, String, String) {
    (kind, scheme.to_owned(), value.to_ascii_lowercase())
}

impl<'g> Draft<'g> {
    /// The graph as it is. O(names and codes) in time; nodes are copied when first touched.
    pub fn of(graph: &'g Graph, reviews: Reviews) -> Draft<'g> {
        let mut draft = Draft {
            graph,
            nodes: HashMap::new(),
            edges: HashMap::new(),
            by_name: HashMap::new(),
            by_code: HashMap::new(),
            hosts: HashMap::new(),
            masters_of: HashMap::new(),
            merges: Vec::new(),
            older: BTreeSet::new(),
            damaged: BTreeSet::new(),
            numbers_by_onisep: Vec::new(),
            reviews,
            report: SourceReport::default(),
        };
        for (ix, node) in graph.nodes() {
            if node.replaced_by.is_none() {
                draft.index(node);
            } else {
                // A merged node's names and codes lead to what it became.
                draft.index_as(node, &graph.key(graph.current(ix)).clone());
            }
        }
        for edge in graph.edges().filter(|edge| matches!(edge.relation(), Relation::Hosts | Relation::Offers)) {
            draft.index_offer(&edge.id());
        }
        draft
    }

    fn index_offer(&mut self, id: &EdgeId) {
        match id.relation {
            Relation::Hosts => self.hosts.entry(id.from.clone()).or_default().insert(id.to.clone()),
            Relation::Offers => self.masters_of.entry(id.to.clone()).or_default().insert(id.from.clone()),
            _ => false,
        };
    }

    fn index(&mut self, node: &Node) {
        self.index_as(node, &node.key.clone());
    }

    fn index_as(&mut self, node: &Node, key: &Key) {
        let kind = key.kind();
        for name in node.names() {
            let bearers = self.by_name.entry((kind, compared(kind, name))).or_default();
            if !bearers.contains(key) {
                bearers.push(key.clone());
            }
        }
        for code in &node.codes {
            let bearers = self.by_code.entry(code_index(kind, &code.scheme, &code.value)).or_default();
            if !bearers.contains(key) {
                bearers.push(key.clone());
            }
        }
    }

    /// Puts the source of an edition, and marks the older editions of the same data set as superseded.
    pub fn begin(&mut self, edition: &Edition) -> Key {
        let key = edition.key();
        for (_, node) in self.graph.nodes().filter(|(_, node)| node.key.kind() == Kind::Source) {
            if edition.supersedes(&node.key) {
                self.older.insert(node.key.clone());
            }
        }
        let known = self.node(&key).is_some();
        let slot = self.slot(&key, &edition.name);
        if !known {
            slot.now = edition.node();
        }
        slot.touched = true;
        key
    }

    /// Says that rows of a source were refused: what it no longer states may just be damaged, and stays.
    pub fn mark_damaged(&mut self) {
        self.damaged.extend(self.older.iter().cloned());
    }

    /// The node of a key, as it stands.
    pub fn node(&self, key: &Key) -> Option<&Node> {
        match self.nodes.get(key) {
            Some(slot) => Some(&slot.now),
            None => self.graph.find(key.as_str()).map(|ix| self.graph.node(ix)),
        }
    }

    fn slot(&mut self, key: &Key, name: &str) -> &mut Slot<Node> {
        let graph = self.graph;
        self.nodes.entry(key.clone()).or_insert_with(|| match graph.find(key.as_str()) {
            Some(ix) => {
                let node = graph.node(ix);
                Slot { now: node.clone(), before: Some(Box::new(node.clone())), touched: false }
            }
            None => Slot { now: Node::new(key.clone(), name), before: None, touched: false },
        })
    }

    /// The entities that bear a code.
    pub fn by_code(&self, kind: Kind, scheme: &str, value: &str) -> &[Key] {
        self.by_code.get(&code_index(kind, scheme, value)).map_or(&[], Vec::as_slice)
    }

    /// The entities that bear a name.
    pub fn by_name(&self, kind: Kind, name: &str) -> &[Key] {
        self.by_name.get(&(kind, compared(kind, name))).map_or(&[], Vec::as_slice)
    }

    /// The one entity that a name or code certainly means, if there is one.
    pub fn certain(&self, kind: Kind, name: &str, codes: &[(&'static str, String)]) -> Option<Key> {
        let other_job =
            |key: &Key| codes.first().is_some_and(|(scheme, _)| *scheme == "ROME" && self.bears(key, scheme));
        let named: Vec<&Key> = self.by_name(kind, name).iter().filter(|key| !other_job(key)).collect();
        for (scheme, value) in codes {
            match self.by_code(kind, scheme, value) {
                [] => {}
                [one] => return Some(one.clone()),
                // Several bear the code: the name must tell.
                several => return several.iter().find(|key| named.contains(&key)).cloned(),
            }
        }
        // A name proper goes before an alias.
        let proper = |key: &&Key| self.node(key).is_some_and(|node| compared(kind, &node.name) == compared(kind, name));
        match named[..] {
            [one] => Some(one.clone()),
            _ => {
                let mut proper = named.into_iter().filter(proper);
                proper.next().filter(|_| proper.next().is_none()).cloned()
            }
        }
    }

    fn bears(&self, key: &Key, scheme: &str) -> bool {
        self.node(key).is_some_and(|node| node.codes.iter().any(|code| &*code.scheme == scheme))
    }

    /// Finds or makes the entity that a source speaks of and adds what it says. `None` when it waits for review.
    pub fn put(&mut self, kind: Kind, facts: Facts, standing: Standing, source: &Key, row: &str) -> Option<Key> {
        if text::slug(&facts.name).is_empty() {
            self.report.leave_out("names without a letter");
            return None;
        }
        let key = match self.certain(kind, &facts.name, &facts.codes) {
            Some(key) => {
                self.report.nodes_merged += 1;
                self.decided(kind, &facts.name, key)
            }
            None => match self.judge(kind, &facts, standing, source, row) {
                Verdict::Known(key) => {
                    self.report.nodes_merged += 1;
                    key
                }
                Verdict::Wait => return None,
                Verdict::New => {
                    let key = self.new_key(kind, &facts)?;
                    self.report.nodes_added += 1;
                    key
                }
            },
        };
        self.add(&key, facts, source);
        Some(key)
    }

    /// A person may have decided that an entity made from a name is another one: then they merge.
    fn decided(&mut self, kind: Kind, name: &str, key: Key) -> Key {
        match self.reviews.same_as(kind, name).filter(|other| **other != key) {
            Some(other) if self.graph.find(other.as_str()).is_some() => {
                let merge = (key, other.clone());
                let into = merge.1.clone();
                if self.graph.find(merge.0.as_str()).is_some() && !self.merges.contains(&merge) {
                    self.merges.push(merge);
                }
                into
            }
            _ => key,
        }
    }

    /// What to do with a name that means nothing known for certain.
    fn judge(&mut self, kind: Kind, facts: &Facts, standing: Standing, source: &Key, row: &str) -> Verdict {
        if !matches!(kind, Kind::Master | Kind::Licence | Kind::University) {
            return Verdict::New;
        }
        let mut reviews = std::mem::take(&mut self.reviews);
        let coded = |key: &Key| self.node(key).is_some_and(|node| !node.codes.is_empty());
        // Two universities that both have codes, and not the same ones, are two, however alike their names.
        let possible = |keys: &&Vec<Key>| kind != Kind::University || facts.codes.is_empty() || !coded(&keys[0]);
        let names = self.by_name.iter().filter(|((of, _), _)| *of == kind);
        let names = names.filter(|(_, keys)| possible(keys)).map(|((_, other), keys)| (other.as_str(), &keys[0]));
        let folded = compared(kind, &facts.name);
        let named = Named { kind, name: &facts.name, folded: &folded, source, row, standing };
        let verdict = reviews.judge(&named, names);
        self.reviews = reviews;
        verdict
    }

    /// The key of a new entity: from its name; where that is taken, with its first code or a number.
    fn new_key(&self, kind: Kind, facts: &Facts) -> Option<Key> {
        let plain = Key::from_name(kind, &facts.name).ok()?;
        let free = |key: &Key| self.node(key).is_none();
        if free(&plain) {
            return Some(plain);
        }
        let coded = facts.codes.first().map(|(scheme, value)| format!("{scheme} {value}"));
        let mut suffixes = coded.into_iter().chain((2..).map(|n: u32| n.to_string()));
        suffixes
            .find_map(|suffix| Key::new(kind, &format!("{}-{}", plain.slug(), text::slug(&suffix))).ok().filter(free))
    }

    /// Adds what a source says to an entity that is there.
    pub fn add(&mut self, key: &Key, facts: Facts, source: &Key) {
        let kind = key.kind();
        let older = std::mem::take(&mut self.older);
        let taken: Vec<bool> =
            facts.aliases.iter().map(|alias| self.by_name(kind, alias).iter().any(|bearer| bearer != key)).collect();
        for _ in taken.iter().filter(|taken| **taken) {
            self.report.leave_out("names that already mean something else");
        }
        let sources_before: Vec<Key> = self.node(key).map(|node| node.sources.clone()).unwrap_or_default();
        let ours = sources_before.iter().all(|known| known == source || older.contains(known));
        let slot = self.slot(key, &facts.name);
        slot.touched = true;
        let node = &mut slot.now;
        let was_retired = node.retired && !node.sources.contains(source);
        if was_retired && node.replaced_by.is_none() {
            node.retired = false;
        }
        let better = !node.name.chars().any(char::is_lowercase) && facts.name.chars().any(char::is_lowercase);
        if better && compared(kind, &node.name) == compared(kind, &facts.name) {
            node.name = facts.name.as_str().into();
        } else if text::fold(&node.name) != text::fold(&facts.name) {
            push_alias(node, &facts.name);
        }
        for (alias, taken) in facts.aliases.iter().zip(taken) {
            if !taken {
                push_alias(node, alias);
            }
        }
        let codes = facts.codes.into_iter().chain(facts.further_codes);
        for (scheme, value) in codes.filter(|(_, value)| !value.is_empty()) {
            let code = Code { scheme: scheme.into(), value: value.into() };
            if !node.codes.contains(&code) {
                node.codes.push(code);
            }
        }
        if let Some(description) = facts.description
            && (node.description.is_none() || ours)
        {
            node.description = Some(description.into());
        }
        if !node.sources.contains(source) {
            node.sources.push(source.clone());
        }
        let mut attributes = node.attributes.take().map(|known| *known).unwrap_or_default();
        super::attributes::merge(&mut attributes, facts.attributes, ours, source);
        node.attributes = attributes.boxed();
        node.normalise();
        let node = node.clone();
        self.index(&node);
        self.older = older;
    }

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
        let graph = self.graph;
        let mut added = false;
        let slot = self.edges.entry(id.clone()).or_insert_with(|| match find_edge(graph, &id) {
            Some(edge) => Slot { now: edge.clone(), before: Some(Box::new(edge)), touched: false },
            None => {
                added = true;
                let edge = Edge { id, weight, statements: Vec::new(), condition: None, level: None };
                Slot { now: edge, before: None, touched: false }
            }
        });
        slot.touched = true;
        let edge = &mut slot.now;
        state(edge, statement);
        if edge.condition.is_none() {
            edge.condition = condition.map(Into::into);
        }
        if added {
            self.report.relations_added += 1;
        } else {
            self.report.relations_merged += 1;
        }
    }

    /// Whether a source already states a relation in this import with at least this weight.
    pub fn holds_at_least(&self, relation: Relation, from: &Key, to: &Key, weight: f64, source: &Key) -> bool {
        let slot = self.edges.get(&EdgeId::new(relation, from.clone(), to.clone()));
        slot.filter(|slot| slot.touched).is_some_and(|slot| {
            let stated = slot.now.statements.iter().find(|statement| statement.source == *source);
            stated.and_then(|statement| statement.weight).is_some_and(|known| known.get() >= rounded(weight))
        })
    }

    /// The parcours of a mention that a university hosts, by key.
    pub fn parcours_of(&self, master: &Key, university: &Key) -> Vec<Key> {
        let hosted = self.hosts.get(university).into_iter().flatten();
        let of_master = |parcours: &&Key| self.masters_of.get(*parcours).is_some_and(|of| of.contains(master));
        let current = |parcours: &&Key| self.node(parcours).is_some_and(|node| node.replaced_by.is_none());
        hosted.filter(of_master).filter(current).cloned().collect()
    }

    /// The changes that lead from the graph to the draft, nodes first, by key.
    pub fn changes(mut self) -> (Vec<Change>, Totals, Totals, Reviews) {
        self.drop_superseded();
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
                Slot { now: edge.clone(), before: Some(Box::new(edge)), touched: false }
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
            if superseded && !self.nodes.get(&node.key).is_some_and(|slot| slot.touched) {
                self.slot(&node.key, &node.name).now.retired = true;
            } else if node.sources.iter().any(|source| gone.contains(source)) {
                self.slot(&node.key, &node.name).now.sources.retain(|source| !gone.contains(source));
            }
        }
    }
}

fn find_edge(graph: &Graph, id: &EdgeId) -> Option<Edge> {
    let (from, to) = (graph.find(id.from.as_str())?, graph.find(id.to.as_str())?);
    graph.edge_between(id.relation, from, to).map(|ix| graph.edge(ix).to_edge())
}

fn push_alias(node: &mut Node, alias: &str) {
    let alias = alias.trim();
    let folded = text::fold(alias);
    if !folded.is_empty() && !node.names().any(|known| text::fold(known) == folded) {
        node.aliases.push(alias.into());
    }
}

/// Puts one source's statement on a relation. A statement that a person curated from the same source stays.
fn state(edge: &mut Edge, statement: Statement) {
    if edge.statements.iter().all(|known| known.weight.is_none()) {
        let weight = edge.weight;
        edge.statements.iter_mut().for_each(|known| known.weight = Some(weight));
    }
    match edge.statements.iter_mut().find(|known| known.source == statement.source) {
        Some(known) if !cites_a_row(known.row.as_deref()) => {}
        Some(known) => *known = statement,
        None => edge.statements.push(statement),
    }
    settle(edge);
}

/// The weight of a relation is the greatest that a source gives it.
fn settle(edge: &mut Edge) {
    let greatest = edge.statements.iter().filter_map(|statement| statement.weight).map(Weight::get).reduce(f64::max);
    let unsaid = edge.statements.iter().any(|statement| statement.weight.is_none());
    if let Some(weight) = greatest.filter(|_| !unsaid).and_then(|weight| Weight::new(weight).ok()) {
        edge.weight = weight;
    }
    edge.normalise();
}
