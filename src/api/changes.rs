//! Changes over GraphQL: what a client may write, suppose, replay and follow.

mod apply;
mod history;
mod input;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Context, Value};

pub use apply::Mutation;
pub use history::{History, Subscriptions};
pub use input::ChangeInput;
use input::Refusal;

use super::access::Caller;
use super::error::ApiError;
use super::scope::{Lens, scope, snapshot};
use super::work::Work;
use crate::app::App;
use crate::graph::{Applied, Draft, Graph};
use crate::journal::WriteOutcome;
use crate::model::{Change, EdgeId, French, Key, Kind, Node, Violation, clean};
use crate::store::StoreError;

/// Notes that a write was refused: in the journal, if a token's bearer asked for it, else only in the server's log, which no stranger
/// may fill the disk with.
pub(super) fn note_refusal(app: &App, caller: &Caller, error: &ApiError) {
    let code = error.code().name();
    match &caller.name {
        Some(name) => app.journal().note(name, caller.from, WriteOutcome::Refused(code.into())),
        None => {
            tracing::info!(target: "passerelle::writes", from = ?caller.from, code, "a write without a token was refused")
        }
    }
}

/// What a client is told of a fault of the store.
fn store_error(error: &StoreError) -> ApiError {
    match error {
        StoreError::ReadOnly { .. }
        | StoreError::DiskFull { .. }
        | StoreError::Halted { .. }
        | StoreError::Replaced { .. } => {
            tracing::error!("a write was refused: {error}");
            ApiError::read_only()
        }
        StoreError::Forgotten { base } => ApiError::invalid_input(format!(
            "Le journal ne remonte plus si loin : il commence après la version {base}. Relisez le graphe entier, puis suivez-le \
             depuis la version lue."
        ))
        .en(format!("The log no longer goes back that far: it begins after version {base}. Read the graph anew."))
        .with("earliest", *base),
        _ => ApiError::internal(error),
    }
}

/// The most changes of one call.
pub const MOST_CHANGES: usize = 1_000;

/// The most merges of one what-if: each moves all relations of a node.
const MOST_MERGES_SUPPOSED: usize = 50;

/// The source of what a what-if supposes without naming one.
const HYPOTHESIS: &str = "source/hypothese";

/// Opens the graph as it would be with these changes, worked out on the pool; nothing is written.
///
/// # Errors
/// `INVALID_INPUT` with every change that cannot be applied; as [`Work::run`].
pub async fn suppose(ctx: &Context<'_>, inputs: Vec<ChangeInput>) -> Result<Lens, ApiError> {
    let graph = snapshot(ctx).clone();
    bounded(inputs.len(), MOST_CHANGES, "changements")?;
    let merges = inputs.iter().filter(|input| matches!(input, ChangeInput::MergeNodes(_))).count();
    bounded(merges, MOST_MERGES_SUPPOSED, "fusions supposées")?;
    let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
    work.suppose()?;
    // A cancelled list ends early: its half-made graph is dropped with the answer.
    let applied = work.run(move |cancel| {
        let wanted = inputs.into_iter().take_while(|_| !cancel.is_set());
        apply_inputs(&graph, wanted, Some(hypothesis(&graph))).map(|(applied, _)| applied)
    });
    scope(ctx).open(Arc::new(applied.await??.graph))
}

fn hypothesis(graph: &Graph) -> Node {
    match graph.find(HYPOTHESIS) {
        Some(ix) => graph.node(ix).clone(),
        None => {
            let key: Key = HYPOTHESIS.parse().expect("it is a key");
            debug_assert_eq!(key.kind(), Kind::Source);
            let mut node = Node::new(key, "Hypothèse de la question");
            node.description = Some("Supposé par la question elle-même : aucune source ne l'affirme.".into());
            node
        }
    }
}

/// Applies what a client asks for to a graph, each change read from the graph as those before it leave it. Gives what came of
/// it, and the states that were replaced, as the changes that would bring them back. `supposed` is put first, as the source of
/// relations that name none.
///
/// # Errors
/// `INVALID_INPUT` with every change that is malformed or cannot be applied.
fn apply_inputs(
    graph: &Graph,
    inputs: impl Iterator<Item = ChangeInput>,
    supposed: Option<Node>,
) -> Result<(Applied, Vec<Change>), ApiError> {
    let unsourced = supposed.as_ref().map(|source| source.key.clone());
    let ahead = usize::from(supposed.is_some());
    let mut malformed = Vec::new();
    let mut replaced: Vec<(usize, Change)> = Vec::new();
    let mut supposed = supposed.map(Change::PutNode);
    let all = std::iter::repeat_with(|| None).take(ahead).chain(inputs.map(Some)).enumerate();
    let applied = graph.apply_each(all, |draft, (index, input)| {
        let change = match input {
            Some(input) => input.read(draft, unsourced.as_ref()),
            None => Ok(supposed.take()?),
        };
        let change = change.and_then(|change| match clean::check(&change) {
            Ok(()) => Ok(change),
            Err(unclean) => Err(Violation::from(unclean).into()),
        });
        match change {
            Ok(change) => {
                replaced.extend(states(draft, &change).into_iter().map(|state| (index, state)));
                Some(Cow::Owned(change))
            }
            Err(refusal) => {
                malformed.push((index - ahead, String::new(), refusal));
                None
            }
        }
    });
    let faults = match applied {
        Ok(applied) if malformed.is_empty() => {
            replaced.retain(|(index, _)| applied.places.binary_search(index).is_ok());
            return Ok((applied, replaced.into_iter().map(|(_, state)| state).collect()));
        }
        Ok(_) => Vec::new(),
        Err(faults) => faults,
    };
    let refused = faults
        .into_iter()
        .map(|fault| (fault.index.saturating_sub(ahead), fault.subject, Refusal::Violation(fault.violation)));
    malformed.extend(refused);
    malformed.sort_by_key(|(index, ..)| *index);
    Err(fault_list(malformed))
}

/// What a change is about to replace, as changes that would bring it back.
fn states(draft: &Draft, change: &Change) -> Vec<Change> {
    let node = |key: &Key| draft.node(key).cloned().map(Change::PutNode);
    let edge = |id: &EdgeId| draft.edge(id).map(Change::PutEdge);
    match change {
        Change::PutNode(put) => Vec::from_iter(node(&put.key)),
        Change::DeleteNode(key) => Vec::from_iter(node(key)),
        Change::MergeNodes { from, into } => [node(from), node(into)].into_iter().flatten().collect(),
        Change::PutEdge(put) => Vec::from_iter(edge(&put.id)),
        Change::DeleteEdge(id) => Vec::from_iter(edge(id)),
    }
}

fn bounded(count: usize, most: usize, what: &str) -> Result<(), ApiError> {
    if count <= most {
        return Ok(());
    }
    Err(ApiError::invalid_input(format!("{count} {what} : {most} au plus par appel.")))
}

fn fault_list(faults: Vec<(usize, String, Refusal)>) -> ApiError {
    const MOST_LISTED: usize = 20;
    let count = faults.len();
    let entries = faults.into_iter().take(MOST_LISTED);
    let mut english = format!("Nothing was changed: {count} of the changes cannot be applied.");
    let mut message = match count {
        1 => "Un changement ne peut pas être appliqué, donc aucun ne l'a été.".to_owned(),
        _ => format!("{count} changements ne peuvent pas être appliqués, donc aucun ne l'a été."),
    };
    let list: Vec<Value> = entries
        .map(|(index, subject, refusal)| {
            let (fr, en) =
                if subject.is_empty() { Default::default() } else { (format!("{subject} : "), format!("{subject}: ")) };
            let (number, reason) = (index + 1, refusal.french());
            message.push_str(&format!(" N° {number} : {fr}{reason}."));
            english.push_str(&format!(" No. {number}: {en}{refusal}."));
            async_graphql::value!({ "index": index, "subject": subject, "reason": reason })
        })
        .collect();
    ApiError::invalid_input(message).en(english).with("changes", Value::List(list))
}
