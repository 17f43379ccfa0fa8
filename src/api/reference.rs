//! From refs to nodes, with the errors that the contract names.

use async_graphql::Context;

use super::error::{ApiError, Candidate};
use super::schema_names::{Ref, kind_name};
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;

/// The most suggestions or candidates that an error lists.
const MOST_LISTED: usize = 10;

/// All current nodes of these kinds that a ref names.
///
/// # Errors
/// `UNKNOWN_REF` with the nearest when there is none.
pub fn all(graph: &Graph, text: &Ref, kinds: &[Kind]) -> Result<Vec<NodeIx>, ApiError> {
    let mut found = graph.resolve(&text.0);
    found.retain(|ix| kinds.contains(&graph.kind(*ix)));
    if found.is_empty() {
        let near = graph.search(&text.0, kinds, MOST_LISTED / 2);
        return Err(ApiError::unknown_ref(&text.0, candidates(graph, near.into_iter().map(|(ix, _)| ix))));
    }
    Ok(found)
}

/// The one node of these kinds that a ref names.
///
/// # Errors
/// As [`all`], and `AMBIGUOUS_REF` with the candidates when there are several.
pub fn one(graph: &Graph, text: &Ref, kinds: &[Kind]) -> Result<NodeIx, ApiError> {
    let found = all(graph, text, kinds)?;
    match found[..] {
        [ix] => Ok(ix),
        _ => Err(ApiError::ambiguous_ref(&text.0, candidates(graph, found.into_iter()))),
    }
}

/// What a nullable field answers: its value, or null with the error beside it. async-graphql leaves a field out that returns an
/// error; the specification wants it null.
pub fn or_null<T>(ctx: &Context<'_>, result: Result<T, ApiError>) -> Option<T> {
    result
        .map_err(|error| {
            let error = async_graphql::Error::from(error).into_server_error(ctx.item.pos);
            ctx.add_error(ctx.set_error_path(error));
        })
        .ok()
}

/// Nodes as an error lists them.
pub fn candidates(graph: &Graph, nodes: impl Iterator<Item = NodeIx>) -> Vec<Candidate> {
    let candidate = |ix| {
        let node = graph.node(ix);
        Candidate { id: node.key.to_string(), kind: kind_name(node.key.kind()), name: node.name.to_string() }
    };
    nodes.take(MOST_LISTED).map(candidate).collect()
}
