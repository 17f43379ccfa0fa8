//! From refs to nodes, with the errors that the contract names.

use async_graphql::Context;

use super::error::{ApiError, Candidate};
use super::schema_names::{Ref, kind_name};
use crate::graph::{Graph, Match, NodeIx, Reading};
use crate::model::Kind;

/// The most suggestions or candidates that an error lists.
const MOST_LISTED: usize = 10;

/// All that a ref names among these kinds, with what of it was met.
///
/// # Errors
/// `UNKNOWN_REF` with the nearest of these kinds when there is nothing.
pub fn read(graph: &Graph, text: &Ref, kinds: &[Kind]) -> Result<Vec<Match>, ApiError> {
    matches(graph, text, graph.read(&text.0, kinds))
}

fn matches(graph: &Graph, text: &Ref, reading: Reading) -> Result<Vec<Match>, ApiError> {
    if reading.matches.is_empty() {
        let near = candidates(graph, reading.nearest.into_iter());
        return Err(match reading.instead {
            Some(instead) => ApiError::not_in_graph(&text.0, instead, near),
            None => ApiError::unknown_ref(&text.0, near),
        });
    }
    Ok(reading.matches)
}

/// The same at an end of pathways, whose kinds come in the order in which they are meant there: so do the suggestions.
///
/// # Errors
/// As [`read`].
pub fn read_end(graph: &Graph, text: &Ref, kinds: &[Kind]) -> Result<Vec<Match>, ApiError> {
    let mut reading = graph.read(&text.0, kinds);
    reading.nearest.sort_by_key(|node| kinds.iter().position(|kind| *kind == graph.kind(*node)));
    matches(graph, text, reading)
}

/// All current nodes of these kinds that a ref names.
///
/// # Errors
/// As [`read`].
pub fn all(graph: &Graph, text: &Ref, kinds: &[Kind]) -> Result<Vec<NodeIx>, ApiError> {
    Ok(read(graph, text, kinds)?.into_iter().map(|found| found.node).collect())
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

/// The refs that name a node of these kinds. With `skip`, the others go to `unresolved`; without, they stay, to be refused.
pub fn known(graph: &Graph, refs: Vec<Ref>, kinds: &[Kind], skip: bool, unresolved: &mut Vec<Ref>) -> Vec<Ref> {
    if !skip {
        return refs;
    }
    let names_one = |text: &Ref| !graph.matches(&text.0, kinds).is_empty();
    let (known, unknown): (Vec<Ref>, Vec<Ref>) = refs.into_iter().partition(names_one);
    unresolved.extend(unknown);
    known
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
