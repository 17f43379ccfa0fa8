//! The shapes of changes on disk: one JSON object a line. They are separate from the vocabulary, which may
//! move on while they stay readable, and translate to and from it without a field left out.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    Admission, Attributes, Award, Change, Code, Edge, EdgeId, Key, KeyError, Modality, Node, Relation, Statement,
    Weight, Year,
};

/// Why a line is no change.
#[derive(Debug, thiserror::Error)]
pub enum ShapeError {
    /// Not JSON of the shape.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A key that is none.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Keys met while reading, so that each is held once.
#[derive(Default)]
pub struct KeyPool(HashMap<Key, ()>);

impl KeyPool {
    fn key(&mut self, text: &str) -> Result<Key, KeyError> {
        if let Some((key, ())) = self.0.get_key_value(text) {
            return Ok(key.clone());
        }
        let key: Key = text.parse()?;
        self.0.insert(key.clone(), ());
        Ok(key)
    }
}

/// Adds a change as a line.
pub fn write(line: &mut Vec<u8>, change: &Change) {
    write_record(line, &ChangeRecord::of(change));
}

/// Adds a node of a checkpoint as a line.
pub fn write_node(line: &mut Vec<u8>, node: &Node) {
    write_record(line, &ChangeRecord::PutNode(Box::new(NodeRecord::of(node))));
}

/// Adds an edge of a checkpoint as a line.
pub fn write_edge(line: &mut Vec<u8>, edge: &Edge) {
    write_record(line, &ChangeRecord::PutEdge(EdgeRecord::of(edge)));
}

fn write_record(line: &mut Vec<u8>, record: &ChangeRecord) {
    serde_json::to_writer(&mut *line, record).expect("plain data without maps serialises, and a Vec takes it");
    line.push(b'\n');
}

/// The change that a line says.
///
/// # Errors
/// What keeps it from being one.
pub fn read(line: &[u8], keys: &mut KeyPool) -> Result<Change, ShapeError> {
    serde_json::from_slice::<ChangeRecord>(line)?.into_change(keys)
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum ChangeRecord<'a> {
    #[serde(borrow)]
    PutNode(Box<NodeRecord<'a>>),
    DeleteNode(RecordText<'a>),
    MergeNodes {
        from: RecordText<'a>,
        into: RecordText<'a>,
    },
    PutEdge(EdgeRecord<'a>),
    DeleteEdge(EdgeIdRecord<'a>),
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct RecordText<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> RecordText<'a> {
    fn of(key: &'a Key) -> RecordText<'a> {
        RecordText(Cow::Borrowed(key.as_str()))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NodeRecord<'a> {
    #[serde(borrow)]
    key: RecordText<'a>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<RecordText<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<RecordText<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    codes: Vec<Code>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sources: Vec<RecordText<'a>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    retired: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaced_by: Option<RecordText<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attributes: Option<Cow<'a, Attributes>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EdgeIdRecord<'a> {
    relation: Relation,
    #[serde(borrow)]
    from: RecordText<'a>,
    #[serde(borrow)]
    to: RecordText<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EdgeRecord<'a> {
    relation: Relation,
    #[serde(borrow)]
    from: RecordText<'a>,
    #[serde(borrow)]
    to: RecordText<'a>,
    weight: Weight,
    #[serde(borrow)]
    statements: Vec<StatementRecord<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    condition: Option<RecordText<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<RecordText<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    award: Option<AwardRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AwardRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry: Option<Year>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    modalities: Vec<Modality>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    languages: Vec<Box<str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    admissions: Vec<Admission>,
}

impl AwardRecord {
    fn of(award: &Award) -> AwardRecord {
        let Award { entry, modalities, languages, admissions } = award.clone();
        AwardRecord { entry, modalities, languages, admissions }
    }

    fn into_award(self) -> Box<Award> {
        let AwardRecord { entry, modalities, languages, admissions } = self;
        Box::new(Award { entry, modalities, languages, admissions })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementRecord<'a> {
    #[serde(borrow)]
    source: RecordText<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<RecordText<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weight: Option<Weight>,
}

/// What an award says, as text.
pub fn award_text(award: &Award) -> String {
    serde_json::to_string(&AwardRecord::of(award)).expect("plain data without maps serialises")
}

/// What such a text says.
pub fn award(text: &str) -> Result<Box<Award>, ShapeError> {
    Ok(serde_json::from_str::<AwardRecord>(text)?.into_award())
}

fn borrowed(text: &str) -> RecordText<'_> {
    RecordText(Cow::Borrowed(text))
}

fn boxed(text: RecordText) -> Box<str> {
    text.0.into()
}

impl<'a> ChangeRecord<'a> {
    fn of(change: &'a Change) -> ChangeRecord<'a> {
        match change {
            Change::PutNode(node) => ChangeRecord::PutNode(Box::new(NodeRecord::of(node))),
            Change::DeleteNode(key) => ChangeRecord::DeleteNode(RecordText::of(key)),
            Change::MergeNodes { from, into } => {
                ChangeRecord::MergeNodes { from: RecordText::of(from), into: RecordText::of(into) }
            }
            Change::PutEdge(edge) => ChangeRecord::PutEdge(EdgeRecord::of(edge)),
            Change::DeleteEdge(EdgeId { relation, from, to }) => ChangeRecord::DeleteEdge(EdgeIdRecord {
                relation: *relation,
                from: RecordText::of(from),
                to: RecordText::of(to),
            }),
        }
    }

    fn into_change(self, keys: &mut KeyPool) -> Result<Change, ShapeError> {
        Ok(match self {
            ChangeRecord::PutNode(node) => Change::PutNode(node.into_node(keys)?),
            ChangeRecord::DeleteNode(key) => Change::DeleteNode(keys.key(&key.0)?),
            ChangeRecord::MergeNodes { from, into } => {
                Change::MergeNodes { from: keys.key(&from.0)?, into: keys.key(&into.0)? }
            }
            ChangeRecord::PutEdge(edge) => Change::PutEdge(edge.into_edge(keys)?),
            ChangeRecord::DeleteEdge(EdgeIdRecord { relation, from, to }) => {
                Change::DeleteEdge(EdgeId { relation, from: keys.key(&from.0)?, to: keys.key(&to.0)? })
            }
        })
    }
}

impl<'a> NodeRecord<'a> {
    fn of(node: &'a Node) -> NodeRecord<'a> {
        let Node { key, name, aliases, description, codes, sources, retired, replaced_by, attributes } = node;
        NodeRecord {
            key: RecordText::of(key),
            name: Cow::Borrowed(name),
            aliases: aliases.iter().map(|alias| borrowed(alias)).collect(),
            description: description.as_deref().map(borrowed),
            codes: codes.clone(),
            sources: sources.iter().map(RecordText::of).collect(),
            retired: *retired,
            replaced_by: replaced_by.as_ref().map(RecordText::of),
            attributes: attributes.as_deref().map(Cow::Borrowed),
        }
    }

    fn into_node(self, keys: &mut KeyPool) -> Result<Node, KeyError> {
        let NodeRecord { key, name, aliases, description, codes, sources, retired, replaced_by, attributes } = self;
        Ok(Node {
            key: keys.key(&key.0)?,
            name: name.into(),
            aliases: aliases.into_iter().map(boxed).collect(),
            description: description.map(boxed),
            codes,
            sources: sources.iter().map(|source| keys.key(&source.0)).collect::<Result<_, _>>()?,
            retired,
            replaced_by: replaced_by.map(|key| keys.key(&key.0)).transpose()?,
            attributes: attributes.map(|attributes| Box::new(attributes.into_owned())),
        })
    }
}

impl<'a> EdgeRecord<'a> {
    fn of(edge: &'a Edge) -> EdgeRecord<'a> {
        let Edge { id: EdgeId { relation, from, to }, weight, statements, condition, level, award } = edge;
        let statement = |Statement { source, row, weight }: &'a Statement| StatementRecord {
            source: RecordText::of(source),
            row: row.as_deref().map(borrowed),
            weight: *weight,
        };
        EdgeRecord {
            relation: *relation,
            from: RecordText::of(from),
            to: RecordText::of(to),
            weight: *weight,
            statements: statements.iter().map(statement).collect(),
            condition: condition.as_deref().map(borrowed),
            level: level.as_deref().map(borrowed),
            award: award.as_deref().map(AwardRecord::of),
        }
    }

    fn into_edge(self, keys: &mut KeyPool) -> Result<Edge, KeyError> {
        let EdgeRecord { relation, from, to, weight, statements, condition, level, award } = self;
        let id = EdgeId { relation, from: keys.key(&from.0)?, to: keys.key(&to.0)? };
        let statement = |StatementRecord { source, row, weight }: StatementRecord| {
            Ok(Statement { source: keys.key(&source.0)?, row: row.map(boxed), weight })
        };
        let statements = statements.into_iter().map(statement).collect::<Result<_, KeyError>>()?;
        let award = award.map(AwardRecord::into_award);
        Ok(Edge { id, weight, statements, condition: condition.map(boxed), level: level.map(boxed), award })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::arbitrary;

    fn back(change: &Change) -> Change {
        let mut line = Vec::new();
        write(&mut line, change);
        read(&line, &mut KeyPool::default()).unwrap()
    }

    proptest! {
        #[test]
        fn every_change_comes_back_as_it_was((nodes, edges) in arbitrary::graph()) {
            for node in nodes {
                let change = Change::PutNode(node);
                prop_assert_eq!(back(&change), change);
            }
            for edge in edges {
                let id = Change::DeleteEdge(edge.id.clone());
                prop_assert_eq!(back(&id), id);
                let change = Change::PutEdge(edge);
                prop_assert_eq!(back(&change), change);
            }
        }
    }

    #[test]
    fn deletion_and_merging_come_back_too() {
        let (from, into): (Key, Key) = ("job/a".parse().unwrap(), "job/b".parse().unwrap());
        for change in [Change::DeleteNode(from.clone()), Change::MergeNodes { from, into }] {
            assert_eq!(back(&change), change);
        }
    }
}
