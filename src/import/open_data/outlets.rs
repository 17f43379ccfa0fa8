//! From a mention to jobs, through ROME codes that a source gives for it.

use super::draft::Draft;
use super::rome::Descent;
use crate::model::{Key, Relation};

/// States that a mention leads to the jobs of a ROME code. Tells whether the code means any.
pub fn add(draft: &mut Draft<'_>, master: &Key, code: &str, direct: f64, source: &Key, row: &str) -> bool {
    let jobs = Descent::of(draft).jobs(code, direct);
    for (job, weight) in &jobs {
        draft.relate(Relation::LeadsTo, master, job, *weight, source, row);
    }
    if jobs.is_empty() {
        draft.report.leave_out(&format!("ROME codes of no job of today ({code})"));
    }
    !jobs.is_empty()
}
