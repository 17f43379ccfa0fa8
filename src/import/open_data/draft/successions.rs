//! Mentions that took another's place: what the register says of the one, for the other of which it says nothing.
//!
//! A mention whose university gave it a title of its own has no fiche. Where a source states that it stands under the
//! accreditation of another mention, or takes its place, the outlets of that one carry over, weaker and saying so.

use std::collections::BTreeMap;

use crate::import::open_data::draft::Draft;
use crate::import::open_data::draft::edition::cites_a_row;
use crate::import::open_data::draft::weights;
use crate::model::{Edge, Key, Kind, Relation, Statement};

/// What stands in the reference of an outlet that was carried over.
const CARRIED: &str = "fiche de la mention «";

/// Carries outlets over between mentions of which a data set states that one follows the other.
pub fn carry(draft: &mut Draft<'_>) {
    let stated = |statement: &&Statement| cites_a_row(statement.row.as_deref());
    let near: Vec<(Edge, Statement)> = draft
        .relations(Relation::Near)
        .into_iter()
        .filter_map(|edge| edge.statements.iter().find(stated).cloned().map(|statement| (edge, statement)))
        .collect();
    let ends = near.iter().flat_map(|(edge, _)| [&edge.id.from, &edge.id.to]);
    let mut outlets: BTreeMap<Key, Vec<(Key, Statement)>> = ends.map(|end| (end.clone(), Vec::new())).collect();
    for edge in draft.relations(Relation::LeadsTo).into_iter().filter(|edge| edge.id.to.kind() == Kind::Family) {
        if let Some(known) = outlets.get_mut(&edge.id.from) {
            let own = edge.statements.iter().filter(stated).filter(|statement| !is_carried(statement));
            known.extend(own.map(|statement| (edge.id.to.clone(), statement.clone())));
        }
    }
    for (edge, link) in near {
        for (known, unknown) in [(&edge.id.from, &edge.id.to), (&edge.id.to, &edge.id.from)] {
            if outlets[unknown].is_empty() {
                for (job, statement) in &outlets[known] {
                    carry_one(draft, known, unknown, job, statement, &link);
                }
            }
        }
    }
}

fn is_carried(statement: &Statement) -> bool {
    statement.row.as_deref().is_some_and(|row| row.contains(CARRIED))
}

fn carry_one(draft: &mut Draft<'_>, known: &Key, unknown: &Key, job: &Key, statement: &Statement, link: &Statement) {
    let (Some(weight), Some(row), Some(by)) = (statement.weight, &statement.row, &link.row) else { return };
    let name = draft.node(known).map(|node| node.name.to_string()).unwrap_or_default();
    let row = format!("{row}, {CARRIED} {name} », liée à celle-ci par {}, {by}", link.source);
    let weight = weight.get() * weights::OF_PREDECESSOR;
    let condition = format!("selon la fiche de la mention « {name} », liée à celle-ci");
    draft.relate_if(Relation::LeadsTo, unknown, job, weight, &statement.source, &row, Some(&condition));
}
