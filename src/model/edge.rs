//! Relations between two nodes, with their weight and who states them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::attributes::{Modality, Year};
use super::figures::Admission;
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

/// What is said of a master as one university awards it, where no source names a parcours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Award {
    /// The year in which one enters; the first unless said.
    pub entry: Option<Year>,
    /// How it can be followed there; as the master says unless said.
    pub modalities: Vec<Modality>,
    /// Languages of teaching there, ISO 639-1; as the master says unless said.
    pub languages: Vec<Box<str>>,
    /// Admission figures there, by session and phase.
    pub admissions: Vec<Admission>,
}

impl Award {
    /// The modalities as words, with a mark between.
    pub fn modality_names(&self, mark: &str) -> String {
        self.modalities.iter().map(|modality| modality.name()).collect::<Vec<_>>().join(mark)
    }

    /// Boxed for a relation, or `None` when nothing is said.
    pub fn boxed(self) -> Option<Box<Award>> {
        (self != Award::default()).then(|| Box::new(self))
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
    /// Of [`Relation::Awards`] alone: what is offered there. Few relations have it, hence the box.
    pub award: Option<Box<Award>>,
}

impl Edge {
    /// A relation that nobody states yet.
    pub fn unstated(id: EdgeId, weight: Weight) -> Edge {
        Edge { id, weight, statements: Vec::new(), condition: None, level: None, award: None }
    }

    /// A relation stated by one source.
    pub fn new(relation: Relation, from: Key, to: Key, weight: Weight, source: Key) -> Edge {
        let statements = vec![Statement::of(source)];
        Edge { statements, ..Edge::unstated(EdgeId::new(relation, from, to), weight) }
    }

    /// Puts statements in their canonical form: by source, each source once.
    pub fn normalise(&mut self) {
        if self.id.relation.is_symmetrical() && self.id.to < self.id.from {
            std::mem::swap(&mut self.id.from, &mut self.id.to);
        }
        self.statements.sort_by(|a, b| a.source.cmp(&b.source));
        self.statements.dedup_by(|a, b| a.source == b.source);
        self.award = self.award.take().and_then(|award| award.boxed());
    }

    /// The sources that it cites.
    pub fn cited(&self) -> impl Iterator<Item = &Key> {
        let admissions = self.award.iter().flat_map(|award| &award.admissions);
        self.statements.iter().map(|statement| &statement.source).chain(admissions.map(|figures| &figures.source))
    }
}
