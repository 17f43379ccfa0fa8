//! A plan: how to answer a query that only reads records, worked out once and kept with its document.
//!
//! The general way answers any document, a field at a time. Most of what tools ask is plainer: records, their relations, a
//! search, pathways. Such a query is compiled into a tree of what to write, and each request walks that tree and writes
//! JSON straight from the graph, many times faster.
//!
//! A plan only ever gives whole answers without errors. A field that it does not know, a directive, an argument that cannot
//! be read, a reference that nothing bears: it steps aside (`None`), and the general way, which alone makes errors, answers.
//! That a plan and the general way agree is tested over generated documents. Documents are validated before they are planned.

mod arguments;
mod connection;
mod json;
mod pathways;
mod record;
mod select;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_graphql::Variables;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use bytes::Bytes;

use self::arguments::{Arguments, Given};
use self::connection::SearchSelection;
use self::json::{Json, SelectedField, entries, typename};
use self::pathways::Pathways;
use self::record::Record;
use self::select::{Compiler, Selected};
use super::reference;
use super::schema_names::{EntityKind, Ref};
use super::work::Work;
use crate::graph::Graph;
use crate::model::Kind;

/// A query that is answered by writing records.
#[derive(Debug)]
pub struct Plan {
    roots: Box<[SelectedField<Root>]>,
    fields: usize,
}

/// A field of the root.
#[derive(Debug)]
enum Root {
    Typename(Box<str>),
    /// One record by a ref.
    One {
        kinds: Vec<Kind>,
        arguments: Arguments,
        record: Record,
    },
    /// One record by its id.
    Node {
        arguments: Arguments,
        record: Record,
    },
    Search {
        arguments: Arguments,
        found: SearchSelection,
    },
    Pathways(Box<Pathways>),
}

impl Plan {
    /// The plan of a valid operation; `None` when it asks for more than records.
    pub fn compile(document: &ExecutableDocument, operation: &OperationDefinition) -> Option<Plan> {
        if operation.ty != OperationType::Query || !operation.directives.is_empty() {
            return None;
        }
        let mut compiler = Compiler::new(document);
        let selected = compiler.select(&[&operation.selection_set.node], &["Query"])?;
        let roots = entries(&selected, |field| root(&mut compiler, field))?;
        Some(Plan { roots, fields: compiler.fields() })
    }

    /// Whether it searches by name once, and nothing else.
    pub fn only_searches(&self) -> bool {
        matches!(&self.roots[..], [SelectedField { field: Root::Search { .. }, .. }])
    }

    /// How many fields were compiled: its size.
    pub fn fields(&self) -> usize {
        self.fields
    }

    /// The JSON of the answer, with the price and its limit; `None` when the general way must answer.
    pub async fn answer(
        &self,
        graph: &Arc<Graph>,
        variables: &Variables,
        work: &Work,
        [price, limit]: [u64; 2],
    ) -> Option<Bytes> {
        let given = Given::new(variables);
        let mut json = Json::default();
        json.raw("{\"data\":");
        for root in &self.roots {
            json.raw(&root.lead);
            match &root.field {
                Root::Typename(name) => json.raw(name),
                Root::One { kinds, arguments, record } => {
                    let reference: Ref = arguments.get("ref", &given)?;
                    let kind: Option<EntityKind> = arguments.get("kind", &given)?;
                    let kind = kind.map(EntityKind::kind);
                    let kinds = kind.as_ref().map_or(&kinds[..], std::slice::from_ref);
                    let ix = reference::one(graph, &reference, kinds).ok()?;
                    record.fetch(graph, std::iter::once(ix));
                    record.write(&mut json, graph, ix, &given)?;
                }
                Root::Node { arguments, record } => {
                    let id: async_graphql::ID = arguments.get("id", &given)?;
                    match graph.find(&id) {
                        Some(ix) => {
                            let ix = graph.current(ix);
                            record.fetch(graph, std::iter::once(ix));
                            record.write(&mut json, graph, ix, &given)?;
                        }
                        None => json.raw("null"),
                    }
                }
                Root::Search { arguments, found } => found.write(&mut json, graph, arguments, &given, work)?,
                Root::Pathways(pathways) => pathways.write(&mut json, graph, &given, work).await?,
            }
        }
        let values = json.values() + self.roots.len() as u64;
        json.raw("},\"extensions\":{\"cost\":{\"price\":");
        json.value(price);
        json.raw(",\"limit\":");
        json.value(limit);
        json.raw(",\"values\":");
        json.value(values);
        json.raw("}}}");
        Some(json.into_bytes())
    }
}

fn root<'d>(compiler: &mut Compiler<'d>, selected: &Selected<'d>) -> Option<Root> {
    let arguments = Arguments::of(selected);
    let name = selected.name();
    if name == "__typename" {
        return Some(Root::Typename(typename("Query")));
    }
    if let Some(kind) = Kind::ENTITIES.iter().find(|kind| kind.name() == name) {
        let record = Record::of(compiler, &selected.sets, *kind)?;
        return Some(Root::One { kinds: vec![*kind], arguments, record });
    }
    match name {
        "entity" => {
            let record = Record::entity(compiler, &selected.sets)?;
            Some(Root::One { kinds: Kind::ENTITIES.to_vec(), arguments, record })
        }
        "node" => Some(Root::Node { arguments, record: Record::node(compiler, &selected.sets)? }),
        "search" => Some(Root::Search { arguments, found: SearchSelection::compile(compiler, selected)? }),
        "pathways" => Some(Root::Pathways(Box::new(Pathways::compile(compiler, selected)?))),
        _ => None,
    }
}
