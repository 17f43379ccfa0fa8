//! The vocabulary: plain data with its rules, no IO, no clock, no environment.
//!
//! Everything that the product says is said in these words; disk records, the interchange file and
//! GraphQL types are separate shapes that translate to and from them.

#![warn(missing_docs)]

#[cfg(test)]
pub(crate) mod arbitrary;
pub mod attributes;
pub mod change;
mod check;
pub mod clean;
pub mod edge;
pub mod figures;
pub mod french;
pub mod gender;
pub mod key;
pub mod kind;
pub mod node;
pub mod numbered;
pub mod relation;
pub mod text;
pub mod violation;
pub mod work;

pub use attributes::{Application, ApplicationStep, Attributes, Document, Internship, Modality, Place, Year};
pub use change::{Change, ChangeSet};
pub use edge::{Award, Edge, EdgeId, Statement, Weight, WeightError};
pub use figures::{Admission, FromOrigin, Origin, Outcome};
pub use french::French;
pub use key::{Key, KeyError};
pub use kind::Kind;
pub use node::{Code, Node};
pub use numbered::{NumberedEdge, NumberedStatement};
pub use relation::Relation;
pub use violation::Violation;
pub use work::{Ecology, Work, WorkContext};
