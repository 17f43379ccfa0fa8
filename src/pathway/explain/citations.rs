//! Whose word a pathway is told on: each source named once, at the end, and cited by its number before.

use std::collections::HashMap;

use super::super::Pathway;
use super::super::french::{list, number};
use super::Host;
use super::age::year;
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;

/// So many are named where there are, though fewer speak for all.
const NAMED: usize = 2;

/// The sources of a pathway.
pub(super) struct Citations {
    /// Those named, in the order of their numbers.
    named: Vec<NodeIx>,
    /// How many others there are.
    others: usize,
    /// Whether all of it rests on the very same sources, or one alone is named, so that no number is needed.
    uniform: bool,
}

impl Citations {
    /// Chooses names step by step, one for each piece of evidence that none named speaks for yet: the source that serves most
    /// often, then the newest, then by key.
    pub(super) fn new(graph: &Graph, pathway: &Pathway, hosts: &[Option<Host>]) -> Citations {
        let mut groups: Vec<Vec<Vec<NodeIx>>> = Vec::new();
        for (step, host) in pathway.steps.iter().zip(hosts) {
            let first = step.mainstay().into_iter();
            let mut pieces: Vec<Vec<NodeIx>> = first.chain(&step.evidence).map(|piece| piece.sources.clone()).collect();
            pieces.extend(host.map(|host| graph.edge(host.edge).sources().collect()));
            groups.push(pieces);
        }
        let mut served: HashMap<NodeIx, usize> = HashMap::new();
        for source in groups.iter().flatten().flatten() {
            *served.entry(*source).or_default() += 1;
        }
        let date = |source: &NodeIx| graph.node(*source).attributes().date.as_deref();
        for group in groups.iter_mut().flatten() {
            let order = |a: &NodeIx, b: &NodeIx| {
                served[b].cmp(&served[a]).then_with(|| date(b).cmp(&date(a))).then_with(|| graph.by_key(*a, *b))
            };
            group.sort_unstable_by(order);
            group.dedup();
        }
        let mut named: Vec<NodeIx> = Vec::new();
        for piece in groups.iter().flatten() {
            if !piece.iter().any(|source| named.contains(source)) {
                named.extend(piece.first());
            }
        }
        let mut rest: Vec<NodeIx> = served.keys().copied().filter(|source| !named.contains(source)).collect();
        rest.sort_unstable_by(|a, b| {
            served[b].cmp(&served[a]).then(date(b).cmp(&date(a))).then_with(|| graph.by_key(*a, *b))
        });
        named.extend(rest.into_iter().take(NAMED.saturating_sub(named.len())));
        let mut all = groups.iter().flatten();
        let first = all.next();
        let uniform = named.len() == 1 || all.all(|group| Some(group) == first);
        Citations { others: served.len() - named.len(), uniform, named }
    }

    /// ` [1, 3]`; nothing where all rests on the same sources.
    pub(super) fn mark(&self, sources: impl IntoIterator<Item = NodeIx>) -> String {
        let sources: Vec<NodeIx> = sources.into_iter().collect();
        if self.uniform || sources.is_empty() {
            return String::new();
        }
        let numbers = self.named.iter().enumerate().filter(|(_, source)| sources.contains(source));
        let numbers: Vec<String> = numbers.map(|(at, _)| (at + 1).to_string()).collect();
        format!(" [{}]", numbers.join(", "))
    }

    /// The sentence that names them.
    pub(super) fn listed(&self, graph: &Graph) -> Option<String> {
        let mut names: Vec<String> = self
            .named
            .iter()
            .map(|source| if self.uniform { quoted(graph, *source) } else { name(graph, *source) })
            .collect();
        let others = match self.others {
            0 => None,
            1 => Some("une autre".to_owned()),
            more => Some(format!("{} autres", number(more))),
        };
        match (&names[..], others) {
            ([], _) => None,
            ([one], None) => Some(format!("Seule source : {one}.")),
            (_, others) if self.uniform => {
                names.extend(others);
                Some(format!("Sources : {}.", list(&names)))
            }
            (names, _) => {
                let numbered = names.iter().enumerate().map(|(at, name)| format!("[{}] {name}", at + 1));
                let others = (self.others > 0)
                    .then(|| format!("{} autre{}", self.others, if self.others > 1 { "s" } else { "" }));
                Some(format!("Sources : {}.", numbered.chain(others).collect::<Vec<_>>().join(" ; ")))
            }
        }
    }
}

/// `« Fiche du master » (2025)`.
fn quoted(graph: &Graph, source: NodeIx) -> String {
    let (name, year) = called(graph, source);
    format!("« {name} »{}", year.map(|year| format!(" ({year})")).unwrap_or_default())
}

/// `Fiche du master (2025)`.
fn name(graph: &Graph, source: NodeIx) -> String {
    let (name, year) = called(graph, source);
    format!("{name}{}", year.map(|year| format!(" ({year})")).unwrap_or_default())
}

/// The shortest of its names that says who publishes it, or else its title; the year unless that tells it.
fn called(graph: &Graph, source: NodeIx) -> (&str, Option<&str>) {
    let node = graph.node(source);
    let attributes = node.attributes();
    let publisher = attributes.publisher.as_deref().filter(|publisher| !publisher.is_empty());
    let telling = node.names().filter(|name| publisher.is_some_and(|publisher| name.contains(publisher)));
    let name = telling.min_by_key(|name| name.len()).unwrap_or_else(|| title(graph, source));
    (name, attributes.date.as_deref().map(year).filter(|year| !name.contains(year)))
}

/// A name up to its first comma (`ROME 4.0, référentiel des métiers…`), unless another source of that year begins alike.
fn title(graph: &Graph, source: NodeIx) -> &str {
    let node = graph.node(source);
    let Some((title, _)) = node.name.split_once(',') else { return &node.name };
    let dated = |source: NodeIx| graph.node(source).attributes().date.as_deref().map(year);
    let mut others = graph.nodes_of(Kind::Source).iter().filter(|other| **other != source);
    let alike = others.any(|other| dated(*other) == dated(source) && graph.node(*other).name.starts_with(title));
    if alike { &node.name } else { title }
}
