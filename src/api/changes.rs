//! Changes over GraphQL: what a client may write, suppose, replay and follow.

mod apply;
mod history;
mod input;

use std::sync::Arc;

use async_graphql::{Context, Value};

pub use apply::Mutation;
pub use history::{History, Subscriptions};
pub use input::ChangeInput;

use super::access::Caller;
use super::error::{ApiError, french};
use super::scope::{Lens, scope, snapshot};
use super::work::Work;
use crate::app::App;
use crate::graph::{ChangeFault, Graph};
use crate::journal::Outcome;
use crate::model::{Change, Key, Kind, Node};

/// Notes that a write was refused: in the journal, if a token's bearer asked for it, else only in the server's log, which no stranger
/// may fill the disk with.
pub(super) fn note_refusal(app: &App, caller: &Caller, error: &ApiError) {
    let code = error.code().name();
    match &caller.name {
        Some(name) => app.journal().note(name, caller.from, Outcome::Refused(code.into())),
        None => {
            tracing::info!(target: "passerelle::writes", from = ?caller.from, code, "a write without a token was refused")
        }
    }
}

/// The most changes of one call.
pub const MOST_CHANGES: usize = 1_000;

/// The source of what a what-if supposes without naming one.
const HYPOTHESIS: &str = "source/hypothese";

/// Opens the graph as it would be with these changes, worked out on the pool; nothing is written.
///
/// # Errors
/// `INVALID_INPUT` with every change that cannot be applied; as [`Work::run`].
pub async fn suppose(ctx: &Context<'_>, inputs: Vec<ChangeInput>) -> Result<Lens, ApiError> {
    let graph = snapshot(ctx).clone();
    let supposed = hypothesis(&graph);
    let mut changes = read(&graph, inputs, Some(&supposed.key))?;
    changes.insert(0, Change::PutNode(supposed));
    let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
    let applied = work.run(move |_| graph.apply(&changes)).await?.map_err(|faults| refused(faults, 1))?;
    scope(ctx).open(Arc::new(applied.graph))
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

/// The changes that a client asks for, over a graph; `unsourced` is the source of relations that name none.
///
/// # Errors
/// `INVALID_INPUT` for too many, or for a malformed key, weight or code.
pub fn read(graph: &Graph, inputs: Vec<ChangeInput>, unsourced: Option<&Key>) -> Result<Vec<Change>, ApiError> {
    if inputs.len() > MOST_CHANGES {
        let message = format!("{} changements : {MOST_CHANGES} au plus par appel.", inputs.len());
        return Err(ApiError::invalid_input(message));
    }
    let mut changes: Vec<Change> = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.into_iter().enumerate() {
        let change = input.read(graph, &changes, unsourced);
        changes.push(change.map_err(|reason| fault_list(vec![(index, String::new(), french::reason(&reason))]))?);
    }
    Ok(changes)
}

/// The error of changes that the graph refuses; `ahead` changes were put before the client's own.
pub fn refused(faults: Vec<ChangeFault>, ahead: usize) -> ApiError {
    fault_list(
        faults
            .into_iter()
            .map(|fault| (fault.index.saturating_sub(ahead), fault.subject, french::reason(&fault.reason)))
            .collect(),
    )
}

fn fault_list(faults: Vec<(usize, String, String)>) -> ApiError {
    const MOST_LISTED: usize = 20;
    let count = faults.len();
    let entries = faults.into_iter().take(MOST_LISTED);
    let mut message = match count {
        1 => "Un changement ne peut pas être appliqué, donc aucun ne l'a été.".to_owned(),
        _ => format!("{count} changements ne peuvent pas être appliqués, donc aucun ne l'a été."),
    };
    let list: Vec<Value> = entries
        .map(|(index, subject, reason)| {
            let subject_colon = if subject.is_empty() { String::new() } else { format!("{subject} : ") };
            message.push_str(&format!(" N° {} : {subject_colon}{reason}.", index + 1));
            async_graphql::value!({ "index": index, "subject": subject, "reason": reason })
        })
        .collect();
    ApiError::invalid_input(message).with("changes", Value::List(list))
}
