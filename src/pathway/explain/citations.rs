//! Whose word a pathway is told on: each source is numbered when it is first cited, and all of them are named at the end.

use super::age::year;
use crate::graph::{EdgeIx, Graph, NodeIx};
use crate::model::Kind;

/// The sources cited so far, in the order of their numbers.
pub(super) struct Citations<'g> {
    graph: &'g Graph,
    /// Whether one source says all, so that numbers would tell nothing.
    single: bool,
    cited: Vec<NodeIx>,
}

impl<'g> Citations<'g> {
    /// For a text that rests on these relations and sources.
    pub(super) fn new(
        graph: &'g Graph,
        edges: impl IntoIterator<Item = EdgeIx>,
        sources: impl IntoIterator<Item = NodeIx>,
    ) -> Citations<'g> {
        let mut all = edges.into_iter().flat_map(|edge| graph.edge(edge).sources()).chain(sources);
        let first = all.next();
        Citations { graph, single: all.all(|source| Some(source) == first), cited: Vec::new() }
    }

    /// ` [1, 3]`, the mark of what relations state: the sources of the first relation first, newest first. A sentence cites
    /// who says what it says, and nobody else.
    pub(super) fn mark(&mut self, edges: impl IntoIterator<Item = EdgeIx>) -> String {
        let graph = self.graph;
        let mut sources: Vec<NodeIx> = Vec::new();
        for edge in edges {
            let mut of_edge: Vec<NodeIx> = graph.edge(edge).sources().collect();
            of_edge.sort_by(|a, b| date(graph, *b).cmp(&date(graph, *a)).then_with(|| graph.by_key(*a, *b)));
            sources.extend(of_edge);
        }
        self.mark_sources(sources)
    }

    /// The same for what sources say of a node itself.
    pub(super) fn mark_sources(&mut self, sources: impl IntoIterator<Item = NodeIx>) -> String {
        let mut numbers: Vec<usize> = Vec::new();
        for source in sources {
            let at = self.cited.iter().position(|cited| *cited == source).unwrap_or_else(|| {
                self.cited.push(source);
                self.cited.len() - 1
            });
            if !numbers.contains(&(at + 1)) {
                numbers.push(at + 1);
            }
        }
        if self.single || numbers.is_empty() {
            return String::new();
        }
        format!(" [{}]", numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    }

    /// The sentence that names them.
    pub(super) fn listed(&self) -> Option<String> {
        let name = |source: NodeIx| {
            let (name, year) = called(self.graph, source);
            (name, year.map(|year| format!(" ({year})")).unwrap_or_default())
        };
        match &self.cited[..] {
            [] => None,
            [one] => {
                let (name, year) = name(*one);
                Some(format!("Seule source : « {name} »{year}."))
            }
            several => {
                let numbered = several.iter().enumerate().map(|(at, source)| {
                    let (name, year) = name(*source);
                    format!("[{}] {name}{year}", at + 1)
                });
                Some(format!("Sources : {}.", numbered.collect::<Vec<_>>().join(" ; ")))
            }
        }
    }
}

fn date(graph: &Graph, source: NodeIx) -> Option<&str> {
    graph.node(source).attributes().date.as_deref()
}

/// The shortest of its names that says who publishes it, or else its title; the year unless that tells it, and of a source
/// without a date its edition.
fn called(graph: &Graph, source: NodeIx) -> (&str, Option<&str>) {
    let node = graph.node(source);
    let attributes = node.attributes();
    let publisher = attributes.publisher.as_deref().filter(|publisher| !publisher.is_empty());
    let telling = node.names().filter(|name| publisher.is_some_and(|publisher| name.contains(publisher)));
    let name = telling.min_by_key(|name| name.len()).unwrap_or_else(|| title(graph, source));
    let known = attributes.date.as_deref().map(year).or(attributes.edition.as_deref());
    (name, known.filter(|known| !name.contains(known)))
}

/// A name up to its first comma (`ROME 4.0, référentiel des métiers…`), unless another source of that year begins alike.
fn title(graph: &Graph, source: NodeIx) -> &str {
    let node = graph.node(source);
    let Some((title, _)) = node.name.split_once(',') else { return &node.name };
    let dated = |source: NodeIx| date(graph, source).map(year);
    let mut others = graph.nodes_of(Kind::Source).iter().filter(|other| **other != source);
    let alike = others.any(|other| dated(*other) == dated(source) && graph.node(*other).name.starts_with(title));
    if alike { &node.name } else { title }
}
