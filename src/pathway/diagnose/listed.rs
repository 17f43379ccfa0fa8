//! Why nothing, or not more, is within reach or recommended: each condition dropped by itself and the list made again.

use super::{Cause, Count, Diagnosis, Reason, access_reasons, ends, excluded, names, relaxations, stopped, wrapped};
use crate::graph::Graph;
use crate::model::Kind;
use crate::pathway::french::number;
use crate::pathway::query::{Filter, MAX_STEPS, Query};
use crate::pathway::reach::{self, Reach};
use crate::pathway::search::End;

/// What a list is of, in French.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noun {
    /// `métier`
    one: &'static str,
    /// `métiers`
    many: &'static str,
    feminine: bool,
}

impl Noun {
    pub(super) const PATHWAY: Noun = Noun { one: "voie", many: "voies", feminine: true };
    const DIPLOMA: Noun = Noun { one: "diplôme", many: "diplômes", feminine: false };

    /// What people call a kind.
    fn of(kind: Kind) -> Noun {
        let (one, many, feminine) = match kind {
            Kind::Licence => ("licence", "licences", true),
            Kind::Master => ("master", "masters", false),
            Kind::Parcours => ("parcours", "parcours", false),
            Kind::Job => ("métier", "métiers", false),
            Kind::Study => ("poursuite d'études", "poursuites d'études", true),
            Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Family | Kind::Sector => {
                ("fiche", "fiches", true)
            }
        };
        Noun { one, many, feminine }
    }

    /// `une autre voie`, `12 métiers`: so many beyond those that are there, if any are.
    pub(super) fn more(self, count: usize, others: bool) -> String {
        let number = if count == 1 && !self.feminine { "un".to_owned() } else { number(count) };
        match (count, others) {
            (1, true) => format!("{number} autre {}", self.one),
            (1, false) => format!("{number} {}", self.one),
            (_, true) => format!("{number} autres {}", self.many),
            (_, false) => format!("{number} {}", self.many),
        }
    }
}

/// Diagnoses what is within reach, of which `found` were found; `None` where there is nothing to say. Work: the reach programme
/// once for each condition of the question, at most some twelve times.
pub fn reachable(
    graph: &Graph,
    wanted: &Reach,
    (found, end): (usize, End),
    interrupted: &dyn Fn() -> bool,
) -> Option<Diagnosis> {
    let query = wanted.query();
    let noun = Noun::of(wanted.kind);
    let mut reasons: Vec<Reason> = stopped(end).into_iter().collect();
    let at_fault = ends(graph, &query);
    if !at_fault.is_empty() {
        reasons.extend(at_fault);
        return wrapped(reasons);
    }
    if found == 0 {
        reasons.extend(access_reasons(graph, &query));
    }
    if end == End::Proven {
        let count = |query: &Query| {
            let Query { filter, max_steps, max_moves, .. } = query.clone();
            let relaxed = reach::reach(graph, &Reach { filter, max_steps, max_moves, ..wanted.clone() }, interrupted);
            relaxed.map_or(Count { value: 0, exact: false }, |reached| Count {
                value: reached.entries.len(),
                exact: reached.end == End::Proven,
            })
        };
        reasons.extend(without(graph, &query, found, noun, &count));
    }
    if found == 0 && end == End::Proven && reasons.iter().all(|reason| matches!(reason.cause, Cause::Access { .. })) {
        let which = if noun.feminine { "quelle" } else { "quel" };
        let one = noun.one;
        let (from, to) = (&wanted.from, &wanted.to);
        let (cause, silence) = match (from.is_empty(), to.is_empty()) {
            (_, true) => {
                (Cause::DeadEnd { reached: from.clone() }, format!("à {which} {one} mène {}", names(graph, from)))
            }
            (true, false) => {
                (Cause::Unreached { reached: to.clone() }, format!("{which} {one} mène à {}", names(graph, to)))
            }
            (false, false) => {
                let way = format!("par {which} {one} passer de {} à {}", names(graph, from), names(graph, to));
                (Cause::DeadEnd { reached: from.clone() }, way)
            }
        };
        reasons.push(Reason { cause, message: format!("Aucune source ne dit {silence}.") });
    }
    wrapped(reasons)
}

/// Diagnoses a list of recommended diplomas, of which `found` were found under these conditions. `count` makes it again under
/// others.
pub fn recommended(
    graph: &Graph,
    filter: &Filter,
    found: usize,
    count: &dyn Fn(&Filter) -> usize,
) -> Option<Diagnosis> {
    let count = |query: &Query| Count { value: count(&query.filter), exact: true };
    // No ends and as many steps as may be: only the conditions can be dropped.
    let query = Query { filter: filter.clone(), max_steps: MAX_STEPS, ..Query::new(Vec::new(), Vec::new()) };
    let mut reasons = without(graph, &query, found, Noun::DIPLOMA, &count);
    if found == 0 && reasons.is_empty() {
        let message = "Aucune source ne relie ce profil à un master ou à un parcours : précisez une licence, un intérêt ou un \
                       souhait.";
        reasons.push(Reason { cause: Cause::DeadEnd { reached: Vec::new() }, message: message.to_owned() });
    }
    wrapped(reasons)
}

/// The conditions without which there is more.
fn without(graph: &Graph, query: &Query, found: usize, noun: Noun, count: &dyn Fn(&Query) -> Count) -> Vec<Reason> {
    let relaxations = relaxations(graph, query).into_iter();
    relaxations.filter_map(|relaxed| excluded(&relaxed, count(&relaxed.query), found, noun)).collect()
}
