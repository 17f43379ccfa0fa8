//! Why nothing, or not more, is within reach or recommended: each condition dropped by itself and the list made again.

use super::{Cause, Count, Diagnosis, Reason, access_reasons, ends, excluded, names, relaxations, wrapped};
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
    pub(super) fn of(kind: Kind) -> Noun {
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

    fn word(self, count: usize) -> &'static str {
        if count == 1 { self.one } else { self.many }
    }

    fn a(self) -> &'static str {
        if self.feminine { "une" } else { "un" }
    }

    /// `12 masters`, `un parcours`.
    pub(super) fn counted(self, count: usize) -> String {
        let number = if count == 1 { self.a().to_owned() } else { count.to_string() };
        format!("{number} {}", self.word(count))
    }

    /// `une autre voie`, `12 métiers`: so many beyond those that are there, if any are.
    pub(super) fn more(self, count: usize, others: bool) -> String {
        let number = if count == 1 { self.a().to_owned() } else { number(count) };
        let other = match (others, count) {
            (false, _) => "",
            (true, 1) => "autre ",
            (true, _) => "autres ",
        };
        format!("{number} {other}{}", self.word(count))
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
        let count = |filter: &Filter| {
            let relaxed = reach::reach(graph, &Reach { filter: filter.clone(), ..wanted.clone() }, interrupted);
            relaxed.map_or(Count { value: 0, exact: false }, |reached| Count {
                value: reached.entries.len(),
                exact: reached.end == End::Proven,
            })
        };
        reasons.extend(without(graph, &wanted.filter, found, noun, &count));
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
    let count = |filter: &Filter| Count { value: count(filter), exact: true };
    let mut reasons = without(graph, filter, found, Noun::DIPLOMA, &count);
    if found == 0 && reasons.is_empty() {
        let message = "Aucune source ne relie ce profil à un master ou à un parcours : précisez une licence, un intérêt ou un \
                       souhait.";
        reasons.push(Reason { cause: Cause::DeadEnd { reached: Vec::new() }, message: message.to_owned() });
    }
    wrapped(reasons)
}

/// What a search that did not end by itself leaves open.
fn stopped(end: End) -> Option<Reason> {
    let (cause, message) = match end {
        End::Proven => return None,
        End::Budget => (
            Cause::Budget,
            "La recherche s'est arrêtée avant d'avoir tout examiné : la liste peut être incomplète. Précisez la question : un seul \
             départ, une région.",
        ),
        End::Interrupted => {
            (Cause::Interrupted, "La recherche a été interrompue par son délai : la liste peut être incomplète.")
        }
    };
    Some(Reason { cause, message: message.to_owned() })
}

/// The conditions without which there is more.
fn without(graph: &Graph, filter: &Filter, found: usize, noun: Noun, count: &dyn Fn(&Filter) -> Count) -> Vec<Reason> {
    // No ends, and as many steps as may be: of a list, only the conditions can be dropped.
    let query = Query { filter: filter.clone(), max_steps: MAX_STEPS, ..Query::new(Vec::new(), Vec::new()) };
    let relaxed = relaxations(graph, &query).into_iter();
    relaxed.filter_map(|relaxed| excluded(&relaxed, count(&relaxed.query.filter), found, noun)).collect()
}
