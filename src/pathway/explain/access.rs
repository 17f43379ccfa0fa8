//! What the law asks for before one may do a job: told first, since no path through studies stands in for it.

use super::super::french::{Case, phrase};
use crate::graph::{Graph, NodeIx};

use super::super::outlets::is_regulated;

/// How one comes to a regulated job.
pub(in super::super) struct Access {
    /// In French, with its full stop.
    pub(in super::super) text: String,
    /// The sources of the job's record.
    pub(in super::super) sources: Vec<NodeIx>,
}

/// How one comes to a node; `None` unless it is a job to which access is regulated.
pub(in super::super) fn of(graph: &Graph, node: NodeIx) -> Option<Access> {
    if !is_regulated(graph, node) {
        return None;
    }
    let job = graph.node(node);
    let sources = job.sources.iter().filter_map(|key| graph.find(key.as_str())).collect();
    let of_job = phrase(graph, node, Case::To);
    let text = match job.attributes().access.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => {
            let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
            format!("L'accès {of_job} est réglementé : « {text}{stop} »")
        }
        None => format!("L'accès {of_job} est réglementé, et aucune source n'en dit les conditions."),
    };
    Some(Access { text, sources })
}
