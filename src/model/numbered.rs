//! A relation between nodes that are told by their places in a list: what a checkpoint holds, and what a graph is made of.

use super::{Award, Edge, EdgeId, Key, Relation, Statement, Weight};

/// One source's word: the source's place, where in it, the weight it gives.
pub type NumberedStatement<'a> = (u32, Option<&'a str>, Option<Weight>);

/// A relation, its nodes and sources by their places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberedEdge<'a> {
    /// How they are related.
    pub relation: Relation,
    /// The end it comes from.
    pub from: u32,
    /// The end it goes to.
    pub to: u32,
    /// How strong, how sure.
    pub weight: Weight,
    /// Who states it, in the order of an edge's statements.
    pub statements: &'a [NumberedStatement<'a>],
    /// As of an edge.
    pub condition: Option<&'a str>,
    /// As of an edge.
    pub level: Option<&'a str>,
    /// As of an edge.
    pub award: Option<&'a Award>,
}

impl NumberedEdge<'_> {
    /// The relation with the keys that the places stand for.
    pub fn to_edge(&self, key: impl Fn(u32) -> Key) -> Edge {
        let statement = |&(source, row, weight): &NumberedStatement| Statement {
            source: key(source),
            row: row.map(Into::into),
            weight,
        };
        Edge {
            id: EdgeId { relation: self.relation, from: key(self.from), to: key(self.to) },
            weight: self.weight,
            statements: self.statements.iter().map(statement).collect(),
            condition: self.condition.map(Into::into),
            level: self.level.map(Into::into),
            award: self.award.cloned().map(Box::new),
        }
    }
}
