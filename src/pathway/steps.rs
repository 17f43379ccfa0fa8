//! The steps that a query lets a pathway take: which nodes are admitted, which relations lead on, how strongly.
//!
//! Both halves of the search and the diagnosis see the graph through this, and only through this.

mod offered;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use smallvec::SmallVec;

use crate::graph::step_cache::{Ahead, Outlet};
use crate::graph::{Graph, Half, NodeIx};
use crate::model::{Kind, Relation, Year};

use self::offered::Places;
use super::TOLERANCE;
use super::outlets::{self, is_regulated};
use super::query::{EvidenceKind, EvidenceSet, MAX_VIA, Query, Retired};

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
            places: Places::of(filter),
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

    /// What becomes of a step, `None` where it is on no pathway; `arrived` if the pathway comes to its master from a licence.
    pub fn fate(&self, from: NodeIx, arrived: bool, relation: Relation, to: NodeIx) -> Option<Fate> {
        if relation == Relation::Offers && arrived && self.is_entered_late(to) {
            return None;
        }
        if relation != Relation::LeadsTo || self.graph.kind(from) != Kind::Master {
            return Some(Fate::Open);
        }
        if self.offer_need != 0 && self.awards(from, arrived).is_empty() {
            return None;
        }
        let rivals = self.rivals(from, arrived, to, |_, _| true);
        let bypassed = !rivals.is_empty() && self.awards_beside(from, arrived, &rivals).is_empty();
        Some(if bypassed { Fate::Bypassed } else { Fate::Open })
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
}

/// What becomes of a step, as far as its length does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is on pathways.
    Open,
    /// A master's direct outlet: the pathway through a parcours stands for it, unless that is too long.
    Bypassed,
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
