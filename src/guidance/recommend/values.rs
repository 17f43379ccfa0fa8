//! The value of a diploma by each criterion, for all diplomas of a graph one after another.

use std::collections::HashMap;

use super::Profile;
use super::access::Ways;
use crate::graph::{Graph, NodeIx};
use crate::model::text::fold;
use crate::model::{Kind, Modality, Relation};
use crate::pathway::Judge;

/// What a profile asks, turned into tables by node.
pub(super) struct Values<'g> {
    graph: &'g Graph,
    profile: &'g Profile,
    judge: &'g Judge<'g>,
    ways: &'g Ways,
    /// By diploma, so many of the skills held.
    kept: HashMap<NodeIx, u32>,
    /// By diploma, so many of the skills of interest.
    liked: HashMap<NodeIx, u32>,
    /// By job, sector or study named: its places among the interests and wishes, with how much it counts there.
    outlets: HashMap<NodeIx, Vec<(Preference, f64)>>,
    /// By slot, the likeness of a job to the RIASEC letters.
    likeness: Vec<f64>,
    /// By diploma, what it is worth for the wishes by itself.
    wished: HashMap<NodeIx, Vec<(usize, f64)>>,
    region: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Preference {
    Interest(usize),
    Wish(usize),
}

impl<'g> Values<'g> {
    pub fn new(graph: &'g Graph, profile: &'g Profile, judge: &'g Judge<'g>, ways: &'g Ways) -> Values<'g> {
        let skills = |list: &[NodeIx]| -> Vec<NodeIx> {
            list.iter().copied().filter(|node| graph.kind(*node) == Kind::Skill).collect()
        };
        let mut values = Values {
            graph,
            profile,
            judge,
            ways,
            kept: develop(graph, &skills(&profile.skills)),
            liked: develop(graph, &skills(&profile.interests)),
            outlets: HashMap::new(),
            likeness: Vec::new(),
            wished: HashMap::new(),
            region: profile.region.as_deref().map(fold),
        };
        values.name_outlets();
        values.name_wishes();
        if let Some(riasec) = &profile.riasec {
            values.likeness = vec![0.0; graph.len()];
            for &job in graph.nodes_of(Kind::Job) {
                values.likeness[job.get()] = riasec.likeness(graph.node(job).attributes().riasec.as_deref());
            }
        }
        values
    }

    fn name_outlets(&mut self) {
        for (place, &node) in self.profile.interests.iter().enumerate() {
            match self.graph.kind(node) {
                Kind::Job => self.outlets.entry(node).or_default().push((Preference::Interest(place), 1.0)),
                Kind::Sector => {
                    for half in self.graph.incoming(node, Relation::WorksIn) {
                        self.outlets.entry(half.node).or_default().push((Preference::Interest(place), half.weight));
                    }
                }
                Kind::Source
                | Kind::Licence
                | Kind::Master
                | Kind::Parcours
                | Kind::Course
                | Kind::University
                | Kind::Skill
                | Kind::Study
                | Kind::Family => {}
            }
        }
        for (place, &node) in self.profile.wishes.iter().enumerate() {
            if self.graph.kind(node).is_outlet() {
                self.outlets.entry(node).or_default().push((Preference::Wish(place), 1.0));
            }
        }
    }

    fn name_wishes(&mut self) {
        for (place, &wish) in self.profile.wishes.iter().enumerate() {
            let mut add = |node: NodeIx, value: f64| self.wished.entry(node).or_default().push((place, value));
            match self.graph.kind(wish) {
                Kind::Parcours => add(wish, 1.0),
                Kind::Master => {
                    add(wish, 1.0);
                    self.graph.out(wish, Relation::Offers).iter().for_each(|half| add(half.node, half.weight));
                    let near = self.graph.out(wish, Relation::Near).iter();
                    near.chain(self.graph.incoming(wish, Relation::Near))
                        .for_each(|half| add(half.node, half.weight / 2.0));
                }
                Kind::Source
                | Kind::Licence
                | Kind::Course
                | Kind::University
                | Kind::Skill
                | Kind::Job
                | Kind::Sector
                | Kind::Study
                | Kind::Family => {}
            }
        }
    }

    /// The values of a master or parcours; `None` where it does not qualify.
    pub fn of(&self, node: NodeIx) -> Option<[f64; 7]> {
        if !self.judge.admits(node) {
            return None;
        }
        let licence = match (&self.profile.licence, self.ways.get(&node)) {
            (None, _) => 0.0,
            (Some(_), Some(way)) => way.score,
            (Some(_), None) => -0.5,
        };
        let share = |count: u32, of: usize| if of == 0 { 0.0 } else { f64::from(count) / of as f64 };
        let kept = share(self.kept.get(&node).copied().unwrap_or(0), self.profile.skills.len());
        let liked = self.liked.get(&node).copied().unwrap_or(0);
        let (interests, wishes, riasec) = self.by_outlets(node, liked);
        Some([licence, wishes, interests, kept, riasec, self.region(node), self.modality(node)])
    }

    /// By interests, wishes and RIASEC letters.
    fn by_outlets(&self, node: NodeIx, liked: u32) -> (f64, f64, f64) {
        let mut best: Vec<(Preference, f64)> = Vec::new();
        let mut raise = |place: Preference, value: f64| match best.iter_mut().find(|entry| entry.0 == place) {
            Some(entry) => entry.1 = entry.1.max(value),
            None => best.push((place, value)),
        };
        for &(place, value) in self.wished.get(&node).into_iter().flatten() {
            raise(Preference::Wish(place), value);
        }
        let mut riasec: f64 = 0.0;
        if !self.outlets.is_empty() || !self.likeness.is_empty() {
            self.judge.outlets(node, |to, strength| {
                if let Some(likeness) = self.likeness.get(to.get()) {
                    riasec = riasec.max(strength * likeness);
                }
                if !self.outlets.is_empty() {
                    for &(place, weight) in self.outlets.get(&to).into_iter().flatten() {
                        raise(place, strength * weight);
                    }
                }
            });
        }
        // The order of outlets means nothing and must not show in a last digit.
        best.sort_by_key(|entry| entry.0);
        let sum = |wishes: bool| -> f64 {
            best.iter().filter(|entry| matches!(entry.0, Preference::Wish(_)) == wishes).map(|entry| entry.1).sum()
        };
        let mean = |sum: f64, of: usize| if of == 0 { 0.0 } else { sum / of as f64 };
        let interests = mean(sum(false) + f64::from(liked), self.profile.interests.len());
        (interests, mean(sum(true), self.profile.wishes.len()), riasec)
    }

    fn region(&self, node: NodeIx) -> f64 {
        let Some(wanted) = &self.region else { return 0.0 };
        said(&regions(self.graph, node), |name| fold(name) == *wanted)
    }

    fn modality(&self, node: NodeIx) -> f64 {
        let Some(wanted) = self.profile.modality else { return 0.0 };
        said(&modalities(self.graph, node), |one| *one == wanted)
    }
}

fn said<T>(list: &[T], wanted: impl Fn(&T) -> bool) -> f64 {
    match list {
        [] => 0.0,
        list if list.iter().any(wanted) => 1.0,
        _ => -1.0,
    }
}

/// The regions of a parcours (its own, or its hosts'), or of all parcours of a master and of the universities that award it.
pub(in crate::guidance) fn regions(graph: &Graph, node: NodeIx) -> Vec<&str> {
    let region = |node: NodeIx| graph.node(node).attributes().place.as_ref()?.region.as_deref();
    let current = |node: &NodeIx| !graph.is_retired(*node);
    let of = |parcours: NodeIx| -> Vec<&str> {
        match region(parcours) {
            Some(own) => vec![own],
            None => {
                let hosts = graph.incoming(parcours, Relation::Hosts).iter().map(|half| half.node);
                hosts.filter(current).filter_map(region).collect()
            }
        }
    };
    if graph.kind(node) == Kind::Parcours {
        return of(node);
    }
    let awarded =
        graph.incoming(node, Relation::Awards).iter().map(|half| half.node).filter(current).filter_map(region);
    let parcours = graph.out(node, Relation::Offers).iter().map(|half| half.node).filter(current);
    parcours.flat_map(of).chain(awarded).collect()
}

/// How a diploma can be followed: by its own word, or else a parcours' masters' or a master's parcours' and awards'.
pub(in crate::guidance) fn modalities(graph: &Graph, node: NodeIx) -> Vec<Modality> {
    let own = &graph.node(node).attributes().modalities;
    if !own.is_empty() {
        return own.clone();
    }
    let others = match graph.kind(node) {
        Kind::Parcours => graph.incoming(node, Relation::Offers),
        Kind::Source
        | Kind::Licence
        | Kind::Master
        | Kind::Course
        | Kind::University
        | Kind::Skill
        | Kind::Job
        | Kind::Sector
        | Kind::Study
        | Kind::Family => graph.out(node, Relation::Offers),
    };
    let current = others.iter().filter(|half| !graph.is_retired(half.node));
    let of_others = current.flat_map(|half| graph.node(half.node).attributes().modalities.iter().copied());
    let awards = graph.incoming(node, Relation::Awards).iter().filter(|half| !graph.is_retired(half.node));
    let of_awards = awards.filter_map(|half| graph.edge(half.edge).award()).flat_map(|award| &award.modalities);
    of_others.chain(of_awards.copied()).collect()
}

/// By diploma, how many of these skills it develops, as coverage counts them.
fn develop(graph: &Graph, skills: &[NodeIx]) -> HashMap<NodeIx, u32> {
    let current = |node: NodeIx| !graph.is_retired(node);
    let mut counts: HashMap<NodeIx, (usize, u32)> = HashMap::new();
    for (turn, &skill) in skills.iter().enumerate() {
        let mut diplomas: Vec<NodeIx> = Vec::new();
        for half in graph.incoming(skill, Relation::Develops).iter().filter(|half| current(half.node)) {
            match graph.kind(half.node) {
                Kind::Course => diplomas.extend(graph.incoming(half.node, Relation::Teaches).iter().map(|h| h.node)),
                Kind::Master | Kind::Parcours => diplomas.push(half.node),
                Kind::Source
                | Kind::Licence
                | Kind::University
                | Kind::Skill
                | Kind::Job
                | Kind::Sector
                | Kind::Study
                | Kind::Family => {}
            }
        }
        let mut count = |node: NodeIx| {
            let entry = counts.entry(node).or_insert((usize::MAX, 0));
            if entry.0 != turn {
                *entry = (turn, entry.1 + 1);
            }
        };
        for diploma in diplomas.into_iter().filter(|diploma| current(*diploma)) {
            count(diploma);
            if graph.kind(diploma) == Kind::Master {
                graph.out(diploma, Relation::Offers).iter().for_each(|half| count(half.node));
            }
        }
    }
    counts.into_iter().map(|(node, (_, count))| (node, count)).collect()
}
