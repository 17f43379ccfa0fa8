//! From a mention to families of jobs: what a source states when it cites a ROME code.
//!
//! The code and the label are those that the row bears; which of today's jobs stand under the code is ROME's word, and a
//! relation of its own (`groups`). So no outlet says more than its row.

use super::rome_codes;
use crate::import::open_data::draft::edition::cites_a_row;
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::naming::codes;
use crate::import::open_data::review::Standing;
use crate::model::{Key, Kind, Relation, Statement};

/// A ROME code as a source cites it.
#[derive(Clone, Copy, Debug)]
pub struct Cited<'a> {
    pub code: &'a str,
    /// The label beside it; a row without one has the label that the register at hand gives the code.
    pub label: Option<&'a str>,
    /// Who cites it.
    pub source: &'a Key,
    pub row: &'a str,
}

/// States that a mention leads to the family of jobs that a source cites, under a condition where it says one.
pub fn add(draft: &mut Draft<'_>, master: &Key, cited: Cited<'_>, weight: f64, condition: Option<&str>) {
    let Cited { code, label, source, row } = cited;
    let Some(code) = codes::rome(code) else {
        draft.report.leave_out("codes ROME qui n'en sont pas");
        return;
    };
    let label = label.map(str::to_owned).or_else(|| draft.register.label(&code).map(str::to_owned));
    let name = label.unwrap_or_else(|| format!("Métiers du code ROME {code}"));
    let facts =
        Facts { key_name: Some(format!("{code} {name}")), name, codes: vec![("ROME", code)], ..Facts::default() };
    if let Some(family) = draft.put(Kind::Family, facts, Standing::Official, source, row) {
        draft.relate_if(Relation::LeadsTo, master, &family, weight, source, row, condition);
    }
}

/// Relates each family to the jobs that ROME has under its code. Without a ROME set among the files, only families that
/// have none yet, by what the graph knows of its jobs.
pub fn group(draft: &mut Draft<'_>) {
    let told = !draft.descents.is_empty();
    for (family, code) in draft.coded(Kind::Family, "ROME") {
        if !told && draft.relations_from(Relation::Groups, &family) {
            continue;
        }
        for (job, source, row) in rome_codes::under(draft, &code) {
            draft.relate(Relation::Groups, &family, &job, 1.0, &source, &row);
        }
    }
}

/// Whether a statement of an outlet is what earlier editions of this program derived from a code: a job that the row does
/// not name. The register and those that index it name none.
pub fn is_derived(to: &Key, statement: &Statement) -> bool {
    const CITING: [&str; 4] = ["rncp-", "certif-info-", "onisep-codes-", "onisep-formations-"];
    to.kind() == Kind::Job
        && cites_a_row(statement.row.as_deref())
        && CITING.iter().any(|family| statement.source.slug().starts_with(family))
}
