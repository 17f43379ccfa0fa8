//! The contract of pathways written naively, over the plain nodes and relations that a graph was built from: every
//! simple way is listed, judged and sorted. It shares no code with the search. For tests only.

use std::collections::{BTreeMap, BTreeSet};

use super::query::{EvidenceKind, Query, Retired};
use crate::graph::{Graph, NodeIx};
use crate::model::{Edge, Kind, Node, Relation};

/// A pathway as text: score, then keys.
pub type Line = (f64, Vec<String>);

pub struct Brute<'a> {
    nodes: BTreeMap<String, &'a Node>,
    edges: Vec<(Relation, String, String, f64)>,
    query: &'a Query,
    from: Vec<String>,
    to: BTreeSet<String>,
    via: Vec<Vec<String>>,
    avoid: Vec<String>,
    universities: Vec<String>,
}

impl<'a> Brute<'a> {
    pub fn new(nodes: &'a [Node], edges: &'a [Edge], graph: &Graph, query: &'a Query) -> Brute<'a> {
        let text = |ix: &NodeIx| graph.key(*ix).to_string();
        let texts = |list: &[NodeIx]| list.iter().map(text).collect::<Vec<_>>();
        let kept = |node: &&Node| query.filter.retired == Retired::Included || !node.retired;
        let nodes: BTreeMap<String, &Node> =
            nodes.iter().filter(kept).map(|node| (node.key.to_string(), node)).collect();
        let edges = edges
            .iter()
            .map(|edge| (edge.id.relation, edge.id.from.to_string(), edge.id.to.to_string(), edge.weight.get()))
            .filter(|(_, from, to, _)| nodes.contains_key(from) && nodes.contains_key(to))
            .collect();
        let mut from = texts(&query.from);
        from.sort();
        from.dedup();
        Brute {
            nodes,
            edges,
            query,
            from,
            to: texts(&query.to).into_iter().collect(),
            via: query.via.iter().map(|group| texts(group)).collect(),
            avoid: texts(&query.avoid),
            universities: texts(&query.filter.universities),
        }
    }

    /// All results from the first, whatever `first` says, without those up to `after`.
    pub fn answer(&self) -> Vec<Line> {
        let mut all: Vec<Line> = Vec::new();
        for source in self.from.iter().filter(|source| self.nodes.contains_key(*source)) {
            self.walk(&mut vec![source.clone()], 1.0, &mut all);
        }
        all.retain(|(score, path)| self.qualifies(*score, path));
        let known: BTreeSet<Vec<String>> = all.iter().map(|(_, path)| path.clone()).collect();
        all.retain(|(_, path)| !self.has_detour(path, &known));
        sort(&mut all);
        self.thin(all)
    }

    fn walk(&self, path: &mut Vec<String>, score: f64, all: &mut Vec<Line>) {
        let end = path.last().unwrap().clone();
        if path.len() > 1 && self.to.contains(&end) {
            all.push((score, path.clone()));
        }
        if path.len() > self.query.max_steps {
            return;
        }
        for next in self.nodes.keys() {
            if !path.contains(next)
                && let Some((_, strength)) = self.step(&end, next)
            {
                path.push(next.clone());
                self.walk(path, score * strength, all);
                path.pop();
            }
        }
    }

    fn weight(&self, relation: Relation, from: &str, to: &str) -> Option<f64> {
        self.edges.iter().find(|edge| edge.0 == relation && edge.1 == from && edge.2 == to).map(|edge| edge.3)
    }

    fn kind(key: &str) -> &str {
        key.split_once('/').unwrap().0
    }

    /// The counted step between two nodes, if there is one.
    pub fn step(&self, from: &str, to: &str) -> Option<(Relation, f64)> {
        let forward = [Relation::Bridges, Relation::Opens, Relation::Offers, Relation::LeadsTo, Relation::EvolvesTo];
        let filter = &self.query.filter;
        let counts = |kind| filter.evidence.has(kind);
        for relation in forward {
            if filter.relations.as_ref().is_some_and(|list| !list.contains(&relation)) {
                continue;
            }
            let mut pieces: Vec<f64> = Vec::new();
            if counts(EvidenceKind::Stated) {
                pieces.extend(self.weight(relation, from, to));
            }
            if relation == Relation::LeadsTo && Self::kind(from) == "parcours" {
                if counts(EvidenceKind::Inherited) {
                    let masters = self.masters(from);
                    let said = masters.iter().filter_map(|master| self.weight(relation, master, to));
                    pieces.extend(said.reduce(f64::max).map(|weight| 0.6 * weight));
                }
                if counts(EvidenceKind::Skills) {
                    let coverage = self.coverage(from, to);
                    if coverage >= 0.5 - 1e-12 || !pieces.is_empty() && coverage >= 0.2 - 1e-12 {
                        pieces.push(0.5 * coverage);
                    }
                }
            }
            if !pieces.is_empty() {
                let strength = 1.0 - pieces.iter().map(|piece| 1.0 - piece).product::<f64>();
                if filter.min_strength.is_none_or(|least| strength >= least - 1e-12) {
                    return Some((relation, strength));
                }
            }
        }
        None
    }

    fn masters(&self, parcours: &str) -> Vec<String> {
        let offers = self.edges.iter().filter(|edge| edge.0 == Relation::Offers && edge.2 == parcours);
        offers.map(|edge| edge.1.clone()).collect()
    }

    fn skills(&self, parcours: &str) -> BTreeSet<String> {
        let mut who = self.masters(parcours);
        who.push(parcours.to_owned());
        let taught = |who: &[String]| {
            let courses = self.edges.iter().filter(|edge| edge.0 == Relation::Teaches && who.contains(&edge.1));
            courses.map(|edge| edge.2.clone()).collect::<Vec<_>>()
        };
        let courses = taught(&who);
        who.extend(courses);
        let develops = self.edges.iter().filter(|edge| edge.0 == Relation::Develops && who.contains(&edge.1));
        develops.map(|edge| edge.2.clone()).collect()
    }

    fn coverage(&self, parcours: &str, job: &str) -> f64 {
        let skills = self.skills(parcours);
        let required = || self.edges.iter().filter(|edge| edge.0 == Relation::RequiredBy && edge.2 == job);
        let total: f64 = required().map(|edge| edge.3).sum();
        let covered: f64 = required().filter(|edge| skills.contains(&edge.1)).map(|edge| edge.3).sum();
        if total > 0.0 { covered / total } else { 0.0 }
    }

    fn hosts(&self, parcours: &str) -> Vec<String> {
        let hosts = self.edges.iter().filter(|edge| edge.0 == Relation::Hosts && edge.2 == parcours);
        let mut hosts: Vec<(f64, String)> = hosts.map(|edge| (edge.3, edge.1.clone())).collect();
        hosts.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        hosts.into_iter().map(|host| host.1).collect()
    }

    /// Whether a node on a pathway answers to a node named in `via` or `avoid`.
    fn answers_to(&self, node: &str, named: &str) -> bool {
        let is_parcours = Self::kind(node) == "parcours";
        match Self::kind(named) {
            "university" => is_parcours && self.hosts(node).iter().any(|host| host == named),
            "skill" => is_parcours && self.skills(node).contains(named),
            "course" => {
                let mut who = self.masters(node);
                who.push(node.to_owned());
                is_parcours && who.iter().any(|who| self.weight(Relation::Teaches, who, named).is_some())
            }
            _ => node == named,
        }
    }

    fn qualifies(&self, score: f64, path: &[String]) -> bool {
        let filter = &self.query.filter;
        let on = |named: &String| path.iter().any(|node| self.answers_to(node, named));
        if !self.via.iter().all(|group| group.iter().any(on)) || self.avoid.iter().any(on) {
            return false;
        }
        if filter.min_score.is_some_and(|least| score < least - 1e-12) {
            return false;
        }
        if !filter.concerns_parcours() {
            return true;
        }
        let parcours: Vec<&String> = path.iter().filter(|node| Self::kind(node) == "parcours").collect();
        !parcours.is_empty() && parcours.into_iter().all(|node| self.parcours_qualifies(node))
    }

    fn parcours_qualifies(&self, parcours: &str) -> bool {
        let filter = &self.query.filter;
        let hosts = self.hosts(parcours);
        let city = |key: &str| self.nodes[key].attributes().place.as_ref().and_then(|place| place.city.clone());
        let cities: Vec<_> = match city(parcours) {
            Some(city) => vec![city],
            None => hosts.iter().filter_map(|host| city(host)).collect(),
        };
        (self.universities.is_empty() || hosts.iter().any(|host| self.universities.contains(host)))
            && (filter.cities.is_empty() || cities.iter().any(|city| filter.cities.contains(&city.to_string())))
    }

    fn has_detour(&self, path: &[String], known: &BTreeSet<Vec<String>>) -> bool {
        let direct = path
            .windows(2)
            .position(|pair| Self::kind(&pair[0]) == "master" && ["job", "study"].contains(&Self::kind(&pair[1])));
        let Some(at) = direct else { return false };
        self.nodes.keys().filter(|key| Self::kind(key) == "parcours").any(|parcours| {
            let mut longer = path.to_vec();
            longer.insert(at + 1, parcours.clone());
            known.contains(&longer)
        })
    }

    fn thin(&self, all: Vec<Line>) -> Vec<Line> {
        let mut taken: Vec<Line> = Vec::new();
        let mut firsts: BTreeSet<Option<String>> = BTreeSet::new();
        for (score, path) in all {
            let mine: Vec<&[String]> = path.windows(2).collect();
            let repeats = taken.iter().any(|(_, other)| {
                let shared = mine.iter().filter(|step| other.windows(2).any(|pair| pair == **step)).count();
                shared as f64 / mine.len() as f64 > 1.0 - self.query.diversity + 1e-12
            });
            if repeats {
                continue;
            }
            if let Some(kind) = self.query.distinct {
                let of = |kind: Kind| path.iter().find(|node| Self::kind(node) == kind.name()).cloned();
                let first = match kind {
                    Kind::University => of(Kind::Parcours).and_then(|parcours| self.hosts(&parcours).first().cloned()),
                    kind => of(kind),
                };
                if !firsts.insert(first) {
                    continue;
                }
            }
            taken.push((score, path));
        }
        taken
    }
}

/// Score descending, in classes of 1e-12 from the best; in a class by length, then keys.
pub fn sort(all: &mut [Line]) {
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut start = 0;
    while start < all.len() {
        let end = start + all[start..].iter().take_while(|line| all[start].0 - line.0 <= 1e-12).count();
        all[start..end].sort_by(|a, b| a.1.len().cmp(&b.1.len()).then_with(|| a.1.cmp(&b.1)));
        start = end;
    }
}

/// The search tells relations by the kinds of their ends.
#[test]
fn forward_relations_join_each_pair_of_kinds_once() {
    let mut seen = BTreeSet::new();
    for relation in Relation::ALL.into_iter().filter(|relation| relation.on_pathways()) {
        let (from, to) = relation.ends();
        for pair in from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to))) {
            assert!(seen.insert(pair), "{relation} joins {pair:?} again");
        }
    }
}
