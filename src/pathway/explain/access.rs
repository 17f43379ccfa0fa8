//! What the law asks for before one may do a job: told first, since no path through studies stands in for it.

use super::super::french::{Case, phrase};
use crate::graph::{Graph, NodeIx};

use super::super::outlets::is_regulated;

/// How one comes to a regulated job.
pub(in crate::pathway) struct Access {
    /// In French, with its full stop.
    pub(in crate::pathway) text: String,
    /// Who says so.
    pub(in crate::pathway) sources: Vec<NodeIx>,
}

/// Who says how one comes to a job.
pub fn sources(graph: &Graph, job: NodeIx) -> Vec<NodeIx> {
    let job = graph.node(job);
    let stated = job.attributes().access_source.as_slice();
    let keys = if stated.is_empty() { &job.sources[..] } else { stated };
    keys.iter().filter_map(|key| graph.find(key.as_str())).collect()
}

/// How one comes to a node; `None` unless it is a job to which access is regulated.
pub(in crate::pathway) fn of(graph: &Graph, node: NodeIx) -> Option<Access> {
    if !is_regulated(graph, node) {
        return None;
    }
    let job = graph.node(node);
    let sources = sources(graph, node);
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
