//! The contract of pathways written naively, over the plain nodes and relations that a graph was built from: every
//! simple way is listed, judged and sorted. It shares no code with the search. For tests only.

use std::collections::{BTreeMap, BTreeSet};

use super::query::{EvidenceKind, Query, Retired};
use crate::graph::{Graph, NodeIx};
use crate::model::{Edge, Kind, Node, Relation, Year};

/// A pathway as text: score, then keys.
pub type Line = (f64, Vec<String>);

pub struct Brute<'a> {
    nodes: BTreeMap<String, &'a Node>,
    edges: Vec<(Relation, String, String, f64)>,
    /// University and master of the awards that are entered in the second year only.
    late: Vec<(String, String)>,
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
        let ends = |edge: &Edge| (edge.id.from.to_string(), edge.id.to.to_string());
        let late = |edge: &&Edge| edge.award.as_ref().is_some_and(|award| award.entry == Some(Year::M2));
        let late = edges.iter().filter(late).map(ends).collect();
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
            late,
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
        all.retain(|(_, path)| match self.offers(path, &known) {
            None => false,
            Some(offers) => self.meets_via(path, &offers),
        });
        sort(&mut all);
        self.thin(all, &known)
    }

    /// The class of each of some results, in their order.
    pub fn classes(&self, lines: &[Line]) -> Vec<u32> {
        let mut classes: Vec<u32> = Vec::new();
        let mut leader = 0;
        for i in 0..lines.len() {
            if i > 0 && !self.surely_before(&lines[leader].1, &lines[i].1) {
                classes.push(*classes.last().unwrap());
            } else {
                leader = i;
                classes.push(classes.last().map_or(1, |class| class + 1));
            }
        }
        classes
    }

    fn surely_before(&self, one: &[String], other: &[String]) -> bool {
        let product = |a: &[String], b: &[String], factor: f64| -> f64 {
            let own = a.windows(2).filter(|step| b.windows(2).all(|held| held != *step));
            own.map(|step| {
                let (_, pieces) = self.pieces(&step[0], &step[1]).unwrap();
                1.0 - pieces.iter().map(|piece| 1.0 - (factor * piece).min(1.0)).product::<f64>()
            })
            .product()
        };
        product(one, other, 0.8) > product(other, one, 1.2) + 1e-12
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
                && let Some((relation, strength)) = self.step(&end, next)
            {
                let moves = path.windows(2).filter(|pair| pair.iter().all(|node| Self::kind(node) == "job")).count();
                let late = self.nodes[next].attributes().entry == Some(Year::M2);
                if relation == Relation::EvolvesTo && moves == self.query.max_moves
                    || relation == Relation::Offers && path.len() > 1 && late
                {
                    continue;
                }
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

    fn regulated(&self, key: &str) -> bool {
        self.nodes[key].attributes().regulated == Some(true)
    }

    /// What a diploma's families say of a job.
    fn family(&self, diploma: &str, job: &str) -> Option<f64> {
        let leads = self.edges.iter().filter(|edge| edge.0 == Relation::LeadsTo && edge.1 == diploma);
        let said = leads.filter_map(|lead| {
            let jobs: Vec<&String> = self
                .edges
                .iter()
                .filter(|edge| edge.0 == Relation::Groups && edge.1 == lead.2)
                .map(|edge| &edge.2)
                .collect();
            if !jobs.iter().any(|held| *held == job) {
                return None;
            }
            let plain = |key: &str| {
                let name = self.nodes[key].name.to_lowercase().replace(['é', 'è'], "e");
                name.replace("mediatrice", "mediateur").replace("conseillere", "conseiller")
            };
            let share =
                if jobs.len() == 1 || plain(&lead.2) == plain(job) { 1.0 } else { 1.0 / (jobs.len() as f64).sqrt() };
            let beyond = self.nodes[job].attributes().beyond_master == Some(true);
            (share >= 0.2 - 1e-12 && !beyond && (share == 1.0 || !self.regulated(job))).then_some(lead.3 * share)
        });
        said.reduce(f64::max)
    }

    /// The counted step between two nodes, if there is one.
    pub fn step(&self, from: &str, to: &str) -> Option<(Relation, f64)> {
        let (relation, pieces) = self.pieces(from, to)?;
        Some((relation, 1.0 - pieces.iter().map(|piece| 1.0 - piece).product::<f64>()))
    }

    /// The pieces of evidence of the counted step between two nodes.
    fn pieces(&self, from: &str, to: &str) -> Option<(Relation, Vec<f64>)> {
        let forward = [Relation::Bridges, Relation::Opens, Relation::Offers, Relation::LeadsTo, Relation::EvolvesTo];
        let filter = &self.query.filter;
        let counts = |kind| filter.evidence.has(kind);
        for relation in forward {
            if filter.relations.as_ref().is_some_and(|list| !list.contains(&relation)) || Self::kind(to) == "family" {
                continue;
            }
            if relation == Relation::EvolvesTo && self.regulated(to) {
                continue;
            }
            let mut pieces: Vec<f64> = Vec::new();
            if counts(EvidenceKind::Stated) {
                pieces.extend(self.weight(relation, from, to));
            }
            if relation == Relation::LeadsTo && counts(EvidenceKind::Family) {
                pieces.extend(self.family(from, to));
            }
            if relation == Relation::LeadsTo && Self::kind(from) == "parcours" {
                if counts(EvidenceKind::Inherited) {
                    let mut said: Vec<f64> = Vec::new();
                    for master in self.masters(from) {
                        said.extend(self.weight(relation, &master, to));
                        if counts(EvidenceKind::Family) {
                            said.extend(self.family(&master, to));
                        }
                    }
                    pieces.extend(said.into_iter().reduce(f64::max).map(|strength| 0.6 * strength));
                }
                if counts(EvidenceKind::Skills) {
                    let coverage = self.coverage(from, to);
                    let alone = pieces.is_empty();
                    if !alone && coverage >= 0.2 - 1e-12 || alone && coverage >= 0.5 - 1e-12 && !self.regulated(to) {
                        pieces.push(0.5 * coverage);
                    }
                }
            }
            if !pieces.is_empty() {
                let strength = 1.0 - pieces.iter().map(|piece| 1.0 - piece).product::<f64>();
                if filter.min_strength.is_none_or(|least| strength >= least - 1e-12) {
                    return Some((relation, pieces));
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
            "family" => self.weight(Relation::Groups, named, node).is_some(),
            "course" => {
                let mut who = self.masters(node);
                who.push(node.to_owned());
                is_parcours && who.iter().any(|who| self.weight(Relation::Teaches, who, named).is_some())
            }
            _ => node == named,
        }
    }

    /// Whether a way is a result as far as it alone decides, `via` and the awards of its master aside.
    fn qualifies(&self, score: f64, path: &[String]) -> bool {
        let filter = &self.query.filter;
        let on = |named: &String| path.iter().any(|node| self.answers_to(node, named));
        if self.avoid.iter().any(on) || filter.min_score.is_some_and(|least| score < least - 1e-12) {
            return false;
        }
        if !path.iter().all(|node| self.is_of_domain(node)) {
            return false;
        }
        if !filter.concerns_offers() {
            return true;
        }
        let on_it = |kind: &str| path.iter().filter(|node| Self::kind(node) == kind).collect::<Vec<_>>();
        let parcours = on_it("parcours");
        if parcours.is_empty() {
            !on_it("master").is_empty()
        } else {
            parcours.iter().all(|node| self.parcours_qualifies(node))
        }
    }

    fn is_of_domain(&self, node: &str) -> bool {
        let wanted = &self.query.filter.domains;
        let masters = match Self::kind(node) {
            "master" => vec![node.to_owned()],
            "parcours" => self.masters(node),
            _ => return true,
        };
        let of = |master: &String| {
            self.nodes
                .get(master)
                .is_some_and(|node| node.attributes().domains.iter().any(|domain| wanted.contains(&domain.to_string())))
        };
        wanted.is_empty() || masters.iter().any(of)
    }

    fn meets_via(&self, path: &[String], offers: &[String]) -> bool {
        let on = |named: &String| path.iter().any(|node| self.answers_to(node, named)) || offers.contains(named);
        self.via.iter().all(|group| group.iter().any(on))
    }

    /// Where a way can be studied; `None` where it is left out in favour of others. `known` are the results, `via` and
    /// awards aside.
    fn offers(&self, path: &[String], known: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
        if let Some(parcours) = path.iter().find(|node| Self::kind(node) == "parcours") {
            return Some(self.hosts(parcours));
        }
        let Some(at) = path.iter().position(|node| Self::kind(node) == "master") else { return Some(Vec::new()) };
        let master = &path[at];
        let mut awards: Vec<(f64, String)> = self
            .edges
            .iter()
            .filter(|edge| edge.0 == Relation::Awards && edge.2 == *master)
            .filter(|edge| at == 0 || !self.late.contains(&(edge.1.clone(), master.clone())))
            .filter(|edge| !self.avoid.contains(&edge.1))
            .filter(|edge| self.universities.is_empty() || self.universities.contains(&edge.1))
            .filter(|edge| {
                let cities = &self.query.filter.cities;
                let city = self.nodes[&edge.1].attributes().place.as_ref().and_then(|place| place.city.clone());
                cities.is_empty() || city.is_some_and(|city| cities.contains(&city.to_string()))
            })
            .map(|edge| (edge.3, edge.1.clone()))
            .collect();
        awards.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut offers: Vec<String> = awards.into_iter().map(|award| award.1).collect();
        let through = |parcours: &&String| {
            let mut longer = path.to_vec();
            longer.insert(at + 1, (*parcours).clone());
            at + 1 < path.len() && Self::kind(parcours) == "parcours" && known.contains(&longer)
        };
        let rivals: Vec<&String> = self.nodes.keys().filter(through).collect();
        offers.retain(|university| !rivals.iter().any(|parcours| self.hosts(parcours).contains(university)));
        let concerned = !rivals.is_empty() || self.query.filter.concerns_offers();
        (!concerned || !offers.is_empty()).then_some(offers)
    }

    fn parcours_qualifies(&self, parcours: &str) -> bool {
        let filter = &self.query.filter;
        let city = |key: &str| self.nodes[key].attributes().place.as_ref().and_then(|place| place.city.clone());
        let hosts = self.hosts(parcours);
        let mut places: Vec<(Option<String>, Option<&String>)> =
            hosts.iter().map(|host| (city(parcours).or_else(|| city(host)).map(String::from), Some(host))).collect();
        if places.is_empty() {
            places.push((city(parcours).map(String::from), None));
        }
        places.into_iter().any(|(city, host)| {
            (self.universities.is_empty() || host.is_some_and(|host| self.universities.contains(host)))
                && (filter.cities.is_empty() || city.is_some_and(|city| filter.cities.contains(&city)))
        })
    }

    fn thin(&self, all: Vec<Line>, known: &BTreeSet<Vec<String>>) -> Vec<Line> {
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
                    Kind::University => match of(Kind::Parcours) {
                        Some(parcours) => self.hosts(&parcours).first().cloned(),
                        None => self.offers(&path, known).and_then(|offers| offers.first().cloned()),
                    },
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
        let (from, to) = relation.steps().unwrap();
        for pair in from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to))) {
            assert!(seen.insert(pair), "{relation} joins {pair:?} again");
        }
    }
}
