//! Lists of records: a node's relations, what a search found, and where a page of them stands.

use super::arguments::{Arguments, Given};
use super::json::{Json, SelectedField, entries, typename};
use super::record::Record;
use super::select::{Compiler, Selected};
use crate::api::page::PageInfo;
use crate::api::related::{List, Slice};
use crate::api::schema_names::{EntityKind, type_name};
use crate::api::search;
use crate::api::work::Work;
use crate::graph::Graph;
use crate::model::Kind;

/// What to write of the relations of a node.
#[derive(Debug)]
pub struct Connection(Box<[SelectedField<ConnectionField>]>);

#[derive(Debug)]
enum ConnectionField {
    Typename(Box<str>),
    Edges(Box<[SelectedField<EdgeField>]>),
    Nodes(Record),
    PageInfo(PageInfoFields),
    TotalCount,
}

#[derive(Debug)]
enum EdgeField {
    Typename(Box<str>),
    Cursor,
    Node(Record),
    Weight,
    Condition,
    Level,
    Sources(Record),
}

impl Connection {
    /// The relations of a node to nodes of a kind.
    pub fn compile<'d>(compiler: &mut Compiler<'d>, selected: &Selected<'d>, kind: Kind) -> Option<Connection> {
        let name = format!("{}RelationConnection", type_name(kind));
        let fields = compiler.select(&selected.sets, &[&name])?;
        let fields = entries(&fields, |field| {
            Some(match field.name() {
                "__typename" => ConnectionField::Typename(typename(&name)),
                "edges" => ConnectionField::Edges(edge(compiler, field, kind)?),
                "nodes" => ConnectionField::Nodes(Record::of(compiler, &field.sets, kind)?),
                "pageInfo" => ConnectionField::PageInfo(PageInfoFields::compile(compiler, field)?),
                "totalCount" => ConnectionField::TotalCount,
                _ => return None,
            })
        })?;
        Some(Connection(fields))
    }

    /// Writes a page of relations.
    pub fn write(&self, json: &mut Json, graph: &Graph, list: &List, slice: &Slice, given: &Given<'_>) -> Option<()> {
        let nodes = || slice.halves.iter().map(|half| half.node);
        json.object(&self.0, |json, field| {
            match field {
                ConnectionField::Typename(name) => json.raw(name),
                ConnectionField::Edges(fields) => {
                    for entry in fields {
                        if let EdgeField::Node(record) = &entry.field {
                            record.fetch(graph, nodes());
                        }
                    }
                    let edges = 0..slice.halves.len();
                    json.list(edges, |json, at| write_edge(json, graph, fields, slice, at, given))?;
                }
                ConnectionField::Nodes(record) => {
                    record.fetch(graph, nodes());
                    json.list(nodes(), |json, ix| record.write(json, graph, ix, given))?;
                }
                ConnectionField::PageInfo(fields) => fields.write(json, &slice.page_info(graph))?,
                ConnectionField::TotalCount => json.value(list.count(graph, slice)),
            }
            Some(())
        })
    }
}

fn edge<'d>(
    compiler: &mut Compiler<'d>,
    selected: &Selected<'d>,
    kind: Kind,
) -> Option<Box<[SelectedField<EdgeField>]>> {
    let name = format!("{}RelationEdge", type_name(kind));
    let fields = compiler.select(&selected.sets, &[&name, "RelationEdge"])?;
    entries(&fields, |field| {
        Some(match field.name() {
            "__typename" => EdgeField::Typename(typename(&name)),
            "cursor" => EdgeField::Cursor,
            "node" => EdgeField::Node(Record::of(compiler, &field.sets, kind)?),
            "weight" => EdgeField::Weight,
            "condition" => EdgeField::Condition,
            "level" => EdgeField::Level,
            "sources" => EdgeField::Sources(Record::of(compiler, &field.sets, Kind::Source)?),
            _ => return None,
        })
    })
}

fn write_edge(
    json: &mut Json,
    graph: &Graph,
    fields: &[SelectedField<EdgeField>],
    slice: &Slice,
    at: usize,
    given: &Given<'_>,
) -> Option<()> {
    let half = &slice.halves[at];
    json.object(fields, |json, field| {
        match field {
            EdgeField::Typename(name) => json.raw(name),
            EdgeField::Cursor => json.optional(slice.cursor(graph, at).as_deref()),
            EdgeField::Node(record) => record.write(json, graph, half.node, given)?,
            EdgeField::Weight => json.value(half.weight),
            EdgeField::Condition => json.optional(graph.edge(half.edge).condition()),
            EdgeField::Level => json.optional(graph.edge(half.edge).level()),
            EdgeField::Sources(record) => {
                let sources = graph.edge(half.edge).sources();
                json.list(sources, |json, source| record.write(json, graph, source, given))?;
            }
        }
        Some(())
    })
}

/// What to write of where a page stands.
#[derive(Debug)]
pub struct PageInfoFields(Box<[SelectedField<PageInfoField>]>);

#[derive(Clone, Copy, Debug)]
enum PageInfoField {
    Typename,
    HasNext,
    HasPrevious,
    Start,
    End,
}

impl PageInfoFields {
    /// The fields of a `pageInfo`.
    pub fn compile<'d>(compiler: &mut Compiler<'d>, selected: &Selected<'d>) -> Option<PageInfoFields> {
        let fields = compiler.select(&selected.sets, &["PageInfo"])?;
        let fields = entries(&fields, |field| {
            Some(match field.name() {
                "__typename" => PageInfoField::Typename,
                "hasNextPage" => PageInfoField::HasNext,
                "hasPreviousPage" => PageInfoField::HasPrevious,
                "startCursor" => PageInfoField::Start,
                "endCursor" => PageInfoField::End,
                _ => return None,
            })
        })?;
        Some(PageInfoFields(fields))
    }

    /// Writes them.
    pub fn write(&self, json: &mut Json, info: &PageInfo) -> Option<()> {
        json.object(&self.0, |json, field| {
            match field {
                PageInfoField::Typename => json.string("PageInfo"),
                PageInfoField::HasNext => json.boolean(info.has_next_page),
                PageInfoField::HasPrevious => json.boolean(info.has_previous_page),
                PageInfoField::Start => json.optional(info.start_cursor.as_deref()),
                PageInfoField::End => json.optional(info.end_cursor.as_deref()),
            }
            Some(())
        })
    }
}

/// What to write of what a search found.
#[derive(Debug)]
pub struct SearchSelection(Box<[SelectedField<SearchField>]>);

#[derive(Debug)]
enum SearchField {
    Typename,
    Edges(Box<[SelectedField<SearchEdgeField>]>),
    Nodes(Record),
    PageInfo(PageInfoFields),
    TotalCount,
}

#[derive(Debug)]
enum SearchEdgeField {
    Typename,
    Cursor,
    Score,
    Node(Record),
}

impl SearchSelection {
    /// The fields of a search.
    pub fn compile<'d>(compiler: &mut Compiler<'d>, selected: &Selected<'d>) -> Option<SearchSelection> {
        if !selected.takes(&["text", "kinds", "first", "after"]) {
            return None;
        }
        let fields = compiler.select(&selected.sets, &["SearchConnection"])?;
        let fields = entries(&fields, |field| {
            Some(match field.name() {
                "__typename" => SearchField::Typename,
                "edges" => {
                    let fields = compiler.select(&field.sets, &["SearchEdge"])?;
                    SearchField::Edges(entries(&fields, |field| {
                        Some(match field.name() {
                            "__typename" => SearchEdgeField::Typename,
                            "cursor" => SearchEdgeField::Cursor,
                            "score" => SearchEdgeField::Score,
                            "node" => SearchEdgeField::Node(Record::entity(compiler, &field.sets)?),
                            _ => return None,
                        })
                    })?)
                }
                "nodes" => SearchField::Nodes(Record::entity(compiler, &field.sets)?),
                "pageInfo" => SearchField::PageInfo(PageInfoFields::compile(compiler, field)?),
                "totalCount" => SearchField::TotalCount,
                _ => return None,
            })
        })?;
        Some(SearchSelection(fields))
    }

    /// Searches, and writes what was found.
    pub fn write(
        &self,
        json: &mut Json,
        graph: &Graph,
        arguments: &Arguments,
        given: &Given<'_>,
        work: &Work,
    ) -> Option<()> {
        let text: String = arguments.get("text", given)?;
        let kinds: Option<Vec<EntityKind>> = arguments.get("kinds", given)?;
        let found = search::SearchPage::new(graph, text, kinds, &arguments.page(given)?, &work.cancel).ok()?;
        graph.fetch_labels(found.entries().iter().map(|(ix, _)| *ix));
        json.object(&self.0, |json, field| {
            match field {
                SearchField::Typename => json.string("SearchConnection"),
                SearchField::Edges(fields) => {
                    json.list(found.entries().iter().enumerate(), |json, (at, (ix, score))| {
                        json.object(fields, |json, field| {
                            match field {
                                SearchEdgeField::Typename => json.string("SearchEdge"),
                                SearchEdgeField::Cursor => json.string(&found.cursor(graph, at)),
                                SearchEdgeField::Score => json.value(search::rounded(*score)),
                                SearchEdgeField::Node(record) => record.write(json, graph, *ix, given)?,
                            }
                            Some(())
                        })
                    })?
                }
                SearchField::Nodes(record) => {
                    json.list(found.entries(), |json, (ix, _)| record.write(json, graph, *ix, given))?;
                }
                SearchField::PageInfo(fields) => fields.write(json, &found.page_info_in(graph))?,
                SearchField::TotalCount => json.value(found.count(graph)),
            }
            Some(())
        })
    }
}
