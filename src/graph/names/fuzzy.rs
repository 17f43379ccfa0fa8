//! Search by words, tolerant of a typo in each: see [`super::super::Graph::search`].

use crate::graph::NodeIx;
use crate::model::Node;
use crate::model::text::fold;

/// The words of all names.
#[derive(Default)]
pub(super) struct Fuzzy {
    entries: Vec<(NodeIx, Vec<String>)>,
}

impl Fuzzy {
    pub(super) fn build<'n>(nodes: impl Iterator<Item = (NodeIx, &'n Node)>) -> Fuzzy {
        Fuzzy { entries: nodes.map(|(ix, node)| (ix, node.names().map(fold).collect())).collect() }
    }

    pub(super) fn search<'n>(
        &self,
        text: &str,
        count: usize,
        node: &impl Fn(NodeIx) -> &'n Node,
        keep: &impl Fn(&Node) -> bool,
        changed: &[(NodeIx, &Node)],
    ) -> Vec<(NodeIx, f32)> {
        let wanted = fold(text);
        let stale: Vec<NodeIx> = changed.iter().map(|(ix, _)| *ix).collect();
        let fresh: Vec<(NodeIx, Vec<String>)> =
            changed.iter().map(|(ix, node)| (*ix, node.names().map(fold).collect())).collect();
        let mut found: Vec<(NodeIx, f32)> = self
            .entries
            .iter()
            .filter(|(ix, _)| !stale.contains(ix))
            .chain(&fresh)
            .filter(|(ix, _)| keep(node(*ix)))
            .map(|(ix, names)| {
                let best = names.iter().map(|name| strsim::sorensen_dice(name, &wanted)).fold(0.0, f64::max);
                (*ix, best as f32)
            })
            .filter(|(_, score)| *score > 0.35)
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| node(a.0).key.cmp(&node(b.0).key)));
        found.truncate(count);
        found
    }
}
