//! Figures of which the files at hand say far fewer than the graph has from the same data set: a column is missing or has
//! another name. They stay as they were, and are named, until a person accepts the loss.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::{data_set, sort_admissions, sort_outcomes};
use super::{Draft, is_far_less};
use crate::model::{Admission, Attributes, Edge, FromOrigin, Origin, Outcome};

/// A column of figures, as the graph knows it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Column<'a> {
    data_set: &'a str,
    year: u16,
    counts: &'static str,
    phase: Option<&'a str>,
    origin: Option<Origin>,
}

impl Column<'_> {
    fn shown(&self) -> String {
        let origin = if self.origin.is_some() { " selon l'origine" } else { "" };
        let phase = self.phase.map(|phase| format!(" (phase {phase})")).unwrap_or_default();
        format!("« {}{origin}{phase} »", self.counts)
    }
}

/// The figures of a node or of an award.
#[derive(Default)]
struct Figures<'a> {
    admissions: &'a [Admission],
    outcomes: &'a [Outcome],
}

impl<'a> Figures<'a> {
    fn of_node(attributes: &'a Attributes) -> Figures<'a> {
        Figures { admissions: &attributes.admissions, outcomes: &attributes.outcomes }
    }

    fn of_edge(edge: &'a Edge) -> Figures<'a> {
        edge.award.as_deref().map(|award| Figures { admissions: &award.admissions, outcomes: &[] }).unwrap_or_default()
    }

    /// The column of each figure.
    fn columns(&self) -> impl Iterator<Item = Column<'a>> + use<'a> {
        self.admissions.iter().flat_map(of_admission).chain(self.outcomes.iter().flat_map(of_outcome))
    }
}

fn of_admission(one: &Admission) -> impl Iterator<Item = Column<'_>> {
    let column = |counts, origin| Column {
        data_set: data_set(&one.source),
        year: one.session,
        counts,
        // Behind it stands the way, where a parcours recruits in several.
        phase: one.phase.as_deref().and_then(|phase| phase.split(',').next()),
        origin,
    };
    let of_all = [("places", one.capacity), ("rangs du dernier appelé", one.last_rank)];
    let of_all = of_all.into_iter().chain(by_step(one.applications, one.ranked, one.offered, one.admitted));
    let of_origin = |from: &FromOrigin| {
        let counts = by_step(from.applications, from.ranked, from.offered, from.admitted);
        let origin = from.origin;
        counts.into_iter().map(move |(counts, figure)| (counts, figure, Some(origin)))
    };
    let all = of_all.map(|(counts, figure)| (counts, figure, None)).chain(one.origins.iter().flat_map(of_origin));
    all.filter(|(_, figure, _)| figure.is_some()).map(move |(counts, _, origin)| column(counts, origin))
}

fn by_step(
    applications: Option<u32>,
    ranked: Option<u32>,
    offered: Option<u32>,
    admitted: Option<u32>,
) -> [(&'static str, Option<u32>); 4] {
    [("candidatures", applications), ("candidats classés", ranked), ("propositions", offered), ("admis", admitted)]
}

fn of_outcome(one: &Outcome) -> impl Iterator<Item = Column<'_>> {
    let told = [
        ("réponses", one.answers.is_some()),
        ("taux de réponse", one.response_rate.is_some()),
        ("taux d'insertion", one.employed.is_some()),
        ("taux d'emploi salarié", one.salaried.is_some()),
        ("emplois stables", one.stable.is_some()),
        ("emplois de cadre ou intermédiaires", one.qualified.is_some()),
        ("salaires médians", one.median_salary.is_some()),
    ];
    let column = |counts| Column { data_set: data_set(&one.source), year: one.year, counts, phase: None, origin: None };
    told.into_iter().filter(|(_, told)| *told).map(move |(counts, _)| column(counts))
}

impl Draft<'_> {
    /// Leaves all figures of a data set and a year as they were where the files at hand would take away a column of them,
    /// unless a person accepted that.
    pub(super) fn keep_figures(&mut self) {
        let nodes = self.nodes.values().filter_map(|slot| {
            let before = slot.before.as_deref()?.attributes();
            Some((Figures::of_node(before), Figures::of_node(slot.now.attributes())))
        });
        let edges = self
            .edges
            .values()
            .filter_map(|slot| Some((Figures::of_edge(slot.before.as_deref()?), Figures::of_edge(&slot.now))));
        let mut counts: BTreeMap<Column<'_>, (usize, usize)> = BTreeMap::new();
        for (before, now) in nodes.chain(edges) {
            before.columns().for_each(|column| counts.entry(column).or_default().0 += 1);
            now.columns().for_each(|column| counts.entry(column).or_default().1 += 1);
        }
        let mut held = BTreeSet::new();
        let mut shrunk: BTreeMap<(&'static str, String, String), (usize, usize)> = BTreeMap::new();
        for (column, (before, now)) in counts {
            let at_hand = self.begun.iter().rfind(|(source, _)| data_set(source) == column.data_set);
            let Some((source, format)) = at_hand.filter(|_| is_far_less(before, now)) else { continue };
            let sums = shrunk.entry((format, source.slug().to_owned(), column.shown())).or_default();
            *sums = (sums.0 + before, sums.1 + now);
            if !self.reviews.accepts_shrinking(format) {
                held.insert((column.data_set.to_owned(), column.year));
            }
        }
        for ((format, edition, what), (before, now)) in shrunk {
            self.note_shrinking(format, edition, &what, before, now);
        }
        if held.is_empty() {
            return;
        }
        let admission_held = |one: &Admission| held.contains(&(data_set(&one.source).to_owned(), one.session));
        let outcome_held = |one: &Outcome| held.contains(&(data_set(&one.source).to_owned(), one.year));
        for slot in self.nodes.values_mut() {
            let Some(before) = slot.before.as_deref().map(|node| node.attributes()) else { continue };
            let Some(now) = &mut slot.now.attributes else { continue };
            put_back(&mut now.admissions, &before.admissions, admission_held);
            sort_admissions(&mut now.admissions);
            put_back(&mut now.outcomes, &before.outcomes, outcome_held);
            sort_outcomes(&mut now.outcomes);
        }
        for slot in self.edges.values_mut() {
            let Some(before) = slot.before.as_deref().and_then(|edge| edge.award.as_deref()) else { continue };
            let Some(now) = &mut slot.now.award else { continue };
            put_back(&mut now.admissions, &before.admissions, admission_held);
            sort_admissions(&mut now.admissions);
        }
    }
}

/// Puts the held ones of before in place of those of now, where there are any.
fn put_back<T: Clone>(now: &mut Vec<T>, before: &[T], held: impl Fn(&T) -> bool) {
    if before.iter().any(&held) {
        now.retain(|one| !held(one));
        now.extend(before.iter().filter(|one| held(one)).cloned());
    }
}
