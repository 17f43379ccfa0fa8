//! The steps that a query lets a pathway take: which nodes are admitted, which relations lead on, how strongly.
//!
//! Both halves of the search and the diagnosis see the graph through this, and only through this.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use smallvec::SmallVec;

use crate::graph::step_cache::{Ahead, Outlet};
use crate::graph::{Graph, Half, NodeIx};
use crate::model::text::fold;
use crate::model::{Award, Kind, Modality, Place, Relation, Year};

use super::TOLERANCE;
use super::outlets::{self, is_regulated};
use super::query::{EvidenceKind, EvidenceSet, Filter, MAX_VIA, Query, Retired};

const SOURCE: u16 = 1 << 15;
const TARGET: u16 = 1 << 14;
const AVOIDED: u16 = 1 << 13;
/// The groups of `via`, and the need of an offer.
const GROUPS: u16 = (1 << (MAX_VIA + 1)) - 1;
/// From this bit on, the groups that a university which awards the master may meet.
const BY_AWARD: usize = MAX_VIA + 1;
const _: () = assert!(BY_AWARD + MAX_VIA <= 13);
// A filter's relations are a set of bits.
const _: () = assert!(Relation::COUNT <= u16::BITS as usize);

/// What the query says of each node, by slot; marks hold where their epoch is the present one.
#[derive(Default)]
pub(super) struct Marks {
    epoch: u32,
    marks: Vec<(u32, u16)>,
}

impl Marks {
    fn open(&mut self, graph: &Graph) {
        if self.marks.len() < graph.len() || self.epoch == u32::MAX {
            self.marks = vec![(0, 0); graph.len()];
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    fn add(&mut self, node: NodeIx, bits: u16) {
        let mark = &mut self.marks[node.get()];
        *mark = if mark.0 == self.epoch { (self.epoch, mark.1 | bits) } else { (self.epoch, bits) };
    }

    fn of(&self, node: NodeIx) -> u16 {
        let mark = self.marks[node.get()];
        if mark.0 == self.epoch { mark.1 } else { 0 }
    }
}

/// A query made ready to walk a graph.
pub(super) struct Steps<'q> {
    pub graph: &'q Graph,
    pub query: &'q Query,
    marks: &'q Marks,
    evidence: EvidenceSet,
    targets_diplomas: bool,
    min_strength: f64,
    relations: u16,
    /// The bits of all groups of which a pathway needs a node.
    pub needs: u16,
    /// The bit that any parcours satisfies, and any master that is awarded, where a filter is about what is offered.
    offer_need: u16,
    places: Option<Places>,
    /// By master, and whether the pathway comes to it from a licence.
    awards: RefCell<Awards>,
    /// Rows in which retired nodes count; the graph keeps the others.
    rows: RefCell<HashMap<NodeIx, Ahead>>,
}

type Awards = HashMap<(NodeIx, bool), Rc<[Half]>>;

struct Places {
    regions: Vec<String>,
    academies: Vec<String>,
    cities: Vec<String>,
}

impl<'q> Steps<'q> {
    /// O(what `from`, `to`, `via` and `avoid` stand for).
    pub fn new(graph: &'q Graph, query: &'q Query, marks: &'q mut Marks) -> Steps<'q> {
        marks.open(graph);
        for (ends, bit) in [(&query.from, SOURCE), (&query.to, TARGET)] {
            ends.iter().for_each(|node| marks.add(*node, bit));
        }
        let retired = query.filter.retired == Retired::Included;
        for &node in &query.avoid {
            stands_for(graph, node, retired, |node| marks.add(node, AVOIDED));
        }
        for (i, group) in query.via.iter().enumerate() {
            for &node in group {
                stands_for(graph, node, retired, |node| marks.add(node, 1 << i));
                if graph.kind(node) == Kind::University && (retired || !graph.is_retired(node)) {
                    let awards = graph.out(node, Relation::Awards).iter();
                    let masters = awards.filter(|half| graph.kind(half.node) == Kind::Master);
                    masters.for_each(|half| marks.add(half.node, 1 << (BY_AWARD + i)));
                }
            }
        }
        let mut needs = (1u16 << query.via.len()) - 1;
        let offer_need = if query.filter.concerns_offers() { 1 << query.via.len() } else { 0 };
        needs |= offer_need;
        let filter = &query.filter;
        let folded = |names: &Vec<String>| names.iter().map(|name| fold(name)).collect::<Vec<_>>();
        let placed = !(filter.regions.is_empty() && filter.academies.is_empty() && filter.cities.is_empty());
        let places = placed.then(|| Places {
            regions: folded(&filter.regions),
            academies: folded(&filter.academies),
            cities: folded(&filter.cities),
        });
        let relations = match &filter.relations {
            None => u16::MAX,
            Some(list) => list.iter().fold(0, |set, relation| set | 1 << *relation as u16),
        };
        Steps {
            graph,
            query,
            marks,
            evidence: filter.evidence,
            targets_diplomas: query.to.iter().any(|to| !graph.kind(*to).is_outlet()),
            min_strength: filter.min_strength.unwrap_or(0.0) - TOLERANCE,
            relations,
            needs,
            offer_need,
            places,
            awards: RefCell::default(),
            rows: RefCell::default(),
        }
    }

    /// Whether a licence, master or parcours is a target: known at once where no target is any.
    pub fn is_target_diploma(&self, node: NodeIx) -> bool {
        self.targets_diplomas && self.marks.of(node) & TARGET != 0
    }

    /// The groups that a node satisfies; for a master, those that it may satisfy where the pathway takes no parcours of it.
    pub fn satisfies(&self, node: NodeIx) -> u16 {
        if self.needs == 0 {
            return 0;
        }
        let mark = self.marks.of(node);
        let own = mark & GROUPS;
        match self.graph.kind(node) {
            Kind::Parcours => own | self.offer_need,
            Kind::Master => {
                let offered = self.offer_need != 0 && !self.awards(node, false).is_empty();
                own | (mark >> BY_AWARD & GROUPS) | if offered { self.offer_need } else { 0 }
            }
            Kind::Source
            | Kind::Licence
            | Kind::Course
            | Kind::University
            | Kind::Skill
            | Kind::Job
            | Kind::Sector
            | Kind::Study
            | Kind::Family => own,
        }
    }

    /// The groups of `via` that a pathway meets, given the universities that stand for it where it takes no parcours.
    pub fn meets_via(&self, nodes: &[NodeIx], universities: &[Half]) -> bool {
        let met = nodes.iter().fold(0, |met, node| met | self.marks.of(*node) & GROUPS);
        self.query
            .via
            .iter()
            .enumerate()
            .all(|(i, group)| met & 1 << i != 0 || universities.iter().any(|half| group.contains(&half.node)))
    }

    /// Whether a node may stand on a pathway.
    pub fn admits(&self, node: NodeIx) -> bool {
        if self.marks.of(node) & AVOIDED != 0 || !self.includes(node) {
            return false;
        }
        self.is_of_domain(node)
            && (self.offer_need == 0 || self.graph.kind(node) != Kind::Parcours || self.parcours_qualifies(node))
    }

    /// Whether a master, or a master of a parcours, is of a domain asked for. Other nodes have none to be of.
    fn is_of_domain(&self, node: NodeIx) -> bool {
        let wanted = &self.query.filter.domains;
        let of = |master: NodeIx| {
            let domains = &self.graph.node(master).attributes().domains;
            domains.iter().any(|domain| wanted.iter().any(|wanted| **wanted == **domain))
        };
        let graph = self.graph;
        wanted.is_empty()
            || match graph.kind(node) {
                Kind::Master => of(node),
                Kind::Parcours => {
                    let masters = graph.incoming(node, Relation::Offers).iter();
                    masters.filter(|half| self.includes(half.node)).any(|half| of(half.node))
                }
                Kind::Source
                | Kind::Licence
                | Kind::Course
                | Kind::University
                | Kind::Skill
                | Kind::Job
                | Kind::Sector
                | Kind::Study
                | Kind::Family => true,
            }
    }

    fn includes(&self, node: NodeIx) -> bool {
        self.query.filter.retired == Retired::Included || !self.graph.is_retired(node)
    }

    /// The row of a node, retired nodes counting or not as the query says.
    fn with_row<T>(&self, node: NodeIx, with: impl FnOnce(&Ahead) -> T) -> T {
        if self.query.filter.retired == Retired::LeftOut {
            return with(outlets::ahead(self.graph, node));
        }
        let known = self.rows.borrow().get(&node).cloned();
        let row = known.unwrap_or_else(|| {
            let row = Ahead::from(outlets::ahead_among(self.graph, node, true));
            self.rows.borrow_mut().insert(node, row.clone());
            row
        });
        with(&row)
    }

    /// The strength of a step that counts; 0 for others.
    fn counted(&self, outlet: &Outlet) -> f64 {
        let strength = outlets::strength(outlet, self.evidence);
        if strength >= self.min_strength && self.allows(outlet.relation) { strength } else { 0.0 }
    }

    /// Calls with each step from a node: relation, other end, strength. Ends are current where only those count, but
    /// otherwise not checked for admission. The order means nothing.
    pub fn from(&self, node: NodeIx, mut step: impl FnMut(Relation, NodeIx, f64)) {
        self.with_row(node, |row| {
            for outlet in &*row.outlets {
                let strength = self.counted(outlet);
                if strength > 0.0 {
                    step(outlet.relation, outlet.to, strength);
                }
            }
        });
    }

    /// [`Steps::from`], with the wanted ends only: of all others no ground is looked at.
    pub fn to_wanted(
        &self,
        node: NodeIx,
        wanted: impl Fn(NodeIx) -> bool,
        mut step: impl FnMut(Relation, NodeIx, f64),
    ) {
        self.with_row(node, |row| {
            for (place, end) in row.ends.iter().enumerate() {
                if wanted(*end) {
                    let outlet = &row.outlets[place];
                    let strength = self.counted(outlet);
                    if strength > 0.0 {
                        step(outlet.relation, *end, strength);
                    }
                }
            }
        });
    }

    /// The step between two nodes, whether it counts or not.
    pub fn outlet(&self, from: NodeIx, to: NodeIx) -> Option<Outlet> {
        self.with_row(from, |row| {
            let place = match self.graph.kind(from) {
                Kind::Parcours => row.ends.binary_search(&to).ok(),
                _ => row.ends.iter().position(|end| *end == to),
            };
            place.map(|place| row.outlets[place])
        })
    }

    /// The strength of a step that the query allows; 0 where it does not.
    pub fn strength(&self, from: NodeIx, to: NodeIx) -> f64 {
        self.outlet(from, to).map_or(0.0, |outlet| self.counted(&outlet))
    }

    /// Whether a parcours is entered in the second year only: no step of a pathway that comes to its master from a licence.
    pub fn is_entered_late(&self, parcours: NodeIx) -> bool {
        self.graph.node(parcours).attributes().entry == Some(Year::M2)
    }

    /// The parcours of a master that lead to an outlet of it, with strengths of the two steps that please; `arrived` if the
    /// pathway comes to the master from a licence.
    pub fn rivals(
        &self,
        master: NodeIx,
        arrived: bool,
        to: NodeIx,
        pleases: impl Fn(f64, f64) -> bool,
    ) -> SmallVec<[NodeIx; 4]> {
        let mut found = SmallVec::new();
        self.from(master, |relation, parcours, offer| {
            if relation == Relation::Offers
                && self.admits_next(parcours, relation)
                && !(arrived && self.is_entered_late(parcours))
            {
                let outlet = self.strength(parcours, to);
                if outlet > 0.0 && pleases(offer, outlet) {
                    found.push(parcours);
                }
            }
        });
        found
    }

    /// The universities that award a master and meet the query's conditions, by weight descending, then key.
    pub fn awards(&self, master: NodeIx, arrived: bool) -> Rc<[Half]> {
        if let Some(known) = self.awards.borrow().get(&(master, arrived)) {
            return known.clone();
        }
        let all = self.graph.incoming(master, Relation::Awards).iter();
        let awards: Rc<[Half]> = all.filter(|half| self.award_counts(master, half, arrived)).copied().collect();
        self.awards.borrow_mut().insert((master, arrived), awards.clone());
        awards
    }

    fn award_counts(&self, master: NodeIx, half: &Half, arrived: bool) -> bool {
        if self.marks.of(half.node) & AVOIDED != 0 || !self.includes(half.node) {
            return false;
        }
        let award = self.graph.edge(half.edge).award();
        if arrived && award.and_then(|award| award.entry) == Some(Year::M2) {
            return false;
        }
        if self.offer_need == 0 {
            return true;
        }
        let known = self.graph.node(master).attributes();
        let said = |of: fn(&Award) -> bool| award.is_some_and(of);
        let modalities = if said(|award| !award.modalities.is_empty()) {
            &award.expect("it says something").modalities
        } else {
            &known.modalities
        };
        let languages = if said(|award| !award.languages.is_empty()) {
            &award.expect("it says something").languages
        } else {
            &known.languages
        };
        self.is_located(None, Some(half.node)) && self.is_followed_in(modalities) && self.is_taught_in(languages)
    }

    /// The universities that award a master, less those that host one of these parcours.
    pub fn awards_beside(&self, master: NodeIx, arrived: bool, parcours: &[NodeIx]) -> Vec<Half> {
        let hosts = |parcours: &NodeIx| self.graph.incoming(*parcours, Relation::Hosts).iter().map(|half| half.node);
        let hosts: Vec<NodeIx> = parcours.iter().flat_map(hosts).filter(|host| self.includes(*host)).collect();
        self.awards(master, arrived).iter().filter(|half| !hosts.contains(&half.node)).copied().collect()
    }

    /// The hosts of a parcours that meet the query's conditions, by weight descending, then key.
    pub fn hosts(&self, parcours: NodeIx) -> Vec<Half> {
        let own = self.graph.node(parcours).attributes().place.as_ref();
        let hosts = self.graph.incoming(parcours, Relation::Hosts).iter();
        hosts.filter(|half| self.includes(half.node) && self.is_located(own, Some(half.node))).copied().collect()
    }

    /// What becomes of a master's direct outlet.
    pub fn direct(&self, master: NodeIx, arrived: bool, to: NodeIx) -> Direct {
        if self.offer_need != 0 && self.awards(master, arrived).is_empty() {
            return Direct::Barred;
        }
        let rivals = self.rivals(master, arrived, to, |_, _| true);
        let bypassed = !rivals.is_empty() && self.awards_beside(master, arrived, &rivals).is_empty();
        if bypassed { Direct::Bypassed } else { Direct::Open }
    }

    /// Whether a node that a step leads to may stand on a pathway: [`Steps::admits`] without asking again whether it is
    /// current.
    pub fn admits_next(&self, node: NodeIx, relation: Relation) -> bool {
        (self.query.avoid.is_empty() || self.marks.of(node) & AVOIDED == 0)
            && (relation != Relation::Offers || self.offer_need == 0 || self.parcours_qualifies(node))
            && (relation != Relation::Opens || self.is_of_domain(node))
    }

    /// Calls with each job that evolves to a job, and the weight; current ones where only those count.
    pub fn to_job(&self, job: NodeIx, mut step: impl FnMut(NodeIx, f64)) {
        let relation = Relation::EvolvesTo;
        if !self.allows(relation) || !self.evidence.has(EvidenceKind::Stated) || is_regulated(self.graph, job) {
            return;
        }
        // By weight descending.
        let halves = self.graph.incoming(job, relation).iter().take_while(|half| half.weight >= self.min_strength);
        halves.filter(|half| self.includes(half.node)).for_each(|half| step(half.node, half.weight));
    }

    fn allows(&self, relation: Relation) -> bool {
        self.relations & (1 << relation as u16) != 0
    }

    fn parcours_qualifies(&self, node: NodeIx) -> bool {
        let graph = self.graph;
        let known = graph.node(node).attributes();
        let mut hosts = graph.incoming(node, Relation::Hosts).iter().map(|half| half.node);
        let mut hosts = hosts.by_ref().filter(|host| self.includes(*host)).peekable();
        let located = if hosts.peek().is_some() {
            hosts.any(|host| self.is_located(known.place.as_ref(), Some(host)))
        } else {
            self.is_located(known.place.as_ref(), None)
        };
        // What is not said of the parcours is as its master says.
        let masters = || {
            let offers = graph.incoming(node, Relation::Offers).iter().filter(|half| self.includes(half.node));
            offers.map(|half| graph.node(half.node).attributes())
        };
        let followed = |known: &[Modality]| self.is_followed_in(known);
        located
            && (followed(&known.modalities)
                || known.modalities.is_empty() && masters().any(|master| followed(&master.modalities)))
            && (self.is_taught_in(&known.languages)
                || known.languages.is_empty() && masters().any(|master| self.is_taught_in(&master.languages)))
    }

    /// Whether what is offered at a university meets the conditions of place; its own place goes before the university's.
    fn is_located(&self, own: Option<&Place>, host: Option<NodeIx>) -> bool {
        let Filter { universities, .. } = &self.query.filter;
        if !universities.is_empty() && !host.is_some_and(|host| universities.contains(&host)) {
            return false;
        }
        let Some(places) = &self.places else { return true };
        let theirs = host.and_then(|host| self.graph.node(host).attributes().place.as_ref());
        let fits = |wanted: &[String], field: fn(&Place) -> Option<&str>| {
            let name = own.and_then(field).or_else(|| theirs.and_then(field));
            wanted.is_empty() || name.is_some_and(|name| wanted.contains(&fold(name)))
        };
        fits(&places.regions, |place| place.region.as_deref())
            && fits(&places.academies, |place| place.academy.as_deref())
            && fits(&places.cities, |place| place.city.as_deref())
    }

    fn is_followed_in(&self, known: &[Modality]) -> bool {
        let wanted = &self.query.filter.modalities;
        wanted.is_empty() || known.iter().any(|modality| wanted.contains(modality))
    }

    fn is_taught_in(&self, known: &[Box<str>]) -> bool {
        let wanted = &self.query.filter.languages;
        wanted.is_empty() || known.iter().any(|known| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(known)))
    }
}

/// What becomes of a master's direct outlet, as far as its length does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direct {
    /// It is a result.
    Open,
    /// The pathway through a parcours stands for it, unless that is too long.
    Bypassed,
    /// No university that awards the master meets the conditions.
    Barred,
}

/// Calls with what a node stands for in `via` and `avoid`: itself, or the parcours of a university, course or skill.
/// A retired one that is left out stands for nothing: its relations are as if absent.
fn stands_for(graph: &Graph, node: NodeIx, retired: bool, mut each: impl FnMut(NodeIx)) {
    let current = |ix: NodeIx| retired || !graph.is_retired(ix);
    if !current(node) {
        return;
    }
    let mut taught_by = |course: NodeIx, relation: Relation| {
        for half in graph.incoming(course, relation) {
            match graph.kind(half.node) {
                Kind::Parcours => each(half.node),
                Kind::Master if current(half.node) => {
                    graph.out(half.node, Relation::Offers).iter().for_each(|parcours| each(parcours.node));
                }
                // What courses do is followed by whoever calls.
                Kind::Master
                | Kind::Source
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
    };
    match graph.kind(node) {
        Kind::University => {
            each(node);
            graph.out(node, Relation::Hosts).iter().for_each(|half| each(half.node));
        }
        Kind::Family => {
            let jobs = graph.out(node, Relation::Groups).iter().map(|half| half.node);
            jobs.filter(|job| current(*job)).for_each(each);
        }
        Kind::Course => taught_by(node, Relation::Teaches),
        Kind::Skill => {
            taught_by(node, Relation::Develops);
            for half in graph.incoming(node, Relation::Develops) {
                if graph.kind(half.node) == Kind::Course && current(half.node) {
                    taught_by(half.node, Relation::Teaches);
                }
            }
        }
        Kind::Source | Kind::Licence | Kind::Master | Kind::Parcours | Kind::Job | Kind::Sector | Kind::Study => {
            each(node)
        }
    }
}
