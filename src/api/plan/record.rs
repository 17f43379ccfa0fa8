//! Records: the entities and sources of the graph, with their own facts and their relations.

use async_graphql::parser::types::SelectionSet;

use super::arguments::{Arguments, Given, Paging};
use super::connection::Connection;
use super::json::{Json, SelectedField, entries, typename};
use super::select::{Compiler, Selected};
use crate::api::entity::relations;
use crate::api::related::{List, Side};
use crate::api::schema_names::{kind_name, type_name};
use crate::api::scope::At;
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Modality, Relation};

/// What to write of a record, by its kind.
#[derive(Debug)]
pub struct Record {
    by_kind: Box<[(Kind, Fields)]>,
    /// Whether it takes no more of a node than its row and its label.
    labels: bool,
}

type Fields = Box<[SelectedField<RecordField>]>;

/// A field of a record.
#[derive(Debug)]
enum RecordField {
    Typename(Box<str>),
    Id,
    Kind,
    Slug,
    Name,
    Aliases,
    Description,
    Retired,
    Codes(Box<[SelectedField<CodeField>]>),
    Sources(Record),
    /// A text or number that the node may have.
    TextField(TextField),
    Place(Box<[SelectedField<PlaceField>]>),
    /// The strongest current node on the side from which the relation comes.
    First(Relation, Record),
    Related(Box<RelatedField>),
}

#[derive(Clone, Copy, Debug)]
enum CodeField {
    Typename,
    Scheme,
    Value,
}

#[derive(Clone, Copy, Debug)]
enum PlaceField {
    Typename,
    City,
    Region,
    Academy,
}

#[derive(Clone, Copy, Debug)]
enum TextField {
    Url,
    Ects,
    Domains,
    Modalities,
    Languages,
    Thesis,
    Projects,
    Profile,
    Riasec,
    Regulated,
    Publisher,
    Date,
    Edition,
    Licence,
}

#[derive(Debug)]
struct RelatedField {
    relation: Relation,
    side: Side,
    kind: Kind,
    paging: Paging,
    /// The arguments, when a filter or an order is among them.
    arranged: Option<Arguments>,
    connection: Connection,
}

impl Record {
    /// A record whose kind is known.
    pub fn of<'d>(compiler: &mut Compiler<'d>, sets: &[&'d SelectionSet], kind: Kind) -> Option<Record> {
        Record::among(compiler, sets, &[kind])
    }

    /// An entity of any kind.
    pub fn entity<'d>(compiler: &mut Compiler<'d>, sets: &[&'d SelectionSet]) -> Option<Record> {
        Record::among(compiler, sets, Kind::ENTITIES)
    }

    /// An entity or a source.
    pub fn node<'d>(compiler: &mut Compiler<'d>, sets: &[&'d SelectionSet]) -> Option<Record> {
        Record::among(compiler, sets, &Kind::ALL)
    }

    fn among<'d>(compiler: &mut Compiler<'d>, sets: &[&'d SelectionSet], kinds: &[Kind]) -> Option<Record> {
        let mut by_kind: Vec<(Kind, Fields)> = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let source: &[&str] = &["Source", "Node"];
            let entity: &[&str] = &[type_name(*kind), "Entity", "Node"];
            let types = if *kind == Kind::Source { source } else { entity };
            let selected = compiler.select(sets, types)?;
            by_kind.push((*kind, entries(&selected, |field| compile(compiler, *kind, field))?));
        }
        let of_row = |entry: &SelectedField<RecordField>| {
            matches!(
                entry.field,
                RecordField::Typename(_)
                    | RecordField::Id
                    | RecordField::Kind
                    | RecordField::Name
                    | RecordField::Retired
            )
        };
        let labels = by_kind.iter().all(|(_, fields)| fields.iter().all(of_row));
        Some(Record { by_kind: by_kind.into(), labels })
    }

    /// Reads what these nodes' records begin with, so that writing them waits for cold memory once and not at each.
    pub fn fetch(&self, graph: &Graph, nodes: impl Iterator<Item = NodeIx>) {
        if self.labels { graph.fetch_labels(nodes) } else { graph.fetch_records(nodes) }
    }

    /// Writes the record of a node. `None` when it is of no kind foreseen or an argument cannot be read.
    pub fn write(&self, json: &mut Json, graph: &Graph, ix: NodeIx, given: &Given<'_>) -> Option<()> {
        let fields = match &*self.by_kind {
            [(_, fields)] => fields,
            several => &several.iter().find(|(kind, _)| *kind == graph.kind(ix))?.1,
        };
        let node = graph.node(ix);
        json.object(fields, |json, field| {
            match field {
                RecordField::Typename(name) => json.raw(name),
                RecordField::Id => json.raw(graph.label(ix).key()),
                RecordField::Kind => json.string(kind_name(graph.kind(ix))),
                RecordField::Slug => json.plain(node.key.slug()),
                RecordField::Name => json.raw(graph.label(ix).name()),
                RecordField::Aliases => json.strings(node.aliases.iter().map(|alias| &**alias))?,
                RecordField::Description => json.optional(node.description.as_deref()),
                RecordField::Retired => json.boolean(graph.is_retired(ix)),
                RecordField::Codes(fields) => json.list(&node.codes, |json, code| {
                    json.object(fields, |json, field| {
                        json.string(match field {
                            CodeField::Typename => "Code",
                            CodeField::Scheme => &code.scheme,
                            CodeField::Value => &code.value,
                        });
                        Some(())
                    })
                })?,
                RecordField::Sources(record) => {
                    let sources = node.sources.iter().filter_map(|key| graph.find(key.as_str()));
                    json.list(sources, |json, source| record.write(json, graph, source, given))?;
                }
                RecordField::TextField(text) => write_text(json, graph, ix, *text)?,
                RecordField::Place(fields) => match &node.attributes().place {
                    None => json.raw("null"),
                    Some(place) => json.object(fields, |json, field| {
                        json.optional(match field {
                            PlaceField::Typename => Some("Place"),
                            PlaceField::City => place.city.as_deref(),
                            PlaceField::Region => place.region.as_deref(),
                            PlaceField::Academy => place.academy.as_deref(),
                        });
                        Some(())
                    })?,
                },
                RecordField::First(relation, record) => {
                    let halves = graph.incoming(ix, *relation);
                    match halves.iter().find(|half| !graph.is_retired(half.node)) {
                        Some(half) => record.write(json, graph, half.node, given)?,
                        None => json.raw("null"),
                    }
                }
                RecordField::Related(related) => {
                    let RelatedField { relation, side, kind, paging, arranged, connection } = &**related;
                    let list = List { at: At::now(ix), relation: *relation, side: *side, kind: *kind };
                    let (filter, order) = match arranged {
                        Some(arguments) => (arguments.get("where", given)?, arguments.get("orderBy", given)?),
                        None => (None, None),
                    };
                    let slice = paging.with(given, |page| list.arranged(graph, filter, order, page).ok())?;
                    connection.write(json, graph, &list, &slice, given)?;
                }
            }
            Some(())
        })
    }
}

fn compile<'d>(compiler: &mut Compiler<'d>, kind: Kind, selected: &Selected<'d>) -> Option<RecordField> {
    let name = selected.name();
    let related = relations(kind).iter().find(|related| related.is_named(name));
    if let Some(related) = related {
        if !selected.takes(&["where", "orderBy", "first", "after", "last", "before"]) {
            return None;
        }
        let plain = selected.takes(&["first", "after", "last", "before"]);
        return Some(RecordField::Related(Box::new(RelatedField {
            relation: related.relation,
            side: related.side,
            kind: related.kind,
            paging: Paging::of(selected)?,
            arranged: (!plain).then(|| Arguments::of(selected)),
            connection: Connection::compile(compiler, selected, related.kind)?,
        })));
    }
    if !selected.takes(&[]) {
        return None;
    }
    Some(match (name, kind) {
        ("__typename", _) => RecordField::Typename(typename(type_name(kind))),
        ("id", _) => RecordField::Id,
        ("name", _) => RecordField::Name,
        ("aliases", _) => RecordField::Aliases,
        ("description", _) => RecordField::Description,
        ("retired", _) => RecordField::Retired,
        ("url", _) => RecordField::TextField(TextField::Url),
        ("publisher", Kind::Source) => RecordField::TextField(TextField::Publisher),
        ("date", Kind::Source) => RecordField::TextField(TextField::Date),
        ("edition", Kind::Source) => RecordField::TextField(TextField::Edition),
        ("licence", Kind::Source) => RecordField::TextField(TextField::Licence),
        (_, Kind::Source) => return None,
        ("kind", _) => RecordField::Kind,
        ("slug", _) => RecordField::Slug,
        ("codes", _) => {
            let fields = compiler.select(&selected.sets, &["Code"])?;
            RecordField::Codes(entries(&fields, |field| {
                Some(match field.name() {
                    "__typename" => CodeField::Typename,
                    "scheme" => CodeField::Scheme,
                    "value" => CodeField::Value,
                    _ => return None,
                })
            })?)
        }
        ("sources", _) => RecordField::Sources(Record::of(compiler, &selected.sets, Kind::Source)?),
        ("place", Kind::Parcours | Kind::University) => {
            let fields = compiler.select(&selected.sets, &["Place"])?;
            RecordField::Place(entries(&fields, |field| {
                Some(match field.name() {
                    "__typename" => PlaceField::Typename,
                    "city" => PlaceField::City,
                    "region" => PlaceField::Region,
                    "academy" => PlaceField::Academy,
                    _ => return None,
                })
            })?)
        }
        ("master", Kind::Parcours) => {
            RecordField::First(Relation::Offers, Record::of(compiler, &selected.sets, Kind::Master)?)
        }
        ("university", Kind::Parcours) => {
            RecordField::First(Relation::Hosts, Record::of(compiler, &selected.sets, Kind::University)?)
        }
        ("ects", _) => RecordField::TextField(TextField::Ects),
        ("domains", _) => RecordField::TextField(TextField::Domains),
        ("modalities", _) => RecordField::TextField(TextField::Modalities),
        ("languages", _) => RecordField::TextField(TextField::Languages),
        ("thesis", _) => RecordField::TextField(TextField::Thesis),
        ("projects", _) => RecordField::TextField(TextField::Projects),
        ("profile", _) => RecordField::TextField(TextField::Profile),
        ("riasec", _) => RecordField::TextField(TextField::Riasec),
        ("regulated", _) => RecordField::TextField(TextField::Regulated),
        _ => return None,
    })
}

fn write_text(json: &mut Json, graph: &Graph, ix: NodeIx, text: TextField) -> Option<()> {
    let attributes = graph.node(ix).attributes();
    let text = match text {
        TextField::Ects => {
            json.value(attributes.ects);
            return Some(());
        }
        TextField::Regulated => {
            json.value(attributes.regulated);
            return Some(());
        }
        TextField::Domains => return json.strings(attributes.domains.iter().map(|domain| &**domain)),
        TextField::Languages => return json.strings(attributes.languages.iter().map(|language| &**language)),
        TextField::Modalities => {
            return json.strings(attributes.modalities.iter().map(|modality| modality_name(*modality)));
        }
        TextField::Url => &attributes.url,
        TextField::Thesis => &attributes.thesis,
        TextField::Projects => &attributes.projects,
        TextField::Profile => &attributes.profile,
        TextField::Riasec => &attributes.riasec,
        TextField::Publisher => &attributes.publisher,
        TextField::Date => &attributes.date,
        TextField::Edition => &attributes.edition,
        TextField::Licence => &attributes.licence,
    };
    json.optional(text.as_deref());
    Some(())
}

fn modality_name(modality: Modality) -> &'static str {
    match modality {
        Modality::Initial => "INITIAL",
        Modality::Alternance => "ALTERNANCE",
        Modality::Apprenticeship => "APPRENTICESHIP",
        Modality::Professional => "PROFESSIONAL",
        Modality::Continuing => "CONTINUING",
        Modality::Distance => "DISTANCE",
        Modality::Hybrid => "HYBRID",
        Modality::Vae => "VAE",
    }
}
