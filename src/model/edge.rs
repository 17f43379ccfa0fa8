//! Relations between two nodes, with their weight and who states them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::key::Key;
use super::relation::Relation;

/// How strong and how sure a relation is: 0 < w ≤ 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Weight(f64);

/// The number is no weight.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("the weight {given} is out of bounds: it must be more than 0 and at most 1")]
pub struct WeightError {
    /// What was given.
    pub given: f64,
}

impl Weight {
    /// The strongest: certain.
    pub const FULL: Weight = Weight(1.0);

    /// The weight of a number.
    ///
    /// # Errors
    /// Unless 0 < w ≤ 1 (NaN is neither).
    pub fn new(given: f64) -> Result<Weight, WeightError> {
        if given > 0.0 && given <= 1.0 { Ok(Weight(given)) } else { Err(WeightError { given }) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Weight {
    type Error = WeightError;

    fn try_from(given: f64) -> Result<Weight, WeightError> {
        Weight::new(given)
    }
}

impl From<Weight> for f64 {
    fn from(weight: Weight) -> f64 {
        weight.0
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One source's word for a relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The source, a key of kind `source`.
    pub source: Key,
    /// Where in the source: a row, page or record, as its readers would look it up.
    pub row: Option<Box<str>>,
    /// The weight that this source's rule gives, where several sources differ; the edge's is the greatest.
    pub weight: Option<Weight>,
}

impl Statement {
    /// A plain citation of a source.
    pub fn of(source: Key) -> Statement {
        Statement { source, row: None, weight: None }
    }
}

/// What identifies a relation: no two edges share all three.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId {
    /// How they are related.
    pub relation: Relation,
    /// The end it comes from.
    pub from: Key,
    /// The end it goes to.
    pub to: Key,
}

impl EdgeId {
    /// The identity of a relation; a symmetrical one is put smaller key first.
    pub fn new(relation: Relation, from: Key, to: Key) -> EdgeId {
        if relation.is_symmetrical() && to < from {
            EdgeId { relation, from: to, to: from }
        } else {
            EdgeId { relation, from, to }
        }
    }
}

impl fmt::Display for EdgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} → {}", self.relation, self.from, self.to)
    }
}

/// A relation with what is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Relation and ends.
    pub id: EdgeId,
    /// How strong, how sure.
    pub weight: Weight,
    /// Who states it: at least one, each source once, sorted by source.
    pub statements: Vec<Statement>,
    /// Under what condition it holds, in the words of this project.
    pub condition: Option<Box<str>>,
    /// At which level (of a skill, of a year of study).
    pub level: Option<Box<str>>,
}

impl Edge {
    /// A relation stated by one source.
    pub fn new(relation: Relation, from: Key, to: Key, weight: Weight, source: Key) -> Edge {
        Edge {
            id: EdgeId::new(relation, from, to),
            weight,
            statements: vec![Statement::of(source)],
            condition: None,
            level: None,
        }
    }
}
